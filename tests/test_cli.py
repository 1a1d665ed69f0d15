"""The command line as others script against it: what it prints where, how it exits, and what it leaves asleep."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parent.parent
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
CRM = """Company name,Industry,Number of Employees,Country/Region,Tech Stack,Deal Stage,Amount,Logo Colour
Halvorsen Bakery,Food,120,Norway,Salesforce;SAP,Closed Won,20000,Red
Sonora Clinics,Health,80,United States,Excel,Closed Lost,9000,=1+1
Quiet Works,Steel,,,,,,
"""
FINDING = {
    "id", "kind", "category", "claim", "intensity", "quote", "start", "end", "document_id", "document", "speaker",
    "title", "side", "account", "said_on", "event_on", "event_precision", "person", "confidence", "status", "extractor",
    "model", "prompt", "codebook", "review",
}  # fmt: skip


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "COLUMNS": "200", **more}


def icp(study: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyzer.cli", "--study", str(study), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        env=environment(**more),
        check=False,
    )


def printed(study: Path, *arguments: str | Path) -> Any:
    """What a command prints as JSON; it has to succeed, and to print nothing else."""
    ran = icp(study, *arguments)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of two interviews and three accounts, made by the command line alone. Tests that write take `own`."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "bakery.txt").write_text(BAKERY)
    (folder / "clinic.txt").write_text(CLINIC)
    (folder / "crm.csv").write_text(CRM)
    study = folder / "study"
    for arguments in (
        ("init",),
        ("accounts", "import", folder / "crm.csv"),
        ("add", folder / "bakery.txt", "--account", "Halvorsen Bakery", "--date", "2026-04-01"),
        ("add", folder / "clinic.txt", "--account", "Sonora Clinics", "--date", "2026-04-02", "--outcome", "lost"),
        ("extract", "--extractor", "offline"),
    ):
        ran = icp(study, *arguments)
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
    return study


@pytest.fixture
def own(built: Path, tmp_path: Path) -> Path:
    """A copy of the study that the test may change."""
    return Path(shutil.copytree(built, tmp_path / "own"))


# ------------------------------------------------------------------------------------------------------ study and door


def test_without_a_study_every_command_says_how_to_make_one_and_exits_2(tmp_path: Path) -> None:
    for arguments in (["findings"], ["themes"], ["draft"], ["extract"], ["check"], ["account", "x"]):
        ran = icp(tmp_path / "nowhere", *arguments)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert "There is no study in" in ran.stderr
        assert "Traceback" not in ran.stderr
    assert not (tmp_path / "nowhere").exists()


def test_the_study_is_taken_from_the_environment_where_no_option_names_it(built: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "analyzer.cli", "documents", "--format", "json"],
        capture_output=True,
        text=True,
        env=environment(ICP_STUDY=str(built)),
        check=True,
    )
    assert {d["name"] for d in json.loads(ran.stdout)} == {"bakery.txt", "clinic.txt"}


def test_the_installed_command_is_the_same_program() -> None:
    command = Path(sys.executable).parent / "icp"
    ran = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("icp-analyzer ")


def test_init_makes_an_empty_study_and_takes_a_product_profile(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("name: Dockhand\ncompetitors: [GateGrid]\n")
    ran = icp(tmp_path / "new", "init", "--product", tmp_path / "p.yaml")
    assert ran.returncode == 0
    assert "Dockhand" in (tmp_path / "new" / "product.yaml").read_text()
    assert printed(tmp_path / "new", "documents", "--format", "json") == []


@pytest.mark.parametrize(
    ("content", "says"), [("name: [", "not a valid product profile"), ("colour: red", "not a valid product profile")]
)
def test_a_faulty_product_profile_makes_no_study(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "p.yaml").write_text(content)
    ran = icp(tmp_path / "new", "init", "--product", tmp_path / "p.yaml")
    assert ran.returncode == 2
    assert says in ran.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["findings", "--kind", "nonsense"],
        ["findings", "--format", "xml"],
        ["extract", "--extractor", "magic"],
        ["extract", "--extractor", "llm"],
        ["search", "x", "--since", "yesterday"],
        ["search", "x", "--top", "0"],
        ["draft", "--format", "odt"],
        ["draft", "--out", "/nowhere/at/all.md"],
        ["review", "f0000000000", "accept"],
        ["review", "f0000000000", "perhaps"],
        ["text", "no such document"],
        ["account", "Nobody Ltd"],
        ["score", "/nowhere/accounts.csv"],
        ["accounts", "import", "/nowhere/accounts.csv"],
        ["accounts", "import", "x.csv", "--map", "nothing"],
        ["verify", "/nowhere/claims.jsonl"],
        ["add", "x.txt", "--date", "someday"],
        ["add", "x.txt", "--side", "Dana"],
        ["add", "x.txt", "--side", "Dana=theirs"],
    ],
    ids=" ".join,
)
def test_wrong_use_exits_2_with_a_sentence_and_no_traceback(built: Path, arguments: list[str]) -> None:
    ran = icp(built, *arguments)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert len(ran.stderr.strip()) > 20
    assert "Traceback" not in ran.stderr


# -------------------------------------------------------------------------------------------------------------- adding


def test_bad_files_are_refused_with_a_sentence_each_and_the_rest_is_added(tmp_path: Path) -> None:
    given = tmp_path / "in"
    given.mkdir()
    (given / "empty.txt").write_bytes(b"")
    (given / "zero.vtt").write_bytes(b"")
    (given / "renamed.vtt").write_bytes(b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n")
    (given / "noise.txt").write_bytes(bytes((i * 7919 + i * i) % 256 for i in range(4000)))
    (given / "damaged.docx").write_bytes(b"PK\x03\x04" + b"\x00" * 200)
    (given / "locked.txt").write_text("words")
    (given / "locked.txt").chmod(0)
    (given / "ragged.csv").write_text('name,side,text\nPia,ours\nDana,customer,We lost two,three,four\n\n"unclosed')
    (given / "bakery.txt").write_text(BAKERY)
    (given / "clinic.txt").write_text(CLINIC)
    refused = ["empty.txt", "zero.vtt", "renamed.vtt", "noise.txt", "damaged.docx", "missing.txt", "ragged.csv"]
    added = ["bakery.txt", "clinic.txt"]
    if os.geteuid():
        refused.append("locked.txt")
    names = ["empty.txt", "bakery.txt", *refused[1:], "clinic.txt"]
    ran = icp(tmp_path / "study", "add", *(given / name for name in names))
    assert ran.returncode == 1
    lines = [line for line in ran.stderr.splitlines() if line.startswith("refused ")]
    assert len(lines) == len(refused)
    for name in refused:
        (line,) = [line for line in lines if name in line]
        assert len(line.split()) > 4, line
    assert "Traceback" not in ran.stderr
    assert {d["name"] for d in printed(tmp_path / "study", "documents", "--format", "json")} == set(added)


def test_a_file_name_that_is_no_unicode_stops_nothing(tmp_path: Path) -> None:
    given = tmp_path / "in"
    given.mkdir()
    for name, text in ((b"caf\xe9.txt", BAKERY), (b"leer\xe4.txt", ""), (b"z.txt", CLINIC)):
        with open(os.path.join(os.fsencode(given), name), "w") as file:
            file.write(text)
    ran = icp(tmp_path / "study", "add", given)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert len([line for line in ran.stderr.splitlines() if line.startswith("refused ")]) == 1
    assert len(printed(tmp_path / "study", "documents", "--format", "json")) == 2


def test_add_prints_one_json_object_a_file_and_the_same_file_again_is_unchanged(tmp_path: Path) -> None:
    (tmp_path / "bakery.txt").write_text(BAKERY)
    arguments = ("add", tmp_path / "bakery.txt", tmp_path / "gone.txt", "--json")
    first = icp(tmp_path / "study", *arguments, "--side", "Pia=ours")
    again = icp(tmp_path / "study", *arguments)
    assert (first.returncode, again.returncode) == (1, 1)
    rows = [json.loads(line) for line in first.stdout.splitlines()]
    assert [(row["file"].rpartition("/")[2], row["status"]) for row in rows] == [
        ("bakery.txt", "added"),
        ("gone.txt", "refused"),
    ]
    assert rows[0]["speakers"] == {"Pia": "ours", "Dana": "customer"}
    assert [json.loads(line)["status"] for line in again.stdout.splitlines()] == ["unchanged", "refused"]


def test_what_is_said_of_a_file_stands(built: Path) -> None:
    rows = {d["name"]: d for d in printed(built, "documents", "--format", "json")}
    assert (rows["clinic.txt"]["account"], rows["clinic.txt"]["said_on"]) == ("Sonora Clinics", "2026-04-02")
    assert rows["clinic.txt"]["outcome"] == "lost"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"\x00\x01\x02" * 300, ""), (b"Colour,Size\nred,3\n", ""), (b"Company name\n", "")],
    ids=["empty", "binary", "no names", "no rows"],
)
def test_a_table_that_holds_no_accounts_is_refused_with_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "crm.csv").write_bytes(content)
    ran = icp(tmp_path / "study", "accounts", "import", tmp_path / "crm.csv")
    assert ran.returncode == 2
    assert "crm.csv" in ran.stderr
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_table_with_ragged_rows_is_imported_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text(
        "Company name,Industry,Number of Employees\nHalvorsen Bakery,Food\nSonora Clinics,Health,80,stray,cells\n"
    )
    ran = icp(tmp_path / "study", "accounts", "import", tmp_path / "crm.csv")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("2 accounts")
    scored = printed(tmp_path / "study", "score", "--format", "json")
    assert {s["account"] for s in scored} == {"Halvorsen Bakery", "Sonora Clinics"}


def test_a_column_is_mapped_by_hand(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text("Wer,Branche\nHalvorsen Bakery,Food\n")
    arguments = ("accounts", "import", tmp_path / "crm.csv", "--map", "Wer=name", "--map", "Branche=industry")
    ran = icp(tmp_path / "study", *arguments)
    assert ran.returncode == 0, ran.stderr
    assert "Wer -> name" in ran.stdout


# ------------------------------------------------------------------------------------------------------------- reading


def test_a_finding_has_exactly_the_fields_others_script_against(built: Path) -> None:
    findings = printed(built, "findings", "--format", "json")
    assert findings
    assert all(set(f) == FINDING for f in findings)
    assert {f["side"] for f in findings} == {"customer"}
    assert {f["status"] for f in findings} == {"new"}
    assert {f["extractor"] for f in findings} == {"offline"}


def test_offsets_refer_to_what_icp_text_prints(built: Path) -> None:
    for name in ("bakery.txt", "clinic.txt"):
        text = icp(built, "text", name).stdout
        mine = [f for f in printed(built, "findings", "--format", "json") if f["document"] == name]
        assert mine
        for finding in mine:
            assert text[finding["start"] : finding["end"]] == finding["quote"]


def test_findings_are_picked_by_kind_account_and_status(built: Path) -> None:
    everything = printed(built, "findings", "--format", "json")
    pains = printed(built, "findings", "--format", "json", "--kind", "pain")
    assert pains == [f for f in everything if f["kind"] == "pain"] != []
    bakery = printed(built, "findings", "--format", "json", "--account", "halvorsen bakery")
    assert bakery == [f for f in everything if f["account"] == "Halvorsen Bakery"] != []
    assert printed(built, "findings", "--format", "json", "--status", "accepted") == []


def test_every_format_says_the_same(built: Path) -> None:
    findings = printed(built, "findings", "--format", "json")
    lines = icp(built, "findings", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == findings
    rows = list(csv.DictReader(io.StringIO(icp(built, "findings", "--format", "csv").stdout)))
    assert [row["id"] for row in rows] == [f["id"] for f in findings]
    assert set(rows[0]) == FINDING
    table = icp(built, "findings").stdout
    markdown = icp(built, "findings", "--format", "md").stdout
    for finding in findings:
        assert finding["id"] in table
        assert finding["id"] in markdown


def test_lists_print_json_alone(built: Path) -> None:
    heard = 2
    rejected = printed(built, "rejected", "--format", "json")
    assert all({"id", "kind", "claim", "quote", "reason", "document"} <= set(r) for r in rejected)
    assert all("start" not in r and "end" not in r for r in rejected)
    themes = printed(built, "themes", "--format", "json")
    ids = {f["id"] for f in printed(built, "findings", "--format", "json")}
    assert sorted(i for t in themes for i in t["findings"]) == sorted(ids)
    assert all(1 <= t["n"] <= t["m"] == heard for t in themes)
    pains = printed(built, "themes", "--format", "json", "--kind", "pain")
    assert pains == [t for t in themes if t["kind"] == "pain"]
    assert isinstance(printed(built, "phrases", "--format", "json"), list)


def test_search_prints_places_nearest_first(built: Path) -> None:
    found = printed(built, "search", "typing orders by hand", "--format", "json", "--top", "3")
    assert found[0]["document"] == "bakery.txt"
    assert [f["similarity"] for f in found] == sorted((f["similarity"] for f in found), reverse=True)
    text = icp(built, "text", "bakery.txt").stdout
    assert text[found[0]["start"] : found[0]["end"]] == found[0]["text"]
    only = printed(built, "search", "typing orders", "--format", "json", "--account", "sonora")
    assert {f["document"] for f in only} == {"clinic.txt"}


def test_the_brief_of_an_account_has_reasons_and_quotes(built: Path) -> None:
    page = icp(built, "account", "halvorsen")
    assert page.returncode == 0
    assert page.stdout.startswith("# Halvorsen Bakery\n")
    assert "retypes every order" in page.stdout
    brief = printed(built, "account", "Halvorsen Bakery", "--format", "json")
    assert brief["account"] == "Halvorsen Bakery"
    assert brief["documents"] == ["bakery.txt"]
    ids = {f["id"] for f in printed(built, "findings", "--format", "json", "--account", "Halvorsen Bakery")}
    assert {s["finding"] for s in brief["signals"]} | {w["id"] for w in brief["words"]} <= ids


def test_scores_have_the_shape_others_script_against(built: Path) -> None:
    scores = printed(built, "score", "--format", "json")
    assert {s["account"] for s in scores} == {"Halvorsen Bakery", "Sonora Clinics", "Quiet Works"}
    for score in scores:
        keys = {"account", "score", "low", "high", "tier", "disqualified_by", "known_points", "attributes"}
        assert set(score) == keys
        assert all(set(a) == {"name", "points", "max", "reason", "source"} for a in score["attributes"])
        assert score["low"] <= score["score"] <= score["high"]


def test_a_sheet_of_accounts_comes_back_with_its_own_columns_and_a_score(built: Path, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(
        "Company name,Industry,Owner\nHalvorsen Bakery,Food,=cmd|' /C calc'!A0\nNew Co,,Ann\n"
    )
    ran = icp(built, "score", tmp_path / "leads.csv", "--out", tmp_path / "scored.csv")
    assert ran.returncode == 0, ran.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "scored.csv").read_text())))
    assert [(r["Company name"], r["Industry"]) for r in rows] == [("Halvorsen Bakery", "Food"), ("New Co", "")]
    assert rows[0]["Owner"] == "'=cmd|' /C calc'!A0"
    told = [r for r in rows if r["score"]]
    assert all(0 <= float(r["score_low"]) <= float(r["score"]) <= float(r["score_high"]) <= 100 for r in told)
    assert (rows[1]["score"], rows[1]["tier"]) == ("", "unknown"), "nothing is known of it"
    assert all(r["reasons"] for r in rows)


def test_cells_that_begin_like_a_formula_are_neutralised_in_csv(tmp_path: Path) -> None:
    accounts = [f"{sign}SUM(A1:A9) Foods" for sign in "=+-@"]
    for number, account in enumerate(accounts):
        (tmp_path / f"{number}.txt").write_text(BAKERY + f"\nPia: That was call {number}, thank you.\n")
        icp(tmp_path / "study", "add", tmp_path / f"{number}.txt", "--account", account)
    rows = list(csv.DictReader(io.StringIO(icp(tmp_path / "study", "documents", "--format", "csv").stdout)))
    assert sorted(row["account"] for row in rows) == sorted("'" + account for account in accounts)
    plain = printed(tmp_path / "study", "documents", "--format", "json")
    assert sorted(document["account"] for document in plain) == sorted(accounts)


# -------------------------------------------------------------------------------------------------- draft and review


def test_a_draft_is_printed_or_written_in_each_format(own: Path, tmp_path: Path) -> None:
    page = icp(own, "draft")
    assert page.returncode == 0
    assert page.stdout.startswith("# Ideal Customer Profile")
    content = printed(own, "draft", "--format", "json")
    assert content["version"] == 1
    assert content["evidence"]
    ran = icp(own, "draft", "--format", "html", "--out", tmp_path / "draft.html")
    assert str(tmp_path / "draft.html") in ran.stdout
    assert (tmp_path / "draft.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    (version,) = printed(own, "versions", "--format", "json")
    assert version["version"] == 1


def test_a_review_changes_the_status_and_makes_the_next_draft_another_version(own: Path) -> None:
    assert printed(own, "draft", "--format", "json")["version"] == 1
    finding = printed(own, "findings", "--format", "json", "--kind", "pain")[0]["id"]
    ran = icp(own, "review", finding, "reject", "--reason", "a joke")
    assert (ran.returncode, finding in ran.stdout) == (0, True)
    assert [f["id"] for f in printed(own, "findings", "--format", "json", "--status", "rejected")] == [finding]
    draft = printed(own, "draft", "--format", "json")
    assert draft["version"] == 2
    assert finding not in draft["evidence"]


# ----------------------------------------------------------------------------------------------------------- soundness


def test_verify_judges_anyone_s_claims_by_the_words_alone(built: Path, tmp_path: Path) -> None:
    turns = [
        {"speaker": "Pia", "side": "ours", "text": "So the old system cost you forty customers?"},
        {"speaker": "Dana", "side": "customer", "text": "We lost four customers, and we, uh, we never lost a driver."},
    ]
    claim = {"kind": "pain", "claim": "They lost customers."}
    lines = [
        {"id": "a", "turns": turns, "claim": {**claim, "quote": "We lost four customers"}},
        {"id": "b", "turns": turns, "claim": {**claim, "quote": "We lost forty customers"}},
        {"id": "c", "turns": turns, "claim": {**claim, "quote": "the old system cost you forty customers"}},
        {"id": "d", "document": "bakery.txt", "claim": {**claim, "quote": "We lost our biggest grocer in March"}},
    ]
    (tmp_path / "claims.jsonl").write_text("\n".join(map(json.dumps, lines)))
    ran = icp(built, "verify", tmp_path / "claims.jsonl")
    assert ran.returncode == 0, ran.stderr
    verdicts = [json.loads(line) for line in ran.stdout.splitlines()]
    assert all(set(v) == {"id", "verdict", "reason", "quote", "speaker"} for v in verdicts)
    assert [(v["id"], v["verdict"], v["reason"]) for v in verdicts] == [
        ("a", "accept", None),
        ("b", "refuse", "number"),
        ("c", "refuse", "our_side"),
        ("d", "accept", None),
    ]
    assert verdicts[0]["quote"] == "We lost four customers"


def test_verify_needs_no_study_where_the_turns_are_given(tmp_path: Path) -> None:
    line = {
        "id": 7,
        "turns": [{"speaker": "Dana", "side": "customer", "text": "Our ledger is a mess every month."}],
        "claim": {"kind": "pain", "claim": "The ledger is a mess.", "quote": "our ledger is a mess"},
    }
    (tmp_path / "claims.jsonl").write_text(json.dumps(line) + "\n")
    (verdict,) = icp(tmp_path / "none", "verify", tmp_path / "claims.jsonl").stdout.splitlines()
    assert json.loads(verdict)["quote"] == "Our ledger is a mess"


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"id": 1, "claim": {}}', '{"id": 1, "turns": [], "claim": {}}'])
def test_a_line_that_is_no_claim_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "claims.jsonl").write_text(line + "\n")
    ran = icp(tmp_path / "none", "verify", tmp_path / "claims.jsonl")
    assert ran.returncode == 2
    assert "ine 1" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_check_and_reindex_find_and_mend_a_lost_index(own: Path) -> None:
    assert icp(own, "check").returncode == 0
    shutil.rmtree(own / "index")
    ran = icp(own, "check")
    assert ran.returncode == 1
    assert "icp reindex" in ran.stderr
    assert icp(own, "reindex").returncode == 0
    assert icp(own, "check").returncode == 0


def test_extract_says_what_it_would_cost_without_doing_it(own: Path) -> None:
    before = printed(own, "findings", "--format", "json")
    free = icp(own, "extract", "--estimate")
    assert (free.returncode, "costs nothing" in free.stdout) == (0, True)
    priced = icp(own, "extract", "--estimate", "--extractor", "llm", "--model", "openai:gpt-4.1-mini")
    assert priced.returncode == 0, priced.stderr
    assert "2 calls" in priced.stdout
    assert printed(own, "findings", "--format", "json") == before


def test_a_study_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "study.db").write_text("not a database\n" * 100)
    ran = icp(tmp_path, "findings")
    assert ran.returncode == 2
    assert "not a study's database" in ran.stderr
    assert "Traceback" not in ran.stderr


# -------------------------------------------------------------------------------------------- cold start and silence

AWAKE = """
import sys
from analyzer.cli import main
heavy = {"torch", "sentence_transformers", "transformers", "chromadb", "alembic", "sklearn", "scipy", "langchain",
         "openai", "streamlit", "dateparser", "docx", "pypdf"}
