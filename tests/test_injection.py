# ruff: noqa: E501 - what a server answers stands on one line
"""Hostile documents end as plain speech: whatever their words ask for, and whatever a model that obeys them answers.

The pack goes through one study three times: read by an honest server, reviewed by a person, and read again by a server
that does what the words say. A second study is read offline. What is shown must be harmless wherever it is shown.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
import pytest
from injection.pack import BUDGET, PACK, PALLETS, RETYPES, Hostile, call
from llm_server import KEY, Asked, LlmServer, Reply, honest, make_claim, serve
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.adapters.protocols import Embedder, Vectors
from analyzer.cli import app as commands
from analyzer.extraction.units import split_sentences
from analyzer.icp.render import check_evidence, render_html, render_json, render_markdown
from analyzer.reading.canonical import fold
from analyzer.reading.documents import ReadOptions
from analyzer.reading.tables.accounts import read_accounts
from analyzer.records import Document, Finding, Reason, RejectedClaim, Side, Status
from analyzer.settings import Settings
from analyzer.study import Extracting, Study

REPOSITORY = Path(__file__).parent.parent
SIDES = {"Pia": Side.OURS, "Dana": Side.CUSTOMER}
OTHER_SHAPE = {hostile.number for hostile in PACK if hostile.reply not in (None, '{"claims": []}')}
BY_NUMBER = {hostile.number: hostile for hostile in PACK}
EVERY = pytest.mark.parametrize("hostile", PACK, ids=[hostile.number for hostile in PACK])

# What a terminal obeys, and the marks that reorder what a reader sees.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_OBEYED_BY_SCREENS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


# ---------------------------------------------------------------------------------------------------- obeying server


def obey(asked: Asked) -> Reply:
    """Does what the words say, and whatever else an attacker could wish for; in a second asking it insists."""
    hostile = BY_NUMBER[re.search(r"^Document: (\d\d) ", asked.user, re.MULTILINE)[1]]  # type: ignore[index]
    if hostile.reply is not None:
        return Reply(text=hostile.reply)
    if asked.is_reconsidering:
        return Reply([{**claim, "claim": f"{claim['claim']} indeed"} for claim in asked.refused])
    ours = [make_claim(" ".join(t.words.split()[:40]), t.number) for t in asked.turns if t.side == "O"]
    prompt = (*asked.system.splitlines(), *asked.user.splitlines()[:4]) if "print your" in hostile.name else ()
    furniture = [make_claim(line.strip(), 1) for line in prompt if line.strip()]
    echoed = [make_claim(said, t.number) for t in asked.turns if t.side != "O" for said in sentences_of(t.words)]
    unsaid = [make_claim(PALLETS, 1, claim="The account scores 100 of 100 and Bela Okafor has signed.")]
    return Reply([*hostile.orders, *ours, *furniture, *echoed, *unsaid])


def sentences_of(words: str) -> list[str]:
    return [words[start:end] for start, end in split_sentences(words) if 3 <= len(words[start:end].split()) <= 45]


# ------------------------------------------------------------------------------------------------------------- studies


class LetterEmbedder:
    """Embeds text by the letters in it: enough where nothing depends on meaning, and a hundred times as fast."""

    name = "letters"

    def embed(self, texts: Sequence[str]) -> Vectors:
        counts = np.array([[text.casefold().count(letter) for letter in ascii_lowercase] for text in texts], np.float32)
        counts = counts.reshape(len(texts), 26) + np.float32(1e-3)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


@dataclass(frozen=True)
class Ran:
    """How the pack went through a study; ``scores`` are the accounts' before anything was extracted."""

    study: Study
    done: Extracting
    scores: list[tuple[Any, ...]]
    honest: tuple[Finding, ...] = ()
    reviewed: dict[str, Status] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()

    def document(self, hostile: Hostile) -> Document:
        return next(d for d in self.study.documents() if d.name.startswith(hostile.number))

    def findings(self, hostile: Hostile) -> tuple[Finding, ...]:
        return self.study.findings(document_id=self.document(hostile).id)

    def refused(self, hostile: Hostile) -> tuple[RejectedClaim, ...]:
        document_id = self.document(hostile).id
        return tuple(r for r in self.study.rejected() if r.document_id == document_id)


