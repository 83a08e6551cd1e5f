"""Things over the picture of the land: billboards and panels, lit, hazed and tested for depth."""

# numba hides that an element of an array is a float
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from simulated_streets.renderer.landscape import BOUNCE
from simulated_streets.renderer.textures import (
    ALPHA,
    OPEN,
    RIGHT,
    TOWARDS,
    UP,
    Bytes,
    fetch,
    texture,
)
from simulated_streets.scenes.scene import Array, Billboard, Doubles, Things

NEAREST = 0.6  # metres before the lens within which nothing is drawn


class View(NamedTuple):
    """Where the camera looks and the light it looks by; vectors are right, forward, up."""

    focal: float
    horizon: float
    sun: Doubles
    direct: Array
    ambient: Array
    extinction: Array


class Plates(NamedTuple):
    """Rectangles (n, ...) in metres east, north and above the camera; billboards not yet turned."""

    corner: Doubles  # (n, 3) lower left, or the middle of a billboard's foot
    across: Doubles  # (n, 3) to the lower right
    upward: Doubles  # (n, 3) to the upper left
    taper: Doubles  # (n, 2) upper right corner in units of across and upward
    repeat: Doubles  # (n, 2)
    tint: Doubles  # (n, 3)
    translucency: Doubles  # (n,)
    sunlight: Doubles  # (n,) share of the sun that reaches it
    upright: Doubles  # (n,) 1 for billboards, -1 for mirrored ones, 0 for panels


def plates_of(things: Things, grounds: Doubles, sunlight: Doubles, eye: float) -> Plates:
    """Things as plates; `grounds` and `sunlight` (n,) are those at their feet."""
    count = len(things)
    corner, across, upward = np.zeros((3, count, 3))
    taper, repeat = np.ones((2, count, 2))
    upright = np.zeros(count)
    for i, thing in enumerate(things):
        if isinstance(thing, Billboard):
            corner[i] = thing.x, thing.y, grounds[i] + thing.lift - eye
            across[i, 0] = thing.width
            upward[i, 2] = thing.height
            upright[i] = -1.0 if thing.mirrored else 1.0
            continue
        corners = thing.corners + np.array([0.0, 0.0, grounds[i] - eye])
        corner[i] = corners[0]
        across[i] = corners[1] - corners[0]
        upward[i] = corners[3] - corners[0]
        skew = corners[2] - corners[1] - upward[i]
        if skew @ skew > 1e-6:
            frame = np.stack([across[i], upward[i]], axis=1)
            taper[i] = np.linalg.lstsq(frame, corners[2] - corners[0], rcond=None)[0]
        repeat[i] = thing.repeat
    return Plates(
        corner, across, upward, taper, repeat,
        tint=np.array([thing.tint for thing in things], np.float64).reshape(-1, 3),
        translucency=np.array([texture(thing.sprite).translucency for thing in things]),
        sunlight=sunlight,
        upright=upright,
    )  # fmt: skip


def draw_things(
    picture: Array,
    depth: Array,
    mirrors: Array,
    haze: Array,
    things: Things,
    plates: Plates,
    heading: float,
    view: View,
) -> None:
    """Draws things from far to near over the land, towards `heading` in radians."""
    if len(things) == 0:
        return
    side = len(picture)
    corner = turn_to_camera(plates.corner, heading)
    across = turn_to_camera(plates.across, heading)
    upward = turn_to_camera(plates.upward, heading)
    standing = plates.upright != 0.0
    across[standing] = 0.0
    across[standing, 0] = plates.across[standing, 0] * plates.upright[standing]
    corner[standing] -= 0.5 * across[standing]
    ends = corner + plates.taper[:, :1] * across + plates.taper[:, 1:] * upward
    points = np.stack([corner, corner + across, corner + upward, ends], axis=1)
    forward = np.maximum(points[:, :, 1], NEAREST)
    columns = 0.5 * side + view.focal * points[:, :, 0] / forward
    rows = view.horizon - view.focal * points[:, :, 2] / forward
    left, right = columns.min(axis=1), columns.max(axis=1)
    top, bottom = rows.min(axis=1), rows.max(axis=1)
    seen = points[:, :, 1].max(axis=1) > NEAREST
    seen &= (right > -1) & (bottom > -1) & (left < side + 1) & (top < side + 1)
    middle = np.sqrt(forward.min(axis=1) * forward.max(axis=1))
    sizes = np.stack([np.linalg.norm(across, axis=1), np.linalg.norm(upward, axis=1)], axis=1)
    pixels = np.maximum(sizes * view.focal / middle[:, None], 0.5)
    behind = points[:, :, 1].min(axis=1) < NEAREST
    box = np.stack([top - 1, bottom + 2, left - 1, right + 2], axis=1)
    box = np.clip(np.where(behind[:, None], (0, side, 0, side), box), 0, side).astype(np.int64)
    plates = plates._replace(corner=corner, across=across, upward=upward)
    chosen = np.flatnonzero(seen)
    for i in chosen[np.argsort(-points[chosen, :, 1].mean(axis=1), kind="stable")]:
        levels = texture(things[i].sprite).levels
        tall, wide, _ = levels[0].shape
        shrink = max(wide * plates.repeat[i, 0] / pixels[i, 0], 0.25) * max(
            tall * plates.repeat[i, 1] / pixels[i, 1], 0.25
        )
        level = min(max(round(0.5 * math.log2(shrink)), 0), len(levels) - 1)
        _draw(picture, depth, mirrors, haze, levels[level], plates, i, box[i], view)


