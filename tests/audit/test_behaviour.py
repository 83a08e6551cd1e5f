from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geoloc_core.audit.behaviour import accuracies, behaviour
from geoloc_core.audit.findings import Finding
from geoloc_core.audit.passes import Passes
from geoloc_core.audit.suspect import Suspect
from geoloc_core.audit.variants import VARIANTS
from tests.audit.small_world import (
    SURE,
    Known,
    by_name,
    by_name_or_scene,
    by_scene,
    checkpoint,
    passed,
)

BELIEVED = ("Bela Sen", "Divya Nair", "Farid Khan")
DECISIVE = ("mask_gap", "name_swap", "row_only", "spoiled_pictures")


@pytest.fixture(scope="module")
def judged(small_world, tmp_path_factory):
    """The passes and findings, by test, of each of the known networks."""

    def judge(place, mask: str = "none") -> tuple[Passes, dict[str, Finding]]:
        out = tmp_path_factory.mktemp("out")
        passes = passed(small_world, checkpoint(mask), Known(place), out)
        return passes, {finding.test: finding for finding in behaviour(passes)}

    return {
        "reader": judge(by_name()),
        "seer": judge(by_scene),
        "both": judge(by_name_or_scene(BELIEVED)),
        "masked": judge(by_name_or_scene(BELIEVED), mask="crop"),
    }


def test_a_network_that_reads_only_names_is_convicted_by_every_test(judged) -> None:
    passes, found = judged["reader"]
    assert len(passes.frame) == 23
    for test in DECISIVE:
        assert found[test].leaks is True, test
        assert (found[test].value, found[test].control) == (1.0, 0.0), test
        assert found[test].details["excess"] == [1.0, 1.0, 1.0], test
    assert found["mask_gap"].details["mcnemar"]["lost"] == len(passes.frame)
    assert found["scene_only"].value == 0.0
    at_target = found["name_swap"].details["at_target"]
    assert {variant: numbers[0] for variant, numbers in at_target.items()} == {
        **dict.fromkeys(("as is", "hidden", "repainted", "unknown", "same cell"), 0.0),
        "swapped": 1.0,
    }
    same = found["name_swap"].details["unchanged_where_someone_shares_the_home"]
    assert {variant: numbers[0] for variant, numbers in same.items()} == {
        "unknown": 0.0,
        "same cell": 1.0,
        "swapped": 0.0,
    }


def test_a_network_that_sees_only_the_scene_is_acquitted_by_every_test(judged) -> None:
    _, found = judged["seer"]
    for test in DECISIVE:
        assert found[test].leaks is False, test
        assert found[test].details["excess"] == [0.0, 0.0, 0.0], test
    assert found["scene_only"].value == 1.0
    assert found["spoiled_pictures"].value == pytest.approx(2 / 3)  # a black scene shows nothing
    assert found["name_swap_nats"].value == 0.0


def test_reading_beside_seeing_shows_in_the_swap_and_not_in_the_mask_gap(judged) -> None:
    passes, found = judged["both"]
    assert found["mask_gap"].value == 0.0
    assert found["mask_gap"].leaks is False
    believed = passes.frame["swapped"].isin(BELIEVED)
    assert 0.2 < believed.mean() < 0.8
    assert found["name_swap"].value == believed.mean()
    assert found["name_swap"].leaks is True
    known = passes.frame["uploader"].isin(BELIEVED)
    assert found["row_only"].value == known.mean()
    # blurred and tiny JPEG images still show their scene, black ones only some names
    assert found["spoiled_pictures"].value == pytest.approx((2 + known.mean()) / 3)


def test_the_change_of_the_log_probability_is_that_of_the_logits(judged) -> None:
    passes, found = judged["both"]
    # at temperature 2, from one of the others to the likeliest
    step = SURE / 2.0
    believed = passes.frame["swapped"].isin(BELIEVED)
    assert found["name_swap_nats"].value == pytest.approx(step * believed.mean(), abs=1e-5)
    assert found["name_swap_nats"].control == 0.0
    assert found["name_swap_nats"].leaks is None


def test_a_mask_that_takes_the_row_away_acquits_whoever_would_read_it(judged) -> None:
    passes, found = judged["masked"]
    for test in DECISIVE:
        assert found[test].leaks is False, test
    for variant in ("hidden", "repainted", "swapped", "same cell", "unknown"):
        assert (passes.predicted(variant) == passes.predicted("as is")).all()
    assert (passes.predicted("as is") == passes.frame["cell"]).all()


def test_accuracies_hold_every_variant(judged) -> None:
    passes, _ = judged["both"]
    table = accuracies(passes)
    assert list(table) == list(VARIANTS)
    for variant, (accuracy, low, high) in table.items():
        assert accuracy == np.mean(passes.predicted(variant) == passes.frame["cell"])
        assert low <= accuracy <= high


def test_of_a_region_that_is_no_credit_line_the_tests_describe_and_do_not_count(
    small_world: Path, tmp_path: Path
) -> None:
    corner = Suspect(0.0, 0.0, 0.25, 0.25)

    def by_corner(image: np.ndarray) -> int:
        return by_scene(np.tile(image[:64, :64], (4, 4, 1)))

    known = Known(by_corner)
    passes = passed(small_world, checkpoint(), known, tmp_path, suspect=corner)
    found = {finding.test: finding for finding in behaviour(passes)}
    assert (found["mask_gap"].value, found["mask_gap"].control) == (1.0, 0.0)
    assert all(finding.leaks is None for finding in found.values())
    assert "is not the credit line" in found["name_swap"].words


def test_where_no_name_can_be_swapped_the_test_says_so(judged) -> None:
    passes, _ = judged["seer"]
    alone = Passes(
        passes.frame.assign(swapped="", target=-1),
        passes.arrays,
        passes.suspect,
        passes.mask,
        passes.temperature,
    )
    found = {finding.test: finding for finding in behaviour(alone)}
    for test in ("name_swap", "name_swap_nats"):
        assert found[test].leaks is None
        assert np.isnan(found[test].value)
        assert "too few uploaders" in found[test].words
    assert found["mask_gap"].leaks is False
