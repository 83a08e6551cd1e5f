"""Fronts of houses: openings, sunshades, shutters, boards and balconies on a wall's stuff."""

from __future__ import annotations

import cv2
import numpy as np

from simulated_streets.renderer.canvas import Float
from simulated_streets.renderer.surfaces import SCALE, STUFF, Stuff, as_sprite
from simulated_streets.scenes.scene import Array, Colour, Sprite

STOREY = 3.0  # metres
WOODS: tuple[Colour, ...] = (
    (0.10, 0.055, 0.03), (0.05, 0.10, 0.16), (0.05, 0.13, 0.09), (0.16, 0.13, 0.10),
    (0.20, 0.05, 0.035), (0.09, 0.16, 0.20),
)  # fmt: skip
BOARDS: tuple[Colour, ...] = (
    (0.50, 0.04, 0.03), (0.03, 0.10, 0.36), (0.55, 0.40, 0.03), (0.70, 0.68, 0.62),
    (0.04, 0.22, 0.08), (0.60, 0.18, 0.03), (0.32, 0.03, 0.16),
)  # fmt: skip


class Wall:
    """A wall being drawn; places are metres from its lower left corner."""

    def __init__(self, stuff: Stuff, wide: float, tall: float, rng: np.random.Generator) -> None:
        """A blank wall of some stuff, `wide` by `tall` metres."""
        self.rng = rng
        self.wide, self.tall = wide, tall
        self.albedo, self.relief = stuff(round(tall * SCALE), round(wide * SCALE), rng)
        self.albedo, self.relief = self.albedo.copy(), self.relief.copy()
        self.shade = np.ones_like(self.relief)

    def part(self, left: float, foot: float, wide: float, tall: float) -> tuple[slice, slice]:
        """Rows and columns of a rectangle, cut to the wall."""
        high, across = self.relief.shape
        top, low = round(high - (foot + tall) * SCALE), round(high - foot * SCALE)
        begin, end = round(left * SCALE), round((left + wide) * SCALE)
        return slice(max(top, 0), min(low, high)), slice(max(begin, 0), min(end, across))

    def fill(
        self, left: float, foot: float, wide: float, tall: float, colour: Colour | Float,
        *, deep: float = 0.0, grain: float = 0.12, shade: float = 1.0,
    ) -> None:  # fmt: skip
        """A plain rectangle, `deep` pixels behind the wall's face."""
        place = self.part(left, foot, wide, tall)
        size = self.relief[place].shape
        noise = 1.0 + grain * self.rng.standard_normal((*size, 1), dtype=np.float32)
        self.albedo[place] = np.asarray(colour, np.float32) * noise
        self.relief[place] = -deep
        self.shade[place] = shade

    def darken(self, left: float, foot: float, wide: float, tall: float, least: float) -> None:
        """A shadowed strip under something that juts out, darkest at its top."""
        place = self.part(left, foot, wide, tall)
        rows = self.shade[place].shape[0]
        self.shade[place] *= np.linspace(least, 1.0, max(rows, 1), dtype=np.float32)[:, None]

    def sunshade(self, left: float, foot: float, wide: float, colour: Colour) -> None:
        """A thin slab above an opening and what it darkens below."""
        self.fill(left, foot, wide, 0.09, colour, deep=-5.0)
        self.darken(left, foot - 0.45, wide, 0.45, 0.4)

    def window(self, left: float, foot: float, wide: float, tall: float, frame: Colour) -> None:
        """Frame, dark panes, bars or a half-open shutter, a sill that has run."""
        rng = self.rng
        self.fill(left - 0.07, foot - 0.07, wide + 0.14, tall + 0.14, frame)
        self.fill(left, foot, wide, tall, (0.025, 0.028, 0.03), deep=5.0, grain=0.5, shade=0.7)
        if rng.random() < 0.45:  # a closed wing
            self.fill(left, foot, 0.5 * wide, tall, frame, deep=1.5)
        for bar in np.arange(0.15, wide, 0.2):
            self.fill(left + bar, foot, 0.025, tall, frame, deep=2.0)
        self.fill(left, foot + 0.5 * tall, wide, 0.035, frame, deep=2.0)
        self.sunshade(left - 0.25, foot + tall + 0.1, wide + 0.5, (0.40, 0.38, 0.35))
        stain = self.part(left, foot - 0.7, wide, 0.62)
        self.albedo[stain] *= 0.82

    def door(self, left: float, wide: float, tall: float, colour: Colour) -> None:
        """Two wings in a frame, or an open dark doorway with a curtain."""
        self.fill(left - 0.09, 0.1, wide + 0.18, tall + 0.09, 0.6 * np.array(colour))
        if self.rng.random() < 0.35:
            self.fill(left, 0.1, wide, tall, (0.018, 0.016, 0.015), deep=8.0, shade=0.5)
            self.fill(left, 0.35 * tall, 0.4 * wide, 0.65 * tall, BOARDS[self.rng.integers(7)])
        else:
            self.fill(left, 0.1, wide, tall, colour, deep=3.0)
            self.fill(left + 0.48 * wide, 0.1, 0.04 * wide, tall, (0.02, 0.015, 0.01), deep=5.0)
        self.sunshade(left - 0.3, tall + 0.22, wide + 0.6, (0.38, 0.36, 0.33))

    def board(self, left: float, foot: float, wide: float, tall: float, colour: Colour) -> None:
        """A signboard with two lines of hand-painted letters."""
        self.fill(left, foot, wide, tall, colour, deep=-4.0, grain=0.05)
        place = self.part(left + 0.1, foot + 0.08, wide - 0.2, tall - 0.16)
        ink = (0.75, 0.72, 0.66) if sum(colour) < 0.8 else (0.30, 0.03, 0.03)
        view = self.albedo[place]
        view[:] = letters(view, ink, self.rng)
        self.darken(left, foot - 0.5, wide, 0.5, 0.35)

    def sprite(self) -> Sprite:
        """The finished wall."""
        return as_sprite((self.albedo, self.relief), shade=self.shade)


