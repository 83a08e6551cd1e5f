"""What the audit says of its numbers, and that the committed audits say it."""

from __future__ import annotations

import json

import pytest

from geoloc_core.audit import words
from geoloc_core.audit.reworded import reworded
from geoloc_core.catalogue import SHIPPED
from geoloc_core.paths import ASSETS


def committed(model: str) -> dict:
    return json.loads((ASSETS / "audit" / f"{model}.json").read_text(encoding="utf-8"))


def test_numbers_in_words() -> None:
    assert words.said((0.123, 0.1, 0.2), "points") == "12.3 points (10.0 to 20.0)"
    assert words.said((1.234, -0.5, 2.0), "nats") == "+1.23 nats (-0.50 to +2.00)"


@pytest.mark.parametrize("model", SHIPPED)
def test_the_committed_audits_are_in_todays_words(model: str) -> None:
    assert reworded(committed(model)) == committed(model)
    page = (ASSETS / "audit" / f"{model}.html").read_text(encoding="utf-8")
    for finding in committed(model)["findings"]:
        assert finding["title"] in page.replace("&#39;", "'")


def test_the_shipped_verdicts() -> None:
    assert committed("unmasked")["verdict"]["words"].startswith(
        "Leak detected. The network recognises uploaders by this: the box "
    )
    assert committed("masked")["verdict"]["words"].startswith(
        "No leak found within what was tested"
    )


def test_overlapping_folds_and_revealing_metadata_are_named() -> None:
    clean = {"excess": [0.0, 0.0, 0.0], "byte for byte": 0, "same place": 0}
    assert not words.overlaps(clean)
    assert words.overlaps(clean | {"same place": 1})
    assert words.overlaps(clean | {"excess": [0.03, 0.02, 0.04]})
    features = {
        name: {"accuracy": [low, low, low], "beyond the commonest cell": [low, low, low]}
        for name, low in {"month": 0.3, "width": 0.02}.items()
    }
    assert words.telling({"features": features}) == ["month"]
    told = words.finding_words(
        "metadata", (0.3,) * 3, (0.02,) * 3, "share", None, {"features": features}
    )
    assert "(month)" in told
    assert told.endswith("Revealing: month.")


def test_what_could_not_be_measured_keeps_its_reason() -> None:
    report = committed("masked")
    nothing = {"value": None, "leaks": None, "details": {}, "words": "Too few panoramas."}
    findings = [
        finding | (nothing if finding["test"] == "metadata" else {})
        for finding in report["findings"]
    ]
    again = reworded(report | {"findings": findings})["findings"]
    assert next(one["words"] for one in again if one["test"] == "metadata") == "Too few panoramas."
