import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geoloc_core.display.text import plain_markdown
from geoloc_core.evaluation.confusion import confusion_matrix
from geoloc_core.evaluation.mistakes import worst_confusions
from geoloc_core.evaluation.predictions import read_predictions
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.places import cell_names
from tests.pages.stand_in import painted
from tests.pages.stand_in_results import HOSTILE, held_out, made_up_crossval, make_results

PAGE = Path(__file__).parents[2] / "pages" / "confusion" / "page.py"
NAMES = cell_names(article_grid())


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    directory = tmp_path_factory.mktemp("results")
    make_results(directory)
    return directory


@pytest.fixture
def page(monkeypatch, results):
    """The page over made-up results, not yet run."""
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", results)
    monkeypatch.setattr("geoloc_core.dataset.sampled.shipped_manifest", held_out)
    monkeypatch.setattr("geoloc_core.dataset.sampled.picture_of", lambda row: painted(row["cell"]))
    st.cache_resource.clear()
    return AppTest.from_file(PAGE, default_timeout=120)


@pytest.fixture(scope="module")
def matrix(results):
    return confusion_matrix(read_predictions(results / "masked.parquet"))


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def headings(page):
    return [heading.value for heading in page.subheader]


def test_a_visitor_sees_whose_answers_these_are_and_the_worst_confusion(page, matrix):
    page.run()
    assert not page.exception
    note = html(page)
    assert "Network: Scene only, name cut off. 348 photos of 348 held-out places" in note
    assert "<b>25 %</b> in the right cell (95 % interval 22 % to 28 %)" in note
    worst = worst_confusions(matrix, article_grid()).iloc[0]
    assert page.selectbox(key="truth").value == str(worst["truth"])
    assert page.selectbox(key="answer").value == str(worst["answer"])
    told = f"Photos of {NAMES[worst['truth']]}, taken for {NAMES[worst['answer']]}"
    assert headings(page)[0] == plain_markdown(f"{told}: {worst['pictures']}")


def test_a_link_restores_the_choice_and_a_bad_one_does_no_harm(page):
    page.query_params.update(
        {"model": "unmasked", "mask": "<b>", "scale": "log", "order": "west", "truth": "30"}
        | {"answer": "any", "entries": "shares"}
    )
    page.run()
    assert not page.exception
    assert "Network: Scene and name, name in sight" in html(page)
    assert headings(page)[0] == plain_markdown(f"Photos of {NAMES[30]}: 6")
    kept = {key: page.query_params[key] for key in ("mask", "scale", "order", "truth", "answer")}
    assert {key: np.ravel(value)[0] for key, value in kept.items()} == {
        "mask": "none",
        "scale": "log",
        "order": "west",
        "truth": "30",
        "answer": "any",
    }


def test_another_row_shows_all_its_photos_and_an_empty_entry_says_so(page, matrix):
    page.run()
    page.selectbox(key="truth").set_value("21").run()
    assert page.selectbox(key="answer").value == "any"
    assert headings(page)[0] == plain_markdown(f"Photos of {NAMES[21]}: 6")
    page.selectbox(key="answer").set_value("21").run()
    right = plain_markdown(f"Photos of {NAMES[21]}, recognised: {matrix[21, 21]}")
    assert headings(page)[0] == right
    empty = int(np.flatnonzero(matrix[21] == 0)[0])
    page.selectbox(key="answer").set_value(str(empty)).run()
    assert not page.exception
    assert any("No held-out photo went this way." in text.value for text in page.markdown)


def test_photos_come_four_at_a_time_and_an_uploaders_name_stays_text(page):
    page.query_params.update({"truth": "21", "answer": "any"})
    page.run()
    told = [
        text.value for text in page.markdown if " is " in text.value and " sure of" in text.value
    ]
    assert len(told) == 4
    assert all(plain_markdown(HOSTILE) in text for text in told)
    page.session_state["photos_21_None"] = 2
    page.run()
    assert not page.exception
    assert sum(" sure of" in text.value for text in page.markdown) == 2


def test_a_cross_validation_is_told_where_there_is_one(page, monkeypatch, results, tmp_path):
    page.run()
    assert "Does it depend on the split?" not in headings(page)
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    (tmp_path / "crossval.json").write_text(json.dumps(made_up_crossval()))
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", tmp_path)
    page.run()
    assert not page.exception
    assert "Does it depend on the split?" in headings(page)
    (told,) = (text.value for text in page.markdown if "2 networks" in text.value)
    assert "the name in sight" in told
    assert "1,234" in told
    assert "No panorama and no uploader is in two folds" in told
    table = page.dataframe[-1].value
    assert list(table["all"]) == ["30.0 % (28.0 % to 32.0 %)"] * 4
    assert list(table["folds"]) == ["30.0 % ± 10.0 points"] * 4
    assert list(table["each"][0]) == [0.2, 0.4]


@pytest.mark.parametrize("file", ["masked.json", "crossval.json"])
def test_scores_that_cannot_be_read_are_answered_in_words(
    page, monkeypatch, results, tmp_path, file
):
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    (tmp_path / file).write_text("{")
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", tmp_path)
    page.run()
    assert not page.exception
    assert "does not hold scores" in page.error[0].value.replace("\\", "")


def test_a_photo_that_is_not_in_the_shipped_data_set_is_named_so(page, monkeypatch):
    monkeypatch.setattr("geoloc_core.dataset.sampled.shipped_manifest", lambda: held_out().iloc[:0])
    page.run()
    assert not page.exception
    assert any("cannot be rendered again" in caption.value for caption in page.caption)


def test_what_is_not_committed_is_said_with_the_way_to_make_it(page):
    page.query_params.update({"model": "unmasked", "mask": "box"})
    page.run()
    assert not page.exception
    assert "`make scores` makes them" in page.info[0].value


def test_without_any_results_the_page_says_how_to_make_them(page, monkeypatch, tmp_path):
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", tmp_path)
    page.run()
    assert not page.exception
    assert "`make scores` makes them" in page.info[0].value


def test_results_that_cannot_be_read_are_answered_in_words(page, monkeypatch, tmp_path):
    (tmp_path / "masked.parquet").write_bytes(b"no parquet")
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", tmp_path)
    page.run()
    assert not page.exception
    assert "does not hold predictions" in page.error[0].value.replace("\\", "")


def test_a_network_without_the_chosen_mask_takes_its_own(page):
    page.query_params.update({"model": "unmasked", "mask": "box"})
    page.run()
    page.session_state["model"] = "masked"
    page.run()
    assert not page.exception
    assert "name cut off" in html(page)
