"""Where text recurs: the counting on texts that are known, the reader on names written here."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from geoloc_core.audit.detect import (
    GRID,
    DetectError,
    Text,
    detect,
    detection_text,
    summary,
    text_reader,
)
from geoloc_core.audit.suspect import ROW


def overlaid(random: np.random.Generator) -> list[Text]:
    """A mark, a name of some length, and a shop's sign somewhere in the scene."""
    left, top = random.uniform(0, 0.8), random.uniform(0.2, 0.8)
    return [
        Text(0.0, 0.94, 0.14, 1.0, "pata"),
        Text(random.uniform(0.45, 0.7), 0.94, 0.99, 1.0, "© Asha Rao"),
        Text(left, top, left + 0.2, top + 0.05, f"shop {random.integers(10**9)}"),
    ]


def test_the_row_is_proposed_when_names_of_any_length_stand_in_it() -> None:
    random = np.random.default_rng(0)
    found = summary([overlaid(random) for _ in range(60)])
    assert found.suspect == ROW
    assert (found.images, found.with_text) == (60, 60)
    assert found.words == [("asha", 60), ("pata", 60), ("rao", 60), ("shop", 60)]


def test_text_that_recurs_elsewhere_is_bounded_by_itself() -> None:
    stamp = Text(0.25, 0.5, 0.5, 0.75, "2021")
    found = summary([[stamp]] * 3 + [[]] * 5)
    assert found.suspect is not None
    assert (found.suspect.left, found.suspect.top) == (0.25, 0.5)
    assert (found.suspect.right, found.suspect.bottom) == (0.5, 0.75)
    quarter = GRID // 4
    expected = np.zeros((GRID, GRID))
    expected[2 * quarter : 3 * quarter, quarter : 2 * quarter] = 3 / 8
    np.testing.assert_allclose(found.heat, expected)


def test_of_two_lines_the_one_with_more_text_is_proposed() -> None:
    above, below = Text(0.0, 0.0, 0.2, 0.1, "a"), Text(0.0, 0.8, 0.6, 0.9, "b")
    found = summary([[above, below]] * 4)
    assert found.suspect is not None
    assert (found.suspect.top, found.suspect.bottom) == (0.8, 0.9)


def test_signs_of_the_scene_are_no_suspect() -> None:
    random = np.random.default_rng(1)
    signs = [[overlaid(random)[-1]] for _ in range(60)]
    assert summary(signs).suspect is None
    assert summary([[]]).suspect is None


def test_a_word_is_counted_once_an_image() -> None:
    twice = [Text(0, 0, 1, 0.1, "Asha asha"), Text(0, 0.2, 1, 0.3, "ASHA")]
    assert summary([twice, twice, []]).words == [("asha", 2)]


def test_the_text_for_a_terminal_shades_the_places_and_gives_the_region() -> None:
    text = Text(0.5, 0.75, 1.0, 1.0, "Asha\u202e\x1b[31m")
    said = detection_text(summary([[text], [text]]))
    lines = said.split("\n")
    edge = f"+{'-' * 32}+"
    assert lines[0] == "There is text in 2 of 2 images:"
    blank, dark = f"|{' ' * 32}|", f"|{' ' * 16}{'█' * 16}|"
    assert lines[2:20] == [edge, *[blank] * 12, *[dark] * 4, edge]
    assert "asha (2)" in said
    assert lines[-1] == "Suspect region: --region 0.5,0.75,1,1"
    assert "\x1b" not in said
    assert detection_text(summary([[]])).endswith(
        "No text recurs at the same place: no suspect region."
    )


def test_one_image_of_a_panorama_is_read(fake_data: Path) -> None:
    seen = []

    def read(pixels: np.ndarray) -> list[Text]:
        seen.append(pixels.shape)
        return [Text(0.0, 0.95, 1.0, 1.0, "name")]

    found = detect(fake_data, count=500, reader=read, progress=False)
    assert found.images == len(seen) == 120
    assert found.suspect == ROW


def test_without_the_extra_one_sentence_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(DetectError, match=r"requirements-text\.txt"):
        text_reader()


READ_A_NAME = """
import json, socket
import numpy as np
from geoloc_core.audit.detect import text_reader
from geoloc_core.images.credit_line import write_name

def refuse(*_):
    raise AssertionError("the reader asked for the network")

socket.socket.connect = refuse
ground = np.random.default_rng(2).normal(90, 12, (256, 256, 3)).clip(0, 255)
texts = text_reader()(write_name(ground.astype(np.uint8), "Mahesh Sharma"))
print(json.dumps([[text.left, text.top, text.words] for text in texts]))
"""


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="the optional reader is not installed")
def test_the_reader_finds_a_small_name_without_any_network() -> None:
    """In a process of its own, so that the threads it leaves behind end with it."""
    read = subprocess.run(
        [sys.executable, "-c", READ_A_NAME], capture_output=True, text=True, check=True
    )
    found = json.loads(read.stdout.splitlines()[-1])
    left, top, _ = next(text for text in found if "mahesh" in text[2].casefold())
    assert left > 0.5
    assert top > 0.9
