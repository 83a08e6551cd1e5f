"""The film strip: every sample as a small image to click on, one component for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from geoloc_core.data.samples import Sample
from geoloc_core.display.thumbnails import COLUMNS, SIZE
from pages.common.serving import base_path

_CSS = """
.strip { display: flex; gap: 4px; overflow-x: auto; padding: 5px; scroll-snap-type: x proximity;
  scrollbar-width: thin; }
.strip button { flex: none; width: 90px; height: 84px; padding: 0; border: 0; border-radius: 6px;
  background-size: 900px auto; cursor: pointer; scroll-snap-align: start; }
.strip button:hover { filter: brightness(1.12); }
.strip button[aria-pressed="true"] { outline: 3px solid var(--st-primary-color);
  outline-offset: 1px; }
.strip button:focus-visible { outline: 3px solid var(--st-text-color); outline-offset: 1px; }
"""
_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  if (strip.children.length !== data.samples.length) {
    const [width, height] = data.size.map((side) => side * 90 / data.size[0]);
    strip.replaceChildren(...data.samples.map(({ id, label }, number) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = label;
      button.setAttribute("aria-label", label);
      button.style.backgroundImage = `url(${data.source})`;
      const column = number % data.columns, row = Math.floor(number / data.columns);
      button.style.backgroundPosition = `${-column * width}px ${-row * height}px`;
      button.dataset.id = id;
      button.onclick = () => setTriggerValue("picked", id);
      return button;
    }));
  }
  for (const button of strip.children) {
    const chosen = button.dataset.id === data.chosen;
    if (chosen && button.getAttribute("aria-pressed") !== "true") {
      strip.scrollTo({ left: button.offsetLeft - strip.offsetLeft - strip.clientWidth / 2 + 45 });
    }
    button.setAttribute("aria-pressed", chosen);
  }
}
"""
_component = st.components.v2.component(
    "pata_film_strip",
    html='<div class="strip" role="group" aria-label="Samples"></div>',
    css=_CSS,
    js=_JS,
)


def show_film_strip(samples: Sequence[Sample], chosen: str | None, on_pick: Any) -> None:
    """The samples side by side; `on_pick` is called with the panorama that was clicked on."""

    def picked() -> None:
        panorama = st.session_state["film_strip"].get("picked")
        if panorama is not None:
            on_pick(panorama)

    _component(
        key="film_strip",
        data={
            "source": f"{base_path()}/pata/samples.webp",
            "size": SIZE,
            "columns": COLUMNS,
            "samples": [
                {"id": sample.panorama, "label": sample.place or sample.region}
                for sample in samples
            ],
            "chosen": chosen,
        },
        on_picked_change=picked,
    )
