import math

import numpy as np
import pytest

from simulated_streets.renderer import compositing, render, textures
from simulated_streets.renderer.camera import CANVAS, develop
from simulated_streets.renderer.landscape import FAR, march
from simulated_streets.renderer.noise import plane
from simulated_streets.renderer.polar import AZIMUTHS, STEPS, radius_of
from simulated_streets.renderer.shadows import CELL, SIDE, shadow_maps
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


def a_scene(**weather):
    return Scene(
        seed=3,
        latitude=20.0,
        longitude=77.0,
        month=1,
        weather=Weather(
            **{
                "sun_azimuth": 90.0,
                "sun_elevation": 40.0,
                "turbidity": 3.0,
                "visibility_km": 20.0,
                "cloud_cover": 0.0,
                "cloud_kind": "cirrus",
                "wet": 0.0,
            }
            | weather
        ),
        terrain=Terrain(200.0, 0.0, 0.2, 0.0, 0.0, 6000.0, "none", 0.0, 100.0),
        ground=Ground(
            (0.3, 0.25, 0.2), (0.2, 0.2, 0.2), 0.1, (0.1, 0.15, 0.05), 0.4, "none", 0.0, 40.0, 0.0
        ),
        road=Road("none", 0.0, 0.0, 0.0, False),
        camera=Camera(2.5, 85.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.01, 0.1, 88),
    )


@pytest.fixture(scope="module")
def grey_sprite():
    """Every key stands for one flat, opaque, grey texture."""
    texels = np.full((4, 4, 8), 128, np.uint8)
    texels[..., 3] = 255
    texels[..., 6] = 255
    return textures.Texture((texels,), 0.0)


def test_march_over_a_plain_finds_the_distance_of_every_row():
    eye, focal = 2.5, 200.0
    grid = np.zeros((AZIMUTHS, STEPS), np.float32)
    steps = march(grid, eye, 0.3, focal, 60.0, 120, 80)
    assert (steps[:60] == -1).all()
    for row in (75, 90, 119):
        for column in (0, 40, 79):
            aside = math.atan((column + 0.5 - 40.0) / focal)
            expected = eye * focal / math.cos(aside) / (row + 0.5 - 60.0)
            assert radius_of(float(steps[row, column])) == pytest.approx(expected, rel=2e-3)


def test_a_wall_hides_what_lies_behind_it():
    grid = np.zeros((AZIMUTHS, STEPS), np.float32)
    wall = next(j for j in range(STEPS) if radius_of(float(j)) > 30.0)
    grid[:, wall:] = 10.0
    steps = march(grid, 2.5, 0.0, 200.0, 60.0, 120, 80)
    assert steps.max() < wall + 1
    assert steps[int(60 - 200 * 7.5 / 31) + 3, 40] >= wall - 1


def test_same_seed_same_picture_and_headings_agree():
    scene = a_scene()
    panorama = render.render_panorama(scene, ())
    assert panorama.shape == (4, 256, 256, 3)
    assert panorama.dtype == np.uint8
    assert (render.render(scene, 90.0, ()) == panorama[1]).all()


def test_the_sun_stands_where_the_azimuth_says():
    panorama = render.render_panorama(a_scene(sun_elevation=20.0), ()).astype(float)
    sky = panorama[:, :110].mean(axis=(1, 2, 3))
    assert sky.argmax() == 1


def test_haze_hides_distance():
    clear = render.render(a_scene(visibility_km=80.0), 0.0, ()).astype(float)
    thick = render.render(a_scene(visibility_km=0.6), 0.0, ()).astype(float)
    band = slice(131, 136)

    def spread(picture):
        return np.ptp(picture[118:140].mean(axis=(1, 2)))

    assert spread(thick) < spread(clear)
    assert np.abs(thick[band].mean((0, 1)) - thick[124:127].mean((0, 1))).max() < 40