for command in (["findings"], ["account", "Halvorsen"], ["themes"], ["rejected"], ["documents"], ["text", "bakery"]):
    sys.argv = ["icp", *sys.argv[1:3], *command]
    try:
        main()
    except SystemExit as end:
        assert not end.code, end.code
    print(command[0], sorted(heavy & {name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def test_reading_commands_wake_no_heavy_library(built: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", AWAKE, "--study", str(built)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    awake = [line.split(maxsplit=1) for line in ran.stderr.splitlines()]
    assert awake == [[name, "[]"] for name in ("findings", "account", "themes", "rejected", "documents", "text")]


ALONE = """
import socket, sys
tried = open(sys.argv.pop(1), "a")
def refuse(what):
    tried.write(what + "\\n"); tried.flush()
    raise OSError("no network in this test")
connect = socket.socket.connect
def guarded(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        refuse(f"connect {address}")
    return connect(self, address)
socket.socket.connect = guarded
socket.socket.connect_ex = guarded
resolve = socket.getaddrinfo
def looked_up(host, *more, **named):
    if host not in (None, "", "127.0.0.1", "::1", "localhost"):
        refuse(f"look up {host}")
    return resolve(host, *more, **named)
socket.getaddrinfo = looked_up
from analyzer.cli import main
for command in (["add", "bakery.txt"], ["extract"], ["search", "orders"], ["draft"], ["check"]):
    sys.argv = ["icp", "--study", "study", *command]
    try:
        main()
    except SystemExit as end:
        assert not end.code, (command, end.code)
"""


def test_nothing_reaches_for_the_network_from_adding_to_the_draft(tmp_path: Path) -> None:
    (tmp_path / "bakery.txt").write_text(BAKERY)
    (tmp_path / "tried").touch()
    ran = subprocess.run(
        [sys.executable, "-c", ALONE, "tried"],
        capture_output=True,
        text=True,
        env=environment(PYTHONPATH=str(REPOSITORY)),
        cwd=tmp_path,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Ideal Customer Profile" in ran.stdout
    assert (tmp_path / "tried").read_text() == ""


def test_a_scored_sheet_keeps_every_row_and_says_which_names_no_account(built: Path, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("Name,Website,Note\nOrla Dairy,,a\n,https://www.fen.example/about,b\n,,c\n")
    ran = icp(built, "score", tmp_path / "leads.csv", "--out", tmp_path / "scored.csv")
    assert ran.returncode == 0, ran.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "scored.csv").read_text())))
    assert [row["Note"] for row in rows] == ["a", "b", "c"]
    assert [row["tier"] for row in rows] == ["unknown", "unknown", ""]
    assert rows[2]["reasons"] == "This row names no account."
    assert "no name" in ran.stderr


# ------------------------------------------------------------------------------------------------------------ removing


def test_a_document_is_removed_with_what_was_found_in_it_and_only_when_somebody_says_yes(own: Path) -> None:
    listed = {d["name"]: d for d in printed(own, "documents", "--format", "json")}
    clinic = listed["clinic.txt"]
    assert icp(own, "draft", "--format", "json").returncode == 0
    asked = icp(own, "remove", "clinic.txt")
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "There is no terminal to ask at. Say --yes to remove clinic.txt" in asked.stderr
    assert len(printed(own, "documents", "--format", "json")) == 2

    ran = icp(own, "remove", "clinic", "--yes")
    assert ran.returncode == 0, ran.stderr
    assert f"with it go {clinic['findings']} finding" in ran.stdout
    assert "Drafts that were kept still quote it: version 1." in ran.stdout
    assert ran.stdout.rstrip().endswith("clinic.txt was removed.")
    assert [d["name"] for d in printed(own, "documents", "--format", "json")] == ["bakery.txt"]
    left = printed(own, "findings", "--format", "json")
    assert left
    assert {f["document"] for f in left} == {"bakery.txt"}
    assert not list((own / "originals").glob(f"{clinic['id']}*"))
    assert icp(own, "check").returncode == 0


def test_removing_what_is_not_there_or_not_one_document_is_wrong_use(own: Path) -> None:
    for name, says in (("nowhere.txt", "No document matches"), (".txt", "2 documents match")):
        ran = icp(own, "remove", name, "--yes")
        assert (ran.returncode, ran.stdout) == (2, "")
        assert says in ran.stderr


@pytest.mark.parametrize(("answer", "code", "left"), [("n", 1, 2), ("y", 0, 1)])
def test_at_a_terminal_removing_asks_first(own: Path, answer: str, code: int, left: int) -> None:
    master, slave = os.openpty()
    arguments = [sys.executable, "-m", "analyzer.cli", "--study", str(own), "remove", "clinic.txt"]
    ran = subprocess.Popen(arguments, stdin=slave, stdout=slave, stderr=subprocess.DEVNULL, env=environment())
    os.close(slave)
    os.write(master, f"{answer}\n".encode())
    assert ran.wait(300) == code
    said = os.read(master, 65_536).decode()
    os.close(master)
    assert "Remove clinic.txt?" in said
    assert len(printed(own, "documents", "--format", "json")) == left