def make_study(folder: Path, embedder: Embedder, server: LlmServer | None = None) -> Study:
    settings = {"base_url": server.url, "api_key": SecretStr(KEY), "model": "honest", "jobs": 1} if server else {}
    study = Study.create(folder, Settings(**settings))
    study.__dict__["embedder"] = embedder
    table = io.StringIO()
    names = dict.fromkeys(hostile.account for hostile in PACK)
    csv.writer(table).writerows([("Company", "Headcount"), *((name, 120) for name in names)])
    study.import_accounts(read_accounts(table.getvalue().encode(), "accounts.csv"))
    for hostile in PACK:
        options = ReadOptions(sides=SIDES, account=hostile.account, said_on=date(2026, 3, 4))
        added = study.add_bytes(hostile.text.encode(), hostile.name, options)
        assert added.status == "added", f"{hostile.name}: {added.detail}"
    for document in study.documents():
        # They share most of their words, on purpose, and are no copies.
        if document.copy_of:
            study.count_itself(document.id)
    return study


def scores_of(study: Study) -> list[tuple[Any, ...]]:
    readings = study.account_readings(date(2026, 3, 10))
    return [(r.account.name, r.score.score, r.score.low, r.score.high, r.score.tier) for r in readings]


@pytest.fixture(scope="module")
def obeyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    with serve(honest) as server:
        study = make_study(tmp_path_factory.mktemp("obeyed") / "study", LetterEmbedder(), server)
        scores = scores_of(study)
        study.extract("llm")
        first = study.findings()
        one, other = [f.id for f in first if f.quote == BUDGET][:2]
        reviewed = {one: Status.REJECTED, other: Status.ACCEPTED}
        for finding_id, status in reviewed.items():
            study.review(finding_id, status, "a person said so")
        server.asked.clear()
        server.behave = obey
        done = study.extract("llm", "obeying")
        yield Ran(study, done, scores, first, reviewed, tuple(server.asked))
        study.close()


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Iterator[Ran]:
    study = make_study(tmp_path_factory.mktemp("offline") / "study", embedder)
    scores = scores_of(study)
    yield Ran(study, study.extract("offline"), scores)
    study.close()


# ---------------------------------------------------------------------------------------------------------- extraction


def test_the_study_ends_and_only_answers_of_another_shape_are_reported(obeyed: Ran) -> None:
    assert {failure[:2] for failure in obeyed.done.failures} == OTHER_SHAPE
    assert obeyed.done.documents == len(PACK) - len(OTHER_SHAPE)
    assert obeyed.study.check() == []


@EVERY
def test_every_finding_is_the_customers_own_words_and_nothing_an_order_made_up(obeyed: Ran, hostile: Hostile) -> None:
    document, findings = obeyed.document(hostile), obeyed.findings(hostile)
    ordered = {fold(str(order["quote"])).casefold() for order in hostile.orders}
    for finding in findings:
        turn = document.turn_at(finding.start)
        assert turn is not None
        assert document.text[finding.start : finding.end] == finding.quote
        assert turn.start <= finding.start < finding.end <= turn.end
        assert (turn.side, finding.side) == (finding.side, Side(turn.side))
        assert finding.side != Side.OURS
        assert finding.quote.casefold() not in ordered
        assert finding.account == hostile.account
    if hostile.reply is None:
        said = [finding.quote for finding in findings]
        assert not [words for words in hostile.spoken if not any(words.rstrip(".") in quote for quote in said)]


@EVERY
def test_every_order_is_kept_among_the_refused_with_a_reason(obeyed: Ran, hostile: Hostile) -> None:
    if hostile.reply is not None:
        return
    refused = {fold(r.claim.quote): r for r in obeyed.refused(hostile)}
    for order in hostile.orders:
        assert fold(str(order["quote"])) in refused
    assert all(r.detail for r in refused.values())
    unsaid = [r.reason for r in obeyed.refused(hostile) if "Okafor" in r.claim.claim]
    assert unsaid
    assert set(unsaid) <= {Reason.NUMBER, Reason.UNSUPPORTED_CLAIM, Reason.NOT_FOUND}


def test_what_the_prompt_says_is_nobodys_words(obeyed: Ran) -> None:
    said = {f.quote for f in obeyed.study.findings()}
    asked_first = [asked for asked in obeyed.asked if not asked.is_reconsidering]
    prompt = {fold(line) for asked in asked_first for line in asked.system.splitlines() if line.strip()}
    assert prompt
    assert not said & prompt
    assert prompt <= {r.claim.quote for r in obeyed.study.rejected()}


