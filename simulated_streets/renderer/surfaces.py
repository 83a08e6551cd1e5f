"""Stuff that walls and roofs are made of, as pictures with relief; 48 pixels a metre."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from simulated_streets.scenes.scene import Array, Colour, Sprite

SCALE = 48  # pixels per metre
Surface = tuple[Array, Array]  # albedo (h, w, 3), relief (h, w) in pixels
Stuff = Callable[[int, int, np.random.Generator], Surface]


def clouds(tall: int, wide: int, rng: np.random.Generator, slope: float = 1.2) -> Array:
    """Noise (h, w) of mean 0 and deviation 1 with amplitude falling as frequency^-slope."""
    spectrum = np.fft.rfft2(rng.standard_normal((tall, wide)))
    frequency = np.hypot(np.fft.fftfreq(tall)[:, None], np.fft.rfftfreq(wide)[None])
    frequency[0, 0] = np.inf
    field = np.fft.irfft2(spectrum / frequency**slope, s=(tall, wide))
    return np.asarray(field / field.std(), np.float32)


def streaks(tall: int, wide: int, rng: np.random.Generator) -> Array:
    """What monsoons leave (h, w): dark runs from the top, 0 to 1, and splashes at the foot."""
    column = clouds(1, wide, rng, 0.7)[0]
    down = np.linspace(0.0, 1.0, tall, dtype=np.float32)[:, None]
    length = 0.4 + 0.3 * clouds(1, wide, rng, 0.5)[0]
    runs = np.clip(column + 0.35, 0.0, 2.0) * 0.5 * np.exp(-down / np.clip(length, 0.06, 1.0))
    splash = np.exp(-(1.0 - down) * tall / SCALE / 0.30) * (0.8 + 0.3 * clouds(tall, wide, rng))
    return np.asarray(np.clip(runs + 0.65 * splash, 0.0, 1.0), np.float32)


def as_sprite(surface: Surface, alpha: Array | None = None, shade: Array | None = None) -> Sprite:
    """A sprite whose normals and hollows follow the relief; `shade` (h, w) darkens it further."""
    albedo, relief = surface
    slope_x = cv2.Sobel(relief, cv2.CV_32F, 1, 0, scale=0.125, borderType=cv2.BORDER_REPLICATE)
    slope_y = cv2.Sobel(relief, cv2.CV_32F, 0, 1, scale=0.125, borderType=cv2.BORDER_REPLICATE)
    normal = np.dstack([-slope_x, slope_y, np.ones_like(relief)])
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    hollow = cv2.GaussianBlur(relief, (0, 0), 4.0) - relief
    occlusion = np.clip(1.0 - 0.22 * np.clip(hollow, 0.0, None), 0.15, 1.0)
    if shade is not None:
        occlusion = occlusion * shade
    full = np.ones_like(relief) if alpha is None else alpha
    clipped = np.clip(albedo, 0.005, 0.9).astype(np.float32)
    return Sprite(clipped, full.astype(np.float32), normal.astype(np.float32),
                  occlusion.astype(np.float32))  # fmt: skip


def paint(colour: Colour, field: Array) -> Array:
    """A colour (3,) modulated by a field (h, w)."""
    return np.asarray(np.array(colour, np.float32) * field[..., None], np.float32)


def mix(first: Array, second: Array | Colour, share: Array) -> Array:
    """`first` where share (h, w) is 0, `second` where it is 1."""
    other = np.broadcast_to(np.asarray(second, np.float32), first.shape)
    return np.asarray(first + (other - first) * share[..., None], np.float32)


def brick(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """Bare brick with thick lime joints, uneven in fire."""
    course = np.arange(tall) * 11 // SCALE
    column = np.arange(wide)[None] + 5 * (course[:, None] % 2)
    number = column * 9 // (2 * SCALE)
    tone = rng.lognormal(0.0, 0.13, (course.max() + 1, number.max() + 1))[course[:, None], number]
    bed = (np.arange(tall) * 11 % SCALE) < 11
    head = (column * 9 % (2 * SCALE)) < 9
    joint = (bed[:, None] | head).astype(np.float32)
    albedo = paint((0.30, 0.125, 0.075), tone.astype(np.float32))
    albedo = mix(albedo, (0.30, 0.21, 0.16), 0.6 * joint)
    dirt = np.clip(0.25 + 0.25 * clouds(tall, wide, rng), 0.0, 0.8)
    albedo = mix(albedo, (0.13, 0.10, 0.08), np.maximum(0.6 * dirt, 0.6 * streaks(tall, wide, rng)))
    return albedo, 0.7 * (1.0 - joint)


def plaster(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """Grey cement or old limewash, stained, here and there fallen off the brick."""
    base = (0.33, 0.31, 0.28) if rng.random() < 0.5 else (0.50, 0.46, 0.39)
    albedo = paint(base, 1.0 + 0.07 * clouds(tall, wide, rng) + 0.03 * clouds(tall, wide, rng, 0.2))
    lost = np.clip(5.0 * (clouds(tall, wide, rng, 1.6) - rng.uniform(1.4, 2.4)), 0.0, 1.0)
    albedo = mix(albedo, brick(tall, wide, rng)[0], lost)
    albedo = mix(albedo, (0.085, 0.08, 0.07), 0.8 * streaks(tall, wide, rng))
    return albedo, 0.15 * clouds(tall, wide, rng, 1.5) - 1.5 * lost


def painted(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """White paint, to be tinted: faded, streaked, a darker band at the foot."""
    albedo = paint((0.80, 0.80, 0.80), 1.0 + 0.05 * clouds(tall, wide, rng))
    if rng.random() < 0.4:
        foot = int(tall - 0.7 * SCALE)
        albedo[foot:] *= np.array(rng.uniform(0.2, 0.8, 3), np.float32)
    worn = 0.75 * streaks(tall, wide, rng)
    worn = np.maximum(worn, np.clip(1.2 * (clouds(tall, wide, rng, 1.4) - 1.9), 0.0, 0.7))
    return mix(albedo, (0.12, 0.115, 0.10), worn), 0.1 * clouds(tall, wide, rng, 1.5)


def mud(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """Mud wash over cob, hand-smoothed in bands; often a white or red band at the foot."""
    albedo = paint((0.34, 0.235, 0.145), 1.0 + 0.10 * clouds(tall, wide, rng))
    ripple = np.sin(np.arange(tall)[:, None] / 9.0 + 1.5 * clouds(tall, wide, rng, 1.8))
    if rng.random() < 0.5:
        low = int(tall - rng.uniform(0.4, 0.9) * SCALE)
        band = np.zeros((tall, wide), np.float32)
        band[low:] = 0.85
        albedo = mix(albedo, (0.55, 0.52, 0.46) if rng.random() < 0.5 else (0.22, 0.07, 0.04), band)
    albedo = mix(albedo, (0.16, 0.11, 0.07), 0.6 * streaks(tall, wide, rng))
    return albedo, 0.5 * ripple.astype(np.float32) + 0.5 * clouds(tall, wide, rng)


def stone(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """Rubble: cells around uneven points, dark joints."""
    rows, columns = max(tall // 9, 2), max(wide // 13, 2)
    centre = np.stack(np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij"), axis=-1)
    points = (centre + rng.uniform(0.1, 0.9, centre.shape)).reshape(-1, 2)
    seeds = np.full((tall, wide), 255, np.uint8)
    place = (points * np.array([tall / rows, wide / columns])).astype(int)
    place = np.minimum(place, [tall - 1, wide - 1])
    seeds[place[:, 0], place[:, 1]] = 0
    distance, label = cv2.distanceTransformWithLabels(
        seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    edge = cv2.Laplacian(label.astype(np.float32), cv2.CV_32F) != 0
    joint = cv2.GaussianBlur(edge.astype(np.float32), (0, 0), 1.0)
    joint = np.clip(1.6 * joint, 0.0, 1.0)
    many = int(label.max()) + 1
    tone = rng.lognormal(0.0, 0.2, (many, 1)) * rng.normal(1.0, 0.04, (many, 3))
    albedo = np.array([0.27, 0.245, 0.21]) * tone[label]
    albedo = albedo * (1.0 + 0.1 * clouds(tall, wide, rng, 0.5))[..., None]
    albedo = mix(albedo.astype(np.float32), (0.15, 0.135, 0.11), 0.75 * joint)
    return albedo, np.asarray(2.0 * (1.0 - joint) - 0.12 * distance, np.float32)


def wood(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """Upright weathered planks."""
    plank = np.arange(wide) * 5 // SCALE
    tone = rng.lognormal(0.0, 0.22, plank.max() + 1)[plank].astype(np.float32)
    gap = (np.arange(wide) * 5 % SCALE) < 6
    grain = cv2.GaussianBlur(clouds(tall, wide, rng, 0.3), (0, 0), 0.6, sigmaY=9.0)
    field = np.clip(tone[None] * (1.0 + 0.6 * grain), 0.3, 2.0)
    albedo = mix(paint((0.17, 0.115, 0.07), field), (0.03, 0.02, 0.015),
                 np.broadcast_to(gap.astype(np.float32), (tall, wide)))  # fmt: skip
    return albedo, np.broadcast_to(np.where(gap, 0.0, 1.5), (tall, wide)).astype(np.float32)


def limewash(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """White wash over mud brick, as in Ladakh."""
    albedo = paint((0.66, 0.63, 0.57), 1.0 + 0.06 * clouds(tall, wide, rng))
    worn = np.clip(0.5 * (clouds(tall, wide, rng, 1.5) - 1.0), 0.0, 0.8)
    albedo = mix(albedo, (0.30, 0.24, 0.17), np.maximum(worn, 0.6 * streaks(tall, wide, rng)))
    return albedo, 0.25 * clouds(tall, wide, rng, 1.5)


def tiles(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """Country or Mangalore tiles: courses across, channels down, moss and soot."""
    pan, course = SCALE // 5, SCALE // 4
    down, across = np.arange(tall) % course, np.arange(wide) % pan
    number = (np.arange(tall) // course)[:, None] * 997 + (np.arange(wide) // pan)[None]
    tone = rng.lognormal(0.0, 0.22, number.max() + 1)[number].astype(np.float32)
    lip = (down[:, None] / course).astype(np.float32)
    channel = np.sin(np.pi * across / pan)[None].astype(np.float32)
    albedo = paint((0.34, 0.125, 0.065), tone * (0.65 + 0.35 * channel) * (1.15 - 0.35 * lip))
    moss = np.clip(0.35 * clouds(tall, wide, rng, 1.5), 0.0, 0.75)
    albedo = mix(albedo, (0.07, 0.055, 0.04), moss)
    return albedo, 3.0 * channel + 2.0 * lip


def thatch(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """Straw in layers, grey where old."""
    straw = cv2.GaussianBlur(clouds(tall, wide, rng, 0.2), (0, 0), 0.7, sigmaY=6.0)
    straw /= straw.std()
    layer = ((np.arange(tall)[:, None] + 5.0 * clouds(tall, wide, rng, 1.6)) % 26) / 26
    old = np.clip(0.5 + 0.35 * clouds(tall, wide, rng, 1.5), 0.0, 1.0)
    fresh = np.broadcast_to(np.array((0.33, 0.26, 0.15), np.float32), (tall, wide, 3))
    base = mix(fresh, (0.17, 0.15, 0.125), old)
    field = np.clip(1.0 + 0.28 * straw - 0.35 * layer.astype(np.float32) ** 4, 0.2, 2.0)
    return base * field[..., None], np.asarray(1.2 * straw + 3.0 * layer, np.float32)


def tin(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """Corrugated sheets, rusty in runs and at their laps; to be tinted."""
    wave = np.sin(np.arange(wide) * 2.0 * np.pi / 5.0)[None].astype(np.float32)
    sheet = np.arange(wide) // 42
    tone = rng.lognormal(0.0, 0.12, sheet.max() + 1)[sheet].astype(np.float32)
    albedo = paint((0.46, 0.47, 0.48), np.broadcast_to(tone, (tall, wide)) * (0.88 + 0.12 * wave))
    rust = 0.5 * clouds(tall, wide, rng, 1.3) + 0.5 * clouds(1, wide, rng, 0.6)
    lap = np.exp(-(np.arange(tall)[:, None] % 70) / 9.0)
    rust = np.clip(rust - rng.uniform(0.0, 1.2) + 0.8 * lap, 0.0, 0.9)
    return mix(albedo, (0.21, 0.085, 0.04), rust.astype(np.float32)), 1.3 * np.broadcast_to(
        wave, (tall, wide)
    ).astype(np.float32)


def slate(tall: int, wide: int, rng: np.random.Generator) -> Surface:
    """Uneven slabs of slate in courses."""
    course = SCALE // 3
    row = np.arange(tall) // course
    column = (np.arange(wide)[None] + (row * 7 % 19)[:, None]) // (SCALE // 3)
    number = row[:, None] * 61 + column
    tone = rng.lognormal(0.0, 0.25, number.max() + 1)[number].astype(np.float32)
    lip = np.broadcast_to(((np.arange(tall) % course) / course)[:, None], (tall, wide))
    albedo = paint((0.16, 0.165, 0.17), tone * (1.1 - 0.5 * (lip > 0.85)))
    albedo = mix(albedo, (0.11, 0.12, 0.05), np.clip(0.3 * clouds(tall, wide, rng, 1.4), 0, 0.5))
    return albedo, 3.0 * lip.astype(np.float32)


STUFF: dict[str, Stuff] = {
    "brick": brick, "plaster": plaster, "painted": painted, "mud": mud, "stone": stone,
    "wood": wood, "limewash": limewash, "tiles": tiles, "thatch": thatch, "tin": tin,
    "slate": slate,
}  # fmt: skip
