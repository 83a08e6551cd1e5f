"""The documents: every link leads somewhere, every path that they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("assets/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# `geoloc_core/cli.py` and the like; a word in capitals stands for a name that varies
NAMED = re.compile(r"`((?:geoloc_core|pages|simulated_streets|tools|bench|tests|assets)/[\w./-]*)`")
CHANGES = (
    "a backbone",
    "an estimator",
    "an audit test",
    "a page",
    "a data source",
    "a grid",
    "colours of a legend",
    "a download",
    "an engine",
    "a suspect region",
    "a language",
    "a command",
)


def anchors(document: Path) -> set[str]:
    """What links may point to inside a document, as GitHub makes them of headings."""
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


def broken(document: Path) -> list[str]:
    """The relative links of a document that lead nowhere."""
    found = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    assert broken(document) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_is_named_is_there(document: Path) -> None:
    named = NAMED.findall(document.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    document = tmp_path / "made.md"
    document.write_text("# A head\n[a](gone.md) [b](#a-head) [c](#other) [d](https://x.org) [e](.)")
    assert broken(document) == ["gone.md", "#other"]


def test_the_architecture_says_what_to_touch_for_each_kind_of_change() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    files = {row[1].strip(): LINK.findall(row[2]) for row in rows}
    assert all(files[change] for change in CHANGES)


def test_every_room_is_on_the_map() -> None:
    core = ROOT / "geoloc_core"
    rooms = {path.parent.name for path in core.glob("*/__init__.py")}
    for document in (ROOT / "README.md", ROOT / "docs" / "architecture.md"):
        linked = LINK.findall(document.read_text(encoding="utf-8"))
        assert rooms <= {link.rsplit("/", 1)[-1] for link in linked}, document.name
