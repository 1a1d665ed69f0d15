"""A sheet of accounts, scored, and back into a CRM: row by row, every cell as it came, whole or not at all."""

from __future__ import annotations

import csv
import io
import resource
import signal
import subprocess
import sys
import textwrap
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import StudyError, TableError, UsageError
from analyzer.reading.guesses.naming import match_account
from analyzer.reading.tables.accounts import read_accounts
from analyzer.reading.tables.streaming import stream_accounts
from analyzer.records import (
    Account,
    AccountReading,
    AttributeScore,
    Committee,
    Finding,
    Kind,
    Maker,
    Score,
    Side,
    Signal,
)
from analyzer.scoring.scorecard import Custom, Geography, Industry, Kill, Scorecard, Size
from analyzer.scoring.sheet import ADDED, harmless, score_sheet, write_scored_sheet, write_scores
from analyzer.scoring.sheet_join import KnownAccounts

REPOSITORY = Path(__file__).parent.parent
CARD = Scorecard(
    industry=Industry.model_validate({"in": ("Food",)}),
    size=Size(low=50, high=500),
    geography=Geography(supported=("Spain",)),
)


def scored(content: bytes, folder: Path, name: str = "leads.csv") -> bytes:
    (folder / name).write_bytes(content)
    write_scored_sheet(folder / name, folder / "scored.csv", CARD, ())
    return (folder / "scored.csv").read_bytes()


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def csv_of(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> bytes:
    """Every cell in quotation marks, so that the test does not lean on the quoting it checks."""
    written = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "".join(line + end for line in written).encode()


# ------------------------------------------------------------------------------------------------------ what is kept

# Not NUL: a file with many of them is no text, and is refused as that.
CELLS = st.text(alphabet="ab Zé€語,;|\t\"'\n\r\u2028\x0b15.=+-@()#", max_size=12)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(("\r\n", "\n", "\r")),
    mark=st.booleans(),
)
def test_every_cell_comes_back_as_it_came(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    delimiter: str,
    end: str,
    mark: bool,
) -> None:
    sheet = [["Company name", "Notes", "Industry", "Ref"], *([f"Firm {n}", *row] for n, row in enumerate(rows))]
    content = (b"\xef\xbb\xbf" if mark else b"") + csv_of(sheet, delimiter, end)
    back = scored(content, tmp_path_factory.mktemp("sheet"))
    assert back.startswith(b"\xef\xbb\xbf") is mark
    assert back.endswith(end.encode())
    read = rows_of(back, delimiter)
    assert read[0] == [*sheet[0], *ADDED]
    for before, after in zip(sheet[1:], read[1:], strict=True):
        assert [
            cell if cell == kept else cell.removeprefix("'") for cell, kept in zip(after, before, strict=False)
        ] == (before)
        assert len(after) == 4 + len(ADDED)
        assert not [cell for cell in after if cell[:1] in ("=", "@", "\t", "\r")]
    again = scored(back, tmp_path_factory.mktemp("again"))
    assert again == back


@pytest.mark.parametrize(
    ("delimiter", "end", "mark"), [(";", "\r\n", "\ufeff"), ("\t", "\n", ""), (",", "\r\n", ""), ("|", "\n", "\ufeff")]
)
def test_delimiter_line_ends_and_byte_order_mark_stay(tmp_path: Path, delimiter: str, end: str, mark: str) -> None:
    rows = (("Company", "Employees", "Zip"), (" Fen ", "0120", "00150"), ("Orla", "90", ' "x" '))
    before = mark + "".join(delimiter.join(cell for cell in row) + end for row in rows)
    back = scored(before.encode(), tmp_path).decode()
    lines = back.split(end)
    assert lines[0] == mark + delimiter.join((*rows[0], *ADDED))
    assert lines[1].startswith(delimiter.join((" Fen ", "0120", "00150", "100.0")))
    assert ("\r" in back) is ("\r" in end)
    assert back.startswith("\ufeff") is bool(mark)


def test_excels_note_on_the_delimiter_stays(tmp_path: Path) -> None:
    back = scored(b"sep=;\r\nCompany;Note\r\nFen;a,b\r\n", tmp_path).decode()
    assert back.startswith(f"sep=;\r\nCompany;Note;{';'.join(ADDED)}\r\nFen;a,b;")


