"""Images of the shipped data set: the gallery's from their files, any other rendered again."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoloc_core.assets import intact, unless_damaged
from geoloc_core.data.shipped import gallery_file
from geoloc_core.images.photo import read_photo
from pages.common.turns import RENDERED

NO_RENDERER = (
    "This image would be rendered again, but the renderer is not installed: "
    "`pip install -r requirements-streets.txt`."
)


def image_of(row: pd.Series[Any]) -> NDArray[np.uint8] | None:
    """The image (256, 256, 3) uint8 RGB of a row; None if it needs the renderer and there is none.

    Rendering takes a fraction of a second, the very first time up to half a minute more while the
    renderer is compiled. Raises `BusyError` when too many wait for theirs.
    """
    kept = gallery_file(row)
    whole = kept and unless_damaged(partial(intact, kept), None)
    if whole:
        return read_photo(whole.read_bytes()).pixels
    try:
        from simulated_streets.dataset import render_row  # optional, and slow to import
    except ModuleNotFoundError:
        return None
    with RENDERED.turn():
        return read_photo(render_row(row)).pixels
