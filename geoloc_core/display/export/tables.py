"""Tables to take along."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoloc_core.text import printable

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: pd.DataFrame) -> str:
    """The table as CSV without its index.

    Text that a spreadsheet would run as a formula starts with an apostrophe (OWASP, "CSV
    Injection").
    """
    harmless = table.map(_harmless).rename(columns=_harmless)
    return str(harmless.to_csv(index=False))


def _harmless(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return ("'" if value.startswith(_FORMULA) else "") + printable(value)
