"""The walk: every sentence of every rendered draft is a fixed one, or rests on words that stand, or on a recount.

Nothing here asks ``analyzer.icp`` for a number. ``Recount`` says each line anew from the study's documents, findings,
accounts, deals and scores, and by formulas of its own; a line that cannot be said anew is left over.
"""

from __future__ import annotations

import copy
import io
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from statistics import NormalDist, median
from typing import Any

import docx
import pytest
from pypdf import PdfReader
from small_study import DAY, Said, keep, of_nobody, some_of_nobody, two_kinds

from analyzer.accounts import Told
from analyzer.icp.render import render_docx, render_html, render_markdown, render_pdf
from analyzer.printing import plain_markdown
from analyzer.reading.tables.accounts import read_accounts
from analyzer.records import Account, Deal, DocumentKind, Finding, Kind, Outcome, Status
from analyzer.settings import Settings
from analyzer.study import Study
from analyzer.synthesis.negative import read_against

DEMO = Path(__file__).parent.parent / "corpora" / "demo"
Page = Mapping[str, Any]
Z = NormalDist().inv_cdf(0.975)
HEADINGS = {
    "firmographics": "Who they are",
    "technographics": "What they run",
    "triggers": "What makes them look",
    "pains": "What hurts",
    "committee": "Who decides",
    "alternatives": "What they did or tried instead",
    "criteria": "What it must do",
    "objections": "What holds them back",
    "outcomes": "What they get, and how they measure it",
    "channels": "Where they look",
    "language": "Their words",
    "anti_icp": "Who it is not for",
    "segments": "Segments",
    "scorecard": "Scorecard",
    "validation": "Does it hold",
    "examples": "Accounts like this",
    "unknowns": "What we do not know",
}
KINDS = {
    "triggers": Kind.TRIGGER,
    "pains": Kind.PAIN,
    "committee": Kind.ROLE,
    "alternatives": Kind.ALTERNATIVE,
    "criteria": Kind.CRITERION,
    "objections": Kind.OBJECTION,
    "outcomes": Kind.OUTCOME,
    "channels": Kind.CHANNEL,
}
OTHERWISE = {
    "triggers": "and buyers name other events",
    "pains": "and buyers do not name it, or would not pay to be rid of it",
    "committee": "and others turn out to decide",
    "alternatives": "and buyers solve it another way",
    "criteria": "and it decides no purchase",
    "objections": "and nobody turns down an offer over it",
    "outcomes": "and those who bought see no such result",
    "channels": "and buyers come from elsewhere",
    "technographics": "and buyers run other tools",
    "language": "and buyers put it in other words",
}
LEGEND = (
    "Strong: said at 5 accounts or more and at 40% or more of those heard, or predictive over 20 won and 20 lost "
    "deals. Some: at 2 accounts or more. Thin: at one, or at none that is known. "
    "With no account known, documents count."
)
NO_DEALS = "No deals are imported: nothing here is checked against who bought."
NOTHING_READ = "Nothing has been read yet: press Extract, or `icp extract`."
BAD_NEWS = "Bad news, which speaks against buying now"
NOT_ENOUGH = "Not enough was heard or imported yet to say who the ideal customer is."
UNTESTED = "Not tested within the segment: its bands are read off its own won accounts."
BLANK: Page = {
    "n": None, "m": None, "evidence": [], "source": "", "detail": "", "low": None, "high": None, "strength": None,
    "against": [], "refuted_by": "",
}  # fmt: skip


def wilson(some: int, n: int) -> tuple[float, float]:
    """The roots of (some/n - p)^2 = z^2 p (1 - p) / n."""
    if n == 0:
        return 0.0, 1.0
    a, b, c = 1 + Z * Z / n, -2 * some / n - Z * Z / n, (some / n) ** 2
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return max(0.0, (-b - root) / (2 * a)), min(1.0, (-b + root) / (2 * a))


def joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def deals_refute(who: str, how: str = "win no more often than the others") -> str:
    return f"20 won and 20 lost deals in which {who} {how}."


def newcombe(some: int, n: int, others: int, m: int) -> tuple[float, float]:
    """The difference of two shares, by the score interval of each."""
    one, other = some / n, others / m
    (low, high), (rest_low, rest_high) = wilson(some, n), wilson(others, m)
    below, above = math.hypot(one - low, rest_high - other), math.hypot(high - one, other - rest_low)
    return max(-1.0, one - other - below), min(1.0, one - other + above)


def tally(said: int, heard: int) -> str:
    return "strong" if said >= 5 and said >= 0.4 * heard else "some" if said >= 2 else "thin"


class LeftOverError(AssertionError):
    """A line that nothing in the study says."""


