"""The verdict of a scan: one of four kinds, each with its numbers, its words and an exit status.

The words are made here and in `audit.verdict`, which adds the other tests: the command line,
audit.json and the report say the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from geoloc_core.audit.scan.statistics import ALPHA, POWER
from geoloc_core.audit.words import said

Kind = Literal["leak", "suspicious", "none", "inconclusive"]
Numbers = tuple[float, float, float]

MUCH = 0.05  # share of the predictions: what anyone would notice


@dataclass(frozen=True)
class Effect:
    """What a probe did: the donor's content beside the control's.

    name: of the part or property; box: left, top, right, bottom in shares of width and height, None
    for a property; around: whether the part is what surrounds the box; travel: the share of
    predictions that went to the donor's home beyond the control's, and nats: how far its
    log-probability rose beyond that, each with its 95 % interval over uploaders; p: family-wise
    over all probes.
    """

    name: str
    box: tuple[float, float, float, float] | None
    around: bool
    travel: Numbers
    nats: Numbers
    p: float

    @property
    def much(self) -> bool:
        """Whether surely more than `MUCH` of the predictions travel."""
        return self.travel[1] > MUCH


@dataclass(frozen=True)
class Leak:
    """A part or property of the images tells the network who took them.

    found: what gives it away, measured on the uploaders that had no say in which part it is;
    confirmed: the p of that measurement by itself; recognised: how many of the `uploaders` probed
    are recognised by it (false discovery rate 5 %); also: other probes that moved predictions.
    """

    kind: ClassVar[Kind] = "leak"
    status: ClassVar[int] = 3
    found: Effect
    confirmed: float
    recognised: int
    uploaders: int
    also: tuple[str, ...]

    @property
    def words(self) -> str:
        """What was found, by how much and how surely."""
        size = "surely more" if self.found.much else "not surely more"
        more = f" Also moved by: {', '.join(self.also)}." if self.also else ""
        doubt = (
            ""
            if self.confirmed <= ALPHA
            else f" The uploaders kept for confirming it do not by themselves "
            f"(p = {self.confirmed:.2g})."
        )
        return (
            f"Leak detected. The network recognises uploaders by this: {self.found.name}. Put into "
            f"another image, it takes {said(self.found.travel, 'share')} of the predictions to its "
            "uploader's home, beyond what the same from others does: "
            f"{size} than {100 * MUCH:.0f} %. It raises the log-probability of "
            f"that home by {said(self.found.nats, 'nats')}. That this is above zero is sure "
            f"(p = {self.found.p:.2g} over all probes). Recognised: {self.recognised} of "
            f"{self.uploaders} uploaders.{doubt}{more}"
        )


@dataclass(frozen=True)
class Suspicious:
    """An indirect sign of a leak, and no part that it comes from.

    sign: what the whole image of a donor did.
    """

    kind: ClassVar[Kind] = "suspicious"
    status: ClassVar[int] = 4
    sign: Effect
    tested: tuple[str, ...]

    @property
    def words(self) -> str:
        """What speaks for a leak, and what was looked at in vain."""
        return (
            "Suspicious. Of images taken away from their uploader's home, "
            f"{said(self.sign.travel, 'share')} are predicted there, beyond images by others "
            "beside them. No part or property was found that this comes from. Tested: "
            f"{listed(self.tested)}."
        )


@dataclass(frozen=True)
class NoLeakFound:
    """Nothing tested gives uploaders away; detectable: the least share that would have shown."""

    kind: ClassVar[Kind] = "none"
    status: ClassVar[int] = 0
    detectable: float
    tested: tuple[str, ...]

    @property
    def words(self) -> str:
        """What was tested, and how small a leak would have been found."""
        return (
            f"No leak found within what was tested. Tested: {listed(self.tested)}. A part that "
            f"takes {100 * self.detectable:.1f} % of the predictions to the uploader's home would "
            f"have been found with a power of {100 * POWER:.0f} %; a smaller leak may be there."
        )


@dataclass(frozen=True)
class Inconclusive:
    """Nothing can be said; why: a sentence."""

    kind: ClassVar[Kind] = "inconclusive"
    status: ClassVar[int] = 5
    why: str

    @property
    def words(self) -> str:
        """Why nothing can be said."""
        return f"Inconclusive. {self.why}"


Verdict = Leak | Suspicious | NoLeakFound | Inconclusive


def of_json(told: Mapping[str, Any]) -> Verdict:
    """A verdict from what `as_json` made of it."""
    fields = {
        name: value for name, value in told.items() if name not in ("kind", "words", "status")
    }
    for name in ("found", "sign"):
        if name in fields:
            fields[name] = effect_of_json(fields[name])
    for name in ("also", "tested"):
        if name in fields:
            fields[name] = tuple(fields[name])
    kinds = {kind.kind: kind for kind in (Leak, Suspicious, NoLeakFound, Inconclusive)}
    return kinds[told["kind"]](**fields)


def effect_of_json(told: Mapping[str, Any]) -> Effect:
    """An effect from its JSON."""
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list | tuple)}
    return Effect(**{**told, **lists})


def listed(names: Sequence[str]) -> str:
    """Names in a sentence, bands of one direction as one.

    >>> listed(["row band 1 of 2", "row band 2 of 2", "palette"])
    '2 row bands, palette'
    """
    kinds = Counter(name.split(" band ")[0] if " band " in name else name for name in names)
    return ", ".join(f"{n} {kind} bands" if n > 1 else kind for kind, n in kinds.items())


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict with its kind, its words and its exit status, of plain JSON types."""
    told = {"kind": verdict.kind, "words": verdict.words, "status": verdict.status}
    return dict(json.loads(json.dumps(told | asdict(verdict))))
