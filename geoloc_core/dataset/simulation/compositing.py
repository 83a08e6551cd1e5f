"""Things over the picture of the land: billboards and panels, lit, hazed and tested for depth."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from .landscape import BOUNCE
from .scene import Array, Billboard, Panel, Things
from .textures import ALPHA, OPEN, RIGHT, TOWARDS, UP, Bytes, fetch, texture

NEAREST = 0.6  # metres before the lens within which nothing is drawn


class View(NamedTuple):
    """Where the camera looks and the light it looks by; vectors are right, forward, up."""

    focal: float
    horizon: float
    eye: float
    sine: float  # of the heading
    cosine: float
    sun: Array
    direct: Array
    ambient: Array
    extinction: Array


class Plate(NamedTuple):
    """A rectangle to draw, in the camera's frame (right, forward, up) in metres."""

    corner: Array  # (3,) lower left
    across: Array  # (3,) to the lower right
    upward: Array  # (3,) to the upper left
    taper: tuple[float, float]  # upper right corner in units of across and upward
    repeat: tuple[float, float]
    tint: tuple[float, float, float]
    translucency: float
    sunlight: float  # share of the sun that reaches it


def draw_things(
    picture: Array,
    depth: Array,
    mirrors: Array,
    haze: Array,
    things: Things,
    grounds: Array,
    sunlight: Array,
    view: View,
) -> None:
    """Draws things from far to near; `grounds` and `sunlight` (n,) are those at their feet."""
    plates = []
    for thing, ground, sun in zip(things, grounds, sunlight, strict=True):
        if isinstance(thing, Billboard):
            plate = _stand(thing, float(ground), float(sun), view)
        else:
            plate = _lay(thing, float(ground), float(sun), view)
        points = np.stack(
            [plate.corner, plate.corner + plate.across, plate.corner + plate.upward,
             plate.corner + plate.taper[0] * plate.across + plate.taper[1] * plate.upward]
        )  # fmt: skip
        if points[:, 1].max() < NEAREST:
            continue
        forward = np.maximum(points[:, 1], NEAREST)
        columns = 0.5 * picture.shape[1] + view.focal * points[:, 0] / forward
        rows = view.horizon - view.focal * points[:, 2] / forward
        if columns.max() < -1 or rows.max() < -1 or min(columns.min(), rows.min()) > len(picture):
            continue
        plates.append((float(points[:, 1].mean()), plate, thing, columns, rows, forward))
    for _, plate, thing, columns, rows, forward in sorted(plates, key=lambda p: -p[0]):
        levels = texture(thing.sprite).levels
        wide = np.linalg.norm(plate.across) * view.focal / math.sqrt(forward.min() * forward.max())
        tall = np.linalg.norm(plate.upward) * view.focal / math.sqrt(forward.min() * forward.max())
        shrink = math.sqrt(
            max(levels[0].shape[1] * plate.repeat[0] / max(wide, 0.5), 0.25)
            * max(levels[0].shape[0] * plate.repeat[1] / max(tall, 0.5), 0.25)
        )
        level = min(max(round(math.log2(shrink)), 0), len(levels) - 1)
        behind = bool((forward <= NEAREST).any())
        side = len(picture)
        box = (0, side, 0, side) if behind else (
            max(int(rows.min()) - 1, 0), min(int(rows.max()) + 2, side),
            max(int(columns.min()) - 1, 0), min(int(columns.max()) + 2, side),
        )  # fmt: skip
        upright = isinstance(thing, Billboard)
        _draw(picture, depth, mirrors, haze, levels[level], plate, box, upright, view)


def turn_to_camera(vector: Array, view: View) -> Array:
    """East, north, up to right, forward, up."""
    east, north = vector[..., 0], vector[..., 1]
    return np.stack(
        [east * view.cosine - north * view.sine, east * view.sine + north * view.cosine,
         vector[..., 2]], axis=-1,
    )  # fmt: skip


def _stand(thing: Billboard, ground: float, sunlight: float, view: View) -> Plate:
    foot = turn_to_camera(
        np.array([thing.x, thing.y, ground + thing.lift - view.eye]), view
    )
    across = np.array([-thing.width if thing.mirrored else thing.width, 0.0, 0.0])
    return Plate(
        corner=foot - 0.5 * across,
        across=across,
        upward=np.array([0.0, 0.0, thing.height]),
        taper=(1.0, 1.0),
        repeat=(1.0, 1.0),
        tint=thing.tint,
        translucency=texture(thing.sprite).translucency,
        sunlight=sunlight,
    )


def _lay(thing: Panel, ground: float, sunlight: float, view: View) -> Plate:
    raised = np.asarray(thing.corners, np.float64) + np.array([0.0, 0.0, ground - view.eye])
    corners = turn_to_camera(raised, view)
    across, upward = corners[1] - corners[0], corners[3] - corners[0]
    frame = np.stack([across, upward], axis=1)
    taper = np.linalg.lstsq(frame, corners[2] - corners[0], rcond=None)[0]
    return Plate(
        corner=corners[0],
        across=across,
        upward=upward,
        taper=(float(taper[0]), float(taper[1])),
        repeat=(float(thing.repeat[0]), float(thing.repeat[1])),
        tint=thing.tint,
        translucency=0.0,
        sunlight=sunlight,
    )


