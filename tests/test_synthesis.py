"""From findings to themes, phrases, signals and committees: counted by accounts, stable when the study grows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.adapters.protocols import Vectors
from analyzer.records import Document, DocumentKind, Finding, Kind, Maker, Participant, Side, Theme
from analyzer.synthesis.committee import NEEDED, map_committee
from analyzer.synthesis.phrases import find_phrases
from analyzer.synthesis.signals import collect_signals, decay
from analyzer.synthesis.themes import merge_findings

MAKER = Maker("offline", "m", "", "1")
TODAY = date(2026, 5, 1)


def finding(
    quote: str,
    kind: Kind = Kind.PAIN,
    category: str = "manual_work",
    account: str = "Acme",
    claim: str = "",
    start: int = 0,
    person: str = "",
    said_on: date | None = date(2026, 4, 1),
    event_on: date | None = None,
    confidence: float = 0.8,
) -> Finding:
    return Finding(
        document_id=f"d-{account}",
        document=f"{account}.txt",
        kind=kind,
        category=category,
        claim=claim or quote,
        quote=quote,
        start=start,
        end=start + len(quote),
        speaker="Dana",
        title="",
        side=Side.CUSTOMER,
        account=account,
        said_on=said_on,
        maker=MAKER,
        confidence=confidence,
        event_on=event_on,
        person=person,
    )


# ------------------------------------------------------------------------------------------------------------- signals


@pytest.mark.parametrize("half_life", [30, 45, 90, 120])
def test_strength_halves_at_every_half_life(half_life: int) -> None:
    assert decay(0, half_life) == 1.0
    assert decay(half_life, half_life) == 0.5
    assert decay(3 * half_life, half_life) == 0.125


def test_what_is_still_to_come_has_all_its_strength() -> None:
    assert decay(-200, 45) == 1.0


@given(age=st.integers(-1000, 10_000), more=st.integers(0, 1000), half_life=st.integers(1, 1000))
def test_strength_never_grows_with_age_and_stays_between_0_and_1(age: int, more: int, half_life: int) -> None:
    assert 0 <= decay(age + more, half_life) <= decay(age, half_life) <= 1


def test_a_trigger_is_dated_by_its_event_before_the_day_it_was_said_and_says_which() -> None:
    quote = "we lost the grocer"
    by_event = finding(quote, Kind.TRIGGER, "incident", event_on=TODAY - timedelta(45), start=1)
    by_mention = finding(quote, Kind.TRIGGER, "incident", said_on=TODAY - timedelta(90), start=2)
    undated = finding(quote, Kind.TRIGGER, "incident", said_on=None, start=3)
    pain = finding(quote, Kind.PAIN, start=4)
    signals = collect_signals([undated, by_mention, pain, by_event], TODAY, lambda category: 45)
    assert [(s.finding.start, s.dated_by, s.age_days, s.strength) for s in signals] == [
        (1, "event", 45, 0.5),
        (2, "mention", 90, 0.25),
        (3, "unknown", None, 0.0),
    ]
    assert [s.is_live for s in signals] == [True, True, False]


def test_each_category_decays_by_its_own_half_life() -> None:
    old = TODAY - timedelta(60)
    both = [finding("x y z", Kind.TRIGGER, c, event_on=old, start=i) for i, c in enumerate(("incident", "expansion"))]
    lives = {"incident": 30, "expansion": 60}
    signals = collect_signals(both, TODAY, lives.__getitem__)
    assert {s.finding.category: (s.half_life_days, s.strength) for s in signals} == {
        "incident": (30, 0.25),
        "expansion": (60, 0.5),
    }


# -------------------------------------------------------------------------------------------------------------- themes

RETYPING = [
    finding("my team retypes every order into the spreadsheet by hand", account="Acme"),
    finding("every order gets typed into a spreadsheet by hand again", account="Zeta"),
    finding("we retype all the orders by hand into Excel", account="Nord"),
]
WAITING = [
    finding("trucks wait three hours at the gate for a door", account="Acme", category="performance", start=100),
    finding(
        "drivers wait for hours at our gate before they get a door", account="Zeta", category="performance", start=100
    ),
]
OTHERS = [
    finding("we run everything on Salesforce", Kind.TOOL, "crm", "Acme", "Salesforce", 200),
    finding("the sales people live in salesforce", Kind.TOOL, "crm", "Zeta", "salesforce", 200),
    finding("the ledger is in SAP", Kind.TOOL, "erp", "Zeta", "SAP", 300),
    finding("we lost the grocer in March", Kind.TRIGGER, "incident", "Acme", start=400),
    finding("the server died twice", Kind.TRIGGER, "incident", "Nord", start=400),
    finding("a new CFO came in January", Kind.TRIGGER, "leadership_change", "Nord", start=500),
    finding("Priya signs for it", Kind.ROLE, "economic_buyer", "Acme", start=600, person="Priya"),
    finding("I heard of you at the fair", Kind.CHANNEL, "event", "Nord", start=700),
    finding("it costs too much for us", Kind.OBJECTION, "price", "Nord", start=800),
]
EVERYTHING = [*RETYPING, *WAITING, *OTHERS]


def themes_of(findings: Sequence[Finding], embedder: SentenceEmbedder) -> tuple[Theme, ...]:
    return merge_findings(findings, lambda some: embedder.embed([f.quote for f in some]))


def members(themes: Sequence[Theme]) -> list[set[str]]:
    return [{f.id for f in t.findings} for t in themes]


def test_every_finding_is_in_exactly_one_theme_of_its_kind(embedder: SentenceEmbedder) -> None:
    themes = themes_of(EVERYTHING, embedder)
    assert sorted(f.id for t in themes for f in t.findings) == sorted(f.id for f in EVERYTHING)
    assert all({f.kind for f in t.findings} == {t.kind} for t in themes)
    assert len({t.id for t in themes}) == len(themes)


def test_pains_that_say_the_same_are_one_theme_and_others_are_not(embedder: SentenceEmbedder) -> None:
    groups = members(themes_of(EVERYTHING, embedder))
    assert {f.id for f in RETYPING} in groups
    assert {f.id for f in WAITING} in groups


def test_tools_are_grouped_by_product_and_triggers_by_category(embedder: SentenceEmbedder) -> None:
    groups = members(themes_of(EVERYTHING, embedder))
    crm, crm_too, erp, lost, died, cfo = (f.id for f in OTHERS[:6])
    assert {crm, crm_too} in groups
    assert {erp} in groups
    assert {lost, died} in groups
    assert {cfo} in groups


def test_a_theme_s_label_is_somebody_s_words_and_its_accounts_are_counted_once(embedder: SentenceEmbedder) -> None:
    twice = [*EVERYTHING, finding("again we retype the orders by hand", account="Acme", start=900)]
    (retyping,) = [t for t in themes_of(twice, embedder) if RETYPING[0] in t.findings]
    assert retyping.label in {f.claim for f in retyping.findings}
    assert retyping.category == "manual_work"
    assert retyping.accounts == ("Acme", "Nord", "Zeta")


def test_themes_keep_their_ids_when_a_document_is_added(embedder: SentenceEmbedder) -> None:
    before = themes_of(EVERYTHING, embedder)
    new = [
        finding("orders are retyped into a spreadsheet by hand all day", account="Young"),
        finding("a fire in the warehouse last week", Kind.TRIGGER, "incident", "Young", start=50),
        finding("we keep it in NetSuite", Kind.TOOL, "erp", "Young", "NetSuite", 90),
    ]
    after = {t.id: {f.id for f in t.findings} for t in themes_of([*EVERYTHING, *new], embedder)}
    for theme in before:
        assert {f.id for f in theme.findings} <= after[theme.id]


def test_themes_are_the_same_whatever_was_made_of_them_before(embedder: SentenceEmbedder) -> None:
    assert themes_of(EVERYTHING, embedder) == themes_of(EVERYTHING, embedder)
    assert merge_findings([], lambda some: np.zeros((0, 384), dtype=np.float32)) == ()


def test_one_finding_alone_is_a_theme(embedder: SentenceEmbedder) -> None:
    (theme,) = themes_of(RETYPING[:1], embedder)
    assert (theme.findings, theme.label) == (tuple(RETYPING[:1]), RETYPING[0].claim)


UNIT = st.integers(0, 2**32 - 1)


@settings(max_examples=60, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(list(Kind)), max_size=25),
    codes=st.lists(st.sampled_from(["a", "b", "c"]), min_size=25, max_size=25),
    seed=UNIT,
)
def test_whatever_the_vectors_no_finding_is_lost_or_doubled(kinds: list[Kind], codes: list[str], seed: int) -> None:
    findings = [finding("some words here", k, c, f"A{i % 4}", c, i * 20) for i, (k, c) in enumerate(zip(kinds, codes))]  # noqa: B905

    def vectors(some: Sequence[Finding]) -> Vectors:
        random = np.random.default_rng(seed).normal(size=(len(some), 5))
        return (random / np.linalg.norm(random, axis=1, keepdims=True)).astype(np.float32)

    themes = merge_findings(findings, vectors)
    assert sorted(f.id for t in themes for f in t.findings) == sorted(f.id for f in findings)
    assert len({t.id for t in themes}) == len(themes)


# ------------------------------------------------------------------------------------------------------------- phrases


def test_a_phrase_is_shared_by_accounts_and_not_by_mentions() -> None:
    phrases = find_phrases(
        [
            finding("we retype every order by hand", account="Acme"),
            finding("they retype every order twice a day", account="Zeta", start=50),
            finding("the blue screen again", account="Nord", start=100),
            finding("that blue screen, every blue screen", account="Nord", start=150),
        ]
    )
    assert "retype every order" in {p.words for p in phrases}
    assert not any("blue screen" in p.words for p in phrases)
    (shared,) = [p for p in phrases if p.words == "retype every order"]
    assert shared.accounts == ("Acme", "Zeta")
    assert {f.account for f in shared.findings} == {"Acme", "Zeta"}


def test_a_shorter_phrase_that_says_nothing_more_is_left_out() -> None:
    words = [p.words for p in find_phrases([finding("retype every order", account=a) for a in ("Acme", "Zeta")])]
    assert words == ["retype every order"]


def test_the_phrase_of_most_accounts_comes_first() -> None:
    findings = [finding("trucks wait outside", account=a, start=9) for a in ("A1", "A2", "A3")]
    findings += [finding("retype every order", account=a) for a in ("A1", "A2")]
    assert [(p.words, len(p.accounts)) for p in find_phrases(findings)] == [
        ("trucks wait outside", 3),
        ("retype every order", 2),
    ]


def test_a_phrase_stands_in_every_quote_it_is_said_to_stand_in() -> None:
    findings = [
        finding("We’re retyping EVERY order, by hand", account="Acme"),
        finding("we're retyping every order", account="Zeta", start=70),
    ]
    phrases = find_phrases(findings)
    assert phrases
    for phrase in phrases:
        for f in phrase.findings:
            assert phrase.words in f.quote.lower().replace("’", "'").replace(",", "")


def test_roles_and_tools_give_no_phrases() -> None:
    tools = [finding("everything runs on Salesforce", Kind.TOOL, "crm", a) for a in ("Acme", "Zeta")]
    assert find_phrases(tools) == ()


# ----------------------------------------------------------------------------------------------------------- committee


def role(person: str, code: str, start: int = 0) -> Finding:
    return finding(f"{person or 'somebody'} decides about that", Kind.ROLE, code, start=start, person=person)


def known(*people: Participant) -> Document:
    """A document in which these people take part."""
    return Document("call.txt", "0" * 64, DocumentKind.INTERVIEW, "", (), people, account="Acme")


def test_the_gaps_are_the_needed_roles_nobody_was_heard_for() -> None:
    committee = map_committee("Acme", [role("Priya", "economic_buyer"), role("Raj", "user", 50)])
    assert len(committee.gaps) == len(NEEDED) - 1
    assert not any("economic buyer" in gap for gap in committee.gaps)
    assert any("champion" in gap for gap in committee.gaps)
    assert map_committee("Acme", []).members == ()
    assert len(map_committee("Acme", []).gaps) == len(NEEDED)


def test_a_committee_with_every_needed_role_has_no_gap() -> None:
    heard = [role(name, code, i * 50) for i, (name, code) in enumerate(zip(("Ann", "Bo", "Cy", "Di"), NEEDED))]  # noqa: B905
    assert map_committee("Acme", heard).gaps == ()


def test_one_person_with_several_parts_is_one_member() -> None:
    heard = [role("Priya", "economic_buyer"), role("Priya", "champion", 50), role("Priya", "champion", 90)]
    (member,) = map_committee("Acme", heard, [known(Participant("Priya", "CFO", side=Side.CUSTOMER))]).members
    assert (member.person, member.title, member.roles) == ("Priya", "CFO", ("economic_buyer", "champion"))
    assert len(member.findings) == 3


def test_a_first_name_stands_for_the_one_who_bears_it_and_for_nobody_when_two_do() -> None:
    heard = [role("Priya", "economic_buyer"), role("dana", "champion", 50)]
    people = (Participant("Priya Nair", "CFO"), Participant("Dana Ek", "COO"), Participant("Dana Moe", "IT"))
    members = {m.person: m.title for m in map_committee("Acme", heard, [known(*people)]).members}
    assert members == {"Priya Nair": "CFO", "dana": ""}


def test_a_role_of_nobody_named_is_kept_as_such() -> None:
    (member,) = map_committee("Acme", [role("", "procurement_legal")]).members
    assert member.person == "(not named)"
    assert member.roles == ("procurement_legal",)


def test_only_roles_make_a_committee() -> None:
    assert map_committee("Acme", EVERYTHING).members[0].person == "Priya"
    assert len(map_committee("Acme", EVERYTHING).members) == 1
