import re
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np

from geoloc_core.display.colours import MASKED, WHOLE
from geoloc_core.display.maps.miniature import small_map
from geoloc_core.geography.grid import article_grid

GRID = article_grid()
SVG = "{http://www.w3.org/2000/svg}"


def drawing(html):
    source = re.search(r'src="data:image/svg\+xml,([^"]+)"', html)[1]
    return ElementTree.fromstring(unquote(source))


def test_every_cell_is_drawn_in_the_colour_of_its_probability():
    probabilities = np.arange(58) / np.arange(58).sum()
    svg = drawing(small_map(GRID, probabilities, (20, 78), (28, 77), "a map", colour=MASKED))
    cells = svg.find(f"{SVG}g").findall(f"{SVG}path")
    assert [cell.get("fill") for cell in cells] == WHOLE.colours(probabilities)


def test_marks_stand_where_their_places_are():
    south, north = (10.0, 77.0), (30.0, 77.0)
    svg = drawing(small_map(GRID, np.full(58, 1 / 58), south, north, "a map", colour=MASKED))
    line = re.findall(r"-?[\d.]+", svg.findall(f"{SVG}path")[0].get("d"))
    (x, y, u, v) = map(float, line)
    assert x == u
    assert y - v == 200  # twenty degrees, ten pixels each, north above
    left, top, width, height = map(float, svg.get("viewBox").split())
    assert left < x < left + width
    assert top < v < y < top + height


def test_the_star_lies_on_top_of_a_ring_in_its_networks_colour():
    html = small_map(GRID, np.full(58, 1 / 58), (20, 78), (20, 78), "a map", colour=MASKED)
    ring, star = drawing(html).findall(f"{SVG}g")[1:]
    assert ring.find(f"{SVG}svg/{SVG}circle").get("fill") == MASKED
    assert star.find(f"{SVG}svg/{SVG}path") is not None


def test_a_hostile_label_stays_text_and_nothing_is_loaded():
    html = small_map(GRID, np.full(58, 1 / 58), (20, 78), (28, 77), '"><script>', colour=MASKED)
    assert "<script>" not in html
    assert not re.findall(r"https?%3A//(?!www\.w3\.org)", html)
    assert len(html) < 60_000
