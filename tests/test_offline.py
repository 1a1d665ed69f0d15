"""The offline extractor: only the customer's words, only what stands there, and weights that are what they claim."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.errors import AnalyzerError, ModelError
from analyzer.extraction import classifier
from analyzer.extraction.boilerplate import is_boilerplate
from analyzer.extraction.classifier import CARD, WEIGHTS, load_classifier
from analyzer.extraction.codebook import load_codebook
from analyzer.extraction.corpus import read_corpus, read_quotes
from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.offline_extractor import OfflineExtractor
from analyzer.extraction.spans import MAX_WORDS, find_spans
from analyzer.extraction.training import train
from analyzer.extraction.units import Unit, split_units, units_of
from analyzer.extraction.windows import pack_windows
from analyzer.pipeline import check_claims, extract_document
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Claim, Document, DocumentKind, Finding, Kind, Side, Turn
from analyzer.resources import find_resource

INTERVIEW = """Pia: Thanks for making the time. We lost our biggest grocer last year too, so what made you look?

Dana: We lost our biggest grocer in March because two pallets went out with the wrong label. Every morning my team
retypes every order from the emails into the spreadsheet by hand, and it takes three people until noon.

Pia: Our platform retypes nothing by hand. And who signs for something like this, your CFO?

Dana: Our CFO Priya signs anything over ten thousand dollars, and I would be the one pushing for it. We run the whole
ledger on NetSuite.
"""
SAID = date(2026, 4, 20)


def document_of(text: str) -> Document:
    return replace(read_document(text.encode(), "interview.txt"), said_on=SAID)


@pytest.fixture(scope="module")
def extractor(embedder: SentenceEmbedder) -> OfflineExtractor:
    return OfflineExtractor(embedder, load_codebook(), load_gazetteer())


def claims_of(document: Document, extractor: OfflineExtractor) -> tuple[Claim, ...]:
    return extractor.extract(document, pack_windows(document, 2500)).claims


# ------------------------------------------------------------------------------------------------------------ claims


def test_a_trigger_a_pain_a_role_and_a_tool_are_found_where_they_are_said(extractor: OfflineExtractor) -> None:
    document = document_of(INTERVIEW)
    read = extract_document(document, extractor, load_codebook(), pack_windows(document, 2500))
    said = {kind: " ".join(f.quote for f in read.findings if f.kind == kind) for kind in Kind}
    assert "lost our biggest grocer in March" in said[Kind.TRIGGER]
    assert "retypes every order" in said[Kind.PAIN]
    assert "Priya signs anything over ten thousand" in said[Kind.ROLE]
    assert "NetSuite" in said[Kind.TOOL]
    (trigger,) = [f for f in read.findings if f.kind == Kind.TRIGGER and "grocer" in f.quote]
    assert (trigger.event_on, trigger.event_precision) == (date(2026, 3, 1), "month")
    assert any(f.person == "Priya" for f in read.findings if f.kind == Kind.ROLE)
    assert all(f.intensity in (1, 2, 3, 4) for f in read.findings if f.kind == Kind.PAIN)


def test_every_finding_is_byte_equal_to_its_document_and_keeps_to_the_codebook(extractor: OfflineExtractor) -> None:
    document = document_of(INTERVIEW)
    codebook = load_codebook()
    findings, refused = check_claims(claims_of(document, extractor), document, codebook, extractor.maker)
    assert findings
    for finding in findings:
        assert document.text[finding.start : finding.end] == finding.quote
        allowed = codebook.codes[finding.kind.value]
        assert not allowed or finding.category in allowed
        assert 0 < finding.confidence <= 1
        assert isinstance(finding, Finding)
    assert len(findings) + len(refused) > 0


def test_our_own_side_yields_nothing_whatever_it_says(extractor: OfflineExtractor) -> None:
    document = document_of(INTERVIEW)
    pia = [t for t in document.turns if t.speaker == "Pia"]
    assert {t.side for t in pia} == {Side.OURS}
    numbers = {t.number for t in pia}
    assert not any(set(c.turns) & numbers for c in claims_of(document, extractor))
    ours = replace(document, turns=tuple(replace(t, side=Side.OURS) for t in document.turns))
    assert claims_of(ours, extractor) == ()


def test_the_same_document_gives_the_same_claims(extractor: OfflineExtractor) -> None:
    document = document_of(INTERVIEW)
    assert claims_of(document, extractor) == claims_of(document, extractor)


def test_small_talk_gives_nothing(extractor: OfflineExtractor) -> None:
    document = document_of("Pia: Hi, can you hear me all right?\n\nDana: Yes, loud and clear. How was your flight?\n")
    assert claims_of(document, extractor) == ()


def test_a_document_without_words_for_it_is_no_error(extractor: OfflineExtractor) -> None:
    empty = Document("x.txt", "0" * 64, DocumentKind.INTERVIEW, "", ())
    assert extractor.extract(empty, ()).claims == ()
    assert extractor.extract(empty, pack_windows(empty, 100)).claims == ()


def test_the_study_s_own_products_are_known_by_name(embedder: SentenceEmbedder) -> None:
    document = document_of("Pia: What do you use today?\n\nDana: We run the whole dock on Quaysmith since last year.\n")
    plain = OfflineExtractor(embedder, load_codebook(), load_gazetteer())
    knowing = OfflineExtractor(embedder, load_codebook(), load_gazetteer().extended(["Quaysmith"]))
    tools = lambda made: [c.claim for c in claims_of(document, made) if c.kind == "tool"]  # noqa: E731
    assert tools(plain) == []
    assert tools(knowing) == ["Quaysmith"]


# --------------------------------------------------------------------------------------------------------- gazetteer


def named(text: str) -> list[tuple[str, str]]:
    return [(m.product.name, text[m.start : m.end]) for m in load_gazetteer().find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We run Salesforce's CRM", [("Salesforce", "Salesforce")]),
        ("Salesforce’s reports", [("Salesforce", "Salesforce")]),
        ("It is in Salesforce, HubSpot and SAP.", [(n, n) for n in ("Salesforce", "HubSpot", "SAP")]),
        ("everything sits in Salesforce CPQ", [("Salesforce CPQ", "Salesforce CPQ")]),
        ("Microsoft Dynamics 365 it is", [("Microsoft Dynamics 365", "Microsoft Dynamics 365")]),
        ("on HUBSPOT", [("HubSpot", "HUBSPOT")]),
        ("the SFDC people", [("Salesforce", "SFDC")]),
        ("in Salesforce/HubSpot", [("Salesforce", "Salesforce"), ("HubSpot", "HubSpot")]),
        ("a Salesforce-based process", [("Salesforce", "Salesforce")]),
        ("(Salesforce)", [("Salesforce", "Salesforce")]),
        ("MySalesforce and salesforceful", []),
    ],
)
def test_products_are_named_by_the_longest_name_that_stands_there(text: str, found: list[tuple[str, str]]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we want to close the deal", []),
        ("We use Close for that", ["Close"]),
        ("I had no notion of that", []),
        ("Notion is a nice word", []),
        ("we keep it on Notion", ["Notion"]),
        ("and then Notion went down", ["Notion"]),
        ("our outreach was poor", []),
        ("they come on Monday and on Friday", []),
        ("we plan it in Monday", ["Monday.com"]),
        ("we use monday.com", ["Monday.com"]),
    ],
)
def test_a_name_that_is_also_a_word_counts_only_as_a_name(text: str, found: list[str]) -> None:
    assert [name for name, _ in named(text)] == found


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Salesforce", "SAP", "Business", "One", "sales", "force", "'s", "/", "-", ".", "Close", "ü", "🚚"]
        )
    ).flatmap(lambda parts: st.sampled_from([" ", ""]).map(lambda joint: joint.join(parts)))
)
def test_mentions_stand_in_order_without_overlap_and_start_and_end_at_words(text: str) -> None:
    mentions = list(load_gazetteer().find(text))
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    for mention in mentions:
        assert text[mention.start : mention.end].strip(" .,'’") == text[mention.start : mention.end] != ""


def test_a_known_name_keeps_its_category_in_an_extended_gazetteer() -> None:
    extended = load_gazetteer().extended(["salesforce", "Quaysmith"])
    (known,) = [m.product for m in extended.find("we run Salesforce")]
    (new,) = [m.product for m in extended.find("we run quaysmith")]
    assert (known.category, new.name, new.category) == ("crm", "Quaysmith", "other")
    assert list(load_gazetteer().find("we run Quaysmith")) == []


def test_every_product_has_a_category_of_the_codebook() -> None:
    codes = load_codebook().codes["tool"]
    assert {p.category for p in load_gazetteer().products} <= set(codes)


# -------------------------------------------------------------------------------------------------------------- units

PROSE = st.lists(
    st.sampled_from(
        ["We", "lost", "it.", "Four.", "No!", "Why?", "and", "so,", "because", "then;", "e.g.", "Dr.", "...", "—", "\n",
         "$4", "the", "order", "spreadsheet,", "but", "“Really”", "🚚", "ü.", "4.5", "a.m.", "which", " ", ":", ")"]
    ),
    max_size=120,
).map(" ".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(PROSE, st.text(max_size=300)))
def test_units_are_pieces_of_the_text_in_order_and_lose_no_word(text: str) -> None:
    spans = split_units(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    kept = re.findall(r"\w+", " ".join(text[start:end] for start, end in spans))
    assert kept == re.findall(r"\w+", text)


def test_a_transcript_without_capitals_is_cut_at_its_full_stops() -> None:
    text = "we drop it every sunday. nobody knows why. and then it rains for about three days"
    assert [text[a:b] for a, b in split_units(text)] == [
        "we drop it every sunday.",
        "nobody knows why.",
        "and then it rains for about three days",
    ]
    mixed = "We use approx. five vans. and so on"
    assert [mixed[a:b] for a, b in split_units(mixed)] == [mixed]


def test_short_sentences_join_the_one_before_and_long_ones_are_cut_at_joints() -> None:
    text = "How many people does it take? Four. Really."
    assert [text[a:b] for a, b in split_units(text)] == ["How many people does it take? Four. Really."]
    long = "we type the orders in the morning and nobody checks them, and " * 4 + "so a good half of them are wrong."
    pieces = [long[a:b] for a, b in split_units(long)]
    assert len(pieces) > 1
    assert max(len(p.split()) for p in pieces) <= 34


def test_an_abbreviation_ends_no_sentence() -> None:
    text = "We asked Dr. Quinn about it yesterday. He said that it works."
    assert [text[a:b] for a, b in split_units(text)] == [
        "We asked Dr. Quinn about it yesterday.",
        "He said that it works.",
    ]


def test_units_leave_our_side_out_and_know_the_question_before_them() -> None:
    document = document_of(INTERVIEW)
    units = units_of(document, document.turns)
    assert {u.turn.speaker for u in units} == {"Dana"}
    assert all(document.text[u.start : u.end] == u.text for u in units)
    assert units[0].question.endswith("so what made you look?")
    assert (units[0].before, units[0].after) == ("", units[1].text)


# -------------------------------------------------------------------------------------------------------------- spans


def units_with(words: list[int], turns: list[int]) -> list[Unit]:
    units, start = [], 0
    for count, number in zip(words, turns, strict=True):
        text = " ".join(["word"] * count)
        turn = Turn(number, "Dana", Side.CUSTOMER, 0, 10_000)
        units.append(Unit(turn, start, start + len(text), text, "", "", ""))
        start += len(text) + 1
    return units


def test_neighbours_that_carry_the_same_become_one_span_of_one_turn() -> None:
    units = units_with([5, 5, 5, 5], [0, 0, 0, 1])
    chances = np.array([[0.9], [0.5], [0.1], [0.9]], dtype=np.float32)
    spans = find_spans(units, chances, ["pain"], {"pain": 0.6})
    assert [(s.start, s.end) for s in spans] == [(0, units[1].end), (units[3].start, units[3].end)]
    assert spans[0].surest == 0
    assert spans[0].confidence == pytest.approx(0.9)


@settings(max_examples=200, deadline=None)
@given(
    shape=st.lists(
        st.tuples(st.integers(1, 60), st.integers(0, 2), st.floats(0, 1, width=32)), min_size=1, max_size=25
    ),
    threshold=st.floats(0.05, 0.95),
)
def test_spans_stay_quotable_never_overlap_and_hold_every_sure_unit(
    shape: list[tuple[int, int, float]], threshold: float
) -> None:
    shape.sort(key=lambda row: row[1])
    units = units_with([row[0] for row in shape], [row[1] for row in shape])
    chances = np.array([[row[2]] for row in shape], dtype=np.float32)
    spans = find_spans(units, chances, ["pain"], {"pain": threshold})
    taken = [i for span in spans for i in span.units]
    assert len(taken) == len(set(taken))
    assert {i for i, row in enumerate(chances[:, 0]) if row >= threshold} <= set(taken)
    for span in spans:
        assert len({units[i].turn.number for i in span.units}) == 1
        assert sorted(span.units) == list(range(min(span.units), max(span.units) + 1))
        words = sum(len(units[i].text.split()) for i in span.units)
        assert len(span.units) == 1 or words <= MAX_WORDS


# ------------------------------------------------------------------------------------------------- weights and corpus


def test_the_shipped_weights_are_those_of_their_card() -> None:
    load_classifier.cache_clear()
    model = load_classifier()
    assert set(model.kinds.classes) == {kind.value for kind in Kind} == set(model.thresholds)
    assert all(0 < threshold < 1 for threshold in model.thresholds.values())
    codes = load_codebook().codes
    for name, layer in model.categories.items():
        allowed = {"1", "2", "3", "4"} if name == "intensity" else set(codes[name])
        assert set(layer.classes) <= allowed, name


@pytest.mark.parametrize("damage", ["changed", "cut", "missing", "no card"])
def test_weights_that_are_not_those_of_the_card_are_refused(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, card = tmp_path / "weights.npz", tmp_path / "weights.json"
    content = WEIGHTS.read_bytes()
    weights.write_bytes(
        {"changed": content[:-1] + bytes([content[-1] ^ 1]), "cut": content[:1000]}.get(damage, content)
    )
    card.write_bytes(CARD.read_bytes())
    if damage in ("missing", "no card"):
        (weights if damage == "missing" else card).unlink()
    monkeypatch.setattr(classifier, "WEIGHTS", weights)
    monkeypatch.setattr(classifier, "CARD", card)
    load_classifier.cache_clear()
    try:
        with pytest.raises(ModelError, match="make train"):
            load_classifier()
    finally:
        load_classifier.cache_clear()


def training() -> Path:
    return find_resource("corpora") / "training"


def test_confidence_is_a_share_that_rises_with_the_chance() -> None:
    model = load_classifier()
    for kind in model.kinds.classes:
        shares = [model.confidence(kind, chance / 100) for chance in range(101)]
        assert shares == sorted(shares)
        assert 0 <= shares[0] < shares[-1] <= 1


@pytest.mark.slow
def test_training_twice_on_the_same_documents_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("training", "categories"):
        (tmp_path / "corpora" / name).mkdir(parents=True)
    for path in sorted(training().glob("[a-c]-0*.txt")):
        (tmp_path / "corpora/training" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "corpora/categories/pain.yaml").write_text("cost: [we pay twice for the same seat]\n")
    cards = []
    for run in ("first", "second"):
        files = [tmp_path / f"{run}-{name}" for name in ("weights.npz", "encoder.npz", "card.json")]
        cards.append(train(tmp_path / "corpora", *files))
    assert cards[0] == cards[1]
    assert cards[0]["trained_on"]["quotes_for_categories"] == 1
    assert set(cards[0]["cross_validation"]) == {kind.value for kind in Kind}


def test_every_training_document_is_labelled_in_codes_of_the_codebook() -> None:
    codes = load_codebook().codes
    corpus = read_corpus(training())
    assert len(corpus) >= 50
    for source in corpus:
        name, text = source.document.name, source.document.text
        # A meeting in which nothing is sold may hold nothing.
        assert source.labels or "\nproduct: none" in (training() / name).read_text(encoding="utf-8"), name
        for label in source.labels:
            allowed = codes[label.kind.value]
            assert not allowed or label.category in allowed, f"{name}: {label}"
            assert text[label.start : label.end].strip() == text[label.start : label.end] != "", f"{name}: {label}"
            assert (label.intensity is not None) == (label.kind == Kind.PAIN), f"{name}: {label}"
            turn = source.document.turn_at(label.start)
            assert turn is not None
            assert turn.side != Side.OURS, f"{name}: {label}"
            assert label.end <= turn.end, f"{name}: {label}"


@pytest.mark.parametrize(
    "line",
    ["Dana: no side is given", "customer | Dana: a {pain.cost.9: label", "customer | Dana: a {pain: label} here"],
)
def test_a_line_that_does_not_parse_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.txt").write_text(f"---\nkind: interview\n---\nours | Pia: Hello.\n{line}\n")
    with pytest.raises(AnalyzerError, match=r"a\.txt"):
        read_corpus(tmp_path)


def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


# A turn of phrase and a sentence of the law, neither of them labelled; anything more would be a leak.
def test_nothing_of_the_documents_that_measure_stands_in_the_training_corpus(shared: Path) -> None:
    gold: set[tuple[str, ...]] = set()
    for path in sorted((shared / "gold" / "docs").iterdir()):
        gold |= runs(read_document(path.read_bytes(), path.name).text)
    assert len(gold) > 10_000
    for source in read_corpus(training()):
        common = gold & runs(source.document.text)
        assert not common, f"{source.document.name}: {' '.join(min(common))}"
        for label in source.labels:
            words = source.document.text[label.start : label.end]
            assert not gold & runs(words), f"{source.document.name} labels {words!r}"
    for kind, quotes in read_quotes(training().parent / "categories").items():
        for _, words in quotes:
            assert not gold & runs(words), f"{kind}: {words!r}"


def test_the_bank_of_quotes_is_in_codes_of_the_codebook_and_says_nothing_twice() -> None:
    codes = load_codebook().codes
    for kind, quotes in read_quotes(training().parent / "categories").items():
        assert {code for code, _ in quotes} == set(codes[kind])
        words = [" ".join(text.casefold().split()) for _, text in quotes]
        assert len(set(words)) == len(words), sorted({w for w in words if words.count(w) > 1})[:3]


def test_the_heading_of_a_note_is_no_finding() -> None:
    note = "Cascara - Linh + Bart, 2 Jun 2026\n\n- new COO started in March\n- 3 hrs a truck, every day\n"
    document = read_document(note.encode(), "cascara call.md")
    assert document.kind == DocumentKind.CALL_NOTE
    units = units_of(document, document.turns)
    assert [units[i].text for i, is_heading in enumerate(is_boilerplate(document, units)) if is_heading] == [
        "Cascara - Linh + Bart, 2 Jun 2026"
    ]


def test_benefits_and_equal_opportunity_of_a_posting_are_boilerplate_and_its_reasons_are_not() -> None:
    posting = (
        "Yard Coordinator\nCascara Cold Chain, Tacoma\n\nWHY THIS JOB EXISTS\n\nThis is our first yard coordinator.\n\n"
        "WHAT WE OFFER\n\nMedical, dental and vision from day one.\n\n"
        "ABOUT THE SITE\n\nWe open a second building in May.\n\n"
        "Responsibilities and requirements follow. Apply now. We are an equal opportunity employer.\n"
    )
    document = read_document(posting.encode(), "posting.txt", ReadOptions(kind=DocumentKind.JOB_POSTING))
    units = units_of(document, document.turns)
    kept = [u.text for u, skip in zip(units, is_boilerplate(document, units), strict=True) if not skip]
    assert "This is our first yard coordinator." in kept
    assert "We open a second building in May." in kept
    assert not any("dental" in text or "equal opportunity" in text for text in kept)