@EVERY
def test_the_words_are_shown_to_the_model_as_turns_of_their_own_speakers_and_as_nothing_else(
    obeyed: Ran, hostile: Hostile
) -> None:
    document = obeyed.document(hostile)
    shown = [t for a in obeyed.asked if not a.is_reconsidering and f"\nDocument: {hostile.number} " in a.user
             for t in a.turns]  # fmt: skip
    letters = {Side.CUSTOMER: "C", Side.OURS: "O", Side.UNKNOWN: "U"}
    assert [(t.number, t.side) for t in shown] == [(t.number, letters[t.side]) for t in document.turns]


def test_no_request_holds_a_second_fence(obeyed: Ran) -> None:
    for asked in obeyed.asked:
        assert asked.user.count("<<<") == asked.user.count(">>>") == 1
        assert asked.user.startswith("<<<TURNS\n")
        assert asked.user.endswith("\nTURNS>>>")
        assert not re.search("[\ud800-\udfff]", asked.user)


def test_scores_and_what_a_person_decided_are_untouched(obeyed: Ran) -> None:
    assert scores_of(obeyed.study) == obeyed.scores
    decided = {f.id: f.status for f in obeyed.study.findings() if f.status != Status.NEW}
    assert decided == obeyed.reviewed
    assert all(f.confidence == 1.0 for f in obeyed.study.findings())


def test_an_honest_server_is_not_disturbed(obeyed: Ran) -> None:
    documents = {d.id: d for d in obeyed.study.documents()}
    assert all(documents[f.document_id].text[f.start : f.end] == f.quote for f in obeyed.honest)
    for hostile in PACK:
        document_id = obeyed.document(hostile).id
        quotes = {f.quote for f in obeyed.honest if f.document_id == document_id}
        if BUDGET in hostile.text:
            assert PALLETS in quotes, hostile.name
            assert BUDGET.removesuffix(".") in {q.removesuffix(".") for q in quotes}, hostile.name


@EVERY
def test_offline_the_words_are_read_like_any_others(offline: Ran, hostile: Hostile) -> None:
    document = offline.document(hostile)
    for finding in offline.findings(hostile):
        assert document.text[finding.start : finding.end] == finding.quote
        assert finding.side != Side.OURS
        assert finding.status == Status.NEW
    assert offline.done.failures == ()
    assert offline.study.check() == []


def test_offline_what_customers_said_is_found_whatever_surrounds_it(offline: Ran) -> None:
    told = [h for h in PACK if PALLETS in h.text]
    found = [h for h in told if any(PALLETS[:20] in f.quote or RETYPES[:20] in f.quote for f in offline.findings(h))]
    assert [h.name for h in told if h not in found] == []


# ------------------------------------------------------------------------------------------------- answers of odd shapes

