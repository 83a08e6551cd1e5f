import re

import numpy as np
import pandas as pd
import pytest

from geoloc_core.display.colours import GUESS, Shading
from geoloc_core.display.html.bars import Measured, bars, duel, fold_bar, likeliest, uploader_bars

NETWORKS = {"unmasked": "it <reads>", "masked": "it looks"}


def test_the_likeliest_cells_come_first_and_ties_by_number():
    assert likeliest(np.array([0.1, 0.3, 0.2, 0.3, 0.1]), 4) == [1, 3, 2, 0]


def test_a_whole_bar_is_certainty_and_names_stay_text():
    shown = bars(np.array([0.5, 0.25, 0.25]), ["<script>", "b", "c"], [0, 2])
    assert re.findall(r"width:([\d.]+)%", shown) == ["50.0", "25.0"]
    assert re.findall(r"<b>(.*?)</b>", shown) == ["50 %", "25 %"]
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    guess = bars(np.array([0.5, 0.25, 0.25]), ["a", "b", "c"], [0, 2], Shading(GUESS))
    for colour in re.findall(r"background:(#\w{6})", guess):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert max(red, green, blue) - min(red, green, blue) <= 8  # grey


def test_a_whole_bar_is_the_cells_panoramas_and_names_stay_text():
    uploaders = pd.DataFrame(
        {"uploader": ["<script>`${alert(1)}`", "Bo"], "here": [30, 4], "all": [31, 1200]}
    )
    shown = uploader_bars(uploaders, 40)
    assert re.findall(r"width:([\d.]+)%", shown) == ["75.0", "10.0"]
    assert re.findall(r"<small>(.*?)</small>", shown) == ["of 31 in all", "of 1,200 in all"]
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown


def test_the_folds_share_one_bar():
    table = pd.DataFrame({"train": [700, 50], "validation": [40, 10], "test": [150, 50]})
    shown = fold_bar(table)
    assert re.findall(r"flex:(\d+)", shown) == ["750", "50", "200"]
    assert re.findall(r"</i>([^<]*)</li>", shown) == [
        "train: 750 panoramas (75 %)",
        "validation: 50 panoramas (5.0 %)",
        "test: 200 panoramas (20 %)",
    ]


def test_a_bar_is_as_long_as_its_share_and_its_whisker_spans_the_interval():
    drawn = duel("<t>", {"<a>": {"unmasked": Measured(0.66, 0.64, 0.69)}}, "over 5", NETWORKS)
    assert 'style="width:66.0%"' in drawn
    left, wide = map(float, re.search(r'<u style="left:(.*?)%;width:(.*?)%">', drawn).groups())
    assert (left, left + wide) == pytest.approx((64, 69))
    assert "64 to 69" in drawn
    assert "over 5" in drawn
    assert re.findall(r'<span class="pata-key.*?">(.*?)</span>', drawn) == ["it &lt;reads&gt;"]
    assert "<t>" not in drawn
    assert "<a>" not in drawn
