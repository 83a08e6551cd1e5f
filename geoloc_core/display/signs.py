"""Signs for people: their boxes on the photo, and a sentence for each about the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from geoloc_core.images.credit_line import Pixels
from geoloc_core.signs.read import Sign
from geoloc_core.signs.scripts import script_words
from geoloc_core.text import printable

COUNTED, SWITCHED_OFF = (255, 214, 10), (150, 150, 150)  # RGB of a box
_NUMBER = 14  # pixels high
_LONGEST = 60  # letters of a line that are shown


def draw_signs(
    pixels: Pixels, signs: Mapping[int, Sign], off: frozenset[int] = frozenset()
) -> Pixels:
    """A copy of the photo (h, w, 3), of any size, with each sign's box and its number from 1.

    `signs` by number, from 0; those whose number is in `off` are switched off: drawn in grey.
    """
    height, width = pixels.shape[:2]
    image = Image.fromarray(pixels.copy())
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(_NUMBER)
    for at, sign in signs.items():
        colour = SWITCHED_OFF if at in off else COUNTED
        corners = [(x * (width - 1), y * (height - 1)) for x, y in sign.corners]
        draw.line([*corners, corners[0]], fill=(0, 0, 0), width=4)
        draw.line([*corners, corners[0]], fill=colour, width=2)
        x, y = corners[0]
        label = str(at + 1)
        box = draw.textbbox((max(0.0, x), max(_NUMBER + 2.0, y) - _NUMBER - 2), label, font=font)
        draw.rectangle((box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2), fill=colour)
        draw.text((max(0.0, x), max(_NUMBER + 2.0, y) - _NUMBER - 2), label, (0, 0, 0), font)
    return np.asarray(image, np.uint8)


def cut_sign(pixels: Pixels, sign: Sign, height: int = 48) -> Pixels:
    """The sign's bounds cut out of the photo, `height` pixels high, (height, w, 3)."""
    rows, columns = pixels.shape[:2]
    corners = np.array(sign.corners) * (columns, rows)
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    cut = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    width = max(1, round(cut.shape[1] * height / cut.shape[0]))
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def sign_sentence(sign: Sign) -> str:
    """What a sign says for the map, in plain text that is no markup: its words come from a photo.

    As "Tamil script: Tamil Nadu, Puducherry" or "“WELCOME TO TUMKUR” names Tumkur".
    """
    if not sign.place_names:
        return script_words(sign.script)
    shown = printable(sign.words)
    shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST].rstrip()}…"
    names = ", ".join(_named(name.name, len(name.points)) for name in sign.place_names)
    return f"“{shown}” names {names}"


def _named(name: str, count: int) -> str:
    return name if count == 1 else f"{name} ({count} places of this name)"


def signs_sentence(count: int) -> str:
    """One sentence on how many signs were found."""
    if count == 0:
        return "No sign that can be used was found in this photo."
    return f"{count} sign{'s' if count > 1 else ''} in this photo moved the prediction."


def sign_record(sign: Sign) -> dict[str, Any]:
    """A sign as JSON: corners as (x, y) in shares of width and height, and what it says."""
    return {
        "corners": [[round(x, 4), round(y, 4)] for x, y in sign.corners],
        "script": sign.script,
        "confidence": round(sign.confidence, 3),
        "words": printable(sign.words),
        "place_names": [name.name for name in sign.place_names],
        "says": sign_sentence(sign),
    }
