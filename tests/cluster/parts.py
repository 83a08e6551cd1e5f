"""Reading back what `pata predict --out` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet


def records_in(out: Path) -> list[dict[str, Any]]:
    """The records in a folder of parts, as they were before they became columns."""
    rows = [
        row
        for path in sorted(out.glob("part-*.parquet"))
        for row in pyarrow.parquet.read_table(path).to_pylist(maps_as_pydicts="strict")
    ]
    return [{key: value for key, value in row.items() if value is not None} for row in rows]
