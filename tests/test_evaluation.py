"""Measuring on annotated documents: the same figures as their own score.py, and what it does not measure."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from llm_server import INTERVIEW, KEY, LlmServer, by_turn, make_claim
from pydantic import SecretStr

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.adapters.store import Store
from analyzer.errors import UsageError
from analyzer.evaluation.agreement import customer_sentences, measure_agreement
from analyzer.evaluation.evaluation import Evaluation, evaluate
from analyzer.evaluation.gold import GoldFolder, GoldItem, read_gold
from analyzer.evaluation.measures import Interval
from analyzer.evaluation.report import evaluation_json, kind_rows, mistake_lines, render_markdown, summary_lines
from analyzer.evaluation.trial import Choice, Trial, open_trial, run_trial
from analyzer.extraction.offline_extractor import JudgedUnits
from analyzer.extraction.units import units_of
from analyzer.icp.export import finding_json
from analyzer.records import Document, DocumentKind, Finding, Kind, Maker, Participant, Side, Turn
from analyzer.settings import Settings

# ------------------------------------------------------------------------------------------------------- what is read

BAKERY = """Pia: Thanks for making the time. What made you start looking?

Dana: We lost our biggest grocer in March because two pallets went out with the wrong label. Every morning my team
retypes every order from the emails into the spreadsheet by hand, and it takes three people until noon.

Pia: And who signs for something like this?

Dana: Our CFO Priya signs anything over ten thousand dollars, and I would be the one pushing for it.
"""
CLINIC = """Pia: Thank you both. How did this begin?

Raj: Our new operations director started in January and she wants one calendar for all six clinics. We are opening two
more clinics in Tucson this fall.

Pia: What did you use before that?

