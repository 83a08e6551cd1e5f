from __future__ import annotations

import math

import numpy as np
import pytest

from simulated_streets.renderer import landform, noise
from simulated_streets.renderer.buildings import STYLES, box
from simulated_streets.renderer.figures import ANIMALS
from simulated_streets.renderer.landmarks import LANDMARKS
from simulated_streets.renderer.places import Places
from simulated_streets.renderer.sprites import KINDS
from simulated_streets.renderer.street import vehicle
from simulated_streets.renderer.things import populate
from simulated_streets.renderer.vehicles import SIZES
from simulated_streets.scenes.scene import (
    Billboard,
    Camera,
    Ground,
    Panel,
    Road,
    Scene,
    Terrain,
    Weather,
)

TRAFFIC = {"motorbike", "rider", "tractor", "cart"} | {
    f"{kind}_{view}" for kind in SIZES for view in ("side", "left", "front", "back")
}


def scene(seed=1, **changes):
    parts = {
        "weather": Weather(220, 35, 3, 20, 0.2, "cumulus", 0),
        "terrain": Terrain(50, 30, 0.2, 1, 0, 9e3, "none", 0, 1e3),
        "ground": Ground((0.3, 0.24, 0.17), (0.2, 0.2, 0.2), 0.1, (0.1, 0.15, 0.05), 0.6, "paddy",
                         0.5, 35, 20),
        "road": Road("metalled", 5.5, 20, 1.5, True, kerb="red_white", milestone=(0.7, 0.5, 0.0)),
        "camera": Camera(2.5, 85, 0, 0, 0, 0, 0.5, 0.01, 0.2, 85),
        "trees": {"coconut": 40.0, "mango": 15.0},
        "shrubs": {"lantana": 80.0, "grass_clump": 300.0},
        "houses": {"red_tile": 0.5, "shop_front": 0.5},
        "settlement": 0.6,
        "wall": "brick",
        "traffic": 5.0,
        "flags": 2.0,
        "haystack": "cone",
    }  # fmt: skip
    return Scene(seed, 10.0, 76.0, 6, **(parts | changes))


def flat(x, y):
    return 0.0


def kind_of(thing):
    return thing.sprite.split("/")[0]


@pytest.mark.parametrize("seed", range(4))
def test_same_seed_same_things_of_known_kinds_and_not_too_many(seed):
    things, again = populate(scene(seed), flat), populate(scene(seed), flat)
    assert len(things) == len(again) <= 650
    for one, two in zip(things, again, strict=True):
        assert one.sprite == two.sprite
        if isinstance(one, Billboard):
            assert one == two
        else:
            np.testing.assert_array_equal(one.corners, two.corners)
    assert {kind_of(thing) for thing in things} <= set(KINDS)


@pytest.mark.parametrize("seed", range(4))
def test_only_traffic_stands_on_the_road_and_nothing_at_the_lens(seed):
    where = scene(seed)
    land = landform.land_of(where)
    for thing in populate(where, flat):
        x, y = (thing.x, thing.y) if isinstance(thing, Billboard) else thing.anchor
        if kind_of(thing) in TRAFFIC | {"wires", "prayer_flags"}:
            continue
        _, lateral = landform.along_road(x, y, land)
        assert abs(lateral) > land.road, thing.sprite
        if isinstance(thing, Billboard):
            assert math.hypot(x, y) > 2.4


def test_traffic_keeps_left():
    found = 0
    for seed in range(12):
        where = scene(seed, settlement=0.0)
        land = landform.land_of(where)
        for thing in populate(where, flat):
            if not isinstance(thing, Panel) or not kind_of(thing).endswith(("_side", "_left")):
                continue
            if kind_of(thing).rpartition("_")[0] not in SIZES:
                continue
            _, lateral = landform.along_road(*thing.anchor, land)
            forward = thing.corners[1, :2] - thing.corners[0, :2]  # the nose is at the right ...
            if kind_of(thing).endswith("_left"):
                forward = -forward  # ... of the right side, and at the left of the left one
            onward = forward @ np.array([land.road_sine, land.road_cosine])
            assert (onward > 0) == (lateral < 0)
            found += 1
    assert found > 5


def test_places_follow_the_bending_road():
    where = scene(3)
    places, land = Places(where), landform.land_of(where)
    for along, right in ((0.0, 2.0), (60.0, -4.0), (-90.0, 7.0)):
        found = landform.along_road(*places.ground(along, right), land)
        np.testing.assert_allclose(found, (along, right), atol=1e-6)


def test_nothing_grows_in_the_water():
    wet = scene(2, terrain=Terrain(50, 0, 0.2, 1, 0, 9e3, "sea", 90, 30.0))
    land = landform.land_of(wet)
    plants = [t for t in populate(wet, flat) if kind_of(t) in ("coconut", "mango", "lantana")]
    assert plants
    assert all(landform.into_water(noise.plane(), t.x, t.y, land) < 0 for t in plants)


@pytest.mark.parametrize("facing", [0.0, 77.0, 201.0])
def test_walls_that_are_drawn_look_at_the_camera_and_stand_on_their_box(facing):
    middle = (9.0, -14.0)
    walls = box(middle, facing, (8.0, 5.0), 0.0, 3.0, ("brick_house/0", "brick_side/0"),
                (1.0, 1.0, 1.0), (1.0, 1.0, 1.0))  # fmt: skip
    assert 1 <= len(walls) <= 2
    for wall in walls:
        first, second, _, last = wall.corners.astype(float)
        normal = np.cross(second - first, last - first)
        assert normal[:2] @ first[:2] < 0.0
        outward = wall.corners[:2, :2].mean(axis=0) - np.array(middle)
        assert normal[:2] @ outward > 0.0


def test_a_vehicle_shows_the_side_that_faces_the_camera():
    ahead = {kind_of(p) for p in vehicle("car", 0.0, 20.0, 0.0, (1.0, 1.0, 1.0), 0)}
    coming = {kind_of(p) for p in vehicle("car", 0.0, 20.0, 180.0, (1.0, 1.0, 1.0), 0)}
    passing = {kind_of(p) for p in vehicle("car", 0.0, 20.0, 90.0, (1.0, 1.0, 1.0), 0)}
    assert ahead == {"car_back"}
    assert coming == {"car_front"}
    assert passing == {"car_side"}  # it drives east, seen from the south: its right side


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_builds_from_known_kinds(style):
    things = populate(scene(5, houses={style: 1.0}, trees={}, shrubs={}), flat)
    fronts = {STYLES[style].front, STYLES[style].side}
    assert fronts & {kind_of(thing) for thing in things}


@pytest.mark.parametrize("landmark", sorted(LANDMARKS))
def test_a_landmark_stands_where_asked_for(landmark):
    assert landmark in {kind_of(t) for t in populate(scene(landmark=landmark), flat)}


@pytest.mark.parametrize("animal", sorted(ANIMALS))
def test_the_scenes_animal_is_met(animal):
    met = {kind_of(t) for seed in range(9) for t in populate(scene(seed, animal=animal), flat)}
    assert animal in met
