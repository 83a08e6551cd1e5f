"""The Leakage page's numbers that were measured before and ship: as rows for its bars.

Scores come from assets/evaluation, what the audit measured from assets/audit. Where a file is
missing there is no chart.
"""

from __future__ import annotations

from collections.abc import Mapping

from geoloc_core.display.leak_charts import Measured
from geoloc_core.evaluation.committed import committed_scores
from geoloc_core.paths import ASSETS

AUDITS = ASSETS / "audit"

Chart = tuple[str, dict[str, dict[str, Measured]], str]
"""A title, shares by label and by network, and over what they were measured."""


def masked_accuracy() -> Chart | None:
    """Accuracy of both networks by how the name row is treated."""
    return _scores(
        "How often the likeliest cell is the true one",
        {
            "Name in sight": {"unmasked": "unmasked", "masked": "masked_none"},
            "Row cut off": {"unmasked": "unmasked_crop", "masked": "masked"},
            "Name covered": {"unmasked": "unmasked_box"},
        },
    )


def honest_accuracy() -> Chart | None:
    """Accuracy of the masked network from one view and from four."""
    return _scores(
        "How often the likeliest cell is the true one",
        {"One view": {"masked": "masked"}, "Four views": {"masked": "masked_four_views"}},
    )


def _scores(title: str, rows: Mapping[str, Mapping[str, str]]) -> Chart | None:
    """A chart of top-1 accuracies; by label and network the name of the committed scores."""
    known = {
        name: result
        for names in rows.values()
        for name in names.values()
        if (result := committed_scores(name)) is not None
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
    pictures = max(result["predictions"] for result in known.values())
    return (
        title,
        {label: shares for label, shares in drawn.items() if shares},
        f"measured over {pictures:,} held-out pictures",
    )
