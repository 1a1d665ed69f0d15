"""Why two drafts differ: what went into each, compared, and which of it a changed line can rest on.

A draft keeps what it was made from in ``basis``; older ones keep less of it. What a basis does not hold is read from
the evidence the draft cites, and else is said to be unknown: nothing is offered as the reason that was not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from analyzer.icp.makers import say_makers
from analyzer.records import Status

Page = Mapping[str, Any]

UNEXPLAINED = "no cause found in what was kept"
_DOCUMENT_FIELDS = ("account", "said_on", "document", "speaker", "title", "side")
_READING_FIELDS = ("category", "claim", "intensity", "event_on", "event_precision", "person")


class CauseKind(StrEnum):
    """What can differ between two drafts besides their lines."""

    ADDED = "document added"
    REMOVED = "document removed"
    CORRECTED = "document corrected"
    REJECTED = "finding rejected"
    ACCEPTED = "finding accepted"
    WITHDRAWN = "finding gone"
    REREAD = "finding read anew"
    EXTRACTOR = "extractor"
    CODEBOOK = "codebook"
    DEALS = "deals"
    SCORECARD = "scorecard"
    PRODUCT = "product"
    PROGRAM = "program"
    TIME = "time"


class Ground(StrEnum):
    """What a line is computed from."""

    FINDINGS = "findings"
    DEALS = "deals"
    CARD = "scorecard"
    TIME = "time"


_GROUND = {
    CauseKind.DEALS: (Ground.DEALS,),
    CauseKind.SCORECARD: (Ground.CARD,),
    CauseKind.PRODUCT: (Ground.CARD, Ground.FINDINGS),
    CauseKind.PROGRAM: (Ground.FINDINGS, Ground.DEALS, Ground.CARD),
    CauseKind.TIME: (Ground.TIME,),
}
_SEVERAL = {
    CauseKind.ADDED: "{} documents were added",
    CauseKind.REMOVED: "{} documents were taken out",
    CauseKind.CORRECTED: "{} documents were corrected",
    CauseKind.REJECTED: "{} findings were rejected by a person",
    CauseKind.ACCEPTED: "{} findings were accepted by a person",
    CauseKind.WITHDRAWN: "{} findings are no longer in the study",
    CauseKind.REREAD: "{} findings were read anew",
}


class CardChange(NamedTuple):
    """A version of the scorecard, with who made it and why ("" where that was not said)."""

    version: int
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document as the study has it now; ``added_at`` is the moment, ISO 8601; ``copy_of`` the id of another or ""."""

    name: str
    added_at: str = ""
    copy_of: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the study says now, beside what the drafts kept; every part may be missing.

    ``documents`` and ``statuses`` (of findings) are by id. ``card_changes`` gives the scorecard's versions after the
    first and up to the second number, where the study keeps them.
    """

    documents: Mapping[str, KnownDocument] | None = None
    statuses: Mapping[str, Status] | None = None
    card_changes: Callable[[int, int], Sequence[CardChange]] | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that differs, as a sentence; ``about`` are ids of the document or finding it is about."""

    kind: CauseKind
    sentence: str
    about: tuple[str, ...] = ()

    @property
    def grounds(self) -> tuple[Ground, ...]:
        return _GROUND.get(self.kind, (Ground.FINDINGS,))


@dataclass(frozen=True, slots=True)
class Causes:
    """Everything that differs. ``whole`` are the grounds of which both drafts kept enough to rule other causes out;
    ``gaps`` say what was not kept."""

    all: tuple[Cause, ...]
    whole: frozenset[Ground] = frozenset()
    gaps: tuple[str, ...] = ()
    by_id: Mapping[str, tuple[Cause, ...]] = field(default_factory=dict)

    def about(self, *ids: str) -> tuple[Cause, ...]:
        return tuple(dict.fromkeys(cause for i in ids for cause in self.by_id.get(i, ())))

    def touching(self, grounds: Iterable[Ground]) -> tuple[Cause, ...]:
        wanted = set(grounds)
        return tuple(cause for cause in self.all if wanted & set(cause.grounds))


