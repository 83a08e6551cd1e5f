"""What an audit in continuous integration fails on, and its JUnit XML."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from geoloc_core.audit.gate import read_baseline, status, write_junit
from geoloc_core.audit.verdict import AuditError
from geoloc_core.paths import ASSETS

COMMITTED = ASSETS / "audit"


def leaking(
    value: float, *, box: list[float] | None = None, name: str = "a box", around: bool = False
) -> dict:
    found = {
        "name": name,
        "box": box,
        "around": around,
        "travel": [value, value - 0.05, value + 0.05],
    }
    return {
        "verdict": {"kind": "leak", "status": 3},
        "scan": {"verdict": {"kind": "leak", "found": found}},
        "findings": [],
    }


def test_without_options_the_status_is_the_verdicts() -> None:
    assert status(leaking(0.2), None, None) == (3, "")
    none = {"verdict": {"kind": "suspicious", "status": 4}, "scan": {"verdict": {}}}
    assert status(none, 90, None) == (4, "")


@pytest.mark.parametrize(("above", "ended"), [(10, 3), (19.9, 3), (20, 0), (50, 0)])
def test_a_leak_that_moves_no_more_than_was_said_is_let_pass(above: float, ended: int) -> None:
    got, why = status(leaking(0.2), above, None)
    assert got == ended
    assert (f"not above {above:g}, is let pass" in why) == (ended == 0)


def test_only_a_new_or_grown_leak_fails_beside_a_baseline() -> None:
    row, near, top = [0, 0.9, 1, 1], [0.2, 0.92, 1, 1], [0, 0, 1, 0.1]
    before = leaking(0.3, box=row)
    assert status(leaking(0.32, box=near), None, before)[0] == 0
    assert "has not surely grown" in status(leaking(0.32, box=near), None, before)[1]
    assert status(leaking(0.5, box=near), None, before)[0] == 3
    assert status(leaking(0.3, box=top), None, before)[0] == 3
    assert status(leaking(0.3, name="palette"), None, leaking(0.3, name="palette"))[0] == 0
    assert status(leaking(0.3, name="palette"), None, leaking(0.3, name="vignette"))[0] == 3
    wide, thin = ([edge, edge, 1 - edge, 1 - edge] for edge in (0.125, 0.016))
    frame = leaking(0.3, box=wide, around=True)
    assert status(leaking(0.3, box=thin, around=True), None, frame)[0] == 0
    assert status(leaking(0.3, box=wide), None, frame)[0] == 3  # inside it, not around
    clean = {"verdict": {"kind": "none", "status": 0}, "scan": {"verdict": {}}}
    assert status(leaking(0.3, box=row), None, clean)[0] == 3


def test_a_leak_that_only_names_show_is_measured_by_their_test() -> None:
    report = leaking(0.0)
    del report["scan"]["verdict"]["found"]
    swap = {"number": 3, "leaks": True, "details": {"excess": [0.4, 0.3, 0.5]}}
    report["findings"] = [swap]
    assert status(report, 41, None)[0] == 0
    assert status(report, 39, None)[0] == 3
    assert status(report, None, copy.deepcopy(report))[0] == 0


def test_the_baseline_is_an_audit_json(tmp_path: Path) -> None:
    file = tmp_path / "audit.json"
    file.write_text(json.dumps(leaking(0.2)))
    assert read_baseline(file)["verdict"]["kind"] == "leak"
    for wrong in ("", "[]", "{}", '{"verdict": 3}', '{"verdict": {"leak": true}}'):
        file.write_text(wrong)
        with pytest.raises(AuditError, match="cannot be read as the audit"):
            read_baseline(file)
    with pytest.raises(AuditError, match="cannot be read"):
        read_baseline(tmp_path / "none.json")


@pytest.mark.parametrize("failed", [True, False])
def test_junit_xml_holds_every_probe_and_test(failed: bool, tmp_path: Path) -> None:
    report = json.loads((COMMITTED / "unmasked.json").read_text(encoding="utf-8"))
    report["model"] = "<net>\x1b[31m\x00"
    report["findings"][0]["words"] = "]]> & \x08 <b>"
    write_junit(report, failed, tmp_path / "junit.xml")
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot()
    names = [case.get("name") for case in suite]
    assert names[0] == "verdict"
    assert len(names) == 1 + len(report["scan"]["probes"]) + len(report["findings"])
    assert (suite.get("tests"), suite.get("failures")) == (str(len(names)), str(int(failed)))
    assert len(suite.findall("testcase/failure")) == int(failed)
    assert report["verdict"]["words"] in "".join(suite[0].itertext())
