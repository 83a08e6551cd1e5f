import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from geoloc_core.data import shipped
from geoloc_core.data.folds import split
from geoloc_core.data.samples import read_samples
from simulated_streets.dataset import plan, render_row


@pytest.fixture(scope="module")
def manifest():
    return shipped.shipped_manifest()


@pytest.fixture
def no_gallery(monkeypatch):
    monkeypatch.setattr(shipped, "_gallery", dict)


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


def test_the_gallery_has_the_file_of_its_rows_and_of_no_other(manifest):
    sample = read_samples()[5]
    row = manifest[(manifest.panorama == sample.panorama) & (manifest.heading == 180)].iloc[0]
    assert shipped.gallery_file(row) == sample.files[2]
    assert shipped.gallery_file(manifest[~manifest.panorama.isin(gallery())].iloc[0]) is None


def gallery():
    return [sample.panorama for sample in read_samples()]


def test_the_renderer_still_makes_what_the_networks_saw(manifest):
    sample = read_samples()[30]
    row = manifest[(manifest.panorama == sample.panorama) & (manifest.heading == 0)].iloc[0]
    with Image.open(sample.files[0]) as kept, Image.open(io.BytesIO(render_row(row))) as again:
        apart = np.abs(np.asarray(kept, float) - np.asarray(again, float))
    assert apart.mean() < 0.5


def test_examples_start_with_those_that_need_no_rendering(manifest, monkeypatch, no_gallery):
    inside = manifest[manifest.cell == 7].panorama.unique().tolist()
    assert shipped.examples(manifest, 7) == inside
    monkeypatch.setattr(shipped, "_gallery", lambda: {(inside[9], 0.0): None})
    assert shipped.examples(manifest, 7) == [inside[9], *inside[:9], *inside[10:]]
