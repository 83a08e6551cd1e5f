import io
from pathlib import Path

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from geoloc_core.dataset.samples import read_samples
from geoloc_core.display import leak_numbers
from geoloc_core.display.leak_charts import Measured
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.places import cell_names
from tests.pages.stand_in import CELLS, PEOPLE, StandIn, make_gallery, painted

PAGE = Path(__file__).parents[2] / "pages" / "leakage" / "page.py"
NAMES = cell_names(article_grid())
LEELA, OMAR = PEOPLE


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    directory = tmp_path_factory.mktemp("gallery")
    make_gallery(directory)
    return read_samples(directory)


@pytest.fixture
def page(monkeypatch, tmp_path, gallery):
    """The page over the stand-in's world, nothing measured yet, not yet run."""
    monkeypatch.setattr("geoloc_core.dataset.samples.read_samples", lambda: gallery)
    monkeypatch.setattr("geoloc_core.model.predictor.Predictor", StandIn)
    monkeypatch.setattr("geoloc_core.model.checkpoint.checkpoint_path", lambda name: tmp_path)
    monkeypatch.setattr("geoloc_core.dataset.sampled.shipped_manifest", lambda: None)
    monkeypatch.setattr("pages.leakage.names.residents", lambda manifest: PEOPLE)
    for name in (
        "plain_accuracy",
        "spoiled_accuracy",
        "masked_accuracy",
        "swapped",
        "honest_accuracy",
    ):
        monkeypatch.setattr(leak_numbers, name, lambda: None)
    st.cache_resource.clear()
    return AppTest.from_file(PAGE, default_timeout=120)


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def open_step(page, step):
    page.query_params["step"] = step
    return page.run()


def test_the_story_starts_with_both_networks_sure(page):
    page.run()
    assert not page.exception
    assert page.segmented_control(key="step").value == "1"
    shown = html(page)
    assert shown.index("Scene and name") < shown.index("Scene only")
    assert shown.count("right cell") == 2
    assert "make scores" in page.info[0].value
    assert "make audit" in page.info[1].value


def test_a_blackened_picture_is_shown_to_both(page):
    page.run()
    page.radio(key="spoiled").set_value("blackened").run()
    assert not page.exception
    assert html(page).count("wrong cell") == 2  # the stand-in reads a cell out of the colour
    assert page.query_params["spoiled"] == "blackened"


def test_the_steps_lead_to_each_other(page):
    page.run()
    for step in ("2", "3", "4", "5"):
        on = next(button for button in page.button if button.label.startswith("Next:"))
        on.click().run()
        assert not page.exception
        assert page.query_params["step"] == step
    assert not any(button.label.startswith("Next:") for button in page.button)


def test_the_share_of_the_heat_in_the_row_goes_with_the_row(page):
    open_step(page, "2")
    assert html(page).count("6.2 %") == 2
    page.radio(key="mask").set_value("crop").run()
    assert not page.exception
    assert "6.2 %" not in html(page)


def test_a_hidden_name_is_told_as_a_way_from_before(page):
    page.query_params["mask"] = "crop"
    open_step(page, "3")
    told = html(page)
    assert told.count("Distance to the true place") == 2
    assert told.count("<span>90 %</span> → <b>60 %</b>") == 2


def test_another_name_moves_the_reader_home_and_the_other_stays(page):
    open_step(page, "4")
    page.selectbox(key="uploader").set_value(OMAR).run()
    assert not page.exception
    assert page.query_params["name"] == OMAR
    reader, other = html(page).split("Scene only")[:2]
    assert "<span>0.2 %</span> → <b>90 %</b>" in reader
    assert "<span>0.7 %</span> → <b>0.7 %</b>" in other


def test_someone_at_random_is_one_of_the_uploaders(page):
    open_step(page, "4")
    next(button for button in page.button if button.label == "Someone at random").click().run()
    assert page.text_input(key="name").value in PEOPLE
    assert page.selectbox(key="uploader").value == page.text_input(key="name").value


def test_a_name_of_ones_own_has_no_home(page):
    open_step(page, "4")
    page.text_input(key="name").set_value("My <b>Self").run()
    assert not page.exception
    assert page.selectbox(key="uploader").value is None
    assert "Distance to" not in html(page)
    assert html(page).count("The estimate moved by 0 km.") == 2  # the stand-in cannot read it
    assert any("promises no place" in caption.value for caption in page.caption)


def test_a_link_keeps_the_name_between_steps(page):
    page.query_params["name"] = LEELA
    open_step(page, "4")
    page.segmented_control(key="step").set_value("3").run()
    page.segmented_control(key="step").set_value("4").run()
    assert page.text_input(key="name").value == LEELA


def test_the_honest_network_is_asked_with_all_views(page):
    open_step(page, "5")
    assert "Sky: upper third" in html(page)
    page.toggle(key="every").set_value(True).run()
    assert not page.exception
    assert NAMES[CELLS[0]] in html(page)


def test_a_photo_of_ones_own_takes_part_in_every_step(page):
    page.run()
    photo = io.BytesIO()
    Image.fromarray(painted(13)).save(photo, "JPEG", quality=95)
    page.session_state["source"] = "Your photos"
    page.file_uploader[0].upload("mine.jpg", photo.getvalue())
    page.run()
    for step in ("1", "2", "3", "4", "5"):
        page.segmented_control(key="step").set_value(step).run()
        assert not page.exception
        if step in "123":
            assert NAMES[13] in html(page)


def test_without_weights_every_step_says_how_to_make_them(page, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "geoloc_core.model.checkpoint.checkpoint_path", lambda name: tmp_path / "none.safetensors"
    )
    page.run()
    for step in ("1", "2", "3", "4", "5"):
        page.segmented_control(key="step").set_value(step).run()
        assert not page.exception
        assert "python -m geoloc_core train" in page.error[0].value


def test_committed_numbers_say_over_what_they_were_measured(page, monkeypatch):
    chart = ("Accuracy", {"Name in sight": {"unmasked": Measured(0.66, 0.64, 0.68)}}, "over 99")
    monkeypatch.setattr(leak_numbers, "masked_accuracy", lambda: chart)
    open_step(page, "3")
    assert "over 99, committed" in html(page)
    assert not page.info
