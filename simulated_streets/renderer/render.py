"""A scene becomes four photographs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from simulated_streets.renderer.camera import CANVAS, develop
from simulated_streets.renderer.clouds import Clouds, clouds_of, paint_sky
from simulated_streets.renderer.compositing import (
    Plates,
    View,
    draw_things,
    plates_of,
    turn_to_camera,
)
from simulated_streets.renderer.cover import Cover, cover_of
from simulated_streets.renderer.landform import Land, height, heights, land_of
from simulated_streets.renderer.landscape import light_ground, march, reflect, sunlight_at
from simulated_streets.renderer.noise import plane, volume
from simulated_streets.renderer.polar import polar_heights, sunlit
from simulated_streets.renderer.shadows import CELL, shadow_maps
from simulated_streets.renderer.sky import Sky, sky_of
from simulated_streets.renderer.things import populate
from simulated_streets.scenes.scene import Array, Billboard, Scene, Thing, Things

HEADINGS = (0.0, 90.0, 180.0, 270.0)
SUN_AZIMUTHS, SUN_STRIDE = 256, 8  # the coarse grid of sunlight past the terrain


@dataclass(frozen=True, eq=False)
class Stage:
    """What the four images of a scene share."""

    scene: Scene
    land: Land
    cover: Cover
    clouds: Clouds
    sky: Sky
    grid: Array  # heights (azimuth, step)
    free: Array  # sunlight past the terrain
    eye: float  # height of the camera on the scene's scale
    shadow: Array
    contact: Array
    things: Things
    plates: Plates


def height_function(scene: Scene) -> Callable[[float, float], float]:
    """Height in metres of the bare ground at (x, y) metres east and north of the camera."""
    land, tile = land_of(scene), plane()
    return lambda x, y: float(height(tile, float(x), float(y), land))


def set_stage(scene: Scene, things: Things | None = None) -> Stage:
    """Everything that does not depend on where the camera looks."""
    tile, land = plane(), land_of(scene)
    sky = sky_of(scene.weather, scene.terrain.elevation)
    free = sunlit(tile, land, sky.sun, SUN_AZIMUTHS, SUN_STRIDE)
    if things is None:
        things = populate(scene, height_function(scene))
    feet = np.array([_foot(thing) for thing in things], np.float64).reshape(-1, 2)
    shadow, contact = shadow_maps(things, sky.sun)
    eye = float(height(tile, 0.0, 0.0, land)) + scene.camera.height
    sunlight = sunlight_at(tile, feet, free, SUN_STRIDE, _broken(scene))
    return Stage(
        scene=scene,
        land=land,
        cover=cover_of(scene),
        clouds=clouds_of(scene),
        sky=sky,
        grid=polar_heights(tile, land),
        free=free,
        eye=eye,
        shadow=shadow,
        contact=contact,
        things=things,
        plates=plates_of(things, heights(tile, feet, land), sunlight, eye),
    )


def _foot(thing: Thing) -> tuple[float, float]:
    return (thing.x, thing.y) if isinstance(thing, Billboard) else thing.anchor


def _broken(scene: Scene) -> float:
    """Cover by clouds that throw shadows of their own."""
    weather = scene.weather
    return weather.cloud_cover if weather.cloud_kind == "cumulus" else 0.0


def render(scene: Scene, heading: float, things: Things | None = None) -> NDArray[np.uint8]:
    """One image (256, 256, 3) uint8 sRGB of a scene towards `heading` degrees."""
    return _photograph(set_stage(scene, things), heading)


def render_panorama(scene: Scene, things: Things | None = None) -> NDArray[np.uint8]:
    """Images (4, 256, 256, 3) uint8 sRGB towards 0, 90, 180 and 270 degrees."""
    stage = set_stage(scene, things)
    return np.stack([_photograph(stage, heading) for heading in HEADINGS])


def _photograph(stage: Stage, heading: float) -> NDArray[np.uint8]:
    scene, sky, land = stage.scene, stage.sky, stage.land
    camera, tile = scene.camera, plane()
    turn = math.radians(heading)
    focal = 256.0 / math.tan(math.radians(camera.field_of_view) / 2)
    horizon = CANVAS / 2 + focal * math.tan(math.radians(camera.pitch))
    rows = min(max(math.ceil(horizon / 2) + 1, 2), CANVAS // 2)
    half = paint_sky(
        tile, volume(), stage.clouds, sky.table, sky.sun, sky.direct, sky.ambient,
        0.45 * float(sky.extinction[1]), turn, focal / 2, horizon / 2, rows, CANVAS // 2,
    )  # fmt: skip
    picture = np.zeros((CANVAS, CANVAS, 3), np.float32)
    picture[: 2 * rows] = cv2.resize(half, (CANVAS, 2 * rows), interpolation=cv2.INTER_LINEAR)
    haze = cv2.resize(half[rows - 3 : rows - 2], (CANVAS, 1), interpolation=cv2.INTER_LINEAR)[0]
    haze = np.minimum(haze, 4.0 * np.median(haze, axis=0))

    steps = march(stage.grid, stage.eye, turn, focal, horizon, CANVAS, CANVAS)
    depth = np.empty((CANVAS, CANVAS), np.float32)
    mirrors = np.zeros((CANVAS, CANVAS), np.float32)
    light_ground(
        picture, depth, mirrors, steps, stage.grid, stage.free, SUN_STRIDE,
        stage.shadow, stage.contact, CELL, tile, land, stage.cover,
        sky.sun, sky.direct, sky.ambient, sky.extinction, haze, _broken(scene),
        stage.eye, turn, focal,
    )  # fmt: skip
    view = View(
        focal=focal,
        horizon=horizon,
        sun=turn_to_camera(np.asarray(sky.sun, np.float64), turn),
        direct=sky.direct,
        ambient=sky.ambient,
        extinction=sky.extinction,
    )
    draw_things(picture, depth, mirrors, haze, stage.things, stage.plates, turn, view)
    if mirrors.any():
        reflect(
            picture, depth, mirrors, tile, land, sky.ambient, sky.direct, sky.sun,
            turn, focal, horizon,
        )  # fmt: skip
    light = np.asarray(sky.ambient + sky.direct * max(float(sky.sun[2]), 0.0))
    return develop(picture, camera, light, scene.seed * 4 + round(heading / 90.0))
