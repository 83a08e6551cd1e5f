"""Write the measured numbers into README.md and the model card: python tools/write_numbers.py

The tables between the markers `<!-- NAME -->` and `<!-- /NAME -->` are made anew from the committed
results (assets/evaluation, assets/audit, bench/results), so no number there is typed by hand.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geoloc_core import catalogue  # noqa: E402
from geoloc_core.evaluation.metrics import RADII_KM  # noqa: E402
from geoloc_core.evaluation.peers import PEERS  # noqa: E402
from geoloc_core.files import write_whole  # noqa: E402
from geoloc_core.geography.estimators import ESTIMATORS  # noqa: E402
from geoloc_core.images.credit_line import IN_WORDS  # noqa: E402
from tools.audit_tables import (  # noqa: E402
    audit_table,
    leaks_table,
    measured,
    power_table,
    scan_table,
)
from tools.load_table import load_table  # noqa: E402

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "assets" / "weights" / "README.md",
    ROOT / "docs" / "serving.md",
]
EVALUATION = ROOT / "assets" / "evaluation"
AUDIT = ROOT / "assets" / "audit"
BENCH = ROOT / "bench" / "results"

VIEWS = {1: "", 2: ", two views of a panorama together", 4: ", four views together"}
BASELINES = {
    "uploader": "baseline: uploader look-up (cells of their training images)",
    "mean_colour": "baseline: nearest training images in mean colour",
    "training_prior": "baseline: share of each cell in the training images",
    "uniform": "baseline: uniform guess",
}
POINTS = {name: one.title.lower() for name, one in ESTIMATORS.items()} | {
    "likeliest_cell": "centroid of the most likely cell"
}
CROSSVAL = {
    "top_1": "top-1",
    "top_5": "top-5",
    "within_one_neighbour": "true or adjacent cell",
    "nll": "NLL",
    "credible_coverage": "90 % prediction set holds the true cell",
    "weighted_mean_median_km": "median error of the weighted mean, km",
}


CURVES = {"photographs": "photos", "renders": "rendered images"}


def results() -> dict[str, dict[str, Any]]:
    """The committed evaluations by what they are in words, as far as they are there."""
    files = {
        f"`{of.model}`, {IN_WORDS[of.mask]}{VIEWS[of.views]}": EVALUATION / f"{of.name}.json"
        for of in catalogue.results()
    }
    return {words: read(path) for words, path in files.items() if path.exists()}


def baseline_results() -> dict[str, dict[str, Any]]:
    """The baselines by what they are in words, from a committed evaluation of single images."""
    single = [result for result in results().values() if result["views"] == 1]
    return {words: single[0]["baselines"][name] for name, words in BASELINES.items() if single}


def scores_table() -> str:
    """How often networks and baselines are right on panoramas that no training has seen."""
    lines = [
        "| Network and mask | Predictions | Top-1 (95 % interval) | Top-5 | True or adjacent cell "
        "| Median km | Mean km |",
        "|---|---|---|---|---|---|---|",
    ]
    for words, result in (results() | baseline_results()).items():
        s = result["scores"]
        top = s["top_1"]
        lines.append(
            f"| {words} | {result.get('predictions', 'the same')} "
            f"| {top['value']:.1%} ({top['low']:.1%} – {top['high']:.1%}) "
            f"| {s['top_5']['value']:.1%} | {s['within_one_neighbour']['value']:.1%} "
            f"| {s['weighted_mean_median_km']['value']:.0f} "
            f"| {s['weighted_mean_mean_km']['value']:.0f} |"
        )
    return "\n".join(lines)


def calibration_table() -> str:
    """Whether the networks' probabilities mean what they say."""
    lines = [
        "| Network and mask | NLL | ECE before calibration | ECE after | Prediction set holds the "
        "true cell (target) | Its mean size | AURC |",
        "|---|---|---|---|---|---|---|",
    ]
    for words, result in results().items():
        s = {name: score["value"] for name, score in result["scores"].items()}
        held = result["scores"]["credible_coverage"]
        lines.append(
            f"| {words} | {s['nll']:.2f} | {s['ece_unscaled']:.3f} | {s['ece']:.3f} "
            f"| {held['value']:.1%}, {held['low']:.1%} – {held['high']:.1%} "
            f"({result['credible_promise']:.0%}) | {s['credible_cells']:.1f} | {s['aurc']:.3f} |"
        )
    return "\n".join(lines)


