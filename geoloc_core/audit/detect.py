"""Text laid over the images of a data set: where it recurs, what recurs in it, what to suspect.

A text that stands at the same place of image after image belongs to whoever published them, not
to the place: a name, a mark, a date. The reader is PyPI's `rapidocr`, an optional extra whose
networks travel inside the package and run on OpenVINO; all else here is counting.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.suspect import ROW, Suspect
from geoloc_core.data.manifest import read_manifest
from geoloc_core.errors import UserError
from geoloc_core.images.credit_line import Pixels
from geoloc_core.signs.rapid import rapid_ocr
from geoloc_core.text import terminal_safe

SAMPLE_SIZE = 60
GRID = 64  # cells of the heat grid along each side
RECURS = 0.25  # share of the images that have text there
_SAME = 0.7  # intersection over union with the credit line above which it is meant
_LISTED = 20  # words
_TONES = " ░▒▓█"
_MIN_SIDE = 512  # pixels; the reader enlarges smaller images, or it misses small letters


class DetectError(UserError):
    """No text can be looked for; the message is the sentence to show."""


class Text(NamedTuple):
    """A piece of text and its bounds, in shares of the image's width and height."""

    left: float
    top: float
    right: float
    bottom: float
    words: str


Reader = Callable[[Pixels], list[Text]]


@dataclass(frozen=True, eq=False)
class Detection:
    """Where text recurs in `images` images of distinct panoramas.

    with_text: in how many there is any; heat (GRID, GRID): share of the images that have text in
    each cell of a grid laid over them, top row first; words: those of at least two images, with
    the number of images, commonest first; suspect: the region proposed, None where no text
    recurs at one place.
    """

    images: int
    with_text: int
    heat: NDArray[np.float64]
    words: list[tuple[str, int]]
    suspect: Suspect | None


def detect(
    data: Path,
    *,
    count: int = SAMPLE_SIZE,
    reader: Reader | None = None,
    progress: bool = True,
) -> Detection:
    """Look for text in a sample of the images of the data set in `data`, one a panorama.

    `reader` is `text_reader()` if left out. Raises ManifestError, DetectError or SuspectError.
    """
    files = files_to_read(read_manifest(data), count)
    return find_text(ImageStore(data), files, reader=reader, progress=progress)


def files_to_read(manifest: pd.DataFrame, count: int = SAMPLE_SIZE) -> list[str]:
    """The files of a sample of a manifest's images, one a panorama."""
    shuffled = manifest.sample(frac=1, random_state=0)
    return [str(file) for file in shuffled.drop_duplicates("panorama")["file"][:count]]


def find_text(
    images: ImageStore,
    files: Sequence[str],
    *,
    reader: Reader | None = None,
    progress: bool = True,
) -> Detection:
    """Look for text in these files. Raises ManifestError, DetectError or SuspectError."""
    read = reader or text_reader()
    bar = tqdm(files, unit=" images", disable=not progress)
    return summary([read(images.pixels(file)) for file in bar])


def text_reader() -> Reader:
    """Make the reader that runs rapidocr. Raises DetectError where it is not installed."""
    try:
        # overlaid text stands upright
        ocr = rapid_ocr({"Det.limit_side_len": _MIN_SIDE})
    except ImportError as error:
        raise DetectError(
            "Finding text needs one more package: pip install -r requirements-text.txt"
        ) from error

    def read(pixels: Pixels) -> list[Text]:
        height, width = pixels.shape[:2]
        found = ocr(pixels[..., ::-1])
        if found.boxes is None or found.txts is None:
            return []
        corners = np.clip(np.asarray(found.boxes) / (width, height), 0.0, 1.0)  # (k, 4, 2)
        low, high = corners.min(axis=1).tolist(), corners.max(axis=1).tolist()
        return [
            Text(left, top, right, bottom, words)
            for (left, top), (right, bottom), words in zip(low, high, found.txts, strict=True)
        ]

    return read


def summary(read: Sequence[Sequence[Text]]) -> Detection:
    """Count over the texts of each image. Raises SuspectError if the region leaves no control."""
    heat = np.zeros((GRID, GRID))
    words: Counter[str] = Counter()
    for texts in read:
        touched = np.zeros((GRID, GRID), bool)
        for text in texts:
            left, top = int(text.left * GRID), int(text.top * GRID)
            touched[top : _past(text.bottom), left : _past(text.right)] = True
        heat += touched
        words.update({word for text in texts for word in re.findall(r"\w+", text.words.casefold())})
    heat /= max(1, len(read))
    return Detection(
        images=len(read),
        with_text=sum(map(bool, read)),
        heat=heat,
        words=sorted(
            ((word, count) for word, count in words.items() if count > 1),
            key=lambda item: (-item[1], item[0]),
        ),
        suspect=_suspect(heat, read),
    )


def detection_text(found: Detection) -> str:
    """What was found, for a terminal, the heat grid as shades: the darker, the more images."""
    lines = [f"There is text in {found.with_text} of {found.images} images:", "", shading(found)]
    if found.words:
        words = (f"{word} ({count})" for word, count in found.words[:_LISTED])
        lines += ["", f"Words that recur: {terminal_safe(', '.join(words))}"]
    if found.suspect is None:
        return "\n".join([*lines, "", "No text recurs at the same place: no suspect region."])
    region = ",".join(f"{share:.4g}" for share in astuple(found.suspect))
    return "\n".join([*lines, "", f"Suspect region: --region {region}"])


def shading(found: Detection) -> str:
    """The heat grid with an edge around it, as lines of text."""
    rows, columns = 16, 32
    blocks = found.heat.reshape(rows, GRID // rows, columns, GRID // columns)
    steps = np.ceil(blocks.max(axis=(1, 3)) * (len(_TONES) - 1)).astype(int)
    drawn = ["|" + "".join(_TONES[step] for step in line) + "|" for line in steps]
    edge = "+" + "-" * columns + "+"
    return "\n".join([edge, *drawn, edge])


def _suspect(heat: NDArray[np.float64], read: Sequence[Sequence[Text]]) -> Suspect | None:
    """The bounds of what stands in the lines where text recurs most, None where it does nowhere.

    Text stands in lines, so neighbouring rows of the grid where text recurs make a band, and the
    band with the most of it is proposed. Names differ in length, so its bounds are those of all
    texts in it but the outermost twentieth.
    """
    recurring = np.where(heat >= RECURS, heat, 0.0).sum(axis=1)
    if not recurring.any():
        return None
    edges = np.flatnonzero(np.diff(recurring > 0, prepend=False, append=False))
    bands = [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
    first, last = max(bands, key=lambda band: float(recurring[slice(*band)].sum()))
    lines = [
        [text for text in texts if GRID * text.top < last and GRID * text.bottom > first]
        for texts in read
    ]
    bounds = np.array(
        [
            (
                min(text.left for text in line),
                min(text.top for text in line),
                max(text.right for text in line),
                max(text.bottom for text in line),
            )
            for line in lines
            if line
        ]
    )
    left, top = np.quantile(bounds[:, :2], 0.05, axis=0)
    right, bottom = np.quantile(bounds[:, 2:], 0.95, axis=0)
    found = Suspect(float(left), float(top), float(right), float(bottom))
    return ROW if _overlap(found, ROW) >= _SAME else found


def _overlap(one: Suspect, other: Suspect) -> float:
    """Intersection over union of two rectangles."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(0.0, width) * max(0.0, height)
    return shared / (one.area + other.area - shared)


def _past(share: float) -> int:
    """The first cell of the grid beyond a bound."""
    return min(GRID, int(np.ceil(share * GRID)))