def test_rows_that_name_no_account_stay_with_a_reason_and_repeated_rows_are_each_scored(tmp_path: Path) -> None:
    sheet = b"Company,Industry\nFen,Food\nFen,Food\n,Food\nCompany,Industry\nTotal,2\n"
    (tmp_path / "leads.csv").write_bytes(sheet)
    told = write_scored_sheet(tmp_path / "leads.csv", tmp_path / "scored.csv", CARD, ())
    read = rows_of((tmp_path / "scored.csv").read_bytes())
    assert [row[:3] for row in read[1:]] == [
        ["Fen", "Food", "100.0"],
        ["Fen", "Food", "100.0"],
        ["", "Food", ""],
        ["Company", "Industry", ""],
        ["Total", "2", ""],
    ]
    assert [row[-1] for row in read[3:]] == [
        "This row names no account.",
        "This row is the header again and names no account.",
        "This row is a sum or a footer and names no account.",
    ]
    assert (told.rows, told.scored) == (5, 2)
    assert told.warnings == (
        "Row 4: no name; left out.",
        "Row 5: the header again; not read.",
        "Row 6: a sum or a footer and no account; not read.",
    )


def test_cells_beyond_the_header_stay_behind_what_is_added(tmp_path: Path) -> None:
    back = scored(b"Company,Industry\nFen,Food,, lost \nOrla\n", tmp_path)
    read = rows_of(back)
    assert [len(row) for row in read] == [8, 10, 8]
    assert read[1][:3] == ["Fen", "Food", "100.0"]
    assert read[1][-2:] == ["", " lost "]
    assert scored(back, tmp_path) == back


