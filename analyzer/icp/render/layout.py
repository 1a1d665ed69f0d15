"""What stands on the page of a draft, the same in every format: sentences, lines and evidence, in order.

A draft is plain data of any age; what an older one does not hold is taken as empty here, and here alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from analyzer.errors import StudyError
from analyzer.icp.material import FEW_CLOSED
from analyzer.icp.strength import STRENGTH_RULE
from analyzer.printing import counted

Page = Mapping[str, Any]

HYPOTHESIS = "Hypothesis: no deal backs this yet"
# A line names these; the appendix holds them all.
SHOWN_IDS = 3
SHOWN_AGAINST = 2
SHORT_QUOTE = 140
TABLES = ("scorecard", "validation")


@dataclass(frozen=True, slots=True)
class Citation:
    """One piece of evidence: ``code`` is kind/category, ``who`` said it, ``where`` the document, place and date.

    ``stands`` says so when the lines that cite it cite it against themselves; else it is empty.
    """

    id: str
    code: str
    quote: str
    who: str
    where: str
    stands: str

    @property
    def about(self) -> tuple[str, ...]:
        """What stands under the quote, but for its id."""
        return tuple(part for part in (self.stands, self.who, self.where, self.code) if part)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark under a line: how it begins, its words, and the findings they are."""

    lead: str
    words: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``support`` says what it rests on but for ``strength``; ``source`` is there where no finding is.

    ``against`` are the sentences that speak against it, each with the id of its finding.
    """

    statement: str
    support: str
    strength: str
    source: str
    ids: tuple[str, ...]
    against: tuple[tuple[str, str], ...]
    more_against: tuple[str, ...]
    refuted_by: str

    @property
    def cited(self) -> tuple[str, ...]:
        """Every finding that the line names, for it and against it."""
        return tuple(dict.fromkeys((*self.ids, *(i for i, _ in self.against), *self.more_against)))

    @property
    def notes(self) -> tuple[Note, ...]:
        """What stands under the line: the words against it, and what would refute it."""
        against = [Note("Against", said, (finding_id,)) for finding_id, said in self.against]
        more = [Note("Against", "", self.more_against)] if self.more_against else []
        return (*against, *more, *([Note("Refuted by", self.refuted_by, ())] if self.refuted_by else []))

    @property
    def rests_on(self) -> str:
        return "; ".join(part for part in (self.support, self.strength) if part)


@dataclass(frozen=True, slots=True)
class Block:
    """One section. ``shared`` says in words what all of its lines would repeat, and they then do not say."""

    key: str
    heading: str
    shared: str
    entries: tuple[Entry, ...]

    @property
    def is_table(self) -> bool:
        return self.key in TABLES


@dataclass(frozen=True, slots=True)
class Group:
    """The evidence that a section is the first to cite."""

    heading: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole page. ``banner`` and ``legend`` are empty where there is nothing to say."""

    title: str
    version: str
    made_at: datetime
    basis: str
    banner: str
    definition: Entry
    blocks: tuple[Block, ...]
    legend: str
    groups: tuple[Group, ...]

    @property
    def size(self) -> int:
        """About how many characters of room the page takes without its evidence; decides how small it is set.

        A line ends half empty, and a heading takes the room of three.
        """
        shown = [self.definition, *(entry for block in self.blocks for entry in block.entries)]
        return sum(map(_room_of, shown)) + 100 * len(self.blocks)


def lay_out(draft: Page, says_once: bool = True) -> Layout:
    """Everything that the page of a draft shows, in order; what all lines of a section repeat is ``says_once``."""
    evidence: Mapping[str, Page] = draft["evidence"]
    unit = unit_of(draft)
    definition = _entry(draft["definition"], evidence, unit=unit)
    blocks = tuple(_block(section, evidence, says_once, unit) for section in draft["sections"])
    is_graded = any(e.strength for e in (definition, *(e for b in blocks for e in b.entries)))
    made_at = moment_of(draft)
    return Layout(
        title=title_of(draft),
        version=f"Version {draft['version']}, {str(draft['made_at'])[:10]}",
        made_at=made_at,
        basis=basis_of(draft),
        banner=_banner(draft["basis"]) if draft.get("is_hypothesis") else "",
        definition=definition,
        blocks=blocks,
        legend=STRENGTH_RULE if is_graded else "",
        groups=_groups(definition, blocks, evidence),
    )


