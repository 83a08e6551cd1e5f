"""What many visitors at once wait, as a table of docs/serving.md."""

from __future__ import annotations

from typing import Any

ACTIONS = {
    "open": "the page opens",
    "upload": "a photo of 12 megapixels is uploaded and its map drawn",
    "switch": "the heat map is switched off or on",
    "sample": "another sample is opened",
}


def load_table(result: dict[str, Any], predict: dict[str, Any]) -> str:
    """Seconds of one visitor alone and of crowds, what the server's memory did, and why no batches.

    `predict` is the result of `bench predict`.
    """
    come, goals = result["with_pauses"], result["goals"]
    crowds = {f"{count} without a pause": each for count, each in result["without_pauses"].items()}
    least, most = come["pause_s"]
    crowds[f"{come['users']} who look {least:g} to {most:g} s at each page"] = come
    lines = [f"| | one visitor | {' | '.join(crowds)} |", "|---" * (2 + len(crowds)) + "|"]
    for action, words in ACTIONS.items():
        cells = [
            f"{of[action]['median_s']:.2f} s ({of[action]['times']:.1f} times; 95 % within "
            f"{of[action]['p95_s']:.2f} s)"
            for of in crowds.values()
        ]
        alone = f"{result['alone_median_s'][action]:.2f} s"
        lines.append(f"| {words} | {alone} | {' | '.join(cells)} |")
    memory = come["memory_mb"]
    asked = ", ".join(
        f"{count} visitors {times:g} times" for count, times in goals["times"].items()
    )
    ended = "It ran to the end" if result["still_running"] else "**It ended before its time**"
    lines += [
        "",
        f"Goals: {asked}, 95 % within {goals['p95_to_median']:g} times the median.",
        "",
        f"Memory of the process: {result['memory_at_start_mb']} MB at first, {memory['early']} MB "
        f"after {come['early_uploads']} uploads, {memory['at_the_end']} MB after "
        f"{come['uploads']} uploads in "
        f"{come['minutes']:g} minutes with {come['users']} visitors at once, "
        f"{memory['after_they_left']} MB two and a half minutes after the last had left. {ended}, "
        f"with {come['actions']} answers and no error.",
        "",
        "Photos of several visitors are not computed as one batch: four photos together take "
        f"{_span(predict['ratios']['four views to one'])} times as long as one "
        "(`python -m bench predict`).",
    ]
    return "\n".join(lines)


def _span(ratio: dict[str, Any]) -> str:
    """The least and the largest ratio of the precisions that were measured."""
    found = sorted(value for name, value in ratio.items() if name != "goal")
    return f"{found[0]:.1f} to {found[-1]:.1f}"
