from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geoloc_core.data.samples import read_samples
from geoloc_core.game import Game, draw
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names
from geoloc_core.images.photo import read_photo
from tests.pages.stand_in import CELLS, PEOPLE, StandIn, make_gallery
from tests.pages.stand_in_results import held_out
from tests.patience import LONG

PAGE = Path(__file__).parents[2] / "pages" / "play" / "page.py"
NAMES = cell_names(article_grid())
ROUNDS = 5


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    directory = tmp_path_factory.mktemp("gallery")
    make_gallery(directory)
    return read_samples(directory)


@pytest.fixture
def page(monkeypatch, tmp_path, gallery):
    """The page over the stand-in's world with a seed, not yet run."""
    monkeypatch.setattr("geoloc_core.data.samples.read_samples", lambda: gallery)
    monkeypatch.setattr("geoloc_core.models.predictor.Predictor", StandIn)
    monkeypatch.setattr("geoloc_core.models.checkpoint.checkpoint_path", lambda name: tmp_path)
    monkeypatch.setattr("geoloc_core.data.shipped.shipped_manifest", held_out)
    monkeypatch.setattr("geoloc_core.audit.residents.residents", lambda manifest: PEOPLE)
    names = {sample.panorama: tuple(PEOPLE) for sample in gallery}
    monkeypatch.setattr("geoloc_core.audit.flights.read_flights", lambda: names)
    st.cache_resource.clear()
    page = AppTest.from_file(PAGE, default_timeout=LONG)
    page.query_params["seed"] = "7"
    return page


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def press(page, label):
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def guess(page, cell):
    page.selectbox(key="play_cell").set_value(cell).run()
    assert not page.exception


def play(page, rounds=ROUNDS):
    """Guess Madurai's cell in each round, and go on."""
    for number in range(rounds):
        guess(page, 21)
        press(page, "Lock in and reveal")
        press(page, "See the result" if number == ROUNDS - 1 else "Next photo")


def test_a_game_starts_with_its_first_photo_and_a_map_to_guess_on(page):
    page.run()
    assert not page.exception
    assert [header.value for header in page.header] == ["Photo 1 of 5"]
    assert page.query_params["seed"] == "7"
    lock = next(button for button in page.button if button.label == "Lock in and reveal")
    assert lock.disabled
    assert '<div class="pata-round"' not in html(page)  # nothing is given away
    listed = page.selectbox(key="play_cell").options
    assert listed == sorted(NAMES)


def test_a_guess_can_be_moved_until_it_is_locked_in(page):
    page.run()
    for cell in (21, 24):
        guess(page, cell)
        state = page.session_state["game"]
        assert state.guess == tuple(article_grid().centroids[cell])
    press(page, "Lock in and reveal")
    assert page.session_state["game"].locked == (tuple(article_grid().centroids[24]),)
    told = html(page)
    assert "Taken in" in told
    assert '<div class="pata-flight"' not in told
    assert [header.value for header in page.header] == ["Photo 1 of 5"]


def test_the_last_round_tells_of_the_swapped_name(page):
    page.run()
    play(page, ROUNDS - 1)
    assert page.header[0].value == "Photo 5 of 5"
    assert "swapped" not in html(page)
    guess(page, 21)
    press(page, "Lock in and reveal")
    told = html(page)
    assert "The name under this photo was swapped." in told
    assert "across the country" in told
    assert "<b>" not in told.split("It is by ")[1].split("The credit line")[0]


def test_a_game_ends_with_three_totals_and_a_card(page):
    page.run()
    play(page)
    assert "beat" in page.header[0].value
    told = html(page)
    assert told.count("<tr>") == ROUNDS + 1
    assert told.count("name swapped") == 1
    assert page.code[0].value.endswith("?seed=7")
    assert any(each.label == "Result card, PNG" for each in page.get("download_button"))


def test_playing_again_is_another_game_with_a_link_of_its_own(page):
    page.run()
    play(page)
    press(page, "Play again")
    assert page.header[0].value == "Photo 1 of 5"
    seed = page.session_state["game"].seed
    assert page.query_params["seed"] == str(seed) != "7"
    page.run()
    assert page.session_state["game"] == Game(seed)


def test_a_game_survives_a_change_of_page_and_another_link_starts_another(page):
    page.run()
    play(page, 2)
    del page.query_params["seed"]  # as the navigation leaves it
    page.run()
    assert page.header[0].value == "Photo 3 of 5"
    assert page.query_params["seed"] == "7"
    page.query_params.update({"seed": "8", "returned": "yes"})
    page.run()
    assert page.session_state["game"] == Game(8)


def test_the_same_link_shows_everybody_the_same_photos(page, gallery):
    page.run()
    expected = draw(7, gallery)
    for sample in expected[:2]:
        shown = page.session_state["remembered_round " + str(page.session_state["game"].number)]
        assert (shown[1].photo == read_photo(sample.files[0].read_bytes()).pixels).all()
        guess(page, CELLS[0])
        press(page, "Lock in and reveal")
        press(page, "Next photo")


@pytest.mark.parametrize("seed", ["", "-1", "1e5", "<b>", "12345678901", "٣"])
def test_a_seed_that_is_none_is_replaced(page, seed):
    page.query_params["seed"] = seed
    page.run()
    assert not page.exception
    kept = page.query_params["seed"]
    assert kept == str(page.session_state["game"].seed)
    assert 0 <= int(kept) < 1_000_000


def test_without_photos_the_page_says_what_is_missing(page, monkeypatch):
    monkeypatch.setattr("geoloc_core.data.samples.read_samples", lambda: ())
    st.cache_resource.clear()
    page.run()
    assert not page.exception
    assert "build_samples.py" in page.info[0].value
