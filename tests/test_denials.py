"""Denials: a customer's plain no to what we asked speaks against what others named, and nothing else does."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from small_study import CUSTOMER, SELLER, Said, interview, keep, material

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.extraction.codebook import load_codebook
from analyzer.icp.draft import draft_icp
from analyzer.icp.export import draft_json
from analyzer.icp.render import render_docx, render_html, render_json, render_markdown, render_pdf
from analyzer.pipeline import build_denials
from analyzer.records import Denial, Document, DocumentKind, Kind, Side
from analyzer.settings import Settings
from analyzer.study import Study
from analyzer.synthesis.denials import MAX_WORDS, find_noes

SECURITY = "Was security a topic? Or contracts, legal?"
PRICE = "Was the price too high for you?"
BY_HAND = "Did your team retype orders by hand?"
INCIDENT = "Had an incident or an outage made you look?"

NOES = """
No. Nobody asked. Should we have?
No, never. We looked at it once and that was it.
Not really. It's eight trucks and I can see them from here.
Not at all, we signed the same day.
It wasn’t a problem for us, not once.
It wasn't the reason at all.
That's never been an issue here.
That was fine. They sent us one page.
No, of course not, we own them.
No, absolutely not. We pay them.
It's not about the money at all.
We never had any trouble with that.
We don't have that here.
Nope, nobody complained about it.
Nah, he plugged it in and left.
Um, honestly, no. Our lawyer read the first page.
That never came up, not once.
I wouldn't say that it was.
No no, they signed it the same day.
""".strip().splitlines()

NONE = """
No, but it cost us a fortune.
No. However, the second invoice was a shock.
Not really, although the night shift saw it otherwise.
No. The only thing was the security form.
No, apart from the questionnaire they sent.
No wonder we lost the account over it.
No idea, you would have to ask the IT people.
No, I have no idea what they did with it.
No, I don't know who looked at that.
No, not sure anybody looked at that.
No doubt about it, it hurt.
No question, that was the worst part.
No kidding, it was a nightmare.
No joke, eleven hours in the yard.
No way to tell from here, and that is what hurts.
No, yeah, it was terrible.
No, no, yeah, all of them.
No, you're right, it was bad.
No, exactly, that is the problem.
No, absolutely, it was the price.
No more than everybody else who pays for it.
It's not working, that is the problem.
It never works when we need it.
It wasn't reliable at all, we lost orders.
It's not just the money, it is everything.
That's not even the worst of it.
We don't have enough people for it.
We don't have any visibility at all.
We never had a week without it.
Nothing works in the yard.
Nobody knew where the trucks were.
Not everything was lost.
Know what, it was terrible for us.
Another one we lost over it.
Yes, every single week it does.
Nopal cactus is all that grows there.
No.
Nope.
""".strip().splitlines()


def asked(*pairs: tuple[str, str], account: str = "Acme") -> Document:
    """An interview in which each question of ours is answered by the customer."""
    return interview(account, talk="\n".join(f"{SELLER}: {q}\n{CUSTOMER}: {a}" for q, a in pairs))[0]


def denied(embedder: SentenceEmbedder, *documents: Document) -> list[tuple[str, str]]:
    found = build_denials(documents, (), load_codebook(), embedder)
    return [(d.category, d.quote) for d in found]


# ------------------------------------------------------------------------------------------------------ what is a no


@pytest.mark.parametrize("answer", NOES)
def test_a_plain_no_is_a_denial(answer: str) -> None:
    (found,) = find_noes(asked((SECURITY, answer)))
    assert answer.startswith(found.document.text[found.start : found.end])
    assert found.question == SECURITY


@pytest.mark.parametrize("answer", NONE)
def test_what_only_begins_like_a_no_is_none(answer: str) -> None:
    assert find_noes(asked((SECURITY, answer))) == []


def test_a_no_denies_what_its_question_is_about(embedder: SentenceEmbedder) -> None:
    page = asked(
        (SECURITY, "No. Nobody asked."),
        (PRICE, "No, never. We pay more for pallets."),
        (BY_HAND, "No, that comes out of the scanner."),
        (INCIDENT, "Not really. It was quiet all year."),
    )
    assert denied(embedder, page) == [
        ("security", "No. Nobody asked."),
        ("price", "No, never. We pay more for pallets."),
        ("manual_work", "No, that comes out of the scanner."),
        ("incident", "Not really. It was quiet all year."),
    ]


@pytest.mark.parametrize(
    "question",
    [
        "How are you, how was the weekend?",
        "Do you mind if I record this?",
        "Can you see my screen?",
        "Is Joan joining us as well?",
        "Did you have a good flight?",
        "Is the coffee any good there?",
        "Shall we start?",
        "Have you been to the lake this summer?",
    ],
)
def test_a_no_to_small_talk_denies_nothing(embedder: SentenceEmbedder, question: str) -> None:
    page = asked((question, "No, not at all, go ahead."))
    assert find_noes(page)
    assert denied(embedder, page) == []


def test_our_own_no_and_a_no_to_nobody_of_ours_are_none() -> None:
    ours = interview("Acme", talk=f"{SELLER}: {SECURITY}\n{SELLER}: No. Nobody asked for it.")[0]
    assert find_noes(ours) == []
    customers = interview("Acme", talk=f"{CUSTOMER}: {SECURITY}\n{CUSTOMER}: No. Nobody asked for it.")[0]
    assert find_noes(customers) == []
    told = interview("Acme", talk=f"{SELLER}: You said security was a topic.\n{CUSTOMER}: No. Nobody asked for it.")[0]
    assert find_noes(told) == [], "what is no question cannot be denied"


@pytest.mark.parametrize("kind", [DocumentKind.CALL_NOTE, DocumentKind.JOB_POSTING])
def test_only_interviews_hold_denials(kind: DocumentKind) -> None:
    assert find_noes(replace(asked((SECURITY, NOES[0])), kind=kind)) == []


def test_a_finding_in_the_same_answer_wins(embedder: SentenceEmbedder) -> None:
    quote = "No. Our lawyer took six weeks over the security clause."
    document = asked((SECURITY, quote))
    finding = interview("Acme", Said(Kind.OBJECTION, "security", quote))[1][0]
    start = document.text.index(quote)
    inside = replace(finding, document_id=document.id, start=start, end=start + 20)
    codebook = load_codebook()
    assert len(build_denials((document,), (), codebook, embedder)) == 1
    assert build_denials((document,), (inside,), codebook, embedder) == ()
    elsewhere = replace(inside, start=0, end=10)
    assert len(build_denials((document,), (elsewhere,), codebook, embedder)) == 1


answers = st.lists(
    st.sampled_from(
        ["No", "no", "Nope", "Not really", "but", "we", "“ask”", "Ünal", "\U0001f69a", ".", "!", "?", ",", "…"]
    ),
    max_size=60,
).map(" ".join)


@given(st.lists(st.tuples(st.sampled_from([SELLER, CUSTOMER]), st.one_of(answers, st.text(max_size=80))), max_size=8))
def test_a_denial_stands_inside_the_customer_s_turn_after_our_question(turns: list[tuple[str, str]]) -> None:
    talk = "\n".join(f"{who}: {' '.join(words.split()) or '?'}" for who, words in turns)
    document = interview("Acme", talk=talk)[0]
    for found in find_noes(document):
        turn = found.turn
        assert turn.side == Side.CUSTOMER
        assert turn.start == found.start < found.end <= turn.end
        quote = document.text[found.start : found.end]
        assert quote == quote.rstrip()
        assert 3 <= len(quote.split()) <= MAX_WORDS
        before = document.turns[turn.number - 1]
        assert before.side == Side.OURS
        assert found.question in document.text[before.start : before.end]
        assert found.question.endswith("?")


def test_a_question_of_any_length_is_read_in_time() -> None:
    """Not by the clock: a search that went over the text again from each of its letters would never end here."""
    found = find_noes(asked(("a" * 400_000 + " was security a topic?", NOES[0])))
    assert len(found) == 1
    assert len(found[0].question) <= 1000


# ------------------------------------------------------------------------------------------------------- what is kept


@pytest.fixture
def study(tmp_path: Path, embedder: SentenceEmbedder) -> Iterator[Study]:
    made = Study.create(tmp_path / "study", Settings())
    made.__dict__["embedder"] = embedder
    yield made
    made.close()


TALK = f"{SELLER}: {SECURITY}\n{CUSTOMER}: No. Nobody asked for it."


def test_denials_are_kept_word_by_word_and_made_anew_with_the_themes(study: Study) -> None:
    first = keep(study, "Acme", talk=TALK)
    keep(study, "Beta", talk=f"{SELLER}: Hello.\n{CUSTOMER}: Hi.\n{TALK} Ünal never did, either.")
    study.refresh()
    kept = study.store.denials()
    texts = {d.id: d.text for d in study.documents()}
    assert [(d.account, d.kind, d.category) for d in kept] == [
        ("Acme", Kind.OBJECTION, "security"),
        ("Beta", Kind.OBJECTION, "security"),
    ]
    assert all(texts[d.document_id][d.start : d.end] == d.quote for d in kept)
    assert [d.quote for d in kept] == ["No. Nobody asked for it.", "No. Nobody asked for it. Ünal never did, either."]
    assert {d.question for d in kept} == {SECURITY}
    assert [d.side for d in kept] == [Side.CUSTOMER] * 2
    study.refresh()
    assert study.store.denials() == kept
    assert len({d.id for d in kept}) == 2
    study.remove_document(first.id)
    assert [d.account for d in study.store.denials()] == ["Beta"]


def test_who_turns_out_to_be_ours_denies_nothing_any_more(study: Study) -> None:
    document = keep(study, "Acme", talk=TALK)
    study.refresh()
    assert len(study.store.denials()) == 1
    study.set_side(document.id, CUSTOMER, Side.OURS)
    assert study.store.denials() == ()
    study.refresh()
    assert study.store.denials() == ()


def test_a_copy_denies_nothing_a_second_time(study: Study) -> None:
    one = keep(study, "Acme", talk=TALK)
    other = keep(study, "Acme", talk=f"{TALK}\n{SELLER}: Bye.", name="again.txt")
    study.refresh()
    assert len(study.store.denials()) == 2 - bool(study.stored_document(other.id).copy_of)
    study.mark_copy(other.id, one.id)
    assert [d.document_id for d in study.store.denials()] == [one.id]


# -------------------------------------------------------------------------------------------------- what it does there


def denial(account: str, category: str = "security", kind: Kind = Kind.OBJECTION, quote: str = "") -> Denial:
    document = asked((SECURITY, quote or f"No. Nobody at {account} asked."), account=account)
    turn = document.turns[1]
    words = document.text[turn.start : turn.end]
    return Denial(
        document.id, document.name, kind, category, SECURITY, words, turn.start, turn.end, CUSTOMER, "", Side.CUSTOMER,
        account, None,
    )  # fmt: skip


def drawn(denials: list[Denial], *heard: Any) -> dict[str, Any]:
    documents = [asked((SECURITY, d.quote), account=d.account) for d in denials]
    return draft_json(draft_icp(material(*heard, *((d, ()) for d in documents), denials=tuple(denials)), 1))


def objections(draft: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for s in draft["sections"] if s["key"] == "objections" for line in s["lines"]]


NAMED = interview("Gamma", Said(Kind.OBJECTION, "security", "Our security people held it up for a month."))


def text_of(page: str | bytes, form: str) -> str:
    if form == "docx":
        return "\n".join(p.text for p in docx.Document(io.BytesIO(page)).paragraphs)  # type: ignore[arg-type]
    if form == "pdf":
        return "\n".join(p.extract_text() for p in PdfReader(io.BytesIO(page)).pages)  # type: ignore[arg-type]
    return str(page)


@pytest.mark.parametrize(
    ("form", "render"),
    [("md", render_markdown), ("html", render_html), ("docx", render_docx), ("pdf", render_pdf), ("json", render_json)],
)
def test_a_denial_stands_beside_the_line_it_speaks_against_in_every_format(
    form: str, render: Callable[[dict[str, Any]], str | bytes]
) -> None:
    mine = denial("Acme")
    draft = drawn([mine], NAMED)
    (line,) = objections(draft)
    assert line["against"] == [mine.id]
    assert line["evidence"] == [NAMED[1][0].id]
    assert (line["n"], line["m"]) == (1, 2)
    text = " ".join(text_of(render(draft), form).split())
    where = text.index("Security: “Our security people")
    if form == "json":
        assert where < text.index(f'"against": [ "{mine.id}"') < text.index('"refuted_by": "', where)
        return
    note = text.index("Against", where)
    assert note < text.index("Refuted by", where), "it stands under its own line"
    assert SECURITY in text[note:]
    assert text.index(mine.quote, note) < text.index("What we do not know")
    assert mine.id in text


def test_a_line_of_another_category_has_nothing_against_it() -> None:
    other = interview("Gamma", Said(Kind.OBJECTION, "price", "It was dearer than the whole yard."))
    draft = drawn([denial("Acme")], other)
    (line,) = objections(draft)
    assert line["against"] == []
    assert draft["evidence"].keys() == {other[1][0].id}


def test_what_nobody_named_is_said_to_be_denied_from_two_accounts_on() -> None:
    one = [denial("Acme")]
    assert objections(drawn(one)) == []
    twice = [*one, replace(one[0], start=one[0].start, end=one[0].end - 1, quote=one[0].quote[:-1])]
    assert objections(drawn(twice)) == [], "twice at one account is one account"
    two = [*one, denial("Beta")]
    (line,) = objections(drawn(two))
    assert line["statement"] == "Not security, when asked: “No. Nobody at Acme asked.”"
    assert (line["n"], line["m"], line["strength"]) == (2, 2, "some")
    assert line["evidence"] == [d.id for d in two]
    assert line["against"] == []


def test_every_account_s_denial_comes_before_a_second_one_of_any() -> None:
    quotes = ["No, we never did that.", "No, that is fine.", "No, not once in all these years."]
    mine = [denial("Acme", quote=q) for q in quotes] + [denial("Beta"), denial("Delta")]
    (line,) = objections(drawn(mine, NAMED))
    accounts = {d.id: d.account for d in mine}
    assert {accounts[i] for i in line["against"][:3]} == {"Acme", "Beta", "Delta"}
    assert sorted(line["against"]) == sorted(d.id for d in mine)


def named(account: str, *codes: str) -> Any:
    return interview(account, *(Said(Kind.OBJECTION, code, f"The {code} held us up for a month.") for code in codes))


def test_what_more_accounts_denied_than_named_is_a_line_against_which_those_who_named_it_stand() -> None:
    shown = ("price", "timing", "effort")
    heard = [named("One", *shown), named("Two", *shown)]
    once = named("Rare", "security")
    two = [denial("Acme"), denial("Beta")]
    *others, line = objections(drawn(two, *heard, once))
    assert [o["statement"].split(":")[0].lower() for o in others] == sorted(shown)
    assert line["statement"].startswith("Not security, when asked: ")
    assert (line["n"], line["evidence"]) == (2, [d.id for d in two])
    assert line["against"] == [once[1][0].id]
    as_many = [*heard, once, named("Other", "security")]
    assert len(objections(drawn(two, *as_many))) == len(shown), "as many named it as denied it"
    assert len(objections(drawn(two[:1], *heard, once))) == len(shown)
