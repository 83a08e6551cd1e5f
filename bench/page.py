"""How quick the pages are in a browser, from a cold server to each key that is pressed.

Writes bench/results/page.json whole. The app is served as it ships, a headless Chromium on the same
two cores looks at it, so that the server and the browser share them. A switch's time runs from the
click until the map was drawn anew; it is given in ms and as a ratio to a plain Streamlit toggle,
which draws the photo anew and no map.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page

from bench.app_in_browser import chromium, served
from geoloc_core.audit.tour import read_tour
from geoloc_core.files import write_whole

RESULTS = Path(__file__).parent / "results" / "page.json"
ROUNDS = 10
PATIENCE_MS = 60_000
GOALS = {
    "cold_first_map_s": 8.0,
    "first_map_s": 2.0,
    "switch_ms": 800.0,
    "layout_shift": 0.1,
    "megabytes": 2.0,
    "requests": 80,
    "keystroke_server_ms": 300.0,
}
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# the layer of a prediction is taken off the map and a new one is put on
DRAWN = """
() => {
  const frame = document.querySelector("iframe").contentWindow;
  frame.drawn = new Promise((done) => frame.map.on("layeradd", ({ layer }) => {
    if (layer.feature) requestAnimationFrame(() => setTimeout(() => done(performance.now())));
  }));
}
"""
CLICK = "element => { window.clicked = performance.now(); element.click(); }"


def bench_page() -> None:
    """Measure, print and write the times. Raises `UserError` where there is no Chromium."""
    with chromium() as browser:
        with served() as address:
            cold = first_map(browser, address)
            opened = [first_map(browser, address) for _ in range(ROUNDS)]
            switches = switched(browser, address)
            typed = typed_names(browser, address)
        version = browser.version
    report = {
        "browser": f"Chromium {version}, headless, on the same two cores as the server",
        "rounds": ROUNDS,
        "cold_first_map_s": round(cold["seconds"], 2),
        **{
            name: round(float(np.median([one[key] for one in opened])), digits)
            for name, key, digits in (
                ("first_map_s", "seconds", 2),
                ("layout_shift", "shift", 3),
                ("megabytes", "megabytes", 2),
                ("requests", "requests", 0),
            )
        },
        "switch_ms": switches,
        "switch_to_toggle": {
            name: round(took / switches["plain toggle"], 2) for name, took in switches.items()
        },
        "keystroke_to_new_photo_ms": typed,
        "goals": GOALS,
    }
    write_whole(RESULTS, lambda path: path.write_text(json.dumps(report, indent=2) + "\n"))
    print(json.dumps(report, indent=2))


def first_map(browser: Browser, address: str) -> dict[str, float]:
    """A visitor's first look: seconds until the map is drawn, layout shift, what was loaded."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    loaded: dict[str, float] = {}
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished",
        lambda event: loaded.update({event["requestId"]: event["encodedDataLength"]}),
    )
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    wait_for_map(page)
    seconds = time.perf_counter() - start
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    result = {
        "seconds": seconds,
        "shift": float(page.evaluate("window.shifted")),
        "megabytes": sum(loaded.values()) / 1e6,
        "requests": float(len(loaded)),
    }
    context.close()
    return result


def switched(browser: Browser, address: str) -> dict[str, float]:
    """Median ms from a click to the map drawn anew, by what is switched."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    wait_for_map(page)
    page.wait_for_timeout(3000)
    took: dict[str, list[float]] = {}
    tour = read_tour()
    assert tour is not None, "the picks ship"
    for round_number in range(ROUNDS // 2 + 1):
        for name, options in (
            ("network", ("Scene only", "Scene and name")),
            ("name", (None, None)),
        ):
            for option in options:
                target = (
                    page.get_by_role("radio", name=option, exact=True)
                    if option
                    else page.locator(".st-key-switches input").first
                )
                page.evaluate(DRAWN)
                target.evaluate(CLICK)
                ms = page.evaluate(
                    "document.querySelector('iframe').contentWindow.drawn"
                    ".then((at) => at - window.clicked)"
                )
                if round_number:  # the first round warms caches and is not counted
                    took.setdefault(name, []).append(ms)
                page.wait_for_timeout(700)
        for sample in (tour.views, tour.story):  # both in distribution, so both are drawn
            page.evaluate(DRAWN)
            page.locator(f'.strip button[data-id="{sample}"]').evaluate(CLICK)
            ms = page.evaluate(
                "document.querySelector('iframe').contentWindow.drawn"
                ".then((at) => at - window.clicked)"
            )
            if round_number:
                took.setdefault("sample", []).append(ms)
            page.wait_for_timeout(700)
        for _ in range(2):
            ms = toggled(page)
            if round_number:
                took.setdefault("plain toggle", []).append(ms)
            page.wait_for_timeout(700)
    page.close()
    return {name: round(float(np.median(times)), 0) for name, times in took.items()}


def toggled(page: Page) -> float:
    """How many ms after a click on the heat map's toggle the new photo is there."""
    page.evaluate(
        """() => {
          const photo = document.querySelector(".st-key-photo .stImage");
          window.drawn = new Promise((done) => new MutationObserver(() => {
            requestAnimationFrame(() => setTimeout(() => done(performance.now())));
          }).observe(photo, { subtree: true, attributes: true, childList: true }));
        }"""
    )
    page.locator(".st-key-switches input").nth(1).evaluate(CLICK)
    took: float = page.evaluate("window.drawn.then((at) => at - window.clicked)")
    return took


def typed_names(browser: Browser, address: str) -> float:
    """Median ms from a key to the photo with the new name, on the Leakage page."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/leakage?step=4")
    box = page.get_by_label("Name in the credit line")
    box.wait_for()
    page.wait_for_timeout(4000)
    took = []
    for letter in "Chandana Ka":
        box.evaluate(
            """(input) => {
              const photo = input.getRootNode().querySelector("img");
              window.drawn = new Promise((done) => new MutationObserver(() => {
                requestAnimationFrame(() => setTimeout(() => done(performance.now())));
              }).observe(photo, { attributes: true, attributeFilter: ["src"] }));
              window.clicked = performance.now();
            }"""
        )
        box.press_sequentially(letter)
        took.append(page.evaluate("window.drawn.then((at) => at - window.clicked)"))
        page.wait_for_timeout(500)
    page.close()
    return round(float(np.median(took[1:])), 0)


def wait_for_map(page: Page) -> Any:
    """Wait until the map has its cells."""
    frame = page.wait_for_selector("iframe", timeout=PATIENCE_MS)
    assert frame is not None
    chart = frame.content_frame()
    assert chart is not None
    chart.wait_for_selector("path.leaflet-interactive", timeout=PATIENCE_MS)
    return chart
