"""Things that a detector of text takes for lines and that are none, or none in a known script."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from geoloc_core.signs.crops import Tone
from tools.sign_images import LANGUAGES, drawn, photographed, through_a_camera, written

_OTHERS = {  # no script of the table: drawn as things that are none
    "Noto Sans Egyptian Hieroglyphs": range(0x13000, 0x13400),
    "Noto Sans Cuneiform": range(0x12000, 0x12300),
    "Noto Sans Symbols2": range(0x1F700, 0x1F770),
    "Noto Sans Linear A": range(0x10600, 0x10700),
    "Noto Sans Yi": range(0xA000, 0xA400),
    "Noto Serif Tibetan": range(0x0F40, 0x0F6C),
    "Noto Sans Sinhala": range(0x0D85, 0x0DC6),
    "Noto Sans Thai": range(0x0E01, 0x0E2E),
    "Noto Sans Ol Chiki": range(0x1C5A, 0x1C7D),
    "Noto Sans Meetei Mayek": range(0xABC0, 0xABE2),
    "Noto Sans Ethiopic": range(0x1200, 0x1240),
    "Noto Sans Math": range(0x2200, 0x22FF),
}


def no_writing(random: np.random.Generator, scenes: Sequence[Tone]) -> Tone:
    """A line that is none: a piece of a scene, a made texture, ornaments, unreadable letters."""
    kind = random.random()
    if kind < 0.3:
        return _piece(scenes[int(random.integers(len(scenes)))], random)
    if kind < 0.6:
        return through_a_camera(texture(random), 30.0, random)
    if kind < 0.9:
        behind = texture(random) if random.random() < 0.4 else None
        return photographed(foreign(random), random, scene=behind)
    scripts = list(LANGUAGES)
    ink = written(scripts[int(random.integers(len(scripts)))], random, held_out=False)
    return photographed(ink, random, height=random.uniform(3, 4.5))


def _piece(scene: Tone, random: np.random.Generator) -> Tone:
    """A strip of a scene somewhere."""
    rows, columns = scene.shape
    tall = int(random.integers(8, max(9, min(48, rows // 3))))
    wide = min(columns, int(tall * random.uniform(1.0, 8.0)))
    top, left = random.integers(0, rows - tall + 1), random.integers(0, columns - wide + 1)
    return scene[top : top + tall, left : left + wide]


def texture(random: np.random.Generator) -> Tone:
    """Railings, bricks, arcades, foliage, carved stone: patterns that look like lines of text."""
    rows = int(random.integers(16, 49))
    columns = int(rows * random.uniform(1.5, 7))
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    y, x = y / rows, x / rows
    kind = int(random.integers(7))
    pitch = random.uniform(0.12, 0.9)
    phase = (x / pitch + random.normal(0, 0.1) * y) % 1.0
    if kind == 0:  # posts under a rail
        made = (phase < random.uniform(0.2, 0.6)) | (y < random.uniform(0, 0.25))
    elif kind == 1:  # bricks, tiles
        course = np.floor(y / (pitch / 2 + 0.1))
        made = (((x / pitch + 0.5 * (course % 2)) % 1) < 0.12) | (
            (y / (pitch / 2 + 0.1)) % 1 < 0.15
        )
    elif kind == 2:  # arches
        made = (phase - 0.5) ** 2 * (pitch * 2) ** 2 + np.minimum(0, y - 0.5) ** 2 * 3 < 0.12
    elif kind == 3:  # windows
        made = (phase > 0.3) & (y % random.uniform(0.3, 1) > 0.2)
    elif kind == 4:  # a row of the same carved thing, in relief
        tile = random.normal(0, 1, (rows, max(4, int(pitch * rows)))).astype(np.float32)
        tile = cv2.GaussianBlur(tile, (0, 0), rows * random.uniform(0.03, 0.09))
        made = np.tile(tile, (1, columns // tile.shape[1] + 1))[:, :columns]
    else:  # leaves, rubble, worn stone, at two sizes
        made = random.normal(0, 1, (rows, columns)).astype(np.float32)
        made = cv2.GaussianBlur(made, (0, 0), rows * random.uniform(0.02, 0.14))
        made = made / (made.std() + 1e-6)
        if kind == 5:
            made = np.tanh(3 * made)
    relief = np.asarray(made, np.float32)
    relief = (relief - relief.mean()) / (relief.std() + 1e-6)
    if random.random() < 0.4:
        relief = relief - np.roll(relief, (1, 1), (0, 1))
    grain = random.normal(0, random.uniform(0, 0.5), relief.shape)
    return np.asarray(
        random.uniform(60, 190) + random.uniform(10, 60) * (relief + grain), np.float32
    )


def foreign(random: np.random.Generator) -> NDArray[np.uint8]:
    """Coverage of signs that no script of the table knows, or of ornaments in a row."""
    while True:
        family = str(random.choice(list(_OTHERS)))
        file = _file_of(family)
        letters = random.choice(list(_OTHERS[family]), random.integers(2, 8))
        if random.random() < 0.3:
            letters = np.repeat(letters[:1], len(letters))  # a frieze
        ink = drawn("".join(map(chr, letters.tolist())), file) if file else None
        if ink is not None:
            return ink


@cache
def _file_of(family: str) -> str:
    found = subprocess.run(["fc-list", family, "file"], capture_output=True, text=True, check=True)
    files = sorted(line.rstrip(": ") for line in found.stdout.splitlines())
    return files[0] if files else ""
