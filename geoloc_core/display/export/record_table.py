"""Records of predictions as a table: one row a photograph, in columns for Parquet."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow

from geoloc_core.display.export.record import Record
from geoloc_core.geography.estimators import ESTIMATORS

_PLACE = [("latitude", pyarrow.float64()), ("longitude", pyarrow.float64())]
_SHARE = [("name", pyarrow.string()), ("probability", pyarrow.float64())]

SCHEMA = pyarrow.schema(
    [
        ("photo", pyarrow.string()),
        ("error", pyarrow.string()),
        ("model", pyarrow.string()),
        ("mask", pyarrow.string()),
        ("in_distribution", pyarrow.bool_()),
        ("novelty", pyarrow.float64()),
        ("novelty_threshold", pyarrow.float64()),
        ("known_size", pyarrow.bool_()),
        ("cells", pyarrow.list_(pyarrow.struct([("cell", pyarrow.int32()), *_SHARE, *_PLACE]))),
        ("point", pyarrow.struct([(name, pyarrow.struct(_PLACE)) for name in ESTIMATORS])),
        (
            "credible_cells",
            pyarrow.struct(
                [("share", pyarrow.float64()), ("cells", pyarrow.list_(pyarrow.int32()))]
            ),
        ),
        ("regions", pyarrow.list_(pyarrow.struct(_SHARE))),
        (
            "seen",
            pyarrow.list_(
                pyarrow.struct(
                    [*_SHARE, ("where", pyarrow.map_(pyarrow.string(), pyarrow.float64()))]
                )
            ),
        ),
        ("information_bits", pyarrow.float64()),
        ("caution", pyarrow.string()),
    ]
)
"""A column for each key of `prediction_record`, empty where the record has none."""


def record_table(records: Sequence[Record]) -> pyarrow.Table:
    """Records as a table of `SCHEMA`. Bytes of a name that are no UTF-8 are written \\udcXX."""
    rows = [
        record | {"photo": record["photo"].encode("utf-8", "backslashreplace").decode()}
        for record in records
    ]
    return pyarrow.Table.from_pylist(rows, SCHEMA)