def test_a_mark_that_is_never_closed_swallows_no_row(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text('Company,Industry\n"Fen,Food\nOrla,Food\n')
    told = write_scored_sheet(tmp_path / "leads.csv", tmp_path / "scored.csv", CARD, ())
    assert [row[:2] for row in rows_of((tmp_path / "scored.csv").read_bytes())[1:]] == [
        ['"Fen', "Food"],
        ["Orla", "Food"],
    ]
    assert told.scored == 2
    assert "a quotation mark is opened and never closed" in told.warnings[0]


# ------------------------------------------------------------------------------------------------------ a second pass


def test_a_second_pass_replaces_what_the_first_added(tmp_path: Path) -> None:
    first = scored(b"Company,Industry,Employees\nFen,Food,120\nOrla,Steel,9\n", tmp_path)
    stale = first.replace(b"100.0", b"3.5").replace(b"Food is in the ICP", b"old news")
    assert stale != first
    assert scored(stale, tmp_path) == first
    assert rows_of(first)[0] == ["Company", "Industry", "Employees", *ADDED]


def test_columns_of_our_names_are_filled_where_they_stand_and_a_word_says_so(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text("tier,Company,score,Industry\ngold,Fen,7,Food\n")
    told = write_scored_sheet(tmp_path / "crm.csv", tmp_path / "scored.csv", CARD, ())
    header, row = rows_of((tmp_path / "scored.csv").read_bytes())
    assert header == ["tier", "Company", "score", "Industry", "score_low", "score_high", "disqualified_by", "reasons"]
    assert row[:4] == ["unknown", "Fen", "100.0", "Food"]
    assert told.warnings == ("What stood in tier, score was replaced by the score's; rename a column that is to stay.",)


def test_a_sheet_may_be_scored_into_itself(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text("Company,Industry\nFen,Food\n")
    for _ in range(2):
        write_scored_sheet(tmp_path / "crm.csv", tmp_path / "crm.csv", CARD, ())
    assert len(rows_of((tmp_path / "crm.csv").read_bytes())[1]) == 2 + len(ADDED)
    assert [path.name for path in tmp_path.iterdir()] == ["crm.csv"]


# ------------------------------------------------------------------------------------------------------ hostile cells


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("https://evil.example","x")',
        '="a"&A1',
        "+A1",
        "-A1",
        "+1+A1",
        "-1+cmd|' /C calc'!A0",
        "+SUM(1,2)",
        "-2+3+e5",
        "@SUM(A1)",
        " =1+1",
        "\n=1+1",
        "\t=1+1",
        "\tname",
        "\r=1+1",
        "＝1+1",
        "- see notes",
        "-" + " " * 100_000 + "x",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == "'" + cell
    assert harmless(harmless(cell)) == "'" + cell


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "Acme",
        "-5",
        "-5.25",
        "-1.200,50 €",
        "-$1,200.00",
        "-3e5",
        "-1.5E-7",
        "-12 %",
        "+49 30 1234",
        "+1 555 0100",
        "+1 (555) 010-0100",
        "+1-555-010-0100 ext. 7",
        "+1 555 0100 x12",
        " -5 ",
        "-",
        "--",
        '="00123"',
        "'=1+1",
        "a=b",
        "0=",
    ],
)
def test_numbers_and_telephones_go_back_as_they_came(cell: str) -> None:
    assert harmless(cell) == cell


def test_headers_names_and_reasons_are_made_harmless_too(tmp_path: Path) -> None:
    sheet = csv_of([["Company", "=cmd|' /C calc'!A0", "Industry"], ["@Fen", "+1 555 0100", '=HYPERLINK("x")']])
    header, row = rows_of(scored(sheet, tmp_path))
    assert header[:3] == ["Company", "'=cmd|' /C calc'!A0", "Industry"]
    assert row[:3] == ["'@Fen", "+1 555 0100", '\'=HYPERLINK("x")']
    assert not [cell for cell in row if cell[:1] in ("=", "@")]


def test_scores_of_the_study_are_harmless_rows(tmp_path: Path) -> None:
    part = AttributeScore("size", 10.0, 20.0, "Near.", "employees", 10.0, 10.0)
    score = Score("=cmd|' /C calc'!A0", 50.0, 20.0, 80.0, "2", (part,))
    assert write_scores(tmp_path / "out.csv", [score]) == 1
    assert rows_of((tmp_path / "out.csv").read_bytes()) == [
        ["account", *ADDED],
        ["'=cmd|' /C calc'!A0", "50.0", "20.0", "80.0", "2", "", "size 10/20: Near."],
    ]


# ------------------------------------------------------------------------------------------------------------- scores


def test_what_is_not_known_gives_a_range(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("Company,Industry,Employees,Country\nFen,Food,,\nOrla,Food,120,Spain\n")
    (fen, orla), _ = score_sheet(tmp_path / "leads.csv", CARD, ())
    assert (fen.low, fen.score, fen.high) == (25.0, 100.0, 100.0)
    assert fen.tier == "unknown"
    assert (orla.low, orla.score, orla.high) == (60.0, 100.0, 100.0)
    assert orla.tier == "1"


def test_rows_one_by_one_tell_the_same_accounts_as_the_whole_table() -> None:
    file = REPOSITORY / "corpora" / "demo" / "accounts.csv"
    whole = read_accounts(file.read_bytes(), file.name)
    streamed = stream_accounts(file)
    assert [row.account for row in streamed.rows] == list(whole.accounts)
    assert len(whole.accounts) > 20
    assert not streamed.warnings


def test_what_the_study_heard_counts_by_name_and_for_a_row_without_one_by_domain(tmp_path: Path) -> None:
    account = Account("Fen", "fen.example")
    score = Score("Fen", 50.0, 0.0, 100.0, "unknown", ())
    heard = AccountReading(account, (), Committee("Fen", (), ()), score, (), True)
    (tmp_path / "leads.csv").write_text("Company,Website\nfen,\n,https://www.fen.example/about\nOrla,\n")
    scores, _ = score_sheet(tmp_path / "leads.csv", CARD, (heard,))
    assert [s.account for s in scores] == ["fen", "Fen", "Orla"]
    triggers = [next(a for a in s.attributes if a.name == "trigger") for s in scores]
    assert [a.low == a.high for a in triggers] == [True, True, False]


def reading_of(account: Account, signals: tuple[Signal, ...] = (), heard: bool = False) -> AccountReading:
    score = Score(account.name, 50.0, 0.0, 100.0, "unknown", ())
    return AccountReading(account, signals, Committee(account.name, (), ()), score, (), heard)


BELLHAVEN = Account(
    "Bellhaven Cleaning Services", "bellhaven.example", "Food", 120, country="Spain", tools=("SAP",),
    attributes={"Lead Source": "Referral", "Region": "North"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "domain", "known"),
    [
        ("BELLHAVEN CLEANING SERVICES,", "", True),
        ("Bellhaven Cleaning Services, Inc.", "", True),
        ("Bell Haven Cleaning Services GmbH", "", True),
        ("Bellhaven", "", True),
        ("Something else", "www.bellhaven.example", True),
        ("Bellhaven Office Supply", "", False),
        ("Bellhaven", "bellhaven.test", True),
        ("Bellhaven", "haven-bell.example", False),
        ("Mail", "gmail.com", False),
        ("Ridge Line", "", False),
    ],
)
def test_a_row_is_the_account_of_its_domain_or_of_a_like_name_and_of_none_where_two_fit(
    name: str, domain: str, known: bool
) -> None:
    others = (Account("Ridge Line Inc"), Account("Ridgeline GmbH"), Account("Post", "gmail.com"))
    accounts = KnownAccounts([reading_of(one) for one in (BELLHAVEN, *others)])
    found = accounts.find(Account(name, domain))
    assert (found.account.name if found else "") == (BELLHAVEN.name if known else "")


NAMES = st.lists(
    st.lists(st.sampled_from(["Orla", "Fen", "Medical", "the", "Inc", "of"]), min_size=1, max_size=3).map(" ".join),
    unique=True, max_size=6,
)  # fmt: skip


@given(names=NAMES, wanted=NAMES)
def test_rows_are_joined_by_name_as_documents_are_but_never_where_two_fit(names: list[str], wanted: list[str]) -> None:
    accounts = KnownAccounts([reading_of(Account(name)) for name in names])
    for name in wanted:
        found = accounts.find(Account(name))
        if found and name.casefold() != found.account.name.casefold():
            assert found.account.name == match_account(name, names)


def test_what_a_row_leaves_unknown_is_the_study_s_word_and_its_own_cells_win(tmp_path: Path) -> None:
    maker = Maker("offline", "m", "", "1")
    told = Finding(
        "d1", "a.txt", Kind.TRIGGER, "funding", "c", "we raised", 0, 9, "Dana", "", Side.CUSTOMER, "B", None, maker
    )
    heard = Signal(told, None, "mention", 0, 45, 0.9)
    reading = reading_of(BELLHAVEN, (heard,), True)
    custom = Custom(name="Source", points=10, column="Lead Source", one_of=("Referral",))
    card = CARD.model_copy(update={"custom": (custom,)})
    (tmp_path / "leads.csv").write_text(
        "Company,Country,Employees,lead source\n"
        "BELLHAVEN CLEANING SERVICES LTD,Chile,,\nOrla,Spain,,\nbellhaven,,,Fair\n"
    )
    (joined, orla, fair), warnings = score_sheet(tmp_path / "leads.csv", card, (reading,))
    reasons = {a.name: a.reason for a in joined.attributes}
    assert joined.account == "BELLHAVEN CLEANING SERVICES LTD"
    assert reasons["industry"] == "Food is in the ICP (from the study)."
    assert reasons["size"] == "120 employees, in the band 50-500 (from the study)."
    assert reasons["geography"] == "Chile is not supported."
    assert reasons["Source"] == "Lead Source is Referral, which fits (from the study)."
    assert reasons["trigger"].startswith("Clear and recent: funding")
    assert next(a.reason for a in fair.attributes if a.name == "Source") == "Lead Source is Fair, which does not fit."
    assert next(a for a in orla.attributes if a.name == "industry").reason == "The industry is not known."
    assert warnings == (
        "2 rows are accounts of the study, which tells what a row leaves unknown, and what was heard: "
        "BELLHAVEN CLEANING SERVICES LTD is read as Bellhaven Cleaning Services; "
        "bellhaven is read as Bellhaven Cleaning Services.",
    )


def test_a_row_is_out_for_what_the_study_knows_of_it(tmp_path: Path) -> None:
    card = CARD.model_copy(update={"kill": (Kill(attribute="industry", values=("Food",), reason="not served"),)})
    (tmp_path / "leads.csv").write_text("Company,Industry\nBellhaven Cleaning Services,\nBELLHAVEN,Steel\n")
    (out, stays), _ = score_sheet(tmp_path / "leads.csv", card, (reading_of(BELLHAVEN),))
    assert out.disqualified_by == "industry is Food (from the study): not served"
    assert stays.disqualified_by == "", "the row's own word wins"


def test_an_imported_table_of_layoffs_alone_does_not_say_that_there_is_no_trigger(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("Company,Industry\nBellhaven,\n")
    (score,), _ = score_sheet(tmp_path / "leads.csv", CARD, (reading_of(BELLHAVEN),))
    assert next(a for a in score.attributes if a.name == "trigger").high == 20


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("201-500", "201-500 employees, in the band 50-500."),
        ("201-500 employees", "201-500 employees, in the band 50-500."),
        ("1,200+", "1,200+ employees, outside the band 50-500."),
        ("90", "90 employees, in the band 50-500."),
    ],
)
def test_a_reason_says_the_employees_as_the_cell_has_them(tmp_path: Path, cell: str, said: str) -> None:
    (tmp_path / "leads.csv").write_text(f'Company,Headcount\nFen,"{cell}"\n')
    (score,), _ = score_sheet(tmp_path / "leads.csv", CARD, ())
    assert next(a.reason for a in score.attributes if a.name == "size") == said


def test_where_nothing_is_known_the_score_is_blank_and_the_reasons_say_how_much_is(tmp_path: Path) -> None:
    read = rows_of(scored(b"Company,Industry\nFen,\nOrla,Food\n", tmp_path))
    assert read[1][2:6] == ["", "0.0", "100.0", "unknown"]
    assert read[1][-1].startswith("Nothing known that the scorecard asks for. industry ?/25")
    assert read[2][2:6] == ["100.0", "25.0", "100.0", "unknown"]
    assert read[2][-1].startswith("25 of 25 known points; 75 not known. industry 25/25")


def test_how_a_column_writes_decimals_is_decided_over_the_first_rows(tmp_path: Path) -> None:
    rows = "".join(f'Firm {n},"{n % 9},5"\n' for n in range(2_000))
    (tmp_path / "leads.csv").write_text(f'Company,Revenue\n{rows}Below,"2,500"\n')
    (tmp_path / "alone.csv").write_text('Company,Revenue\nBelow,"2,500"\n')
    last = [list(stream_accounts(tmp_path / name).rows)[-1].account for name in ("leads.csv", "alone.csv")]
    assert [account.revenue for account in last if account] == [2.5, 2_500.0]


@pytest.mark.parametrize(
    ("encoding", "end"),
    [("cp1252", "\r\n"), ("utf-16", "\n"), ("utf-16-le", "\r\n"), ("utf-32", "\n"), ("cp932", "\n")],
)
def test_other_encodings_come_back_as_utf_8(tmp_path: Path, encoding: str, end: str) -> None:
    word = "株式会社データの管理と分析" if encoding == "cp932" else "Müller Möbel für Büros, sagt “Jürgen” – größer"
    lines = ["Company\tIndustry\tNotes", *(f"{word} {n}\tFood\t{word}" for n in range(40))]
    back = scored("".join(line + end for line in lines).encode(encoding), tmp_path)
    read = rows_of(back, "\t")
    assert [row[:4] for row in read[1:]] == [[f"{word} {n}", "Food", word, "100.0"] for n in range(40)]
    assert back.count(end.encode()) == 41
    # UTF-16 and UTF-32 begin with a mark when they are named without an order.
    assert back.startswith(b"\xef\xbb\xbf") is (encoding in ("utf-16", "utf-32"))


def test_a_letter_that_tells_the_encoding_far_below_is_read_right(tmp_path: Path) -> None:
    plain = "".join(f"Firm {n},Food,{'x' * 80}\r\n" for n in range(8_000))
    content = f"Company,Industry,Notes\r\n{plain}Café Müller für Bücher,Food,größer\r\n".encode("cp1252")
    read = rows_of(scored(content, tmp_path))
    assert read[-1][:3] == ["Café Müller für Bücher", "Food", "größer"]


def test_a_few_damaged_bytes_are_counted_and_the_rest_stays(tmp_path: Path) -> None:
    content = "Company,Industry\nMüller für Möbel,Food\nJürgen Größer,Food\n".encode() + b"Bro\xffken,Food\n"
    (tmp_path / "leads.csv").write_bytes(content)
    told = write_scored_sheet(tmp_path / "leads.csv", tmp_path / "scored.csv", CARD, ())
    read = rows_of((tmp_path / "scored.csv").read_bytes())
    assert [row[0] for row in read[1:]] == ["Müller für Möbel", "Jürgen Größer", "Bro\ufffdken"]
    assert told.warnings == ("1 bytes are not valid UTF-8 and are shown as \ufffd; the file may be damaged.",)


def test_a_workbook_is_scored_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("Company", "Industry", "Employees", "Balance"), ("Fen", "Food", 120, -5), ("Orla", "Steel", 9, 2.5)):
        book.active.append(row)
    book.save(tmp_path / "leads.xlsx")
    write_scored_sheet(tmp_path / "leads.xlsx", tmp_path / "scored.csv", CARD, ())
    read = rows_of((tmp_path / "scored.csv").read_bytes())
    assert [row[:5] for row in read[1:]] == [
        ["Fen", "Food", "120", "-5", "100.0"],
        ["Orla", "Steel", "9", "2.5", "0.0"],
    ]