def find_causes(old: Page, new: Page, known: Known) -> Causes:
    """What the newer draft was made from that the older one was not, and the other way round."""
    causes = [
        *_documents(old, new, known),
        *_corrections(old, new),
        *_reviews(old, new, known),
        *_makers(old, new),
        *_deals(old, new),
        *_card(old, new, known),
        *_product(old, new),
        *_time(old, new),
    ]
    by_id: dict[str, tuple[Cause, ...]] = {}
    for cause in causes:
        for one in cause.about:
            by_id[one] = (*by_id.get(one, ()), cause)
    missing = [_missing(draft) for draft in (old, new)]
    whole = frozenset(Ground) - {ground for some in missing for ground, _ in some}
    return Causes(tuple(causes), whole, tuple(_gaps(old, new, *missing)), by_id)


def documents_of(draft: Page) -> dict[str, str]:
    """Names by id of the documents a draft was made from; of an old one only those it cites."""
    kept = draft["basis"].get("document_ids")
    if isinstance(kept, Mapping):
        return dict(kept)
    return {f["document_id"]: f["document"] for f in draft["evidence"].values()}


def _keeps(draft: Page, *keys: str) -> bool:
    return any(draft["basis"].get(key) is not None for key in keys)


_KEPT = (
    (Ground.FINDINGS, ("document_ids",), "which documents went in"),
    (Ground.FINDINGS, ("findings_ids", "rejected_ids"), "which findings were left out"),
    (Ground.DEALS, ("deals_digest",), "which deals went in"),
)


def _missing(draft: Page) -> list[tuple[Ground, str]]:
    return [(ground, what) for ground, keys, what in _KEPT if not _keeps(draft, *keys)]


def _gaps(old: Page, new: Page, *missing: Sequence[tuple[Ground, str]]) -> Iterator[str]:
    before, after = ([what for _, what in some] for some in missing)
    if before and before == after and old["version"] != new["version"]:
        yield f"Versions {old['version']} and {new['version']} did not keep {', '.join(before)}."
        return
    for draft, what in ((old, before), (new, after)):
        if what:
            yield f"Version {draft['version']} did not keep {', '.join(what)}."


# ----------------------------------------------------------------------------------------------------------- documents


def _documents(old: Page, new: Page, known: Known) -> Iterator[Cause]:
    before, after = documents_of(old), documents_of(new)
    both_keep = _keeps(old, "document_ids") and _keeps(new, "document_ids")
    if not both_keep:
        after = {i: name for i, name in after.items() if _came_between(i, old, new, known)}
        if known.documents is not None:
            after |= {i: d.name for i, d in known.documents.items() if _came_between(i, old, new, known)}
    for i in sorted(after.keys() - before.keys(), key=lambda i: (after[i], i)):
        yield Cause(CauseKind.ADDED, f"document {after[i]} ({i}) was added", (i,))
    gone = before.keys() - documents_of(new).keys()
    for i in sorted(gone, key=lambda i: (before[i], i)):
        document = (known.documents or {}).get(i)
        if document is not None and document.copy_of:
            yield Cause(
                CauseKind.REMOVED, f"document {before[i]} ({i}) is a copy of another and counts no longer", (i,)
            )
        elif both_keep:
            yield Cause(CauseKind.REMOVED, f"document {before[i]} ({i}) was taken out", (i,))
        elif known.documents is not None and document is None:
            yield Cause(CauseKind.REMOVED, f"document {before[i]} ({i}) is no longer in the study", (i,))


def _came_between(document_id: str, old: Page, new: Page, known: Known) -> bool:
    """Added after the older draft was made and before the newer, by the day the study keeps; a copy counts nothing."""
    document = (known.documents or {}).get(document_id)
    if document is None or document.copy_of:
        return False
    return bool(document.added_at) and str(old["made_at"]) <= document.added_at <= str(new["made_at"])


