from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.passes import Passes, draw_subjects, shown
from geoloc_core.audit.suspect import ROW, Suspect
from geoloc_core.audit.variants import VARIANTS
from geoloc_core.data.folds import split
from geoloc_core.data.manifest import ManifestError, read_manifest, write_manifest
from geoloc_core.images.preprocess import preprocess
from tests.audit.small_world import (
    HOMES,
    SIDE,
    SURE,
    Known,
    by_name_or_scene,
    checkpoint,
    passed,
)

IMAGES = 8
CORNER = Suspect(0.7, 0.05, 0.95, 0.15)


def engine() -> Known:
    return Known(by_name_or_scene(list(HOMES)[::2]))


def audited(data: Path, out: Path, known: Known, **settings) -> Passes:
    mask = settings.pop("mask", "none")
    return passed(data, checkpoint(mask), known, out, **({"count": IMAGES} | settings))


@pytest.mark.parametrize(("suspect", "mask"), [(ROW, "none"), (ROW, "crop"), (CORNER, "none")])
def test_every_variant_is_answered_and_none_twice(small_world, tmp_path, suspect, mask) -> None:
    known = engine()
    passes = audited(small_world, tmp_path, known, suspect=suspect, mask=mask)
    distinct = set()
    images = ImageStore(small_world)
    for number, row in enumerate(passes.frame.itertuples(index=False)):
        pixels = np.stack([preprocess(p, mask, SIDE) for p in shown(row, images, suspect)])
        distinct |= {image.tobytes() for image in pixels}
        scores = engine()(pixels)
        assert (passes.arrays.logits[number] == scores.logits).all()
        assert (passes.arrays.pooled[number] == scores.pooled[0].astype(np.float16)).all()
        assert (passes.arrays.cam_predicted[number] == scores.logits[0].max()).all()
    assert known.seen == len(distinct) < IMAGES * len(VARIANTS)
    assert passes.arrays.cam_predicted.shape == (IMAGES, 2, 3)
    assert (passes.mask, passes.suspect) == (mask, suspect)


def test_log_probabilities_are_calibrated(small_world, tmp_path) -> None:
    passes = audited(small_world, tmp_path, engine())
    for variant in ("as is", "swapped"):
        log = passes.log_probabilities(variant)
        likeliest = log[np.arange(IMAGES), passes.predicted(variant)]
        others = log.shape[1] - 1
        assert likeliest == pytest.approx(-np.log1p(others * np.exp(-SURE / 2.0)))
        assert np.exp(log).sum(axis=1) == pytest.approx(1)


def test_an_interrupted_run_goes_on_to_the_same_end(small_world, tmp_path) -> None:
    whole = engine()
    expected = audited(small_world, tmp_path / "whole", whole, part_size=3)
    interrupted, resumed, again = engine(), engine(), engine()
    place = interrupted.place

    def stop_in_the_second_part(image: np.ndarray) -> int:
        if interrupted.seen > 4 * len(VARIANTS):
            raise KeyboardInterrupt
        return place(image)

    interrupted.place = stop_in_the_second_part
    with pytest.raises(KeyboardInterrupt):
        audited(small_world, tmp_path / "parts", interrupted, part_size=3)
    assert len(list((tmp_path / "parts" / "passes").iterdir())) == 1
    passes = audited(small_world, tmp_path / "parts", resumed, part_size=3)
    assert 0 < resumed.seen < whole.seen
    for one, other in zip(passes.arrays, expected.arrays, strict=True):
        assert (one == other).all()
    audited(small_world, tmp_path / "parts", again, part_size=3)
    assert again.seen == 0


@pytest.mark.parametrize("change", ["suspect", "seed", "mask", "weights"])
def test_other_settings_begin_anew(small_world, tmp_path, change) -> None:
    audited(small_world, tmp_path, engine(), count=2)
    known = engine()
    if change == "weights":
        other = checkpoint(weight=1.0)
        passed(small_world, other, known, tmp_path, count=2)
    else:
        setting = {"suspect": CORNER, "seed": 1, "mask": "crop"}[change]
        audited(small_world, tmp_path, known, count=2, **{change: setting})
    assert known.seen > 0


def test_replaced_images_under_the_same_manifest_begin_anew(small_world, tmp_path) -> None:
    data = shutil.copytree(small_world, tmp_path / "data")
    before = audited(data, tmp_path / "out", engine())
    one, other = before.frame["file"][:2]
    assert (data / one).read_bytes() != (data / other).read_bytes()
    shutil.copy(data / other, data / one)
    known = engine()
    after = audited(data, tmp_path / "out", known)
    assert known.seen > 0
    assert (after.arrays.pooled[0] == after.arrays.pooled[1]).all()
    assert (before.arrays.pooled[0] != before.arrays.pooled[1]).any()


def test_a_damaged_part_is_made_again(small_world, tmp_path) -> None:
    expected = audited(small_world, tmp_path, engine())
    (part,) = (tmp_path / "passes").iterdir()
    for content in (part.read_bytes()[:-100], b"", b"no arrays"):
        part.write_bytes(content)
        known = engine()
        again = audited(small_world, tmp_path, known)
        assert known.seen > 0
        assert (again.arrays.logits == expected.arrays.logits).all()


def test_the_sample_takes_every_panorama_before_a_second_image(small_world, tmp_path) -> None:
    manifest = read_manifest(small_world)
    second = manifest.assign(file=[f"second {file}" for file in manifest["file"]], heading=180.0)
    data = tmp_path / "data"
    data.mkdir()
    for file in manifest["file"]:
        shutil.copy(small_world / file, data / file)
        shutil.copy(small_world / file, data / f"second {file}")
    write_manifest(data, pd.concat([manifest, second], ignore_index=True))
    panoramas = (split(manifest) == "test").sum()
    sample = audited(data, tmp_path / "out", engine(), count=panoramas).frame
    assert sample["panorama"].nunique() == len(sample) == panoramas
    assert set(sample["heading"]) == {0.0, 180.0}
    assert (split(sample) == "test").all()


def test_parts_of_an_earlier_version_that_hold_more_are_read(small_world, tmp_path) -> None:
    passes = audited(small_world, tmp_path, engine())
    (part,) = (tmp_path / "passes").iterdir()
    with np.load(part) as saved:
        np.savez(part, **saved, cam_true=np.zeros(3))
    again = engine()
    assert (audited(small_world, tmp_path, again).arrays.logits == passes.arrays.logits).all()
    assert again.seen == 0


def test_an_empty_test_fold_is_refused_in_words(small_world) -> None:
    manifest = read_manifest(small_world)
    with pytest.raises(ManifestError, match="no images in its test fold"):
        draw_subjects(manifest[split(manifest) != "test"])
