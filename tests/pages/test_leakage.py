import io
from html import escape
from pathlib import Path

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from geoloc_core.audit.tour import Tour
from geoloc_core.data.samples import read_samples
from geoloc_core.geography.grid import article_grid, square_grid
from geoloc_core.geography.place_names import cell_names
from tests.pages.stand_in import CELLS, PEOPLE, StandIn, make_gallery, painted
from tests.pages.stand_in_results import held_out
from tests.patience import LONG

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
    """The page over the stand-in's world, not yet run."""
    picks = Tour(gallery[1].panorama, gallery[2].panorama, (OMAR, LEELA))
    monkeypatch.setattr("geoloc_core.data.samples.read_samples", lambda: gallery)
    monkeypatch.setattr("geoloc_core.models.predictor.Predictor", StandIn)
    monkeypatch.setattr("geoloc_core.models.checkpoint.checkpoint_path", lambda name: tmp_path)
    monkeypatch.setattr("geoloc_core.data.shipped.shipped_manifest", held_out)
    monkeypatch.setattr("geoloc_core.audit.residents.residents", lambda manifest: PEOPLE)
    monkeypatch.setattr("geoloc_core.audit.tour.read_tour", lambda: picks)
    st.cache_resource.clear()
    yield AppTest.from_file(PAGE, default_timeout=LONG)
    st.cache_resource.clear()


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def open_step(page, step):
    page.query_params["step"] = step
    page.run()
    assert not page.exception
    return html(page)


def test_the_story_opens_with_the_photo_black(page):
    said = open_step(page, "1")
    assert page.segmented_control(key="degraded").value == "blackened"
    assert "its credit line is black" in said
    assert said.index("Scene and name</h2>") < said.index("Scene only</h2>")
    assert f"predicts <b>{NAMES[1]}</b> (wrong" in said  # the stand-in reads a cell out of black


@pytest.mark.parametrize("step", ["1", "2", "3", "4", "5"])
def test_a_network_over_another_grid_is_shown_over_its_own(page, monkeypatch, step):
    merged = square_grid(merge_below=0.01)
    monkeypatch.setattr(StandIn, "grid", merged)
    monkeypatch.setattr("geoloc_core.models.model_grid._grid_in_file", lambda _: merged)
    said = open_step(page, step)
    names = cell_names(merged)
    assert any(f"<b>{names[cell]}</b>" in said for cell in (1, CELLS[1], CELLS[2]))
    assert "not measured over many images yet" in page.info[0].value  # what ships is the article's


def test_the_photo_as_it_is_moves_nothing(page):
    page.query_params["degraded"] = "as is"
    said = open_step(page, "1")
    assert f"predicts <b>{NAMES[CELLS[1]]}</b> (right, 90 %)" in said
    assert "Moved" not in said


def test_the_steps_lead_to_each_other(page):
    open_step(page, "1")
    for step in ("2", "3", "4", "5"):
        next(button for button in page.button if button.label.startswith("Next:")).click().run()
        assert not page.exception
        assert page.segmented_control(key="step").value == step
    assert not any(button.label.startswith("Next:") for button in page.button)
    next(button for button in page.button if button.label.startswith("Back:")).click().run()
    assert page.segmented_control(key="step").value == "4"


def test_the_heat_is_the_readers_and_its_share_is_said(page):
    said = open_step(page, "2")
    assert "of it lies in the credit line, which is 6.2 % of the photo" in said
    page.segmented_control(key="heat_of").set_value("masked").run()
    assert not page.exception
    assert "never sees the credit line: it is cropped" in html(page)


def test_the_name_is_hidden_from_the_start(page):
    said = open_step(page, "3")
    assert page.toggle(key="erased").value is True
    assert "Only the name is gone" in said
    assert "stays: it never saw the name" in said
    page.toggle(key="erased").set_value(False).run()
    assert "The name is visible" in html(page)


def test_the_first_name_works_at_once(page):
    said = open_step(page, "4")
    assert f"{OMAR} uploads from <b>{NAMES[PEOPLE[OMAR].cell]}</b>" in said
    assert "and predicts that cell" in said
    assert f"from the home of {OMAR}" in said


def test_another_name_is_text_wherever_it_stands(page):
    open_step(page, "4")
    page.session_state["name"] = LEELA
    page.run()
    assert not page.exception
    said = html(page)
    assert LEELA not in said
    assert f"{escape(LEELA)} uploads from" in said
    assert "and predicts that cell" in said


def test_a_name_of_ones_own_has_no_home(page):
    open_step(page, "4")
    page.session_state["name"] = "My <b>Self"
    page.run()
    assert not page.exception
    assert "No uploader is called My &lt;b&gt;Self" in html(page)
    assert "from the home" not in html(page)
    page.session_state["name"] = ""
    page.run()
    assert not page.exception
    assert "Type a name" in html(page)


def test_the_honest_network_is_asked_with_one_view_and_with_all(page):
    said = open_step(page, "5")
    assert "Scene only, one view</h2>" in said
    assert "Scene only, 4 views together</h2>" in said
    assert f"From one view it predicts <b>{NAMES[CELLS[2]]}</b> (right" in said
    assert "help on average, not always" in said  # with the committed scores


def test_the_last_step_leads_to_the_audit_without_loading_the_app_anew(page):
    open_step(page, "5")
    assert [link.proto.page for link in page.get("page_link")] == ["audit"]
    page.segmented_control(key="step").set_value("4").run()
    assert not page.get("page_link")


def test_what_was_measured_before_stands_below_each_step(page):
    for step in "12345":
        assert "held-out" in open_step(page, step)


def test_a_photo_of_ones_own_is_said_to_be_out_of_distribution(page):
    open_step(page, "3")
    buffer = io.BytesIO()
    Image.fromarray(painted(30, red=255)).save(buffer, "JPEG", quality=95)
    page.file_uploader[0].set_value([("mine.jpg", buffer.getvalue(), "image/jpeg")])
    page.run()
    assert not page.exception
    said = html(page)
    assert "<b>Out of distribution.</b>" in said
    assert "a name may or may not move them" in said


def test_nothing_reads_like_knowledge_of_a_photo_out_of_distribution(page):
    place = article_grid().centroids[21].round().tolist()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (place[0], 0.0, 0.0), 3: "E", 4: (place[1], 0.0, 0.0)}
    buffer = io.BytesIO()
    Image.fromarray(painted(21, red=255)).save(buffer, "JPEG", quality=95, exif=exif)
    for step in "1345":
        open_step(page, step)
        page.file_uploader[0].set_value([("mine.jpg", buffer.getvalue(), "image/jpeg")])
        page.run()
        assert not page.exception
        said = html(page).split('<h2 class="pata-network')[1:]
        assert "(right" not in html(page)
        assert not any(" from the " in half for half in said)  # no distance to any place


def test_a_bad_file_shows_nobody_elses_result(page):
    open_step(page, "3")
    page.file_uploader[0].set_value([("bad.jpg", b"", "image/jpeg")])
    page.run()
    assert not page.exception
    assert len(page.warning) == 1
    assert "No photo yet." in html(page)
    assert "</h2>" not in html(page)


def test_photos_of_ones_own_stay_with_the_visit(page):
    open_step(page, "3")
    buffer = io.BytesIO()
    Image.fromarray(painted(30)).save(buffer, "JPEG", quality=95)
    page.file_uploader[0].set_value([("mine.jpg", buffer.getvalue(), "image/jpeg")])
    page.run()
    page.segmented_control(key="step").set_value("1").run()
    assert not page.exception
    assert "own" in page.session_state