@njit(fastmath=True, inline="always")
def _dot(a: Array, b: Array) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@njit(fastmath=True, cache=True)
def _draw(
    picture: Array,
    depth: Array,
    mirrors: Array,
    haze: Array,
    texels: Bytes,
    plate: Plate,
    box: tuple[int, int, int, int],
    upright: bool,
    view: View,
) -> None:
    """One plate: every pixel's ray is cut with its plane, then looked up, lit and blended."""
    half = 0.5 * picture.shape[1]
    e = plate.across
    g = plate.upward
    o = plate.corner
    normal = np.array(
        [e[1] * g[2] - e[2] * g[1], e[2] * g[0] - e[0] * g[2], e[0] * g[1] - e[1] * g[0]]
    )
    size = math.sqrt(_dot(normal, normal))
    if size < 1e-9:
        return
    normal /= size
    if _dot(normal, o) > 0.0:
        normal = -normal
    reach = _dot(normal, o)
    long = math.sqrt(_dot(e, e))
    tall = math.sqrt(_dot(g, g))
    ee = _dot(e, e)
    eg = _dot(e, g)
    gg = _dot(g, g)
    inverse = 1.0 / max(ee * gg - eg * eg, 1e-12)
    texel = np.empty(8, np.float64)
    for r in range(box[0], box[1]):
        up = (view.horizon - r - 0.5) / view.focal
        for c in range(box[2], box[3]):
            right = (c + 0.5 - half) / view.focal
            facing = normal[0] * right + normal[1] + normal[2] * up
            if abs(facing) < 1e-5:
                continue
            forward = reach / facing
            if forward < NEAREST or forward > depth[r, c]:
                continue
            px = right * forward - o[0]
            py = forward - o[1]
            pz = up * forward - o[2]
            pe = px * e[0] + py * e[1] + pz * e[2]
            pg = px * g[0] + py * g[1] + pz * g[2]
            u = (pe * gg - pg * eg) * inverse
            v = (pg * ee - pe * eg) * inverse
            a = u
            b = v
            if plate.taper[0] != 1.0 or plate.taper[1] != 1.0:
                for _ in range(3):
                    b = v / max(1.0 + a * (plate.taper[1] - 1.0), 0.02)
                    a = u / max(1.0 + b * (plate.taper[0] - 1.0), 0.02)
            # what is thinner than a pixel becomes a fainter pixel
            wide = view.focal * long / forward
            high = view.focal * tall / forward
            thin = 1.0
            if wide < 1.0:
                a = 0.5 + (a - 0.5) * wide
                thin *= wide
            if high < 1.0:
                b = 0.5 + (b - 0.5) * high
                thin *= high
            if a < 0.0 or a > 1.0 or b < 0.0 or b > 1.0:
                continue
            s = a * plate.repeat[0]
            t = b * plate.repeat[1]
            if plate.repeat[0] != 1.0:
                s -= math.floor(s)
            if plate.repeat[1] != 1.0:
                t -= math.floor(t)
            alpha = fetch(texels, s, 1.0 - t, texel) * thin
            if alpha < 0.012:
                continue
            mirrored = -1.0 if upright and e[0] < 0.0 else 1.0
            if upright:
                nx = mirrored * texel[RIGHT]
                ny = -texel[TOWARDS]
                nz = texel[UP]
            else:
                nx = texel[RIGHT] * e[0] / long + texel[UP] * g[0] / tall + texel[TOWARDS] * normal[0]
                ny = texel[RIGHT] * e[1] / long + texel[UP] * g[1] / tall + texel[TOWARDS] * normal[1]
                nz = texel[RIGHT] * e[2] / long + texel[UP] * g[2] / tall + texel[TOWARDS] * normal[2]
            lit = nx * view.sun[0] + ny * view.sun[1] + nz * view.sun[2]
            open_sky = texel[OPEN]
            through = plate.translucency * (0.25 + 0.75 * max(-lit, 0.0)) * open_sky
            sunlight = plate.sunlight * (max(lit, 0.0) * math.sqrt(open_sky) + through)
            skylight = open_sky * (0.66 + 0.34 * nz)
            returned = BOUNCE * max(view.sun[2], 0.0) * plate.sunlight * 0.5 * (1.0 - nz) * open_sky
            for k in range(3):
                light = view.direct[k] * (sunlight + returned) + view.ambient[k] * skylight
                value = texel[k] * plate.tint[k] * light / math.pi
                clear = math.exp(-view.extinction[k] * forward)
                value = value * clear + haze[c, k] * (1.0 - clear)
                picture[r, c, k] += (value - picture[r, c, k]) * alpha
            mirrors[r, c] *= 1.0 - alpha
            if alpha > 0.5 and texel[ALPHA] > 0.0:
                depth[r, c] = forward
