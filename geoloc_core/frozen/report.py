"""What was learned, in lines for a reader."""

from __future__ import annotations

from geoloc_core.evaluation.photographs import left_out_words
from geoloc_core.frozen.train import Learned
from geoloc_core.text import terminal_safe

SHOWN = {
    "mean_rank": "mean rank of the true cell (0 best, 0.5 chance)",
    "top_5": "true cell among the 5 likeliest",
    "region_top_1": "likeliest region is the true one",
    "geometric_median_within_750_km": "point within 750 km",
    "nll": "log loss",
    "ece": "calibration error",
}
COLUMNS = {"scene": "scene", "head": "head alone", "both": "as written"}


def learned_text(learned: Learned) -> str:
    """The scores beside those of `scene`, how they were measured, and what is in the file."""
    grouping, frame = learned.grouping, learned.frame
    lines = [f"{'':50}" + "".join(f"{title:>12}" for title in COLUMNS.values())]
    lines += [
        f"{words:50}" + "".join(f"{learned.scores[column][name]:12.3f}" for column in COLUMNS)
        for name, words in SHOWN.items()
    ]
    lines += [
        f"{len(frame)} photographs of {frame['place'].nunique()} places in "
        f"{frame['cell'].nunique()} cells. Each was scored by a head that saw nothing of its "
        f"{grouping.by} ({grouping.groups} {grouping.by}s); each region of the country weighs the "
        "same, and each place within it.",
        left_out_words(learned.left_out),
        mixed_words(learned),
    ]
    if grouping.by == "place":
        lines.append(
            "No collection or uploader is known, so only places were kept apart: photographs from "
            "another source may fare worse."
        )
    return "\n".join(map(terminal_safe, lines))


def mixed_words(learned: Learned) -> str:
    """Whether the head was taken, and what stands beside it, in a sentence."""
    settings = learned.settings
    if settings.known and not settings.share:
        return "These photographs add nothing to what scene knows, so its answers stay as they are."
    if settings.known:
        return f"The head is added to what scene knows, with a weight of {settings.share:g}."
    return "The head answers alone: what scene knows made it no better."
