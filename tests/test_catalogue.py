"""The catalogue: what is said of a shipped model is said there alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geoloc_core import catalogue
from geoloc_core.catalogue import HONEST, READER, SHIPPED, Shipped, result_name, results
from geoloc_core.display.colours import TRUTH, network_colour
from geoloc_core.evaluation.committed import committed_scores
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.paths import ASSETS
from tests.pages.stand_in import StandIn
from tests.patience import LONG

ROOT = Path(__file__).parents[1]
MADE_UP = Shipped("Made up", "knows nothing", ("crop", "box"), "nothing", 64)


def test_every_result_that_it_lists_is_committed_and_no_other() -> None:
    listed = {of.name: of for of in results()}
    for name, of in listed.items():
        scores = committed_scores(name)
        assert scores is not None, name
        assert (scores["model"], scores["mask"], scores["views"]) == (of.model, of.mask, of.views)
        assert scores["trained_mask"] == SHIPPED[of.model].mask
    stems = {path.stem for path in (ASSETS / "evaluation").glob("*.parquet")}
    assert stems - {"baselines", "crossval"} == set(listed)


@pytest.mark.parametrize("model", SHIPPED)
def test_a_shipped_model_has_weights_of_its_mask_an_audit_and_a_colour(model: str) -> None:
    assert load_checkpoint(checkpoint_path(model)).mask == SHIPPED[model].mask
    assert (ASSETS / "audit" / f"{model}.json").is_file()
    assert (ASSETS / "audit" / f"{model}.html").is_file()
    assert network_colour(model) != TRUTH


def test_the_reader_sees_names_and_the_honest_model_does_not() -> None:
    assert (SHIPPED[READER].mask, SHIPPED[HONEST].mask) == ("none", "crop")


def test_no_other_module_spells_the_name_of_a_model() -> None:
    spelt = re.compile("|".join(f"""["']{name}[_"']""" for name in SHIPPED))
    for folder in ("geoloc_core", "pages", "bench", "tools", "simulated_streets"):
        for path in (ROOT / folder).rglob("*.py"):
            if path != Path(catalogue.__file__):
                assert not spelt.search(path.read_text(encoding="utf-8")), path


def test_a_model_that_is_added_is_measured_and_shipped_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(SHIPPED, "made_up", MADE_UP)
    names = [of.name for of in results() if of.model == "made_up"]
    assert names == ["made_up", "made_up_two_views", "made_up_four_views", "made_up_box"]
    assert result_name("made_up", "box") == "made_up_box"
    assert checkpoint_path("made_up") == ASSETS / "weights" / "made_up.safetensors"


def test_a_model_that_is_added_is_in_the_help() -> None:
    program = (
        "import sys; from geoloc_core import catalogue; "
        "catalogue.SHIPPED['made_up'] = catalogue.SHIPPED[catalogue.HONEST]; "
        "from geoloc_core.cli import main; sys.argv = ['pata', 'predict', '--help']; main()"
    )
    words = [sys.executable, "-c", program]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "made_up" in said


def test_a_model_that_is_added_can_be_chosen_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHIPPED, "made_up", MADE_UP)
    monkeypatch.setattr("geoloc_core.models.predictor.Predictor", StandIn)
    st.cache_resource.clear()
    page = AppTest.from_file(ROOT / "pages" / "confusion" / "page.py", default_timeout=LONG)
    page.query_params["model"] = "made_up"
    page.run()
    assert not page.exception
    assert page.segmented_control(key="model").options == [one.title for one in SHIPPED.values()]
    assert page.segmented_control(key="model").value == "made_up"
    assert "`make scores`" in page.info[0].value
    st.cache_resource.clear()
