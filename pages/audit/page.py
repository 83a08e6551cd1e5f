"""The Audit page: reports on what tells a network who took an image, and audits to start."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geoloc_core.audit.suspect import SuspectError, suspect_from_text
from geoloc_core.catalogue import SHIPPED, title
from geoloc_core.models.own import own_models
from geoloc_core.text import plain_markdown
from pages.audit.order import IMAGES, Order, audits_folder, data_sets
from pages.audit.progress import read_progress
from pages.audit.reports import (
    order_words,
    orders_of,
    report_in,
    shipped_report,
    show_report,
)
from pages.audit.runner import latest, outcome, start, stop
from pages.common.choices import read_link, write_link
from pages.common.choose_network import FOOT, choose_sample_network

COMMITTED = "committed"
FIRST, STEP, MOST = 40, 20, 2000  # images that may be asked for
EVERY = 2  # seconds between two looks at a run
KEPT: Any = {"persist_state": "session"}  # what was asked for stays while the form is not on show


def show_choice(model: str) -> None:
    """The report of this network that is chosen, or in words why there is none."""
    audits = audits_folder()
    made = orders_of(model, audits, data_sets())
    names = {name: order_words(order) for name, order in made.items()}
    if model in SHIPPED:
        names[COMMITTED] = "the simulated test images (shipped)"
    if not names:
        st.info(f"There is no audit of “{plain_markdown(title(model))}” yet.")
        return
    chosen = next(iter(names))
    if len(names) > 1:
        chosen = st.selectbox("Audited on", list(names), format_func=names.__getitem__)
    if chosen == COMMITTED:
        report = shipped_report(model)
    else:
        report = None if audits is None else report_in(made[chosen].out(audits))
    if report is None:
        st.error("This report cannot be read: audit again, or run `make audit` for a shipped one.")
        return
    show_report(model, report)


def offer_audit(model: str) -> None:
    """The form that starts an audit, or in words what it needs."""
    folders, audits = data_sets(), audits_folder()
    if not folders:
        st.markdown(
            "An audit needs images with a place and an uploader. Start the app with "
            "`PATA_DATA=DIR` to audit on a data set of your own here, or run "
            "`pata audit --data DIR --model MODEL`."
        )
        return
    if audits is None:
        st.error("No folder for audits can be written: set XDG_CACHE_HOME to one that can be.")
        return
    with st.form("order", border=False):
        left, right = st.columns(2)
        with left:
            data = st.selectbox(
                "Data set", list(folders), format_func=folders.__getitem__, key="audit_data", **KEPT
            )
            images = st.number_input(
                "Images", FIRST, MOST, IMAGES, STEP, key="audit_images", **KEPT
            )
        with right:
            region = st.text_input(
                "Region (empty: scan everything)",
                placeholder="0,0.9375,1,1",
                key="audit_region",
                **KEPT,
                help="The only region to test: left, top, right and bottom as shares of the image.",
            )
            column = st.text_input(
                "Class column (empty: the grid’s cells)",
                key="audit_column",
                **KEPT,
                help="Column of the data set’s table that holds the network’s classes.",
            )
        order = Order(
            model, _model_file(model), str(data), int(images), region.strip(), column.strip()
        )
        st.caption(
            "It may take a while: 300 images and a network as large as those shipped need about a "
            "quarter of an hour on two cores. It goes on while you look at other pages."
        )
        asked = st.form_submit_button("Audit", type="primary")
    if not asked:
        return
    try:
        if order.region:
            suspect_from_text(order.region)
    except SuspectError as error:
        st.error(plain_markdown(str(error)))
        return
    try:
        started = start(order, audits)
    except OSError as error:
        st.error(f"The audit cannot be started: {plain_markdown(str(error.strerror))}.")
        return
    if started:
        st.rerun()
    st.warning("Another audit runs. Wait until it has ended, or stop it.")


def _model_file(model: str) -> str:
    """What `pata audit --model` takes, wherever it is started."""
    own = own_models().get(model)
    return str(own.absolute()) if own else model


@st.fragment(run_every=EVERY)
def show_run() -> None:
    """How far the audit is that runs; how the one ended that was started here."""
    run = latest()
    if run is None:
        return
    if run.status is None:
        st.session_state["audit_ran"] = True
        progress = read_progress(run.said)
        st.markdown(
            f"**An audit runs**: “{plain_markdown(title(run.order.model))}”, "
            f"{plain_markdown(order_words(run.order))}. It goes on while you look at other pages. "
            "One runs at a time: the next can be started when it has ended."
        )
        st.progress(progress.share, text=plain_markdown(str(progress)))
        if st.button("Stop", key="stop_audit"):
            stop()
            st.rerun(scope="app")
    elif st.session_state.pop("audit_ran", False):
        st.rerun(scope="app")  # its report is there


def show_end() -> None:
    """How the audit ended that was run last, in one sentence."""
    run = latest()
    if run is not None and run.status is not None:
        say = st.info if run.status in (0, 3, 4, 5) else st.warning
        say(plain_markdown(outcome(run)))


st.html(
    '<header class="pata-header"><h1>Audit</h1><p>Does a network go by something in the images '
    "that tells who took them? Parts and properties of images are put into others, and the "
    "predictions that follow are counted.</p></header>"
)
read_link()
with st.container(horizontal=True, vertical_alignment="center"):
    network = choose_sample_network()
run_now = latest()
if run_now is not None and run_now.status is None:
    show_run()
else:
    show_end()
    with st.expander("Audit it yourself", expanded=False):
        offer_audit(network)
show_choice(network)
st.html(FOOT)
write_link()
