"""Small pictures of the gallery's panoramas, in the folder that the web server hands out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from geoloc_core.dataset.samples import Sample
from geoloc_core.files import write_whole
from geoloc_core.photos.attribution import treat
from geoloc_core.photos.photo import read_photo

_SIZE = (136, 128)


def thumbnail_name(sample: Sample) -> str:
    """The file's name: a hash, so that nothing in it can be hostile and no galleries mix."""
    return f"{hashlib.sha256(sample.panorama.encode()).hexdigest()[:16]}.jpg"


def install_thumbnails(samples: Iterable[Sample], folder: Path) -> None:
    """Write each sample's first view without its attribution row."""
    for sample in samples:
        pixels = treat(read_photo(sample.files[0].read_bytes()).pixels, "crop")
        small = Image.fromarray(pixels).resize(_SIZE, Image.Resampling.LANCZOS)
        write_whole(folder / thumbnail_name(sample), small.save)
