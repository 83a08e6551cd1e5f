"""The images of an audited data set: each file is read once, however many tests look at it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from geoloc_core.data.manifest import ManifestError
from geoloc_core.images.credit_line import Pixels
from geoloc_core.images.photo import Photo, PhotoError, read_photo

LARGEST = 512  # pixels a side; of larger ones too many would not fit into memory
MOST = 512_000_000  # bytes of files that stay in memory; more are read again


class ImageStore:
    """Reads the images of the data set in `data`, and keeps what will be asked for again.

    Files whose pixels were asked for stay in memory as they are on disk, up to `MOST`: a thousand
    images of 256 by 256 pixels are 12 MB so, and 200 MB decoded. Decoded stay only those named in
    `again`.
    """

    def __init__(
        self,
        data: Path,
        *,
        again: Collection[str] = (),
        read: Callable[[Path], bytes] = Path.read_bytes,
        decode: Callable[[bytes], Photo] | None = None,
    ) -> None:
        """Take the data set's folder; nothing is read yet."""
        self.folder, self._again, self._read = data, frozenset(again), read
        self._decode = decode or partial(read_photo, target=LARGEST)
        self._encoded: dict[str, bytes] = {}
        self._size = 0  # of those, in bytes
        self._pixels: dict[str, Pixels] = {}

    def encoded(self, file: str) -> bytes:
        """A file's content, read anew unless its pixels were asked for. Raises ManifestError."""
        if file in self._encoded:
            return self._encoded[file]
        try:
            return self._read(self.folder / file)
        except OSError as error:
            raise self.unreadable(file, error) from error

    def pixels(self, file: str) -> Pixels:
        """An image, RGB uint8 (h, w, 3). Raises ManifestError, naming the file, if it is none."""
        if file in self._pixels:
            return self._pixels[file]
        content = self._kept(file)
        try:
            pixels = self._decode(content).pixels
        except PhotoError as error:
            raise self.unreadable(file, error) from error
        if file in self._again:
            self._pixels[file] = pixels
        return pixels

    def digest(self, file: str) -> str:
        """What a file's content is told from another by. Raises ManifestError."""
        content = self._kept(file)
        return hashlib.sha256(content).hexdigest()

    def _kept(self, file: str) -> bytes:
        """A file's content, kept from now on unless `MOST` is kept already."""
        content = self.encoded(file)
        if file not in self._encoded and self._size + len(content) <= MOST:
            self._encoded[file] = content
            self._size += len(content)
        return content

    def unreadable(self, file: str, error: Exception) -> ManifestError:
        """The error to raise for a file that cannot be read, in words."""
        return ManifestError(f"{self.folder / file} cannot be read: {error}")