@dataclass
class Recount:
    """A study's facts, of all its accounts or of one segment's, and every line of a draft said anew from them."""

    study: Study
    segment: str = ""

    def __post_init__(self) -> None:
        self.readings = self.study.account_readings(DAY)
        self.segments = self.study.segments()
        self.card = self.study.scorecard()
        self.codebook = self.study.codebook
        self.place = next((i for i, s in enumerate(self.segments.segments) if s.name == self.segment), None)

    def mine(self, account: str) -> bool:
        return self.place is None or self.segments.members.get(account) == self.place

    # ---------------------------------------------------------------------------------------------------- the study

    @cached_property
    def documents(self) -> list[Any]:
        return [d for d in self.study.documents() if not d.copy_of and self.mine(d.account)]

    @cached_property
    def findings(self) -> dict[str, Finding]:
        standing = (f for f in self.study.findings() if f.status != Status.REJECTED and self.mine(f.account))
        return {f.id: f for f in standing}

    @cached_property
    def denials(self) -> dict[str, Any]:
        return {d.id: d for d in self.study.store.denials() if self.mine(d.account)}

    @cached_property
    def accounts(self) -> dict[str, Account]:
        return {a.name: a for a in self.study.accounts(Told.COMPARABLE) if self.mine(a.name)}

    @cached_property
    def deals(self) -> list[Deal]:
        return [d for d in self.study.store.deals() if self.mine(d.account)]

    @cached_property
    def latest(self) -> dict[str, Deal]:
        """The deal that counts for each account: a closed one before an open one, the last to close."""
        kept: dict[str, Deal] = {}
        for deal in self.deals:
            old = kept.get(deal.account)
            is_open = deal.outcome == Outcome.OPEN
            if old is None or old.outcome == Outcome.OPEN or not is_open:
                newer = old is None or (deal.closed_on or date.min) >= (old.closed_on or date.min)
                if newer or (old is not None and old.outcome == Outcome.OPEN and not is_open):
                    kept[deal.account] = deal
        return kept

    @cached_property
    def read(self) -> list[Any]:
        """Documents that were extracted, or of which something is held all the same."""
        done = {*self.study.store.extractions(), *(f.document_id for f in self.study.findings())}
        return [d for d in self.documents if d.id in done]

    @cached_property
    def homes(self) -> dict[str, str]:
        """For whom each document counts: an account, or the first of the documents with the same people."""

        def people(d: Any) -> set[str]:
            names = [p.name.casefold() for p in d.participants if p.side == "customer"]
            return {name for name in names if re.fullmatch(r"[^\W\d]+( [^\W\d]+)+", name) and "speaker" not in name}

        homes = {d.id: d.account for d in self.documents if d.account}
        homeless = [d for d in self.documents if not d.account]
        for document in homeless:
            group = [document]
            for _ in homeless:
                names = set().union(*map(people, group))
                group = [d for d in homeless if d in group or names & people(d)]
            names = set().union(*map(people, group))
            accounts = {d.account for d in self.documents if d.account and names & people(d)}
            homes[document.id] = next(iter(accounts)) if len(accounts) == 1 else group[0].id
        return homes

    @cached_property
    def named(self) -> set[str]:
        return {d.account for d in self.documents if d.account}

    @cached_property
    def unit(self) -> str:
        return "document" if self.read and not any(self.homes[d.id] in self.named for d in self.read) else "account"

    @cached_property
    def heard(self) -> set[str]:
        homes = {self.homes[d.id] for d in self.read}
        return homes if self.unit == "document" else homes & self.named

    def home(self, said: Any) -> str:
        return self.homes[said.document_id]

    def is_bad_news(self, said: Any) -> bool:
        return said.kind == Kind.TRIGGER and bool(read_against(said.quote, self.study.product.competitors))

    @cached_property
    def told(self) -> dict[str, Finding]:
        """The findings, but for those that speak against buying."""
        return {i: f for i, f in self.findings.items() if not self.is_bad_news(f)}

    def outcome_of(self, account: str) -> str:
        if account in self.latest:
            return self.latest[account].outcome.value
        return next((d.outcome.value for d in self.documents if self.homes[d.id] == account and d.outcome), "")

    @cached_property
    def ended(self) -> Counter[str]:
        """How it ended with each account of which that is known."""
        of_documents = {self.homes[d.id] for d in self.documents if d.outcome}
        return Counter(self.outcome_of(a) for a in of_documents | set(self.latest))

    @cached_property
    def is_hypothesis(self) -> bool:
        return self.ended["won"] + self.ended["churned"] < 5 or self.ended["lost"] < 5

    @cached_property
    def lift(self) -> Any:
        """For the verdicts, and how many traits were tested; never for a count."""
        from analyzer.scoring.lift import measure_lift

        if not self.segment:
            return self.study.lift()
        said = {d.account: [f for f in self.findings.values() if f.account == d.account] for d in self.documents}
        return measure_lift(self.accounts.values(), self.deals, said)

    @cached_property
    def scores(self) -> dict[str, tuple[float, str]]:
        """(score, tier) of each account; in a segment by the card that its draft shows."""
        from analyzer.scoring.score import score_account

        made = {}
        for r in self.readings:
            if not self.mine(r.account.name):
                continue
            score = r.score
            if self.segment:
                tells = r.heard or any(s.counts and s.dated_on for s in r.signals)
                score = score_account(
                    r.account, r.signals if tells else None, self.own_card, r.findings if r.heard else None
                )
            made[r.account.name] = (score.score, score.tier)
        return made

    @cached_property
    def own_card(self) -> Any:
        if self.place is None:
            return self.card
        mine = self.segments.segments[self.place]
        industry = self.card.industry.model_copy(update={"fitting": mine.industries})
        size = self.card.size.model_copy(update={"low": mine.low, "high": mine.high})
        countries = Counter(a.country for a in self.accounts.values() if a.name in mine.accounts and a.country)
        supported = tuple(c for c, n in countries.most_common() if n > 1)
        geography = self.card.geography.model_copy(update={"supported": supported})
        origin = "industry, size and country as in this segment, the rest as in the study's scorecard"
        own = {"industry": industry, "size": size, "geography": geography, "origin": origin}
        return self.card.model_copy(update=own)

    @cached_property
    def everyone(self) -> Recount:
        return Recount(self.study) if self.segment else self

    def count(self, outcome: Outcome) -> int:
        return sum(d.outcome == outcome for d in self.deals)

    # ------------------------------------------------------------------------------------------------------- lines

    def say(self, key: str, line: Page) -> dict[str, Any]:
        """The line as the study says it. Raises LeftOverError when no rule knows it."""
        rules: Sequence[Callable[[str, Page], Page | None]] = (
            self.rate, self.kind, self.bad_news, self.denied, self.tool, self.phrase, self.lost_over, self.scored,
            self.tested, self.best, self.parted, self.missing,
        )  # fmt: skip
        for rule in rules:
            said = rule(key, line)
            if said is not None:
                whole = {**BLANK, **said}
                if self.is_hypothesis and not whole["refuted_by"]:
                    whole["refuted_by"] = self.refutation(key, whole)
                return whole
        raise LeftOverError(f"{key}: {line['statement']}")

    def refutation(self, key: str, line: Page) -> str:
        statement, m = line["statement"], line["m"] or 0
        if statement.startswith(BAD_NEWS) or line["source"] == "lift":
            return ""
        more = max(8 - m, 3)
        if key == "anti_icp" and not line["source"].startswith("lift of"):
            return f"{more} more lost accounts are heard, none of them says so, and they were lost over something else."
        if key in ("firmographics", "anti_icp") or (key in OTHERWISE and line["source"].startswith("lift of")):
            how = {"how": "win as often as the others"} if key == "anti_icp" else {}
            return deals_refute(f"accounts of “{statement}”", **how)
        if key in OTHERWISE:
            return f"{more} more accounts are heard, none of them says so, {OTHERWISE[key]}."
        if key == "examples" or statement.startswith("Tier 1 from"):
            return deals_refute(f"accounts of tier {statement[5]}")
        if key == "scorecard" and not statement.endswith(": open"):
            return deals_refute(f"accounts of “{re.sub(r' [0-9.]+: ', ': ', statement, count=1)}”")
        return ""

    # deals ------------------------------------------------------------------------------------------------------------

    @cached_property
    def closed(self) -> list[tuple[Account, bool]]:
        """Accounts whose last closed deal was won or lost, with whether it was won."""
        pairs = [(self.accounts[n], d.outcome) for n, d in self.latest.items() if n in self.accounts]
        return [(a, o == Outcome.WON) for a, o in pairs if o in (Outcome.WON, Outcome.LOST)]

    @cached_property
    def churned(self) -> list[Account]:
        return [self.accounts[n] for n, d in self.latest.items() if d.outcome == Outcome.CHURNED]

    def rate(self, key: str, line: Page) -> Page | None:
        """ "Country: United States", with the deals won with it and without it."""
        if not line["source"].startswith("lift of"):
            notes = {"firmographics": [self.nothing_predicts(), self.counting()], "anti_icp": [self.too_few()]}
            if line["source"] == "lift" and line["statement"] and line["statement"] in notes.get(key, ()):
                return {"statement": line["statement"], "source": "lift"}
            return None
        name, _, value = line["statement"].partition(": ")
        has, known = self.trait(line["source"], name.lower() if "column" not in line["source"] else "", value)
        inside = [won for a, won in self.closed if known(a) and has(a)]
        rest = [won for a, won in self.closed if known(a) and not has(a)]
        won, left = sum(inside), sum(has(a) for a in self.churned)
        share = won / (won + sum(rest)) if won + sum(rest) else 0.0
        rows = [r for r in self.lift.rows if f"lift of {r.source}" == line["source"] and r.value == value]
        if not rows:
            raise LeftOverError(line["statement"])
        verdict = str(rows[0].verdict)
        words = {
            "predictive": "predictive, wins more",
            "negative": "negative, wins less",
            "too few deals": "too few deals to say",
            "descriptive only": self.not_shown(won, len(inside), sum(rest), len(rest), share),
        }[verdict]
        detail = f"{words}; won {won} of {many(len(inside), 'account')}"
        detail += f"; all others {sum(rest)} of {len(rest)}" if rest else ""
        low, high = wilson(won, len(inside))
        strengths = {"predictive": "strong", "negative": "strong", "too few deals": "thin"}
        return {
            "statement": line["statement"],
            "n": won,
            "m": len(inside),
            "source": line["source"],
            "detail": detail + (f"; {left} bought and left" if left else ""),
            "low": low,
            "high": high,
            "strength": strengths.get(verdict, "some"),
        }

    def not_shown(self, some: int, n: int, others: int, m: int, share: float) -> str:
        if not n or not m:
            return ""
        low, high = (100 * end for end in newcombe(some, n, others, m))
        gap = some / n - others / m
        more = "wins more" if gap > 0 else "wins less" if gap < 0 else "makes a difference"
        common = f"{100 * share:.0f} % of won accounts have it; " if share >= 0.5 else ""
        among = f", but one of {self.lift.tested} traits tested" if low > 0 or high < 0 else ""
        seen = f"{100 * some / n:.0f} % against {100 * others / m:.0f} %, difference {low:+.0f} to {high:+.0f} points"
        return f"descriptive only, {common}that it {more} was not shown ({seen}{among})"

    def counting(self) -> str:
        """How many closed deals become how many accounts; empty where each has one."""
        closed = [d for d in self.deals if d.outcome != Outcome.OPEN and d.account in self.accounts]
        accounts = {d.account for d in closed}
        won, earlier = sum(w for _, w in self.closed), len(closed) - len(accounts)
        if not earlier:
            return ""
        left = f", {len(self.churned)} bought and left" if self.churned else ""
        return (
            f"{len(closed)} closed deals of {many(len(accounts), 'account')}: each account counts once here, with its "
            f"latest closed deal ({won} won, {len(self.closed) - won} lost{left}); {earlier} earlier "
            f"{'ones do' if earlier > 1 else 'one does'} not count."
        )

    def too_few(self) -> str:
        won, lost = sum(w for _, w in self.closed), sum(not w for _, w in self.closed)
        counted = f"{many(won, 'account')} won and {lost} lost, 20 of each are needed"
        return f"Too few deals to say who it is not for: {counted}." if self.closed and min(won, lost) < 20 else ""

    def trait(self, source: str, names: str, value: str) -> tuple[Callable[[Account], bool], Callable[[Account], bool]]:
        """Whether an account has a value, and whether that is known of it."""
        if source == "lift of profile of the won deals":
            parts = dict(zip(names.split(" + "), value.rsplit(", ", 1) if " + " in names else [value], strict=True))
            tests = [self.trait(f"lift of column {n}", "", v) for n, v in parts.items()]
            return lambda a: all(has(a) for has, _ in tests), lambda a: all(known(a) for _, known in tests)
        column = source.removeprefix("lift of column ")
        fold = self.card.neighbours.sense_of(column)
        wanted = {fold(v) for v in (value.split(" or ") if column == "industry" else [value])}

        def cells(a: Account) -> list[str]:
            if column == "tools":
                return list(a.tools)
            held = getattr(a, column) if hasattr(a, column) else a.attributes.get(column, "")
            return [] if held in ("", None) else [p.strip() for p in str(held).split(";")]

        band = re.fullmatch(r"(\d+)-(\d+)", value)
        if band and column == "employees":
            low, high = int(band[1]), int(band[2])
            return lambda a: a.employees is not None and low <= a.employees <= high, lambda a: a.employees is not None
        return lambda a: bool({fold(c) for c in cells(a)} & wanted), lambda a: bool(cells(a))

    def nothing_predicts(self) -> str:
        won = sum(w for _, w in self.closed)
        counted = f"{many(won, 'account')} won and {len(self.closed) - won} lost"
        basis = f"{self.lift.tested} traits tested over {counted} at a false-discovery rate of 5%"
        return f"No attribute could be shown to predict winning here ({basis})."

    # what was said ---------------------------------------------------------------------------------------------------

    def kind(self, key: str, line: Page) -> Page | None:
        """ "Cost: “...”": how many accounts said something of the category."""
        label, _, said = line["statement"].partition(": ")
        code = self.code(KINDS.get(key), label)
        if code is None:
            return None
        kind = KINDS[key]
        found = [f for f in self.told.values() if (f.kind, f.category) == (kind, code)]
        mine, _ = self.apart(found)
        if kind == Kind.ROLE and any(f.person for f in mine):
            homes = {f.id: self.home(f) if self.home(f) in self.named else "" for f in mine}
            people = {f"{f.person} ({homes[f.id]})" if homes[f.id] else f.person for f in mine if f.person}
            fits = set(said.split("; ")) <= people and len(said.split("; ")) == min(4, len(people))
        else:
            fits = any(said == f"“{self.findings[i].quote}”" for i in line["evidence"] if i in self.findings)
        if not fits:
            raise LeftOverError(line["statement"])
        against = [d for d in self.denials.values() if (d.kind, d.category) == (kind, code)]
        against, alone = self.apart(against)
        return {
            **self.said_by(line, found),
            "against": self.cited(line["against"], against if self.apart(found)[0] else alone),
        }

    def code(self, kind: Kind | None, label: str) -> str | None:
        if kind is None:
            return None
        codes = {self.codebook.label(kind, f.category): f.category for f in self.told.values() if f.kind == kind}
        return codes.get(label)

    def apart(self, found: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """What counts, and what was said in documents of no account where accounts are known."""
        mine = [f for f in found if self.unit == "document" or self.home(f) in self.named]
        return mine, [f for f in found if f not in mine]

    def said_by(
        self, line: Page, found: Sequence[Any], is_split: bool = True, is_ranked: bool = True
    ) -> dict[str, Any]:
        """n of m, and beside it what stands in documents of no account; these alone are no n of m."""
        mine, nobodys = self.apart(found)
        homes, more = {self.home(f) for f in mine}, many(len({self.home(f) for f in nobodys}), "document")
        parts = [self.split(mine)] if is_split and mine else []
        parts += [f"{'and ' if mine else ''}in {more} of no account"] if nobodys else []
        return {
            "statement": line["statement"],
            "n": len(homes) if mine else None,
            "m": len(self.heard) if mine else None,
            "evidence": self.cited(line["evidence"], mine, nobodys) if is_ranked else line["evidence"],
            "detail": "; ".join(part for part in parts if part),
            "strength": tally(len(homes), len(self.heard)) if mine else "thin",
        }

    def cited(self, ids: Sequence[str], found: Sequence[Any], beside: Sequence[Any] = ()) -> list[str]:
        """The ids as they are, where they are the most telling six: all of ``found``, and of each account one first,
        then as many of those ``beside`` as there is room for."""
        first_ids, rest = list(ids[: min(6, len(found))]), list(ids[min(6, len(found)) :])
        by_id = {f.id: f for f in found}
        first = [self.home(by_id[i]) if i in by_id else "" for i in first_ids]
        homes = {self.home(f) for f in found}
        whole = len(ids) == len(set(ids)) == min(6, len(by_id) + len(beside)) and set(first_ids) <= set(by_id)
        if not whole or len(set(first[: len(homes)])) != min(len(first_ids), len(homes)):
            raise LeftOverError(f"{ids} are not of {sorted(by_id)}")
        if not set(rest) <= {f.id for f in beside}:
            raise LeftOverError(f"{rest} are not of documents of no account")
        return list(ids)

    def split(self, found: Sequence[Finding]) -> str:
        outcomes = Counter(self.outcome_of(a) for a in {self.home(f) for f in found})
        return ", ".join(f"{outcomes[o]} {o}" for o in ("won", "lost", "open", "churned") if outcomes[o])

    def bad_news(self, key: str, line: Page) -> Page | None:
        """ "Bad news, which speaks against buying now (layoffs): “...”"."""
        match = re.fullmatch(rf"{BAD_NEWS} \((.+?)\): “(.*)”", line["statement"], re.DOTALL)
        if key != "triggers" or not match:
            return None
        found = [f for f in self.findings.values() if self.is_bad_news(f)]
        names = {read_against(f.quote, self.study.product.competitors) for f in found}
        mine, nobodys = self.apart(found)
        if set(match[1].split(", ")) != names or match[2] not in [f.quote for f in mine or nobodys]:
            raise LeftOverError(line["statement"])
        return self.said_by(line, found, is_split=False)

    def denied(self, key: str, line: Page) -> Page | None:
        """ "Not security, when asked: “No.”": two accounts or more denied it, fewer named it (and stand against)."""
        match = re.fullmatch(r"Not (.+?), when asked: “(.*)”", line["statement"], re.DOTALL)
        if key not in KINDS or not match:
            return None
        kind = KINDS[key]
        denials = [d for d in self.denials.values() if d.kind == kind]
        denials = [d for d in denials if self.codebook.label(kind, d.category).lower() == match[1]]
        codes = {d.category for d in denials}
        named = [f for f in self.told.values() if f.kind == kind and f.category in codes]
        mine, nobodys = self.apart(denials)
        mine, beside = (mine, nobodys) if mine else (nobodys, [])
        named = self.apart(named)[0 if beside or mine is not nobodys else 1]
        homes, namers = {self.home(d) for d in mine}, {self.home(f) for f in named}
        if len(homes) < 2 or len(homes) <= len(namers) or match[2] not in [d.quote for d in mine]:
            raise LeftOverError(line["statement"])
        ids = [d.id for d in mine][:6]
        if line["evidence"][: len(ids)] != ids or not set(line["evidence"][len(ids) :]) <= {d.id for d in beside}:
            raise LeftOverError(str(line["evidence"]))
        said = self.said_by(line, denials, is_split=False, is_ranked=False)
        return {**said, "against": [f.id for f in named][:6]}

    def tool(self, key: str, line: Page) -> Page | None:
        """ "Salesforce (crm and sales)": a product by its name."""
        match = re.fullmatch(r"(.+) \(([^()]+)\)", line["statement"])
        if key != "technographics" or not match:
            return None
        product_of = self.study.gazetteer.product_of
        tools = [f for f in self.findings.values() if f.kind == Kind.TOOL]
        found = [f for f in tools if product_of(f.claim).casefold() == match[1].casefold()]
        labels = {self.codebook.label(Kind.TOOL, f.category).lower() for f in found}
        if match[2] not in labels:
            raise LeftOverError(line["statement"])
        return self.said_by(line, found)

    def phrase(self, key: str, line: Page) -> Page | None:
        """ "“came back”": said word by word at several accounts."""
        if key != "language":
            return None
        wanted = " ".join(re.findall(r"[\w'$£€%]+", line["statement"].strip("“”")))
        talk = (Kind.PAIN, Kind.TRIGGER, Kind.OUTCOME, Kind.OBJECTION, Kind.CRITERION)
        found = [f for f in self.told.values() if f.kind in talk and f" {wanted} " in f" {folded(f.quote)} "]
        mine, nobodys = self.apart(found)
        ids = [f.id for f in (*mine, *nobodys)][:6]
        if len({self.home(f) for f in mine}) < 2 or line["evidence"] != ids:
            raise LeftOverError(line["statement"])
        return self.said_by(line, found, is_split=False, is_ranked=False)

    def lost_over(self, key: str, line: Page) -> Page | None:
        """ "Lost or churned over price: “...”": how many of those heard that were lost or left."""
        match = re.fullmatch(r"Lost or churned over (.+?): “(.*)”", line["statement"], re.DOTALL)
        if key != "anti_icp" or not match:
            return None
        lost = {a for a in self.heard if self.outcome_of(a) in ("lost", "churned")}
        objections = [
            f for f in self.findings.values() if f.kind == Kind.OBJECTION and self.home(f) in lost & self.named
        ]
        found = [f for f in objections if self.codebook.label(Kind.OBJECTION, f.category).lower() == match[1]]
        if match[2] not in [f.quote for f in found]:
            raise LeftOverError(line["statement"])
        n = len({self.home(f) for f in found})
        if not set(line["evidence"]) <= {f.id for f in found} or len(line["evidence"]) != min(6, len(found)):
            raise LeftOverError(str(line["evidence"]))
        return {
            "statement": line["statement"], "n": n, "m": len(lost), "evidence": line["evidence"],
            "detail": "of the lost and churned accounts heard", "strength": tally(n, len(lost)),
        }  # fmt: skip

    # the scorecard ---------------------------------------------------------------------------------------------------

    def scored(self, key: str, line: Page) -> Page | None:
        if key != "scorecard":
            return None
        card = self.own_card

        def some(names: Sequence[str]) -> str:
            return ", ".join(names[:6]) + (f", +{len(names) - 6}" if len(names) > 6 else "") or "open"

        tools = [
            f"{name} {'; '.join(sorted(held, key=str.casefold))}"
            for name, held in (("required", card.tech.required), ("competitors", card.tech.competitors))
            if held
        ]
        band = f"{card.size.low}-{card.size.high} employees" if card.size.low is not None else "open"
        lines = [
            f"Industry {card.industry.points:g}: {some(card.industry.fitting)}",
            f"Size {card.size.points:g}: {band}",
            f"Tech stack {card.tech.points:g}: {', '.join(tools) or 'open'}",
            f"Geography {card.geography.points:g}: {some(card.geography.supported)}",
            f"Trigger {card.trigger.points:g}: clear and recent",
            f"Tier 1 from {card.tiers.first:g}, tier 2 from {card.tiers.second:g} points; {card.origin}",
        ]
        if line["statement"] not in lines:
            raise LeftOverError(line["statement"])
        read_off = re.search(r"read off (\d+) won of (\d+) closed deals", card.origin)
        if read_off and [int(n) for n in read_off.groups()] != [
            self.count(Outcome.WON),
            len(self.deals) - self.count(Outcome.OPEN),
        ]:
            raise LeftOverError(card.origin)
        return {"statement": line["statement"], "source": f"scorecard version {card.version}"}

    # does it hold ----------------------------------------------------------------------------------------------------

    @cached_property
    def ranked(self) -> list[tuple[Deal, Any]]:
        """Closed deals with the score that the backtest gave them."""
        test = self.study.backtest()
        return list(zip(test.deals, test.scores, strict=True))

    def tested(self, key: str, line: Page) -> Page | None:
        if key != "validation":
            return None
        if line["source"] == "scores":
            return self.width()
        if self.segment:
            return {"statement": UNTESTED, "source": "segments"}
        statement = line["statement"]
        tiers = {"Tier 1": "1", "Tier 2": "2", "Tier none": "none", "Tier unknown": "unknown"}
        tier = tiers.get(statement.partition(": ")[0])
        if tier:
            return self.tier(statement.partition(": ")[0], tier)
        known = [self.ratio(), *self.cautions()]
        found = next((said for said in known if said["statement"] == statement), None)
        if found is None:
            raise LeftOverError(statement)
        return {**found, "source": "backtest"}

    def tier(self, name: str, tier: str) -> Page:
        inside = [d for d, s in self.ranked if s.tier == tier]
        won = [d for d in inside if d.outcome == Outcome.WON]
        amounts = [d.amount for d in won if d.amount is not None]
        cycles = [(d.closed_on - d.opened_on).days for d in won if d.closed_on and d.opened_on]
        parts = [f"median amount won {median(amounts):,.0f}"] if amounts else []
        parts += [f"median cycle {median(cycles):.0f} days"] if cycles else []
        low, high = wilson(len(won), len(inside))
        return {
            "statement": f"{name}: {len(won)} of {len(inside)} closed deals won", "n": len(won), "m": len(inside),
            "source": "backtest", "detail": "; ".join(parts), "low": low, "high": high,
        }  # fmt: skip

    def ratio(self) -> Page:
        """How many times as often tier 1 wins: with the interval of the logarithm."""
        inside = [d.outcome == Outcome.WON for d, s in self.ranked if s.tier == "1"]
        outside = [d.outcome == Outcome.WON for d, s in self.ranked if s.tier in ("2", "none")]
        a, n, c, m = sum(inside), len(inside), sum(outside), len(outside)
        if not a or not c:
            return {"statement": ""}
        times, spread = (a / n) / (c / m), Z * math.sqrt(1 / a - 1 / n + 1 / c - 1 / m)
        low, high = times * math.exp(-spread), times * math.exp(spread)
        holds = "it does" if low >= 3 else "it does not" if high < 3 else "open by these deals"
        statement = f"Tier 1 wins {times:.1f} times as often as the rest ({low:.1f}-{high:.1f})"
        rule = "a tier-1 account should win at least three times as often as the rest"
        return {"statement": statement, "detail": f"{rule}: {holds}"}

    def cautions(self) -> list[Page]:
        deals = [d for d, _ in self.ranked]
        won = sum(d.outcome == Outcome.WON for d in deals)
        card = self.card
        names = {"industry": card.industry.fitting, "size": card.size.low, "geography": card.geography.supported}
        bands = f"The bands of {', '.join(name for name, band in names.items() if band)} were read off these"
        unknown = sum(s.tier == "unknown" for _, s in self.ranked)
        emerging = [s for d, s in self.ranked if d.outcome == Outcome.WON and 30 <= s.score < 40]
        emerging = sorted((s for s in emerging if s.tier != "unknown"), key=lambda s: (-s.score, s.account))
        said = [
            f"Too few deals to judge a scorecard: {won} won and {len(deals) - won} lost, 20 of each are needed.",
            f"{bands} deals; here they are read anew without each account.",
            f"{bands} same deals, which flatters them.",
            f"{unknown} of {len(deals)} deals have less than half of their points known; their tier is unknown.",
            "Won with 30-40 points, perhaps a segment the scorecard does not know: "
            + ", ".join(list(dict.fromkeys(s.account for s in emerging))[:4]),
        ]
        holds = [min(won, len(deals) - won) < 20, True, True, unknown > 0, bool(emerging)]
        return [{"statement": one} for one, is_so in zip(said, holds, strict=True) if is_so]

    def width(self) -> Page:
        imported = [self.scores[a] for a in self.accounts]
        fits = sum(tier == "1" for _, tier in imported)
        said = f"{fits} of {many(len(imported), 'imported account')} {'is' if fits == 1 else 'are'} tier 1"
        if len(imported) < 50:
            said += ": under 50 are imported, too few to tell how wide a market that is"
        elif fits < 50:
            said += ": under 50, too narrow to build a list on"
        elif fits > 0.8 * len(imported):
            said += ": it filters next to nothing, too broad"
        return {"statement": said, "n": fits, "m": len(imported), "source": "scores"}

    def best(self, key: str, line: Page) -> Page | None:
        """ "Tier 1: Cascara Cold Chain (100), ...": the four best, each with its score."""
        match = re.fullmatch(r"Tier ([12]): (.+)", line["statement"])
        if key != "examples" or not match:
            return None
        scores = sorted((s for s, tier in self.scores.values() if tier == match[1]), reverse=True)[:4]
        shown = re.findall(r"(?:^|, )(.+?) \((\d+)\)", match[2])
        mine = [self.scores.get(name, (-1.0, "")) for name, _ in shown]
        if [s for s, _ in mine] != scores or {tier for _, tier in mine} != {match[1]}:
            raise LeftOverError(line["statement"])
        names = ", ".join(f"{name} ({score:.0f})" for (name, _), (score, _) in zip(shown, mine, strict=True))
        return {"statement": f"Tier {match[1]}: {names}", "source": "scores"}

    # segments --------------------------------------------------------------------------------------------------------

    def parted(self, key: str, line: Page) -> Page | None:
        if key not in ("segments", "firmographics") or line["source"] != "segments":
            return None
        found = self.segments.segments
        if key == "firmographics":
            return self.own_segment(line)
        match = re.fullmatch(r"Segment (\d+): (.+?)( \(this draft\))?", line["statement"])
        if not match:
            shaky = sum(s.stability < 0.6 for s in found)
            said = f"The won accounts do not fall into stable segments ({shaky} of {len(found)} are not): one draft."
            return {"statement": said, "source": "segments"}
        number = int(match[1]) - 1
        if not number < len(found) or found[number].name != match[2] or bool(match[3]) != (match[2] == self.segment):
            raise LeftOverError(line["statement"])
        counted = self.segment_counts(number)
        return {**counted, "statement": line["statement"]}

    def segment_counts(self, number: int) -> dict[str, Any]:
        latest = {a: d for a, d in self.everyone.latest.items() if self.segments.members[a] == number}
        won = [d for d in latest.values() if d.outcome == Outcome.WON]
        closed = len(won) + sum(d.outcome == Outcome.LOST for d in latest.values())
        left = sum(d.outcome == Outcome.CHURNED for d in latest.values())
        members = [a for a, place in self.segments.members.items() if place == number]
        undecided = sum(a not in latest or latest[a].outcome == Outcome.OPEN for a in members)
        cycles = [(d.closed_on - d.opened_on).days for d in won if d.closed_on and d.opened_on]
        parts = [f"won {len(won)} of {many(closed, 'account')}", f"revenue won {sum(d.amount or 0 for d in won):,.0f}"]
        parts.append(f"{undecided} accounts open")
        parts += [f"median cycle {median(cycles):.0f} days"] if cycles else []
        parts += [f"{left} bought and left"] if left else []
        low, high = wilson(len(won), closed)
        stable = self.segments.segments[number].stability >= 0.6
        return {
            "n": len(won), "m": closed, "source": "segments", "detail": "; ".join(parts), "low": low, "high": high,
            "strength": "some" if stable else "thin",
        }  # fmt: skip

    def own_segment(self, line: Page) -> Page:
        assert self.place is not None
        counted = self.segment_counts(self.place)
        won = [self.accounts[n] for n, d in self.latest.items() if d.outcome == Outcome.WON]
        industries = [i for i, n in Counter(a.industry for a in won if a.industry).most_common(3) if n >= 2]
        named = [a.industry in industries for a in self.accounts.values() if a.industry]
        mostly = "" if all(named) else "mostly "
        sizes = sorted(a.employees for a in won if a.employees is not None)
        cut = int(len(sizes) * 0.05)
        said = [f"Industry: {mostly}{' or '.join(industries)}", f"Employees: {sizes[cut]}-{sizes[-1 - cut]}"]
        if line["statement"] not in said:
            raise LeftOverError(line["statement"])
        detail = f"won {counted['n']} of {many(counted['m'], 'account')} of this segment"
        return {**counted, "statement": line["statement"], "detail": detail}

    # what is not known -----------------------------------------------------------------------------------------------

    def missing(self, key: str, line: Page) -> Page | None:
        if key != "unknowns":
            return None
        statement = line["statement"]
        source = next((s for s, said in self.unknowns() if said == statement), None)
        if source is None:
            raise LeftOverError(statement)
        return {"statement": statement, "source": source}

    def unknowns(self) -> Iterator[tuple[str, str]]:
        won, lost = self.count(Outcome.WON), self.count(Outcome.LOST)
        if not self.deals:
            yield "deals", NO_DEALS
        elif min(won, lost) < 20:
            counted = f"{won} won and {lost} lost, 20 of each are needed"
            yield "deals", f"Too few deals to say what predicts winning: {counted}."
        else:
            together = f"shares of {won} won and {lost} lost deals go together, no more"
            yield "deals", f"Which of these attributes cause winning: {together}."
        interviews = [d for d in self.read if d.kind == DocumentKind.INTERVIEW]
        unread, every = len(self.documents) - len(self.read), many(len(self.documents), "document")
        if unread and not self.read:
            yield "coverage", NOTHING_READ
        elif unread:
            said = f"{unread} of {every} {'has' if unread == 1 else 'have'} not been read yet"
            yield "documents", f"{said}: press Extract, or `icp extract`."
        if not unread or self.read:
            few = f"Only {many(len(interviews), 'interview')}: a theme may be one person's view."
            yield "documents", few if interviews else "No interview was heard."
        for lead, one, several, names in (
            ("When", "was said", "were said", [d.name for d in self.documents if d.said_on is None]),
            ("Whose words", "is", "are", [d.name for d in self.documents if not d.account]),
        ):
            verb = one if len(names) == 1 else several
            yield "documents", f"{lead} {many(len(names), 'document')} {verb}: {', '.join(names[:3])}."
        for document in self.documents:
            for person in document.participants:
                others = [d for d in self.documents if person.name in [p.name for p in d.participants]]
                if person.side == "customer" and len(others) > 1 and any(not d.account for d in others):
                    speaks = f"Whether {person.name}, heard in several documents, speaks for one account"
                    yield "documents", f"{speaks}: they count as one."
        yield from (("documents and deals", said) for said in self.disagreements())
        new = sum(f.status == Status.NEW for f in self.findings.values())
        have = "has" if new == 1 else "have"
        yield "reviews", f"{new} of {many(len(self.findings), 'finding')} {have} not been looked at by a person."
        if self.read or not self.documents:
            yield from (("coverage", said) for said in self.gaps(interviews))

    def disagreements(self) -> Iterator[str]:
        said = []
        for account, deal in sorted(self.latest.items()):
            for outcome in {d.outcome for d in self.documents if d.account == account and d.outcome}:
                is_left = (outcome, deal.outcome) == (Outcome.WON, Outcome.CHURNED)
                if outcome not in (deal.outcome, Outcome.OPEN) and not is_left:
                    earlier = outcome in [d.outcome for d in self.deals if d.account == account]
                    also = f" (the latest; an earlier one {outcome})" if earlier else ""
                    said.append(f"{account}: the document says {outcome}, the deals {deal.outcome}{also}.")
        yield from said[:3]
        yield f"{many(len(said) - 3, 'more account')} where a document and the deals disagree on how it ended."

    def gaps(self, interviews: Sequence[Any]) -> Iterator[str]:
        unheard = list(self.unheard(interviews))
        yield from unheard
        yield f"{len(unheard) - 5} more such gap{'s' * (len(unheard) > 6)}: see the interview guide."
        yield from self.saturation(interviews)

    def unheard(self, interviews: Sequence[Any]) -> Iterator[str]:
        outcomes = {self.outcome_of(self.homes[d.id]) for d in interviews}
        sold = {d.outcome.value for d in self.deals}
        asked = [o for o in ("won", "lost", "churned") if o != "churned" or not sold or o in sold]
        yield from (f"No interview with a {o} account." for o in asked if o not in outcomes)
        committees = [r.committee for r in self.readings if r.account.name in self.heard & self.named]
        lacking = Counter(role.role for c in committees for role in c.missing)
        for role, n in lacking.items():
            spelt = role.replace("procurement_legal", "procurement or legal").replace("_", " ")
            if n > 1 or len(committees) == 1:
                where = "the one account" if len(committees) == 1 else f"{n} of {len(committees)} accounts"
                yield f"No {spelt} heard at {where}."
        known = {self.accounts[a].industry.casefold() for a in self.heard if a in self.accounts}
        fitting = {name.casefold() for name in self.study.scorecard().industry.fitting}
        industries = Counter(a.industry for a in self.accounts.values() if a.industry)
        wanted = [
            (i, n) for i, n in industries.most_common() if i.casefold() in fitting or n >= len(self.accounts) / 10
        ]
        for industry, n in [(i, n) for i, n in wanted if i.casefold() not in known][:3]:
            yield f"Nobody heard in {industry} ({n} imported account{'s' if n > 1 else ''})."
        plural = {"criterion": "Criteria"}
        for kind in (*KINDS.values(), Kind.TOOL):
            mine, _ = self.apart([f for f in self.told.values() if f.kind == kind])
            n, where = len({self.home(f) for f in mine}), "in" if self.unit == "document" else "at"
            name = plural.get(kind.value, f"{kind.value.capitalize()}s")
            if n < 2 and kind != Kind.ROLE:
                yield f"{name}: heard {where} {'1' if n else 'no'} {self.unit}."

    def saturation(self, interviews: Sequence[Any]) -> Iterator[str]:
        if len(interviews) < 4:
            return
        order = [d.id for d in sorted(interviews, key=lambda d: (d.said_on or date.max, d.name))]
        new = [0] * len(order)
        for theme in self.study.themes():
            held = [order.index(f.document_id) for f in theme.findings if f.document_id in order]
            if theme.kind in (Kind.TRIGGER, Kind.PAIN, Kind.ROLE) and held:
                new[min(held)] += 1
        each = sum(new[-3:]) / 3
        so = "saturated for people of this kind" if each < 1 else "more interviews still change the draft"
        yield f"The last 3 of {len(order)} interviews brought {each:.1f} new themes each: {so}."

    # ---------------------------------------------------------------------------------------------------- the page

    def definition(self, line: Page) -> dict[str, Any]:
        """The sentence on top: the card's bands where the deals do not speak against it, and what several said."""
        card, product = self.own_card, self.study.product.name or "the product"
        won = sum(w for _, w in self.closed)
        enough = min(won, len(self.closed) - won) >= 20
        predicts = any(str(r.verdict) == "predictive" for r in self.lift.rows)
        who = []
        if self.segment or not enough or predicts:
            who += [f"{joined(card.industry.fitting)} companies"] if card.industry.fitting else []
            band = f"with {card.size.low}-{card.size.high} employees"
            who += [band if who else f"companies {band}"] if card.size.low is not None else []
            places = [f"the {p}" if p.startswith("United") else p for p in card.geography.supported[:3]]
            who += [f"in {joined(places)}"] if who and places else []
        said, evidence, rarest = self.shared(6 - len(who))
        nothing = f"No attribute of companies could be shown to predict who buys {product}"
        if not who and not said:
            unknown = NOTHING_READ if self.documents and not self.read else NOT_ENOUGH
            statement = f"{nothing}." if enough and not predicts else unknown
            return {**BLANK, "statement": statement, "source": "lift" if enough and not predicts else "no data"}
        lead = f"{product} fits {' '.join(who)}; " if who else f"those heard about {product}: "
        if not who and enough and not predicts:
            lead = f"{nothing}; those heard: "
        statement = ("Hypothesis: " if self.is_hypothesis else "") + (lead + "; ".join(said)).removesuffix("; ") + "."
        profile = [str(r.verdict) for r in self.lift.rows if r.source.startswith("profile")]
        of_deals = {"predictive": "strong", "descriptive only": "some"}.get(profile[0] if profile else "", "thin")
        if self.place is not None:
            of_deals = "some" if self.segments.segments[self.place].stability >= 0.6 else "thin"
        parts = ([of_deals] if who else []) + ([tally(rarest, len(self.heard))] if said else [])
        cited = set(line["evidence"])
        if not cited <= evidence or bool(cited) != bool(evidence):
            raise LeftOverError(str(cited - evidence))
        return {
            **BLANK,
            "statement": statement[0].upper() + statement[1:],
            "evidence": line["evidence"],
            "source": f"scorecard version {card.version}, {card.origin}" if who else "findings",
            "strength": min(parts, key=["thin", "some", "strong"].index),
            "refuted_by": self.end_of(who) if self.is_hypothesis else "",
        }

    def end_of(self, who: Sequence[str]) -> str:
        more = max(8 - len(self.heard), 3)
        heard = f"{more} more accounts are heard, none of them says so, and buyers name other events and pains."
        return deals_refute(" ".join(who)) if who else heard

    def shared(self, room: int) -> tuple[list[str], set[str], int]:
        """Two triggers and two pains that two accounts or more named, the most named first, as far as there is room."""
        said: list[str] = []
        evidence: set[str] = set()
        rarest = 10**6
        for kind, lead in ((Kind.TRIGGER, "they start to look after"), (Kind.PAIN, "what hurts is")):
            groups: dict[str, dict[str, str]] = {}
            for f in self.apart([*self.told.values()])[0]:
                if f.kind == kind:
                    groups.setdefault(f.category, {})[f.id] = self.home(f)
            counts = sorted((-len(set(some.values())), code) for code, some in groups.items())
            top = [(-n, code) for n, code in counts if n <= -2][: min(2, room)]
            if top:
                room -= len(top)
                rarest = min(rarest, *(n for n, _ in top))
                said.append(f"{lead} {joined([self.codebook.label(kind, code).lower() for _, code in top])}")
                evidence |= {i for _, code in top for i in groups[code]}
        return said, evidence, rarest

    def basis(self) -> str:
        deals = Counter(d.outcome.value for d in self.deals)
        counted = ", ".join(f"{n} {outcome}" for outcome, n in deals.items()) or "no deals"
        return f"Made from {self.sources()}, {many(len(self.findings), 'finding')}, deals: {counted}."

    def sources(self) -> str:
        unread = len(self.documents) - len(self.read)
        named = sum(self.homes[d.id] in self.named for d in self.read)
        homeless = len(self.read) - named
        if named:
            said = f"{many(named, 'document')} of {many(len(self.heard), 'account')}"
            said += f" and {homeless} of no account" if homeless else ""
        else:
            said = f"{many(homeless, 'document')} of no account" if homeless else "no document"
        if not unread:
            return said
        return f"{said} ({f'{unread} more' if self.read else many(unread, 'document')} not read yet)"

    def banner(self) -> str:
        won, lost = self.ended["won"] + self.ended["churned"], self.ended["lost"]
        if not won:
            return "Hypothesis: no deal backs this yet"
        return f"Hypothesis: {won} won and {lost} lost accounts are too few to back it, 5 of each are needed"


def folded(quote: str) -> str:
    return " ".join(re.findall(r"[\w'$£€%]+", quote.lower().replace("’", "'")))


# -------------------------------------------------------------------------------------------------------- the resolving


def differences(recount: Recount, key: str, line: Page, is_quoted: bool = True) -> list[str]:
    """In what a line of the draft is not what the study says; empty when it is."""
    try:
        said = recount.definition(line) if key == "definition" else recount.say(key, line)
    except LeftOverError as error:
        return [f"left over: {error}"]
    out = [
        f"{key}: {field} is {line[field]!r}, the study says {said[field]!r}"
        for field in said
        if field not in ("low", "high") and line[field] != said[field]
    ]
    for field in ("low", "high"):
        one, other = line[field], said[field]
        if (one is None) != (other is None) or (one is not None and abs(one - other) > 1e-9):
            out.append(f"{key}: {field} is {one}, the study says {other}")
    return out


def faults(recount: Recount, draft: Page) -> list[str]:
    """Everything in the draft that the study does not say."""
    out = differences(recount, "definition", draft["definition"])
    for section in draft["sections"]:
        if HEADINGS.get(section["key"]) != section["heading"]:
            out.append(f"no heading: {section['heading']}")
        lines = [x for x in section["lines"] if not x["statement"].startswith("Nothing was heard about: ")]
        out += [fault for line in lines for fault in differences(recount, section["key"], line)]
        for line in section["lines"]:
            if line not in lines and line != {**BLANK, "statement": unheard(draft), "source": "findings"}:
                out.append(f"left over: {line['statement']}")
    return out + [fault for i, shown in draft["evidence"].items() for fault in misquoted(recount, i, shown)]


def unheard(draft: Page) -> str:
    """Every section that the draft lacks, but for those that need deals or several segments."""
    there = {s["key"] for s in draft["sections"]}
    absent = [h for key, h in HEADINGS.items() if key not in there and key not in ("segments", "validation")]
    return f"Nothing was heard about: {', '.join(absent)}."


def misquoted(recount: Recount, evidence_id: str, shown: Page) -> Iterator[str]:
    """A quote that does not stand in its document, or is not what the study holds under this id."""
    held = recount.findings.get(evidence_id) or recount.denials.get(evidence_id)
    text = {d.id: d.text for d in recount.documents}.get(shown["document_id"], "")
    if text[shown["start"] : shown["end"]] != shown["quote"] or not shown["quote"]:
        yield f"{evidence_id} does not stand in {shown['document']}"
    if held is None:
        yield f"{evidence_id} is nothing that the study holds"
        return
    fields = ("quote", "start", "end", "document_id", "document", "speaker", "account", "category")
    if any(shown[name] != getattr(held, name) for name in fields) or shown["kind"] != held.kind.value:
        yield f"{evidence_id} is not what the study holds under this id"
    if shown["side"] == "ours":
        yield f"{evidence_id} is ours"


# --------------------------------------------------------------------------------------------------------- the formats


def parts_of(line: Page, evidence: Mapping[str, Page], unit: str) -> dict[str, Any]:
    """What a page may say of a line; ``unit`` is what it counts."""
    ids, against = line["evidence"], line["against"]
    rate = ""
    if line["low"] is not None:
        share = f"{100 * line['n'] / line['m']:.0f} %, " if line["m"] else ""
        rate = f"{share}95 % interval {100 * line['low']:.0f}-{100 * line['high']:.0f} %"
    counted = f"{line['n']} of {many(line['m'], unit)}" if ids and line["n"] is not None else ""
    notes = [(f"Against: {objection(evidence[i])}", [i]) for i in against[:2]]
    notes += [("Against:", against[2:])] if against[2:] else []
    notes += [(f"Refuted by: {line['refuted_by']}", [])] if line["refuted_by"] else []
    return {
        "statement": line["statement"],
        "support": [part for part in (counted, rate, line["detail"]) if part],
        "strength": line["strength"] or "",
        "source": "" if ids else line["source"],
        "ids": named(ids),
        "notes": notes,
    }


def objection(shown: Page) -> str:
    quote = " ".join(shown["quote"].split())
    if len(quote) > 140:
        quote = quote[:140].rsplit(" ", 1)[0] + " …"
    asked = f"asked “{' '.join(shown['question'].split())}”: " if shown.get("question") else ""
    return f"{asked}“{quote}” ({shown['account'] or shown['document']})"


def named(ids: Sequence[str]) -> str:
    return ", ".join(ids[:3]) + (f", +{len(ids) - 3}" if len(ids) > 3 else "")


def about(shown: Page) -> tuple[str, str]:
    people = ", ".join(x for x in (shown["speaker"], shown["title"], shown["account"]) if x) or "not named"
    asked = f", asked “{shown['question']}”" if shown.get("question") else ""
    said_on = f", {shown['said_on']}" if shown["said_on"] else ""
    return people + asked, f"{shown['document']}, characters {shown['start']}-{shown['end']}{said_on}"


def lines_of(draft: Page) -> list[Page]:
    return [draft["definition"], *(line for s in draft["sections"] for line in s["lines"])]


def opposed(draft: Page) -> set[str]:
    """Evidence that is cited against a line and for none."""
    backing = {i for line in lines_of(draft) for i in line["evidence"]}
    return {i for line in lines_of(draft) for i in line["against"]} - backing


def markdown_items(draft: Page, recount: Recount) -> Counter[str]:
    """Every line of text that the page in Markdown may have, as often as it may stand there."""
    md = plain_markdown
    title = f"# Ideal Customer Profile: {md(draft['product'] or 'our product')}"
    title += f", {md(draft['segment'])}" if draft["segment"] else ""
    made = [title, f"Version {draft['version']}, {draft['made_at'][:10]}. {md(recount.basis())}"]
    made += [f"**{recount.banner()}.**"] if draft["is_hypothesis"] else []
    for line in lines_of(draft):
        parts = parts_of(line, draft["evidence"], recount.unit)
        support = "; ".join([*map(md, parts["support"]), *([f"**{parts['strength']}**"] if parts["strength"] else [])])
        cited = parts["ids"] or md(parts["source"])
        statement = f"**{md(parts['statement'])}**" if line is draft["definition"] else f"- {md(parts['statement'])}"
        made.append(statement + (f" — {support}" if support else "") + (f" [{cited}]" if cited else ""))
        made += [f"  - {md(note)}" + (f" [{named(ids)}]" if ids else "") for note, ids in parts["notes"]]
    made += [f"## {HEADINGS[s['key']]}" for s in draft["sections"]]
    made += [LEGEND] if any(line["strength"] for line in lines_of(draft)) else []
    made.append("## Evidence")
    for i, shown in draft["evidence"].items():
        who, where = about(shown)
        code = md(f"{shown['kind']}/{shown['category']}")
        said = f"- **{i}** {code}: “{md(shown['quote'])}” — {md(who)} ({md(where)})"
        made.append(said + ("; speaks against its line" if i in opposed(draft) else ""))
    return Counter(made)


def markdown_left_over(page: str, draft: Page, recount: Recount) -> list[str]:
    items = Counter(line for line in page.splitlines() if line.strip())
    expected = markdown_items(draft, recount)
    return [*(items - expected).elements(), *(expected - items).elements()]


def words_left_over(text: str, draft: Page, recount: Recount) -> str:
    """What stands in the text of a page beside everything that it may say; punctuation does not count."""
    said = ["Ideal Customer Profile: ", draft["product"] or "our product", draft["segment"], recount.basis(), LEGEND]
    said += [recount.banner()] if draft["is_hypothesis"] else []
    said += [f"Where not said otherwise: {words}" for words in repeated(draft, recount.unit)]
    said += [f"Version {draft['version']}, {draft['made_at'][:10]}", "Evidence", "The definition", "Against:"]
    said += ["speaks against its line", *HEADINGS.values()]
    for line in lines_of(draft):
        parts = parts_of(line, draft["evidence"], recount.unit)
        said += [parts["statement"], *parts["support"], parts["strength"], parts["source"], parts["ids"]]
        said += [x for note, ids in parts["notes"] for x in (note, named(ids))]
    for i, shown in draft["evidence"].items():
        said += [shown["quote"], *about(shown), f"{shown['kind']}/{shown['category']}", i]
    rest = flat(text)
    for words in sorted({flat(w) for w in said if w}, key=len, reverse=True):
        rest = rest.replace(words, "\n")
    return " ".join(re.sub(r"[\s;:,.·•—\[\]()“”]+", " ", rest).split())


def repeated(draft: Page, unit: str) -> Iterator[str]:
    """What all lines of a section say alike, in words."""
    for section in draft["sections"]:
        lines, said = section["lines"], []
        details, sources = {line["detail"] for line in lines}, {line["source"] for line in lines}
        if len(lines) < 2:
            continue
        if len(details) == 1 and details != {""}:
            said.append(in_words(details.pop(), unit))
        if len(sources) == 1 and sources != {""} and not any(line["evidence"] for line in lines):
            source = sources.pop()
            by = {
                "scores": "the scores of the accounts",
                "backtest": "the backtest of the scorecard",
                "segments": "the segments of the won accounts",
                "coverage": "who was heard",
            }
            lift = re.sub(r"^lift of ", "the win rates of ", source)
            said.append(f"by {by.get(source, lift)}")
        if said:
            yield "; ".join(said)


def in_words(detail: str, unit: str) -> str:
    """ "1 won" beside a line is "heard at 1 won account" above them."""
    ends, _, rest = detail.partition("; ")
    parts = ends.split(", ")
    if not all(re.fullmatch(r"\d+ (won|lost|open|churned)", part) for part in parts):
        return detail
    where = "in" if unit == "document" else "at"
    is_one = sum(int(part.split()[0]) for part in parts) == 1
    said = f"heard {where} {joined(parts)} {unit}{'' if is_one else 's'}"
    return f"{said}; {rest}" if rest else said


def flat(text: str) -> str:
    return " ".join(text.split())


class Words(HTMLParser):
    """The words of a page, without its style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.is_style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.is_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.is_style:
            self.words.append(data)


def html_text(draft: Page) -> str:
    return " ".join(Words(render_html(draft)).words)


def docx_text(draft: Page) -> str:
    document = docx.Document(io.BytesIO(render_docx(draft)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def pdf_text(draft: Page) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(draft))).pages]
    return re.sub(r", page \d+", " ", "\n".join(pages))


# ------------------------------------------------------------------------------------------------------------- studies


def no_deals(folder: Path) -> Study:
    """The demo's talk as before the first sale: no table, and no document says how it ended."""
    with sqlite3.connect(folder / "study.db") as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            if table in ("deal", "account", "contact", "draft", "scorecard") or table.startswith("account_"):
                database.execute(f"delete from {table}")
        database.execute("update document set outcome = null")
    (folder / "scorecard.yaml").unlink()
    return Study(folder)


def only_deals(folder: Path) -> Study:
    study = Study.create(folder, Settings(), DEMO / "product.yaml")
    study.import_accounts(read_accounts((DEMO / "accounts.csv").read_bytes(), "accounts.csv"))
    return study


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Study]]:
    opened: list[Study] = []

    def build(name: str) -> Study:
        if name == "demo":
            opened.append(Study(request.getfixturevalue("demo_folder")))
        elif name == "interviews only":
            opened.append(no_deals(request.getfixturevalue("demo_folder")))
        elif name == "deals only":
            opened.append(only_deals(tmp_path / "deals"))
        elif name == "two kinds":
            opened.append(two_kinds(tmp_path / "kinds"))
        elif name == "nothing read":
            opened.append(Study.create(tmp_path / "unread", Settings()))
            for account in ("Acme", "Beta", "Gamma", "Delta"):
                keep(opened[-1], account, Said(Kind.PAIN, "cost", f"It costs {account} a lot."), is_read=False)
        elif name == "of nobody":
            opened.append(of_nobody(tmp_path / "nobody"))
        elif name == "some of nobody":
            opened.append(some_of_nobody(tmp_path / "some"))
        else:
            opened.append(Study.create(tmp_path / "empty", Settings()))
        return opened[-1]

    yield build
    for study in opened:
        study.close()


