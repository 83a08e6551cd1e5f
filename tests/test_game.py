from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.audit.residents import Resident, residents
from geoloc_core.audit.variants import with_name
from geoloc_core.dataset.folds import split
from geoloc_core.dataset.sampled import shipped_manifest
from geoloc_core.dataset.samples import read_samples
from geoloc_core.display.game_boards import flight_words
from geoloc_core.game import (
    FLIGHT_KM,
    KNOWN_KM,
    LANDING_KM,
    PLAYERS,
    ROUNDS,
    Game,
    Round,
    draw,
    flight,
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
from geoloc_core.geography.places import cell_names
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.model.predictor import Predictor
from geoloc_core.photos.photo import read_photo
from tests.pages.stand_in import make_gallery

DELHI, MUMBAI, CHENNAI, KOLKATA = (28.61, 77.21), (19.08, 72.88), (13.08, 80.27), (22.57, 88.36)
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


def person(name, place, share=1.0):
    return Resident(name, article_grid().cell_of(*place) or 0, place, panoramas=9, share=share)


class Reader:
    """Says where the name on a photo is at home, else `known`."""

    def __init__(self, photo, known, homes):
        self.known = known
        self.homes = {with_name(photo, name).tobytes(): home for name, home in homes.items()}

    def __call__(self, photo):
        return self.homes.get(photo.tobytes(), self.known)


def test_the_name_that_moves_the_reader_most_is_swapped_in():
    people = [person("Near", MUMBAI), person("Far", CHENNAI), person("Farther", KOLKATA)]
    homes = {"Near": MUMBAI, "Far": CHENNAI, "Farther": KOLKATA}
    found = flight(BLACK, MUMBAI, people, Reader(BLACK, MUMBAI, homes), 1)
    assert found is not None
    assert found.name == "Farther"  # 1,650 km from Mumbai, Chennai 1,030
    assert (found.before, found.after, found.home) == (MUMBAI, KOLKATA, KOLKATA)


@pytest.mark.parametrize(
    ("known", "lands", "share"),
    [
        (DELHI, KOLKATA, 1.0),  # it does not know the place by the real name
        (MUMBAI, MUMBAI, 1.0),  # its point stays
        (MUMBAI, DELHI, 1.0),  # its point goes elsewhere than home
        (MUMBAI, KOLKATA, 0.4),  # the name promises no place
    ],
)
def test_no_name_is_swapped_in_where_the_sentences_would_not_hold(known, lands, share):
    people = [person("Farther", KOLKATA, share)]
    assert flight(BLACK, MUMBAI, people, Reader(BLACK, known, {"Farther": lands}), 1) is None


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    directory = tmp_path_factory.mktemp("gallery")
    make_gallery(directory)
    return read_samples(directory)


def test_without_a_name_that_works_the_last_round_is_like_the_others(gallery):
    networks = {"unmasked": lambda photo: DELHI, "masked": lambda photo: MUMBAI}
    drawn = draw(3, gallery)
    for number in range(ROUNDS):
        made = make_round(number, 3, gallery, [], networks)
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


@pytest.fixture(scope="module")
def shipped():
    def locate(model):
        predictor = Predictor(model)
        return lambda photo: predictor.predict((photo,)).points["weighted_mean"]

    people = residents(shipped_manifest())
    return read_samples(), people, {model: locate(model) for model in ("unmasked", "masked")}


@pytest.mark.parametrize("seed", [*range(16), 999_999])
def test_what_the_last_round_says_holds(shipped, seed):
    samples, people, networks = shipped
    made = make_round(ROUNDS - 1, seed, samples, people.values(), networks)
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
    # and it is none of the four photos before
    earlier = {one.panorama for one in draw(seed, samples)[: ROUNDS - 1]}
    assert sample.panorama not in earlier


def test_the_view_that_is_played_looks_north():
    assert {sample.headings[0] for sample in read_samples()} == {0.0}


def test_no_network_was_trained_on_the_gallery():
    manifest = shipped_manifest()
    training = set(manifest.loc[split(manifest) == "train", "panorama"])
    assert training.isdisjoint(sample.panorama for sample in read_samples())
