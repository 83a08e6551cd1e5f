"""How long the confusion matrix takes to be drawn anew in a browser, from a click to the paint.

Writes bench/results/matrix.json whole. The app is served as it ships, on the committed results; a
headless Chromium clicks on the switches beside the matrix in turn, so that each drawing is another.
The time ends when the browser has painted the last change of the matrix before a second of rest, so
the way to the server and back is in it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from bench.app_in_browser import chromium, served
from geoloc_core.files import write_whole

RESULTS = Path(__file__).parent / "results" / "matrix.json"
ROUNDS = 7
GOAL_MS = 500
SWITCHES = {
    "entries": ("Share of true cell", "Photos"),
    "colours": ("Logarithmic", "Linear"),
    "order": ("West to east", "As in the article"),
    "clusters": ("By cluster", "As in the article"),
    "network": ("Scene only", "Scene and name"),
}
# every stroke on a canvas leaves the time when the browser has painted it
WATCH = """
window.painted = 0;
for (const name of ["fill", "stroke", "fillRect", "fillText", "clearRect"]) {
  const draw = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...given) {
    if (!window.waiting && this.canvas.closest(".st-key-matrix")) {
      window.waiting = true;
      requestAnimationFrame(() => setTimeout(() => {
        window.painted = performance.now();
        window.waiting = false;
      }));
    }
    return draw.apply(this, given);
  };
}
"""
CLICK = "button => { window.painted = 0; window.clicked = performance.now(); button.click(); }"
AT_REST = "window.painted && performance.now() - window.painted > 1000"


def bench_matrix() -> None:
    """Measure, print and write the times.

    Raises `UserError` where there is no Chromium.
    """
    with served() as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.add_init_script(WATCH)
        page.goto(f"{address}/confusion?truth=0")
        page.get_by_text("Cells (CSV)").wait_for(timeout=300_000)
        page.wait_for_timeout(5000)
        took: dict[str, list[float]] = {name: [] for name in SWITCHES}
        for round_number in range(ROUNDS + 1):
            for name, (there, back) in SWITCHES.items():
                times = [drawn_anew(page, there), drawn_anew(page, back)]
                if round_number:  # the first round warms caches and is not counted
                    took[name] += times
        version = browser.version
    medians = {name: round(float(np.median(times)), 0) for name, times in took.items()}
    report = {
        "browser": f"Chromium {version}, headless, without a graphics card",
        "rounds": ROUNDS,
        "median_ms": medians,
        "slowest_ms": {name: round(max(times), 0) for name, times in took.items()},
        "ratio_to_goal": round(max(medians.values()) / GOAL_MS, 2),
        "goal_ms": GOAL_MS,
    }
    write_whole(RESULTS, lambda path: path.write_text(json.dumps(report, indent=2) + "\n"))
    print(json.dumps(report, indent=2))


def drawn_anew(page: Page, option: str) -> float:
    """Click on an option; how many milliseconds later the matrix was drawn."""
    button = page.get_by_role("radio", name=option, exact=True)
    button.evaluate(CLICK)
    page.wait_for_function(AT_REST, timeout=60_000)
    took: float = page.evaluate("window.painted - window.clicked")
    return took