# --------------------------------------------------------------------------------------------------------------- tests

STUDIES = [("demo", 0), ("interviews only", 0), ("deals only", 0), ("empty", 0), ("two kinds", 0)]
STUDIES += [("two kinds", 1), ("two kinds", 2), ("of nobody", 0), ("some of nobody", 0)]
STUDIES += [("nothing read", 0)]


@pytest.mark.parametrize(("name", "segment"), STUDIES)
def test_every_sentence_of_every_page_resolves(make: Callable[[str], Study], name: str, segment: int) -> None:
    study = make(name)
    draft = study.draft(DAY, segment)
    recount = Recount(study, draft["segment"])
    assert bool(draft["segment"]) == bool(segment)
    assert faults(recount, draft) == []
    assert draft["is_hypothesis"] == recount.is_hypothesis
    assert (draft["basis"]["accounts_heard"] == 0) == (recount.unit == "document" or not recount.heard)
    assert markdown_left_over(render_markdown(draft), draft, recount) == []
    for text in (html_text(draft), docx_text(draft), pdf_text(draft)):
        assert words_left_over(text, draft, recount) == ""
    assert changes_that_pass(recount, draft) == []


def changes_that_pass(recount: Recount, draft: Page) -> list[str]:
    """Every way of changing one number or one source of one line that the walk does not notice."""
    passed = []
    for key, line in [("definition", draft["definition"])] + [
        (s["key"], line) for s in draft["sections"] for line in s["lines"]
    ]:
        for changed in changed_lines(line):
            if changed["statement"].startswith("Nothing was heard about"):
                continue
            if not differences(recount, key, changed):
                passed.append(f"{key}: {changed}")
    return passed


