"""Which of a subject's views are looked at: one, or all of them together."""

from __future__ import annotations

from geoloc_core.data.subject import Subject
from pages.common.ask import Views
from pages.common.choices import choose

ALL = "all"


def choose_views(subject: Subject) -> Views:
    """The numbers of the chosen views. One view unless the visitor chose all."""
    count = len(subject.views)
    if count == 1:
        return (0,)
    options = [*map(str, range(count)), ALL]
    labels = [*subject.view_names, f"All {count}"]
    words = dict(zip(options, labels, strict=True))
    chosen = choose("View", words, "view", "0", label_visibility="collapsed")
    return tuple(range(count)) if chosen == ALL else (int(chosen),)


def views_in_words(views: Views) -> str:
    """How many views made a prediction."""
    return "one view" if len(views) == 1 else f"{len(views)} views together"
