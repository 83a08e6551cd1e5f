"""The Leakage page's numbers that were measured before and ship: as rows for its bars.

Scores come from assets/evaluation, what the audit measured from assets/audit. Where a file is
missing there is no chart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from geoloc_core.assets import AssetError, intact, unless_damaged
from geoloc_core.catalogue import HONEST, READER, SHIPPED, result_name
from geoloc_core.display.html.bars import Measured
from geoloc_core.evaluation.committed import committed_scores, is_over_models_grid
from geoloc_core.images.credit_line import IN_WORDS, MASKS
from geoloc_core.paths import ASSETS

AUDITS = ASSETS / "audit"
BOTH = READER, HONEST
VIEWS = {"One view": 1, "Four views": 4}

Chart = tuple[str, dict[str, dict[str, Measured]], str]
"""A title, shares by label and by network, and what they were measured on."""


def plain_accuracy() -> Chart | None:
    """Accuracy of both networks on unchanged images, each shown as it was trained."""
    return _scores(
        "Accuracy on held-out places",
        {"The predicted cell is the true one": {model: result_name(model) for model in BOTH}},
    )


def spoiled_accuracy() -> Chart | None:
    """Accuracy of both networks on images unchanged, and degraded all but the credit line."""
    return _audited(
        "Accuracy on degraded images whose name stays visible",
        "spoiled_pictures",
        "accuracy",
        {"Unchanged": "as is", "Blurred": "blurred", "Blackened": "blackened"},
    )


def swapped() -> Chart | None:
    """How often a prediction is the home cell of the name that was written."""
    return _audited(
        "Predictions that are the home cell of the name swapped in",
        "name_swap",
        "at_target",
        {
            "That name": "swapped",
            "An unseen name": "unknown",
            "The image's own name": "as is",
        },
    )


def masked_accuracy() -> Chart | None:
    """Accuracy of both networks by mask."""
    return _scores(
        "Accuracy on held-out places",
        {
            IN_WORDS[mask].capitalize(): {
                model: result_name(model, mask) for model in BOTH if mask in SHIPPED[model].masks
            }
            for mask in MASKS
        },
    )


def honest_accuracy() -> Chart | None:
    """Accuracy of the masked network from one view and from four."""
    return _scores(
        "Accuracy on held-out places",
        {label: {HONEST: result_name(HONEST, views=views)} for label, views in VIEWS.items()},
    )


def _scores(title: str, rows: Mapping[str, Mapping[str, str]]) -> Chart | None:
    """A chart of top-1 accuracies; by label and network the name of the committed scores."""
    known = {
        name: result
        for names in rows.values()
        for name in names.values()
        if (result := unless_damaged(partial(committed_scores, name), None))
    }
    drawn = {
        label: {
            network: Measured(**known[name]["scores"]["top_1"])
            for network, name in names.items()
            if name in known
        }
        for label, names in rows.items()
    }
    if not known:
        return None
    images = max(result["predictions"] for result in known.values())
    return (
        title,
        {label: shares for label, shares in drawn.items() if shares},
        f"from the evaluation of {images:,} held-out images",
    )


def _audited(title: str, test: str, table: str, rows: Mapping[str, str]) -> Chart | None:
    """A chart of a table in the details of the audit's finding `test`, by label its row."""
    known = {
        network: details
        for network in BOTH
        if table in (details := _details(AUDITS / f"{network}.json", test))
    }
    if not known:
        return None
    images = max(details["pictures"] for details in known.values())
    return (
        title,
        {
            label: {network: Measured(*details[table][row]) for network, details in known.items()}
            for label, row in rows.items()
        },
        f"from the evaluation of {images:,} held-out images",
    )


def _details(path: Path, test: str) -> dict[str, Any]:
    """The details of a test in the report of an audit; none where none is of the model's grid."""
    try:
        report = json.loads(intact(path).read_text(encoding="utf-8"))
    except (FileNotFoundError, AssetError):
        return {}
    if not is_over_models_grid(report):
        return {}
    return next((one["details"] for one in report["findings"] if one["test"] == test), {})
