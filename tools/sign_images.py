"""Lines of writing as a camera sees them on signs.

Fonts are the system's (Debian's fonts-* packages, found by fontconfig); none is committed.
"""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features

from geoloc_core.signs.crops import Tone
from tools.sign_words import word

LANGUAGES = {
    "Devanagari": "hi",
    "Bengali-Assamese": "bn",
    "Gurmukhi": "pa",
    "Gujarati": "gu",
    "Odia": "or",
    "Tamil": "ta",
    "Telugu": "te",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Urdu": "ur",
    "Latin": "en",
}
HELD_OUT = (
    *("Sahadeva", "Samyak Devanagari", "Mitra", "Jamrul", "Saab", "Rekha", "Kalapi", "ori1Uni"),
    *("Samyak Tamil", "NTR", "Suranna", "Ramaraja", "Navilu", "Meera", "Uroob", "Nafees"),
    *("Scheherazade", "Lato", "C059", "Comic Neue"),
)
"""Families that no training image shows."""

# fonts that claim a language without drawing it as its readers do, and mathematics
_UNFIT = ("FreeMono", "Unifont", "Math", "Symbols", "D050000L", "PakType Ajrak", "mry_KacstQurn")
_ARABIC = ("Awami", "Nafees", "PakType", "Scheherazade", "Lateef", "Harmattan", "Kufi", "Arabic")
_LETTERS = 48  # pixels: the size at which words are drawn


@cache
def families(script: str, held_out: bool) -> dict[str, tuple[str, ...]]:
    """The font files of each family that writes a script, the held-out families or the others."""
    if not features.check("raqm"):
        raise SystemExit("This Pillow cannot join letters: it was built without libraqm.")
    query = [f":lang={LANGUAGES[script]}", "file", "family"]
    if script == "Gurmukhi":
        query[0] = ":charset=0A15"  # Punjabi is written in two scripts
    listed = subprocess.run(["fc-list", *query], capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = {}
    for line in sorted(listed.stdout.splitlines()):
        file, _, family = line.partition(": ")
        family = family.split(",")[0].replace("\\", "").strip()
        fit = Path(file).suffix in (".ttf", ".otf") and not any(u in family for u in _UNFIT)
        if script == "Latin":  # not those that draw it beside another script
            fit &= "Noto Sans" not in family or family in ("Noto Sans", "Noto Sans Display")
            fit &= "Noto Serif" not in family or family == "Noto Serif"
        if script == "Urdu":
            fit &= any(each in family for each in _ARABIC)
        if fit and (family in HELD_OUT) == held_out:
            found.setdefault(family, []).append(file)
    if not found:
        raise SystemExit(f"No font for {script} is installed: see docs/signs.md.")
    return {family: tuple(files) for family, files in found.items()}


@cache
def font(file: str, size: int = _LETTERS) -> ImageFont.FreeTypeFont:
    """A font with complex layout."""
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.RAQM)


def drawn(text: str, file: str, bold: int = 0) -> NDArray[np.uint8] | None:
    """Coverage (h, w) of a text, trimmed to its ink; None where the font draws nothing."""
    face = font(file)
    left, top, right, bottom = face.getbbox(text, stroke_width=bold)
    width, height = int(right - left), int(bottom - top)
    if not (4 <= width <= 1500 and 4 <= height <= 200):
        return None
    image = Image.new("L", (width + 4, height + 4))
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, 255, face, stroke_width=bold)
    ink = np.asarray(image)
    rows, columns = np.flatnonzero(ink.max(1) > 60), np.flatnonzero(ink.max(0) > 60)
    if len(rows) < 4 or len(columns) < 4:
        return None
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def written(script: str, random: np.random.Generator, *, held_out: bool) -> NDArray[np.uint8]:
    """Coverage of a word or two of a script in a font at random."""
    kinds = families(script, held_out)
    while True:
        files = kinds[str(random.choice(list(kinds)))]
        bold = int(random.choice(3, p=[0.7, 0.2, 0.1]))
        ink = drawn(word(script, random), str(random.choice(files)), bold)
        if ink is not None:
            return ink


