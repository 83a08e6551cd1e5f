"""The five steps of the Leakage page: what each asks for, and what the networks answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geoloc_core.audit.suspect import ROW
from geoloc_core.audit.variants import VARIANTS, variants, with_name
from geoloc_core.display import leak_numbers
from geoloc_core.display.charts import bars, likeliest
from geoloc_core.display.heat_shares import band_shares, row_shares
from geoloc_core.display.heatmap import drawing_size, outline_row
from geoloc_core.display.leak_charts import answer, duel, just_now, share_bars
from geoloc_core.display.label_places import Place
from geoloc_core.geography.places import cell_names
from geoloc_core.model.predictor import Predictor
from geoloc_core.photos.attribution import treat
from pages.common.choices import choose, remembered
from pages.leakage.names import choose_name, load_people
from pages.common.networks import MASKS, MODELS, OWN_MASK
from pages.leakage.twins import (
    Pixels,
    network,
    predict,
    show_heat,
    show_legend,
    show_map,
    show_way,
)

SPOILED = {
    "as is": ("As it is", "nothing is changed"),
    "blurred": ("Blurred", "colours stay, shapes do not"),
    "blackened": ("Blackened", "only the name is left"),
}
CHEAT, HONEST = "unmasked", "masked"


class Shown(NamedTuple):
    """The picture that the story is told with: its pixels, all views of its place, its place."""

    key: tuple[Any, ...]
    pixels: Pixels
    views: tuple[Pixels, ...]
    place: Place | None
    place_label: str


class Room(NamedTuple):
    """Where a step puts its things: its task, the picture under it, two columns, and below."""

    task: DeltaGenerator
    picture: DeltaGenerator
    left: DeltaGenerator
    right: DeltaGenerator
    below: DeltaGenerator


def too_good(room: Room, shown: Shown) -> None:
    """Both networks' answers to a spoiled picture."""
    with room.task:
        st.markdown(
            "Two networks learned from the same pictures: one saw them whole, the other without "
            "the photographers' names. **Spoil the picture**, all but its name, and see who still "
            "knows the place."
        )
        kind = choose("The picture", "spoiled", SPOILED, "as is")
    spoiled = remembered("spoiled pictures", shown.key, lambda: spoil(shown.pixels))[kind]
    show_picture(room, outline_row(drawing_size(spoiled)))
    for predictor in each_network(room):
        says = predict(predictor, OWN_MASK[predictor.model], (spoiled,), "spoiled", shown.key, kind)
        names = cell_names(says.grid)
        st.html(answer(says, names, shown.place) + just_now())
        st.html(bars(says.probabilities, names, likeliest(says.probabilities, 4)))
    with room.below:
        show_committed(
            leak_numbers.plain_accuracy(),
            "How often each is right on held-out panoramas is not measured yet: `make scores` "
            "does it.",
        )
        show_committed(
            leak_numbers.spoiled_accuracy(),
            "How often each is right on spoiled pictures is not measured yet: `make audit` does "
            "it.",
        )


def spoil(pixels: Pixels) -> dict[str, Pixels]:
    """The audit's spoiled variants of the picture, which keeps its own name in all of them."""
    made = variants(pixels, ROW, lambda whose: pixels, np.random.default_rng(0))
    return {kind: one for kind, one in zip(VARIANTS, made, strict=True) if kind in SPOILED}


def look(room: Room, shown: Shown) -> None:
    """Grad-CAM of both networks on one picture."""
    with room.task:
        st.markdown(
            "Bright is what spoke for a network's first choice; the yellow frame is the row "
            "with the photographer's name. **Hide the name**, and look again."
        )
        mask = choose("The photographer's name", "mask", MASKS, "none")
    show_picture(room, treat(drawing_size(shown.pixels), mask))
    for predictor in each_network(room):
        says = predict(predictor, mask, (shown.pixels,), "as is", shown.key)
        top = likeliest(says.probabilities, 1)[0]
        show_heat(shown.pixels, says, top)
        st.html(answer(says, cell_names(says.grid), shown.place))
        if mask == "crop":
            st.caption("The row is gone before the network looks, so no heat can lie in it.")
        else:
            st.html(share_bars(row_shares(says, top)) + just_now())
    room.below.caption(
        "A heat map (Grad-CAM at the last layer) illustrates and proves nothing: what proves a "
        "leak is how a network behaves, as in the other steps."
    )


