"""A file that holds a larger picture than it states is not unpacked here."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geoloc_core.images.photo import PhotoError, read_photo
from geoloc_core.images.trial import unpacks_as_stated

LIE = Path(__file__).parent / "corpus" / "larger_than_it_says.avif"  # 16,000 x 16,000 pixels


def avif(shape: tuple[int, ...], **how: object) -> bytes:
    file = io.BytesIO()
    random = np.random.default_rng(0)
    Image.fromarray(random.integers(0, 256, shape, np.uint8)).save(file, "AVIF", **how)
    return file.getvalue()


def test_a_picture_larger_than_stated_is_refused() -> None:
    with Image.open(LIE) as image:
        assert image.size == (96, 96)
    assert not unpacks_as_stated(LIE.read_bytes(), 96 * 96)
    with pytest.raises(PhotoError, match="larger than it says"):
        read_photo(LIE.read_bytes())


def test_the_same_picture_would_fit_if_it_said_so() -> None:
    assert unpacks_as_stated(LIE.read_bytes(), 16_000 * 16_000)


@pytest.mark.parametrize("shape", [(8, 8, 3), (480, 640, 3), (480, 640, 4), (1200, 1600, 4)])
@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
def test_honest_pictures_fit(shape: tuple[int, ...], subsampling: str) -> None:
    assert unpacks_as_stated(avif(shape, subsampling=subsampling, speed=10), shape[0] * shape[1])