# ------------------------------------------------------------------------------------------------------------- memory


def peak_of_scoring(count: int, folder: Path) -> int:
    """The most bytes that were held at once."""
    file = folder / f"{count}.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write("Company name,Domain,Industry,Employees,Country,Tech Stack,Notes\n")
        for n in range(count):
            out.write(f'Firm {n},f{n}.example,Food,{n},Spain,Excel;Slack,"said {n}, twice"\n')
    tracemalloc.start()
    try:
        told = write_scored_sheet(file, folder / "scored.csv", CARD, ())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert told.scored == count
    return peak


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    peak_of_scoring(100, tmp_path)  # what is read once stays: word lists, patterns
    assert peak_of_scoring(20_000, tmp_path) < 1.5 * peak_of_scoring(2_000, tmp_path)


# ---------------------------------------------------------------------------------------------------- whole or nothing


def test_a_sheet_without_accounts_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "scored.csv").write_text("old")
    with pytest.raises(TableError, match="no account under it"):
        scored(b"Company,Industry\n,Food\n,Steel\n", tmp_path)
    assert (tmp_path / "scored.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leads.csv", "scored.csv"]


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.csv cannot be read: No such file"):
        write_scored_sheet(tmp_path / "gone.csv", tmp_path / "scored.csv", CARD, ())
    (tmp_path / "leads.csv").write_text("Company\nFen\n")
    with pytest.raises(StudyError, match=r"nowhere/scored\.csv could not be written: No such file"):
        write_scored_sheet(tmp_path / "leads.csv", tmp_path / "nowhere" / "scored.csv", CARD, ())


