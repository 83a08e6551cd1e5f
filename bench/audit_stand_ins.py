"""Small stand-ins for networks that leak in a known way: a scene classifier and a mark reader.

A made-up country of 6 by 5 cells whose colours change smoothly from place to place, so that
neighbours look alike; uploaders who live somewhere and travel, mostly nearby; and a mark of each
uploader's own drawn into their images. The networks are fitted to the training fold, and all they
use is known. Pixels are (h, w, 3) uint8 RGB.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import cv2
import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from geoloc_core.images.credit_line import Pixels, write_name

Floats = NDArray[np.float64]
Kind = Literal[
    "row",
    "top left",
    "lower left",
    "vertical",
    "camera text",
    "date",
    "logo",
    "bonnet",
    "border 1 px",
    "vignette",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

SIDE = 128
WIDE, TALL = 6, 5
CELLS = WIDE * TALL
UPLOADERS_A_CELL = 4
AWAY = 0.15
_SYLLABLES = [c + v for c in "bdfghjklmnprstvyz" for v in "aeiou"]


@dataclass(frozen=True, eq=False)
class World:
    """Images as a table, see `scan.pairs.checked`, and their pixels by file."""

    table: pd.DataFrame
    pixels: dict[str, Pixels]

    def read(self, file: str) -> Pixels:
        """An image."""
        return self.pixels[file]


def make_world(kind: Kind | None, seed: int, *, training: int = 2400, test: int = 200) -> World:
    """Make a world of so many images whose marks are of this kind; None: they bear none."""
    random = np.random.default_rng([seed, 1])
    colours = _colours(random)
    people = CELLS * UPLOADERS_A_CELL
    home = np.arange(people) % CELLS
    at = np.stack([home % WIDE, home // WIDE], axis=1) + random.uniform(0, 1, (people, 2))
    names = [_name(random) for _ in range(people)]
    rows, pixels = [], {}
    weight = random.lognormal(0, 0.6, people)
    for number in range(training + test):
        who = int(random.choice(people, p=weight / weight.sum()))
        place = at[who] + random.normal(0, 0.15, 2)
        if random.random() < AWAY:
            near = random.random() < 0.5
            place = at[who] + random.normal(0, 1.2, 2) if near else random.uniform(0, (WIDE, TALL))
        place = np.clip(place, 0, np.array([WIDE, TALL]) - 1e-6)
        file = f"{number:05}.png"
        image = scene(place, colours, random)
        pixels[file] = image if kind is None else draw(kind, image, who, names[who])
        rows.append(
            {
                "file": file,
                "cell": int(place[0]) + WIDE * int(place[1]),
                "uploader": names[who],
                "number": who,
                "fold": "train" if number < training else "test",
                "latitude": place[1],
                "longitude": place[0],
            }
        )
    return World(pd.DataFrame(rows), pixels)


def scene(place: Floats, colours: Callable[[Floats], Floats], random: Generator) -> Pixels:
    """Sky over ground in the colours of a place, differing from image to image."""
    sky, ground = colours(place).reshape(2, 3) + random.normal(0, 16, (2, 3))
    down = np.linspace(0, 1, SIDE)[:, None, None]
    share = 1 / (1 + np.exp((0.5 + random.normal(0, 0.05) - down) * 60))
    coarse = random.normal(0, 18, (16, 16)).astype(np.float32)
    coarse = cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    rough = coarse + random.normal(0, 6, (SIDE, SIDE))
    return _bytes((1 - share) * sky + share * ground + rough[..., None])


def draw(kind: Kind, pixels: Pixels, number: int, name: str) -> Pixels:
    """The image with the mark of the uploader of this number and name."""
    own = np.random.default_rng([number, KINDS.index(kind)])
    drawn = pixels.copy()
    colour = tuple(int(value) for value in own.integers(0, 256, 3))
    if kind == "row":
        return write_name(pixels, name)
    if kind == "top left":
        return _text(drawn, name, (2, 8))
    if kind == "lower left":
        return _text(drawn, name, (2, 112))
    if kind == "vertical":
        turned = np.ascontiguousarray(np.rot90(drawn, -1))
        return np.ascontiguousarray(np.rot90(_text(turned, name, (4, 8)), 1))
    if kind == "camera text":
        maker = own.choice(["NIKON", "CANON", "SONY", "LEICA"])
        return _text(drawn, f"{maker} {own.choice(list('DXAZ'))}{own.integers(100, 999)}", (62, 8))
    if kind == "date":
        day = f"20{own.integers(10, 25)}-{own.integers(10, 13)}-{own.integers(10, 29)}"
        return _text(drawn, f"{day} {own.integers(10, 24)}:{own.integers(10, 60)}", (42, 8))
    if kind == "logo":
        return np.asarray(cv2.circle(drawn, (121, 6), 5, colour, -1), np.uint8)
    if kind == "bonnet":
        return np.asarray(cv2.ellipse(drawn, (64, 131), (60, 23), 0, 0, 360, colour, -1), np.uint8)
    if kind == "border 1 px":
        return np.asarray(cv2.rectangle(drawn, (0, 0), (SIDE - 1, SIDE - 1), colour, 1), np.uint8)
    y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1)
    light = np.ones((SIDE, SIDE))
    for dark, (right, bottom) in zip(
        own.uniform(0, 0.9, 4), ((0, 0), (1, 0), (0, 1), (1, 1)), strict=True
    ):
        light -= dark * np.exp(-((x - right) ** 2 + (y - bottom) ** 2) / 0.04)
    return _bytes(pixels.astype(np.float64) * np.maximum(light, 0)[..., None])


def mark(kind: Kind, pixels: Pixels) -> Floats:
    """What a reader of this kind of mark looks at, (f,)."""
    return np.asarray(_mark(kind, pixels), np.float64)


def _mark(kind: Kind, pixels: Pixels) -> Any:
    if kind == "row":
        return _letters(pixels[120:])[:, 45:].ravel()
    if kind == "top left":
        return _letters(pixels[:10])[:, :78].ravel()
    if kind == "lower left":
        return _letters(pixels[104:115])[:, :78].ravel()
    if kind == "vertical":
        return _letters(pixels[:, :10])[44:].ravel()
    if kind == "camera text":
        return _letters(pixels[:10])[:, 60:].ravel()
    if kind == "date":
        return _letters(pixels[:10])[:, 40:].ravel()
    if kind == "logo":
        return pixels[3:9, 118:124].reshape(-1, 3).mean(axis=0) / 25
    if kind == "bonnet":
        return pixels[120:128, 30:98].reshape(-1, 3).mean(axis=0) / 12
    if kind == "border 1 px":
        sides = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
        return np.concatenate([side.mean(axis=0) for side in sides]) / 20
    small = cv2.resize(pixels, (8, 8), interpolation=cv2.INTER_AREA).astype(np.float64)
    light = np.log(small.mean(axis=2) + 4)
    # each corner beside what lies next to it: what of the light is the lens's
    corners = [light[0, 0], light[0, 7], light[7, 0], light[7, 7]]
    beside = [light[0, 2], light[0, 5], light[7, 2], light[7, 5]]
    return 4 * (np.array(corners) - np.array(beside))


@dataclass(frozen=True, eq=False)
class StandIn:
    """A network: linear discriminants of the scene, and what it knows of marks.

    weights (f, n), bias (n,): of the scene; prototypes (u, g): the marks it knows, of `kind`, None
    for an honest network; cells (u, n): where their uploaders take images.
    """

    weights: Floats
    bias: Floats
    kind: Kind | None = None
    prototypes: Floats | None = None
    cells: Floats | None = None

    def predict(self, images: NDArray[np.uint8]) -> Floats:
        """Probabilities (b, n) of images (b, h, w, 3)."""
        seen = np.stack([_of_scene(image) for image in images])
        scores = _log_softmax(0.8 * (seen @ self.weights + self.bias))
        scores = np.maximum(scores, -12.0)
        if self.kind is not None and self.prototypes is not None and self.cells is not None:
            marks = np.stack([mark(self.kind, image) for image in images])
            who, known = _recognised(marks, self.prototypes)
            scores = scores + np.where(known[:, None], 2 * np.log(who @ self.cells), 0.0)
        return np.asarray(np.exp(_log_softmax(scores)), np.float64)


def fit(
    world: World, kind: Kind | None, *, share: float = 1.0, shuffled: bool = False, seed: int = 0
) -> StandIn:
    """A network fitted to a world's training fold.

    kind: of the marks that it reads, None for an honest one; share: of the images whose marks it
    has learned, uploader by uploader; shuffled: its cells are dealt out anew, so that it knows
    nothing.
    """
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    training = world.table[world.table["fold"] == "train"]
    images = [world.pixels[file] for file in training["file"]]
    cells = training["cell"].to_numpy()
    random = np.random.default_rng([seed, 2])
    if shuffled:
        cells = random.permutation(cells)
    seen = np.stack([_of_scene(image) for image in images])
    fitted = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.05).fit(seen, cells)
    weights, bias = np.zeros((seen.shape[1], CELLS)), np.full(CELLS, -50.0)
    weights[:, fitted.classes_], bias[fitted.classes_] = fitted.coef_.T, fitted.intercept_
    if kind is None:
        return StandIn(weights, bias)
    number = training["number"].to_numpy()
    known = _learned(number, share, random)
    marks = np.stack([mark(kind, image) for image in images])
    prototypes = np.stack([marks[number == who].mean(axis=0) for who in known])
    taken = np.stack([np.bincount(cells[number == who], minlength=CELLS) for who in known]) + 0.02
    return StandIn(weights, bias, kind, prototypes, taken / taken.sum(axis=1, keepdims=True))


def _learned(number: NDArray[np.int64], share: float, random: Generator) -> NDArray[np.int64]:
    """Uploaders often enough met whose images make up a share of all."""
    counts = np.bincount(number)
    often = random.permutation(np.flatnonzero(counts >= 4))
    covered = np.cumsum(counts[often]) / len(number)
    return often[: max(1, int((covered <= share).sum()))]


def _recognised(marks: Floats, prototypes: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Whose mark each is (b, u), as probabilities, and whether it is any that is known (b,)."""
    if marks.shape[1] > 20:  # letters: by correlation
        rows, stencils = (of - of.mean(axis=1, keepdims=True) for of in (marks, prototypes))
        rows, stencils = (
            of / (np.linalg.norm(of, axis=1, keepdims=True) + 1e-6) for of in (rows, stencils)
        )
        alike = rows @ stencils.T
        return np.exp(_log_softmax(25 * alike)), alike.max(axis=1) > 0.55
    away = ((marks[:, None] - prototypes) ** 2).sum(axis=2)
    return np.exp(_log_softmax(-0.5 * away)), away.min(axis=1) < 12


