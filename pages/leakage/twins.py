"""What one network says of a picture, shown in its column: a heat map, one of two maps, a way."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit_folium import st_folium

from geoloc_core.display.charts import legend
from geoloc_core.display.colours import network_colour
from geoloc_core.display.heatmap import Look, picture
from geoloc_core.display.leak_charts import POINT, answer, just_now, moved, way
from geoloc_core.display.label_places import Place
from geoloc_core.display.twin_maps import travel_layer, twin_map
from geoloc_core.geography.places import cell_names
from geoloc_core.model.checkpoint import PROMISE
from geoloc_core.model.predictor import Prediction, Predictor
from pages.common.choices import remembered
from pages.common.networks import MODELS, predictor_or_words

NETWORKS = {name: network_colour(model) for model, (name, _) in MODELS.items()}
Pixels = NDArray[np.uint8]


def network(model: str) -> Predictor | None:
    """A network under its name; None, and a sentence why, where it cannot be asked."""
    name, trained = MODELS[model]
    st.html(f'<h3 class="pata-network pata-{model}">{name}<small>{trained}</small></h3>')
    return predictor_or_words(model)


def predict(predictor: Predictor, mask: str, views: tuple[Pixels, ...], *key: object) -> Prediction:
    """What a network says of pictures; `key` stands for them, its first part for the slot."""
    return remembered(
        f"{predictor.model} {mask} {key[0]}", key, lambda: predictor.predict(views, mask)
    )


def show_heat(pixels: Pixels, prediction: Prediction, cell: int) -> None:
    """The picture as the network saw it, under the heat map of a cell."""
    evidence = prediction.evidence[0, cell]
    drawn = picture(pixels, evidence, float(evidence.max()), prediction.mask, Look(as_seen=True))
    st.image(drawn, width="stretch", output_format="JPEG", alt="The picture under its heat map")


def show_map(
    model: str, before: Prediction, after: Prediction, goal: Place | None, goal_label: str
) -> None:
    """One of the pair of maps."""
    st_folium(
        twin_map(),
        key=f"map_{model}",
        height=430,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=travel_layer(
            after,
            cell_names(after.grid),
            estimate=after.points[POINT],
            before=None if after is before else before.points[POINT],
            goal=goal,
            goal_label=goal_label,
        ),
    )


def show_way(before: Prediction, after: Prediction, goal: Place | None, label: str) -> None:
    """How the estimate travelled: to a goal, or where there is none, from where it was."""
    if goal is not None:
        told = way(before, after, goal, label)
    else:
        told = answer(after, cell_names(after.grid), None) + moved(before, after)
    st.html(told + just_now())


def show_legend(goal_label: str | None) -> None:
    """What the maps' marks mean."""
    st.html(legend(NETWORKS, goal_label, PROMISE, "most likely cell"))
    st.caption(
        "The estimate is the geometric median, an empty ring where it was before. The dashed "
        "border's promise is for untouched pictures. Where there are two maps they move together. "
        "They are schematic and make no claim about any boundary."
    )
