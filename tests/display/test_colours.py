import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from geoloc_core.display.colours import (
    EVIDENCE,
    GUESS,
    LIGHT,
    MASKED,
    PLAYER,
    PROBABILITY,
    UNMASKED,
    WHOLE,
    Shading,
    network_colour,
    ramp,
    shading,
)
from geoloc_core.paths import ASSETS

ROOT = Path(__file__).parents[2]
STYLE = (ASSETS / "style.css").read_text(encoding="utf-8")
VARIABLES = re.search(r"^& {\n.*?^}\n", STYLE, re.MULTILINE | re.DOTALL)[0]
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?)\(")


def lightness(colours):
    """CIE L* of sRGB colours (n, 3)."""
    linear = np.where(
        colours / 255 <= 0.04045, colours / 255 / 12.92, ((colours / 255 + 0.055) / 1.055) ** 2.4
    )
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return 116 * np.cbrt(luminance) - 16


@pytest.mark.parametrize(("stops", "direction"), [(PROBABILITY, -1), (GUESS, -1), (EVIDENCE, 1)])
def test_lightness_runs_one_way_so_that_no_hue_is_needed(stops, direction):
    steps = np.diff(lightness(ramp(np.linspace(0, 1, 33), stops)))
    assert (direction * steps > 0).all()


def test_a_ramp_meets_its_stops_and_stays_within_its_ends():
    stops = ("#000000", "#640a32", "#ffffff")
    assert ramp([0, 0.5, 1, -3, 7], stops).tolist() == [
        [0, 0, 0],
        [100, 10, 50],
        [255, 255, 255],
        [0, 0, 0],
        [255, 255, 255],
    ]
    assert ramp(0.25, stops).tolist() == [50, 5, 25]


def test_a_cell_is_coloured_by_the_root_of_its_probability():
    assert WHOLE.colours([0, 0.25, 1]) == [PROBABILITY[0], PROBABILITY[3], PROBABILITY[-1]]
    assert Shading(LIGHT, 0.4).colours([0, 0.1, 0.4]) == [LIGHT[0], LIGHT[2], LIGHT[4]]


def predicted(model, most, **facts):
    rest = np.full(57, (1 - most) / 57)
    given = {"in_distribution": True, "model": model, "probabilities": np.append(rest, most)}
    return SimpleNamespace(**(given | facts))


def test_a_guess_is_grey_on_the_same_scale():
    guess = shading(predicted("masked", 0.9, in_distribution=False))
    assert guess.colours([0, 0.25, 1]) == [GUESS[0], GUESS[2], GUESS[4]]
    assert shading(predicted("masked", 0.9), certain=False) == guess


def test_the_scale_of_a_rendered_scene_is_always_the_same():
    assert shading(predicted("masked", 0.05)) == shading(predicted("masked", 0.95)) == WHOLE


@pytest.mark.parametrize(
    ("most", "stops", "end"),
    [
        (0.06, PROBABILITY[:3], 0.1),
        (0.1, PROBABILITY[:3], 0.1),
        (0.12, PROBABILITY[:4], 0.2),
        (0.3, LIGHT, 0.5),
        (0.7, PROBABILITY, 1.0),
    ],
)
def test_the_scale_of_a_photo_fits_a_flat_answer_and_stays_light(most, stops, end):
    assert shading(predicted("scene", most)) == Shading(stops, end)


def test_the_networks_marks_differ_in_lightness_and_in_blue_against_yellow():
    assert (network_colour("unmasked"), network_colour("masked")) == (UNMASKED, MASKED)
    orange, teal = ramp([0, 1], (UNMASKED, MASKED))
    assert lightness(orange[None])[0] - lightness(teal[None])[0] > 15
    assert int(orange[0]) - int(orange[2]) > 100 > 0 > int(teal[0]) - int(teal[2])


def sources():
    """The files that draw or are drawn with, but for `colours.py`, and the rest of the style."""
    for folder in ("geoloc_core/display", "pages"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".jinja", ".js", ".css") and path.name != "colours.py":
                yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
    yield "style.css", STYLE.replace(VARIABLES, "")


def test_colours_stand_in_one_module_and_in_one_block_of_variables():
    found = [(path, LITERAL.findall(text)) for path, text in sources()]
    assert len(found) > 60
    assert [(path, colours) for path, colours in found if colours] == []
    assert "light-dark(" not in STYLE.replace(VARIABLES, "")


@pytest.mark.parametrize(
    ("name", "colour"), [("unmasked", UNMASKED), ("masked", MASKED), ("you", PLAYER)]
)
def test_a_network_has_one_colour_on_maps_and_on_the_page(name, colour):
    assert re.search(rf"--pata-{name}: (?:light-dark\()?(#\w+)", VARIABLES)[1] == colour


def test_every_variable_is_known_and_used():
    used = set(re.findall(r"var\((--pata-[\w-]+)", "".join(text for _, text in sources())))
    used |= set(re.findall(r"var\((--pata-[\w-]+)", VARIABLES))
    assert used - {"--pata-network"} == set(re.findall(r"(--pata-[\w-]+):", VARIABLES))