def estimators_table() -> str:
    """How far off the point is by estimator, for single images shown as in training."""
    lines = [
        "| Network | Point | Median km | Mean km | Within 25 km | 200 km | 750 km | 2500 km "
        "| GeoScore |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results().values():
        if result["views"] != 1 or result["mask"] != result["trained_mask"]:
            continue
        s = {name: score["value"] for name, score in result["scores"].items()}
        for name, words in POINTS.items():
            within = " | ".join(f"{s[f'{name}_within_{km}_km']:.1%}" for km in RADII_KM)
            lines.append(
                f"| `{result['model']}` | {words} | {s[f'{name}_median_km']:.0f} "
                f"| {s[f'{name}_mean_km']:.0f} | {within} | {s[f'{name}_geoscore']:.0f} |"
            )
    return "\n".join(lines)


def peers_table() -> str:
    """What others report on other images."""
    lines = ["| Others, on their own images | Measured on | Top-1 |", "|---|---|---|"]
    lines += [f"| {peer.work} | {peer.measured_on} | {peer.top_1:.1%} |" for peer in PEERS]
    return "\n".join(lines)


SAMPLE = "a sample's prediction, worked out beforehand"


def bench_table() -> str:
    """Ratios of times within one run, beside what was asked of them, and a page's drawing time."""
    report, matrix = read(BENCH / "predict.json"), read(BENCH / "matrix.json")
    start = read(BENCH / "start.json")["median_s"]
    took = report["median_ms"]
    precisions = list(took["prediction"])
    lines = [
        f"| Ratio of times within one run | {' | '.join(precisions)} | Goal |",
        "|---" * (len(precisions) + 2) + "|",
    ]
    for name, ratio in report["ratios"].items():
        measured = " | ".join(f"{ratio[precision]:.2f}" for precision in precisions)
        lines.append(f"| {name} | {measured} | {ratio['goal'] or '–'} |")
    each = "; ".join(
        f"{precision} {took['prediction'][precision]:.0f} ms, four views "
        f"{took['prediction, four views'][precision]:.0f} ms"
        for precision in precisions
    )
    lines += [
        "",
        f"Input {report['input_size']} px, {report['cores']} cores of {report['cpu']}. One "
        f"prediction took: {each}. Uploaded photos are answered in {report['chosen']} here.",
        "",
        f"A fresh process has the prediction for a sample after "
        f"{start[SAMPLE]:.1f} s, one for a photo after "
        f"{start['a live prediction, fastest engine']:.1f} s; in torch it would be "
        f"{start['a live prediction in torch']:.1f} s (`python -m bench start`).",
        "",
        f"After a click the confusion matrix is drawn again within "
        f"{max(matrix['median_ms'].values()):.0f} ms (median of the slowest switch, "
        f"`python -m bench matrix`; goal {matrix['goal_ms']} ms).",
        "",
        page_words(),
        "",
        scale_words(),
    ]
    return "\n".join(lines)


def scale_words() -> str:
    """How well reading hides behind training, and what a second worker is worth."""
    training, ray = read(BENCH / "training.json"), read(BENCH / "ray.json")
    rendered, large, first = (
        training[name]["ratio"]
        for name in ("rendered", "photographs", "photographs_at_first_sight")
    )
    return (
        f"Training from files runs at {rendered:.0%} of its bare steps with rendered images and at "
        f"{large:.0%} with photos of 12 megapixels ({first:.0%} when it sees them for the first "
        "time; `python -m bench training`, goal 90%). With `--engine ray` two workers do "
        f"{ray['two_beside_one']['ratio']:.2f} times the work of one (`python -m bench ray`, goal "
        "1.7)."
    )


def page_words() -> str:
    """How quick the pages are in a browser on the same two cores."""
    page = read(BENCH / "page.json")
    slowest = max(took for name, took in page["switch_ms"].items() if name != "plain toggle")
    return (
        f"Explore in a browser on the same two cores (`python -m bench page`): the first map after "
        f"{page['first_map_s']:.1f} s, {page['cold_first_map_s']:.1f} s on a server that has just "
        f"started; {page['megabytes']:.1f} MB in {page['requests']:.0f} requests; layout shift "
        f"{page['layout_shift']:.2f}; another network, mask or sample within {slowest:.0f} ms. On "
        f"Leakage a key is answered within {page['keystroke_to_new_photo_ms']:.0f} ms."
    )


def int8_table() -> str:
    """What int8 costs on the test fold, network by network and mask by mask."""
    result = read(EVALUATION / "int8.json")
    lines = [
        "| Network and mask | Test images | Top-1 float | int8 | Same predicted cell | Maps alike: "
        "mean, 1st percentile, least | 90 % prediction set holds the truth (1, 2, 4 views): float "
        "| int8 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for network in result["networks"]:
        alike, float_, int8 = network["cam_correlation"], network["float"], network["int8"]
        lines.append(
            f"| `{network['model']}`, mask {network['mask']} | {network['images']} "
            f"| {float_['top_1']:.1%} | {int8['top_1']:.1%} | {network['same_top_1']:.1%} "
            f"| {alike['mean']:.4f}, {alike['percentile_1']:.3f}, {alike['min']:.3f} "
            f"| {_shares(float_['coverage'])} | {_shares(int8['coverage'])} |"
        )
    return "\n".join(lines)


def _shares(by_views: dict[str, float]) -> str:
    return ", ".join(f"{share:.1%}" for share in by_views.values())


def crossval_table() -> str:
    """Ten-fold cross-validation: each fold by a network that saw no panorama of it."""
    result = read(EVALUATION / "crossval.json")
    lines = [
        "| Out-of-fold score | All folds (95 % interval) | Mean ± SD of the folds |",
        "|---|---|---|",
    ]
    for name, words in CROSSVAL.items():
        s = result["scores"][name]
        number = "{:,.0f}" if name.endswith("_km") else "{:.2f}" if name == "nll" else "{:.1%}"
        value, low, high, mean, std = (
            number.format(s[key]) for key in ("value", "low", "high", "mean", "std")
        )
        lines.append(f"| {words} | {value} ({low} – {high}) | {mean} ± {std} |")
    stages = result["recipe"]["stages"]
    lines += [
        "",
        f"{result['predictions']:,} images of {result['panoramas']:,} panoramas. {result['folds']} "
        "networks were trained, each without one fold, and predicted that fold. Each was shown "
        f"{result['pictures_seen_a_fold']:,} images of {stages[-1]['size']} px (repeats counted).",
    ]
    return "\n".join(lines)


def audits() -> list[dict[str, Any]]:
    """The committed audits of the shipped networks."""
    return [read(AUDIT / f"{model}.json") for model in catalogue.SHIPPED]


def cures_table() -> str:
    """What cures a network that reads names, beside the network itself and the honest one."""
    cures = read(EVALUATION / "cures.json")
    columns = {f"`{catalogue.READER}`": _shipped(catalogue.READER)}
    for name, cure in cures.items():
        columns[f"then `--mask {name}`"] = cure
    columns[f"`{catalogue.HONEST}`"] = _shipped(catalogue.HONEST)
    rows = {
        "Top-1, name visible": [_percent(of["top_1"]["none"]) for of in columns.values()],
        "Top-1, name cropped": [_percent(of["top_1"]["crop"]) for of in columns.values()],
        "Top-5, name cropped": [_percent(of["top_5"]["crop"]) for of in columns.values()],
        "Accuracy that hiding the name takes (watermark gap)": _found(columns, "mask_gap"),
        "Predictions that another's name moves to their home": _found(columns, "name_swap"),
    }
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {title} | {' | '.join(cells)} |" for title, cells in rows.items()]
    images = next(iter(cures.values()))["images"]
    return "\n".join([*lines, "", f"Each cure was shown {images:,} images (repeats counted)."])


def _shipped(model: str) -> dict[str, Any]:
    """Scores with the name visible and cropped, and the audit, of a shipped model."""
    by_mask = {
        mask: read(EVALUATION / f"{catalogue.result_name(model, mask)}.json")["scores"]
        for mask in ("none", "crop")
    }
    scores = {
        name: {mask: each[name] for mask, each in by_mask.items()} for name in ("top_1", "top_5")
    }
    return scores | read(AUDIT / f"{model}.json")


def _percent(score: dict[str, float]) -> str:
    return f"{score['value']:.1%} ({score['low']:.1%} – {score['high']:.1%})"


def _found(columns: dict[str, dict[str, Any]], test: str) -> list[str]:
    """What the audits found in a test; "–" for a network that was not audited."""
    findings = [
        next((f for f in of.get("findings", ()) if f["test"] == test), None)
        for of in columns.values()
    ]
    return [measured(finding)[0] if finding else "–" for finding in findings]


def curve_table() -> str:
    """What a head on so many photographs is worth, on photographs and on rendered images."""
    curves = read(EVALUATION / "learning_curve.json")
    lines = [
        "| Learned from | Mean rank: head alone | with what `scene` knows | `scene` itself "
        "| Log loss: head alone | with what `scene` knows | `scene` itself |",
        "|---" * 7 + "|",
    ]
    for name, rows in curves.items():
        for row in rows:
            scores = row["scores"]
            ranks = [f"{scores[column]['mean_rank']:.1%}" for column in ("head", "both", "scene")]
            losses = [f"{scores[column]['nll']:.2f}" for column in ("head", "both", "scene")]
            lines.append(
                f"| {row['photographs']:,} {CURVES[name]} of {row['places']} places | "
                f"{' | '.join(ranks + losses)} |"
            )
    return "\n".join(lines)


def novelty_table() -> str:
    """Share of images that each network calls out of distribution."""
    results = [read(path) for path in sorted(EVALUATION.glob("novelty_*.json"))]
    models = " | ".join(f"`{result['model']}`" for result in results)
    lines = [
        f"| {results[0]['pictures']} test images | {models} |",
        "|---" * (len(results) + 1) + "|",
    ]
    words = {"as they are": "unchanged"}
    for kind in results[0]["unfamiliar"]:
        shares = " | ".join(f"{result['unfamiliar'][kind]:.0%}" for result in results)
        lines.append(f"| {words.get(kind, kind)} | {shares} |")
    return "\n".join(lines)


def real_photos_words() -> str:
    """How many real photos are found out of distribution."""
    result = read(EVALUATION / "real_photos.json")
    novel, found, photos = (
        result[name] for name in ("novel_to_either", "out_of_distribution", "photos")
    )
    return (
        f"By their look alone {novel} of {photos} real photos that were tried are noticed "
        f"({novel / photos:.0%}). So a photo of another size than the renderer's 256 x 256 pixels "
        f"counts as out of distribution, too, which makes it {found} "
        "(`python tools/measure_real_photos.py DIR`)."
    )


SCENE_SCORES = {
    "mean_rank": ("Mean rank of the true cell", "50%", "{:.1%}"),
    "top_5": ("True cell among the first five", "8.6%", "{:.1%}"),
    "nll": ("Log loss", "4.06", "{:.2f}"),
    "surest_quarter_nll": ("Log loss of the surest quarter", "4.06", "{:.2f}"),
    "geometric_median_within_750_km": ("Point within 750 km", "", "{:.1%}"),
    "region_top_1": ("Likeliest part of the country is right", "14.3%", "{:.1%}"),
    "credible_coverage": ("90 % prediction set holds the true cell", "", "{:.1%}"),
    "credible_cells": ("Its mean size, of 58 cells", "", "{:.1f}"),
}


def scene_table() -> str:
    """How `scene` places photographs that its numbers were not set on."""
    result = read(EVALUATION / "scene.json")
    halves, other = result["held_out"], result["other"]
    columns = {
        "`scene`": "scores",
        "without the look": "without_look",
        "prior alone": "prior_alone",
    }
    lines = [
        "| Both halves held out in turn | " + " | ".join(columns) + " | uniform guess |",
        "|---" * (len(columns) + 2) + "|",
    ]
    for name, (words, chance, form) in SCENE_SCORES.items():
        cells = (
            " and ".join(form.format(half[column][name]) for half in halves)
            for column in columns.values()
        )
        lines.append(f"| {words} | {' | '.join(cells)} | {chance or '–'} |")
    sizes = " and ".join(f"{half['photos']} photos of {half['places']} places" for half in halves)
    own, prior = other["scores"], other["prior_alone"]
    lines += [
        "",
        f"{sizes}. The prior says where photos are taken, without looking.",
        "",
        f"On {other['photos']} outdoor photos of another kind, most of them of roads and "
        f"countryside: mean rank {own['mean_rank']:.1%} (prior alone {prior['mean_rank']:.1%}), "
        f"first five {own['top_5']:.1%} ({prior['top_5']:.1%}), log loss {own['nll']:.2f} "
        f"({prior['nll']:.2f}). The prediction set holds the true cell in "
        f"{own['credible_coverage']:.0%}, **less than it promises**: it was set on sights.",
    ]
    return "\n".join(lines)


TABLES = {
    "scene": scene_table,
    "scores": scores_table,
    "calibration": calibration_table,
    "estimators": estimators_table,
    "peers": peers_table,
    "crossval": crossval_table,
    "audit": lambda: audit_table(audits()),
    "scan": lambda: scan_table(audits()),
    "leaks": lambda: leaks_table(read(EVALUATION / "leaks.json")["rows"]),
    "power": lambda: power_table(read(BENCH / "audit_power.json")),
    "cures": cures_table,
    "curve": curve_table,
    "bench": bench_table,
    "load": lambda: load_table(read(BENCH / "load.json"), read(BENCH / "predict.json")),
    "int8": int8_table,
    "novelty": novelty_table,
    "real_photos": real_photos_words,
}


def with_numbers(text: str) -> str:
    """The document with each table it has a place for made anew."""
    for name, table in TABLES.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if start in text:
            before, _, rest = text.partition(start)
            _, _, after = rest.partition(end)
            text = f"{before}{start}\n{table()}\n{end}{after}"
    return text


def read(path: Path) -> dict[str, Any]:
    """A committed result."""
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return result


def main() -> None:
    """Rewrite the documents."""
    for document in DOCUMENTS:
        text = with_numbers(document.read_text(encoding="utf-8"))
        write_whole(document, partial(Path.write_text, data=text, encoding="utf-8"))


if __name__ == "__main__":
    main()
