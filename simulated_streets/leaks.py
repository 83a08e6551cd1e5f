"""Known leaks: what gives an uploader away in a simulated image, one kind at a time.

Data sets with them test an audit, ours or another's: what is planted is known. Every mark is the
same in all images of an uploader and tells nothing else. Pixels are (h, w, 3) uint8 RGB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from geoloc_core.errors import UserError
from geoloc_core.images.credit_line import Pixels, unaccented, write_name
from geoloc_core.text import terminal_safe

Leak = Literal[
    "row", "top-left", "date", "logo", "vignette", "border", "white-balance", "exif", "none"
]
LEAKS: tuple[Leak, ...] = get_args(Leak)


class LeakError(UserError):
    """A leak that cannot be planted; the message is the sentence to show."""


ARTIST = 0x013B  # the EXIF tag
_AMBER = (255, 170, 60)


class Planted(NamedTuple):
    """A kind of mark, and the share of the images, 0 to 1, that bear it."""

    leak: Leak
    share: float = 1.0


CREDIT_LINE = Planted("row")
"""What simulated images bear unless something else is asked for."""


def planted_from_text(text: str) -> Planted:
    """Read a kind, a share of the images that bear the credit line, or both.

    Raises LeakError.

    >>> planted_from_text("logo,share=0.5"), planted_from_text("share=0.2").leak
    (Planted(leak='logo', share=0.5), 'row')
    """
    leak, share = CREDIT_LINE
    for word in text.split(","):
        kind = next((kind for kind in LEAKS if kind == word), None)
        name, _, value = word.partition("=")
        if kind is not None:
            leak = kind
        elif name == "share" and _is_share(value):
            share = float(value)
        else:
            raise LeakError(
                f"No leak is called {terminal_safe(word)!r}: give one of {', '.join(LEAKS)}, and "
                "perhaps share=0.2, the share of the images that bear it."
            )
    return Planted(leak, share)


def marked_jpeg(pixels: Pixels, file: str, uploader: str, planted: Planted, quality: int) -> bytes:
    """An image as a JPEG file of this name, with the uploader's mark if it is to bear one."""
    marks = has_mark(file, planted.share)
    shown = plant(pixels, planted.leak, uploader) if marks else pixels
    encoded = cv2.imencode(".jpg", shown[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    jpeg = bytes(encoded)
    return with_artist(jpeg, uploader) if marks and planted.leak == "exif" else jpeg


def plant(pixels: Pixels, leak: Leak, uploader: str) -> Pixels:
    """The image with the uploader's mark; the image itself for leaks that no pixel shows."""
    draw = _DRAWN.get(leak)
    return pixels if draw is None else draw(pixels, uploader)


def has_mark(file: str, share: float) -> bool:
    """Whether the image of this name is among the `share`, 0 to 1, that are marked."""
    return share == 1 or bool(_chance("share", file).random() < share)


def with_artist(jpeg: bytes, name: str) -> bytes:
    """The JPEG file with a name as the artist in its EXIF data."""
    exif = Image.Exif()
    exif[ARTIST] = unaccented(name)
    body = exif.tobytes()  # begins with its own "Exif\0\0"
    segment = b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body
    return jpeg[:2] + segment + jpeg[2:]


def _is_share(value: str) -> bool:
    try:
        return 0 <= float(value) <= 1
    except ValueError:
        return False


def _chance(purpose: str, name: str) -> Generator:
    digest = hashlib.sha256(f"{purpose} {name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8]))


def _colour(uploader: str) -> tuple[int, int, int]:
    red, green, blue = _chance("colour", uploader).integers(0, 256, 3)
    return int(red), int(green), int(blue)


def _top_left(pixels: Pixels, uploader: str) -> Pixels:
    height = len(pixels)
    return _text(pixels, unaccented(uploader), round(4 / 256 * height), round(13 / 256 * height))


def _date(pixels: Pixels, uploader: str) -> Pixels:
    height, width = pixels.shape[:2]
    chance = _chance("date", uploader)
    year, month, day, hour, minute = chance.integers([2010, 1, 1, 6, 0], [2025, 13, 29, 19, 60])
    stamp = f"{year}-{month:02}-{day:02} {hour:02}:{minute:02}"
    return _text(pixels, stamp, round(width - 106 / 256 * height), round(height * 0.96), _AMBER)


def _logo(pixels: Pixels, uploader: str) -> Pixels:
    height, width = pixels.shape[:2]
    middle, radius = (round(width - 13 / 256 * height), round(13 / 256 * height)), height / 28
    drawn = pixels.copy()
    cv2.circle(drawn, middle, round(radius), _colour(uploader), -1, cv2.LINE_AA)
    cv2.circle(drawn, middle, round(radius), (245, 245, 245), 1, cv2.LINE_AA)
    return drawn


def _vignette(pixels: Pixels, uploader: str) -> Pixels:
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    light = np.ones((height, width))
    corners = ((0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1))
    for dark, (top, left) in zip(
        _chance("vignette", uploader).uniform(0, 0.9, 4), corners, strict=True
    ):
        away = ((y - top) / height) ** 2 + ((x - left) / width) ** 2
        light -= dark * np.exp(-away / 0.04)
    return np.rint(pixels * np.maximum(light, 0)[..., None]).astype(np.uint8)


def _border(pixels: Pixels, uploader: str) -> Pixels:
    wide = max(1, round(len(pixels) / 256))
    drawn = np.full_like(pixels, _colour(uploader))
    drawn[wide:-wide, wide:-wide] = pixels[wide:-wide, wide:-wide]
    return drawn


def _white_balance(pixels: Pixels, uploader: str) -> Pixels:
    gains: NDArray[np.float64] = _chance("white balance", uploader).uniform(0.75, 1.25, 3)
    return np.clip(np.rint(pixels * gains), 0, 255).astype(np.uint8)


def _text(
    pixels: Pixels,
    text: str,
    left: int,
    foot: int,
    colour: tuple[int, int, int] = (250, 250, 250),
) -> Pixels:
    """A line of text with a thin shadow, its letters 10 of 256 rows high."""
    drawn, scale = pixels.copy(), 0.42 * len(pixels) / 256
    for shift, ink in ((1, (20, 20, 20)), (0, colour)):
        at = (left + shift, foot + shift)
        cv2.putText(drawn, text, at, cv2.FONT_HERSHEY_DUPLEX, scale, ink, 1, cv2.LINE_AA)
    return drawn


_DRAWN: dict[Leak, Callable[[Pixels, str], Pixels]] = {
    "row": write_name,
    "top-left": _top_left,
    "date": _date,
    "logo": _logo,
    "vignette": _vignette,
    "border": _border,
    "white-balance": _white_balance,
}
