import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from geoloc_core.dataset import sampled
from geoloc_core.dataset.folds import split
from geoloc_core.dataset.samples import read_samples
from geoloc_core.dataset.simulate import plan, render_row


@pytest.fixture(scope="module")
def manifest():
    return sampled.shipped_manifest()


@pytest.fixture
def no_gallery(monkeypatch):
    monkeypatch.setattr(sampled, "_gallery", dict)


def test_the_shipped_manifest_is_what_its_command_plans(manifest):
    planned = plan(44, 1)[manifest.columns]
    pd.testing.assert_frame_equal(planned, manifest, check_dtype=False)


def test_the_gallery_is_part_of_it(manifest):
    rows = manifest.assign(fold=split(manifest)).set_index(["panorama", "heading"])
    for sample in read_samples():
        for heading in sample.headings:
            row = rows.loc[(sample.panorama, heading)]
            assert (row.cell, row.uploader, row.fold) == (sample.cell, sample.uploader, "test")
            assert (row.latitude, row.longitude) == (sample.latitude, sample.longitude)


def test_a_picture_of_the_gallery_is_its_file(manifest, monkeypatch):
    monkeypatch.setattr(sampled, "render_row", None)
    sample = read_samples()[5]
    row = manifest[(manifest.panorama == sample.panorama) & (manifest.heading == 180)].iloc[0]
    with Image.open(sample.files[2]) as picture:
        np.testing.assert_array_equal(sampled.picture_of(row), np.asarray(picture))


def test_any_other_picture_is_rendered(manifest, monkeypatch, no_gallery):
    def grey(row):
        buffer = io.BytesIO()
        Image.new("RGB", (256, 256), (int(row["heading"]), 100, 100)).save(buffer, "PNG")
        return buffer.getvalue()

    monkeypatch.setattr(sampled, "render_row", grey)
    pixels = sampled.picture_of(manifest.iloc[1])
    assert pixels.shape == (256, 256, 3)
    assert pixels.dtype == np.uint8
    assert pixels[0, 0].tolist() == [90, 100, 100]


def test_the_renderer_still_makes_what_the_networks_saw(manifest):
    sample = read_samples()[30]
    row = manifest[(manifest.panorama == sample.panorama) & (manifest.heading == 0)].iloc[0]
    with Image.open(sample.files[0]) as kept, Image.open(io.BytesIO(render_row(row))) as again:
        apart = np.abs(np.asarray(kept, float) - np.asarray(again, float))
    assert apart.mean() < 0.5


def test_examples_start_with_those_that_need_no_rendering(manifest, monkeypatch, no_gallery):
    inside = manifest[manifest.cell == 7].panorama.unique().tolist()
    assert sampled.examples(manifest, 7) == inside
    monkeypatch.setattr(sampled, "_gallery", lambda: {(inside[9], 0.0): None})
    assert sampled.examples(manifest, 7) == [inside[9], *inside[:9], *inside[10:]]
