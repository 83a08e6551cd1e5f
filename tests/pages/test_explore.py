import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from geoloc_core.data.samples import read_samples
from geoloc_core.geography.grid import article_grid, square_grid
from geoloc_core.geography.place_names import cell_names
from geoloc_core.models.checkpoint import save_checkpoint
from geoloc_core.signs.read import Sign
from pages.explore.draw_photo import draw_photo
from tests.pages.stand_in import CELLS, StandIn, make_gallery, painted
from tests.patience import LONG
from tests.random_model import random_checkpoint

PAGE = Path(__file__).parents[2] / "pages" / "explore" / "page.py"
NAMES = cell_names(article_grid())


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    directory = tmp_path_factory.mktemp("gallery")
    make_gallery(directory)
    return read_samples(directory)


@pytest.fixture
def page(monkeypatch, tmp_path, gallery):
    """The page over the stand-in's world, not yet run."""
    monkeypatch.setattr("geoloc_core.data.samples.read_samples", lambda: gallery)
    monkeypatch.setattr("geoloc_core.models.predictor.Predictor", StandIn)
    monkeypatch.setattr("geoloc_core.models.checkpoint.checkpoint_path", lambda name: tmp_path)
    monkeypatch.setenv("PATA_MODELS", str(tmp_path / "no models"))
    streamlit.cache_resource.clear()
    yield AppTest.from_file(PAGE, default_timeout=LONG)
    streamlit.cache_resource.clear()


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def image(page):
    """The address of the photo on show, which is a hash of what the file holds."""
    (shown,) = page.get("image")
    return shown.proto.imgs[0].url


def words(page):
    return " ".join(element.value for element in (*page.caption, *page.markdown))


def plain(markdown):
    return markdown.replace("\\", "")


def photo(pixels, place=None):
    buffer = io.BytesIO()
    exif = Image.Exif()
    if place is not None:
        latitude, longitude = place
        exif[0x8825] = {
            1: "N" if latitude >= 0 else "S",
            2: (abs(latitude), 0.0, 0.0),
            3: "E" if longitude >= 0 else "W",
            4: (abs(longitude), 0.0, 0.0),
        }
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95, exif=exif)
    return buffer.getvalue()


def upload(page, *files):
    page.file_uploader[0].set_value([(name, content, "image/jpeg") for name, content in files])
    return page.run()


def open_details(page):
    page.session_state["details"] = True
    return page.run()


def test_a_network_over_another_grid_is_shown_over_its_own(page, monkeypatch):
    merged = square_grid(merge_below=0.01)
    monkeypatch.setattr(StandIn, "grid", merged)
    page.run()
    assert not page.exception
    assert f"predicts <b>{cell_names(merged)[CELLS[0]]}</b>, 90 %" in html(page)
    assert len(page.selectbox(key="cell").options) == len(merged) == 53


def test_a_visitor_reads_the_verdict_first(page):
    page.run()
    assert not page.exception
    said = html(page)
    assert '<em class="pata-unmasked">Scene and name</em>' in said
    assert f"predicts <b>{NAMES[CELLS[0]]}</b>, 90 %: the right cell" in said
    assert "Hide the name and it is <b>" in said
    assert page.selectbox(key="cell").value == CELLS[0]
    assert "one view, weighted mean" in words(page)
    assert "pata train" in said


def test_the_other_networks_own_mask_comes_with_it(page):
    page.run()
    page.segmented_control(key="model").set_value("masked").run()
    assert not page.exception
    assert page.toggle(key="hidden_masked").value is True
    assert "It was trained without names." in html(page)
    assert page.selectbox(key="cell").options[0] == f"{NAMES[CELLS[0]]}, 60 %"


def test_a_hidden_name_is_remembered_for_its_network_alone(page):
    page.run()
    page.toggle(key="hidden_unmasked").set_value(True).run()
    assert "Show the name and it is" in html(page)
    assert page.selectbox(key="cell").options[0] == f"{NAMES[CELLS[0]]}, 60 %"
    page.segmented_control(key="model").set_value("masked").run()
    page.segmented_control(key="model").set_value("unmasked").run()
    assert page.toggle(key="hidden_unmasked").value is True


def test_a_prediction_set_is_drawn_where_it_is_promised_and_nowhere_else(page):
    page.run()
    assert "90 % prediction set</li>" in html(page)
    page.toggle(key="hidden_unmasked").set_value(True).run()
    assert "90 % prediction set</li>" not in html(page)
    page.toggle(key="hidden_unmasked").set_value(False).run()
    open_details(page)
    page.toggle(key="border").set_value(False).run()
    assert "90 % prediction set</li>" not in html(page)


