"""A photo whose credit line is a box to type in: each key that is pressed reaches the server."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence

import streamlit as st

LONGEST = 60  # characters of a name

_HTML = """
<div class="photo"><img alt="The photo with the name in its credit line">
<label><span>©</span><input type="text" autocomplete="off" spellcheck="false"
 aria-label="Name in the credit line"></label></div>
<div class="names" role="group" aria-label="Names that work"></div>
"""
_CSS = """
.photo { position: relative; line-height: 0; container-type: inline-size; }
img { width: 100%; border-radius: 8px; aspect-ratio: 1; object-fit: cover; }
label { position: absolute; right: 0; bottom: 0; left: 38%; height: 7.2cqw; min-height: 26px;
  display: flex; align-items: center; gap: .3em; padding: 0 .5em; box-sizing: border-box;
  background: var(--pata-credit-line); color: var(--pata-credit-line-words);
  border-radius: 6px 0 8px 0; font: 600 clamp(13px, 3.6cqw, 19px)/1 var(--st-font); }
input { flex: 1; min-width: 0; border: 0; background: none; color: inherit; font: inherit;
  text-align: right; outline: none; }
label:focus-within { box-shadow: inset 0 0 0 2px var(--pata-credit-line-focus); }
.names { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 10px; }
.names button { font: 14px/1.2 var(--st-font); padding: .35em .8em; border-radius: 1em;
  border: 1px solid var(--st-border-color); background: var(--st-secondary-background-color);
  color: var(--st-text-color); cursor: pointer; }
.names button[aria-pressed="true"] { border-color: var(--st-primary-color);
  box-shadow: inset 0 0 0 1px var(--st-primary-color); }
.names button:focus-visible { outline: 2px solid var(--st-text-color); outline-offset: 1px; }
"""
_JS = """
export default function ({ parentElement, data, setStateValue }) {
  const image = parentElement.querySelector("img");
  const input = parentElement.querySelector("input");
  const names = parentElement.querySelector(".names");
  image.src = data.photo;
  input.maxLength = data.longest;
  const mark = (name) => {
    for (const chip of names.children) chip.setAttribute("aria-pressed", chip.textContent === name);
  };
  if (input.dataset.ready !== "yes") {
    input.dataset.ready = "yes";
    input.value = data.name;
    input.oninput = () => { mark(input.value); setStateValue("name", input.value); };
    names.replaceChildren(...data.names.map((name) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = name;
      chip.onclick = () => { input.value = name; mark(name); setStateValue("name", name); };
      return chip;
    }));
  }
  mark(input.value);
}
"""
_component = st.components.v2.component("pata_name_box", html=_HTML, css=_CSS, js=_JS)


def show_name_box(
    photo: bytes, name: str, names: Sequence[str], on_change: Callable[[str], None]
) -> None:
    """A JPEG photo with a box over its credit line, which starts with `name`, and `names` as chips.

    `on_change` is called with what is in the box whenever that changes.
    """

    def changed() -> None:
        on_change(str(st.session_state["name_box"].get("name") or "")[:LONGEST])

    _component(
        key="name_box",
        data={
            "photo": f"data:image/jpeg;base64,{base64.b64encode(photo).decode()}",
            "name": name,
            "names": list(names),
            "longest": LONGEST,
        },
        on_name_change=changed,
    )