def small_disk() -> None:
    """No file of the process may grow over 20 kB: to the program that is a disk without room."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def run_scoring(
    folder: Path, on_step: str, limit: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    (folder / "leads.csv").write_text("Company,Industry\n" + "".join(f"Firm {n},Food\n" for n in range(5_000)))
    (folder / "scored.csv").write_text("old")
    program = f"""
        import os, signal
        from pathlib import Path
        from analyzer.scoring.scorecard import Scorecard
        from analyzer.scoring.sheet import write_scored_sheet
        def on_step(what, done, of):
            {on_step}
        write_scored_sheet(Path("leads.csv"), Path("scored.csv"), Scorecard(), (), on_step)
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=folder,
        # A limit on file sizes would else cut the caches of modules short, for every program after this one.
        env={"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=limit,
        check=False,
    )


def test_a_full_disk_leaves_the_old_file_and_a_sentence(tmp_path: Path) -> None:
    ran = run_scoring(tmp_path, "pass", small_disk)
    assert ran.returncode != 0
    assert "scored.csv could not be written: File too large" in ran.stderr
    assert (tmp_path / "scored.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leads.csv", "scored.csv"]


def test_a_process_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    ran = run_scoring(tmp_path, "done < 2_000 or os.kill(os.getpid(), signal.SIGKILL)")
    assert ran.returncode == -signal.SIGKILL
    assert (tmp_path / "scored.csv").read_text() == "old"


def test_progress_is_told_up_to_about_the_last_row(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("Company\n" + "".join(f"Firm {n}\n" for n in range(1_200)))
    steps: list[tuple[str, int, int]] = []
    write_scored_sheet(tmp_path / "leads.csv", tmp_path / "scored.csv", CARD, (), lambda *step: steps.append(step))
    assert steps == [("score", 500, 1_201), ("score", 1_000, 1_201)]