@pytest.mark.parametrize(("model", "mask"), [("unmasked", "none"), ("masked", "crop")])
def test_a_link_that_names_a_network_alone_has_its_own_mask(page, model, mask):
    page.query_params["model"] = model
    page.run()
    assert page.segmented_control(key="model").value == model
    assert page.toggle(key=f"hidden_{model}").value is (mask == "crop")


def test_a_link_restores_the_choice_and_a_bad_one_does_no_harm(page, gallery):
    page.query_params.update({"sample": gallery[2].panorama, "hidden_unmasked": "yes"})
    page.query_params.update({"point": "<b>", "view": "9"})
    page.run()
    assert not page.exception
    assert page.selectbox(key="cell").options[0] == f"{NAMES[CELLS[2]]}, 60 %"
    assert "one view, weighted mean" in words(page)


def test_all_views_are_said_to_be_together(page):
    page.run()
    page.segmented_control(key="view").set_value("all").run()
    assert not page.exception
    assert "4 views together, weighted mean" in words(page)


def test_the_estimator_is_said(page):
    open_details(page)
    page.segmented_control(key="point").set_value("geometric_median").run()
    assert "one view, geometric median" in words(page)


def test_surprise_opens_another_sample(page):
    page.run()
    before = page.selectbox(key="sample").value
    next(button for button in page.button if button.label == "Surprise me").click().run()
    assert page.selectbox(key="sample").value != before


def test_switches_leave_the_choice_of_cell_alone(page):
    open_details(page)
    page.selectbox(key="cell").set_value(40).run()
    page.segmented_control(key="opacity").set_value("0.9").run()
    for key in ("heat", "row", "as_seen", "border"):
        toggle = page.toggle(key=key)
        toggle.set_value(not toggle.value).run()
    assert not page.exception
    assert page.selectbox(key="cell").value == 40


def test_what_was_chosen_under_details_holds_when_they_are_closed(page):
    open_details(page)
    page.segmented_control(key="point").set_value("geometric_median").run()
    page.session_state["details"] = False
    page.run()
    assert not [one for one in page.segmented_control if one.key == "point"]
    assert "one view, geometric median" in words(page)
    assert page.query_params["point"] == "geometric_median"


def test_an_uploaded_photo_is_located_and_its_place_is_not_made_up(page):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    assert not page.exception
    assert page.selectbox(key="cell").value == 13
    assert "does not say where it was taken" in words(page)
    assert "km" not in html(page).split("<footer")[0]
    assert "km from the estimate" not in words(page)


def test_gps_in_a_file_is_compared_with(page):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13), article_grid().centroids[13].round().tolist())))
    assert "km from the estimate" in words(page)
    assert "GPS in the file is used for this comparison only" in words(page)


def test_a_photo_from_abroad_says_so_and_has_no_distance(page):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13), (48.0, 2.0))))
    assert not page.exception
    assert "This photo says it was taken outside India." in words(page)
    assert "km from the estimate" not in words(page)
    assert "km off" not in html(page)


def test_a_method_that_a_network_has_no_feature_map_for_is_refused_in_words(page, monkeypatch):
    flat = random_checkpoint(backbone="convmixer_1024_20_ks9_p14")
    monkeypatch.setattr(StandIn, "checkpoint", flat, raising=False)
    open_details(page)
    closed_form = image(page)
    page.selectbox(key="method").set_value("Grad-CAM at layer3").run()
    for _ in range(2):  # what is drawn is remembered, what was said must not be lost with it
        assert not page.exception
        assert "has no feature map of twice its last one's side" in plain(page.warning[0].value)
        assert image(page) == closed_form
        page.run()


def test_a_samples_picture_is_drawn_once_for_all_visitors(page, monkeypatch):
    drawn = []

    def draw(*what):
        drawn.append(what)
        return draw_photo(*what)

    monkeypatch.setattr("pages.explore.draw_photo.draw_photo", draw)
    page.run()
    first = image(page)
    page.toggle(key="heat").set_value(False).run()
    bare = image(page)
    assert len(drawn) == 2
    other = AppTest.from_file(PAGE, default_timeout=LONG).run()
    assert image(other) == first
    other.toggle(key="heat").set_value(False).run()
    assert image(other) == bare != first
    assert len(drawn) == 2
    for visitor in (page, other):  # what is somebody's own is drawn for them alone
        upload(visitor, ("mine.jpg", photo(painted(13))))
    assert len(drawn) == 4


def test_a_bad_file_is_answered_in_words_and_the_good_one_is_kept(page):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))), ("*bad*.jpg", b"<svg onload=alert(1)>"))
    assert not page.exception
    assert page.selectbox(key="cell").value == 13
    assert page.warning[0].value.startswith("\\*bad\\*\\.jpg\\: ")