def test_a_billboard_comes_where_perspective_puts_it(monkeypatch, grey_sprite):
    monkeypatch.setattr(compositing, "texture", lambda key: grey_sprite)
    things = [Billboard(x=0.0, y=20.0, width=4.0, height=3.0, sprite="any")]
    picture, depth = _draw(things)
    rows, columns = np.nonzero(picture.sum(axis=2))
    assert (rows.min(), rows.max()) == pytest.approx((95, 124), abs=1.5)
    assert (columns.min(), columns.max()) == pytest.approx((80, 119), abs=1.5)
    assert depth[110, 100] == pytest.approx(20.0)


def test_nearer_hides_farther_in_any_order(monkeypatch, grey_sprite):
    monkeypatch.setattr(compositing, "texture", lambda key: grey_sprite)
    near = Billboard(0.0, 10.0, 1.0, 2.0, "any", tint=(1.0, 0.0, 0.0))
    far = Billboard(0.0, 30.0, 9.0, 6.0, "any", tint=(0.0, 1.0, 0.0))
    first, _ = _draw([near, far])
    second, _ = _draw([far, near])
    assert (first == second).all()
    assert first[110, 100, 1] == 0.0
    assert first[110, 100, 0] > 0.0


def test_a_panel_seen_aslant_is_cut_by_the_image_plane(monkeypatch, grey_sprite):
    monkeypatch.setattr(compositing, "texture", lambda key: grey_sprite)
    corners = np.array([[2, -5, 0], [2, 40, 0], [2, 40, 3], [2, -5, 3]], np.float32)
    picture, depth = _draw([Panel(corners, (2.0, 0.0), "any")])
    covered = picture.sum(axis=2) > 0
    for column in (120, 150, 190):
        forward = 2.0 * 200.0 / (column + 0.5 - 100.0)
        assert depth[100, column] == pytest.approx(forward, rel=1e-3)
        bottom = np.nonzero(covered[:, column])[0].max()
        assert bottom == pytest.approx(min(100 + 200 * 2.5 / forward, 199), abs=1.5)
    assert not covered[:, :105].any()


def test_a_shadow_falls_away_from_the_sun():
    thing = Billboard(0.0, 0.0, 4.0, 5.0, "mango/0")
    shadow, contact = shadow_maps([thing], np.array([0.6, 0.0, 0.8], np.float32))
    east, _ = np.nonzero(shadow < 0.6)
    assert east.mean() < SIDE / 2 - 0.5 / CELL
    assert contact[SIDE // 2, SIDE // 2] < 0.8


def test_more_light_makes_a_brighter_file():
    camera = a_scene().camera
    light = np.ones(3, np.float32)
    ramp = np.linspace(0.0, 1.0, CANVAS, dtype=np.float32)
    picture = develop(np.ascontiguousarray(np.tile(ramp[None, :, None], (CANVAS, 1, 3))), camera,
                      light, 1)  # fmt: skip
    columns = picture.mean(axis=(0, 2))
    assert columns[20] < columns[128] < columns[200]


def _draw(things):
    """Things over nothing in a picture of 200 pixels, focal length 200, looking north."""
    picture, mirrors = np.zeros((200, 200, 3), np.float32), np.zeros((200, 200), np.float32)
    depth = np.full((200, 200), FAR, np.float32)
    ones = np.ones(3, np.float32)
    view = compositing.View(200.0, 100.0, np.array([0.0, -0.6, 0.8]), ones, ones, 0.0 * ones)
    count = np.zeros(len(things))
    plates = compositing.plates_of(things, count, count + 1.0, 2.5)
    compositing.draw_things(
        picture, depth, mirrors, np.zeros((200, 3), np.float32), things, plates, 0.0, view
    )
    return picture, depth


def test_the_tile_is_periodic_and_normalised():
    assert plane().mean() == pytest.approx(0.0, abs=1e-5)
    assert plane().std() == pytest.approx(1.0, abs=1e-4)
