"""What the browser is sent of a map."""

from __future__ import annotations

import json
import re

import shapely
from streamlit_folium import _get_feature_group_string, _get_map_string


def base_script(chart):
    chart.get_root().render()
    return _get_map_string(chart)


def layer_script(layer, chart):
    return _get_feature_group_string(layer, chart)


def collections(text):
    """The features of every GeoJSON layer that a script adds."""
    decoder = json.JSONDecoder()
    return [
        decoder.raw_decode(text, found.end())[0]["features"]
        for found in re.finditer(r"L\.geoJSON\(", text)
    ]


def words(text):
    """The words that a script sets: each its place, its text, its size, its anchor, in pixels."""
    decoder = json.JSONDecoder()
    lists = [
        decoder.raw_decode(text[found.start() :])[0]
        for found in re.finditer(r"\[(?=[^\n]*\]\.forEach\(\(\[place)", text)
        if found.start() == 0 or text[found.start() - 1] in " \n"
    ]
    return [
        (tuple(place), re.sub(r"<[^>]*>", "", html), size, anchor)
        for each in lists
        for place, html, size, anchor in each
    ]


def drawn(feature):
    """A feature's shape, made valid."""
    return shapely.geometry.shape(feature["geometry"]).buffer(0)