def test_a_bad_file_alone_shows_nobody_elses_result(page):
    page.run()
    upload(page, ("bad.jpg", b""))
    assert not page.exception
    assert len(page.warning) == 1
    assert "No photo yet." in html(page)
    assert "predicts <b>" not in html(page)
    assert not page.get("image")
    assert not [box for box in page.selectbox if box.key == "cell"]


def test_a_sample_comes_back_after_a_bad_file(page, gallery):
    page.run()
    upload(page, ("bad.jpg", b""))
    page.selectbox(key="sample").set_value(gallery[1].panorama).run()
    assert not page.warning
    assert f"predicts <b>{NAMES[CELLS[1]]}</b>" in html(page)


def test_photos_can_be_taken_away_again(page):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    next(button for button in page.button if button.label == "Remove my photos").click().run()
    assert not page.exception
    assert "own" not in page.session_state
    assert f"predicts <b>{NAMES[CELLS[0]]}</b>" in html(page)


def test_a_photo_out_of_distribution_gets_no_prediction_until_asked_for(page):
    page.session_state["photo_model"] = "unmasked"
    page.run()
    place = article_grid().centroids[13].round().tolist()
    upload(page, ("mine.jpg", photo(painted(13, red=255), place)))
    said = html(page)
    assert "<b>Out of distribution.</b>" in said
    assert "has never seen such a photo" in said
    assert "predicts <b>" not in said
    assert "prediction set</li>" not in said
    assert "km" not in words(page)
    assert not [box for box in page.selectbox if box.key == "cell"]
    next(button for button in page.button if button.label == "Show its guess anyway").click().run()
    assert not page.exception
    said = html(page)
    assert "<b>Out of distribution.</b>" in said
    assert "prediction set</li>" not in said
    assert page.selectbox(key="cell").value == 13
    assert "km" not in words(page)


def test_another_photo_out_of_distribution_is_hidden_again(page):
    page.session_state["photo_model"] = "unmasked"
    page.run()
    upload(page, ("mine.jpg", photo(painted(13, red=255))))
    next(button for button in page.button if button.label == "Show its guess anyway").click().run()
    upload(page, ("other.jpg", photo(painted(14, red=255))))
    assert any(button.label == "Show its guess anyway" for button in page.button)


def test_what_is_said_of_privacy_is_what_happens(page):
    page.run()
    before = page.session_state["upload"]
    upload(page, ("mine.jpg", photo(painted(13))))
    assert "never stored or logged" in words(page)
    assert "while this page is open" not in words(page)
    assert page.session_state["upload"] == before + 1  # the upload that held the file is gone
    assert page.session_state["own"].views[0].shape == (256, 256, 3)


def test_without_a_gallery_the_page_still_takes_photos(page, monkeypatch):
    monkeypatch.setattr("geoloc_core.data.samples.read_samples", lambda: ())
    page.run()
    assert not page.exception
    assert "No photo yet." in html(page)
    upload(page, ("mine.jpg", photo(painted(13))))
    assert page.selectbox(key="cell").value == 13


# --- Real photographs ----------------------------------------------------------------------------


def test_an_own_photo_is_answered_by_the_network_for_real_photos_and_the_page_says_why(page):
    page.run()
    assert "A sample is a rendered scene" in plain(words(page))
    upload(page, ("mine.jpg", photo(painted(13))))
    assert "Your photo is a real one, so “Things seen” answers" in plain(words(page))
    regions = dict(StandIn("scene").predict([painted(13)]).regions)
    likeliest = max(regions, key=regions.__getitem__)
    said = " ".join(html(page).split())
    assert f"says <b>{likeliest}</b>, {100 * regions[likeliest]:.0f} %" in said
    assert "Hide the name" not in [toggle.label for toggle in page.toggle]


def test_the_promise_says_how_much_of_india_the_set_is(page):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    prediction = StandIn("scene").predict([painted(13)])
    areas = article_grid().frame["area_km2"].to_numpy()
    share = areas[list(prediction.prediction_set)].sum() / areas.sum()
    cells = len(prediction.prediction_set)
    expected = f"The 90 % prediction set is {cells} of 58 cells, {100 * share:.0f} % of the area."
    assert expected in plain(words(page))


def test_what_is_seen_is_told_for_the_chosen_cell(page):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    said = " ".join(html(page).split())
    assert f"what that says for {NAMES[13]}</b>" in said
    assert "<b>alp</b> 75 %: the cell is 34.8 times as likely" in said  # 0.6 of 1 / 58
    assert "seen at snow 80 %, hills 20 %" in said
    page.selectbox(key="cell").set_value(14).run()
    said = " ".join(html(page).split())
    assert f"what that says for {NAMES[14]}</b>" in said
    assert "the cell is 2.5 times less likely" in said  # 0.4 / 57 of 1 / 58