def letters(ground: Array, ink: Colour, rng: np.random.Generator) -> Array:
    """Two lines of letter-like strokes, some hung from a headline as in Nagari or Bengali."""
    tall, wide = ground.shape[:2]
    mask = np.zeros((tall, wide), np.uint8)
    hung = rng.random() < 0.6
    for line, share in ((0, 0.55), (1, 0.25)):
        high = max(int(share * tall), 3)
        top = int((0.06, 0.7)[line] * tall)
        at = int(rng.uniform(0.02, 0.15) * wide)
        while at < wide * rng.uniform(0.85, 1.0) - high:
            for _ in range(2):
                start = (at + int(rng.uniform(0, 0.6) * high), top + int(rng.uniform(0, 1) * high))
                end = (at + int(rng.uniform(0, 0.8) * high), top + int(rng.uniform(0, 1) * high))
                cv2.line(mask, start, end, 255, max(high // 7, 1), cv2.LINE_AA)
            if hung:
                cv2.line(mask, (at, top), (at + int(0.85 * high), top), 255, max(high // 7, 1))
            at += int(high * (0.85 if rng.random() < 0.85 else 1.5))
    share_of_ink = mask.astype(np.float32)[..., None] / 255.0
    return np.asarray(ground + (np.array(ink, np.float32) - ground) * share_of_ink)


def house_front(stuff: str, rng: np.random.Generator) -> Sprite:
    """Door and two windows, 7 m wide."""
    wall = Wall(STUFF[stuff], 7.0, STOREY, rng)
    wood = WOODS[rng.integers(len(WOODS))]
    middle = rng.uniform(2.4, 3.6)
    wall.door(middle, 1.05, 2.05, wood)
    for left in (rng.uniform(0.5, 1.0), rng.uniform(5.0, 5.4)):
        wall.window(left, 0.95, rng.uniform(0.8, 1.15), rng.uniform(0.9, 1.2), wood)
    return wall.sprite()


def house_side(stuff: str, rng: np.random.Generator) -> Sprite:
    """A blank side with a window or none, 5 m wide."""
    wall = Wall(STUFF[stuff], 5.0, STOREY, rng)
    if rng.random() < 0.7:
        wood = WOODS[rng.integers(len(WOODS))]
        wall.window(rng.uniform(0.8, 3.2), 1.1, 0.8, 0.9, wood)
    return wall.sprite()


def upper_front(stuff: str, rng: np.random.Generator) -> Sprite:
    """An upper storey: windows, a balcony with its railing, laundry, pipes."""
    wall = Wall(STUFF[stuff], 7.0, STOREY, rng)
    wood = WOODS[rng.integers(len(WOODS))]
    wall.fill(0.0, 0.0, 7.0, 0.14, (0.40, 0.38, 0.35), deep=-4.0)
    for left in (0.6, 2.9, 5.2):
        wall.window(left + rng.uniform(-0.1, 0.1), 1.0, rng.uniform(0.9, 1.2), 1.2, wood)
    if rng.random() < 0.6:
        wall.fill(2.0, 0.1, 3.2, 0.12, (0.42, 0.40, 0.36), deep=-8.0)
        for post in np.arange(2.0, 5.2, 0.16):
            wall.fill(post, 0.2, 0.05, 0.75, wood, deep=-8.0)
        wall.fill(2.0, 0.92, 3.2, 0.07, wood, deep=-8.0)
        for cloth in rng.uniform(2.1, 4.6, 3):
            wall.fill(cloth, 0.4, 0.4, 0.5, BOARDS[rng.integers(7)], deep=-9.0)
    wall.fill(rng.uniform(0.1, 0.3), 0.0, 0.10, 3.0, (0.30, 0.29, 0.27), deep=-4.0)
    return wall.sprite()


def shop(rng: np.random.Generator) -> Sprite:
    """Two bays: roller shutters or an open dark shop with goods; a board over each."""
    wall = Wall(STUFF["painted"], 7.0, STOREY, rng)
    for left in (0.25, 3.65):
        if rng.random() < 0.45:
            hue = ((0.30, 0.31, 0.32), (0.06, 0.13, 0.26), (0.08, 0.17, 0.12))[rng.integers(3)]
            wall.fill(left, 0.1, 3.1, 2.1, hue, deep=4.0)
            rows, columns = wall.part(left, 0.1, 3.1, 2.1)
            ribs = np.sin(np.arange(rows.stop - rows.start) * 1.3)[:, None]
            wall.albedo[rows, columns] *= (0.85 + 0.15 * ribs)[..., None].astype(np.float32)
        else:
            wall.fill(left, 0.1, 3.1, 2.1, (0.03, 0.026, 0.022), deep=8.0, grain=0.5, shade=0.55)
            for _ in range(46):
                goods = 0.6 * rng.uniform(0.03, 0.5, 3) + 0.4 * rng.uniform(0.03, 0.3)
                high = float(rng.choice([0.1, 0.5, 0.9, 1.3, 1.7]))
                wall.fill(left + rng.uniform(0, 2.8), high, rng.uniform(0.12, 0.35),
                          rng.uniform(0.12, 0.34), goods, deep=7.0, shade=0.6)  # fmt: skip
        wall.board(left, 2.25, 3.1, 0.62, BOARDS[rng.integers(len(BOARDS))])
    return wall.sprite()


def tower(rng: np.random.Generator) -> Sprite:
    """Three storeys of flats: bands, balconies, windows, air conditioners, streaks."""
    wall = Wall(STUFF["painted"], 10.5, 3 * STOREY, rng)
    for storey in range(3):
        foot = storey * STOREY
        wall.fill(0.0, foot, 10.5, 0.16, (0.42, 0.40, 0.37), deep=-3.0)
        for bay in range(3):
            left = 0.5 + 3.4 * bay
            if (bay + storey * (bay % 2)) % 2 == 0:
                wall.fill(left, foot + 0.2, 2.4, 2.5, (0.05, 0.05, 0.05), deep=9.0, shade=0.5)
                wall.fill(left, foot + 0.2, 2.4, 0.9, (0.45, 0.43, 0.40), deep=-2.0)
                if rng.random() < 0.5:
                    wall.fill(left + rng.uniform(0, 1.5), foot + 0.6, 0.6, 0.6,
                              BOARDS[rng.integers(7)], deep=-3.0)  # fmt: skip
            else:
                wall.window(left + 0.5, foot + 0.95, 1.4, 1.3, (0.30, 0.29, 0.28))
                if rng.random() < 0.35:
                    wall.fill(left + 2.2, foot + 0.8, 0.7, 0.5, (0.45, 0.45, 0.44), deep=-6.0)
    return wall.sprite()


def ladakhi(rng: np.random.Generator) -> Sprite:
    """Whitewash, windows in tapering black frames, a timber and brushwood band at the top."""
    wall = Wall(STUFF["limewash"], 7.0, STOREY, rng)
    for left in (0.6, 3.0, 5.3):
        wall.fill(left - 0.18, 0.8, 1.35, 1.45, (0.02, 0.018, 0.016))
        wall.fill(left, 0.95, 1.0, 1.1, (0.13, 0.075, 0.04), deep=3.0)
        for pane in (0.06, 0.54):
            wall.fill(left + pane, 1.0, 0.4, 0.95, (0.03, 0.035, 0.04), deep=5.0, shade=0.7)
        wall.fill(left - 0.25, 2.25, 1.5, 0.16, BOARDS[int(rng.integers(2)) * 4], deep=-5.0)
        wall.darken(left - 0.25, 1.95, 1.5, 0.3, 0.5)
    wall.fill(0.0, 2.66, 7.0, 0.34, (0.10, 0.05, 0.035), deep=-3.0, grain=0.35)
    wall.fill(0.0, 2.6, 7.0, 0.07, (0.24, 0.16, 0.09), deep=-5.0)
    wall.darken(0.0, 2.3, 7.0, 0.3, 0.5)
    return wall.sprite()


def timber_upper(rng: np.random.Generator) -> Sprite:
    """A hill house's upper storey: planks, small windows in a row, a railed gallery."""
    wall = Wall(STUFF["wood"], 7.0, STOREY, rng)
    for left in np.arange(0.5, 6.2, 1.35):
        wall.window(left, 1.15, 0.7, 0.85, WOODS[rng.integers(len(WOODS))])
    wall.fill(0.0, 0.0, 7.0, 0.16, (0.12, 0.075, 0.045), deep=-8.0)
    for post in np.arange(0.0, 7.0, 0.22):
        wall.fill(post, 0.15, 0.07, 0.7, (0.15, 0.095, 0.055), deep=-8.0)
    wall.fill(0.0, 0.85, 7.0, 0.08, (0.15, 0.095, 0.055), deep=-8.0)
    return wall.sprite()