def _corrections(old: Page, new: Page) -> Iterator[Cause]:
    """What the same finding says of its document in each draft, and the states of documents where they were kept."""
    names = documents_of(old) | documents_of(new)
    said: dict[str, dict[str, None]] = {}
    for i, before in old["evidence"].items():
        after = new["evidence"].get(i)
        for name in _DOCUMENT_FIELDS if after else ():
            if before.get(name) != after.get(name):
                sentence = f"{name.replace('_', ' ')} {shown(after.get(name))}, was {shown(before.get(name))}"
                said.setdefault(before["document_id"], {})[sentence] = None
    states = [draft["basis"].get("document_states") or {} for draft in (old, new)]
    for i in states[0].keys() & states[1].keys():
        if states[0][i] != states[1][i]:
            said.setdefault(i, {})
    for i in sorted(said, key=lambda i: (names.get(i, ""), i)):
        changes = f": {'; '.join(said[i])}" if said[i] else ""
        yield Cause(CauseKind.CORRECTED, f"document {names.get(i, '')} ({i}) was corrected{changes}", (i,))


def shown(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)


# ------------------------------------------------------------------------------------------------------------ findings


def _reviews(old: Page, new: Page, known: Known) -> Iterator[Cause]:
    """Findings that a person rejected or accepted, that are gone, or that say something else than before."""
    rejected = set(_rejected(old, new, known))
    gone_documents = documents_of(old).keys() - documents_of(new).keys()
    for i in sorted(rejected):
        finding = old["evidence"].get(i)
        yield Cause(CauseKind.REJECTED, f"{_named(i, finding)} was rejected by a person", (i,))
    for i, before in old["evidence"].items():
        after = new["evidence"].get(i)
        if after is not None:
            yield from _same_finding(i, before, after)
        elif known.statuses is not None and i not in known.statuses and before["document_id"] not in gone_documents:
            yield Cause(CauseKind.WITHDRAWN, f"{_named(i, before)} is no longer a finding of its document", (i,))
    counts = [(draft["basis"].get("reviewed") or {}).get(Status.ACCEPTED.value, 0) for draft in (old, new)]
    if _keeps(old, "reviewed") and _keeps(new, "reviewed") and counts[0] != counts[1]:
        yield Cause(CauseKind.ACCEPTED, f"persons have accepted {counts[1]} findings, before {counts[0]}")
    back = set(old["basis"].get("rejected_ids") or ()) - set(new["basis"].get("rejected_ids") or ())
    if _keeps(new, "rejected_ids"):
        for i in sorted(back & new["evidence"].keys()):
            yield Cause(CauseKind.ACCEPTED, f"{_named(i, new['evidence'][i])} is rejected no longer", (i,))


def _rejected(old: Page, new: Page, known: Known) -> Iterable[str]:
    """By the ids both kept; else those that the older draft was made with, the newer was not, and that are rejected
    now. Of drafts that kept no ids, the cited ones."""
    if _keeps(old, "rejected_ids") and _keeps(new, "rejected_ids"):
        return set(new["basis"]["rejected_ids"]) - set(old["basis"]["rejected_ids"])
    if _keeps(old, "findings_ids") and _keeps(new, "findings_ids"):
        left = set(old["basis"]["findings_ids"]) - set(new["basis"]["findings_ids"])
    else:
        left = old["evidence"].keys() - new["evidence"].keys()
    statuses = known.statuses or {}
    return {i for i in left if statuses.get(i) == Status.REJECTED}


def _same_finding(i: str, before: Page, after: Page) -> Iterator[Cause]:
    if before.get("status") != after.get("status") and after.get("status") == Status.ACCEPTED:
        yield Cause(CauseKind.ACCEPTED, f"{_named(i, after)} was accepted by a person", (i,))
    said = [
        f"{name.replace('_', ' ')} {shown(after.get(name))}, was {shown(before.get(name))}"
        for name in _READING_FIELDS
        if before.get(name) != after.get(name)
    ]
    if said:
        yield Cause(CauseKind.REREAD, f"{_named(i, after)} was read anew: {'; '.join(said)}", (i,))


def _named(finding_id: str, finding: Page | None) -> str:
    return f"finding {finding_id} of {finding['document']}" if finding else f"finding {finding_id}"


# ----------------------------------------------------------------------------------------------------- everything else


