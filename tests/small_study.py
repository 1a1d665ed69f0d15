"""Small studies and materials made by hand, in which every finding and every deal stands on the screen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from analyzer.extraction.codebook import load_codebook
from analyzer.icp.material import Material
from analyzer.reading.documents import ReadOptions
from analyzer.reading.tables.accounts import AccountTable
from analyzer.records import (
    Account,
    Committee,
    Deal,
    Document,
    DocumentKind,
    Finding,
    Kind,
    Maker,
    MissingRole,
    Outcome,
    Participant,
    Side,
    Theme,
    Turn,
)
from analyzer.scoring.backtest import backtest
from analyzer.scoring.lift import measure_lift
from analyzer.scoring.scorecard import Scorecard
from analyzer.scoring.segments import Segments
from analyzer.settings import Settings
from analyzer.study import Study

DAY = date(2026, 6, 15)
MAKER = Maker("by hand", "", "", "1")
CUSTOMER, SELLER = "Dana", "Pia"


@dataclass(frozen=True)
class Said:
    """What a finding claims of words that stand in a document: its kind and category."""

    kind: Kind
    category: str
    quote: str
    person: str = ""


def interview(
    account: str,
    *said: Said,
    name: str = "",
    talk: str = "",
    said_on: date | None = date(2026, 3, 4),
    outcome: Outcome | None = None,
    kind: DocumentKind = DocumentKind.INTERVIEW,
    speaker: str = CUSTOMER,
) -> tuple[Document, tuple[Finding, ...]]:
    """A document in which the customer says these things, one a turn after a question, and ``talk`` is said before.

    ``talk`` has a line a turn, "Pia: ..." (ours) or "Dana: ..." (the customer's).
    """
    lines = [line for line in talk.splitlines() if line]
    for one in said:
        lines += [f"{SELLER}: Go on.", f"{CUSTOMER}: {one.quote}"]
    document = _document(name or f"{account}.txt", lines or [f"{SELLER}: Go on."])
    document = replace(document, account=account, said_on=said_on, outcome=outcome, kind=kind)
    if speaker != CUSTOMER:
        people = tuple(replace(p, name=speaker) if p.name == CUSTOMER else p for p in document.participants)
        document = replace(document, participants=people)
    return document, tuple(_finding(document, one) for one in said)


def _document(name: str, lines: Sequence[str]) -> Document:
    text, turns = "", []
    for number, line in enumerate(lines):
        speaker, _, words = line.partition(": ")
        side = Side.OURS if speaker == SELLER else Side.CUSTOMER
        turns.append(Turn(number, speaker, side, len(text), len(text) + len(words)))
        text += words + "\n"
    people = (Participant(CUSTOMER, "Head of Yard", side=Side.CUSTOMER), Participant(SELLER, side=Side.OURS))
    return Document(name, hashlib.sha256(name.encode()).hexdigest(), DocumentKind.INTERVIEW, text, tuple(turns), people)


def _finding(document: Document, said: Said) -> Finding:
    start = document.text.index(said.quote)
    return Finding(
        document_id=document.id,
        document=document.name,
        kind=said.kind,
        category=said.category,
        claim=said.quote,
        quote=said.quote,
        start=start,
        end=start + len(said.quote),
        speaker=CUSTOMER,
        title="Head of Yard",
        side=Side.CUSTOMER,
        account=document.account,
        said_on=document.said_on,
        maker=MAKER,
        intensity=2 if said.kind == Kind.PAIN else None,
        person=said.person,
    )


def material(
    *heard: tuple[Document, Sequence[Finding]],
    accounts: Sequence[Account] = (),
    deals: Sequence[Deal] = (),
    card: Scorecard | None = None,
    missing: Mapping[str, Sequence[str]] | None = None,
    **more: Any,
) -> Material:
    """Everything a draft is made from, with themes by category; ``missing`` are roles nobody was heard for."""
    findings = tuple(f for _, found in heard for f in found)
    card = card or Scorecard()
    return Material(
        **{
            "product": "Dockhand",
            "documents": tuple(document for document, _ in heard),
            "findings": findings,
            "themes": themes(findings),
            "phrases": (),
            "signals": {},
            "committees": tuple(
                Committee(name, (), tuple(MissingRole(role, "Who?") for role in roles))
                for name, roles in (missing or {}).items()
            ),
            "accounts": tuple(accounts),
            "deals": tuple(deals),
            "scores": (),
            "card": card,
            "codebook": load_codebook(),
            "as_of": "2026-06-15T00:00:00+00:00",
            "lift": measure_lift(accounts, deals, shuffles=99),
            "backtest": backtest(accounts, deals, card, lambda _deal: (None, None), lambda _a, _d: Scorecard()),
            "segments": Segments((), {}, ()),
            **more,
        }
    )


def themes(findings: Sequence[Finding]) -> tuple[Theme, ...]:
    groups: dict[tuple[Kind, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.kind, finding.category), []).append(finding)
    return tuple(
        Theme(f"t{kind}{code}", kind, code, found[0].claim, tuple(found)) for (kind, code), found in groups.items()
    )


def companies(won: int, lost: int, name: str = "Firm", **fields: Any) -> tuple[list[Account], list[Deal]]:
    """Accounts of one kind with a closed deal each, a day apart."""
    accounts = [Account(f"{name} {i:02}", **fields) for i in range(won + lost)]
    outcomes = [Outcome.WON] * won + [Outcome.LOST] * lost
    first = date(2025, 1, 1)
    deals = [
        Deal(a.name, outcome, 1000.0 + i, first, first + timedelta(30 + i))
        for i, (a, outcome) in enumerate(zip(accounts, outcomes, strict=True))
    ]
    return accounts, deals


def together(*groups: tuple[list[Account], list[Deal]]) -> dict[str, Any]:
    """Several kinds of companies in one table, as ``material`` takes it."""
    return {
        "accounts": [a for accounts, _ in groups for a in accounts],
        "deals": [d for _, some in groups for d in some],
    }


def keep(
    study: Study,
    account: str,
    *said: Said,
    talk: str = "",
    name: str = "",
    speaker: str = CUSTOMER,
    is_read: bool = True,
    **options: Any,
) -> Document:
    """Adds an interview to a study on disk and keeps what it holds as findings; nothing else reads it."""
    lines = [line for line in talk.splitlines() if line]
    for one in said:
        lines += [f"{SELLER}: Go on.", f"{speaker}: {one.quote}"]
    sides = {SELLER: Side.OURS, speaker: Side.CUSTOMER}
    chosen = {
        "account": account,
        "said_on": date(2026, 3, 4),
        "sides": sides,
        "kind": DocumentKind.INTERVIEW,
        **options,
    }
    added = study.add_bytes("\n\n".join(lines).encode(), name or f"{account}.txt", ReadOptions(**chosen))
    assert added.document is not None, added
    document = added.document
    if is_read:
        study.store.record_extraction(document.id, MAKER, [_finding(document, one) for one in said], ())
    return document


def import_all(study: Study, *groups: tuple[list[Account], list[Deal]]) -> None:
    """The groups as one table, as if it had come from a CRM."""
    table = together(*groups)
    study.import_accounts(AccountTable(tuple(table["accounts"]), tuple(table["deals"]), {}, (), name="made up"))


def grown(group: tuple[list[Account], list[Deal]], size: int) -> tuple[list[Account], list[Deal]]:
    """The same companies, from ``size`` employees on, each a little larger than the one before."""
    sizes = [size + size * i // 40 for i in range(len(group[0]))]
    return [replace(a, employees=n, revenue=n * 1e5) for a, n in zip(group[0], sizes, strict=True)], group[1]


def two_kinds(folder: Path) -> Study:
    """Large breweries in Norway and small clinics in Chile, heard of different pains."""
    study = Study.create(folder, Settings())
    breweries = companies(20, 6, "Brewery", industry="Brewing", country="Norway")
    clinics = companies(15, 4, "Clinic", industry="Health", country="Chile")
    import_all(study, grown(breweries, 1500), grown(clinics, 30))
    for name, words, code in (
        ("Brewery 01", "We keyed in four hundred orders a night by hand.", "manual_work"),
        ("Brewery 02", "Two people retype every single order on Sunday.", "manual_work"),
        ("Clinic 01", "We never see which of the rooms are free today.", "visibility"),
        ("Clinic 02", "Nobody can tell where the patient files are kept.", "visibility"),
    ):
        keep(study, name, Said(Kind.PAIN, code, words))
    study.store.replace_themes(())
    return study


EXPANSION = Said(Kind.TRIGGER, "expansion", "In May we opened a second yard in Leeds.")
FREEZE = Said(Kind.TRIGGER, "expansion", "Then we froze all hiring until the autumn.")
LAYOFFS = Said(Kind.TRIGGER, "strategy_change", "In March they laid off forty of the drivers.")
BY_HAND = Said(Kind.PAIN, "manual_work", "We key in every order by hand at night.")
IN_TALK = Said(Kind.CHANNEL, "media", "I read of it in a newsletter for yards.")


def of_nobody(folder: Path) -> Study:
    """Three talks of no account, two of them with the same person; no deal."""
    study = Study.create(folder, Settings())
    keep(study, "", BY_HAND, EXPANSION, name="k.txt", speaker="Kevin Tran")
    keep(study, "", BY_HAND, FREEZE, name="l.txt", speaker="Kevin Tran")
    keep(study, "", Said(Kind.PAIN, "manual_work", "Two people retype the orders."), EXPANSION, name="m.txt")
    study.store.replace_themes(())
    return study


def some_of_nobody(folder: Path) -> Study:
    """Two accounts heard and three talks of none, one of them with a person of an account; few deals, one of which a
    document tells otherwise; one document that nothing has read."""
    study = Study.create(folder, Settings())
    import_all(study, companies(3, 1, "Yard", industry="Brewing", country="Norway"))
    keep(study, "Yard 00", BY_HAND, EXPANSION, name="a.txt", speaker="Ana Lopes")
    keep(study, "Yard 01", BY_HAND, LAYOFFS, name="b.txt", outcome=Outcome.LOST)
    keep(study, "", Said(Kind.PAIN, "manual_work", "Two people retype the orders."), FREEZE, name="k.txt")
    keep(study, "", IN_TALK, EXPANSION, name="c.txt", speaker="Ravi Menon")
    keep(study, "", Said(Kind.PAIN, "cost", "It costs us a fortune."), name="d.txt", speaker="Ana Lopes")
    keep(study, "Yard 02", BY_HAND, name="e.txt", is_read=False)
    study.store.replace_themes(())
    return study
