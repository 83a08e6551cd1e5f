"""Small images of the gallery's panoramas, all in one image: one request instead of many."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from geoloc_core.assets import AssetError, intact
from geoloc_core.data.samples import Sample
from geoloc_core.images.photo import read_photo
from geoloc_core.images.preprocess import apply_mask

SIZE = (120, 112)  # of one thumbnail, width and height in pixels
COLUMNS = 10


def film_strip(samples: Sequence[Sample]) -> bytes:
    """Each sample's first view without its credit line, `COLUMNS` a row, as a WebP file."""
    width, height = SIZE
    rows = max(1, -(-len(samples) // COLUMNS))
    strip = Image.new("RGB", (COLUMNS * width, rows * height))
    for number, sample in enumerate(samples):
        try:
            file = intact(sample.files[0])
        except AssetError:  # its place stays black
            continue
        pixels = apply_mask(read_photo(file.read_bytes()).pixels, "crop")
        small = Image.fromarray(pixels).resize(SIZE, Image.Resampling.LANCZOS)
        strip.paste(small, (number % COLUMNS * width, number // COLUMNS * height))
    encoded = io.BytesIO()
    strip.save(encoded, "WEBP", quality=72, method=4)
    return encoded.getvalue()
