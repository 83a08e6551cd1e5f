"""Taking in a photograph: from a stranger's bytes to upright RGB pixels, or one clear sentence."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps

from geoloc_core.errors import UserError
from geoloc_core.images.colour import to_srgb
from geoloc_core.images.formats import IN_WORDS, format_of, jpeg_scans, png_chunks
from geoloc_core.images.place import place_in
from geoloc_core.images.trial import unpacks_as_stated

MAX_BYTES = 20 * 2**20
LONGEST_SIDE = 65_535  # pixels; what a JPEG can say
MOST_MEMORY = 480 * 2**20  # bytes that unpacking may take: 62 megapixels of most formats

# An ordinary progressive JPEG has about 10 scans, an ordinary PNG a chunk for 8 kilobytes or more.
_MOST_SCANS, _MOST_SCANNED = 100, 600_000_000  # scans; pixels over all of them
_MOST_CHUNKS = 20_000
_WHOLE = {"WEBP": 12, "AVIF": 9}  # bytes a pixel of an image decoded whole: itself, its copies
_WHOLE_OTHERS, _WHOLE_CLEAR = 8, 13  # ... of other formats; of AVIF and HEIF with transparency
_COEFFICIENTS = 6  # bytes a pixel that a progressive JPEG keeps until its last scan
_LEAST_JPEG = 1 / 8  # of its sides: what DCT scaling can do

_ORIENTATION = 0x0112  # EXIF tag
_LYING = (5, 6, 7, 8)  # orientations that swap width and height

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # `check_size` takes the place of Pillow's limit, which fits no JPEG


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
    """Decode a JPEG, PNG, WebP, HEIC or AVIF file; the first image of one that moves.

    The format is told by the content, and what unpacking takes is checked before any pixel is
    decoded. A longer side above `target` pixels is shrunk to it. Large JPEGs are decoded at reduced
    size (DCT scaling): at 1000, those of 12 megapixels at a quarter of their sides. Colours become
    sRGB by the file's profile; what is transparent turns white. Raises PhotoError for anything
    else.

    >>> from geoloc_core.paths import ASSETS
    >>> file = next((ASSETS / "samples").glob("*.jpg"))
    >>> read_photo(file.read_bytes()).pixels.shape
    (256, 256, 3)
    """
    if not data:
        raise PhotoError("The file is empty.")
    if len(data) > MAX_BYTES:
        raise PhotoError(f"The file is larger than {MAX_BYTES >> 20} MB.")
    kind = format_of(data)
    if kind is None:
        raise PhotoError(f"This file cannot be read as a photo: use {IN_WORDS}.")
    try:
        return _decoded(data, kind, target)
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


def _too_large(width: int, height: int) -> str:
    megapixels = round(width * height / 10**6)
    return f"The image has {megapixels:,} megapixels, too many to unpack here: shrink it first."


def _too_long() -> str:
    return "The image is packed in a way that would take too long to unpack."


def _decoded(data: bytes, kind: str, target: int) -> Photo:
    if kind == "PNG" and png_chunks(data, _MOST_CHUNKS) > _MOST_CHUNKS:
        raise PhotoError(_too_long())
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        width, height = image.size
        clear = kind in ("AVIF", "HEIF") and image.mode != "RGB"
        check_size(data, kind, width, height, target, clear=clear)
        if kind == "AVIF" and not unpacks_as_stated(data, width * height):
            raise PhotoError("The image is damaged, or larger than it says.")
        scale = min(1.0, target / max(width, height))
        image.draft(None, (math.ceil(width * scale), math.ceil(height * scale)))
        image.load()
        exif = _exif(image)
        profile, xmp = image.info.get("icc_profile"), image.info.get("xmp")
        opaque = _opaque(_reduced(image, target))
    opaque.thumbnail((target, target), Image.Resampling.LANCZOS, reducing_gap=2.0)
    opaque = to_srgb(opaque, profile)
    orientation = _as_number(exif.get(_ORIENTATION))
    opaque.info = {}  # else what is malformed in it would be read again
    opaque.getexif()[_ORIENTATION] = orientation
    upright = ImageOps.exif_transpose(opaque)
    if orientation in _LYING:
        width, height = height, width
    return Photo(np.array(upright, np.uint8), width, height, place_in(exif, xmp))


def check_size(
    data: bytes, kind: str, width: int, height: int, target: int, *, clear: bool = False
) -> None:
    """Raise PhotoError if unpacking this image would take too much memory or too long.

    `clear`: whether an AVIF or HEIF image has transparency. What a phone makes passes: 200
    megapixels as a JPEG, which is decoded reduced.
    """
    if max(width, height) > LONGEST_SIDE:
        raise PhotoError(f"The image is more than {LONGEST_SIDE:,} pixels wide or high.")
    pixels = width * height
    memory = pixels * (_WHOLE_CLEAR if clear else _WHOLE.get(kind, _WHOLE_OTHERS))
    if kind == "JPEG":
        scans = jpeg_scans(data)
        if scans.number > _MOST_SCANS or scans.number * pixels > _MOST_SCANNED:
            raise PhotoError(_too_long())
        share = max(_LEAST_JPEG, min(1.0, 2 * target / max(width, height)))
        memory = round(memory * share**2) + scans.progressive * pixels * _COEFFICIENTS
    if memory > MOST_MEMORY:
        raise PhotoError(_too_large(width, height))


def _reduced(image: Image.Image, target: int) -> Image.Image:
    """A large image that may be clear in parts at about twice the target, before it is copied.

    All others are shrunk at the end. Where a colour itself stands for clear, nothing is mixed.
    """
    factor = int(max(image.size) / target / 2)
    if image.mode == "P" and image.has_transparency_data:
        image = image.convert("RGBA")
    return image.reduce(factor) if factor > 1 and image.mode in ("LA", "RGBA") else image


def _opaque(image: Image.Image) -> Image.Image:
    """The image in 8 bits without transparency: grey, CMYK or RGB, over white where it is clear."""
    if image.mode.startswith("I"):  # 16 bits a sample; Pillow would clip them
        sixteen = np.asarray(image).clip(0, 65535)
        eight = (sixteen // 256).astype(np.uint8)
        clear = image.info.get("transparency")
        return Image.fromarray(eight if clear is None else np.where(sixteen == clear, 255, eight))
    if image.has_transparency_data:
        clear_image = image.convert("RGBA")
        white = Image.new("RGBA", clear_image.size, "white")
        return Image.alpha_composite(white, clear_image).convert("RGB")
    return image if image.mode in ("L", "CMYK", "RGB") else image.convert("RGB")


def _exif(image: Image.Image) -> Image.Exif:
    """The image's EXIF data; none where it is malformed."""
    try:
        return image.getexif()
    except Exception:  # hostile metadata must not keep a good image out
        return Image.Exif()


def _as_number(value: object) -> object:
    """A small number that some write as bytes.

    >>> _as_number(b"\x06"), _as_number(6), _as_number(None)
    (6, 6, None)
    """
    return int.from_bytes(value) if isinstance(value, bytes) and len(value) == 1 else value