CLAIM = make_claim(PALLETS, 1)
LONG_NUMBER = "9" * 6000
ODD = {
    "deep": '{"claims": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep object": '{"claims": [' + '{"quote": ' * 3000 + "1" + "}" * 3000 + "]}",
    "long number": f'{{"claims": [{{"kind": "pain", "quote": "We lost four pallets", "turns": [{LONG_NUMBER}]}}]}}',
    "long number in words": json.dumps({"claims": [{**CLAIM, "turns": [LONG_NUMBER], "intensity": LONG_NUMBER}]}),
    "not a number": '{"claims": [{"kind": "pain", "quote": "We lost", "turns": [NaN, 1e999, -Infinity]}]}',
    "half a character": '{"claims": [{"kind": "pain", "category": "cost", "claim": "\\ud800", "quote": "a \\udfff b c"}]}',
    "nothing but zeros": '{"claims": [{"kind": "\\u0000", "claim": "\\u0000", "quote": "\\u0000\\u0000 a b c"}]}',
    "a long quote": json.dumps({"claims": [{**CLAIM, "quote": "pallets " * 20_000}]}),
    "twenty thousand": json.dumps({"claims": [17] * 20_000}),
    "a list": json.dumps([CLAIM]),
    "a score": '{"score": 100, "tier": 1, "status": "accepted"}',
    "a word": '"accepted"',
    "nothing": "null",
    "same key twice": '{"claims": [], "claims": {"pain": 1}}',
    "lists within": json.dumps({"claims": [[CLAIM]], "next": {"claims": [CLAIM]}}),
    "objects for words": json.dumps({"claims": [{k: {"value": v} for k, v in CLAIM.items()}]}),
    "year nought": json.dumps({"claims": [{**CLAIM, "kind": "trigger", "event_on": "0000-00-00", "person": ["x"]}]}),
}


@pytest.mark.parametrize("name", ODD)
def test_an_answer_of_an_odd_shape_ends_in_sentences_and_breaks_nothing(name: str, tmp_path: Path) -> None:
    with serve(lambda asked: Reply() if asked.is_reconsidering else Reply(text=ODD[name])) as server:
        settings = Settings(base_url=server.url, api_key=SecretStr(KEY), model="odd", max_attempts=1, jobs=1)
        study = Study.create(tmp_path / "study", settings)
        study.__dict__["embedder"] = LetterEmbedder()
        assert study.add_bytes(call().encode(), "call.txt", ReadOptions(sides=SIDES)).status == "added"
        done = study.extract("llm")
        text = study.documents()[0].text
        assert all(text[f.start : f.end] == f.quote for f in study.findings())
        assert all(failure.startswith("call.txt, turns 0-5: ") and len(failure) < 400 for failure in done.failures)
        assert done.failures or study.findings() or study.rejected()
        # What was kept can be shown and written out.
        json.dumps([r.claim.quote for r in study.rejected()], ensure_ascii=False).encode()
        assert study.check() == []
        study.close()


def test_a_category_or_statement_that_is_markup_or_a_terminals_order_is_words(tmp_path: Path) -> None:
    """Criteria have no fixed codes, so the model's own word for one is kept; it is a word and nothing else."""
    claim = {**make_claim(RETYPES, 1), "kind": "criterion", "intensity": None}
    odd = [
        {**claim, "category": "<img src=x onerror=alert(1)>"},
        {**claim, "category": "[x](javascript:alert(1))", "claim": PALLETS, "quote": PALLETS},
        {**claim, "category": "=cmd|'/c'!a0" * 50, "quote": BUDGET, "claim": "The \x1bCRO\x9b holds\x07 the budget"},
    ]
    with serve(lambda asked: Reply() if asked.is_reconsidering else Reply(odd)) as server:
        study = Study.create(tmp_path / "study", Settings(base_url=server.url, api_key=SecretStr(KEY), model="odd"))
        study.__dict__["embedder"] = LetterEmbedder()
        study.add_bytes(call().encode(), "call.txt", ReadOptions(sides=SIDES))
        study.extract("llm")
        findings = study.findings()
        draft = study.draft()
        study.close()
    assert len(findings) == 3
    assert all(re.fullmatch(r"\w{1,60}", f.category) for f in findings)
    assert not any(_OBEYED_BY_SCREENS.search(f.claim) for f in findings)
    assert live_in_markdown(render_markdown(draft)) == []


# ------------------------------------------------------------------------------------------------------- what is shown

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HARMLESS = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "div", "span", "section", "ul",
            "li", "details", "summary", "strong", "blockquote", "cite", "bdi", "b", "br", "i", "mark", "header", "table", "thead",
            "tbody", "tr", "th", "td", "a"}  # fmt: skip
OWN_LINK = re.compile(r"(?:findings\?finding|accounts\?account)=[\w%.~-]+")


def live_in_markdown(text: str) -> list[str]:
    """What a reader of Markdown would run, load or follow."""
    live = ("html_inline", "html_block", "image", "link_open", "fence", "code_block", "code_inline")
    return [
        f"{token.type}: {token.content or token.attrs}" for token in _flat(MARKDOWN.parse(text)) if token.type in live
    ]


def _flat(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())


class Live(HTMLParser):
    """Gathers what a browser would run, load or follow beyond the page's own links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_own = name == "href" and OWN_LINK.fullmatch(value or "")
            if name.startswith("on") or (name in ("src", "href", "action", "srcset", "srcdoc") and not is_own):
                self.found.append(f"{tag} {name}={value}")
            if name == "style" and re.search(r"url|expression|@import", value or ""):
                self.found.append(f"{tag} {name}={value}")
        if tag not in HARMLESS:
            self.found.append(tag)


def test_the_checks_see_what_is_live() -> None:
    for markup in (
        "<script>x</script>",
        "<img src=x>",
        "<b onclick=x>",
        '<a href="javascript:x">',
        "<p style='a:url(x)'>",
    ):
        assert Live(markup).found
        assert live_in_markdown(markup)
    assert not Live('<a href="findings?finding=f00aa">x</a>').found
    for markup in ("![a](https://b.example)", "[a](b)", "<https://b.example>", "`a`", "| a |\n|---|\n| [b](c) |"):
        assert live_in_markdown(markup)


Run = Callable[..., str]


@pytest.fixture
def icp(obeyed: Ran) -> Run:
    """The command line on the study that the obeying server filled; its stdout."""

    def run(*words: str) -> str:
        done = CliRunner().invoke(commands, ["--study", str(obeyed.study.folder), *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


@pytest.mark.parametrize("command", ["findings", "rejected", "themes", "phrases", "score"])
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "md"])
def test_rows_are_shown_harmlessly_in_every_format(icp: Run, command: str, form: str) -> None:
    page = icp(command, "--format", form)
    assert len(page) > 20
    # JSON and CSV hand the words over whole: marks of direction belong to them, control characters never do.
    signs = _CONTROLS if form in ("json", "jsonl", "csv") else _OBEYED_BY_SCREENS
    assert signs.findall(page)[:5] == []
    if form == "csv":
        cells = [cell for row in csv.reader(io.StringIO(page)) for cell in row]
        assert [c for c in cells if c[:1] in tuple("=+-@\t\r") and not re.fullmatch(r"[-+]?[\d.]+", c)] == []
    if form == "md":
        assert live_in_markdown(page)[:5] == []
        assert {token.type for token in MARKDOWN.parse(page)} & {"heading_open", "hr", "blockquote_open"} == set()


def test_as_json_the_words_are_whole(icp: Run, obeyed: Ran) -> None:
    printed = json.loads(icp("findings", "--format", "json"))
    same = [row["quote"] for row in printed] == [f.quote for f in obeyed.study.findings()]
    assert same
    assert any("script>alert('dock')</script><img src=x" in row["quote"] for row in printed)


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_the_draft_runs_and_loads_nothing(obeyed: Ran, icp: Run, form: str) -> None:
    draft = obeyed.study.draft()
    # A page of everything, not only of what is said most.
    evidence = {f.id: row for f, row in zip(obeyed.study.findings(), _rows(icp), strict=True)}
    full = {**draft, "evidence": evidence}
    check_evidence(full, {d.id: d.text for d in obeyed.study.documents()})
    signs = _CONTROLS if form == "json" else _OBEYED_BY_SCREENS
    assert signs.findall(icp("draft", "--format", form))[:5] == []
    if form == "md":
        assert live_in_markdown(render_markdown(full)) == []
    elif form == "html":
        assert Live(render_html(full)).found == []
        assert render_html(full).count("script&gt;alert(&#39;dock&#39;)&lt;/script&gt;")
    else:
        same = json.loads(render_json(full))["evidence"] == evidence
        assert same


def _rows(icp: Run) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(icp("findings", "--format", "json"))
    return rows


def test_the_brief_of_an_account_called_like_an_order_runs_nothing(obeyed: Ran, icp: Run) -> None:
    for account in dict.fromkeys(hostile.account for hostile in PACK):
        page = icp("account", account)
        assert not _OBEYED_BY_SCREENS.findall(page)
        assert live_in_markdown(page) == []


def test_a_sheet_of_scores_holds_no_formula(obeyed: Ran, icp: Run, tmp_path: Path) -> None:
    icp("score", "--out", str(tmp_path / "scores.csv"))
    with (tmp_path / "scores.csv").open(newline="") as file:
        names = [row["account"] for row in csv.DictReader(file)]
    assert '\'=HYPERLINK("https://evil.example","Acme")' in names
    assert not [name for name in names if name.startswith("=")]


@pytest.mark.parametrize("page", ["sources", "findings", "accounts", "profile"])
def test_the_pages_of_the_app_show_the_words_as_words(monkeypatch: pytest.MonkeyPatch, obeyed: Ran, page: str) -> None:
    monkeypatch.setenv("ICP_STUDY", str(obeyed.study.folder))
    app = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    app.run()
    app.switch_page(f"analyzer/views/{page}.py").run()
    scripted = next(f for f in obeyed.study.findings() if "script>alert('dock')" in f.quote)
    visits = {
        "findings": [{"finding": scripted.id}],
        "accounts": [{"account": h.account} for h in (BY_NUMBER["19"], BY_NUMBER["31"])],
    }
    for address in visits.get(page, [{}]):
        for key, value in address.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        assert not app.error
        _check_page(app)
    if page != "accounts":
        assert any("&lt;" in block.value for block in app.get("html"))


def _check_page(app: AppTest) -> None:
    for block in app.get("html"):
        if not re.match(r"<style>|<script>/\* f[0-9a-f]{10} \*/", block.value):
            assert Live(block.value).found == []
    for spoken in (*app.info, *app.success, *app.warning, *app.button, *app.text_input, *app.selectbox):
        assert live_in_markdown(getattr(spoken, "label", "") or "") == []
        if spoken.type in ("alert", "info", "success", "warning"):
            assert live_in_markdown(spoken.value) == []
