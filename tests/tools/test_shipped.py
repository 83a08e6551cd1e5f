"""The tools that measure every shipped model ask for what the catalogue lists, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geoloc_core.catalogue import HONEST, READER, SHIPPED, results
from tools import audit_shipped, score_shipped


def test_every_result_of_the_catalogue_is_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def score(data: Path, model: str, **how: Any) -> dict[str, Any]:
        asked.append((data, model, how["mask"], how["views"], how["out"]))
        return {"scores": {"top_1": {"value": 0.5, "low": 0.4, "high": 0.6}}, "baselines": {}}

    score_shipped.main(Path("data"), tmp_path, score)
    assert asked == [(Path("data"), *of, tmp_path / of.name) for of in results()]
    said = capsys.readouterr().out.splitlines()
    assert {of.name for of in results()} <= set(said)


@pytest.mark.parametrize(
    ("leaking", "expected"), [({READER}, True), (set(), False), ({READER, HONEST}, False)]
)
def test_the_leak_is_where_it_must_be_or_the_audit_fails(
    leaking: set[str], expected: bool, tmp_path: Path
) -> None:
    def test(data: Path, model: str, out: Path) -> dict[str, Any]:
        out.mkdir(parents=True)
        (out / "audit.json").write_text(model)
        (out / "report.html").write_text(f"<p>{model}")
        return {"verdict": {"kind": "leak" if model in leaking else "none", "words": "said"}}

    assert audit_shipped.main(Path(), tmp_path / "kept", tmp_path / "made", test) is expected
    for model in SHIPPED:
        assert (tmp_path / "made" / f"{model}.json").read_text() == model
        assert (tmp_path / "made" / f"{model}.html").read_text() == f"<p>{model}"
