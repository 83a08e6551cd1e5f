"""Scenes are deterministic, well formed, and look like where they are."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from geoloc_core.geography.climate import covariates_at
from simulated_streets.scenes.describe import describe
from simulated_streets.scenes.ground import season_of
from simulated_streets.scenes.sun import sun_position
from simulated_streets.scenes.terrain import snow_line
from simulated_streets.scenes.weather import INDIA, draw_moment

NOON = datetime(2018, 1, 20, 12)
REGIONS = {
    "Thar": (26.9, 70.9),
    "Kerala coast": (9.6, 76.4),
    "Ladakh": (34.1, 77.6),
    "Gangetic plain": (25.9, 83.0),
    "Deccan": (18.0, 75.2),
    "Assam": (26.9, 94.0),
}


def scenes(place, count=12, when=NOON):
    """Scenes in a square of half a degree around `place`."""
    rng = np.random.default_rng(0)
    return [describe(*(place + rng.uniform(-0.25, 0.25, 2)), when, seed) for seed in range(count)]


def stems(some, kind):
    return np.mean([scene.trees.get(kind, 0.0) for scene in some])


def test_equal_arguments_give_an_equal_scene():
    assert describe(20.5, 78.5, NOON, 7) == describe(20.5, 78.5, NOON, 7)


def test_seed_and_place_change_the_scene():
    first = describe(20.5, 78.5, NOON, 7)
    other = describe(20.5, 78.5, NOON, 8)
    beside = describe(20.5, 78.501, NOON, 7)
    assert first.ground.soil != other.ground.soil
    assert first.ground.soil != beside.ground.soil


def test_a_naive_time_is_indian_time():
    aware = NOON.replace(tzinfo=INDIA)
    assert describe(20.5, 78.5, NOON, 7) == describe(20.5, 78.5, aware, 7)
    assert describe(20.5, 78.5, NOON, 7) == describe(20.5, 78.5, aware.astimezone(UTC), 7)


def test_the_sun_is_the_moments_sun():
    weather = describe(20.5, 78.5, NOON, 7).weather
    azimuth, elevation = sun_position(20.5, 78.5, NOON - timedelta(hours=5, minutes=30))
    assert (weather.sun_azimuth, weather.sun_elevation) == (azimuth, elevation)


def test_trees_grow_where_they_grow():
    thar, kerala, ladakh, plain, deccan, assam = map(scenes, REGIONS.values())
    assert stems(kerala, "coconut") > 10
    assert stems(thar, "khejri") > 0.3
    for kind in ("coconut", "areca", "pine", "sal"):
        assert stems(thar, kind) == stems(ladakh, kind) == 0
    assert stems(ladakh, "poplar") > 1 > stems(deccan, "poplar")
    assert stems(assam, "bamboo") > stems(plain, "bamboo") > stems(thar, "bamboo")


def test_soil_is_the_regions_soil():
    deccan, kerala, thar = (
        np.mean([x.ground.soil for x in scenes(REGIONS[name])], axis=0)
        for name in ("Deccan", "Kerala coast", "Thar")
    )
    assert deccan.sum() < 0.6 * kerala.sum() < 0.6 * thar.sum()  # black cotton soil, pale sand
    assert kerala[0] / kerala[1] > 1.3 * thar[0] / thar[1]  # red laterite


def test_fields_follow_the_season():
    plain = REGIONS["Gangetic plain"]
    assert {x.ground.crop for x in scenes(plain, when=datetime(2018, 1, 20, 12))} == {"wheat"}
    assert {x.ground.crop for x in scenes(plain, when=datetime(2018, 8, 20, 12))} == {"paddy"}
    # the rains of the Coromandel coast come in October and November
    assert season_of(covariates_at(11.0, 79.5), 11) == ("kharif", 8)
    assert season_of(covariates_at(25.9, 83.0), 11) == ("rabi", 11)


def test_snow_comes_down_in_winter():
    here = covariates_at(32.5, 77.3)
    winter, summer = snow_line(here, 1), snow_line(here, 8)
    assert winter < 3200 < 4500 < summer
    assert snow_line(covariates_at(10.0, 77.0), 1) > 4000


def test_wet_monsoon_and_dry_spring():
    konkan = (17.5, 73.5)
    july, april = (scenes(konkan, 30, datetime(2018, month, 15, 12)) for month in (7, 4))
    assert np.mean([x.weather.wet > 0 for x in july]) > 0.3
    assert np.mean([x.weather.wet > 0 for x in april]) < 0.1
    assert np.mean([x.weather.cloud_cover for x in july]) > 0.25 + np.mean(
        [x.weather.cloud_cover for x in april]
    )
    green, dry = (np.mean([x.ground.grass for x in some], axis=0) for some in (july, april))
    assert green[1] > green[0]
    assert dry[0] > dry[1]


def test_moments_are_in_daylight():
    rng = np.random.default_rng(3)
    for _ in range(200):
        lat, lon = rng.uniform(8, 35), rng.uniform(69, 96)
        when = draw_moment(lat, lon, rng)
        assert when.tzinfo is INDIA
        assert sun_position(lat, lon, when)[1] >= 8


def colours_of(value):
    """Every tuple of three numbers inside nested dictionaries and tuples."""
    if isinstance(value, dict):
        for item in value.values():
            yield from colours_of(item)
    elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
        for item in value:
            yield from colours_of(item)
    elif isinstance(value, tuple) and len(value) == 3:
        yield value


@pytest.mark.parametrize("seed", range(40))
def test_any_scene_is_well_formed(seed):
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(7, 36.5), rng.uniform(68.5, 97)
    scene = describe(lat, lon, draw_moment(lat, lon, rng), seed)
    for colour in colours_of(asdict(replace(scene, leaf=(1.0, 1.0, 1.0)))):
        assert all(0 <= channel <= 1 for channel in colour)
    assert all(0.3 < channel < 2 for channel in scene.leaf)
    assert sum(scene.houses.values()) == pytest.approx(1, abs=0.25)
    assert set(scene.trees) == set(scene.tree_height)
    assert all(value > 0 for value in (*scene.trees.values(), *scene.shrubs.values()))
    assert scene.month in range(1, 13)
    shares = (
        scene.settlement,
        scene.ground.cover,
        scene.ground.crop_share,
        scene.ground.rockiness,
        scene.terrain.ruggedness,
        scene.weather.cloud_cover,
        scene.weather.wet,
    )
    assert all(0 <= share <= 1 for share in shares)
    assert 1 <= scene.weather.visibility_km <= 120
    assert 1.8 <= scene.weather.turbidity <= 8
    assert (scene.terrain.water == "none") == (scene.terrain.water_distance == 0)
    assert (scene.ground.crop == "none") == (scene.ground.crop_share == 0)
    assert (scene.road.kind == "none") == (scene.road.width == 0)


def test_regions_can_be_told_apart():
    """A nearest mean over soil, grass and trees knows the region of scenes it has not seen."""

    def seen(scene):
        trees = [np.log1p(scene.trees.get(kind, 0)) for kind in kinds]
        return np.array([*np.log(scene.ground.soil), *np.log(scene.ground.grass), *trees])

    kinds = ("coconut", "khejri", "poplar", "bamboo", "neem", "mango", "areca", "palmyra")
    features = {
        name: np.array([seen(x) for x in scenes(place, 24)]) for name, place in REGIONS.items()
    }
    means = {name: some[:12].mean(axis=0) for name, some in features.items()}
    right = [
        min(means, key=lambda other: np.linalg.norm(row - means[other])) == name
        for name, some in features.items()
        for row in some[12:]
    ]
    assert np.mean(right) > 0.9