def photographed(
    ink: NDArray[np.uint8],
    random: np.random.Generator,
    *,
    height: float | None = None,
    contrast: float | None = None,
    scene: Tone | None = None,
) -> Tone:
    """A line (h, w) cut out of a photo of a sign with this ink, in levels of one tone.

    height: of the letters in the photo, in pixels, 8 to 64 if left out. contrast: in levels.
    scene: what stands behind the letters where there is no board.
    """
    tall = height or float(np.exp(random.uniform(np.log(8), np.log(64))))
    scale = tall / ink.shape[0]
    above, below, left, right = tall * random.uniform([0.0, 0.0, -0.05, -0.05], 0.3)
    wide = ink.shape[1] * scale * random.uniform(0.75, 1.3)
    rows, columns = round(tall + above + below) + 1, round(max(6.0, wide + left + right)) + 1
    source = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    box = source * (wide, tall) + (left, above)
    slant = random.normal(0, 0.12) * tall
    box[:2, 0] += slant
    box += random.normal(0, 0.05 * tall, box.shape)
    matrix = cv2.getPerspectiveTransform(
        source * np.array([ink.shape[1], ink.shape[0]], np.float32), box.astype(np.float32)
    )
    small = cv2.GaussianBlur(ink, (0, 0), 0.45 / scale) if scale < 0.8 else ink
    cover = cv2.warpPerspective(small, matrix, (columns, rows)).astype(np.float32) / 255
    if random.random() < 0.1:  # raised letters, or carved ones
        cover = cover - np.roll(cover, (1, 1), (0, 1))
    ground = (
        _ground((rows, columns), random) if scene is None else cv2.resize(scene, (columns, rows))
    )
    step = random.choice((-1, 1)) * (contrast or random.uniform(35, 200))
    if random.random() < 0.15:
        shade = np.roll(cover, (max(1, round(tall * 0.06)),) * 2, (0, 1))
        ground = ground - 0.4 * step * shade
    return through_a_camera(ground + step * cover, tall, random)


def _ground(shape: tuple[int, int], random: np.random.Generator) -> Tone:
    """A board: a level with a gradient, at times a grain, an edge, a shadow's border."""
    rows, columns = shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    y, x = y / rows, x / columns
    level = random.uniform(40, 215) + random.normal(0, 15) * x + random.normal(0, 15) * y
    if random.random() < 0.3:
        grain = random.normal(0, 1, (max(2, rows // 3), max(2, columns // 3))).astype(np.float32)
        level = level + random.uniform(2, 15) * cv2.resize(grain, (columns, rows))
    if random.random() < 0.15:
        level = level + random.normal(0, 60) * (y > random.choice((0.06, 0.93)))
    if random.random() < 0.08:
        border = x - random.uniform(0, 1) + random.normal(0, 0.3) * (y - 0.5)
        level = level * (1 - random.uniform(0.2, 0.6) * (border > 0))
    return np.asarray(level, np.float32)


def through_a_camera(levels: Tone, tall: float, random: np.random.Generator) -> Tone:
    """Blur, noise, exposure and JPEG."""
    if random.random() < 0.8:
        levels = cv2.GaussianBlur(levels, (0, 0), random.uniform(0.2, 0.35 + 0.03 * tall))
    if random.random() < 0.1:
        reach = int(random.integers(2, 3 + max(1, int(tall / 6))))
        levels = cv2.blur(levels, (reach, 1) if random.random() < 0.7 else (1, reach))
    levels = levels + random.normal(0, random.uniform(0.5, 7), levels.shape).astype(np.float32)
    image = np.clip(levels, 0, 255).astype(np.uint8)
    if random.random() < 0.7:
        quality = int(random.integers(30, 95))
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return np.asarray(image, np.float32)
