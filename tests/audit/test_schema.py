"""docs/audit.schema.json describes what audits write, and notices what is none."""

from __future__ import annotations

import json

import jsonschema
import pytest

from geoloc_core.audit.audit import SCHEMA
from geoloc_core.catalogue import SHIPPED
from geoloc_core.paths import ASSETS

DESCRIBED = json.loads((ASSETS.parent / "docs" / "audit.schema.json").read_text(encoding="utf-8"))


def committed(model: str) -> dict:
    return json.loads((ASSETS / "audit" / f"{model}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("model", SHIPPED)
def test_the_committed_audits_are_as_described(model: str) -> None:
    jsonschema.Draft202012Validator.check_schema(DESCRIBED)
    jsonschema.validate(committed(model), DESCRIBED)
    assert DESCRIBED["properties"]["schema"]["const"] == SCHEMA


@pytest.mark.parametrize("change", ["missing", "unknown", "kind", "schema"])
def test_what_is_no_audit_is_noticed(change: str) -> None:
    report = committed("masked")
    if change == "missing":
        del report["images_digest"]
    elif change == "unknown":
        report["extra"] = 1
    elif change == "kind":
        report["verdict"]["kind"] = "clean"
    else:
        report["schema"] = 0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, DESCRIBED)
