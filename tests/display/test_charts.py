import re

import numpy as np

from geoloc_core.display.charts import bars, legend, likeliest


def test_the_likeliest_cells_come_first_and_ties_by_number():
    assert likeliest(np.array([0.1, 0.3, 0.2, 0.3, 0.1]), 4) == [1, 3, 2, 0]


def test_a_whole_bar_is_certainty_and_names_stay_text():
    shown = bars(np.array([0.5, 0.25, 0.25]), ["<script>", "b", "c"], [0, 2])
    assert re.findall(r"width:([\d.]+)%", shown) == ["50.0", "25.0"]
    assert re.findall(r"<b>(.*?)</b>", shown) == ["50 %", "25 %"]
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_the_legend_names_the_star_only_where_there_is_one():
    assert "true place" in legend(0.9, "True place")
    without = legend(0.9, None)
    assert "place" in without
    assert "true place" not in without
    assert "hold the true cell 90 times in 100" in without
