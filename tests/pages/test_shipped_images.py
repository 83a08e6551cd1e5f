import io
import sys

import numpy as np
import pytest
from PIL import Image

from geoloc_core.data import shipped
from geoloc_core.data.samples import read_samples
from pages.common.shipped_images import image_of
from simulated_streets import dataset


@pytest.fixture(scope="module")
def manifest():
    return shipped.shipped_manifest()


@pytest.fixture
def other(manifest):
    """A row that the gallery does not hold."""
    kept = {sample.panorama for sample in read_samples()}
    return manifest[~manifest.panorama.isin(kept)].iloc[1]


def test_an_image_of_the_gallery_is_its_file(manifest, monkeypatch):
    monkeypatch.setattr(dataset, "render_row", None)
    sample = read_samples()[5]
    row = manifest[(manifest.panorama == sample.panorama) & (manifest.heading == 180)].iloc[0]
    with Image.open(sample.files[2]) as image:
        np.testing.assert_array_equal(image_of(row), np.asarray(image))


def test_any_other_image_is_rendered(other, monkeypatch):
    def grey(row):
        buffer = io.BytesIO()
        Image.new("RGB", (256, 256), (int(row["heading"]), 100, 100)).save(buffer, "PNG")
        return buffer.getvalue()

    monkeypatch.setattr(dataset, "render_row", grey)
    image = image_of(other)
    assert image.shape == (256, 256, 3)
    assert image.dtype == np.uint8
    assert image[0, 0].tolist() == [int(other["heading"]), 100, 100]


def test_without_the_renderer_there_is_none(other, monkeypatch):
    monkeypatch.setitem(sys.modules, "simulated_streets.dataset", None)
    assert image_of(other) is None
