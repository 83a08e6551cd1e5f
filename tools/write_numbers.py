"""Write the measured numbers into README.md and the model card: python tools/write_numbers.py

The tables between the markers `<!-- NAME -->` and `<!-- /NAME -->` are made anew from the committed
results (assets/evaluation, bench/results), so no number there is typed by hand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geoloc_core.files import write_whole  # noqa: E402

DOCUMENTS = [ROOT / "README.md", ROOT / "assets" / "weights" / "README.md"]
EVALUATION = ROOT / "assets" / "evaluation"
BENCH = ROOT / "bench" / "results" / "predict.json"

RUNS = {  # committed result: what it is, in words
    "unmasked": "`unmasked`, name in sight",
    "unmasked_crop": "`unmasked`, name cut away",
    "unmasked_box": "`unmasked`, white box over the name",
    "masked": "`masked`, name cut away",
    "masked_four_views": "`masked`, four views of the panorama together",
}


def scores_table() -> str:
    """Scores of the shipped networks on the panoramas that no training has seen."""
    lines = [
        "| Network and mask | Predictions | Top-1 | Top-5 | Median km | Mean km | NLL | ECE |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, words in RUNS.items():
        if not (EVALUATION / f"{name}.json").exists():
            continue  # a network that does not ship yet
        s = read(EVALUATION / f"{name}.json")["scores"]
        lines.append(
            f"| {words} | {s['count']:,} | {s['top_1']:.1%} | {s['top_5']:.1%} "
            f"| {s['weighted_mean_median_km']:.0f} | {s['weighted_mean_mean_km']:.0f} "
            f"| {s['nll']:.2f} | {s['ece']:.3f} |"
        )
    return "\n".join(lines)


def bench_table() -> str:
    """Ratios of times within one run, beside what was asked of them."""
    report = read(BENCH)
    lines = ["| Ratio of times within one run | Measured | Goal |", "|---|---|---|"]
    for name, ratio in report["ratios"].items():
        lines.append(f"| {name} | {ratio['median']:.2f} | {ratio['goal'] or '–'} |")
    took = report["median_ms"]
    lines += [
        "",
        f"Input {report['input_size']} px, {report['cores']} cores of {report['cpu']}, bf16 "
        f"{'in use' if report['bf16'] else 'not there'}: one prediction took "
        f"{took['prediction']:.0f} ms, four views {took['prediction, four views']:.0f} ms.",
    ]
    return "\n".join(lines)


def novelty_table() -> str:
    """Share of pictures that each network calls unlike its training pictures."""
    results = [read(path) for path in sorted(EVALUATION.glob("novelty_*.json"))]
    models = " | ".join(f"`{result['model']}`" for result in results)
    lines = [
        f"| {results[0]['pictures']} test pictures | {models} |",
        "|---" * (len(results) + 1) + "|",
    ]
    for kind in results[0]["unfamiliar"]:
        shares = " | ".join(f"{result['unfamiliar'][kind]:.0%}" for result in results)
        lines.append(f"| {kind} | {shares} |")
    return "\n".join(lines)


TABLES = {"scores": scores_table, "bench": bench_table, "novelty": novelty_table}


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
        write_whole(document, lambda path, text=text: path.write_text(text, encoding="utf-8"))


if __name__ == "__main__":
    main()
