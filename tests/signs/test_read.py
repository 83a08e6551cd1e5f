"""Reading signs: what counts, what a missing extra says, and the way from pixels to scripts."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from geoloc_core.signs.classify import NETWORK, script_classifier
from geoloc_core.signs.read import LEAST, LineReader, SignsError, line_reader, read_signs
from geoloc_core.signs.scripts import CLASSES, NONE, SCRIPTS
from tests.signs.inks import ink
from tests.signs.scenes import put_sign, scene, texture

TILTED = np.array([[180, 200], [440, 212], [440, 250], [180, 240]], np.float32)


def reads(*lines: np.ndarray, said: tuple[str, float] = ("", 0.0)) -> LineReader:
    return LineReader(lambda _: list(lines), lambda _: said)


def sure_of(script: str, confidence: float = 0.95):
    shares = np.full(len(CLASSES), (1 - confidence) / (len(CLASSES) - 1))
    shares[CLASSES.index(script)] = confidence
    return lambda crops: np.repeat(shares[None], len(crops), axis=0)


def test_a_sign_has_its_corners_in_shares_and_its_script() -> None:
    photo = put_sign(scene(0), ink("Tamil"), TILTED, (20, 90, 60))
    (sign,) = read_signs(photo, reader=reads(TILTED), classify=sure_of("Tamil"))
    np.testing.assert_allclose(np.array(sign.corners) * (640, 480), TILTED, rtol=1e-6)
    assert (sign.script, sign.words, sign.place_names) == ("Tamil", "", ())
    assert sign.confidence == pytest.approx(0.95)
    assert hash(sign)


def test_lines_below_the_confidence_and_what_is_no_writing_do_not_count() -> None:
    photo = put_sign(scene(0), ink("Tamil"), TILTED, (20, 90, 60))
    for classify in (sure_of("Tamil", LEAST - 0.01), sure_of(NONE)):
        assert read_signs(photo, reader=reads(TILTED), classify=classify) == ()
    assert read_signs(photo, reader=reads(), classify=sure_of("Tamil")) == ()
    huge, tiny = TILTED * (1, 5) - (0, 800), TILTED / (1, 8)
    for line in (huge, tiny):
        line = line.astype(np.float32)
        assert read_signs(photo, reader=reads(line), classify=sure_of("Tamil")) == ()


@pytest.mark.parametrize("script", ["Latin", "Odia", NONE])
def test_what_the_reader_reads_well_is_latin_and_looked_up(script: str) -> None:
    photo = put_sign(scene(0), ink("Latin"), TILTED, (20, 90, 60))
    reader = reads(TILTED, said=("WELCOME TO TUMKUR", 0.97))
    (sign,) = read_signs(photo, reader=reader, classify=sure_of(script))
    assert (sign.script, sign.confidence) == ("Latin", 0.97)
    assert sign.words == "WELCOME TO TUMKUR"
    assert [name.name for name in sign.place_names] == ["Tumkur"]


@pytest.mark.parametrize("said", [("TUMKUR", 0.8), ("III", 0.99), ("国国国国国", 0.99), ("", 0.0)])
def test_what_it_reads_badly_is_left_to_the_classifier(said: tuple[str, float]) -> None:
    photo = put_sign(scene(0), ink("Tamil"), TILTED, (20, 90, 60))
    (sign,) = read_signs(photo, reader=reads(TILTED, said=said), classify=sure_of("Tamil"))
    assert (sign.script, sign.words, sign.place_names) == ("Tamil", "", ())
    assert read_signs(photo, reader=reads(TILTED, said=said), classify=sure_of(NONE)) == ()


def test_without_the_extra_one_sentence_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    line_reader.cache_clear()
    with pytest.raises(SignsError, match=r"pip install -r requirements-text\.txt"):
        read_signs(scene(0))


def test_the_classifier_is_small_and_gives_shares() -> None:
    assert NETWORK.stat().st_size + NETWORK.with_suffix(".bin").stat().st_size < 1e6
    shares = script_classifier()([np.random.default_rng(0).normal(0, 1, (20, 500)).astype("f4")])
    assert shares.shape == (1, len(CLASSES))
    assert shares.sum() == pytest.approx(1.0, abs=1e-3)
    assert script_classifier()([]).shape == (0, len(CLASSES))


@pytest.mark.parametrize("dark", [False, True])
def test_the_classifier_tells_words_in_fonts_that_it_never_saw(dark: bool) -> None:
    def line(script: str) -> np.ndarray:
        levels = 60 + 150 * np.pad(ink(script, 36), 5)
        levels = levels + np.random.default_rng(1).normal(0, 3, levels.shape)
        return (270 - levels if dark else levels).astype(np.float32)

    shares = script_classifier()([line(script) for script in SCRIPTS])
    told = [CLASSES[int(of.argmax())] for of in shares]
    right = sum(a == b for a, b in zip(told, SCRIPTS, strict=True))
    assert right >= 9, dict(zip(SCRIPTS, told, strict=True))


def test_the_classifier_seldom_sees_writing_where_there_is_none() -> None:
    random = np.random.default_rng(0)
    lines = []
    for number in range(30):
        photo = (scene if number % 2 else texture)(number)
        top, left = random.integers(0, 440), random.integers(0, 440)
        lines.append(photo[top : top + 30, left : left + 150].mean(axis=2).astype(np.float32))
    shares = script_classifier()(lines)[:, :-1]
    assert (shares.max(axis=1) >= LEAST).mean() <= 0.05


WHOLE_WAY = """
import json, socket
import numpy as np
from geoloc_core.signs.read import read_signs
from tests.signs.inks import ink
from tests.signs.scenes import put_sign, scene, write_over
from tests.signs.test_overlay import words

def refuse(*_):
    raise AssertionError("the reader asked for the network")

socket.socket.connect = refuse
corners = np.array([[180, 200], [440, 212], [440, 250], [180, 240]], np.float32)
photos = [put_sign(scene(n), ink("Tamil"), corners, (20, 90, 60)) for n in range(2)]
signs = [sorted({sign.script for sign in read_signs(photo)}) for photo in photos]
stamped = []
for n, kind in enumerate(("name", "Devanagari", "stamp")):
    for size in (14, 28):
        letters = words(kind, size)
        for left in (12, 628 - letters.shape[1]):
            photo, _ = write_over(scene(n), letters, left, 470 - size)
            stamped += [sign.script for sign in read_signs(photo)]
print(json.dumps([signs, stamped]))
"""


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="the optional reader is not installed")
def test_the_whole_way_without_any_network() -> None:
    """In a process of its own, so that the threads it leaves behind end with it."""
    ran = subprocess.run(
        [sys.executable, "-c", WHOLE_WAY], capture_output=True, text=True, check=True
    )
    signs, stamped = json.loads(ran.stdout.splitlines()[-1])
    assert signs == [["Tamil"], ["Tamil"]]
    assert stamped == []
