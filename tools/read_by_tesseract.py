"""Which script a line is in, by Tesseract's models of scripts: the most confident reader's.

Needs the programme `tesseract` and Debian's tesseract-ocr-script-* models.
"""

from __future__ import annotations

import csv
import io
import subprocess
import unicodedata

import cv2
import numpy as np

from geoloc_core.signs.crops import Tone
from geoloc_core.signs.scripts import NONE

MODELS = {
    "Devanagari": "Devanagari",
    "Bengali-Assamese": "Bengali",
    "Gurmukhi": "Gurmukhi",
    "Gujarati": "Gujarati",
    "Odia": "Oriya",
    "Tamil": "Tamil",
    "Telugu": "Telugu",
    "Kannada": "Kannada",
    "Malayalam": "Malayalam",
    "Urdu": "Arabic",
    "Latin": "Latin",
}
_ROWS, _MARGIN = 64, 16  # of what Tesseract is shown


def tesseract_script(line: Tone) -> str:
    """The script whose model reads a line (h, w) best: confidence times letters of that script."""
    wide = max(1, round(line.shape[1] * _ROWS / line.shape[0]))
    sized = cv2.resize(line, (wide, _ROWS), interpolation=cv2.INTER_CUBIC)
    edges = np.concatenate([sized[0], sized[-1]])
    if np.median(edges) < sized.mean():  # dark letters on light ground are what it knows
        sized = 255 - sized
    image = cv2.copyMakeBorder(
        np.clip(sized, 0, 255).astype(np.uint8),
        *(_MARGIN,) * 4,
        cv2.BORDER_REPLICATE,
    )
    _, packed = cv2.imencode(".png", image)
    scores = {script: _score(packed.tobytes(), script) for script in MODELS}
    best = max(scores, key=lambda script: scores[script])
    return best if scores[best] > 0 else NONE


def _score(image: bytes, script: str) -> float:
    ran = subprocess.run(
        ["tesseract", "-", "-", "-l", MODELS[script], "--psm", "7", "tsv"],
        input=image,
        capture_output=True,
        check=True,
        env={"OMP_THREAD_LIMIT": "1"},
    )
    rows = csv.DictReader(
        io.StringIO(ran.stdout.decode("utf-8")), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    read = [(row["text"] or "", float(row["conf"])) for row in rows if row["conf"] != "-1"]
    letters = sum(len(text) for text, _ in read)
    own = MODELS[script].upper()
    of_script = sum(
        unicodedata.name(letter, "").startswith(own) for text, _ in read for letter in text
    )
    if not letters:
        return 0.0
    confidence = sum(len(text) * conf for text, conf in read) / letters
    return confidence * of_script / letters