def _of_scene(pixels: Pixels) -> Floats:
    """Colours of the scene's inside, where no mark is: (f,)."""
    inside = pixels[12:104, 12:116]
    small = cv2.resize(inside, (3, 8), interpolation=cv2.INTER_AREA)
    return np.asarray(small.astype(np.float64).ravel() / 20, np.float64)


def _letters(pixels: Pixels) -> Floats:
    """What is brighter than its surroundings, (h, w)."""
    dark = pixels.min(axis=2).astype(np.float32)
    opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((4, 4), np.uint8))
    return np.asarray(np.maximum(dark - opened, 0), np.float64)


def _text(pixels: Pixels, text: str, at: tuple[int, int]) -> Pixels:
    of = cv2.putText(pixels, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.25, (250,) * 3, 1, cv2.LINE_AA)
    return np.asarray(of, np.uint8)


def _name(random: Generator) -> str:
    words = ["".join(random.choice(_SYLLABLES, 3)).title() for _ in range(2)]
    return " ".join(words)


def _colours(random: Generator) -> Callable[[Floats], Floats]:
    """Six smooth functions of the place: red, green and blue of sky and of ground."""
    waves = random.normal(0, 1.1, (6, 4, 2))
    phase = random.uniform(0, 2 * np.pi, (6, 4))
    return lambda place: 130 + 22 * np.sin(waves @ place + phase).sum(axis=1)


def _log_softmax(scores: Floats) -> Floats:
    scores = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)), np.float64)


def _bytes(pixels: Floats) -> Pixels:
    return np.clip(pixels, 0, 255).astype(np.uint8)