def title_of(draft: Page) -> str:
    segment = draft.get("segment") or ""
    return f"Ideal Customer Profile: {draft['product'] or 'our product'}" + (f", {segment}" if segment else "")


def moment_of(draft: Page) -> datetime:
    """When the draft was made, in UTC; files that carry a date carry this one, so that the same draft is the same file.

    1980-01-01, the first day that a zip file can hold, where the draft says no moment.
    """
    first = datetime(1980, 1, 1, tzinfo=UTC)
    try:
        made = datetime.fromisoformat(str(draft["made_at"]))
    except ValueError:
        return first
    return max(first, made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC))


def check_evidence(draft: Page, texts: Mapping[str, str]) -> None:
    """Raises StudyError when a cited quote does not stand where it says. ``texts`` by document id; a removed document,
    which an old draft may cite, has none and is passed over."""
    for finding_id, finding in draft["evidence"].items():
        text = texts.get(finding["document_id"])
        if text is not None and text[finding["start"] : finding["end"]] != finding["quote"]:
            raise StudyError(
                f"The draft cites {finding_id}, which is not what {finding['document']} says there. "
                "Run `icp check` to see what is damaged."
            )


def unit_of(draft: Page) -> str:
    """What "n of m" counts where findings carry a line: accounts, or documents where none is of a known account."""
    basis = draft["basis"]
    return "account" if basis["accounts_heard"] or not basis.get("documents_of_no_account") else "document"


def basis_of(draft: Page) -> str:
    """The sentence that says what a draft was made from."""
    basis = draft["basis"]
    deals = ", ".join(f"{n} {outcome}" for outcome, n in basis["deals"].items()) or "no deals"
    return f"Made from {_documents_of(basis)}, {counted(basis['findings'], 'finding')}, deals: {deals}."


def _documents_of(basis: Page) -> str:
    """ "5 documents of 3 accounts and 2 of no account (1 more not read yet)"."""
    unread, homeless = basis.get("documents_unread", 0), basis.get("documents_of_no_account", 0)
    named = basis["documents"] - unread - homeless
    of_accounts = f"{counted(named, 'document')} of {counted(basis['accounts_heard'], 'account')}"
    said = [of_accounts] if named else []
    said += [f"{homeless} of no account" if named else f"{counted(homeless, 'document')} of no account"] * bool(
        homeless
    )
    more = f" ({unread} more not read yet)" if said else f" ({counted(unread, 'document')} not read yet)"
    return (" and ".join(said) or "no document") + (more if unread else "")


def _banner(basis: Page) -> str:
    """Why a draft is a hypothesis; an older one holds no number."""
    won, lost = basis.get("accounts_won", 0), basis.get("accounts_lost", 0)
    if not won:
        return HYPOTHESIS
    return f"Hypothesis: {won} won and {lost} lost accounts are too few to back it, {FEW_CLOSED} of each are needed"


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"


def support_of(line: Page, unit: str = "account") -> str:
    """What a line rests on, in words: n of m accounts (``unit`` as ``unit_of`` the draft) where findings carry it, the
    rate with its 95 % interval, the detail, and how strong that makes it."""
    return _entry(line, {}, unit=unit).rests_on


def _entry(line: Page, evidence: Mapping[str, Page], shared: Sequence[str] = (), unit: str = "account") -> Entry:
    ids, against = tuple(line["evidence"]), tuple(line.get("against") or ())
    n, m = line["n"], line["m"]
    said_by = f"{n} of {m} {_plural(unit, m)}" if n is not None and ids else ""
    detail = "" if "detail" in shared else line["detail"]
    return Entry(
        statement=line["statement"],
        support="; ".join(part for part in (said_by, _rate(line), detail) if part),
        strength=line.get("strength") or "",
        source="" if ids or "source" in shared else line["source"],
        ids=ids,
        against=tuple((i, _objection(evidence.get(i))) for i in against[:SHOWN_AGAINST]),
        more_against=against[SHOWN_AGAINST:],
        refuted_by=line.get("refuted_by") or "",
    )


def _room_of(entry: Entry) -> int:
    words = (entry.statement, entry.rests_on, entry.source, shown_ids(entry.ids), entry.refuted_by)
    return sum(map(len, words)) + sum(len(said) for _, said in entry.against) + 30 * len(entry.notes) + 25


def _rate(line: Page) -> str:
    """ "58 %, 95 % interval 40-75 %"; empty where the line is no rate."""
    low, high = line.get("low"), line.get("high")
    if low is None or high is None:
        return ""
    share = f"{100 * line['n'] / line['m']:.0f} %, " if line["m"] and line["n"] is not None else ""
    return f"{share}95 % interval {100 * low:.0f}-{100 * high:.0f} %"


