"""Flat drawings of polygons, discs and lines in metres, with relief, for vehicles and signs."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from simulated_streets.renderer.canvas import Float, from_layers, shrink
from simulated_streets.renderer.surfaces import as_sprite, clouds
from simulated_streets.scenes.scene import Colour, Sprite

Hue = Colour | Float
_SHARPER = 2
_DOT = 16  # cv2's fixed-point fraction: 4 bits


class Plate:
    """A see-through plate, `wide` by `tall` metres; x right from its left edge, y up."""

    def __init__(self, wide: float, tall: float, scale: float, rng: np.random.Generator) -> None:
        """An empty plate at `scale` pixels per metre."""
        self.rng = rng
        self.scale = scale * _SHARPER
        self.high, self.across = round(tall * self.scale), round(wide * self.scale)
        self.albedo = np.zeros((self.high, self.across, 3), np.float32)
        self.relief = np.zeros((self.high, self.across), np.float32)
        self.alpha = np.zeros((self.high, self.across), np.float32)
        self.shade = np.ones((self.high, self.across), np.float32)

    def _lay(
        self, points: Sequence[tuple[float, float]], thick: int, colour: Hue, deep: float,
        shade: float,
    ) -> None:  # fmt: skip
        """Fills a polygon, or draws a line `thick` pixels wide; works on the box around it."""
        place = np.array(points) * self.scale
        place[:, 1] = self.high - place[:, 1]
        place = np.round(place * _DOT).astype(np.int32)
        low = np.maximum(place.min(axis=0) // _DOT - thick, 0)
        top = np.maximum(place.max(axis=0) // _DOT + thick + 2, low)
        box = slice(low[1], top[1]), slice(low[0], top[0])
        mask = np.zeros(self.alpha[box].shape, np.uint8)
        if mask.size == 0:
            return
        outline = [(place - low * _DOT).astype(np.int32)]
        if thick:
            cv2.polylines(mask, outline, False, 255, thick, shift=4)
        else:
            cv2.fillPoly(mask, outline, 255, shift=4)
        on = mask > 0
        noise = 1.0 + 0.10 * self.rng.standard_normal((int(on.sum()), 1), dtype=np.float32)
        self.albedo[box][on] = np.array(colour, np.float32) * noise
        self.relief[box][on], self.alpha[box][on], self.shade[box][on] = -deep, 1.0, shade

    def poly(
        self, points: Sequence[tuple[float, float]], colour: Hue, *, deep: float = 0.0,
        shade: float = 1.0,
    ) -> None:  # fmt: skip
        """A filled polygon, `deep` pixels behind the face, which gets `shade` of the sky."""
        self._lay(points, 0, colour, deep, shade)

    def rect(
        self, left: float, foot: float, wide: float, tall: float, colour: Hue, *,
        deep: float = 0.0, shade: float = 1.0,
    ) -> None:  # fmt: skip
        """A filled rectangle."""
        right, top = left + wide, foot + tall
        corners = [(left, foot), (right, foot), (right, top), (left, top)]
        self.poly(corners, colour, deep=deep, shade=shade)

    def disc(self, x: float, y: float, radius: float, colour: Hue, *, deep: float = 0.0) -> None:
        """A filled circle."""
        turn = np.linspace(0.0, 2.0 * np.pi, 28)
        ring = zip(x + radius * np.cos(turn), y + radius * np.sin(turn), strict=True)
        self.poly([(float(a), float(b)) for a, b in ring], colour, deep=deep)

    def line(self, points: Sequence[tuple[float, float]], thick: float, colour: Hue) -> None:
        """A stroke of `thick` metres through points."""
        self._lay(points, max(round(thick * self.scale), 1), colour, -1.0, 1.0)

    def wheel(self, x: float, radius: float) -> None:
        """Tyre, rim and hub on the ground at x."""
        self.disc(x, radius, radius, (0.022, 0.022, 0.022))
        self.disc(x, radius, 0.55 * radius, (0.20, 0.20, 0.20), deep=2.0)
        self.disc(x, radius, 0.2 * radius, (0.06, 0.06, 0.06))

    def sprite(self, *, dust: float = 0.5) -> Sprite:
        """The finished drawing, dusty towards its foot."""
        rising = np.linspace(0.0, 1.0, self.high, dtype=np.float32)[:, None] ** 2.5
        patches = clouds(self.high, self.across, self.rng)
        cover = np.clip(dust * (0.75 * rising + 0.12 * patches), 0.0, 1.0)
        soil = np.array([0.27, 0.22, 0.16], np.float32)
        dusty = np.asarray(self.albedo + (soil - self.albedo) * cover[..., None], np.float32)
        rounded = np.asarray(cv2.GaussianBlur(self.relief, (0, 0), 1.0), np.float32)
        full = as_sprite((dusty, rounded), shade=self.shade)
        layers = np.dstack([full.albedo, full.normal, full.occlusion, np.ones_like(self.alpha)])
        layers *= self.alpha[..., None]
        wide, tall = max(self.across // _SHARPER, 1), max(self.high // _SHARPER, 1)
        return from_layers(shrink(layers, wide, tall))
