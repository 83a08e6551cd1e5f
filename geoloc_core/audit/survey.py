"""What every file of a data set says of itself, each looked at once: for the tests of hygiene."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.metadata import read_metadata
from geoloc_core.audit.suspect import Suspect, repaint
from geoloc_core.cluster.spread import Spread, chunks_of, gathered, here
from geoloc_core.images.likeness import HASHED_SIDE, perceptual_hash
from geoloc_core.images.photo import PhotoError, read_photo


class Survey(NamedTuple):
    """Two tables with a row a file.

    fingerprints: digest, the sha256 of the content, and code, the `perceptual_hash` of the scene,
    the suspect region painted over; metadata: see `read_metadata`.
    """

    fingerprints: pd.DataFrame
    metadata: pd.DataFrame


def survey(
    images: ImageStore,
    files: Sequence[str],
    suspect: Suspect,
    *,
    progress: bool = True,
    spread: Spread = here,
) -> Survey:
    """Look at each of a data set's files once. Raises ManifestError if one cannot be read."""
    chunks = chunks_of(files)
    load = (lambda: images) if spread is here else partial(ImageStore, images.folder.absolute())
    looked = spread(load, partial(_look, suspect), chunks)
    digests, codes, said = [], [], []
    for some in gathered(looked, list(map(len, chunks)), progress):
        digests += some[0]
        codes += some[1]
        said += some[2]
    index = pd.Index(files, name="file")
    fingerprints = pd.DataFrame({"digest": digests, "code": np.array(codes, np.uint64)}, index)
    return Survey(fingerprints, pd.DataFrame(said, index))


def _look(
    suspect: Suspect, images: ImageStore, files: Sequence[str]
) -> tuple[list[bytes], list[int], list[dict[str, Any]]]:
    """Some files' digests, codes and metadata."""
    digests, codes, said = [], [], []
    for file in files:
        content = images.encoded(file)
        try:
            said.append(read_metadata(content))
            # small decoding takes a fraction of the time; another size would change the codes
            pixels = read_photo(content, target=4 * HASHED_SIDE).pixels
        except PhotoError as error:
            raise images.unreadable(file, error) from error
        digests.append(hashlib.sha256(content).digest())
        codes.append(perceptual_hash(repaint(pixels, suspect)))
    return digests, codes, said
