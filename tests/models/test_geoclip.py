"""GeoCLIP: a small network of its kind through OpenVINO, and the shipped table of places."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.special import softmax

from geoloc_core.catalogue import GEOCLIP
from geoloc_core.geography.sphere import haversine_km, weighted_mean
from geoloc_core.models.checkpoint import (
    Checkpoint,
    CheckpointError,
    checkpoint_path,
    load_checkpoint,
    save_checkpoint,
)
from geoloc_core.models.engines import Engine, exact_engine, float_engine
from geoloc_core.models.fastest import fastest_engine
from geoloc_core.models.geoclip import centre_crop, geoclip_engine, score_points
from geoloc_core.models.occlusion import ACROSS, occlusion_evidence
from geoloc_core.models.openvino_graph import import_openvino, openvino_core
from geoloc_core.models.predictor import Predictor

SMALL = Path(__file__).parents[1] / "assets" / "small_geoclip.onnx"
DELHI, MUMBAI, CHENNAI, SHILLONG = (28.6, 77.2), (19.1, 72.9), (13.1, 80.2), (25.6, 91.9)


@pytest.fixture(scope="module")
def table() -> Checkpoint:
    return load_checkpoint(checkpoint_path(GEOCLIP))


@pytest.fixture(scope="module")
def engine(table: Checkpoint) -> Engine:
    return geoclip_engine(table, SMALL)


@pytest.fixture(scope="module")
def predictor(engine: Engine) -> Predictor:
    return Predictor(GEOCLIP, lambda checkpoint: engine)


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    generator = np.random.default_rng(3)
    return generator.integers(0, 256, (8, 12, 3), np.uint8).repeat(30, axis=0).repeat(30, axis=1)


def points_of(table: Checkpoint) -> np.ndarray:
    return np.column_stack([table.state["latitude"], table.state["longitude"]])


def nearest(table: Checkpoint, place: tuple[float, float]) -> int:
    return int(haversine_km(points_of(table), place).argmin())


def test_openvino_gives_what_onnxruntime_gives_of_a_dynamically_quantised_network(
    engine: Engine,
) -> None:
    """The oracle was made by tools/build_small_geoclip.py with onnxruntime."""
    assert b"DynamicQuantizeLinear" in SMALL.read_bytes()
    assert b"MatMulInteger" in SMALL.read_bytes()
    assert b"ConvInteger" in SMALL.read_bytes()
    pixels = np.random.default_rng(0).integers(0, 256, (3, 224, 224, 3), np.uint8)
    expected = np.load(SMALL.with_suffix(".npz"))["image_embeds"]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    found = engine(pixels)
    np.testing.assert_allclose(found.pooled, expected, rtol=0, atol=1e-5)
    assert found.cam is None


def test_scores_agree_with_a_slow_sum_over_the_points(table: Checkpoint) -> None:
    embedding = np.random.default_rng(1).standard_normal(512).astype(np.float32)
    embedding /= np.linalg.norm(embedding)
    logits, places = score_points(table, embedding[None])
    scale = np.exp(float(table.state["logit_scale"][0]))
    weights = np.array(
        [
            float(share) * np.exp(scale * float(np.dot(row.astype(np.float64), embedding)))
            for row, share in zip(table.state["embedding"], table.state["share"], strict=True)
        ]
    )
    probabilities = softmax(logits[0].astype(np.float64))
    for cell in range(58):
        own = table.state["cell"] == cell
        assert probabilities[cell] == pytest.approx(weights[own].sum() / weights.sum(), rel=1e-4)
        expected = weighted_mean(points_of(table)[own], weights[own])
        assert places[0, cell] == pytest.approx(expected, abs=1e-4)


def test_without_a_preference_each_cell_has_its_share_of_the_land(table: Checkpoint) -> None:
    logits, places = score_points(table, np.zeros((1, 512), np.float32))
    areas = table.grid.frame["area_km2"].to_numpy()
    np.testing.assert_allclose(softmax(logits[0]), areas / areas.sum(), rtol=1e-3)
    apart = haversine_km(places[0], table.grid.centroids)
    assert apart.max() < 25


def test_the_tables_points_lie_in_their_cells_and_cover_them(table: Checkpoint) -> None:
    points = points_of(table)
    np.testing.assert_array_equal(table.grid.cells_of(points), table.state["cell"])
    assert table.state["share"].sum() == pytest.approx(1, abs=1e-5)
    assert np.bincount(table.state["cell"]).min() >= 8
    assert checkpoint_path(GEOCLIP).stat().st_size < 15e6
    lengths = np.linalg.norm(table.state["embedding"], axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-3)


@pytest.mark.parametrize("place", [DELHI, MUMBAI, CHENNAI, SHILLONG])
def test_nearby_places_are_more_alike_than_far_ones(
    table: Checkpoint, place: tuple[float, float]
) -> None:
    here = nearest(table, place)
    cosines = table.state["embedding"] @ table.state["embedding"][here]
    away = haversine_km(points_of(table), points_of(table)[here])
    rings = [
        cosines[(low < away) & (away <= high)].mean()
        for low, high in ((0, 60), (60, 250), (250, 700), (700, 3000))
    ]
    assert rings == sorted(rings, reverse=True)
    assert rings[0] > rings[-1] + 0.2


@pytest.mark.parametrize("place", [DELHI, MUMBAI, CHENNAI, SHILLONG])
def test_a_places_own_point_wins_among_all_others(
    table: Checkpoint, place: tuple[float, float]
) -> None:
    here = nearest(table, place)
    embedding = table.state["embedding"][here]
    assert int((table.state["embedding"] @ embedding).argmax()) == here
    logits, places = score_points(table, embedding[None])
    cell = table.state["cell"][here]
    assert logits[0].argmax() == cell
    centroid_away = haversine_km(table.grid.centroids[cell], place)
    assert haversine_km(places[0, cell], place) < min(centroid_away, 100)


def test_a_photo_goes_all_the_way_to_a_prediction(predictor: Predictor, photo: np.ndarray) -> None:
    prediction = predictor.predict([photo, photo[:, ::-1]])
    assert prediction.probabilities.sum() == pytest.approx(1)
    assert prediction.evidence is None
    assert prediction.in_distribution
    assert prediction.promise is None
    assert prediction.prediction_set is None
    assert prediction.mask == prediction.trained_mask == "none"
    places = [
        predictor.score(centre_crop(each, "none", 224)[None]).places[0]
        for each in (photo, photo[:, ::-1])
    ]
    expected = weighted_mean(np.mean(places, axis=0), prediction.probabilities)
    assert prediction.points["weighted_mean"] == pytest.approx(expected)


def test_threads_share_an_engine(predictor: Predictor, photo: np.ndarray) -> None:
    photos = [np.roll(photo, 20 * shift, axis=1) for shift in range(6)]
    alone = [predictor.predict([each]).probabilities for each in photos]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda each: predictor.predict([each]).probabilities, photos))
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("size", [(224, 224), (500, 300), (301, 977), (40, 30), (225, 1000)])
def test_the_middle_square_is_cropped_as_clip_does(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (*size, 3), np.uint8)
    found = centre_crop(pixels, "none", 224)
    assert found.shape == (224, 224, 3)
    height, width = size
    if height <= width:
        across, down = int(224 * width / height), 224
    else:
        across, down = 224, int(224 * height / width)
    whole = np.asarray(Image.fromarray(pixels).resize((across, down), Image.Resampling.BICUBIC))
    top, left = (down - 224) // 2, (across - 224) // 2
    np.testing.assert_array_equal(found, whole[top : top + 224, left : left + 224])


def test_the_credit_line_is_hidden_before_the_crop(photo: np.ndarray) -> None:
    height = photo.shape[0]
    cropped = centre_crop(photo[: height - height // 16], "none", 224)
    np.testing.assert_array_equal(centre_crop(photo, "crop", 224), cropped)


def small_model(tmp_path: Path, width: int) -> Path:
    """The small network with a last layer more, so that it gives `width` numbers."""
    openvino = import_openvino()
    from openvino import opset13 as ops

    model = openvino_core().read_model(SMALL)
    weights = np.random.default_rng(width).standard_normal((512, width)).astype(np.float32)
    last = ops.matmul(model.output(0).get_node().input_value(0), weights, False, False)
    path = tmp_path / f"{width}.xml"
    openvino.save_model(openvino.Model([last], model.get_parameters(), "other"), path, False)
    return path


def test_of_clips_own_embedding_geoclips_layers_are_worked_out_here(
    table: Checkpoint, engine: Engine, tmp_path: Path
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1, 224, 224, 3), np.uint8)
    path = small_model(tmp_path, 768)
    found = geoclip_engine(table, path)(pixels).pooled
    raw = np.load(SMALL.with_suffix(".npz"))["image_embeds"][0]
    clip = raw @ np.random.default_rng(768).standard_normal((512, 768)).astype(np.float32)
    state = table.state
    hidden = np.maximum(state["mlp.0.weight"] @ clip + state["mlp.0.bias"], 0)
    expected = state["mlp.2.weight"] @ hidden + state["mlp.2.bias"]
    np.testing.assert_allclose(found[0], expected / np.linalg.norm(expected), rtol=0, atol=1e-4)


def test_any_other_file_is_refused_in_a_sentence(table: Checkpoint, tmp_path: Path) -> None:
    page = tmp_path / "page.onnx"
    page.write_text("<!doctype html>")
    cut = tmp_path / "cut.onnx"
    cut.write_bytes(SMALL.read_bytes()[:50_000])
    for path in (small_model(tmp_path, 100), page, cut):
        with pytest.raises(CheckpointError, match=r"is no image side of GeoCLIP"):
            geoclip_engine(table, path)


@pytest.mark.parametrize("make", [float_engine, exact_engine, fastest_engine])
def test_every_way_to_an_engine_takes_the_installed_file(
    table: Checkpoint, make: type, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATA_MODELS", str(tmp_path))
    with pytest.raises(CheckpointError, match="pata models get geoclip"):
        make(table)
    monkeypatch.setenv("PATA_MODELS", str(SMALL))
    assert make(table).frame is centre_crop


def test_evidence_by_occlusion_is_the_fall_of_the_cells_log_probability(
    predictor: Predictor, photo: np.ndarray
) -> None:
    seen: list[tuple[int, int]] = []
    probabilities = predictor.predict([photo]).probabilities
    cell = int(probabilities.argmax())
    falls = occlusion_evidence(
        predictor, photo, cell, progress=lambda done, passes: seen.append((done, passes))
    )
    assert falls.shape == (ACROSS, ACROSS * 3 // 2)
    assert seen == [(done, falls.size) for done in range(1, falls.size + 1)]
    assert falls.min() >= 0
    assert falls.max() > 0
    assert not falls[:, 0].any()  # a column of 40 px: CLIP crops 60 away on either side
    assert not falls[:, -1].any()
    row, column = np.unravel_index(falls.argmax(), falls.shape)
    copy = photo.copy()
    copy[40 * row : 40 * row + 40, 40 * column : 40 * column + 40] = photo.mean((0, 1)).round()
    after = predictor.predict([copy]).probabilities[cell]
    assert falls[row, column] == pytest.approx(np.log(probabilities[cell] / after), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("cell", np.zeros, "58 cells in order"),
        ("share", np.zeros, "share of India is not above 0"),
        ("embedding", lambda count: np.zeros((count, 3)), "embedding is"),
        ("logit_scale", None, "logit_scale is missing"),
    ],
)
def test_a_table_that_cannot_be_one_is_refused(
    table: Checkpoint, tmp_path: Path, name: str, value: object, words: str
) -> None:
    few = {
        each: tensor[:500] if len(tensor) == len(table.state["cell"]) else tensor
        for each, tensor in table.state.items()
    }
    few["cell"] = np.sort(np.arange(500) % 58).astype(np.int16)
    changed = dict(few)
    if value is None:
        del changed[name]
    else:
        changed[name] = np.asarray(value(500), few[name].dtype)  # type: ignore[operator]
    path = tmp_path / "table.safetensors"
    save_checkpoint(path, replace(table, state=changed))
    with pytest.raises(CheckpointError, match=words):
        load_checkpoint(path)
