from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.audit.flights import FLIGHT_KM, KNOWN_KM, LANDING_KM, read_flights
from geoloc_core.audit.residents import residents
from geoloc_core.audit.swaps import image_random
from geoloc_core.data.folds import split
from geoloc_core.data.samples import read_samples
from geoloc_core.data.shipped import shipped_manifest
from geoloc_core.display.html.game_boards import flight_words
from geoloc_core.game import (
    PLAYERS,
    ROUNDS,
    Game,
    Round,
    draw,
    kilometres_off,
    lock_in,
    make_round,
    next_round,
    scale_km,
    score,
    totals,
    with_guess,
)
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.credit_line import with_name
from geoloc_core.images.photo import read_photo
from geoloc_core.models.engines import float_engine, int8_engine
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.quantised import quantised_form
from tests.pages.stand_in import make_gallery

DELHI, MUMBAI = (28.61, 77.21), (19.08, 72.88)
BLACK = np.zeros((64, 64, 3), np.uint8)


# --- The score -----------------------------------------------------------------------------------


def test_the_scale_is_the_diagonal_of_the_land_of_india():
    assert scale_km() == pytest.approx(4485, abs=1)


@given(st.floats(0, 5000))
def test_the_score_is_the_formula_that_the_page_states(kilometres):
    assert score(kilometres) == round(5000 * math.exp(-10 * kilometres / scale_km()))


def test_the_score_falls_from_5000_on_the_spot():
    falling = [score(km) for km in range(0, 4000, 50)]
    assert falling[0] == 5000
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == 1


def test_totals_count_the_rounds_that_have_a_guess():
    points = {"unmasked": DELHI, "masked": MUMBAI}
    rounds = [Round(BLACK, DELHI, "Asha", points), Round(BLACK, MUMBAI, "Asha", points)]
    off = score(float(haversine_km(DELHI, MUMBAI)))
    assert totals(rounds, [DELHI]) == {"you": 5000, "unmasked": 5000, "masked": off}
    both = totals(rounds, [DELHI, DELHI])
    assert both == {"you": 5000 + off, "unmasked": 5000 + off, "masked": 5000 + off}
    assert totals(rounds, []) == dict.fromkeys(PLAYERS, 0)


# --- How a game goes -----------------------------------------------------------------------------


def test_a_guess_moves_until_it_is_locked_in():
    start = Game(7)
    assert lock_in(start) == start  # without a guess nothing is revealed
    moved = with_guess(with_guess(start, DELHI), MUMBAI)
    assert moved.guess == MUMBAI
    shown = lock_in(moved)
    assert shown.revealed
    assert shown.locked == (MUMBAI,)
    assert shown.number == 0
    assert with_guess(shown, DELHI) == shown
    assert lock_in(shown) == shown
    on = next_round(shown)
    assert on == Game(7, (MUMBAI,))
    assert on.number == 1


def test_five_rounds_end_the_game():
    state = Game(7)
    for _ in range(ROUNDS):
        assert state.number < ROUNDS
        state = next_round(lock_in(with_guess(state, DELHI)))
    assert state.number == ROUNDS


# --- The rounds ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    directory = tmp_path_factory.mktemp("gallery")
    make_gallery(directory)
    return read_samples(directory)


def test_without_a_name_that_works_the_last_round_is_like_the_others(gallery):
    networks = {"unmasked": lambda photo: DELHI, "masked": lambda photo: MUMBAI}
    drawn = draw(3, gallery)
    for number in range(ROUNDS):
        made = make_round(number, 3, gallery, {}, {}, networks)
        assert made.flight is None
        assert made.points == {"unmasked": DELHI, "masked": MUMBAI}
        assert made.truth == (drawn[number].latitude, drawn[number].longitude)
        assert (made.photo == read_photo(drawn[number].files[0].read_bytes()).pixels).all()


def test_a_seed_gives_everybody_the_same_photos_and_another_one_others():
    shipped = read_samples()
    orders = [[sample.panorama for sample in draw(seed, shipped)] for seed in (5, 5, 6)]
    assert orders[0] == orders[1] != orders[2]
    assert len(set(orders[0])) == len(shipped)


# --- What the page says, with the shipped networks -----------------------------------------------


def int8(checkpoint):
    return int8_engine(quantised_form(checkpoint))


@pytest.fixture(scope="module", params=[float_engine, int8], ids=["float", "int8"])
def shipped(request):
    """The shipped samples, people and networks, in both precisions that a page may run."""

    def locate(model):
        predictor = Predictor(model, request.param)
        return lambda photo: predictor.predict((photo,)).points["weighted_mean"]

    people = residents(shipped_manifest())
    return read_samples(), people, {model: locate(model) for model in ("unmasked", "masked")}


@pytest.mark.parametrize("seed", [*range(16), 999_999])
def test_what_the_last_round_says_holds(shipped, seed):
    samples, people, networks = shipped
    made = make_round(ROUNDS - 1, seed, samples, people, read_flights(), networks)
    found = made.flight
    assert found is not None
    sample = next(one for one in samples if (one.latitude, one.longitude) == made.truth)
    original = read_photo(sample.files[0].read_bytes()).pixels
    # "The name was swapped. It is by A. The credit line says B, ..."
    assert made.uploader == sample.uploader != found.name
    assert (made.photo == with_name(original, found.name)).all()
    # "... whose photos are mostly from here."
    assert people[found.name].cell == found.cell
    assert people[found.name].share > 0.5
    # the reader knows the place, flies across the country, and lands near that person's photos
    assert networks["unmasked"](original) == found.before
    assert networks["unmasked"](made.photo) == found.after == made.points["unmasked"]
    assert haversine_km(found.before, made.truth) <= KNOWN_KM
    assert haversine_km(found.before, found.after) >= FLIGHT_KM
    assert haversine_km(found.after, found.home) <= LANDING_KM
    assert haversine_km(found.after, made.truth) > haversine_km(found.before, made.truth)
    # "Scene only does not see the name: its point stays where it was."
    assert networks["masked"](original) == made.points["masked"]
    # the numbers in the sentences
    told = flight_words(made, found, cell_names(article_grid()))
    off = kilometres_off(made, made.truth)["unmasked"]
    assert f"Now it is {off:,.0f} km off" in told
    assert f"flies {float(haversine_km(found.before, found.after)):,.0f} km" in told
    # the first pick holds in either precision: the round is everybody's
    names = read_flights()
    first = next(one for one in draw(seed, samples)[ROUNDS - 1 :] if one.panorama in names)
    assert sample.panorama == first.panorama
    those = names[first.panorama]
    order = image_random("the names of a game", seed).permutation(len(those))
    assert found.name == those[order[0]]
    # and it is none of the four photos before
    earlier = {one.panorama for one in draw(seed, samples)[: ROUNDS - 1]}
    assert sample.panorama not in earlier


def test_the_view_that_is_played_looks_north():
    assert {sample.headings[0] for sample in read_samples()} == {0.0}


def test_no_network_was_trained_on_the_gallery():
    manifest = shipped_manifest()
    training = set(manifest.loc[split(manifest) == "train", "panorama"])
    assert training.isdisjoint(sample.panorama for sample in read_samples())
