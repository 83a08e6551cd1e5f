"""What a model names in a photo, and what each thing says for a cell: evidence in words."""

from __future__ import annotations

from markupsafe import Markup
from numpy import exp

from geoloc_core.display.html.render import render
from geoloc_core.geography.place_names import cell_names
from geoloc_core.models.predictor import Prediction
from geoloc_core.models.scene.seen import things_for


def seen_for(prediction: Prediction, cell: int) -> Markup:
    """The things that moved a cell most, and how much likelier each made it, as HTML."""
    things = [
        (thing, float(exp(thing.effect[cell]))) for thing in things_for(prediction.seen, cell)
    ]
    return render("seen.html", cell=cell_names(prediction.grid)[cell], things=things)
