import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from geoloc_core.audit.swaps import homes
from geoloc_core.data import shipped
from geoloc_core.data.folds import split
from geoloc_core.evaluation.balanced import balanced_scores
from geoloc_core.evaluation.confusion import confusion_matrix, images_of_entry
from geoloc_core.evaluation.mistakes import telling_confusion
from geoloc_core.evaluation.opened import opened_predictions
from geoloc_core.evaluation.predictions import (
    PHOTOGRAPHS,
    committed_predictions,
    read_predictions,
    write_predictions,
)
from geoloc_core.geography.grid import article_grid, square_grid
from geoloc_core.geography.place_names import cell_names
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.text import plain_markdown
from pages.confusion.own import SCORES
from tests.pages.stand_in import painted
from tests.pages.stand_in_results import HOSTILE, held_out, made_up, made_up_crossval, make_results
from tests.patience import LONG

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
    monkeypatch.setattr("geoloc_core.data.shipped.shipped_manifest", held_out)
    monkeypatch.setattr("pages.common.shipped_images.image_of", lambda row: painted(row["cell"]))
    st.cache_resource.clear()
    return AppTest.from_file(PAGE, default_timeout=LONG)


@pytest.fixture(scope="module")
def matrix(results):
    return confusion_matrix(read_predictions(results / "unmasked.parquet"))


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def words(page):
    return " ".join(element.value for element in page.markdown)


def headings(page):
    return [heading.value for heading in page.header]


def telling(results, name):
    """The entry that the page opens on; the stand-in's one uploader is at home somewhere."""
    frame = held_out()
    home = homes(frame[split(frame) == "train"])["home"].to_dict()
    predictions = read_predictions(results / f"{name}.parquet")
    return telling_confusion(predictions, article_grid(), home)


def test_a_visitor_sees_whose_predictions_these_are_and_the_telling_confusion(page, results):
    page.run()
    assert not page.exception
    note = html(page)
    assert "Scene and name, name visible: <b>25 %</b> of 348 held-out photos (348 places)" in note
    assert "(95 % interval 22 % to 28 %). Median error: <b>321 km</b>" in note
    truth, predicted = telling(results, "unmasked")
    assert page.selectbox(key="truth").value == str(truth)
    assert page.selectbox(key="predicted").value == str(predicted)
    assert headings(page)[0] == plain_markdown(f"{NAMES[truth]} predicted as {NAMES[predicted]}")


def test_the_shipped_network_opens_on_photos_that_it_placed_at_their_uploaders_home():
    """What the opening entry says, of the committed predictions."""
    frame = shipped.shipped_manifest()
    home = homes(frame[split(frame) == "train"])["home"].to_dict()
    predictions = committed_predictions("unmasked")
    truth, predicted = telling_confusion(predictions, article_grid(), home)
    rows = images_of_entry(predictions, truth, predicted)
    assert len(rows) == 7
    assert (predictions.frame["uploader"].iloc[rows].map(home) == predicted).all()
    km = haversine_km(article_grid().centroids[truth], article_grid().centroids[predicted])
    assert km > 1500


def test_results_over_the_networks_own_grid_show_its_cells(page, monkeypatch, tmp_path):
    make_results(tmp_path, grid=square_grid(6))
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", tmp_path)
    monkeypatch.setattr("geoloc_core.models.model_grid._grid_in_file", lambda _: square_grid(6))
    page.run()
    assert not page.exception
    assert not page.error
    names = cell_names(square_grid(6))
    assert len(page.selectbox(key="truth").options) == len(names) == 19
    page.selectbox(key="truth").set_value("18").run()
    assert not page.exception
    assert headings(page)[0] == plain_markdown(f"Photos of {names[18]}")
    assert "**6** held-out photos." in words(page)


def test_results_over_another_grid_than_the_networks_are_refused(page, monkeypatch, tmp_path):
    make_results(tmp_path, grid=square_grid(6))
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", tmp_path)
    page.run()
    assert not page.exception
    assert "made over another grid" in page.error[0].value
    assert not page.header


def test_each_network_starts_with_its_own_mask_and_goes_on_to_its_telling_entry(page, results):
    page.run()
    page.session_state["model"] = "masked"
    page.run()
    assert not page.exception
    assert "Scene only, name cropped: " in html(page)
    assert page.selectbox(key="truth").value == str(telling(results, "masked")[0])