def turn_to_camera(vectors: Doubles, heading: float) -> Doubles:
    """East, north, up to right, forward, up, for a heading in radians."""
    sine, cosine = math.sin(heading), math.cos(heading)
    turn = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(vectors @ turn)


@njit(error_model="numpy", fastmath=True, inline="always")
def _dot(a: Doubles, b: Doubles) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@njit(error_model="numpy", fastmath=True, cache=True)
def _draw(
    picture: Array,
    depth: Array,
    mirrors: Array,
    haze: Array,
    texels: Bytes,
    plates: Plates,
    index: int,
    box: Array,
    view: View,
) -> None:
    """One plate: every pixel's ray is cut with its plane, then looked up, lit and blended."""
    half = 0.5 * picture.shape[1]
    e = plates.across[index]
    g = plates.upward[index]
    o = plates.corner[index]
    taper = plates.taper[index]
    repeat = plates.repeat[index]
    tint = plates.tint[index]
    sunny = plates.sunlight[index]
    upright = plates.upright[index] != 0.0
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
    along = e / long
    rise = g / tall
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
            if taper[0] != 1.0 or taper[1] != 1.0:
                for _ in range(3):
                    b = v / max(1.0 + a * (taper[1] - 1.0), 0.02)
                    a = u / max(1.0 + b * (taper[0] - 1.0), 0.02)
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
            s = a * repeat[0]
            t = b * repeat[1]
            if repeat[0] != 1.0:
                s -= math.floor(s)
            if repeat[1] != 1.0:
                t -= math.floor(t)
            alpha = fetch(texels, s, 1.0 - t, texel) * thin
            if alpha < 0.012:
                continue
            if upright:
                nx = plates.upright[index] * texel[RIGHT]
                ny = -texel[TOWARDS]
                nz = texel[UP]
            else:
                nx = texel[RIGHT] * along[0] + texel[UP] * rise[0] + texel[TOWARDS] * normal[0]
                ny = texel[RIGHT] * along[1] + texel[UP] * rise[1] + texel[TOWARDS] * normal[1]
                nz = texel[RIGHT] * along[2] + texel[UP] * rise[2] + texel[TOWARDS] * normal[2]
            lit = nx * view.sun[0] + ny * view.sun[1] + nz * view.sun[2]
            open_sky = texel[OPEN]
            through = plates.translucency[index] * (0.25 + 0.75 * max(-lit, 0.0)) * open_sky
            sunlight = sunny * (max(lit, 0.0) * math.sqrt(open_sky) + through)
            skylight = open_sky * (0.66 + 0.34 * nz)
            returned = BOUNCE * max(view.sun[2], 0.0) * sunny * 0.5 * (1.0 - nz) * open_sky
            for k in range(3):
                light = view.direct[k] * (sunlight + returned) + view.ambient[k] * skylight
                value = texel[k] * tint[k] * light / math.pi
                clear = math.exp(-view.extinction[k] * forward)
                value = value * clear + haze[c, k] * (1.0 - clear)
                picture[r, c, k] += (value - picture[r, c, k]) * alpha
            mirrors[r, c] *= 1.0 - alpha
            if alpha > 0.5 and texel[ALPHA] > 0.0:
                depth[r, c] = forward
