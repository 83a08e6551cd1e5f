"""The place that a photo's file names: GPS data in EXIF or XMP, in all its dialects."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from PIL import Image

_GPS = 0x8825  # EXIF tag
_LATITUDE_SIDE, _LATITUDE, _LONGITUDE_SIDE, _LONGITUDE, _STATUS = 1, 2, 3, 4, 9  # in its GPS data
_VOID = "V"  # the receiver had no fix

_MOST_XMP = 2**20  # bytes looked at
_XMP = re.compile(r"\bexif:GPS(Latitude|Longitude|Status)\s*(?:=\s*[\"']|>)\s*([^\"'<>]{1,40})")

Place = tuple[float, float]


def place_in(exif: Image.Exif, xmp: object = None) -> Place | None:
    """Latitude and longitude in degrees that a file tells, None where it tells none.

    `xmp`: the file's XMP packet, if it has one; what EXIF says comes first. A receiver without a
    fix, the point 0, 0 that many write then, and what makes no sense tell no place.
    """
    return _exif_place(exif) or _xmp_place(xmp)


def _exif_place(exif: Image.Exif) -> Place | None:
    try:
        gps = exif.get_ifd(_GPS)
        if _letter(gps.get(_STATUS)) == _VOID:
            return None
        latitude = _degrees(_numbers(gps[_LATITUDE]), _letter(gps[_LATITUDE_SIDE]), "NS", 90)
        longitude = _degrees(_numbers(gps[_LONGITUDE]), _letter(gps[_LONGITUDE_SIDE]), "EW", 180)
    except Exception:  # malformed metadata, of any kind, tells no place
        return None
    return None if latitude == longitude == 0 else (latitude, longitude)


def _xmp_place(xmp: object) -> Place | None:
    """As XMP writes it: "26,54.744N" or "26,54,44.64N"."""
    if not isinstance(xmp, bytes):
        return None
    told = dict(_XMP.findall(xmp[:_MOST_XMP].decode("utf-8", "replace")))
    try:
        if _letter(told.get("Status")) == _VOID:
            return None
        latitude, longitude = (
            _degrees([float(part) for part in text[:-1].split(",")], text[-1].upper(), sides, most)
            for text, sides, most in (
                (told["Latitude"].strip(), "NS", 90),
                (told["Longitude"].strip(), "EW", 180),
            )
        )
    except (KeyError, ValueError, IndexError):
        return None
    return None if latitude == longitude == 0 else (latitude, longitude)


def _letter(value: object) -> str:
    """The first letter of a text that may be padded, lower case or bytes; "" where there is none.

    >>> _letter("n"), _letter(b"E\\x00"), _letter("W "), _letter(None)
    ('N', 'E', 'W', '')
    """
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    return text.strip(" \0")[:1].upper() if isinstance(text, str) else ""


def _numbers(value: Any) -> list[float]:
    """Degrees, or degrees and minutes, or those and seconds, as numbers."""
    return [float(each) for each in (value if isinstance(value, tuple) else (value,))]


def _degrees(parts: Sequence[float], side: str, sides: str, most: float) -> float:
    """Signed degrees from one to three parts and a letter. Raises ValueError for no such place.

    Where the degrees are negative, that is the sign, and the letter says it again.
    """
    if not 1 <= len(parts) <= 3 or not side or side not in sides:
        raise ValueError("no such place")
    whole, *smaller = parts
    if any(not 0 <= part < 60.001 for part in smaller):
        raise ValueError("no such minutes or seconds")
    angle = abs(whole) + sum(part / 60 ** (k + 1) for k, part in enumerate(smaller))
    if not angle <= most:  # also where it is no number
        raise ValueError("no such place")
    negative = math.copysign(1, whole) < 0 or side == sides[1]
    return float(-angle if negative else angle)