def hide(room: Room, shown: Shown) -> None:
    """Both estimates with the name in sight and without."""
    with room.task:
        st.markdown(
            "The scene stays as it is, the name alone goes. **Hide it** and watch the maps: an "
            "empty ring stays where the estimate was with the name in sight."
        )
        mask = choose("The photographer's name", "mask", MASKS, "none")
    show_picture(room, treat(drawing_size(shown.pixels), mask))
    for predictor in each_network(room):
        before, after = (
            predict(predictor, each, (shown.pixels,), "as is", shown.key) for each in ("none", mask)
        )
        show_map(predictor.model, before, after, shown.place, shown.place_label)
        show_way(before, after, shown.place, "the true place")
    with room.below:
        show_legend(shown.place_label if shown.place else None)
        show_committed(
            leak_numbers.masked_accuracy(),
            "How far accuracy falls over the test set is not measured yet: `make scores` does it.",
        )


def swap(room: Room, shown: Shown) -> None:
    """Both estimates under another name."""
    people = load_people()
    with room.task:
        st.markdown(
            "People photograph near home, so to a network that reads, a name is an address. "
            "**Write another name** on the picture: the star is that person's home."
        )
        name = choose_name(people)
        seen = st.toggle(
            f"Show the name to “{MODELS[HONEST][0]}” too",
            key="seen",
            help="It was trained with the name row cut off, and is asked so unless you switch.",
        )
    home = people[name].place if name in people else None
    renamed = with_name(shown.pixels, name) if name else shown.pixels
    show_picture(room, outline_row(drawing_size(renamed)))
    for predictor in each_network(room):
        mask = "none" if seen else OWN_MASK[predictor.model]
        before = predict(predictor, mask, (shown.pixels,), "as is", shown.key)
        after = before
        if name:
            after = predict(predictor, mask, (renamed,), "renamed", shown.key, name)
        show_map(predictor.model, before, after, home, f"Home of {name}")
        show_way(before, after, home, "this home")
    with room.below:
        show_legend("Home of this name" if home else None)
        show_committed(
            leak_numbers.swapped(),
            "How often a prediction moves to the home of the name is not measured yet: "
            "`make audit` does it.",
        )


def honest(room: Room, shown: Shown) -> None:
    """What is left without names."""
    with room.task:
        st.markdown(
            "Without names there remain light, soil, plants and houses. The network is right less "
            "often, for reasons that hold wherever nobody signs. **Show it every view** of the "
            "place, and it gets better."
        )
        several = len(shown.views) > 1
        every = several and st.toggle(f"All {len(shown.views)} views", key="every")
    show_picture(room, treat(drawing_size(shown.pixels), OWN_MASK[HONEST]))
    with room.left:
        predictor = network(HONEST)
    if predictor is not None:
        mask = OWN_MASK[HONEST]
        one = predict(predictor, mask, (shown.pixels,), "as is", shown.key)
        says = predict(predictor, mask, shown.views, "every", shown.key) if every else one
        top = likeliest(says.probabilities, 1)[0]
        with room.left:
            show_map(HONEST, one, says, shown.place, shown.place_label)
            st.html(answer(says, cell_names(says.grid), shown.place) + just_now())
        with room.right:
            st.html(
                '<h3 class="pata-network">What it looks at instead'
                "<small>what spoke for its likeliest cell</small></h3>"
            )
            show_heat(shown.pixels, one, top)
            st.html(share_bars(band_shares(one, top)) + just_now())
    with room.below:
        show_legend(shown.place_label if shown.place else None)
        show_committed(
            leak_numbers.honest_accuracy(),
            "How often it is right on held-out panoramas is not measured yet: `make scores` does "
            "it.",
        )


# --- What the steps show -------------------------------------------------------------------------


def each_network(room: Room) -> Iterator[Predictor]:
    """The network that may read names on the left, then the other on the right, under its name.

    What is shown until the next one is asked for stands in its column; one that has no weights is
    left out after a sentence that says so.
    """
    for model, column in ((CHEAT, room.left), (HONEST, room.right)):
        with column:
            if (predictor := network(model)) is not None:
                yield predictor


def show_picture(room: Room, pixels: Pixels) -> None:
    """The picture that goes in."""
    room.picture.image(pixels, width="stretch", output_format="JPEG", alt="The picture")


def show_committed(chart: leak_numbers.Chart | None, missing: str) -> None:
    """Bars of what was measured before, or how to measure it."""
    if chart is None:
        st.info(missing, icon=":material/straighten:")
    else:
        st.html(duel(*chart, {model: name for model, (name, _) in MODELS.items()}))


STEPS: dict[str, tuple[str, Callable[[Room, Shown], None]]] = {
    "1": ("Too good to be true", too_good),
    "2": ("Look where it looks", look),
    "3": ("Hide the name", hide),
    "4": ("Change the name", swap),
    "5": ("The honest model", honest),
}
