"""What lies on the ground: soil, stones, grass, fields, roads, snow and far woods, as reflectance.

Everything is a function of the place and of the size of a pixel there, so that four pictures of
one place agree and texture goes down to the pixel.
"""

# numba hides that an element of an array is a float
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math

from numba import njit

from simulated_streets.renderer.cover import (
    BLOOM,
    FOREST,
    GRASS,
    LEAVES,
    PAVED,
    ROCK,
    SOIL,
    STRAW,
    VERGE,
    Cover,
)
from simulated_streets.renderer.landform import Land, along_road, into_water, parcel
from simulated_streets.renderer.noise import fractal, noise, smoothstep
from simulated_streets.scenes.scene import Array

PER_METRE = tuple(0.5 ** (level - 6) for level in range(24))  # finest waves of `grain`


@njit(error_model="numpy", fastmath=True, inline="always")
def grain(tile: Array, x: float, y: float, pixel: float) -> float:
    """Texture of about unit deviation just coarser than a pixel of the given size in metres."""
    scale = math.log2(max(2.2 * pixel, 0.025))
    level = math.floor(scale)
    blend = scale - level
    u = x * PER_METRE[level + 6]
    v = y * PER_METRE[level + 6]
    total = (1.0 - blend) * noise(tile, u, v)
    total += noise(tile, 0.41 * u - 0.29 * v, 0.29 * u + 0.41 * v)
    total += noise(tile, 0.07 * u - 0.24 * v, 0.24 * u + 0.07 * v)
    total += blend * noise(tile, -0.09 * u - 0.085 * v, 0.085 * u - 0.09 * v)
    return 0.58 * total


@njit(error_model="numpy", fastmath=True, inline="always")
def _mix(a: float, b: float, share: float) -> float:
    return a + (b - a) * share


