"""Which network a page asks and what of the image it shows it: one rule for every page and link."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from geoloc_core.assets import AssetError
from geoloc_core.catalogue import GEOCLIP, PHOTO_MODELS, READER, SCENE, SHIPPED, title
from geoloc_core.images.credit_line import MASKS, Mask
from geoloc_core.models import predictor
from geoloc_core.models.checkpoint import CheckpointError
from geoloc_core.models.downloads import found_file
from geoloc_core.models.engines import exact_engine
from geoloc_core.models.fastest import fastest_engine
from geoloc_core.models.own import own_models, read_card
from geoloc_core.models.predictor import Predictor
from geoloc_core.text import plain_markdown
from pages.common.choices import choose, kept, switch

FIRST = READER
HIDDEN_BY = {"crop": "Cropped", "box": "Covered"}
FOOT = """<footer class="pata-foot"><b>What these networks know.</b> Two of Pata's networks
were trained on rendered street scenes and have never seen a real photo: they show how a network
cheats. A photo of your own is answered by a third, which names what it sees and looks up where in
India that is seen. To train one on your own images, put them into a folder with a manifest and run
<code>pata train --data DIR --mask crop --out FILE</code>, then <code>pata predict PHOTO --model
FILE</code>. A heat map shows which parts of a photo raised a cell's score. It does not prove
why.</footer>"""


def choose_network() -> str:
    """The network of rendered scenes, kept in the link."""
    return choose("Network", {name: one.title for name, one in SHIPPED.items()}, "model", FIRST)


def choose_sample_network() -> str:
    """The network for a sample: one of rendered scenes, or a model of one's own."""
    names = {name: title(name) for name in (*SHIPPED, *own_models())}
    return choose("Network", names, "model", FIRST)


def choose_photo_network() -> str:
    """The network for a photo of one's own: the best for real photographs unless another is chosen.

    Those of rendered scenes can be chosen, too; they will say that they have never seen a photo.
    """
    here = photo_networks()
    if st.session_state.get("photo_networks", here) != here:  # one was downloaded, or removed
        st.session_state["photo_model"] = here[0]
    st.session_state["photo_networks"] = here
    names = {name: title(name) for name in (*here, *own_models(), *SHIPPED)}
    return choose("Network", names, "photo_model", next(iter(names)))


def photo_networks() -> tuple[str, ...]:
    """The networks for real photographs that are here, the best one first."""
    return (GEOCLIP, SCENE) if found_file(GEOCLIP) is not None else (SCENE,)


def who_answers(model: str, *, uploaded: bool) -> str:
    """Which network answers and why, in one sentence."""
    if model in own_models():
        return f"“{title(model)}” answers: a model of your own, {own_models()[model].name}."
    if not uploaded:
        return (
            "A sample is a rendered scene, so a network answers that was trained on rendered "
            "scenes."
        )
    if model in PHOTO_MODELS:
        does = PHOTO_MODELS[model].summary
        return f"Your photo is a real one, so “{title(model)}” answers: it {does}."
    best = title(photo_networks()[0])
    return f"“{title(model)}” knows rendered scenes only. For a real photo, choose “{best}”."


def choose_mask(model: str, allowed: Collection[Mask] = MASKS) -> Mask:
    """What becomes of the name: the network's own mask unless the visitor chose another.

    Each network keeps a choice of its own, and the link holds what differs from its mask.
    """
    if model in PHOTO_MODELS:
        return "none"  # they read no names
    if not switch("Hide the name", f"hidden_{model}", own_mask(model) != "none"):
        return "none"
    by = hidden_by()
    return by if by in allowed else "crop"


def own_mask(model: str) -> Mask:
    """The mask that a network was trained with; "none" where its file cannot be read."""
    if model in SHIPPED:
        return SHIPPED[model].mask
    try:
        return read_card(own_models()[model]).mask if model in own_models() else "none"
    except CheckpointError:
        return "none"


def path_of(model: str) -> str:
    """What `Predictor` calls a network: a name of the catalogue, or the file of one's own."""
    return str(own_models().get(model, model))


def choose_hiding() -> None:
    """How a hidden name is hidden: cropped with its row, or covered by a white box."""
    choose("A hidden name is", HIDDEN_BY, "hidden_by", "crop")


def hidden_by() -> Mask:
    """How a hidden name is hidden."""
    return "box" if kept("hidden_by", list(HIDDEN_BY), "crop") == "box" else "crop"


@st.cache_resource(show_spinner="Loading the network …")
def load_predictor(model: str, uploaded: bool = False) -> Predictor:
    """One predictor a model, shared by all visitors.

    Uploaded photos are answered by the fastest engine. A sample stands beside predictions that
    ship, so it is answered in their precision: int8 would differ by some per cent.
    """
    return predictor.Predictor(path_of(model), fastest_engine if uploaded else exact_engine)


def predictor_or_words(model: str, *, uploaded: bool = False) -> Predictor | None:
    """The model's predictor, or None after a sentence that says why there is none."""
    try:
        return load_predictor(model, uploaded)
    except CheckpointError as error:
        st.error(plain_markdown(str(error)))
    except AssetError:
        pass  # said above every page
    return None
