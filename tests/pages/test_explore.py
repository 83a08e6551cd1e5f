import io
from pathlib import Path

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from geoloc_core.dataset.samples import read_samples
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.places import cell_names
from tests.pages.stand_in import CELLS, StandIn, make_gallery, painted

PAGE = Path(__file__).parents[2] / "pages" / "explore" / "page.py"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    directory = tmp_path_factory.mktemp("gallery")
    make_gallery(directory)
    return read_samples(directory)


@pytest.fixture
def page(monkeypatch, tmp_path, gallery):
    """The page over the stand-in's world, not yet run."""
    monkeypatch.setattr("geoloc_core.dataset.samples.read_samples", lambda: gallery)
    monkeypatch.setattr("geoloc_core.model.predictor.Predictor", StandIn)
    monkeypatch.setattr("geoloc_core.model.checkpoint.checkpoint_path", lambda name: tmp_path)
    st.cache_resource.clear()
    return AppTest.from_file(PAGE, default_timeout=60)


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def photo(pixels):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def upload(page, *files):
    page.session_state["source"] = "Your photos"
    for name, content in files:
        page.file_uploader[0].upload(name, content)
    return page.run()


def test_a_visitor_sees_the_first_sample_located(page):
    page.run()
    assert not page.exception
    assert page.selectbox(key="cell").value == CELLS[0]
    name = cell_names(article_grid())[CELLS[0]]
    assert page.selectbox(key="cell").options[0] == f"{name}: 60 %"
    shown = html(page)
    assert "Network: Scene only, name cut off. This looks like the training" in shown
    assert "simulated world only" in shown
    assert "python -m geoloc_core train" in shown
    assert page.metric[0].value.endswith(" km")


def test_the_first_view_is_the_one_that_speaks_most_for_the_cell(page):
    page.run()
    assert page.session_state["view"] == 3  # the stand-in's evidence lies in the last view


def test_a_link_restores_the_choice_and_a_bad_one_does_no_harm(page, gallery):
    page.query_params.update(
        {"sample": gallery[2].panorama, "model": "unmasked", "mask": "none", "point": "<b>"}
    )
    page.run()
    assert page.radio(key="model").value == "unmasked"
    assert page.radio(key="mask").value == "none"
    assert page.radio(key="point").value == "weighted_mean"
    assert page.selectbox(key="cell").value == CELLS[2]
    assert page.selectbox(key="cell").options[0].endswith("90 %")
    assert page.query_params["point"] == "weighted_mean"


def test_a_model_starts_with_the_mask_it_was_trained_with(page):
    page.run()
    page.radio(key="model").set_value("unmasked").run()
    assert page.radio(key="mask").value == "none"
    assert page.query_params["mask"] == "none"
    page.radio(key="mask").set_value("box").run()
    assert page.radio(key="model").value == "unmasked"
    assert "Scene and name, name covered" in html(page)


def test_a_thumbnail_opens_its_sample(page, gallery):
    page.run()
    page.button(key=f"sample_{CELLS[3]}").click().run()
    assert page.selectbox(key="cell").value == CELLS[3]
    assert page.query_params["sample"] == gallery[3].panorama


def test_a_region_shows_its_samples_alone(page, gallery):
    page.run()
    region = gallery[0].region
    page.selectbox(key="region").set_value(region).run()
    shown = {button.key for button in page.button if button.key}
    assert {f"sample_{s.cell}" for s in gallery if s.region == region} == shown


def test_surprise_stays_within_the_region(page, gallery):
    page.query_params["region"] = gallery[1].region
    page.run()
    next(button for button in page.button if button.label == "Surprise me").click().run()
    chosen = page.query_params["sample"]
    assert next(s for s in gallery if s.panorama == chosen).region == gallery[1].region


def test_switches_leave_the_choice_of_cell_alone(page):
    page.run()
    page.selectbox(key="cell").set_value(40).run()
    page.slider(key="opacity").set_value(20).run()
    for key in ("heat", "row", "as_seen", "beside"):
        toggle = page.toggle(key=key)
        toggle.set_value(not toggle.value).run()
    assert not page.exception
    assert page.selectbox(key="cell").value == 40


def test_an_uploaded_photo_is_located_and_its_place_is_not_made_up(page):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    assert page.selectbox(key="cell").value == 13
    assert not page.metric
    assert any("does not say where" in text.value for text in page.markdown)


def test_a_bad_file_is_answered_in_words_and_the_good_one_is_kept(page):
    page.run()
    upload(
        page,
        ("mine.jpg", photo(painted(13))),
        ("*bad*.jpg", b"<svg onload=alert(1)>"),
    )
    assert not page.exception
    assert page.selectbox(key="cell").value == 13
    assert page.warning[0].value.startswith("\\*bad\\*\\.jpg\\: ")


def test_a_bad_file_alone_leaves_the_sample_on_show(page):
    page.run()
    upload(page, ("bad.jpg", b""))
    assert not page.exception
    assert len(page.warning) == 1
    assert page.selectbox(key="cell").value == CELLS[0]


def test_an_unfamiliar_photo_is_called_so(page):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13, red=255))))
    assert "<b>unlike</b>" in html(page)


def test_without_weights_the_page_says_how_to_make_them(page, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "geoloc_core.model.checkpoint.checkpoint_path", lambda name: tmp_path / "none.safetensors"
    )
    page.run()
    assert not page.exception
    assert "python -m geoloc_core train --data DIR --mask crop" in page.error[0].value


def test_without_a_gallery_the_page_still_takes_photos(page, monkeypatch):
    monkeypatch.setattr("geoloc_core.dataset.samples.read_samples", lambda: ())
    page.run()
    assert not page.exception
    upload(page, ("mine.jpg", photo(painted(13))))
    assert page.selectbox(key="cell").value == 13