def changed_lines(line: Page) -> Iterator[Page]:
    for field in ("statement", "detail", "source", "refuted_by"):
        for match in re.finditer(r"\d+", line[field]):
            other = str(int(match[0]) + 1)
            yield {**line, field: line[field][: match.start()] + other + line[field][match.end() :]}
    for field in ("n", "m"):
        yield {**line, field: 1 if line[field] is None else line[field] + 1}
    for field in ("low", "high"):
        yield {**line, field: 0.5 if line[field] is None else line[field] + 0.01}
    for strength in {"strong", "some", "thin", None} - {line["strength"]}:
        yield {**line, "strength": strength}
    yield {**line, "evidence": [*line["evidence"], "f0000000000"]}
    yield {**line, "against": [*line["against"], "d0000000000"]}
    if line["evidence"]:
        yield {**line, "evidence": line["evidence"][1:] if len(line["evidence"]) == 1 else []}


def test_a_number_that_a_page_says_otherwise_is_left_over(make: Callable[[str], Study]) -> None:
    study = make("demo")
    draft, recount = study.draft(DAY), Recount(study)
    page = render_markdown(draft)
    numbers = [m for line in page.split("## Evidence")[0].splitlines()[1:] for m in re.finditer(r"\b\d+\b", line)]
    assert len(numbers) > 100
    for number in {m[0] for m in numbers}:
        wrong = re.sub(rf"\b{number}\b", str(int(number) + 1), page, count=1)
        assert markdown_left_over(wrong, draft, recount), number
    text = html_text(draft)
    assert "won 16 of 19 accounts" in text
    assert words_left_over(text.replace("won 16 of 19 accounts", "won 17 of 19 accounts"), draft, recount)
    assert words_left_over(f"{text} Buyers love it.", draft, recount) == "Buyers love it"