def test_an_entry_that_the_visitor_chose_stays_when_the_network_changes(page):
    page.run()
    page.selectbox(key="truth").set_value("21").run()
    page.session_state["model"] = "masked"
    page.run()
    assert page.selectbox(key="truth").value == "21"
    assert page.selectbox(key="predicted").value == "any"


def test_a_link_restores_the_choice_and_a_bad_one_does_no_harm(page):
    page.query_params.update(
        {"model": "<b>", "scale": "log", "order": "west", "truth": "30"} | {"entries": "none"}
    )
    page.run()
    assert not page.exception
    assert "Scene and name, name visible" in html(page)
    assert headings(page)[0] == plain_markdown(f"Photos of {NAMES[30]}")
    assert page.session_state["scale"] == "log"
    assert page.session_state["order"] == "west"
    assert page.session_state["entries"] == "counts"


def test_another_row_shows_all_its_photos_and_an_empty_entry_says_cells_and_km(page, matrix):
    page.run()
    page.selectbox(key="truth").set_value("21").run()
    assert page.selectbox(key="predicted").value == "any"
    assert headings(page)[0] == plain_markdown(f"Photos of {NAMES[21]}")
    assert "**6** held-out photos." in words(page)
    page.selectbox(key="predicted").set_value("21").run()
    assert headings(page)[0] == plain_markdown(f"{NAMES[21]}, predicted correctly")
    assert f"**{matrix[21, 21]} of 6** held-out photos" in words(page)
    empty = int(np.flatnonzero(matrix[21] == 0)[0])
    page.selectbox(key="predicted").set_value(str(empty)).run()
    assert not page.exception
    assert headings(page)[0] == plain_markdown(f"{NAMES[21]} predicted as {NAMES[empty]}")
    km = haversine_km(*article_grid().centroids[[21, empty]])
    assert f"**0 of 6** held-out photos of {plain_markdown(NAMES[21])}" in words(page)
    assert f"The two cells are **{km:,.0f} km** apart." in words(page)


def test_photos_come_four_at_a_time_and_an_uploaders_name_stays_text(page):
    page.query_params.update({"truth": "21"})
    page.run()
    told = [text.value for text in page.markdown if " km off.**" in text.value]
    assert len(told) == 4
    assert all(plain_markdown(HOSTILE) in text for text in told)
    page.session_state["photos_21_None"] = 2
    page.run()
    assert not page.exception
    assert sum(" km off.**" in text.value for text in page.markdown) == 2


def test_a_cross_validation_is_told_where_there_is_one(page, monkeypatch, results, tmp_path):
    page.run()
    assert "Cross-validation" not in headings(page)
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    (tmp_path / "crossval.json").write_text(json.dumps(made_up_crossval()))
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", tmp_path)
    page.run()
    assert not page.exception
    assert "Cross-validation" in headings(page)
    (told,) = (text.value for text in page.markdown if "2 networks" in text.value)
    assert "the name visible" in told
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
    monkeypatch.setattr("geoloc_core.data.shipped.shipped_manifest", lambda: held_out().iloc[:0])
    page.run()
    assert not page.exception
    assert any("cannot be rendered again" in caption.value for caption in page.caption)


def test_what_was_not_evaluated_is_said_with_the_way_to_make_it(page):
    page.query_params.update({"hidden_unmasked": "yes", "hidden_by": "box"})
    page.run()
    assert not page.exception
    assert "`make scores` makes it" in page.info[0].value


def test_without_any_results_the_page_says_how_to_make_them(page, monkeypatch, tmp_path):
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", tmp_path)
    page.run()
    assert not page.exception
    assert "`make scores` makes it" in page.info[0].value


def test_results_that_cannot_be_read_are_answered_in_words(page, monkeypatch, tmp_path):
    (tmp_path / "masked.parquet").write_bytes(b"no parquet")
    monkeypatch.setattr("geoloc_core.evaluation.predictions.COMMITTED", tmp_path)
    page.run()
    assert not page.exception
    assert "does not hold predictions" in page.error[0].value.replace("\\", "")