@njit(error_model="numpy", fastmath=True)
def surface(
    tile: Array,
    x: float,
    y: float,
    z: float,
    distance: float,
    slope: float,
    pixel: float,
    texture: float,
    land: Land,
    cover: Cover,
) -> tuple[float, float, float, float, float]:
    """Reflectance, roughness of the relief and mirror of the ground at (x, y).

    `z` is the height on the scene's scale, `texture` the grain there. The mirror is the share of
    the surface that is open water, 0 to 1.
    """
    palette = cover.palette
    broad = noise(tile, x / 37.0, y / 37.0)
    middle = noise(tile, y / 6.1, x / 6.1)
    small = noise(tile, x / 1.3, y / 1.3)
    tone = 1.0 + 0.10 * broad + 0.09 * middle + 0.07 * small + 0.13 * texture
    red = palette[SOIL, 0] * tone
    green = palette[SOIL, 1] * tone
    blue = palette[SOIL, 2] * tone
    bump = 0.35
    mirror = 0.0

    if cover.rockiness > 0.0 and distance < 600.0:
        pebble = noise(tile, x / 0.31, y / 0.31) + 0.6 * noise(tile, x / 1.05, y / 1.05)
        stone = smoothstep(0.15, 0.5, pebble - 2.6 + 2.6 * cover.rockiness + 0.7 * middle)
        shine = 0.9 + 0.2 * texture + 0.2 * small
        red = _mix(red, palette[ROCK, 0] * shine * 1.15, stone)
        green = _mix(green, palette[ROCK, 1] * shine * 1.15, stone)
        blue = _mix(blue, palette[ROCK, 2] * shine * 1.15, stone)
        bump += 0.5 * stone

    grass = 6.0 * (cover.cover - 0.5) + 1.1 * broad + 0.9 * middle + 0.7 * small + 0.9 * texture
    grass = 1.0 / (1.0 + math.exp(-1.6 * grass))
    dry = 0.85 * smoothstep(
        -1.2, 2.4, 0.7 * middle + 0.7 * broad + 0.7 * texture - 2.6 * (cover.cover - 0.5)
    )
    tuft = max(1.0 + 0.34 * texture + 0.14 * small, 0.25)
    red = _mix(red, tuft * _mix(palette[GRASS, 0], palette[STRAW, 0], dry), grass)
    green = _mix(green, tuft * _mix(palette[GRASS, 1], palette[STRAW, 1], dry), grass)
    blue = _mix(blue, tuft * _mix(palette[GRASS, 2], palette[STRAW, 2], dry), grass)
    bump += 0.7 * grass

    wet_edge = into_water(tile, x, y, land)
    farmed = False
    # the sides of a tall stand are steep too, far hills are not sown
    if land.crop_share > 0.0 and wet_edge < -4.0 and (slope < 0.55 or distance < 500.0):
        own, edge, row = parcel(tile, x, y, land)
        farmed = edge > 0.0
        if farmed:
            red, green, blue, bump, mirror = _field(
                tile, x, y, pixel, texture, own, edge, row, red, green, blue, cover
            )

    wood = cover.forest * smoothstep(140.0, 420.0, distance) * smoothstep(1.3, 0.8, slope)
    if wood > 0.01 and z + cover.elevation < 3900.0:
        crown = max(noise(tile, x / 9.0, y / 9.0) * smoothstep(60.0, 8.0, pixel), -1.2)
        stand = smoothstep(-1.2, 0.9, 0.9 * broad + noise(tile, x / 240.0, y / 240.0)
                           + 2.4 * cover.forest - 0.6 + 0.5 * texture)  # fmt: skip
        shade = max(0.85 + 0.35 * crown + 0.2 * texture, 0.3)
        wood = max(min(stand, 1.0), 0.0) * smoothstep(140.0, 420.0, distance)
        red = _mix(red, palette[FOREST, 0] * shade, wood)
        green = _mix(green, palette[FOREST, 1] * shade, wood)
        blue = _mix(blue, palette[FOREST, 2] * shade, wood)
        bump = _mix(bump, 1.3, wood)

    steep = smoothstep(0.45, 0.95, slope + 0.14 * texture + 0.08 * broad)
    if distance > 60.0 and steep > 0.0 and land.relief > 20.0 and not farmed:
        layers = noise(tile, z / 90.0 + 0.15 * broad, 0.002 * x)
        tone = 1.0 + 0.16 * texture + 0.22 * layers
        steep *= 1.0 - 0.55 * cover.forest
        red = _mix(red, palette[ROCK, 0] * tone, steep)
        green = _mix(green, palette[ROCK, 1] * tone, steep)
        blue = _mix(blue, palette[ROCK, 2] * tone, steep)

    if z + cover.elevation > cover.snow_line - 900.0:
        ragged = 130.0 * (0.8 * texture + 0.8 * broad + noise(tile, x / 420.0, y / 420.0))
        snow = smoothstep(-120.0, 220.0, z + cover.elevation - cover.snow_line + ragged)
        snow *= smoothstep(1.5, 0.75, slope + 0.2 * texture)
        snow *= 1.0 - 0.75 * smoothstep(1.0, 1.9, small + 0.7 * texture)
        white = 0.70 + 0.035 * texture + 0.03 * middle
        red = _mix(red, white * 0.985, snow)
        green = _mix(green, white, snow)
        blue = _mix(blue, white * 1.02, snow)
        bump = _mix(bump, 0.3, snow)

    if wet_edge > -30.0:
        damp = smoothstep(-7.0, -0.3, wet_edge + 0.8 * small)
        if land.water == 5:
            crust = abs(noise(tile, x / 3.1, y / 3.1))
            crust = min(crust, abs(noise(tile, y / 4.3 + 0.4, x / 4.3)))
            line = smoothstep(0.10, 0.02, crust) * smoothstep(3.0, 0.2, pixel)
            white = smoothstep(-26.0, 12.0, wet_edge + 6.0 * broad)
            tone = 0.68 + 0.04 * texture + 0.03 * middle + 0.10 * line
            red = _mix(red, tone, white)
            green = _mix(green, tone * 0.985, white)
            blue = _mix(blue, tone * 0.96, white)
            bump = 0.12 + 0.6 * line
            mirror = 0.55 * smoothstep(0.9, 1.6, broad + 0.5 * middle) * white
        else:
            dark = 1.0 - 0.42 * damp
            sand = smoothstep(-14.0, -5.0, wet_edge + 2.0 * middle) * 0.85
            red = _mix(red, palette[VERGE, 0] * (1.0 + 0.1 * texture), sand) * dark
            green = _mix(green, palette[VERGE, 1] * (1.0 + 0.1 * texture), sand) * dark
            blue = _mix(blue, palette[VERGE, 2] * (1.0 + 0.1 * texture), sand) * dark
            mirror = smoothstep(-0.15, 0.25, wet_edge + 0.12 * small)
            bump *= 1.0 - mirror

    if land.road > 0.0 and distance < 4000.0 and mirror < 0.5:
        red, green, blue, bump, mirror = _road(
            tile, x, y, pixel, texture, small, middle, red, green, blue, bump, mirror, land, cover
        )
    damp = 1.0 - 0.38 * cover.wet
    return max(red, 0.01) * damp, max(green, 0.01) * damp, max(blue, 0.01) * damp, bump, mirror


