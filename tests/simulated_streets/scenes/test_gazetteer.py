"""The hand-written tables use the scene's words, and blend smoothly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc_core.geography.climate import covariates_at, layers
from simulated_streets.scenes.gazetteer import (
    blend,
    colours,
    landscapes,
    linear,
    mean,
    state_habits,
    weights,
)

# the words that scene.py allows
TREES = """coconut areca palmyra date_palm pine deodar sal teak banyan mango neem eucalyptus acacia
khejri bamboo mangrove poplar rhododendron banana"""
SHRUBS = "scrub thorn fern cactus grass_clump tea_bush reed mustard_edge lantana"
HOUSES = """flat_brick flat_plaster_white flat_painted red_tile thatch tin stone mud wood_slate
ladakh_white shop_front concrete_tower"""
CROPS = "none paddy flooded_paddy wheat mustard sugar_cane tea cotton millet fallow stubble"
WALLS = "none mud brick stone hedge fence"
FENCES = "wire bamboo thorn picket stone_slab"
HAYSTACKS = "none dome cone stack"
ANIMALS = "cow buffalo camel goat sheep yak pig"
LANDMARKS = """none gopuram shikhara chorten mosque church gurdwara brick_kiln water_tank
wind_turbine"""
POLES = "wood concrete steel_tube steel_lattice"
KERBS = "none black_white yellow_black red_white"


def among(names, words):
    return set(names) <= set(words.split())


@pytest.mark.parametrize("landscape", landscapes(), ids=lambda landscape: landscape.name)
def test_a_landscape_uses_known_words(landscape):
    assert among(landscape.trees, TREES)
    assert among(landscape.shrubs, SHRUBS)
    assert among(landscape.houses, HOUSES)
    assert among(landscape.walls, WALLS)
    assert among(landscape.landmarks, LANDMARKS)
    assert among(landscape.kharif + landscape.rabi + landscape.summer, CROPS)
    assert landscape.kharif
    assert landscape.rabi
    assert landscape.summer
    assert among([landscape.fence], FENCES)
    assert among([landscape.haystack], HAYSTACKS)
    assert among([landscape.animal], ANIMALS)
    assert landscape.soil in colours("soil")
    assert landscape.paint in colours("paint")
    assert 0 <= landscape.farmed <= 1
    assert 0 <= landscape.rockiness <= 1


@pytest.mark.parametrize("landscape", landscapes(), ids=lambda landscape: landscape.name)
def test_a_landscape_lies_where_the_layers_put_its_height(landscape):
    here = covariates_at(landscape.latitude, landscape.longitude)
    assert abs(here.elevation - landscape.elevation) < 120 + 0.6 * here.relief


def test_every_state_has_its_habits():
    assert set(layers()["states"]) == set(state_habits())
    for habits in state_habits().values():
        assert among([habits.pole], POLES)
        assert among([habits.kerb], KERBS)


def test_colours_are_linear_light():
    assert linear("#ffffff") == pytest.approx((1, 1, 1))
    assert linear("#000000") == (0, 0, 0)
    assert linear("#808080")[0] == pytest.approx(0.2158605, abs=1e-6)
    assert linear("#ff0080") == pytest.approx((1, 0, 0.2158605), abs=1e-6)


def test_at_its_middle_a_landscape_weighs_most():
    for number, landscape in enumerate(landscapes()):
        here = covariates_at(landscape.latitude, landscape.longitude)
        if abs(here.elevation - landscape.elevation) < 150:
            assert weights(here).argmax() == number


@given(st.floats(8, 36), st.floats(69, 96))
@settings(max_examples=50, deadline=None)
def test_weights_sum_to_one_and_fall_with_distance(lat, lon):
    here = covariates_at(lat, lon)
    weight = weights(here)
    assert weight.sum() == pytest.approx(1)
    cost = [
        (
            111.2**2
            * ((x.latitude - lat) ** 2 + ((x.longitude - lon) * np.cos(np.radians(lat))) ** 2)
            / 85**2
        )
        + ((x.elevation - here.elevation) / 450) ** 2
        for x in landscapes()
    ]
    assert weight.argmax() == int(np.argmin(cost))


def test_blend_and_mean_are_weighted_means():
    weight = np.zeros(len(landscapes()))
    weight[3], weight[7] = 0.25, 0.75
    a, b = landscapes()[3], landscapes()[7]
    mixed = blend(weight, "trees")
    assert set(mixed) == set(a.trees) | set(b.trees)
    for kind, stems in mixed.items():
        assert stems == pytest.approx(0.25 * a.trees.get(kind, 0) + 0.75 * b.trees.get(kind, 0))
    assert mean(weight, "farmed") == pytest.approx(0.25 * a.farmed + 0.75 * b.farmed)