@pytest.fixture(scope="module")
def own_file(tmp_path_factory):
    """An evaluation of photographs of one's own by a model of another name."""
    frame = held_out(2).assign(
        heading=np.nan, collection="", credible_level=0.9, uploader="Asha", panorama=HOSTILE
    )
    frame["panorama"] += frame["cell"].astype(str)
    path = tmp_path_factory.mktemp("own") / "own.parquet"
    predictions = made_up("my <b>scene`", frame, 200.0)
    write_predictions(path, replace(predictions, split=PHOTOGRAPHS))
    return path.read_bytes()


def test_ones_own_evaluation_is_shown_with_what_the_page_knows_of_it(page, own_file):
    page.run()
    page.file_uploader(key="own_evaluation").upload("own.parquet", own_file).run()
    assert not page.exception
    assert not page.error
    assert "my <b>scene`, name visible: <b>116</b> photos of <b>58</b> places" not in html(page)
    assert "my &lt;b&gt;scene`, name visible: <b>116</b> photos of <b>58</b> places" in html(page)
    table = page.dataframe[0].value.set_index("score")
    predictions, grid = opened_predictions(own_file)
    places = predictions.panoramas
    by_hand = balanced_scores(
        predictions.probabilities, predictions.cells, predictions.points, places, grid, level=0.9
    )
    assert len(table) == len(SCORES)
    for name in SCORES.keys() & by_hand.keys():
        title, is_share = SCORES[name]
        shown = f"{100 * by_hand[name]:.1f} %" if is_share else f"{by_hand[name]:.2f}"
        assert table["value"][title].startswith(f"{shown} (")
    assert table["chance"].iloc[:3].tolist() == ["50.0 %", "8.6 %", "4.06"]
    assert any("cannot show your photos" in caption.value for caption in page.caption)
    page.selectbox(key="truth").set_value("21").run()
    assert "**2** photos." in words(page)
    assert any(caption.value == plain_markdown("21-0.jpg") for caption in page.caption)
    assert "held-out" not in words(page)
    assert "home:" not in words(page)
    assert "Cross-validation" not in headings(page)


def test_an_evaluation_in_the_folder_of_ones_own_data_shows_its_photos(
    page, own_file, monkeypatch, tmp_path
):
    """Both kinds: photographs, and the test fold of a data set. What is uploaded shows none."""
    (tmp_path / "evaluations").mkdir()
    (tmp_path / "evaluations" / "mine.parquet").write_bytes(own_file)
    Image.fromarray(painted(21)).save(tmp_path / "21-0.jpg")
    fold = held_out(2).assign(credible_level=0.9, uploader="Asha")
    predictions = made_up("another", fold, 200.0)
    write_predictions(tmp_path / "evaluations" / "fold.parquet", predictions)
    monkeypatch.setenv("PATA_DATA", str(tmp_path))
    page.run()
    assert not page.exception
    choice = page.selectbox(key="evaluation")
    assert choice.options == ["Networks that ship", "fold", "mine"]
    for name in ("mine", "fold"):
        page.selectbox(key="evaluation").set_value(name).run()
        assert not page.exception
        assert not page.error
        page.selectbox(key="truth").set_value("21").run()
        assert len(page.get("image")) == 1, "of two photos one is there"
        assert any("cannot be read" in caption.value for caption in page.caption)
        assert "home:" not in words(page)
        assert not any("cannot show your photos" in caption.value for caption in page.caption)
    page.file_uploader(key="own_evaluation").upload("own.parquet", own_file).run()
    page.selectbox(key="truth").set_value("21").run()
    assert not page.get("image"), "an upload may name any file"


def test_a_file_that_is_none_is_answered_in_words_and_goes_when_it_is_taken_away(page):
    page.run()
    page.file_uploader(key="own_evaluation").upload("own.parquet", b"none").run()
    assert not page.exception
    assert "is no evaluation" in page.error[0].value
    assert not page.header
    page.file_uploader(key="own_evaluation").clear().run()
    assert not page.error
    assert "Scene and name, name visible" in html(page)


def test_a_network_without_the_chosen_cover_is_shown_cropped(page):
    page.query_params.update({"model": "masked", "hidden_by": "box"})
    page.run()
    assert not page.exception
    assert "Scene only, name cropped" in html(page)