@njit(error_model="numpy", fastmath=True, inline="always")
def _field(
    tile: Array,
    x: float,
    y: float,
    pixel: float,
    texture: float,
    own: float,
    edge: float,
    row: float,
    red: float,
    green: float,
    blue: float,
    cover: Cover,
) -> tuple[float, float, float, float, float]:
    """A field over the colour of the land: its bund, its rows, its stand, its water."""
    palette = cover.palette
    sway = 0.25 * noise(tile, x / 5.0, y / 5.0)
    visible = smoothstep(0.9 * cover.spacing, 0.2 * cover.spacing, pixel)
    wave = 0.5 + 0.5 * math.cos(2.0 * math.pi * (row / cover.spacing + sway))
    ridge = _mix(0.62, wave, visible)
    inside = smoothstep(0.05, 0.3, edge + 0.10 * texture)
    patchy = noise(tile, x / 13.0, y / 13.0)
    standing = smoothstep(
        0.1, 0.75, cover.crop_cover * (0.45 + 0.75 * ridge) + 0.16 * texture + 0.10 * patchy
    )
    earth = (0.72 + 0.34 * ridge) * (1.0 + 0.13 * texture)
    vigour = (0.72 + 0.5 * own) * (1.0 + 0.10 * patchy) * max(0.55 + 0.6 * ridge, 0.2)
    vigour *= max(1.0 + 0.30 * texture, 0.2)
    bloom = cover.flower * smoothstep(-0.3, 0.9, texture + 0.6 * patchy + 0.8 * (own - 0.4))
    r = _mix(palette[LEAVES, 0] * (0.8 + 0.4 * own), palette[BLOOM, 0], bloom) * vigour
    g = _mix(palette[LEAVES, 1], palette[BLOOM, 1], bloom) * vigour
    b = _mix(palette[LEAVES, 2] * (1.15 - 0.3 * own), palette[BLOOM, 2], bloom) * vigour
    r = _mix(palette[SOIL, 0] * earth, r, standing)
    g = _mix(palette[SOIL, 1] * earth, g, standing)
    b = _mix(palette[SOIL, 2] * earth, b, standing)
    bump = 0.5 + 0.5 * standing
    mirror = 0.0
    if cover.flooded:
        mirror = inside * smoothstep(0.62, 0.25, standing) * 0.95
    return (
        _mix(red, r, inside),
        _mix(green, g, inside),
        _mix(blue, b, inside),
        bump,
        mirror,
    )


