import numpy as np
from PIL import Image

from geoloc_core.dataset.samples import read_samples
from geoloc_core.display.thumbnails import install_thumbnails, thumbnail_name
from tests.pages.stand_in import CELLS, make_gallery


def test_each_sample_has_a_small_picture_of_its_own(tmp_path):
    make_gallery(tmp_path)
    samples = read_samples(tmp_path)
    install_thumbnails(samples, tmp_path / "served")
    for cell, sample in zip(CELLS, samples, strict=True):
        small = np.asarray(Image.open(tmp_path / "served" / thumbnail_name(sample)))
        assert small.shape == (128, 136, 3)
        assert abs(float(small[..., 1].mean()) - 4 * cell) < 4
