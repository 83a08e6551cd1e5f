"""How far an audit is, read from the progress bars that it writes."""

from __future__ import annotations

import re
from dataclasses import dataclass

BAR = re.compile(r"^(?:(?P<name>\D[^|]*?): +)? *(?P<percent>\d+)%\|.*\[[\d:]+<(?P<left>[\d:]+|\?),")
STAGES = {  # by how the bar's name begins
    "signatures": "Scan: each uploader's colours and fall-off of light",
    "scan": "Scan: what is put into other images",
    "relevance": "Relevance maps",
    "": "Tests of one region",
}
FIRST, LAST = "Loading the network and the data set", "Last: every file is read once"
_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Progress:
    """stage: what is being done; share: of the stage, 0 to 1; left: its time, "" if not known."""

    stage: str
    share: float
    left: str

    def __str__(self) -> str:
        """In words."""
        rest = f", about {self.left} left" if self.left else ""
        return f"{self.stage}: {round(100 * self.share)} %{rest}" if self.share else self.stage


def read_progress(said: str) -> Progress:
    """The latest bar in what an audit has said."""
    found = next((bar for line in reversed(_lines(said)) if (bar := BAR.match(line))), None)
    if found is None:
        return Progress(FIRST, 0, "")
    name, share = found["name"] or "", int(found["percent"]) / 100
    if name == "relevance" and share == 1:
        return Progress(LAST, 0, "")
    stage = next(words for start, words in STAGES.items() if name.startswith(start))
    return Progress(stage, min(share, 1.0), found["left"].replace("?", "") if share < 1 else "")


def last_sentence(said: str) -> str:
    """The last line that holds words and is no bar; "" where there is none."""
    lines = (line.strip("│ ") for line in reversed(_lines(said)) if not BAR.match(line))
    sentence = next((line for line in lines if re.search(r"[A-Za-z]{2}", line)), "")
    return sentence.removeprefix("pata: ")


def _lines(said: str) -> list[str]:
    return re.split(r"[\r\n]+", _CODES.sub("", said))
