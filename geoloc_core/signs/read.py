"""Reading the signs in a photo: which lines there are, in which script, and places they name.

Needs the optional extra `signs`; no line that may be an overlay becomes a sign (see `overlay`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from geoloc_core.errors import UserError
from geoloc_core.images.credit_line import Pixels
from geoloc_core.signs.classify import Classifier, script_classifier
from geoloc_core.signs.crops import tone, upright
from geoloc_core.signs.overlay import Corners, in_margin, overlaid
from geoloc_core.signs.place_words import PlaceName, place_names_in
from geoloc_core.signs.rapid import rapid_ocr
from geoloc_core.signs.scripts import CLASSES, NONE

READ_AT = 2000
"""Longer side in pixels to decode a photo at (`read_photo(..., target=READ_AT)`) for its signs."""

LEAST = 0.50
"""Confidence from which a line counts: docs/signs.md tells how it was set."""

LEAST_READ = 0.85
"""Certainty of the reader from which a line is Latin and its words are looked up as places."""

_MIN_SIDE = 512  # pixels; smaller photos are enlarged for the detector
_LETTERS = 7.0  # pixels: lines less tall are not readable
_TALLEST = 0.35  # of the photo's height
_LEAST_LETTERS = 4  # that the reader must have read: it sees short words in railings and branches


class SignsError(UserError):
    """No signs can be read; the message is the sentence to show."""


@dataclass(frozen=True)
class Sign:
    """A line on a sign.

    corners: (x, y) four times, clockwise from the upper left of the line, in shares of the photo's
    width and height; script: one of `SCRIPTS`; confidence: of that script, in [0, 1]; words: what
    was read of it, "" where nothing was: Latin alone is read, and it may be hostile like any text;
    place_names: places in these words.
    """

    corners: tuple[tuple[float, float], ...]
    script: str
    confidence: float
    words: str = ""
    place_names: tuple[PlaceName, ...] = ()


@dataclass(frozen=True)
class LineReader:
    """What finds and reads lines: `find` gives corners (4, 2) in pixels, `read` words, confidence.

    Both take RGB pixels (h, w, 3): `find` a photo, `read` one upright line.
    """

    find: Callable[[Pixels], list[Corners]]
    read: Callable[[Pixels], tuple[str, float]]


def can_read() -> bool:
    """Whether the extra that reads signs is installed."""
    return find_spec("rapidocr") is not None


@cache
def line_reader() -> LineReader:
    """The reader that runs rapidocr. Raises SignsError where it is not installed."""
    try:
        ocr = rapid_ocr({"Det.limit_side_len": _MIN_SIDE})
    except ImportError as error:
        raise SignsError(
            "Reading signs needs one more package: pip install -r requirements-text.txt"
        ) from error

    def find(pixels: Pixels) -> list[Corners]:
        found = ocr(np.ascontiguousarray(pixels[..., ::-1]), use_det=True, use_rec=False)
        return [] if found.boxes is None else list(np.asarray(found.boxes, np.float32))

    def read(line: Pixels) -> tuple[str, float]:
        found = ocr(np.ascontiguousarray(line[..., ::-1]), use_det=False, use_rec=True)
        if not found.txts:
            return "", 0.0
        return str(found.txts[0]), float(found.scores[0])

    return LineReader(find, read)


def read_signs(
    pixels: Pixels,
    *,
    reader: LineReader | None = None,
    classify: Classifier | None = None,
    least: float = LEAST,
) -> tuple[Sign, ...]:
    """The signs in a photo (h, w, 3), in full resolution where it is at hand (see `READ_AT`).

    Lines of a confidence below `least` do not count; `reader` and `classify` are those that ship if
    left out. Raises SignsError where the extra is not installed.
    """
    reader = reader or line_reader()
    classify = classify or script_classifier()
    height, width = pixels.shape[:2]
    lines = [line for line in reader.find(pixels) if _is_readable(line, height)]
    crops = [upright(pixels, line) for line in lines]
    shares = classify([tone(crop) for crop in crops])
    read = [
        ("", 0.0) if in_margin(line, height, width) else reader.read(crop)
        for crop, line in zip(crops, lines, strict=True)
    ]
    told = [_told(of, *said) for of, said in zip(shares, read, strict=True)]
    writing = [at for at, (script, _) in enumerate(told) if script != NONE]
    unused = overlaid(pixels, [lines[at] for at in writing], [read[at][0] for at in writing])
    return tuple(
        _sign(pixels, lines[at], *told[at], *read[at])
        for at, out in zip(writing, unused, strict=True)
        if not out and told[at][1] >= least
    )


def _told(shares: NDArray[np.float64], words: str, certainty: float) -> tuple[str, float]:
    """A line's script and its confidence, by the classifier and by the reader, who knows Latin."""
    letters = sum(letter.isascii() and letter.isalpha() for letter in words)
    if certainty >= LEAST_READ and letters >= _LEAST_LETTERS and words.isascii():
        return "Latin", certainty
    return CLASSES[int(shares.argmax())], float(shares.max())


def _is_readable(line: Corners, height: int) -> bool:
    tall = float(np.linalg.norm(line[[3, 2]] - line[[0, 1]], axis=1).mean())
    return _LETTERS <= tall <= _TALLEST * height


def _sign(
    pixels: Pixels, line: Corners, script: str, confidence: float, words: str, certainty: float
) -> Sign:
    height, width = pixels.shape[:2]
    shares: NDArray[np.float64] = np.clip(line / (width, height), 0.0, 1.0)
    is_read = script == "Latin" and certainty >= LEAST_READ
    return Sign(
        corners=tuple((float(x), float(y)) for x, y in shares),
        script=script,
        confidence=confidence,
        words=words if is_read else "",
        place_names=place_names_in(words) if is_read else (),
    )
