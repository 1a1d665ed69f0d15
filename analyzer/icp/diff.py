"""What changed between two drafts, line by line, and why as far as can be told.

Drafts are plain data (``export.draft_json``); one made before a field was there is read as not having it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from analyzer.icp.causes import (
    UNEXPLAINED,
    Cause,
    CauseKind,
    Causes,
    Ground,
    Known,
    find_causes,
    in_short,
    shown,
)
from analyzer.icp.pairing import DEFINITION, Pair, Placed, moved_pairs, pair_lines

Page = Mapping[str, Any]


class Change(StrEnum):
    """What became of a line; one that moved and changed as well is changed."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"
    MOVED = "moved"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Difference:
    """One respect in which a line is another now: the respect, and a sentence with what it is and was.

    ``ids`` are the findings it is about, where it is about evidence.
    """

    of: str
    sentence: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """A reason for a change. One that is not sure can do this and did change; nothing shows that it did this."""

    sentence: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of either draft or of both; ``before`` is None for one added, ``after`` for one gone."""

    change: Change
    before: Placed | None
    after: Placed | None
    differences: tuple[Difference, ...] = ()
    why: tuple[Why, ...] = ()

    @property
    def placed(self) -> Placed:
        """Where it stands, or stood."""
        found = self.after or self.before
        assert found is not None, "a line stands in one of two drafts"
        return found

    @property
    def subject(self) -> str:
        return "Definition" if self.placed.section == DEFINITION else self.placed.head


@dataclass(frozen=True, slots=True)
class Diff:
    """``lines`` holds every line of both drafts once, unchanged ones too. ``about`` are sentences on the drafts as
    wholes, ``causes`` everything that went in and differs."""

    before: int
    after: int
    made_at: tuple[str, str]
    lines: tuple[LineChange, ...]
    about: tuple[str, ...]
    causes: Causes

    @property
    def changed(self) -> tuple[LineChange, ...]:
        return tuple(line for line in self.lines if line.change != Change.SAME)

    @property
    def is_empty(self) -> bool:
        return not self.changed and not self.about

    @property
    def summary(self) -> str:
        """One sentence: how many lines became what."""
        counts = {change: sum(line.change == change for line in self.lines) for change in Change}
        said = [f"{n} {change.value}" for change, n in counts.items() if n and change != Change.SAME]
        counted = f"{', '.join(said)}; {counts[Change.SAME]} as before" if said else "no line changed"
        return f"Version {self.after} against version {self.before}: {counted}."


def diff_drafts(old: Page, new: Page, known: Known | None = None) -> Diff:
    """The newer draft against the older one. ``known`` is what the study says now, to name causes the drafts do not."""
    causes = find_causes(old, new, known or Known())
    pairs = pair_lines(old, new)
    moved = moved_pairs(pairs)
    lines = [_explained(_compared(pair, n in moved, old, new), old, new, causes) for n, pair in enumerate(pairs)]
    return Diff(
        old["version"],
        new["version"],
        (str(old["made_at"]), str(new["made_at"])),
        tuple(lines),
        tuple(_about(old, new)),
        causes,
    )


def _about(old: Page, new: Page) -> Iterator[str]:
    for key, name in (("product", "Product"), ("segment", "Segment")):
        if (old.get(key) or "") != (new.get(key) or ""):
            yield f"{name}: {shown(new.get(key))}, was {shown(old.get(key))}."
    was, is_now = bool(old.get("is_hypothesis")), bool(new.get("is_hypothesis"))
    if was != is_now:
        backed = "It is no hypothesis any more: deals back it."
        yield "It is a hypothesis now: too few have bought or were lost to back it." if is_now else backed


# ------------------------------------------------------------------------------------------------------------- compare


def _compared(pair: Pair, is_moved: bool, old: Page, new: Page) -> LineChange:
    before, after = pair
    if before is None or after is None:
        return LineChange(Change.ADDED if before is None else Change.GONE, before, after)
    differences = tuple(_differences(before.line, after.line, old["evidence"], new["evidence"]))
    if is_moved:
        where = (
            f"place {after.place}, was {before.place}"
            if before.section == after.section
            else f"under “{after.heading}”, was under “{before.heading}”"
        )
        differences = (*differences, Difference("place", where))
    change = Change.CHANGED if differences else Change.SAME
    if is_moved and len(differences) == 1:
        change = Change.MOVED
    return LineChange(change, before, after, differences)


def _differences(before: Page, after: Page, was: Mapping[str, Page], now: Mapping[str, Page]) -> Iterator[Difference]:
    if before["statement"] != after["statement"]:
        yield Difference("wording", f"before: {before['statement']}")
    counts = [_counted(line) for line in (after, before)]
    if counts[0] != counts[1]:
        yield Difference("support", f"{counts[0]}, was {counts[1]}")
    intervals = [_interval(line) for line in (after, before)]
    if intervals[0] != intervals[1]:
        yield Difference("interval", f"95 % interval {intervals[0]}, was {intervals[1]}")
    for key in ("strength", "detail", "source", "refuted_by"):
        if _unnumbered(before.get(key)) != _unnumbered(after.get(key)):
            yield Difference(key, f"{key.replace('_', ' ')}: {shown(after.get(key))}, was {shown(before.get(key))}")
    yield from _of_evidence("evidence", before, after)
    yield from _of_evidence("against", before, after)
    yield from _of_findings(before, was, now)
    for key in sorted((before.keys() | after.keys()) - _READ):
        if before.get(key) != after.get(key):
            yield Difference(key, f"{key.replace('_', ' ')}: {shown(after.get(key))}, was {shown(before.get(key))}")


_VERSION = re.compile(r"\bscorecard version \d+")


def _unnumbered(said: object) -> str:
    """Without the scorecard's version, which is another after every change of any rule; that it is another is said once
    of the drafts as wholes."""
    return _VERSION.sub("scorecard", str(said or ""))


_READ = {"statement", "n", "m", "low", "high", "strength", "detail", "source", "refuted_by", "evidence", "against"}


def _counted(line: Page) -> str:
    if line.get("n") is None:
        return "not counted"
    return f"{line['n']} of {line['m']}" + (" accounts" if line.get("evidence") else "")


def _interval(line: Page) -> str:
    low, high = line.get("low"), line.get("high")
    return "none" if low is None or high is None else f"{100 * low:.0f}-{100 * high:.0f} %"


def _of_evidence(key: str, before: Page, after: Page) -> Iterator[Difference]:
    was, is_now = tuple(before.get(key) or ()), tuple(after.get(key) or ())
    gained, lost = [i for i in is_now if i not in was], [i for i in was if i not in is_now]
    name = "evidence" if key == "evidence" else "evidence against"
    if gained:
        yield Difference(key, f"{name} gained: {', '.join(gained)}", tuple(gained))
    if lost:
        yield Difference(key, f"{name} lost: {', '.join(lost)}", tuple(lost))
    if not gained and not lost and was != is_now:
        yield Difference("order", f"the same {name} in another order")


def _of_findings(before: Page, was: Mapping[str, Page], now: Mapping[str, Page]) -> Iterator[Difference]:
    """A finding that the line cited, and that says something else of itself in the newer draft."""
    for i in dict.fromkeys((*(before.get("evidence") or ()), *(before.get("against") or ()))):
        old, new = was.get(i), now.get(i)
        if old is None or new is None or old == new:
            continue
        named = [key for key in new.keys() | old.keys() if old.get(key) != new.get(key)]
        said = "; ".join(
            f"{key.replace('_', ' ')} {shown(new.get(key))}, was {shown(old.get(key))}" for key in sorted(named)
        )
        yield Difference("finding", f"{i}: {said}", (i,))


# ------------------------------------------------------------------------------------------------------------- explain


def _explained(line: LineChange, old: Page, new: Page, causes: Causes) -> LineChange:
    if line.change == Change.SAME:
        return line
    differences = line.differences or (Difference("line", "", _cited(line)),)
    seen = [_seen(one, line, old, new, causes) for one in differences]
    is_evidence_seen = any(found and one.ids for found, one in zip(seen, differences, strict=True))
    reasons: dict[Cause, bool] = {}
    unexplained = []
    for one, shown_by in zip(differences, seen, strict=True):
        possible = shown_by or _possible(one, line, causes)
        if not shown_by and is_evidence_seen and one.of in _WITH_EVIDENCE:
            # Count and words follow the evidence, and a finding lost makes room to cite another; only what is not about
            # single documents and findings may have a part in it too.
            possible = tuple(cause for cause in possible if not cause.about)
        elif not possible:
            unexplained.append(one.of)
        is_sure = bool(shown_by) or (causes.whole.issuperset(_grounds(one, line)) and len(possible) == 1)
        for cause in possible:
            reasons[cause] = reasons.get(cause, False) or is_sure
    # Each cause once: what is sure of one difference is not said again as what may be of another.
    why = [
        Why(sentence, is_sure)
        for is_sure in (True, False)
        for sentence in in_short([cause for cause, sure in reasons.items() if sure == is_sure])
    ]
    if unexplained:
        of = "" if len(unexplained) == len(differences) else f"{' and '.join(dict.fromkeys(unexplained))}: "
        why.append(Why(of + UNEXPLAINED, False))
    return replace(line, why=tuple(why))


_WITH_EVIDENCE = ("wording", "support", "order", "place", "detail", "evidence", "against")


def _possible(one: Difference, line: LineChange, causes: Causes) -> tuple[Cause, ...]:
    """Causes that what the line is computed from had; that time passed is one only where there is no other."""
    able = causes.touching(_grounds(one, line))
    return tuple(cause for cause in able if cause.kind != CauseKind.TIME) or able


def _cited(line: LineChange) -> tuple[str, ...]:
    return tuple(line.placed.line.get("evidence") or ())


def _seen(one: Difference, line: LineChange, old: Page, new: Page, causes: Causes) -> tuple[Cause, ...]:
    """Causes that the difference itself shows: of its findings and their documents, and of all accounts heard."""
    if one.of == "support" and line.before and line.after:
        return _of_the_whole(line.before.line, line.after.line, old, new, causes)
    if not one.ids:
        return ()
    evidence = {**old["evidence"], **new["evidence"]}
    documents = [evidence[i]["document_id"] for i in one.ids if i in evidence]
    return causes.about(*one.ids, *documents)


def _of_the_whole(before: Page, after: Page, old: Page, new: Page, causes: Causes) -> tuple[Cause, ...]:
    """The m of n of m is the number of accounts heard: with n as it was, documents alone can change it."""
    heard = [draft["basis"].get("heard", draft["basis"].get("accounts_heard")) for draft in (old, new)]
    is_whole = [before.get("m"), after.get("m")] == heard and heard[0] != heard[1]
    if not is_whole or before.get("n") != after.get("n"):
        return ()
    kinds = (CauseKind.ADDED, CauseKind.REMOVED, CauseKind.CORRECTED)
    return tuple(cause for cause in causes.all if cause.kind in kinds)


def _grounds(one: Difference, line: LineChange) -> tuple[Ground, ...]:
    """What the line is computed from, in the respect in which it differs."""
    placed = line.placed
    source = str(placed.line.get("source") or "")
    if placed.section == DEFINITION:
        return (Ground.FINDINGS,) if one.of in ("evidence", "order") else (Ground.FINDINGS, Ground.DEALS, Ground.CARD)
    first = next((grounds for start, grounds in _BY_SOURCE if source.startswith(start)), None)
    if first is not None:
        return first
    if _cited(line) or placed.line.get("against"):
        of_deals = one.of in ("detail", "strength", "interval", "refuted_by", "line")
        return (Ground.FINDINGS, Ground.DEALS) if of_deals else (Ground.FINDINGS,)
    return tuple(Ground)


_BY_SOURCE: tuple[tuple[str, tuple[Ground, ...]], ...] = (
    ("lift of findings", (Ground.FINDINGS, Ground.DEALS)),
    ("lift of", (Ground.DEALS,)),
    ("column ", (Ground.DEALS, Ground.CARD)),
    ("scorecard version", (Ground.CARD,)),
    ("segments", (Ground.DEALS,)),
    ("deals", (Ground.DEALS,)),
    ("documents", (Ground.FINDINGS,)),
    ("committees", (Ground.FINDINGS,)),
    ("coverage", (Ground.FINDINGS,)),
    ("reviews", (Ground.FINDINGS,)),
)
"""What a line is computed from by the start of its source; of others, from what they cite, or from anything."""
