"""The numbers that people read are the committed ones."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geoloc_core.evaluation.evaluate import evaluation, write_evaluation
from geoloc_core.geography.grid import article_grid
from tests.evaluation.made import made_predictions

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("numbers", ROOT / "tools" / "write_numbers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_documents_hold_the_committed_numbers(tool) -> None:
    for document in tool.DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        assert tool.with_numbers(text) == text, document.name
    assert tool.bench_table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_what_the_readme_says_of_the_cures_is_what_was_measured(tool) -> None:
    cures = tool.read(tool.EVALUATION / "cures.json")
    visible, cropped = (
        {name: of["top_1"][mask]["value"] for name, of in cures.items()}
        for mask in ("none", "crop")
    )
    assert visible["crop"] > cropped["crop"] + 0.1
    assert visible["random-name"] < cropped["random-name"] + 0.05
    assert not any(finding["leaks"] for finding in cures["random-name"]["findings"])


def test_a_changed_number_is_noticed(tool, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tool.DOCUMENTS[0].read_text(encoding="utf-8")
    monkeypatch.setattr(tool, "TABLES", {"bench": lambda: "| another |"})
    assert tool.with_numbers(text) != text


def test_score_tables_say_what_the_files_say(
    tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "EVALUATION", tmp_path)
    assert len(tool.scores_table().splitlines()) == 2  # nothing is committed: the head alone
    made = replace(made_predictions(), mask="crop")
    chance = replace(made, logits=np.zeros_like(made.logits))
    known = dict.fromkeys(tool.BASELINES, chance)
    result = evaluation(made, article_grid(), 0.9, known)
    write_evaluation(tmp_path / "masked.json", result)
    write_evaluation(tmp_path / "masked_none.json", result | {"mask": "none"})

    rows = tool.scores_table().splitlines()[2:]
    assert len(rows) == 2 + len(known)
    top = result["scores"]["top_1"]
    assert f"| {top['value']:.1%} ({top['low']:.1%} – {top['high']:.1%}) |" in rows[0]
    assert "| the same | 1.7% (1.7% – 1.7%) | 8.6% |" in rows[-1]

    (calibration, _) = tool.calibration_table().splitlines()[2:]
    before, after = (result["scores"][name]["value"] for name in ("ece_unscaled", "ece"))
    assert f"| {before:.3f} | {after:.3f} |" in calibration
    assert "(90%)" in calibration

    estimators = tool.estimators_table().splitlines()[2:]  # of the mask of training alone
    assert len(estimators) == len(tool.POINTS)
    for row, name in zip(estimators, tool.POINTS, strict=True):
        assert f"| {result['scores'][f'{name}_median_km']['value']:.0f} |" in row


def test_the_figures_of_others_are_there(tool) -> None:
    for figure in ("60.0%", "25.0%", "25.9%", "38.3%", "60.8%", "76.7%"):
        assert figure in tool.peers_table()
