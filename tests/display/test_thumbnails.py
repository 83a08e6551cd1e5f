import io

import numpy as np
from PIL import Image

from geoloc_core.data.samples import read_samples
from geoloc_core.display.thumbnails import COLUMNS, SIZE, film_strip
from tests.pages.stand_in import CELLS, make_gallery


def test_each_sample_has_its_place_in_the_strip(tmp_path):
    make_gallery(tmp_path)
    samples = read_samples(tmp_path)
    many = [samples[number % len(samples)] for number in range(COLUMNS + 3)]
    strip = np.asarray(Image.open(io.BytesIO(film_strip(many))))
    width, height = SIZE
    assert strip.shape == (2 * height, COLUMNS * width, 3)
    for number in range(len(many)):
        row, column = divmod(number, COLUMNS)
        tile = strip[row * height : (row + 1) * height, column * width : (column + 1) * width]
        assert abs(float(tile[..., 1].mean()) - 4 * CELLS[number % len(CELLS)]) < 4


def test_a_gallery_without_samples_has_an_empty_strip():
    assert Image.open(io.BytesIO(film_strip([]))).size == (COLUMNS * SIZE[0], SIZE[1])
