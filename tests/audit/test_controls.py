"""The audit's own controls: a reader of names is convicted, two networks that read none are not.

All three are the same layer, fitted the same way to the same scenes; what differs is whether the
names in its training images were those of the uploaders, shuffled, or out of sight.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from geoloc_core.audit.audit import heard
from geoloc_core.audit.scan.verdict import NoLeakFound
from geoloc_core.audit.verdict import Verdict, verdict
from geoloc_core.data.manifest import on_grid, read_manifest
from geoloc_core.images.credit_line import Mask
from tests.audit.made import make_data, trained
from tests.audit.small_world import passed


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data(tmp_path_factory.mktemp("named"))


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data(tmp_path_factory.mktemp("shuffled"), shuffled=True)


def judged(training: Path, mask: Mask, data: Path, out: Path) -> tuple[Verdict, dict[str, bool]]:
    """The verdict on a network trained on one data set and audited on another."""
    checkpoint, engine = trained(training, mask)
    passes = passed(data, checkpoint, engine, out)
    findings = heard(passes, on_grid(read_manifest(data), checkpoint.grid))
    judged = verdict(findings, NoLeakFound(0.1, ("a part",)))
    return judged, {f.test: f.leaks for f in findings if f.leaks is not None}


def test_a_network_that_reads_names_is_convicted(named: Path, tmp_path: Path) -> None:
    found, leaks = judged(named, "none", named, tmp_path)
    assert found.kind == "leak"
    assert {"mask_gap", "name_swap", "row_only"} <= {test for test in leaks if leaks[test]}
    assert found.words.startswith("Leak detected.")


def test_one_that_learned_from_shuffled_names_is_acquitted(
    named: Path, shuffled: Path, tmp_path: Path
) -> None:
    found, leaks = judged(shuffled, "none", named, tmp_path)
    assert found.kind == "none"
    assert not any(leaks[test] for test in ("mask_gap", "name_swap", "row_only"))


def test_one_that_sees_the_scene_alone_is_acquitted(named: Path, tmp_path: Path) -> None:
    found, leaks = judged(named, "crop", named, tmp_path)
    assert found.kind == "none"
    assert not any(leaks[test] for test in ("mask_gap", "name_swap", "row_only"))
