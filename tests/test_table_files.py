"""Files of tables as programs write them: reports around them, broken quotation marks, workbooks, hostile bytes."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import TableError
from analyzer.reading.tables.accounts import AccountTable, read_accounts
from analyzer.reading.tables.rows import read_sheet
from analyzer.records import Outcome


def read(text: str) -> AccountTable:
    return read_accounts(text.encode(), "t.csv")


def names(table: AccountTable) -> list[str]:
    return [account.name for account in table.accounts]


REPORT = """Closed deals this year
As of 2026-01-05 10:30:00 Central European Time
Filtered By
   Show: All opportunities

Account Name,Stage,Amount,Close Date
Total Fruit,Closed Won,"1,200.00",2025-03-04
Bolt,Closed Lost,300.00,2025-04-05
Subtotal,,"1,500.00",
Grand Totals (2 records),,"1,500.00",

"Confidential Information - Do Not Distribute"
"Copyright (c) 2000-2026 example.com, inc. All rights reserved."
"""


def test_a_reports_title_sums_and_footers_are_no_accounts_and_it_is_said() -> None:
    table = read(REPORT)
    assert names(table) == ["Total Fruit", "Bolt"]
    assert [deal.amount for deal in table.deals] == [1200, 300]
    assert table.warnings == ("Rows 9, 10, 12, 13: a sum or a footer and no account; left out.",)


def test_a_company_called_total_is_an_account_and_its_sum_is_not() -> None:
    table = read("Company,Industry,Revenue\nTotal,Energy,5\nTotal,,5\n")
    assert [(account.name, account.industry) for account in table.accounts] == [("Total", "Energy")]


def test_a_quotation_mark_left_open_swallows_no_rows() -> None:
    table = read('Company,Industry,City\n"Acme,Food,Oslo\nBolt,Steel,"Bergen\nCee,"Wood, and more",Hamar\n')
    assert [(a.name, a.industry, a.attributes["city"]) for a in table.accounts] == [
        ("Acme", "Food", "Oslo"),
        ("Bolt", "Steel", "Bergen"),
        ("Cee", "Wood, and more", "Hamar"),
    ]
    assert table.warnings == ("Rows 2, 3: a quotation mark is opened and never closed; read to the end of the line.",)


def test_cells_over_several_lines_with_quotation_marks_are_one_cell() -> None:
    table = read(
        'Company,About,Zip\n"Acme ""the"" Co","line one\nline two, with ""words""",="00150"\nBolt,6" pipes,1\n'
    )
    assert names(table) == ['Acme "the" Co', "Bolt"]
    assert table.accounts[0].attributes == {"About": 'line one\nline two, with "words"', "Zip": "00150"}
    assert table.accounts[1].attributes["About"] == '6" pipes'
    assert table.warnings == ()


def test_unicode_text_as_excel_saves_it_and_semicolons_with_decimal_commas() -> None:
    excel = "Company\tIndustry\tEmployees\r\nMüller\tMöbel\t12\r\n".encode("utf-16")
    assert [(a.name, a.employees) for a in read_accounts(excel, "t.txt").accounts] == [("Müller", 12)]
    table = read("sep=;\nFirma;Umsatz;Mitarbeiter\nMüller;1,5;2\nSöhne;2,25;30\n")
    assert [(a.revenue, a.employees) for a in table.accounts] == [(1.5, 2), (2.25, 30)]
    assert list(table.account_of_row) == [3, 4]


def test_headers_twice_blank_or_repeated_between_rows_are_told_apart() -> None:
    table = read("Company,Note,,Note,Note (2)\nA,1,2,3,4\nCompany,Note,,Note,Note (2)\nB,5,6,7,8\n")
    assert table.kept == ("Note", "column 3", "Note (3)", "Note (2)")
    assert names(table) == ["A", "B"]


# --------------------------------------------------------------------------------------------------------- workbooks