@njit(error_model="numpy", fastmath=True, inline="always")
def _road(
    tile: Array,
    x: float,
    y: float,
    pixel: float,
    texture: float,
    small: float,
    middle: float,
    red: float,
    green: float,
    blue: float,
    bump: float,
    mirror: float,
    land: Land,
    cover: Cover,
) -> tuple[float, float, float, float, float]:
    """Road and verge over the colour of the land."""
    palette = cover.palette
    along, lateral = along_road(x, y, land)
    off = abs(lateral)
    worn = 0.16 * small + 0.10 * middle + 0.05 * texture
    if off > land.road + 3.5:
        return red, green, blue, bump, mirror
    verge = smoothstep(land.road + 2.6, land.road + 0.4, off + 3.0 * worn) * 0.85
    tone = 1.0 + 0.12 * texture + 0.08 * middle
    red = _mix(red, palette[VERGE, 0] * tone, verge)
    green = _mix(green, palette[VERGE, 1] * tone, verge)
    blue = _mix(blue, palette[VERGE, 2] * tone, verge)
    bump = _mix(bump, 0.35, verge)
    paved = smoothstep(0.10 + pixel * 0.5, -0.10 - pixel * 0.5, off - land.road + 1.4 * worn)
    if paved <= 0.0:
        return red, green, blue, bump, mirror
    wheel = math.exp(-(((off - 0.42 * land.road) / (0.17 * land.road)) ** 2))
    if cover.road_kind == 1 or cover.road_kind == 4:
        dust = 0.35 * smoothstep(0.2, 1.6, small + middle) + 0.5 * smoothstep(
            0.75 * land.road, land.road, off + worn
        )
        grey = 1.0 + 0.10 * texture + 0.10 * middle - 0.10 * wheel
        crack = smoothstep(0.05, 0.0, abs(noise(tile, x / 2.7, y / 2.7) + 0.3 * small))
        grey *= 1.0 - 0.4 * crack * smoothstep(0.2, 0.02, pixel)
        share = 0.28 * dust
        r = _mix(grey * palette[PAVED, 0], palette[VERGE, 0], share)
        g = _mix(grey * palette[PAVED, 1], palette[VERGE, 1], share)
        b = _mix(grey * palette[PAVED, 2], palette[VERGE, 2], share)
        if cover.marked:
            dash = smoothstep(0.0, 0.3, math.sin(along * 2.0 * math.pi / 9.0))
            line = smoothstep(0.10 + 0.5 * pixel, 0.05, off) * dash
            side = abs(off - land.road + 0.35)
            line = max(line, 0.85 * smoothstep(0.09 + 0.5 * pixel, 0.04, side))
            line *= 0.85 * smoothstep(-1.3, 0.2, small + 0.8 * texture + 0.6)
            r = _mix(r, 0.62, line)
            g = _mix(g, 0.62, line)
            b = _mix(b, 0.58, line)
        bump = _mix(bump, 0.22, paved)
    else:
        tone = 1.0 + 0.14 * texture + 0.10 * middle + 0.10 * wheel
        hump = (1.0 - wheel) * smoothstep(0.5, 1.2, middle + small + 2.0 * cover.cover - 0.4)
        r = _mix(palette[PAVED, 0] * tone, palette[GRASS, 0], 0.5 * hump)
        g = _mix(palette[PAVED, 1] * tone, palette[GRASS, 1], 0.5 * hump)
        b = _mix(palette[PAVED, 2] * tone, palette[GRASS, 2], 0.5 * hump)
    puddle = smoothstep(0.35, 0.8, cover.wet + 0.25 * middle + 0.2 * small - 0.35 + 0.2 * wheel)
    mirror = max(mirror, 0.85 * paved * puddle)
    return _mix(red, r, paved), _mix(green, g, paved), _mix(blue, b, paved), bump, mirror


@njit(error_model="numpy", fastmath=True)
def cloud_shadow(tile: Array, x: float, y: float, cover: float) -> float:
    """Share of the sunlight that broken clouds let down to (x, y)."""
    field = fractal(tile, x / 900.0, y / 900.0, 2.0)
    return 1.0 - 0.75 * smoothstep(0.0, 0.5, field - 1.7 + 2.2 * cover)
