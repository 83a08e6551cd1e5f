"""Taking in a photograph: from a stranger's bytes to upright RGB pixels, or one clear sentence."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps

from geoloc_core.errors import UserError

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000
_MOST_SCANS = 100  # an ordinary progressive JPEG has about 10; thousands keep a decoder busy

_ORIENTATION, _GPS = 0x0112, 0x8825  # EXIF tags
_LYING = (5, 6, 7, 8)  # orientations that swap width and height
_HEIF_BRANDS = (
    *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"),
    *(b"mif1", b"msf1"),
)

pillow_heif.register_heif_opener()


class PhotoError(UserError):
    """A file that cannot be shown as a photo; its message is the sentence to show."""


@dataclass(frozen=True, eq=False)
class Photo:
    """A photograph, upright and without metadata.

    `pixels` (h, w, 3) uint8 RGB, perhaps reduced; `width` and `height` of the original, upright;
    `gps` what the file said of its place as latitude, longitude in degrees, kept apart.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    gps: tuple[float, float] | None


def read_photo(data: bytes, *, target: int = 1000) -> Photo:
    """Decode a JPEG, PNG, WebP or HEIC file; the first image of one that moves.

    The format is told by the content, the size is checked before any pixel is decoded, and a
    longer side above `target` pixels is shrunk to it. Large JPEGs are decoded at reduced size (DCT
    scaling): at 1000, those of 12 megapixels at a quarter of their sides. What is transparent turns
    white. Raises PhotoError for anything else.

    >>> from geoloc_core.paths import ASSETS
    >>> file = next((ASSETS / "samples").glob("*.jpg"))
    >>> read_photo(file.read_bytes()).pixels.shape
    (256, 256, 3)
    """
    if not data:
        raise PhotoError("The file is empty.")
    if len(data) > MAX_BYTES:
        raise PhotoError(f"The file is larger than {MAX_BYTES >> 20} MB.")
    kind = _format(data)
    if kind is None:
        raise PhotoError("This file cannot be read as a photo: use JPEG, PNG, WebP or HEIC.")
    if kind == "JPEG" and data.count(b"\xff\xda") > _MOST_SCANS:
        raise PhotoError("The image is packed in a way that would take too long to unpack.")
    try:
        return _decoded(data, kind, target)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError(_too_large()) from error
    except PhotoError:
        raise
    except Exception as error:  # a decoder given hostile bytes may raise anything
        raise PhotoError("The image is damaged or cut short.") from error


def read_photo_file(path: Path, *, target: int = 1000) -> Photo:
    """Read a photo from a file, as `read_photo`. Raises PhotoError if there is none to be read."""
    try:
        if path.exists() and not path.is_file():  # a pipe or a device might never end
            raise PhotoError("This is no file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, PhotoError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise PhotoError(f"The file cannot be read: {reason}.") from error
    return read_photo(data, target=target)


def _too_large() -> str:
    return f"The image has more than {MAX_PIXELS // 10**6} megapixels."


def _format(data: bytes) -> str | None:
    """Pillow's name of the format that the first bytes tell, None for one not allowed."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "HEIF"
    return None


def _decoded(data: bytes, kind: str, target: int) -> Photo:
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise PhotoError(_too_large())
        scale = min(1.0, target / max(width, height))
        image.draft(None, (math.ceil(width * scale), math.ceil(height * scale)))
        image.load()
        exif = _exif(image)
        opaque = _opaque(image)
    opaque.thumbnail((target, target), Image.Resampling.LANCZOS, reducing_gap=2.0)
    orientation = exif.get(_ORIENTATION)
    opaque.info = {}  # else what is malformed in it would be read again
    opaque.getexif()[_ORIENTATION] = orientation
    upright = ImageOps.exif_transpose(opaque)
    if orientation in _LYING:
        width, height = height, width
    return Photo(np.array(upright, np.uint8), width, height, _place(exif))


def _opaque(image: Image.Image) -> Image.Image:
    """The image as 8-bit RGB, over white where it is transparent."""
    if image.mode.startswith("I"):  # 16 bits a sample; Pillow would clip them
        sixteen = np.asarray(image).clip(0, 65535)
        return Image.fromarray((sixteen // 256).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")


def _exif(image: Image.Image) -> Image.Exif:
    """The image's EXIF data; none where it is malformed."""
    try:
        return image.getexif()
    except Exception:  # hostile metadata must not keep a good image out
        return Image.Exif()


def _place(exif: Image.Exif) -> tuple[float, float] | None:
    """Latitude and longitude in degrees that the EXIF data tells, None where it tells none."""
    try:
        gps = exif.get_ifd(_GPS)
        latitude = _degrees(gps[2], gps[1], "NS", 90)
        longitude = _degrees(gps[4], gps[3], "EW", 180)
    except Exception:  # malformed metadata tells no place
        return None
    return latitude, longitude


def _degrees(parts: Any, side: Any, sides: str, most: int) -> float:
    """Degrees from degrees, minutes, seconds and a letter. Raises ValueError out of range."""
    whole, minutes, seconds = (float(part) for part in parts)
    angle = whole + minutes / 60 + seconds / 3600
    if not (0 <= angle <= most) or side not in tuple(sides):
        raise ValueError("no such place")
    return -angle if side == sides[1] else angle