def workbook(sheets: dict[str, list[tuple[object, ...]]], merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        if merged:
            sheet.merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(content: bytes, part: str, text: bytes, add: bool = False) -> bytes:
    """The workbook with a part of it exchanged."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, text if entry.filename == part else old.read(entry))
        if add:
            new.writestr(part, text)
    return file.getvalue()


ROWS: list[tuple[object, ...]] = [
    ("Company", "Stage", "Close Date"),
    ("Acme", "Won", date(2025, 3, 4)),
    ("Bolt", "Lost", 45000),
]
SHEET = "xl/worksheets/sheet1.xml"


def test_the_fullest_table_of_a_workbook_is_read_and_the_others_are_named() -> None:
    lists: list[tuple[object, ...]] = [(f"value {n}", n, n) for n in range(30)]
    table = read_accounts(workbook({"Cover": [("Report",)], "Lists": lists, "Deals": ROWS}), "t.xlsx")
    assert names(table) == ["Acme", "Bolt"]
    assert table.warnings == ('Only the sheet "Deals" was read; import by itself: "Lists" (30 rows).',)


def test_cells_merged_over_rows_count_for_each_row() -> None:
    rows: list[tuple[object, ...]] = [("Company", "Stage", "Amount"), ("Acme", "Won", 5), (None, "Lost", 7)]
    table = read_accounts(workbook({"Deals": rows}, merged="A2:A3"), "t.xlsx")
    assert [(d.account, d.outcome, d.amount) for d in table.deals] == [
        ("Acme", Outcome.WON, 5),
        ("Acme", Outcome.LOST, 7),
    ]


def test_errors_are_unknown_flags_stay_and_times_are_kept() -> None:
    rows = [
        ("Company", "Employees", "Territory", "Pilot", "Seen"),
        ("Acme", "#N/A", "#REF!", True, datetime(2025, 3, 4, 9, 30)),
    ]
    table = read_accounts(workbook({"A": rows}), "t.xlsx")
    assert table.accounts[0].employees is None
    assert table.accounts[0].attributes == {"Territory": "", "Pilot": "TRUE", "Seen": "2025-03-04 09:30"}
    assert table.warnings == ()


def test_a_workbook_whose_size_or_styles_are_wrong_is_read_all_the_same() -> None:
    content = workbook({"Deals": ROWS})
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read(SHEET)
    assert b'ref="A1:C3"' in sheet
    assert names(read_accounts(repacked(content, SHEET, sheet.replace(b"A1:C3", b"A1")), "t.xlsx")) == ["Acme", "Bolt"]
    table = read_accounts(repacked(content, "xl/styles.xml", b"<styleSheet><broken"), "t.xlsx")
    assert [d.closed_on for d in table.deals] == [date(2025, 3, 4), date(2023, 3, 15)]
    assert "styles of this workbook are damaged" in table.warnings[0]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
<c r="A1" t="inlineStr"><is><t>&d;</t></is></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"])
def test_entity_bombs_in_a_workbook_are_refused_before_they_are_read(part: str) -> None:
    with pytest.raises(TableError, match="document type declaration"):
        read_accounts(repacked(workbook({"A": ROWS}), part, BOMB), "t.xlsx")


def test_a_workbook_that_unpacks_to_a_hundred_times_its_size_is_refused() -> None:
    blanks = b" " * 20_000_000
    with pytest.raises(TableError, match="a hundred times its size"):
        read_accounts(repacked(workbook({"A": ROWS}), "xl/media/x.bin", blanks, add=True), "t.xlsx")


def test_rows_and_columns_far_out_cost_nothing() -> None:
    sheet = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Company</t></is></c>
<c r="B1" t="inlineStr"><is><t>Employees</t></is></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>Acme</t></is></c><c r="B2"><v>1e999</v></c></row>
<row r="900000000"><c r="ZZZ900000000"><v>1</v></c></row></sheetData></worksheet>"""
    table = read_accounts(repacked(workbook({"A": ROWS}), SHEET, sheet), "t.xlsx")
    assert [(a.name, a.employees) for a in table.accounts] == [("Acme", None)]


# ------------------------------------------------------------------------------------------------------ hostile bytes


def check_read_or_refused(content: bytes) -> None:
    """Anything else that is raised fails the test."""
    refused = ""
    try:
        table = read_accounts(content, "t.csv")
        assert table.accounts
        assert {d.account for d in table.deals} | {c.account for c in table.contacts} <= set(names(table))
    except TableError as error:
        refused = str(error)
    assert not refused or refused.startswith("t.csv: ")


HEADER = b"Company,First Name,Email,Employees,Tech Stack,Close Date,Stage,Won,Location\n"
CELLS = [
    "", "Acme", "x", '"', '"a', 'b"', '""', "\n", ",", ";", "\t", "1", "-", "51-200", "$1.2M", "9" * 400,
    "1e999", "#N/A", "[1,", '["A","B"]',
    "{A,B}",
    "3/4/2025", "30/2/2025", "45000", "4 de mayo de 2025", "a@b.example",
    "Total", "Grand Total", "\x00", "٣", "²", "nan", "Oslo, Norway", "yes",
]  # fmt: skip


@given(rows=st.lists(st.lists(st.sampled_from(CELLS), max_size=11).map(",".join), max_size=12), head=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_jumble_of_cells_is_a_table_or_a_sentence(rows: list[str], head: bool) -> None:
    check_read_or_refused((HEADER if head else b"") + "\n".join(rows).encode())


@given(seed=st.integers(0, 2**32), share=st.floats(0.0005, 0.05), start=st.sampled_from(["csv", "xlsx", "sheet"]))
@settings(max_examples=150, deadline=None)
def test_a_damaged_table_is_a_table_or_a_sentence(seed: int, share: float, start: str) -> None:
    chance = random.Random(seed)

    def damage(content: bytes) -> bytes:
        spoilt = bytearray(content)
        for _ in range(max(1, int(len(spoilt) * share))):
            spoilt[chance.randrange(len(spoilt))] = chance.choice([0, 34, 44, 10, 60, 62, 255, chance.randrange(256)])
        return bytes(spoilt)

    if start == "csv":
        check_read_or_refused(damage(REPORT.encode() * 2))
    elif start == "xlsx":
        check_read_or_refused(damage(SMALL))
    else:
        with zipfile.ZipFile(io.BytesIO(SMALL)) as package:
            check_read_or_refused(repacked(SMALL, SHEET, damage(package.read(SHEET))))


SMALL = workbook({"A": ROWS, "B": [("Only", "this")]}, merged="A2:A3")


def test_the_rows_of_a_sheet_keep_the_numbers_a_spreadsheet_shows() -> None:
    sheet = read_sheet(b"Title\n\nCompany,Industry\n\nAcme,Food\n", "t.csv")
    assert sheet.columns == ("Company", "Industry")
    assert [number for number, _ in sheet.rows] == [5]
