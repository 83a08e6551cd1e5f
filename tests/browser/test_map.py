"""The map alone in a real Chromium, at the sizes of the pages' frames and nothing around it."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from streamlit_folium import _get_header
from xstatic.pkg import leaflet

from geoloc_core.display.colours import MASKED, UNMASKED
from geoloc_core.display.maps.layers import base_map, prediction_layer
from geoloc_core.display.maps.marks import Estimate
from geoloc_core.display.maps.viewport import INDIA
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names
from tests.display.map_script import base_script, layer_script
from tests.pages.stand_in import StandIn, painted

pytestmark = pytest.mark.browser
FRAMES = [(360, 460), (420, 440), (560, 600), (700, 600)]
MAIN, OTHER, TRUTH = (26.9, 81.2), (19.0, 73.2), (28.5, 77.4)  # beside Lucknow, Mumbai and Delhi


@pytest.fixture(scope="module")
def html():
    """A page with nothing but the map and a prediction on it."""
    prediction = replace(StandIn("masked").predict([painted(21)], "crop"), novelty=0.0)
    chart = base_map(cities=False)
    layer = prediction_layer(
        prediction,
        cell_names(article_grid()),
        chosen=21,
        estimates=[
            Estimate(MAIN, "Scene and name", UNMASKED, main=True),
            Estimate(OTHER, "Scene only", MASKED, main=False),
        ],
        truth=TRUTH,
    )
    base, header = base_script(chart), _get_header(chart)
    files = Path(leaflet.BASE_DIR)
    return (
        f"<!doctype html><style>{(files / 'leaflet.css').read_text()}</style>{header}"
        '<body style="margin:0"><div id="map_div"></div>'
        f"<script>{(files / 'leaflet.js').read_text()}</script>"
        f"<script>{base};{layer_script(layer, chart)}; window.map = map_div;</script>"
    )


@pytest.fixture(params=FRAMES, ids=lambda frame: "x".join(map(str, frame)))
def shown(request, chromium, html):
    """The page in a frame of that size; what it says of errors is an error."""
    width, height = request.param
    page = chromium.new_page(viewport={"width": width, "height": height})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/*", lambda route: route.abort())
    page.set_content(html)
    page.wait_for_selector("path.leaflet-interactive")
    yield page
    page.close()
    assert errors == []


def boxes(page, selector):
    """What the browser draws there: left, top, right, bottom."""
    return page.evaluate(
        """selector => [...document.querySelectorAll(selector)].map(each => {
          const box = each.getBoundingClientRect();
          return [box.left, box.top, box.right, box.bottom]; })""",
        selector,
    )


def meet(one, other):
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > 0.5
        and min(one[3], other[3]) - max(one[1], other[1]) > 0.5
    )


def test_india_fills_the_frame_and_no_more(shown):
    size = shown.viewport_size
    (left, bottom), (right, top) = (
        shown.evaluate(
            "place => { const p = map.latLngToContainerPoint(place); return [p.x, p.y]; }",
            list(corner),
        )
        for corner in INDIA
    )
    assert left >= -1
    assert top >= -1
    assert right <= size["width"] + 1
    assert bottom <= size["height"] + 1
    assert left < 2 or top < 2  # one side or the other touches


def test_words_cover_no_mark_no_city_and_no_other_word(shown):
    words = boxes(shown, ".pata-city > span, .pata-km > span")
    marks = boxes(shown, ".pata-mark svg")
    dots = boxes(shown, ".leaflet-words-pane path")
    assert len(words) >= 10
    assert len(marks) == 3
    assert len(dots) == len(words) - 1
    for word in words:
        assert not any(meet(word, mark) for mark in (*marks, *dots))
        assert word[0] >= 0
        assert word[2] <= shown.viewport_size["width"]
    assert not any(meet(one, other) for one, other in combinations(words, 2))
    assert shown.locator(".pata-km").inner_text() == "414 km"


def test_the_tab_key_stops_at_the_map_and_its_controls_and_at_no_cell(shown):
    shown.locator(".leaflet-container").focus()
    stops = []
    for _ in range(8):
        stops.append(shown.evaluate("document.activeElement.tagName"))
        shown.keyboard.press("Tab")
    assert stops.count("A") <= 5
    assert "path" not in stops
    assert shown.get_by_role("application", name="Map of India").count() == 1


def test_a_cell_says_its_name_and_a_click_reaches_it(shown):
    place = article_grid().centroids[24].tolist()
    at = "place => { const p = map.latLngToContainerPoint(place); return [p.x, p.y]; }"
    shown.evaluate("map.eachLayer(l => l.on('click', e => { window.clicked = e.latlng.lat; }))")
    shown.mouse.move(*shown.evaluate(at, place))
    assert shown.locator(".leaflet-tooltip").inner_text().startswith("Telangana Plateau: ")
    shown.mouse.click(*shown.evaluate(at, place))
    assert shown.evaluate("window.clicked") == pytest.approx(place[0], abs=0.2)


def test_the_map_fits_itself_again_until_someone_moves_it(shown):
    zoom = shown.evaluate("map.getZoom()")
    shown.set_viewport_size({"width": 300, "height": 330})
    shown.wait_for_function("zoom => map.getZoom() < zoom - 0.1", arg=zoom)
    shown.locator(".leaflet-control-zoom-in").click()
    shown.wait_for_function("zoom => map.getZoom() > zoom", arg=zoom)
    zoom = shown.evaluate("map.getZoom()")
    shown.set_viewport_size({"width": 700, "height": 600})
    shown.wait_for_timeout(300)
    assert shown.evaluate("map.getZoom()") == zoom
