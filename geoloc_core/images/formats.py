"""The image formats that are read: one list for the browser, folders, the reader and its messages.

What a file is, its first bytes tell. How long it would take to unpack is told before it is tried.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

EXTENSIONS = {
    "JPEG": ("jpg", "jpeg", "jfif", "mpo"),
    "PNG": ("png",),
    "WEBP": ("webp",),
    "HEIF": ("heic", "heif", "hif"),
    "AVIF": ("avif",),
}
"""File extensions by Pillow's name of the format."""

IN_WORDS = "JPEG, PNG, WebP, HEIC or AVIF"
SUFFIXES = frozenset(f".{each}" for known in EXTENSIONS.values() for each in known)

_HEIF_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)
_AVIF_BRANDS = frozenset((b"avif", b"avis"))

_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_BARE = (0x01, *range(0xD0, 0xD9))  # markers without a length: restarts, start of image
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")  # in packed data: any but a restart


class Scans(NamedTuple):
    """The scans of a JPEG, and whether each refines the image of the ones before."""

    number: int
    progressive: bool


def format_of(data: bytes) -> str | None:
    """Pillow's name of the format that the first bytes tell, None for one that is not read."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _boxed(data)
    return None


def _boxed(data: bytes) -> str | None:
    """HEIF or AVIF by the brands in the first box: a main one, a version, compatible ones."""
    (length,) = struct.unpack(">I", data[:4])
    box = data[8 : min(length, 256)]
    brands = {box[:4], *(box[at : at + 4] for at in range(8, len(box), 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIF" if box[:4] in _HEIF_BRANDS else None


def jpeg_scans(data: bytes) -> Scans:
    """The scans of the JPEG that `data` begins with; what stands behind its end is not looked at.

    A phone may append a film, in which any bytes may look like a scan.
    """
    count, progressive, at = 0, False, 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == _END_OF_IMAGE:
            break
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        progressive |= marker in _PROGRESSIVE
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == _START_OF_SCAN:
            count += 1
            found = _MARKER.search(data, at)
            if found is None:
                break
            at = found.end() - 2
    return Scans(count, progressive)


def png_chunks(data: bytes, most: int) -> int:
    """The number of a PNG's chunks, counted up to `most` + 1."""
    count, at = 0, 8
    while at + 8 <= len(data) and count <= most:
        at += 12 + int.from_bytes(data[at : at + 4])
        count += 1
    return count
