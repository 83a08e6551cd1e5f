import json

import pytest

from geoloc_core.display.html import leak_rates
from geoloc_core.display.html.bars import Measured
from geoloc_core.evaluation import predictions

CHARTS = ("plain_accuracy", "spoiled_accuracy", "swapped", "masked_accuracy", "honest_accuracy")


@pytest.fixture(autouse=True)
def committed(monkeypatch, tmp_path):
    """Empty folders in place of what ships."""
    monkeypatch.setattr(predictions, "COMMITTED", tmp_path / "evaluation")
    monkeypatch.setattr(leak_rates, "AUDITS", tmp_path / "audit")
    return tmp_path


def write(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content))


def scores(directory, name, top_1, count):
    top = {"value": top_1, "low": top_1 - 0.02, "high": top_1 + 0.02}
    write(
        directory / "evaluation" / f"{name}.json", {"predictions": count, "scores": {"top_1": top}}
    )


@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_committed_is_no_chart(chart):
    assert getattr(leak_rates, chart)() is None


def test_scores_stand_under_their_network_and_mask(committed):
    scores(committed, "unmasked", 0.66, 2132)
    scores(committed, "unmasked_crop", 0.05, 2132)
    scores(committed, "masked", 0.25, 2132)
    _, rows, source = leak_rates.masked_accuracy()
    assert source == "from the evaluation of 2,132 held-out images"
    assert {label: {n: share.value for n, share in of.items()} for label, of in rows.items()} == {
        "Name visible": {"unmasked": 0.66},
        "Name cropped": {"unmasked": 0.05, "masked": 0.25},
    }
    assert rows["Name cropped"]["masked"] == pytest.approx(Measured(0.25, 0.23, 0.27))


def test_the_audits_tables_are_read_by_their_variants(committed):
    table = {"as is": [0.6, 0.5, 0.7], "blurred": [0.58, 0.5, 0.6], "blackened": [0.5, 0.4, 0.6]}
    other = {"test": "mask_gap", "details": {"accuracy": {}}}
    found = {"test": "spoiled_pictures", "details": {"accuracy": table, "pictures": 1000}}
    write(committed / "audit" / "unmasked.json", {"findings": [other, found]})
    _, rows, source = leak_rates.spoiled_accuracy()
    assert source == "from the evaluation of 1,000 held-out images"
    assert rows["Blackened"] == {"unmasked": Measured(0.5, 0.4, 0.6)}


def test_a_test_that_could_not_be_done_is_no_chart(committed):
    write(committed / "audit" / "masked.json", {"findings": [{"test": "name_swap", "details": {}}]})
    assert leak_rates.swapped() is None
