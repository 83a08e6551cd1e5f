"""A report of an audit, worded anew from the numbers that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from geoloc_core.audit.findings import Finding
from geoloc_core.audit.scan.verdict import as_json, of_json
from geoloc_core.audit.verdict import verdict
from geoloc_core.audit.words import REMOVED, TITLES, finding_words, relevance_words


def reworded(report: Mapping[str, Any]) -> dict[str, Any]:
    """A report, as audit.json holds it, with its numbers in today's words."""
    findings = [finding | _reworded(finding) for finding in report["findings"]]
    scanned = {**report["scan"], "verdict": as_json(of_json(report["scan"]["verdict"]))}
    judged = verdict([Finding(**f) for f in findings], of_json(report["scan"]["verdict"]))
    return {**report, "findings": findings, "scan": scanned, "verdict": asdict(judged)}


def _reworded(finding: Mapping[str, Any]) -> dict[str, str]:
    title, details = {"title": TITLES[finding["test"]]}, finding["details"]
    if "excess" in details:
        value, control = (
            tuple(finding[end] for end in ends)
            for ends in (("value", "low", "high"), ("control", "control_low", "control_high"))
        )
        of = finding["test"], value, control, finding["unit"], finding["leaks"], details
        return title | {"words": finding_words(*of)}
    if "share of the area" in details:
        return title | {"words": relevance_words(finding["value"], details["share of the area"])}
    return title | ({"words": REMOVED} if finding["value"] == 0 else {})
