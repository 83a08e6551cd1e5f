import re

import pandas as pd

from geoloc_core.display.html.cell_legend import fold_bar, scale, uploader_bars
from geoloc_core.display.maps.cells import SHADES


def test_the_scale_ends_at_the_largest_value():
    shown = scale(SHADES["commonest_share"], pd.Series([0.2, 0.59, 0.3]))
    assert "Share of the most frequent uploader" in shown
    assert re.findall(r'left:(\d+)%">([^<]*)<', shown) == [("0", "0"), ("100", "59 %")]


def test_a_whole_bar_is_the_cells_panoramas_and_names_stay_text():
    uploaders = pd.DataFrame(
        {"uploader": ["<script>`${alert(1)}`", "Bo"], "here": [30, 4], "all": [31, 1200]}
    )
    shown = uploader_bars(uploaders, 40)
    assert re.findall(r"width:([\d.]+)%", shown) == ["75.0", "10.0"]
    assert re.findall(r"<small>(.*?)</small>", shown) == ["of 31 in all", "of 1,200 in all"]
    assert "&lt;script&gt;&#96;&#36;" in shown
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
