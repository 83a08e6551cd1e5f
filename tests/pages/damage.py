"""A program: damage every file that a page reads, one after the other, and say how it stands that.

`python damage.py TREE PAGE` runs the page of a copy of Pata and prints, as JSON, for each file that
ships and was read: the state it was put into, whether anything was raised, and what was said.
"""

from __future__ import annotations

import functools
import gc
import io
import json
import re
import sys
from itertools import cycle
from pathlib import Path
from typing import Any

import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

PACKAGES = ("geoloc_core", "pages", "simulated_streets")
STATES = {
    "missing": lambda whole: None,
    "empty": lambda whole: b"",
    "half": lambda whole: whole[: len(whole) // 2],
    "{}": lambda whole: b"{}",
    "another version": lambda whole: whole.replace(b"1", b"2"),
}
ALIKE = re.compile(r"samples/\d\d-\d+\.jpg|evaluation/(un)?masked_\w+\.(json|parquet)")
"""Files of which one stands for all."""


def main(tree: Path, page: str) -> None:
    sys.path.insert(0, str(tree))
    from geoloc_core import assets
    from simulated_streets import dataset

    blank = io.BytesIO()
    Image.new("RGB", (256, 256)).save(blank, "JPEG")
    dataset.render_row = lambda row: blank.getvalue()  # slow, and not what is looked at
    read: list[str] = []
    real = assets.file_sha256

    def looked_at(path: Path) -> str:
        read.append(path.relative_to(tree / "assets").as_posix())
        return real(path)

    assets.file_sha256 = looked_at
    networks = keep_networks()
    told: list[dict[str, Any]] = [{"file": "", **run(page)}]
    once = {ALIKE.sub(lambda found: found[0][:9], name): name for name in sorted({*read})}
    states = cycle(STATES)
    for name in once.values():
        state = next(states)
        path = tree / "assets" / name
        whole = path.read_bytes()
        path.unlink()  # it may be a link to the real one
        damaged = STATES[state](whole)
        if damaged is not None:
            path.write_bytes(damaged)
        clear()
        if name.startswith("weights/"):
            networks.clear()
        told.append({"file": name, "state": state, **run(page)})
        path.write_bytes(whole)
        if name.startswith("weights/"):
            networks.clear()
    print(json.dumps(told))


def keep_networks() -> dict[Any, Any]:
    """Make each network once, as long as no file of its own is damaged: it takes a second."""
    from geoloc_core.models import predictor

    real, networks = predictor.Predictor, {}

    def kept(*how: Any) -> Any:
        if how not in networks:
            networks[how] = real(*how)
        return networks[how]

    predictor.Predictor = kept
    return networks


def run(page: str) -> dict[str, Any]:
    """Run a page as it is run below the list of pages."""

    def script(page: str) -> None:
        import runpy

        import streamlit as st

        from pages.common.show_page import show_page

        if page == "upload":
            import numpy as np

            from geoloc_core.data.subject import Subject

            photo = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
            own = Subject("mine.jpg", (photo,), ("Photo 1",), None, uploaded=True)
            st.session_state.setdefault("own", own)
            st.session_state.setdefault("own_for_sample", True)
        folder = "explore" if page == "upload" else page
        show_page(lambda: runpy.run_path(f"pages/{folder}/page.py", run_name="__main__"))

    app = AppTest.from_function(script, args=(page,), default_timeout=300)
    app.query_params["seed"] = "1"  # of the game
    app.run()
    return {
        "raised": [f"{one.message} {one.stack_trace}" for one in app.exception],
        "said": [one.value.replace("\\", "") for one in app.error],
        "elements": len(app.main.children),
    }


def clear() -> None:
    """Forget what was read before, as a process that starts does."""
    st.cache_data.clear()
    st.cache_resource.clear()
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):
            module = getattr(one, "__module__", None) or ""
            if module.split(".")[0] in PACKAGES:
                one.cache_clear()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
