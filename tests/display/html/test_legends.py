import re
from urllib.parse import quote

import pandas as pd

from geoloc_core.display.colours import (
    GUESS,
    LIGHT,
    MASKED,
    NO_PHOTOS,
    PROBABILITY,
    UNMASKED,
    Shading,
)
from geoloc_core.display.html.legends import accuracy_legend, legend, scale
from geoloc_core.display.maps.cells_layer import SHADES


def test_the_legend_names_the_star_and_the_prediction_set_only_where_there_are_any():
    networks = {"Scene and name": UNMASKED, "Scene <only>": MASKED}
    full = legend(networks, "True place", 0.9)
    assert "True place" in full
    assert "90 % prediction set" in full
    assert "Scene &lt;only&gt;" in full
    assert [quote(colour) in full for colour in networks.values()] == [True, True]
    bare = legend(networks, None, None)
    assert "place" not in bare
    assert "prediction set" not in bare


def test_the_legend_of_a_guess_is_grey_and_its_marks_are_hollow():
    guess = legend({"Scene only": MASKED}, None, None, certain=False, shading=Shading(GUESS))
    assert GUESS[-1] in guess
    assert PROBABILITY[-1] not in guess
    assert "stroke-dasharray" in guess


def test_the_legend_of_a_short_scale_ends_where_the_scale_does():
    short = legend({}, None, None, shading=Shading(LIGHT, 0.1))
    assert LIGHT[-1] in short
    assert PROBABILITY[-1] not in short
    assert re.findall(r'left:([0-9.]+)%">([0-9]+)<', short) == [
        ("0.0", "0"),
        ("31.6", "1"),
        ("70.7", "5"),
        ("100.0", "10"),
    ]


def test_the_legend_of_accuracies_names_cells_without_photos():
    assert "no photos" in accuracy_legend()
    assert NO_PHOTOS in accuracy_legend()


def test_the_scale_ends_at_the_largest_value():
    shown = scale(SHADES["commonest_share"], pd.Series([0.2, 0.59, 0.3]))
    assert "Share of the most frequent uploader" in shown
    assert re.findall(r'left:([\d.]+)%">([^<]*)<', shown) == [("0.0", "0"), ("100.0", "59 %")]
