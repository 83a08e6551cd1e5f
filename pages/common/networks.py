"""The two networks in plain words, and what they say of a photograph."""

from __future__ import annotations

import streamlit as st

from geoloc_core.display.text import plain_markdown
from geoloc_core.model import checkpoint, predictor
from geoloc_core.model.checkpoint import CheckpointError
from geoloc_core.model.predictor import Predictor

MODELS = {
    "masked": ("Scene only", "trained with the photographers' names cut away"),
    "unmasked": ("Scene and name", "trained on whole pictures: it may read the name"),
}
MASKS = {
    "none": ("Leave it in", "the network sees the whole picture"),
    "crop": ("Cut it off", "the bottom sixteenth of the picture goes"),
    "box": ("Cover the name", "a white box over it, as in the article"),
}
NAME_ROW = {"none": "name in sight", "crop": "name cut off", "box": "name covered"}
OWN_MASK = {"masked": "crop", "unmasked": "none"}
FOOT = """<footer class="pata-foot"><b>What these networks know.</b> Pata's own networks
have seen a simulated world only: rendered scenes, no real photograph. On your own photos
expect them to be lost. To train one on pictures of your own, lay them beside a manifest and run
<code>python -m geoloc_core train --data DIR --mask crop --out FILE</code>; put in place of
<code>assets/weights/masked.safetensors</code>, it answers here. A heat map shows what in the
picture raised a cell's score; it is no proof of why.</footer>"""


@st.cache_resource(show_spinner="Loading the network …")
def load_predictor(model: str) -> Predictor:
    """One predictor a model, shared by all visitors."""
    return predictor.Predictor(model)


def predictor_or_words(model: str) -> Predictor | None:
    """The model's predictor, or None after a sentence that says why there is none."""
    if not checkpoint.checkpoint_path(model).exists():
        st.error(
            f"The network “{MODELS[model][0]}” has no weights yet. Simulate a data set and train "
            f"it: `python -m geoloc_core train --data DIR --mask {OWN_MASK[model]} "
            f"--out assets/weights/{model}.safetensors`"
        )
        return None
    try:
        return load_predictor(model)
    except CheckpointError as error:
        st.error(plain_markdown(str(error)))
        return None
