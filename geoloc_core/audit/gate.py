"""An audit in continuous integration: what makes it fail, and its findings as JUnit XML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from geoloc_core.audit.report import Report
from geoloc_core.audit.scan.verdict import Leak
from geoloc_core.audit.verdict import NAMES, AuditError
from geoloc_core.files import write_whole
from geoloc_core.text import terminal_safe

OVERLAP = 0.3  # of two boxes, intersection over union, from which on they are one leak


def effect(report: Mapping[str, Any]) -> tuple[str, tuple[float, float, float]] | None:
    """What leaks, and the share of predictions that it moves with its interval; None if nothing."""
    if report["verdict"]["kind"] != Leak.kind:
        return None
    found = report["scan"]["verdict"].get("found")
    if found:
        return str(found["name"]), tuple(found["travel"])
    swap = next(f for f in report["findings"] if f["number"] == NAMES and f["leaks"])
    return "names", tuple(swap["details"]["excess"])


def status(
    report: Mapping[str, Any], fail_above: float | None, baseline: Mapping[str, Any] | None
) -> tuple[int, str]:
    """The exit status, and why a leak is let pass, in a sentence ("" if none is).

    fail_above: points that a leak must move more than to fail; baseline: an earlier audit, whose
    leak fails only if it has grown: its interval lies above the earlier one.
    """
    usual, moved = int(report["verdict"]["status"]), effect(report)
    if moved is None:
        return usual, ""
    _, (value, low, _) = moved
    if fail_above is not None and 100 * value <= fail_above:
        return 0, f"A leak of {100 * value:.1f} points, not above {fail_above:g}, is let pass."
    if baseline is not None and same_leak(report, baseline):
        _, (before, _, high) = effect(baseline) or ("", (0.0, 0.0, 0.0))
        if low <= high:
            return 0, (
                f"The leak was there before ({100 * before:.1f} points, now {100 * value:.1f}) and "
                "has not surely grown: let pass."
            )
    return usual, ""


def same_leak(report: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two audits found the same leak: one property, boxes that overlap, or two frames."""
    ours, theirs = effect(report), effect(other)
    if ours is None or theirs is None:
        return False
    found = [of["scan"]["verdict"].get("found", {}) for of in (report, other)]
    boxes = [one.get("box") for one in found]
    if None in boxes:
        return ours[0] == theirs[0]
    frames = [one["around"] for one in found]
    if any(frames):
        return all(frames)
    (left, top, right, bottom), (left_2, top_2, right_2, bottom_2) = boxes
    wide = max(0.0, min(right, right_2) - max(left, left_2))
    common = wide * max(0.0, min(bottom, bottom_2) - max(top, top_2))
    areas = (right - left) * (bottom - top) + (right_2 - left_2) * (bottom_2 - top_2)
    return bool(common >= OVERLAP * (areas - common))


def read_baseline(path: Path) -> Report:
    """An earlier audit.json. Raises AuditError, in words, if it is none."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        effect(report)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise AuditError(
            f"{path} cannot be read as the audit.json of an earlier audit: give one that this "
            "version wrote."
        ) from error
    return dict(report)


def write_junit(report: Mapping[str, Any], failed: bool, path: Path) -> None:
    """The audit as JUnit XML: a case for the verdict, for each probe and for each other test."""
    suite = ElementTree.Element("testsuite", name=f"Leak audit of {terminal_safe(report['model'])}")
    kind, words = report["verdict"]["kind"], report["verdict"]["words"]
    cases = [
        ("verdict", words),
        *((f"scan: {probe['name']}", _words(probe)) for probe in report["scan"]["probes"]),
        *((f"test {f['number']}: {f['title']}", f["words"]) for f in report["findings"]),
    ]
    for name, said in cases:
        case = ElementTree.SubElement(suite, "testcase", classname="pata.audit", name=name)
        if failed and name == "verdict":
            ElementTree.SubElement(case, "failure", message=kind).text = terminal_safe(said)
        else:
            ElementTree.SubElement(case, "system-out").text = terminal_safe(said)
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(int(failed)))
    content = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    write_whole(path, lambda file: file.write_bytes(content))


def _words(probe: Mapping[str, Any]) -> str:
    value, low, high = (100 * number for number in probe["travel"])
    return f"{value:.1f} % ({low:.1f} to {high:.1f}) travel, p = {probe['p']:.2g}."
