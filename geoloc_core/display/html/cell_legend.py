"""Small pieces of HTML about the data set: the map's scale, uploaders and folds as bars."""

from __future__ import annotations

import pandas as pd

from geoloc_core.display.colours import LIGHT, PROBABILITY
from geoloc_core.display.maps.cells import Shade
from geoloc_core.display.maps.layers import percent
from geoloc_core.text import plain_text

_FOLDS = {"train": PROBABILITY[4], "validation": "#e8b64a", "test": PROBABILITY[2]}


def scale(shade: Shade, values: pd.Series[float]) -> str:
    """The colours of a map shaded from none to the largest value."""
    most = float(values.max())
    ticks = (
        '<span style="left:0%">0</span>'
        f'<span style="left:100%">{plain_text(shade.number(most))}</span>'
    )
    return (
        '<div class="pata-legend"><div class="pata-scale">'
        f"<b>{plain_text(shade.label)}</b>"
        f'<div style="background:linear-gradient(90deg,{",".join(LIGHT)})"></div>'
        f"<p>{ticks}</p></div></div>"
    )


def uploader_bars(uploaders: pd.DataFrame, panoramas: int) -> str:
    """The uploaders of a cell of so many `panoramas`; a whole bar is all of them."""
    rows = "".join(
        f"<li><span>{plain_text(name)}<small>of {everywhere:,} in all</small></span>"
        f"<b>{here:,}</b>"
        f'<div><i style="width:{100 * here / panoramas:.1f}%;background:{PROBABILITY[4]}"></i>'
        "</div></li>"
        for name, here, everywhere in uploaders.itertuples(index=False)
    )
    return f'<ol class="pata-bars">{rows}</ol>'


def fold_bar(table: pd.DataFrame) -> str:
    """The panoramas of the cell table by fold, as one bar."""
    counts = [(fold, int(table[fold].sum())) for fold in _FOLDS]
    total = sum(count for _, count in counts)
    parts = "".join(
        f'<i style="flex:{count};background:{_FOLDS[fold]}"></i>' for fold, count in counts
    )
    listed = "".join(
        f'<li><i style="background:{_FOLDS[fold]}"></i>{fold}: {count:,} panoramas'
        f" ({percent(count / total)})</li>"
        for fold, count in counts
    )
    return f'<div class="pata-folds"><div>{parts}</div><ul>{listed}</ul></div>'