def test_the_scale_of_a_photo_ends_where_its_probabilities_do(page, monkeypatch):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    assert ">100<" in html(page)  # 60 % for a cell
    flat = StandIn.predict

    def unsure(self, photos, mask=None):
        prediction = flat(self, photos, mask)
        return replace(prediction, probabilities=np.full(58, 1 / 58), information=0.05)

    monkeypatch.setattr(StandIn, "predict", unsure)
    upload(page, ("other.jpg", photo(painted(14))))
    scale = html(page).split("Probability of a cell")[1].split("</p>")[0]
    assert ">10<" in scale
    assert ">100<" not in scale
    assert "Little in this photo tells of a place." in html(page)


def test_a_network_of_rendered_scenes_can_be_chosen_for_an_own_photo(page):
    page.session_state["photo_model"] = "masked"
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    assert "“Scene only” knows rendered scenes only." in plain(words(page))
    assert "For a real photo, choose “Things seen”." in plain(words(page))


def test_the_downloaded_network_answers_once_it_is_there(page, monkeypatch, tmp_path):
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    assert "Download 307 MB" in [button.label for button in page.button]
    file = tmp_path / "vision_model_int8.onnx"
    file.write_bytes(b"a stand-in")
    monkeypatch.setenv("PATA_MODELS", str(tmp_path))
    upload(page, ("other.jpg", photo(painted(14))))
    assert "so “GeoCLIP” answers" in plain(words(page))
    assert "Download 307 MB" not in [button.label for button in page.button]


def test_signs_move_an_own_photo_and_each_can_be_switched_off(page, monkeypatch):
    tamil = Sign(((0.1, 0.4), (0.5, 0.45), (0.5, 0.55), (0.1, 0.5)), "Tamil", 0.9)
    monkeypatch.setattr("pages.common.choose_subject.can_read", lambda: True)
    monkeypatch.setattr("pages.explore.signs.read_signs", lambda pixels: (tamil,))
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    assert not page.exception
    heard = page.session_state["remembered_with_signs"][1]
    madurai = article_grid().cell_of(9.92, 78.12)
    plain_answer = StandIn("scene").predict([painted(13)])
    assert heard.probabilities[madurai] > 5 * plain_answer.probabilities[madurai]
    with_boxes = image(page)
    (toggle,) = [one for one in page.toggle if "Tamil script" in one.label]
    toggle.set_value(False).run()
    unheard = page.session_state["remembered_with_signs"][1]
    np.testing.assert_allclose(unheard.probabilities, plain_answer.probabilities)
    assert image(page) != with_boxes  # its box is grey now


def test_without_the_reader_no_sign_is_looked_for(page, monkeypatch):
    monkeypatch.setattr("pages.common.choose_subject.can_read", lambda: False)
    page.run()
    upload(page, ("mine.jpg", photo(painted(13))))
    assert not page.exception
    assert page.session_state["own"].fine == ()


def test_a_model_of_ones_own_is_offered_by_name_with_its_card(page, monkeypatch, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    checkpoint = replace(random_checkpoint(backbone="resnet18"), mask="none")
    save_checkpoint(folder / "<b>mine.safetensors", checkpoint)
    monkeypatch.setenv("PATA_MODELS", str(folder))
    monkeypatch.setattr("geoloc_core.models.checkpoint.checkpoint_path", Path)
    monkeypatch.setattr("pages.explore.card.checkpoint_path", Path)
    asked = []

    class Own(StandIn):
        def __init__(self, model, engine=None):
            asked.append(model)
            super().__init__("scene" if model.endswith("mine.safetensors") else model)

    monkeypatch.setattr("geoloc_core.models.predictor.Predictor", Own)
    page.session_state["photo_model"] = "<b>mine"
    open_details(page)
    upload(page, ("mine.jpg", photo(painted(13))))
    assert not page.exception
    assert str(folder / "<b>mine.safetensors") in asked
    assert "a model of your own" in plain(words(page))
    said = plain(words(page))
    assert "Network: resnet18" in said
    assert "Grid: 58 cells" in said
    assert "It holds for photos like its training's." in said
    assert str(folder) not in html(page) + said
    assert "<b>mine" not in html(page)


LINK = ("sample", "model", "photo_model", "hidden_unmasked", "hidden_masked", "heat", "point")
LINK += ("border", "method", "opacity", "hidden_by", "row", "as_seen", "views", "returned", "seed")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(LINK) | st.text(max_size=9),
        st.text(max_size=40) | st.sampled_from(["masked", "crop", "yes", "no", "0,1", "box", "-1"]),
        max_size=7,
    )
)
def test_no_link_breaks_the_page(page, link):
    fresh = AppTest.from_file(PAGE, default_timeout=LONG)
    for name, value in link.items():
        fresh.query_params[name] = value
    fresh.run()
    assert not fresh.exception
    assert "predicts <b>" in html(fresh)