Raj: We run everything on Salesforce and a paper diary. Patients wait forty minutes because nobody sees who is in.
"""
BAKERY_GOLD = (
    ("trigger", "incident", "We lost our biggest grocer in March"),
    ("pain", "manual_work", "my team retypes every order from the emails into the spreadsheet by hand"),
    ("role", "economic_buyer", "Our CFO Priya signs anything over ten thousand dollars"),
    ("role", "champion", "I would be the one pushing for it"),
)
CLINIC_GOLD = (
    ("trigger", "leadership_change", "Our new operations director started in January"),
    ("trigger", "expansion", "We are opening two more clinics in Tucson this fall"),
    ("tool", "crm", "We run everything on Salesforce"),
    ("pain", "visibility", "words that the reader lost"),
)


def write_gold(folder: Path, marked: Mapping[str, Sequence[tuple[str, str, str]]], texts: Mapping[str, str]) -> Path:
    (folder / "docs").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "docs" / name).write_text(text)
    items = [
        {"document": name, "kind": kind, "category": category, "quote": quote, "intensity": None}
        for name, here in marked.items()
        for kind, category, quote in here
    ]
    people = [
        {"name": "Pia", "side": "ours"},
        {"name": "Dana", "side": "customer"},
        {"name": "Raj", "side": "customer"},
    ]
    sources = [{"document": name, "participants": people} for name in texts]
    (folder / "gold.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    (folder / "sources.jsonl").write_text("".join(json.dumps(source) + "\n" for source in sources))
    return folder


@pytest.fixture
def two_interviews(tmp_path: Path) -> Path:
    return write_gold(
        tmp_path / "gold",
        {"bakery.txt": BAKERY_GOLD, "clinic.txt": CLINIC_GOLD},
        {"bakery.txt": BAKERY, "clinic.txt": CLINIC},
    )


def try_offline(folder: Path, embedder: SentenceEmbedder) -> tuple[GoldFolder, Trial]:
    gold = read_gold(folder)
    with open_trial(gold, Settings()) as study:
        study.__dict__["embedder"] = embedder
        return gold, run_trial(study, gold, Choice("offline"))


# ----------------------------------------------------------------------------------- the same figures as its score.py


def run_score(script: Path, folder: Path, findings: Any, texts: Any, beside: Path) -> Any:
    """What score.py itself prints, as a process of its own."""
    (beside / "findings.json").write_text(json.dumps(findings))
    (beside / "texts.json").write_text(json.dumps(texts))
    ran = subprocess.run(
        [sys.executable, script, folder, beside / "findings.json", beside / "texts.json", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout)


def shared_part(made: Mapping[str, Any], scored: Mapping[str, Any]) -> Any:
    return {key: made[key] for key in scored}


def assert_same_figures(folder: Path, script: Path, embedder: SentenceEmbedder, tmp_path: Path) -> None:
    gold, trial = try_offline(folder, embedder)
    made = evaluation_json(evaluate(gold, trial.documents, trial.findings))
    texts = {document.name: document.text for document in trial.documents}
    scored = run_score(script, folder, [finding_json(f) for f in trial.findings], texts, tmp_path)
    assert len(scored) == 6
    assert len(trial.findings) > 20
    assert shared_part(made, scored) == scored


def test_every_figure_is_that_of_score_py_on_real_notes_and_postings(
    shared: Path, embedder: SentenceEmbedder, tmp_path: Path
) -> None:
    gold, some = shared / "gold", tmp_path / "some"
    (some / "docs").mkdir(parents=True)
    kept = [path for path in sorted((gold / "docs").iterdir()) if path.stat().st_size < 8000]
    for path in kept:
        shutil.copy(path, some / "docs" / path.name)
    for name in ("gold.jsonl", "sources.jsonl"):
        lines = (gold / name).read_text().splitlines(keepends=True)
        of_these = [line for line in lines if json.loads(line)["document"] in {path.name for path in kept}]
        (some / name).write_text("".join(of_these))
    assert_same_figures(some, gold / "score.py", embedder, tmp_path)


@pytest.mark.slow
def test_every_figure_is_that_of_score_py_on_all_annotated_documents(
    shared: Path, embedder: SentenceEmbedder, tmp_path: Path
) -> None:
    assert_same_figures(shared / "gold", shared / "gold" / "score.py", embedder, tmp_path)


def icp(study: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyzer.cli", "--study", str(study), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "COLUMNS": "200"},
        check=False,
    )


def test_a_user_s_own_add_extract_and_findings_score_as_eval_says(
    shared: Path, two_interviews: Path, tmp_path: Path
) -> None:
    study = tmp_path / "by-hand"
    assert icp(study, "add", two_interviews / "docs").returncode == 0
    assert icp(study, "extract", "--extractor", "offline").returncode == 0
    findings = json.loads(icp(study, "findings", "--format", "json").stdout)
    texts = {name: icp(study, "text", name).stdout for name in ("bakery.txt", "clinic.txt")}
    scored = run_score(shared / "gold" / "score.py", two_interviews, findings, texts, tmp_path)
    evaluated = icp(tmp_path / "none", "eval", two_interviews, "--extractor", "offline", "--format", "json")
    assert (evaluated.returncode, evaluated.stderr) == (0, "")
    assert shared_part(json.loads(evaluated.stdout), scored) == scored
    assert scored["kinds"]["trigger"]["found"] > 0
    assert scored["gold_lost_by_reader"] == 1
    assert not (tmp_path / "none").exists()

    # The same study still tells the sure findings from the others.
    surest = max(f["confidence"] for f in findings)
    sure = json.loads(icp(study, "findings", "--min-confidence", str(surest), "--format", "json").stdout)
    assert [f["confidence"] for f in sure] == [surest] * len(sure) != []
    assert len(sure) < len(findings)


WORDS = "We lost  two  pallets and We lost two pallets again and the board was not amused at all said she".split(" ")
TEXT = " ".join(WORDS)
PLACES = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 40)).map(lambda p: (p[0], min(len(TEXT), sum(p))))
KINDS = st.sampled_from(["trigger", "pain", "role", "tool"])


@st.composite
def gold_line(draw: st.DrawFn) -> dict[str, Any]:
    start, end = draw(PLACES.filter(lambda p: TEXT[p[0] : p[1]].strip()))
    quote = draw(st.sampled_from([TEXT[start:end], " ".join(TEXT[start:end].split()), "never said by anyone"]))
    category = draw(st.sampled_from(["one", "two", None]))
    return {"document": draw(DOCUMENTS), "kind": draw(KINDS), "category": category, "quote": quote}


@st.composite
def found(draw: st.DrawFn) -> Finding:
    place, shift = draw(PLACES), draw(st.sampled_from([0, 0, 0, 1]))
    return make_finding(
        draw(KINDS),
        place,
        document=draw(DOCUMENTS),
        quote=TEXT[place[0] + shift : place[1] + shift],
        category=draw(st.sampled_from(["one", "two"])),
        speaker=draw(st.sampled_from(["Pia", "Dana", ""])),
    )


DOCUMENTS = st.sampled_from(["a.txt", "b.txt", "gone.txt"])


def make_finding(kind: str, place: tuple[int, int], **more: Any) -> Finding:
    usual: dict[str, Any] = {
        "document_id": "d1", "document": "a.txt", "category": "one", "claim": "", "quote": TEXT[slice(*place)],
        "speaker": "Dana", "title": "", "side": Side.CUSTOMER, "account": "", "said_on": None,
        "maker": Maker("offline", "", "", "1"), "confidence": 0.5,
    }  # fmt: skip
    return Finding(kind=Kind(kind), start=place[0], end=place[1], **{**usual, **more})


def make_document(name: str, text: str, *turns: tuple[str, Side]) -> Document:
    """Each line of the text is a turn, said by these in order."""
    made, start = [], 0
    for number, (line, (speaker, side)) in enumerate(zip(text.split("\n"), turns, strict=True)):
        made.append(Turn(number, speaker, side, start, start + len(line)))
        start += len(line) + 1
    people = tuple(Participant(speaker, side=side) for speaker, side in dict.fromkeys(turns))
    return Document(name, f"{name:0<12}", DocumentKind.INTERVIEW, text, tuple(made), people)


@pytest.fixture(scope="session")
def score_py(shared: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score_py", shared / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@hypothesis_settings(max_examples=200)
@given(gold=st.lists(gold_line(), min_size=1, max_size=12), findings=st.lists(found(), max_size=12))
def test_whatever_is_marked_and_found_the_figures_are_those_of_score_py(
    score_py: Any, gold: list[dict[str, Any]], findings: list[Finding]
) -> None:
    documents = [make_document(name, TEXT, ("Dana", Side.CUSTOMER)) for name in ("a.txt", "b.txt")]
    sides = {"a.txt": {"Pia": "ours", "Dana": "customer"}, "b.txt": {"Dana": "customer"}}
    folder = GoldFolder(Path("nowhere"), tuple(GoldItem(**line) for line in gold), sides)
    made = evaluation_json(evaluate(folder, documents, findings))
    texts = {document.name: document.text for document in documents}
    ours = {"a.txt": {"Pia"}, "b.txt": set()}
    scored = score_py.score(gold, [finding_json(f) for f in findings], texts, ours)
    assert json.loads(json.dumps(shared_part(made, scored))) == json.loads(json.dumps(scored))


# ------------------------------------------------------------------------------------------------- figures by hand


def evaluate_here(
    items: Sequence[GoldItem], findings: Sequence[Finding], *documents: Document, top: int = 0, judge: Any = None
) -> Evaluation:
    return evaluate(GoldFolder(Path("nowhere"), tuple(items), {}), documents, findings, top, judge)


SAID = "What hurts?\nWe lost two pallets. My team retypes orders by hand. The board was not amused. So nice outside."
CALL = make_document("a.txt", SAID, ("Pia", Side.OURS), ("Dana", Side.CUSTOMER))
LOST, RETYPES, BOARD, WEATHER = (
    "We lost two pallets.",
    "My team retypes orders by hand.",
    "not amused",
    "So nice outside.",
)


def find(kind: str, quote: str, **more: Any) -> Finding:
    start = SAID.index(quote)
    return make_finding(kind, (start, start + len(quote)), quote=quote, **more)


def mark(kind: str, quote: str, category: str = "one") -> GoldItem:
    return GoldItem("a.txt", kind, category, quote)


def test_precision_recall_f1_and_categories_count_one_to_one() -> None:
    made = evaluate_here(
        [mark("pain", RETYPES), mark("pain", LOST), mark("pain", "the board grumbled")],
        [find("pain", RETYPES, category="two"), find("pain", "retypes orders by hand"), find("pain", WEATHER)],
        CALL,
    )
    score = made.scores.kinds["pain"]
    assert (score.counts.marked, score.counts.found, score.counts.matched) == (3, 3, 1)
    assert (score.precision, score.recall, score.f1, score.category_share) == (0.333, 0.333, 0.333, 0.0)
    assert made.scores.macro_f1 == 0.111
    assert [item.quote for item in made.comparison.lost] == ["the board grumbled"]


def test_a_whole_turn_around_a_short_quote_is_no_match() -> None:
    turn = SAID.split("\n")[1]
    made = evaluate_here([mark("pain", BOARD)], [find("pain", turn)], CALL)
    assert made.scores.kinds["pain"].counts.matched == 0


def test_kappa_and_ac1_are_those_of_the_published_example() -> None:
    # Two readers of 125 cases: 118 both yes, 5 and 2 only one of them, none both no (Gwet 2002; 2008).
    one = np.array([True] * 118 + [True] * 5 + [False] * 2)
    other = np.array([True] * 118 + [False] * 5 + [True] * 2)
    agreement = measure_agreement(one, other)
    assert agreement.kappa == pytest.approx(-0.0234, abs=1e-4)
    assert agreement.ac1 == pytest.approx(0.9408, abs=1e-4)


@pytest.mark.parametrize(
    ("one", "other", "kappa", "ac1"),
    [
        ([True, False, True, False], [True, False, True, False], 1.0, 1.0),
        ([True, False, True, False], [False, True, False, True], -1.0, -1.0),
        ([False, False], [False, False], None, 1.0),
        ([True, False], [False, False], 0.0, 0.2),
        ([], [], None, None),
    ],
)
def test_agreement_at_its_ends(one: list[bool], other: list[bool], kappa: float | None, ac1: float | None) -> None:
    made = measure_agreement(np.array(one, dtype=bool), np.array(other, dtype=bool))
    assert (made.kappa, made.ac1) == (pytest.approx(kappa) if kappa is not None else None, pytest.approx(ac1))


def test_agreement_counts_the_sentences_of_the_customer_that_carry_a_kind() -> None:
    made = evaluate_here([mark("pain", LOST), mark("pain", BOARD)], [find("pain", LOST), find("pain", WEATHER)], CALL)
    agreement = made.agreement["pain"]
    # A quote of two words is enough to mark its sentence, and the question before is not the customer's.
    assert (agreement.sentences, agreement.marked, agreement.found, agreement.both) == (4, 2, 2, 1)


def test_whose_a_sentence_is_the_annotations_know_better_than_the_reader() -> None:
    def words(sides: Mapping[str, Mapping[str, str]]) -> list[str]:
        return [SAID[a:b] for a, b in customer_sentences(CALL, sides)]

    assert words({"a.txt": {"Pia": "customer", "Dana": "ours"}}) == ["What hurts?"]
    assert words({"a.txt": {"Pia": "ours"}}) == words({}) == [LOST, RETYPES, "The board was not amused.", WEATHER]


def copies_of_call(n: int) -> list[Document]:
    return [make_document(f"{i}.txt", SAID, ("Pia", Side.OURS), ("Dana", Side.CUSTOMER)) for i in range(n)]


def test_documents_that_are_alike_leave_no_doubt_and_others_do() -> None:
    calls = copies_of_call(6)
    items = [GoldItem(c.name, "pain", "one", q) for c in calls for q in (LOST, RETYPES)]
    found_once = [find("pain", LOST, document=c.name) for c in calls]
    alike = evaluate_here(items, found_once, *calls)
    assert alike.intervals is not None
    assert alike.intervals.kinds["pain"] == Interval(pytest.approx(2 / 3), pytest.approx(2 / 3))  # type: ignore[arg-type]
    assert alike.intervals.macro_f1.low == pytest.approx(2 / 9)
    in_some = evaluate_here(items, found_once[:3], *calls)
    assert in_some.intervals is not None
    interval = in_some.intervals.kinds["pain"]
    assert 0 < interval.low < in_some.scores.kinds["pain"].f1 < interval.high < 2 / 3
    again = evaluate_here(items, found_once[:3], *calls)
    assert again.intervals == in_some.intervals


def test_one_document_has_no_interval() -> None:
    made = evaluate_here([mark("pain", LOST)], [find("pain", LOST)], CALL)
    assert made.intervals is None
    assert evaluation_json(made)["intervals"] is None
    assert "95 %" not in "".join(summary_lines(made))


def test_confidence_is_held_against_what_was_right() -> None:
    made = evaluate_here(
        [mark("pain", LOST), mark("pain", RETYPES)],
        [
            find("pain", LOST, confidence=0.9),
            find("pain", RETYPES, confidence=0.3),
            find("pain", WEATHER, confidence=0.35),
            find("role", BOARD, confidence=1.0, maker=Maker("llm", "", "", "1")),
        ],
        CALL,
    )
    assert made.calibration is not None
    assert made.calibration.n == 3
    assert made.calibration.brier == pytest.approx((0.1**2 + 0.7**2 + 0.35**2) / 3)
    full = [(b.low, b.n, b.confidence, b.right) for b in made.calibration.bins if b.n]
    assert full == [(0.3, 2, pytest.approx(0.325), 0.5), (0.9, 1, 0.9, 1.0)]
    assert len(made.calibration.bins) == 10


def test_without_offline_findings_nothing_is_said_of_confidence() -> None:
    made = evaluate_here([mark("pain", LOST)], [find("pain", LOST, maker=Maker("llm", "", "", "1"))], CALL)
    assert made.calibration is None


# ---------------------------------------------------------------------------------------------------------- mistakes


def judge_by_length(document: Document, turns: Sequence[Turn]) -> JudgedUnits:
    """Chances that a test can foretell: the longer a sentence, the likelier everything."""
    units = units_of(document, turns)
    chances = np.array([[len(unit.text) / 100] * len(Kind) for unit in units], dtype=np.float32)
    return JudgedUnits(tuple(units), np.zeros((len(units), 0), dtype=np.float32), chances, {})


def test_the_worst_come_first_with_what_stands_around_them() -> None:
    made = evaluate_here(
        [mark("pain", LOST), mark("trigger", RETYPES), mark("objection", WEATHER), mark("role", BOARD)],
        [
            find("role", BOARD),
            find("pain", RETYPES, confidence=0.4),
            find("tool", "What hurts?", confidence=0.8),
            find("pain", "The board was", confidence=0.6),
        ],
        CALL,
        top=2,
        judge=judge_by_length,
    )
    mistakes = made.mistakes
    assert mistakes is not None
    assert (mistakes.missed, mistakes.alarms) == (3, 3)
    assert [(m.placed.item.quote, m.chance, m.overlapped) for m in mistakes.misses] == [
        (WEATHER, pytest.approx(0.16), ()),
        (LOST, pytest.approx(0.2), ()),
    ]
    assert [(a.finding.quote, a.overlapped) for a in mistakes.false_alarms] == [
        ("What hurts?", ()),
        ("The board was", ()),
    ]
    lines = "\n".join(mistake_lines(made))
    assert "Worst of 3 misses" in lines
    assert "objection (one) in a.txt; the model's highest chance there is 0.16" in lines
    assert "    Pia: What hurts?\n" in lines
    assert f"    Dana: >>{LOST}<< My team" in lines
    errors = evaluation_json(made)["errors"]
    assert errors["misses"][1]["before"] == {"speaker": "Pia", "text": "What hurts?"}
    assert errors["false_alarms"][0]["before"] is None


def test_a_miss_says_as_what_its_words_were_found_and_an_alarm_as_what_they_were_marked() -> None:
    made = evaluate_here([mark("trigger", RETYPES)], [find("pain", RETYPES)], CALL, top=5, judge=judge_by_length)
    lines = "\n".join(mistake_lines(made))
    assert "trigger (one) in a.txt; found there: pain" in lines
    assert "pain (one), confidence 0.50, in a.txt; marked there: trigger" in lines


def test_words_of_documents_are_no_markup_on_the_page() -> None:
    said = "Why?\nThe [boss](http://evil) said <b>no</b> | and *left*\x1b[31m the room."
    document = make_document("a.txt", said, ("Pia", Side.OURS), ("Da|na", Side.CUSTOMER))
    quote = "<b>no</b> | and *left*"
    made = evaluate_here([GoldItem("a.txt", "pain", "one", quote)], [], document, top=1)
    page = render_markdown(made, "gold_1")
    assert page.startswith("# gold\\_1\n")
    assert "**&lt;b&gt;no&lt;/b&gt; \\| and \\*left\\***" in page
    assert "\\[boss\\](http" in page
    assert "\x1b" not in page
    assert "\x1b" not in "\n".join(mistake_lines(made))


def test_the_table_shows_a_row_for_every_kind_with_what_was_not_found_left_blank() -> None:
    calls = copies_of_call(3)
    items = [GoldItem(c.name, "pain", "one", LOST) for c in calls]
    made = evaluate_here(items, [find("role", BOARD, document="0.txt")], *calls)
    pain, role = kind_rows(made)
    assert (pain["kind"], pain["gold"], pain["found"], pain["F1"], pain["category"]) == ("pain", 3, 0, "0.000", "")
    assert (role["kind"], role["gold"], role["found"], role["F1 95 %"]) == ("role", 0, 1, "0.00-0.00")


# ----------------------------------------------------------------------------------------------------- the real thing


def test_real_documents_give_chances_context_and_a_page(two_interviews: Path, embedder: SentenceEmbedder) -> None:
    gold = read_gold(two_interviews)
    with open_trial(gold, Settings()) as study:
        study.__dict__["embedder"] = embedder
        trial = run_trial(study, gold, Choice("offline"))
        sure = [f for f in trial.findings if f.confidence >= 0.99]
        made = evaluate(gold, trial.documents, sure, 20, study.judge)
        folder = study.folder
    assert not folder.exists()
    assert {d.name for d in trial.documents} == {"bakery.txt", "clinic.txt"}
    assert made.mistakes is not None
    assert made.mistakes.misses
    untouched = [m for m in made.mistakes.misses if not m.overlapped]
    assert all(m.chance is not None and 0 < m.chance < 1 for m in untouched)
    page = render_markdown(made, "two interviews")
    assert "Macro-F1 of trigger, pain and role" in page
    assert "> Pia: " in page


def test_a_language_model_is_measured_alike_and_asked_once_where_the_study_is_kept(
    server: LlmServer, embedder: SentenceEmbedder, tmp_path: Path
) -> None:
    quote = "My team retypes every purchase order by hand on Monday mornings."
    server.behave = by_turn(make_claim(quote, 1))
    folder = write_gold(tmp_path / "gold", {"a.txt": [("pain", "manual_work", quote)]}, {"a.txt": INTERVIEW})
    gold = read_gold(folder)
    settings = Settings(base_url=server.url, api_key=SecretStr(KEY), model="test", max_attempts=2, jobs=1)
    for _ in range(2):
        with open_trial(gold, settings, tmp_path / "kept") as study:
            study.__dict__["embedder"] = embedder
            trial = run_trial(study, gold, Choice("llm"))
        made = evaluate(gold, trial.documents, trial.findings)
        assert (made.scores.kinds["pain"].f1, made.scores.kinds["pain"].category_share) == (1.0, 1.0)
        assert made.calibration is None
    assert len(server.extracts) == 1


def test_no_other_study_has_a_part_in_it(two_interviews: Path, tmp_path: Path) -> None:
    team = f"sqlite:///{tmp_path / 'team.db'}"
    with open_trial(read_gold(two_interviews), Settings(database_url=team)) as study:
        assert study.document_heads() == []
    assert not (tmp_path / "team.db").exists()


def test_a_study_of_other_documents_is_not_kept_in(two_interviews: Path, tmp_path: Path) -> None:
    other = write_gold(tmp_path / "other", {"c.txt": BAKERY_GOLD}, {"c.txt": BAKERY})
    gold = read_gold(other)
    kept = tmp_path / "kept"
    with open_trial(gold, Settings(), kept) as study:
        list(study.add([gold.docs], options()))
    with (
        pytest.raises(UsageError, match=r"is a study with other documents \(c\.txt\)"),
        open_trial(read_gold(two_interviews), Settings(), kept),
    ):
        pass
    store = Store.at(kept / "study.db")
    assert [d.name for d in store.documents()] == ["c.txt"]
    store.close()


def options() -> Any:
    from analyzer.reading.documents import ReadOptions

    return ReadOptions()


# --------------------------------------------------------------------------------------------------- the command line


def test_a_file_that_cannot_be_read_is_said_and_its_marks_count_as_lost(two_interviews: Path, tmp_path: Path) -> None:
    (two_interviews / "docs" / "clinic.txt").write_bytes(b"%PDF-1.7 broken")
    ran = icp(tmp_path / "none", "eval", two_interviews, "--extractor", "offline", "--errors", "3")
    assert ran.returncode == 1
    assert "refused clinic.txt" in ran.stderr
    assert "note: 4 marked findings stand in documents that were not read (clinic.txt)" in ran.stderr
    assert "Marked quotes the reader lost: 4." in ran.stdout
    assert "gold: 1 documents, offline extractor" in ran.stdout
    assert "false alarms:" in ran.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gold.jsonl", None, r"gold\.jsonl cannot be read: No such file"),
        ("gold.jsonl", "", r"gold\.jsonl marks nothing"),
        ("gold.jsonl", "kind,quote\npain,We lost\n", r"gold\.jsonl, line 1 is not JSON .*Each line is one JSON object"),
        ("gold.jsonl", "[1]\n", r"gold\.jsonl, line 1 is no JSON object"),
        ("gold.jsonl", '\n{"document": "a.txt", "kind": "pain", "category": "x"}\n', r'line 2 has no "quote"'),
        ("gold.jsonl", '{"document": "a", "kind": "pain", "category": "x", "quote": " "}', r'line 1 has no "quote"'),
        ("gold.jsonl", '{"document": "a", "kind": "pain", "quote": "we lost"}', r'line 1 has no "category"'),
        ("gold.jsonl", "\udce9", r"gold\.jsonl is not UTF-8"),
        ("sources.jsonl", None, r"sources\.jsonl cannot be read"),
        ("sources.jsonl", '{"name": "a.txt"}', r'sources\.jsonl, line 1 has no "document"'),
        ("sources.jsonl", '{"document": "a.txt", "participants": ["Pia"]}', r'a participant has a "name" and a "side"'),
    ],
)
def test_a_folder_of_another_form_is_told_by_file_and_line(
    two_interviews: Path, name: str, content: str | None, said: str
) -> None:
    (two_interviews / name).unlink()
    if content is not None:
        (two_interviews / name).write_text(content, errors="surrogateescape")
    with pytest.raises(UsageError, match=said):
        read_gold(two_interviews)


def test_a_folder_without_documents_is_told(two_interviews: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        read_gold(tmp_path / "absent")
    shutil.rmtree(two_interviews / "docs")
    with pytest.raises(UsageError, match="has no folder docs"):
        read_gold(two_interviews)
    (two_interviews / "docs").mkdir()
    gold = read_gold(two_interviews)
    with open_trial(gold, Settings()) as study, pytest.raises(UsageError, match="holds no document that can be read"):
        run_trial(study, gold, Choice("offline"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "csv"), "--format is table, json or md here, not csv."),
        (("--extractor", "best"), "--extractor is auto, offline or llm, not 'best'."),
        (("--extractor", "llm"), "No language model is configured."),
    ],
)
def test_wrong_use_is_a_sentence_and_exits_with_2(
    two_interviews: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = icp(tmp_path / "none", "eval", two_interviews, *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_kinds_that_nobody_looks_for_are_named() -> None:
    made = evaluate_here([mark("mood", LOST)], [], CALL)
    assert made.notes == ("No extractor looks for these kinds, which gold.jsonl marks: mood.",)
    assert made.scores.kinds["mood"].recall == 0
