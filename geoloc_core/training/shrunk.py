"""Large photographs, shrunk once: unpacking 12 megapixels takes longer than learning from them.

Training looks at a photograph many times. A large one is read as for a prediction, halved as far as
`preprocess.resize` would, and kept beside the data set; from then on the small copy is read. The
folder may be removed at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image

from geoloc_core.data.table import ManifestError
from geoloc_core.files import write_whole
from geoloc_core.images.credit_line import Pixels
from geoloc_core.images.preprocess import halved
from geoloc_core.training.batches import read_pixels

FOLDER = ".shrunk"  # in the data set's own
LARGE = 256 * 2**10  # bytes; a smaller file is unpacked within some milliseconds
_QUALITY = 95  # of JPEG, without less colour: what it changes is averaged out


def reader(data: Path, size: int) -> Callable[[Path], Pixels]:
    """What reads images of the data set in `data` for a network of at most `size` px a side."""
    return partial(read_shrunk, folder=data / FOLDER, size=size)


def read_shrunk(path: Path, *, folder: Path, size: int) -> Pixels:
    """Read an image (h, w, 3); a large file as its small copy in `folder`, made if there is none.

    A file that was changed is read anew. Where nothing can be written, nothing is kept. Raises
    `ManifestError` as `read_pixels` does.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise ManifestError(f"{path} cannot be read: {error.strerror}.") from error
    if stat.st_size < LARGE:
        return read_pixels(path)
    known_by = f"{path.relative_to(folder.parent)} {stat.st_size} {stat.st_mtime_ns} {size}"
    kept = folder / f"{hashlib.sha256(known_by.encode()).hexdigest()[:32]}.jpg"
    if not kept.is_file():
        small = Image.fromarray(halved(read_pixels(path), size))
        try:
            write_whole(kept, lambda to: small.save(to, quality=_QUALITY, subsampling=0))
        except OSError:
            return halved(read_pixels(path), size)
    return read_pixels(kept)