def _makers(old: Page, new: Page) -> Iterator[Cause]:
    before, after = (tuple(draft["basis"].get("extractors") or ()) for draft in (old, new))
    if set(before) != set(after):
        was, now = say_makers(before, after)
        made = f"the findings were made by {now}" if now else "there are no findings any more"
        yield Cause(CauseKind.EXTRACTOR, made + (f", before by {was}" if was else ""))
    programs = [draft["basis"].get("program") for draft in (old, new)]
    if programs[0] != programs[1]:
        yield Cause(
            CauseKind.PROGRAM, f"the program that drafts is version {shown(programs[1])}, was {shown(programs[0])}"
        )
    stamps = [str(draft["basis"].get("codebook") or "") for draft in (old, new)]
    if stamps[0] != stamps[1]:
        was, now = (stamp.partition("#")[0] for stamp in stamps)
        if was == now:
            was, now = stamps
        yield Cause(CauseKind.CODEBOOK, f"the codebook is {shown(now)}" + (f", was {was}" if was else ""))


def _deals(old: Page, new: Page) -> Iterator[Cause]:
    before, after = old["basis"], new["basis"]
    counts = [_counted_deals(basis) for basis in (before, after)]
    both = _keeps(old, "deals_digest") and _keeps(new, "deals_digest")
    accounts = [basis.get("accounts") for basis in (before, after)]
    if counts[0] != counts[1]:
        yield Cause(CauseKind.DEALS, f"deals were imported: {counts[1]}, before {counts[0]}")
    elif both and before["deals_digest"] != after["deals_digest"]:
        yield Cause(CauseKind.DEALS, f"deals or accounts were imported anew, as many as before ({counts[1]})")
    if None not in accounts and accounts[0] != accounts[1]:
        yield Cause(CauseKind.DEALS, f"accounts were imported: {accounts[1]}, before {accounts[0]}")


def _counted_deals(basis: Page) -> str:
    return ", ".join(f"{n} {outcome}" for outcome, n in sorted((basis.get("deals") or {}).items())) or "no deals"


def _card(old: Page, new: Page, known: Known) -> Iterator[Cause]:
    before, after = (draft["basis"].get("scorecard") for draft in (old, new))
    if before != after:
        made = ""
        if known.card_changes is not None and isinstance(before, int) and isinstance(after, int):
            made = "; ".join(
                f"version {change.version} by {change.author or 'nobody named'}"
                + (f": {change.reason}" if change.reason else "")
                for change in known.card_changes(before, after)
            )
        yield Cause(
            CauseKind.SCORECARD,
            f"the scorecard is version {shown(after)}, was {shown(before)}" + (f" ({made})" if made else ""),
        )
    elif _printed_card(old) != _printed_card(new):
        yield Cause(CauseKind.SCORECARD, f"the scorecard was changed under the same version number, {shown(after)}")


def _printed_card(draft: Page) -> list[str]:
    return [line["statement"] for s in draft["sections"] if s["key"] == "scorecard" for line in s["lines"]]


def _product(old: Page, new: Page) -> Iterator[Cause]:
    if old.get("product") != new.get("product"):
        yield Cause(
            CauseKind.PRODUCT, f"the product is called {shown(new.get('product'))}, was {shown(old.get('product'))}"
        )


def _time(old: Page, new: Page) -> Iterator[Cause]:
    days = [date.fromisoformat(str(draft["made_at"])[:10]) for draft in (old, new)]
    passed = (days[1] - days[0]).days
    if passed:
        yield Cause(CauseKind.TIME, f"{passed} days passed, in which signals lose strength")


def in_short(causes: Sequence[Cause]) -> list[str]:
    """Causes as sentences; several of a kind that would fill a line as one that counts them."""
    kinds: dict[CauseKind, list[Cause]] = {}
    for cause in causes:
        kinds.setdefault(cause.kind, []).append(cause)
    return [
        _SEVERAL[kind].format(len(same)) if len(same) > 2 and kind in _SEVERAL else "; ".join(c.sentence for c in same)
        for kind, same in kinds.items()
    ]
