"""What a model said of held-out images, beside the truth: the file that all scores come from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray
from scipy.special import softmax

from geoloc_core.assets import intact
from geoloc_core.data.manifest import read_manifest
from geoloc_core.errors import UserError
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import Grid
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.model_grid import model_grid
from geoloc_core.paths import ASSETS

if TYPE_CHECKING:  # it brings torch, which reading a file of predictions does not need
    from geoloc_core.training.batches import Fold

COMMITTED = ASSETS / "evaluation"
COLUMNS = ("panorama", "file", "heading", "uploader", "cell", "latitude", "longitude")
PHOTOGRAPHS = "photographs"
"""The `split` of predictions of photographs of one's own: no fold of a data set."""

_FACTS = ("model", "trained_mask", "mask", "split", "views", "temperature")
_FINGERPRINTS = ("data_fingerprint", "grid_fingerprint")


class PredictionsError(UserError):
    """Predictions that cannot be used; the message is the sentence to show."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """m predictions over the n cells of a grid.

    frame: one row a prediction with at least `COLUMNS`: panorama, its true cell, latitude and
    longitude in degrees and its uploader, file and heading of the (first) image; logits (m, n):
    before temperature scaling, the mean over the views; novelty (m,), see `model.novelty`. Of
    photographs of one's own (`split` is `PHOTOGRAPHS`) the place is in "panorama".
    """

    frame: pd.DataFrame
    logits: NDArray[np.float32]
    novelty: NDArray[np.float32]
    model: str
    trained_mask: Mask
    mask: Mask
    split: str
    views: int
    temperature: float
    data_fingerprint: str
    grid_fingerprint: str

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Calibrated probabilities (m, n): softmax(logits / temperature)."""
        scaled = self.logits.astype(np.float64) / self.temperature
        return np.asarray(softmax(scaled, axis=1), dtype=np.float64)

    @property
    def cells(self) -> NDArray[np.int64]:
        """The true cells (m,)."""
        return self.frame["cell"].to_numpy(dtype=np.int64)

    @property
    def points(self) -> NDArray[np.float64]:
        """The true points (m, 2), latitude and longitude in degrees."""
        return self.frame[["latitude", "longitude"]].to_numpy(dtype=np.float64)

    @property
    def panoramas(self) -> NDArray[np.object_]:
        """The panorama (m,) of each prediction: predictions of one are no independent witnesses."""
        return self.frame["panorama"].to_numpy(dtype=object)


def grid_of(predictions: Predictions, of_model: Callable[[str], Grid] = model_grid) -> Grid:
    """The grid that predictions were made over, which is that of their model.

    Raises `PredictionsError`, in words, if the model that is here has another one (`of_model` gives
    it): then the predictions are not its own.
    """
    grid = of_model(predictions.model)
    if grid.fingerprint != predictions.grid_fingerprint:
        raise PredictionsError(
            f"The predictions of {predictions.model} were made over another grid than that of the "
            "model that is here: `make scores` makes them anew."
        )
    return grid


def images_of(data: Path, fold: Fold) -> pd.DataFrame:
    """The `COLUMNS` of a fold's images, cells being those of the fold's grid.

    Raises `ManifestError` if the manifest in `data` cannot be read.
    """
    files = [path.relative_to(data).as_posix() for path in fold.paths]
    images = read_manifest(data).set_index("file").loc[files].reset_index()
    return images.assign(cell=fold.cells)[list(COLUMNS)]


def together(predictions: Predictions, views: int) -> Predictions:
    """Predictions from `views` images of a panorama at a time (fewer where it has no more).

    `predictions` are of single images. The logits' mean is the predictor's own way: up to a
    constant it is the mean of the views' log-probabilities.
    """
    frame = predictions.frame
    place = frame.groupby("panorama", sort=False).ngroup().to_numpy()
    batch = frame.groupby("panorama").cumcount().to_numpy() // views
    _, first, group = np.unique(
        np.column_stack([place, batch]), axis=0, return_index=True, return_inverse=True
    )
    share = np.zeros((len(first), len(frame)), np.float32)
    share[group, np.arange(len(frame))] = 1
    share /= share.sum(axis=1, keepdims=True)
    return replace(
        predictions,
        frame=frame.take(first).reset_index(drop=True),
        logits=share @ predictions.logits,
        novelty=share @ predictions.novelty,
        views=views,
    )


def in_half_precision(predictions: Predictions) -> Predictions:
    """Predictions as a file keeps them, so that scores from memory and from a file agree."""
    return replace(predictions, logits=predictions.logits.astype(np.float16).astype(np.float32))


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Write predictions as one Parquet file, whole or not at all; logits in half precision."""
    frame, logits = predictions.frame, predictions.logits.astype(np.float16)
    table = pyarrow.Table.from_pandas(frame, preserve_index=False)
    flat = pyarrow.array(logits.ravel())
    lists = pyarrow.FixedSizeListArray.from_arrays(flat, logits.shape[1])
    table = table.append_column("logits", lists)
    table = table.append_column("novelty", pyarrow.array(predictions.novelty))
    facts = {name: getattr(predictions, name) for name in (*_FACTS, *_FINGERPRINTS)}
    table = table.replace_schema_metadata({"predictions": json.dumps(facts)})
    write_whole(
        path,
        lambda temporary: pyarrow.parquet.write_table(
            table,
            temporary,
            compression="zstd",
            use_dictionary=list(frame.columns),
            use_byte_stream_split=["logits.list.element"],
        ),
    )


def read_predictions(path: Path) -> Predictions:
    """Read what `write_predictions` wrote. Raises `PredictionsError`, in words."""
    if not intact(path).is_file():
        raise PredictionsError(f"There are no predictions in {path}.")
    try:
        return predictions_in(pyarrow.parquet.read_table(path))
    except (OSError, KeyError, ValueError, TypeError, AttributeError, pyarrow.ArrowException) as e:
        raise PredictionsError(f"{path} does not hold predictions that can be read.") from e


def predictions_in(table: pyarrow.Table) -> Predictions:
    """The predictions in a table that `write_predictions` wrote; any other raises anything."""
    facts: dict[str, Any] = json.loads((table.schema.metadata or {})[b"predictions"])
    logits = table["logits"].combine_chunks()
    flat = logits.flatten().to_numpy().astype(np.float32)
    frame = table.drop_columns(["logits", "novelty"]).to_pandas()
    return Predictions(
        frame=frame[[*COLUMNS, *frame.columns.difference(COLUMNS)]],
        logits=flat.reshape(len(table), logits.type.list_size),
        novelty=table["novelty"].to_numpy(),
        **facts,
    )


def committed_predictions(name: str, folder: Path | None = None) -> Predictions | None:
    """The committed predictions of this name, None where there are none.

    `folder`: `assets/evaluation` if left out. Raises `PredictionsError` if they cannot be read.
    """
    path = intact((folder or COMMITTED) / f"{name}.parquet")
    return read_predictions(path) if path.is_file() else None
