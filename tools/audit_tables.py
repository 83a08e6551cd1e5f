"""The README's tables of the leak audit, as Markdown, from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

VERDICTS = {
    "leak": "leak detected",
    "suspicious": "suspicious",
    "none": "no leak found",
    "inconclusive": "inconclusive",
}


def audit_table(reports: Sequence[dict[str, Any]]) -> str:
    """What the audits of some networks found, finding by finding."""
    models = " | ".join(f"`{report['model']}` | control" for report in reports)
    lines = [f"| Test | {models} |", "|---" * (2 * len(reports) + 1) + "|"]
    by_test = [{finding["test"]: finding for finding in report["findings"]} for report in reports]
    for test, first in by_test[0].items():
        cells = [cell for of in by_test for cell in measured(of[test])]
        lines.append(f"| {first['number']}. {first['title']} | {' | '.join(cells)} |")
    verdicts = " | ".join(
        f"**{VERDICTS[report['verdict']['kind']]}**, "
        f"{report['verdict']['counted']} of {report['verdict']['of']} tests positive |"
        for report in reports
    )
    return "\n".join([*lines, f"| **Verdict** | {verdicts}"])


def scan_table(reports: Sequence[dict[str, Any]]) -> str:
    """What the scans of some networks found."""
    lines = [
        "| Network | Verdict | Named part | Predictions that travel | Recognised |",
        "|---|---|---|---|---|",
    ]
    for report in reports:
        scanned = report["scan"]["verdict"]
        found = scanned.get("found")
        verdict = VERDICTS[scanned["kind"]]
        if found is None:
            least = scanned.get("detectable")
            also = f" (from {least:.1%} on it would have been)" if least else ""
            lines.append(f"| `{report['model']}` | {verdict}{also} | – | – | – |")
        else:
            lines.append(f"| `{report['model']}` | **{verdict}** | {_scanned(scanned)} |")
    return "\n".join(lines)


def _scanned(scanned: dict[str, Any]) -> str:
    """The named part, its effect and who is recognised, as cells of a table."""
    value, low, high = scanned["found"]["travel"]
    effect = f"{100 * value:.0f} % ({100 * low:.0f} – {100 * high:.0f})"
    return (
        f"{scanned['found']['name']} | {effect} | {scanned['recognised']} of {scanned['uploaders']}"
    )


def leaks_table(rows: Sequence[dict[str, Any]]) -> str:
    """What the scan finds of known leaks, by leak and network."""
    lines = [
        "| Mark | Network | Own / none / another's | Leak, of 3 | Named part (first seed) | "
        "Predictions that travel | Recognised |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        truth = " / ".join(f"{100 * row[name]:.0f}" for name in ("own", "none", "another"))
        leaks = [one for one in row["scans"] if one["kind"] == "leak"]
        cells = _scanned(leaks[0]) if leaks else "– | – | –"
        lines.append(f"| {row['kind']} | {row['network']} | {truth} | {len(leaks)} | {cells} |")
    return "\n".join(lines)


def power_table(report: dict[str, Any]) -> str:
    """How often the scan convicts wrongly, and how often it finds a known leak."""
    lines = ["| Networks | Scans | Leak detected | Part named rightly |", "|---|---|---|---|"]
    for row in report["without a leak"]:
        name = {"honest": "honest", "shuffled": "know nothing"}[row["network"]]
        lines.append(f"| {name}, 200 images | {row['scans']} | {row.get('leak', 0)} | – |")
    rows = report["with a leak"]
    for images, share in [(i, 1.0) for i in (50, 200, 1000)] + [
        (1000, s) for s in (0.4, 0.2, 0.1, 0.05)
    ]:
        chosen = [r for r in rows if (r["images"], r["share"]) == (images, share)]
        scans, leaks, named = (
            sum(row[key] for row in chosen) for key in ("scans", "leak", "named rightly")
        )
        title = f"know the marks of {share:.0%} of the images, {images:,} images"
        lines.append(f"| {title} | {scans} | {leaks} | {named} |")
    kinds = ", ".join(dict.fromkeys(row["kind"] for row in rows))
    caveat = (
        "Named rightly: the part covers at least half of where the mark is drawn; it may be larger."
    )
    return "\n".join([*lines, "", f"Ten kinds of mark: {kinds}. {caveat}"])


def measured(finding: dict[str, Any]) -> tuple[str, str]:
    """A finding's value with its interval, and its control's; "–" where there is none."""
    if finding["value"] is None:
        return "–", "–"
    low, high = (_number(finding[end], finding).split()[0] for end in ("low", "high"))
    interval = f"{low} – {high}"
    value = f"{_number(finding['value'], finding)} ({interval})"
    if finding["leaks"]:
        value = f"**{value}**"
    return value, "–" if finding["control"] is None else _number(finding["control"], finding)


def _number(value: float | None, finding: dict[str, Any]) -> str:
    if value is None:
        return "–"
    unit = finding["unit"]
    if unit == "share":
        return f"{100 * value:.1f} %"
    return f"{100 * value:.1f} points" if unit == "points" else f"{value:.2f} {unit}"