def test_evidence_that_is_moved_or_made_up_is_found(make: Callable[[str], Study]) -> None:
    study = make("demo")
    draft, recount = study.draft(DAY), Recount(study)
    first = next(iter(draft["evidence"]))
    for field, value in (("start", 3), ("quote", "We love it."), ("account", "Nobody Ltd"), ("side", "ours")):
        wrong = copy.deepcopy(dict(draft))
        wrong["evidence"][first][field] = value
        assert faults(recount, wrong), field
    wrong = copy.deepcopy(dict(draft))
    wrong["evidence"]["f0000000000"] = wrong["evidence"][first]
    assert faults(recount, wrong)


def test_the_planted_pattern_is_named_and_noise_is_not(make: Callable[[str], Study]) -> None:
    draft = make("demo").draft(DAY)
    pattern, *_ = next(s for s in draft["sections"] if s["key"] == "firmographics")["lines"]
    match = re.fullmatch(r"Industry \+ employees: (.+) or (.+), (\d+)-(\d+)", pattern["statement"])
    assert match
    assert {match[1], match[2]} == {"Cold storage", "Food distribution"}
    assert 100 <= int(match[3]) <= 120
    assert 500 <= int(match[4]) <= 600
    assert pattern["detail"].startswith("predictive, ")
    assert pattern["strength"] == "strong"
    assert "Cold storage" in draft["definition"]["statement"]
    assert "110-560 employees" in draft["definition"]["statement"]
    (salesforce,) = [line for s in draft["sections"] for line in s["lines"] if line["statement"] == "Tools: Salesforce"]
    assert salesforce["detail"].startswith("descriptive only, 71 % of won accounts have it; that it wins ")
    assert "was not shown (" in salesforce["detail"]
    said = " ".join(f"{x['statement']} {x['detail']} {x['source']}" for x in lines_of(draft))
    assert not re.search(r"Lead Source|Fiscal Year|Logo Colour", said, re.I)
