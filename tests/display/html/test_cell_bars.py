import re
from urllib.parse import quote

import numpy as np

from geoloc_core.display.colours import GUESS, MASKED, PROBABILITY, UNMASKED
from geoloc_core.display.html.cell_bars import bars, legend, likeliest


def test_the_likeliest_cells_come_first_and_ties_by_number():
    assert likeliest(np.array([0.1, 0.3, 0.2, 0.3, 0.1]), 4) == [1, 3, 2, 0]


def test_a_whole_bar_is_certainty_and_names_stay_text():
    shown = bars(np.array([0.5, 0.25, 0.25]), ["<script>", "b", "c"], [0, 2])
    assert re.findall(r"width:([\d.]+)%", shown) == ["50.0", "25.0"]
    assert re.findall(r"<b>(.*?)</b>", shown) == ["50 %", "25 %"]
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    guess = bars(np.array([0.5, 0.25, 0.25]), ["a", "b", "c"], [0, 2], certain=False)
    for colour in re.findall(r"background:(#\w{6})", guess):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert max(red, green, blue) - min(red, green, blue) <= 8  # grey


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
    guess = legend({"Scene only": MASKED}, None, None, certain=False)
    assert GUESS[-1] in guess
    assert PROBABILITY[-1] not in guess
    assert "stroke-dasharray" in guess
