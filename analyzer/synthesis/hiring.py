"""Hiring: postings of an account by function and month, whether there are more than usual, and first hires.

Counted are postings that are no copies, have a date and show no sign of a ghost on the day they were posted. A month is
known where the corpus has a posting of it, of whatever account: postings were collected then, and an account without
one had none. Any other month is missing, which is not the same as zero.

A spike is a rate: the postings of the last three months, by the months of them that are known, against the account's
own rate in the twelve months before and the other accounts' rate in all of them. It is one where the interval of the
recent rate (Poisson, exact, Garwood 1936) lies wholly above both. The bases count half a posting more than was seen, so
that nothing seen is not taken for never. What this cannot see: postings that nobody added to the study.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from analyzer.extraction.postings import find_ghost_signs, find_hired_role, find_stated_trigger
from analyzer.extraction.titles import SENIORITIES, find_function, find_titles, read_title
from analyzer.records import Document, DocumentKind, Mention

RECENT_MONTHS = 3
BASE_MONTHS = 12
LEAST_POSTINGS = 3
"""Fewer postings are no spike, whatever came before."""
LEAST_OWN_MONTHS = 3
LEAST_OTHERS_MONTHS = 12
"""Months that must be known before a base says anything: of the account itself, of all other accounts together."""
EVERY_FUNCTION = "all"
NO_FUNCTION = "not told"
CATEGORY = "hiring"
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_FIRST = re.compile(r"\bfirst\b", re.IGNORECASE)

Months = Sequence[date]
Interval = Callable[[int], tuple[float, float]]
"""Where the expected number of events probably lies when so many were seen (``analyzer.scoring.intervals.poisson``)."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting. ``function`` is finance, sales ... or "not told"; ``ghost`` why it is not counted, "" if it is.

    ``says_first`` are its words that nobody had the role before; ``heads`` the functions of those it names as there
    already ("you report to our Head of Data").
    """

    document_id: str
    document: str
    account: str
    title: str
    function: str
    on: date
    ghost: str = ""
    says_first: str = ""
    heads: frozenset[str] = frozenset()

    def mention(self) -> Mention:
        words = self.title or self.document
        return Mention(self.document_id, CATEGORY, words, self.on, self.on, "day", self.document_id, self.document)


@dataclass(frozen=True, slots=True)
class Hiring:
    """Postings of one account and function. ``by_month`` goes from old to new, None for a month nobody collected.

    ``recent`` postings stand in ``recent_months`` known months (the running one counts in part); ``low``-``high`` is
    the 95 % interval of their number a month, None where no recent month is known. ``base`` is the account's own
    number a month before, ``others`` that of the other accounts; None where too few months are known.
    """

    account: str
    function: str
    by_month: Mapping[date, int | None]
    recent: tuple[Posting, ...]
    recent_months: float
    low: float | None
    high: float | None
    base: float | None
    base_months: int
    others: float | None
    is_spike: bool
    first: tuple[Posting, ...] = ()
    why_first: str = ""

    @property
    def rate(self) -> float | None:
        """Postings a month of late."""
        return len(self.recent) / self.recent_months if self.recent_months else None

    @property
    def verdict(self) -> str:
        """spike, first hire, both, as before, too little known, or none of late."""
        found = [name for name, is_so in (("first hire", bool(self.first)), ("spike", self.is_spike)) if is_so]
        if found:
            return " and ".join(found)
        if self.rate is None or (self.base is None and self.others is None):
            return "too little known"
        return "as before" if self.recent else "none of late"

    @property
    def summary(self) -> str:
        """What was counted, in a sentence or two."""
        what = "" if self.function in (EVERY_FUNCTION, NO_FUNCTION) else f" for {self.function}"
        said = f"{len(self.recent)} posting{'' if len(self.recent) == 1 else 's'}{what} in three months"
        if self.is_spike and self.rate is not None and self.low is not None and self.high is not None:
            bases = [f"{self.base:.1f} before" if self.base is not None else ""]
            bases.append(f"{self.others:.1f} at other accounts" if self.others is not None else "")
            before = " and ".join(part for part in bases if part)
            said += f": {self.rate:.1f} a month ({self.low:.1f}-{self.high:.1f}), against {before}"
        return " ".join(part for part in (f"{said}.", self.why_first) if part)

    def mentions(self) -> tuple[Mention, ...]:
        """What a signal of it rests on, newest first: all recent postings of a spike, else those of the first hire."""
        postings = self.recent if self.is_spike else self.first
        return tuple(p.mention() for p in sorted(postings, key=lambda p: (-p.on.toordinal(), p.document_id)))


@dataclass(frozen=True, slots=True)
class HiringTable:
    """``notes`` are sentences about postings that were not counted."""

    rows: tuple[Hiring, ...]
    notes: tuple[str, ...]

    def of(self, account: str) -> tuple[Hiring, ...]:
        return tuple(row for row in self.rows if row.account == account)

    def telling(self, account: str) -> tuple[Hiring, ...]:
        """The rows of an account that are signals; all functions together only where no single one is a spike."""
        rows = [row for row in self.of(account) if row.is_spike or row.first]
        single = any(row.is_spike for row in rows if row.function != EVERY_FUNCTION)
        return tuple(row for row in rows if row.function != EVERY_FUNCTION or not single)


def measure_hiring(
    documents: Iterable[Document], titles: Mapping[str, Sequence[str]], as_of: date, interval: Interval
) -> HiringTable:
    """Every account's postings up to ``as_of``, by function. ``titles`` are those of the people known at each account.

    ``interval`` gives the exact Poisson interval of a count. Copies among ``documents`` are looked at for ghosts only.
    """
    postings, notes = read_postings(documents, as_of)
    counted = [p for p in postings if not p.ghost]
    months = _months_to(as_of, RECENT_MONTHS + BASE_MONTHS)
    corpus = _Corpus(counted, months, frozenset(_month(p.on) for p in postings), as_of)
    rows: list[Hiring] = []
    for account in sorted({p.account for p in counted}):
        mine = [p for p in counted if p.account == account]
        functions = sorted({p.function for p in mine})
        for function in [*functions, *([EVERY_FUNCTION] if len(functions) > 1 else [])]:
            row = _measure(account, function, corpus, interval)
            if function not in (EVERY_FUNCTION, NO_FUNCTION):
                row = _with_first(row, [p for p in postings if p.account == account], titles.get(account, ()))
            rows.append(row)
    return HiringTable(tuple(rows), notes)


def read_postings(documents: Iterable[Document], as_of: date) -> tuple[tuple[Posting, ...], tuple[str, ...]]:
    """The postings of accounts up to a day, oldest first, and sentences about those that cannot be counted."""
    everything = [d for d in documents if d.kind == DocumentKind.JOB_POSTING]
    copies: dict[str, list[Document]] = {}
    for document in everything:
        if document.copy_of:
            copies.setdefault(document.copy_of, []).append(document)
    own = [d for d in everything if not d.copy_of]
    made = [
        _posting_of(d, d.said_on, copies.get(d.id, ())) for d in own if d.said_on and d.account and d.said_on <= as_of
    ]
    notes = [
        _note([d.name for d in own if not d.said_on], "without a date"),
        _note([d.name for d in own if d.said_on and not d.account], "without an account"),
        _note([d.name for d in own if d.said_on and d.said_on > as_of], f"dated after {as_of.isoformat()}"),
        _note([p.document for p in made if p.ghost], "that may be a ghost"),
    ]
    return tuple(sorted(made, key=lambda p: (p.on, p.document_id))), tuple(note for note in notes if note)


def _note(names: Sequence[str], what: str) -> str:
    if not names:
        return ""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{len(names)} posting{'' if len(names) == 1 else 's'} {what}, not counted: {', '.join(names[:3])}{more}."


def _posting_of(document: Document, on: date, copies: Sequence[Document]) -> Posting:
    role = find_hired_role(document)
    function = role.function if role and role.function not in ("", "general") else NO_FUNCTION
    # Judged on its own day: that it is old by now does not unmake it.
    ghost = find_ghost_signs(document, on, copies)
    title = role.title if role else ""
    return Posting(
        document_id=document.id,
        document=document.name,
        account=document.account,
        title=title,
        function=function,
        on=on,
        ghost=ghost[0] if ghost else "",
        says_first=_says_first(document.text),
        heads=_heads_named(document.text, title),
    )


def _says_first(text: str) -> str:
    """The sentence that calls the role the first one, "" for none."""
    sentences = (" ".join(sentence.split()) for sentence in _SENTENCE.split(text))
    return next((s for s in sentences if find_stated_trigger(s) == CATEGORY and _FIRST.search(s)), "")


def _heads_named(text: str, own: str) -> frozenset[str]:
    """The functions of the heads and managers whom a posting names beside the role itself."""
    hired = {mention.title.name for mention in find_titles(own)}
    named = (mention.title for mention in find_titles(text))
    return frozenset(t.function for t in named if t.name not in hired and t.rank >= SENIORITIES.index("manager"))


# -------------------------------------------------------------------------------------------------------------- rates


def _month(day: date) -> date:
    return day.replace(day=1)


def _months_to(as_of: date, count: int) -> list[date]:
    """The first days of so many months, old to new, the last one that of ``as_of``."""
    last = as_of.year * 12 + as_of.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1)]


def _length(month: date, as_of: date) -> float:
    """The part of a month that is over by then, 0-1."""
    days = calendar.monthrange(month.year, month.month)[1]
    return min((as_of - month).days + 1, days) / days


@dataclass(frozen=True, slots=True)
class _Corpus:
    """All counted postings, the months looked at, and those of them in which postings were collected."""

    counted: Sequence[Posting]
    months: Months
    known: frozenset[date]
    as_of: date


def _measure(account: str, function: str, corpus: _Corpus, interval: Interval) -> Hiring:
    counted, months, known = corpus.counted, corpus.months, corpus.known
    of_function = [p for p in counted if function in (p.function, EVERY_FUNCTION) and _month(p.on) in months]
    mine = [p for p in of_function if p.account == account]
    seen = [month for month in months if month in known]
    late = [month for month in seen if month in months[-RECENT_MONTHS:]]
    recent = tuple(p for p in mine if _month(p.on) in late)
    recent_months = sum(_length(month, corpus.as_of) for month in late)
    before = len(seen) - len(late)
    base = (len(mine) - len(recent) + 0.5) / before if before >= LEAST_OWN_MONTHS else None
    companies = {p.account for p in counted if _month(p.on) in months} - {account}
    theirs = len(companies) * (before + recent_months)
    others = (len(of_function) - len(mine) + 0.5) / theirs if theirs >= LEAST_OTHERS_MONTHS else None
    low, high = (bound / recent_months for bound in interval(len(recent))) if recent_months else (None, None)
    bases = [one for one in (base, others) if one is not None]
    is_spike = len(recent) >= LEAST_POSTINGS and low is not None and bool(bases) and low > max(bases)
    by_month = {m: sum(_month(p.on) == m for p in mine) if m in known else None for m in months}
    return Hiring(account, function, by_month, recent, recent_months, low, high, base, before, others, is_spike)


# -------------------------------------------------------------------------------------------------------- first hires


def _with_first(row: Hiring, postings: Sequence[Posting], titles: Sequence[str]) -> Hiring:
    """Marks a first hire: no earlier posting of the account, ghosts among them, and nobody known or named there has
    the function; an account of which nothing else is known has none, unless the posting says so itself."""
    same = [p for p in postings if p.function == row.function]
    opening = min(p.on for p in same)
    first = tuple(p for p in row.recent if p.on == opening)
    functions = [function for title in titles if (function := function_of(title))]
    if not first or row.function in functions or any(row.function in p.heads for p in postings):
        return row
    says = next((p.says_first for p in first if p.says_first), "")
    earlier = [p for p in postings if p.on < opening]
    if says:
        why = f"It says so itself: “{says}”"
    elif earlier or functions:
        why = _nobody(row.function, len(earlier), len(functions))
    else:
        return row
    return replace(row, first=first, why_first=why)


def _nobody(function: str, postings: int, people: int) -> str:
    known = [f"{postings} earlier posting{'' if postings == 1 else 's'}" if postings else ""]
    known.append(f"{people} people known there" if people > 1 else "the one person known there" if people else "")
    return f"The first one for {function}, as far as is known: none of {' and '.join(k for k in known if k)} is."


def function_of(title: str) -> str:
    """What the holder of a title looks after ("finance"); "" for a general title or one nobody knows."""
    read = read_title(title)
    if read and read.function != "general":
        return read.function
    return find_function(title)