def _objection(finding: Page | None) -> str:
    if finding is None:
        return ""
    quote = " ".join(finding["quote"].split())
    if len(quote) > SHORT_QUOTE:
        quote = quote[:SHORT_QUOTE].rsplit(" ", 1)[0] + " …"
    account = finding["account"] or finding["document"]
    question = finding.get("question")
    asked = f"asked “{' '.join(question.split())}”: " if question else ""
    return f"{asked}“{quote}” ({account})"


def _block(section: Page, evidence: Mapping[str, Page], says_once: bool, unit: str) -> Block:
    lines = section["lines"]
    shared = _shared(lines) if says_once else {}
    said = "; ".join(_in_words(field, value, unit) for field, value in shared.items())
    return Block(
        key=section["key"],
        heading=section["heading"],
        shared=f"Where not said otherwise: {said}" if said else "",
        entries=tuple(_entry(line, evidence, tuple(shared), unit) for line in lines),
    )


def _shared(lines: Sequence[Page]) -> dict[str, str]:
    """What every line of a section would repeat (a caution, where its number is from), by field."""
    if len(lines) < 2:
        return {}
    fields = {field: {line[field] for line in lines} for field in ("detail", "source")}
    if any(line["evidence"] for line in lines):
        del fields["source"]
    return {field: said.pop() for field, said in fields.items() if len(said) == 1 and said != {""}}


_ENDED = re.compile(r"(\d+) (won|lost|open|churned)")
_SOURCES = {
    "scores": "by the scores of the accounts",
    "backtest": "by the backtest of the scorecard",
    "segments": "by the segments of the won accounts",
    "coverage": "by who was heard",
}


def _in_words(field: str, said: str, unit: str) -> str:
    """What stands for itself beside a line, as one reads it alone: "heard at 1 won account"."""
    if field == "source":
        lift = said.removeprefix("lift of ")
        return _SOURCES.get(said) or (f"by the win rates of {lift}" if lift != said else f"by {said}")
    first, *more = said.split("; ")
    ends = [_ENDED.fullmatch(part) for part in first.split(", ")]
    named = [f"{end[1]} {end[2]}" for end in ends if end]
    if len(named) < len(ends):
        return said
    total = sum(int(end[1]) for end in ends if end)
    joined = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    heard = "heard in" if unit == "document" else "heard at"
    return "; ".join((f"{heard} {joined} {_plural(unit, total)}", *more))


def _groups(definition: Entry, blocks: Sequence[Block], evidence: Mapping[str, Page]) -> tuple[Group, ...]:
    """All evidence, each piece once, under the first section that cites it."""
    heading_of: dict[str, str] = {}
    backing: set[str] = set()
    for heading, entries in (*((b.heading, b.entries) for b in blocks), ("The definition", (definition,))):
        for entry in entries:
            backing.update(entry.ids)
            heading_of |= {i: heading for i in entry.cited if i not in heading_of}
    groups: dict[str, list[Citation]] = {}
    for finding_id in (*(i for i in heading_of if i in evidence), *(i for i in evidence if i not in heading_of)):
        heading = heading_of.get(finding_id, "Beside the lines")
        stands = "speaks against its line" if finding_id in heading_of and finding_id not in backing else ""
        groups.setdefault(heading, []).append(_citation(finding_id, evidence[finding_id], stands))
    return tuple(Group(heading, tuple(citations)) for heading, citations in groups.items())


def _citation(finding_id: str, finding: Page, stands: str) -> Citation:
    named = ", ".join(part for part in (finding["speaker"], finding["title"], finding["account"]) if part)
    said_on = f", {finding['said_on']}" if finding["said_on"] else ""
    return Citation(
        id=finding_id,
        code=f"{finding['kind']}/{finding['category']}",
        quote=finding["quote"],
        who=(named or "not named") + (f", asked “{question}”" if (question := finding.get("question")) else ""),
        where=f"{finding['document']}, characters {finding['start']}-{finding['end']}{said_on}",
        stands=stands,
    )


def shown_ids(ids: Sequence[str]) -> str:
    """The first few of the ids and how many more there are."""
    more = len(ids) - SHOWN_IDS
    return ", ".join(ids[:SHOWN_IDS]) + (f", +{more}" if more > 0 else "")
