"""Reports of audits: those that ship, and those that were made here."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from geoloc_core.assets import AssetError, intact
from geoloc_core.catalogue import title
from geoloc_core.display.html.render import render
from geoloc_core.paths import ASSETS
from geoloc_core.text import terminal_safe
from pages.audit.order import Order, data_sets
from pages.audit.runner import ORDER

COMMITTED = ASSETS / "audit"
KINDS = {
    "leak": "leak detected",
    "suspicious": "suspicious",
    "none": "no leak found",
    "inconclusive": "inconclusive",
}
HEIGHT = 900  # pixels; less on a small screen (style.css)
# A report is HTML without scripts. Should one ever have any, they do nothing and load nothing.
POLICY = (
    '<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'\">"
)


@dataclass(frozen=True)
class Report:
    """A report: its page (HTML) and numbers (JSON), and of the numbers what is said above it."""

    page: str
    numbers: str
    kind: str
    words: str
    images: int
    uploaders: int
    written: str


def read_report(page: Path, numbers: Path) -> Report | None:
    """A report's two files; None where they are not there or not what today's audit writes."""
    try:
        text = intact(numbers).read_text(encoding="utf-8")
        held = json.loads(text)
        return Report(
            page=intact(page).read_text(encoding="utf-8"),
            numbers=text,
            kind=next(kind for kind in KINDS if kind == held["verdict"]["kind"]),
            words=str(held["verdict"]["words"]),
            images=int(held["pictures"]),
            uploaders=int(held["uploaders"]),
            written=datetime.fromtimestamp(numbers.stat().st_mtime, UTC).date().isoformat(),
        )
    except AssetError:
        raise  # says more
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return None


def shipped_report(model: str) -> Report | None:
    """The committed report of a shipped model; None where there is none."""
    return read_report(COMMITTED / f"{model}.html", COMMITTED / f"{model}.json")


def report_in(out: Path) -> Report | None:
    """The report in an audit's folder; None where it has not been finished."""
    return read_report(out / "report.html", out / "audit.json")


def orders_of(model: str, audits: Path | None, data: Collection[str]) -> dict[str, Order]:
    """The finished audits of a model on these data sets by their folder's name, newest first."""
    found: dict[Path, Order] = {}
    for path in [] if audits is None else audits.glob(f"*/{ORDER}"):
        try:
            order = Order(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue
        if order.model == model and order.data in data and path.with_name("audit.json").exists():
            found[path.parent] = order
    newest = sorted(found, key=lambda out: (out / "audit.json").stat().st_mtime, reverse=True)
    return {out.name: found[out] for out in newest}


def order_words(order: Order) -> str:
    """An audit in a list of them."""
    name = data_sets().get(order.data, "")
    region = f", region {order.region}" if order.region else ""
    column = f", classes in {order.column}" if order.column else ""
    return terminal_safe(f"{name}, {order.images} images{region}{column}")


def gist(words: str) -> tuple[str, str]:
    """The verdict's first sentence, and the second where there is one.

    >>> gist("Suspicious. A sign is positive. It has other explanations.")
    ('Suspicious.', 'A sign is positive.')
    """
    first, _, rest = words.partition(". ")
    second = rest.partition(". ")[0]
    return f"{first.rstrip('.')}.", f"{second.rstrip('.')}." if second else ""


def show_report(model: str, report: Report) -> None:
    """The verdict, its files to take along, and the report in a frame of its own."""
    first, second = gist(report.words)
    st.html(
        render(
            "pages/audit_verdict.html",
            title=title(model),
            kind=report.kind,
            first=first,
            second=second,
            images=report.images,
            uploaders=report.uploaders,
            written=report.written,
        )
    )
    with st.container(horizontal=True, key="report_files"):
        for label, name, content, kind in (
            ("Report (HTML)", "html", report.page, "text/html"),
            ("Numbers (JSON)", "json", report.numbers, "application/json"),
        ):
            st.download_button(
                label, content, f"pata-audit-{model}.{name}", kind, on_click="ignore"
            )
    with st.container(key="report"):
        st.iframe(POLICY + report.page, height=HEIGHT, alt=f"The report on “{title(model)}”")
