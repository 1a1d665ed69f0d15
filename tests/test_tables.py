"""Tables of accounts and deals as people keep them: what is taken from their cells, and what is said of them."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import TableError
from analyzer.reading.tables.accounts import AccountTable, read_accounts
from analyzer.reading.tables.cells import day_order, decimal_mark, to_date, to_list, to_number, to_outcome
from analyzer.records import Account, Deal, Outcome


def read(text: str, **mapping: str) -> AccountTable:
    return read_accounts(text.encode(), "accounts.csv", mapping)


HUBSPOT = """Company name,Company Domain Name,Industry,Number of Employees,Annual Revenue,City,Country/Region,\
Tech Stack,Deal Stage,Amount,Create Date,Close Date,Sites
Ibarra Foods,https://www.Ibarra.example/about,Food,305,$69.3M,Fresno,United States,Excel;Epicor,Closed Won,34600,\
2025-06-02,2025-11-11,2
Little Elk,,Food,,,Missoula,,,closedlost,,,,
"""


def test_a_hubspot_export_becomes_accounts_and_deals_and_empty_is_unknown() -> None:
    table = read(HUBSPOT)
    assert table.accounts == (
        Account(
            "Ibarra Foods", "ibarra.example", "Food", 305, 69_300_000.0, "United States", ("Excel", "Epicor"),
            {"Sites": "2", "city": "Fresno"},
        ),
        Account("Little Elk", "", "Food", None, None, "", (), {"Sites": "", "city": "Missoula"}),
    )  # fmt: skip
    assert table.deals == (
        Deal("Ibarra Foods", Outcome.WON, 34_600.0, date(2025, 6, 2), date(2025, 11, 11), "Closed Won"),
        Deal("Little Elk", Outcome.LOST, None, None, None, "closedlost"),
    )
    assert table.deals[0].cycle_days == 162
    assert table.mapped["Deal Stage"] == "stage"
    assert table.kept == ("Sites",)
    assert table.warnings == ()


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (
            "Account Name,Stage,Amount,Close Date,Created Date,Billing Country",
            "name stage amount closed_on opened_on country",
        ),
        ("Deal - Organization,Deal - Status,Deal - Value,Deal - Deal created", "name stage amount opened_on"),
        (
            "Company,# Employees,Industry,Website,Annual Revenue,Technologies",
            "name employees industry domain revenue tools",
        ),
        ("Firma;Branche;Mitarbeiter;Land", "name industry employees country"),
        ("company_name\tcompany_size\twebsite_url", "name employees domain"),
    ],
)
def test_headers_of_crms_are_known_by_their_names(header: str, fields: str) -> None:
    mark = next(mark for mark in (";", "\t", ",") if mark in header)
    row = mark.join("x" for _ in header.split(mark))
    table = read(f"{header}\n{row}\n")
    assert set(table.mapped.values()) == set(fields.split())
    assert table.kept == ()


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("$1.2M", 1_200_000), ("1.200.000 €", 1_200_000), ("45k", 45_000), ("1,234.56", 1234.56), ("1.234,56", 1234.56),
        ("CHF 1'200'000", 1_200_000), ("€ 1,5 Mio.", 1_500_000), ("US$ 3bn", 3_000_000_000), ("(3,500)", -3500),
        ("51-200", 125.5), ("1 001 – 5 000", 3000.5), ("10,001+", 10_001), ("<50", 25), ("$10-50M", 30_000_000),
        ("200 employees", 200), ("12.5", 12.5), ("0.125", 0.125), ("abc", None), ("10-Jan", None), ("200-100", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(cell: str, number: float | None) -> None:
    assert to_number(cell) == number


def test_a_column_tells_what_its_marks_mean() -> None:
    assert to_number("1.234") == 1234
    assert to_number("1.234", decimal_mark(["1.5", "1.234"])) == 1.234
    assert to_number("1,234", decimal_mark(["1,5", "1,234"])) == 1.234
    assert decimal_mark(["1.5", "1,5"]) == ""


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        ("Closed Won", Outcome.WON), ("closedwon", Outcome.WON), ("Won", Outcome.WON), ("Customer", Outcome.WON),
        ("Closed Lost", Outcome.LOST), ("closedlost", Outcome.LOST), ("Lost to competitor", Outcome.LOST),
        ("Churned", Outcome.CHURNED), ("Customer - cancelled", Outcome.CHURNED), ("Former customer", Outcome.CHURNED),
        ("Negotiation", Outcome.OPEN), ("appointmentscheduled", Outcome.OPEN), ("Not won yet", Outcome.OPEN),
        ("Customer evaluation", Outcome.OPEN), ("CLOSED_WON", Outcome.WON), ("At risk of churn", Outcome.OPEN),
        ("Win-back", Outcome.OPEN), ("Closed - No decision", Outcome.LOST), ("Perdue", Outcome.LOST),
        ("Gagné", Outcome.WON), ("Demo cancelled", Outcome.OPEN), ("Unqualified", Outcome.LOST),
    ],
)  # fmt: skip
def test_stages_end_won_lost_churned_or_not_yet(stage: str, outcome: Outcome) -> None:
    assert to_outcome(stage) is outcome


def test_one_clear_date_settles_the_column_and_its_neighbour() -> None:
    table = read("Company,Stage,Create Date,Close Date\nA,Won,3/4/2025,5/6/2025\nB,Lost,25/4/2025,7/6/2025\n")
    assert [(deal.opened_on, deal.closed_on) for deal in table.deals] == [
        (date(2025, 4, 3), date(2025, 6, 5)),
        (date(2025, 4, 25), date(2025, 6, 7)),
    ]
    assert table.warnings == ()


def test_dates_that_may_be_either_are_read_month_first_with_a_warning() -> None:
    table = read("Company,Stage,Close Date\nA,Won,3/4/2025\n")
    assert table.deals[0].closed_on == date(2025, 3, 4)
    assert "may be day first or month first" in table.warnings[0]
    assert "Close Date" in table.warnings[0]


@pytest.mark.parametrize(
    "cell",
    [
        "2025-03-04",
        "2025-03-04T12:30:00Z",
        "4 Mar 2025",
        "March 4, 2025",
        "04.03.2025",
        "1741046400000",
        "Mar 4, 2025",
        "4. März 2025",
        "4 de marzo de 2025",
        "4-Mar-25",
        "04-Mar-25 10:30 AM",
        "2025-03-04T23:30:00-05:00",
        "45720",
        "45720.75",
        "2025年3月4日",
        "4. 3. 2025",
    ],
)
def test_dates_without_doubt_need_no_column(cell: str) -> None:
    assert to_date(cell, day_order([cell])) == date(2025, 3, 4)


def test_the_order_of_days_follows_the_tables_other_marks_and_is_said() -> None:
    table = read("Firma;Stage;Amount;Close Date\nA;Won;1,50;3/4/2025\n")
    assert table.deals[0].closed_on == date(2025, 4, 3)
    assert "read day first" in table.warnings[0]
    mixed = read("Company,Stage,Close Date\nA,Won,25/4/2025\nB,Won,4/25/2025\nC,Won,3/4/2025\n")
    assert [deal.closed_on for deal in mixed.deals] == [date(2025, 4, 25), date(2025, 4, 25), date(2025, 3, 4)]
    assert "has dates that are day first and others that are month first" in mixed.warnings[0]


def test_amounts_in_several_currencies_are_told() -> None:
    said = ('"Amount" is in several currencies ($, €); amounts are not converted.',)
    assert read("Company,Stage,Amount\nA,Won,$5\nB,Won,USD 6\nC,Won,€7\n").warnings == said
    beside = read("Company,Stage,Amount,Amount Currency\nA,Won,5,EUR\nB,Won,6,SEK\n").warnings
    assert beside == ('"Amount" is in several currencies (EUR, SEK); amounts are not converted.',)
    assert read("Company,Stage,Amount,Currency\nA,Won,5,EUR\nB,Won,6,EUR\n").warnings == ()


def test_a_header_may_say_what_its_numbers_count_in() -> None:
    table = read('Company,Revenue (in 000s USD),Employees\nA,"12,500",7\nB,$3M,8\n')
    assert [account.revenue for account in table.accounts] == [12_500_000, 3_000_000]


def test_a_column_whose_cells_are_no_numbers_stays_an_attribute() -> None:
    table = read("Company,Company Size,Closed,Stage\nA,Small,yes,Won\nB,Mid-market,no,Open\nC,Large,yes,Lost\n")
    assert [account.employees for account in table.accounts] == [None] * 3
    assert [account.attributes["Company Size"] for account in table.accounts] == ["Small", "Mid-market", "Large"]
    assert table.mapped["Closed"] == "is_closed"


@pytest.mark.parametrize(
    ("cell", "tools"),
    [
        ("SAP;Excel; SAP", "SAP|Excel"),
        ("SAP | Excel", "SAP|Excel"),
        ("SAP\nExcel", "SAP|Excel"),
        ("SAP, Excel and Power BI", "SAP|Excel|Power BI"),
        ("SAP, Excel, and Power BI", "SAP|Excel|Power BI"),
        ('["SAP", "Excel"]', "SAP|Excel"),
        ("['SAP', 'Excel']", "SAP|Excel"),
        ('[{"name": "SAP"}]', "SAP"),
        ("{SAP,Excel}", "SAP|Excel"),
        ("SAP / Excel", "SAP|Excel"),
        ("Salesforce, Inc., SAP", "Salesforce, Inc.|SAP"),
        ("none", ""),
        ("[", "["),
    ],
)
def test_a_stack_is_parted_however_it_is_written(cell: str, tools: str) -> None:
    assert "|".join(to_list(cell)) == tools


def test_ragged_unreadable_and_double_rows_are_told_with_their_numbers() -> None:
    table = read(
        "Company,Employees,Region\nA,10,North\nB,many,South\n\nA,10,North\nC,5\nD,7,West,extra\n,3,East\na,,,\n"
    )
    assert [account.name for account in table.accounts] == ["A", "B", "C", "D"]
    assert [account.employees for account in table.accounts] == [10, None, 5, 7]
    warnings = "\n".join(table.warnings)
    assert 'Row 3: "Employees" cannot be read as a number (many)' in warnings
    assert "Row 5: the same as an earlier row" in warnings
    assert "Row 6: fewer cells" in warnings
    assert "Row 7: more cells" in warnings
    assert "Row 8: no name" in warnings
    assert 'Row 9: "a" is there more than once' in warnings


def test_rows_of_one_account_are_its_deals_and_tell_what_the_first_left_unknown() -> None:
    table = read("Company,Industry,Stage,Amount\nAcme,,Closed Lost,10k\nAcme,Food,Closed Won,20k\n")
    assert [(account.name, account.industry) for account in table.accounts] == [("Acme", "Food")]
    assert [(deal.outcome, deal.amount) for deal in table.deals] == [(Outcome.LOST, 10_000), (Outcome.WON, 20_000)]


def test_unknown_is_never_zero_and_no_deal_is_made_of_nothing() -> None:
    table = read("Company,Employees,Annual Revenue,Stage,Amount\nA,,n/a,,\nB,0,-,Won,0\n")
    first, second = table.accounts
    assert (first.employees, first.revenue) == (None, None)
    assert (second.employees, second.revenue) == (0, None)
    assert [(deal.account, deal.amount) for deal in table.deals] == [("B", 0)]


def test_a_file_without_a_name_column_says_which_columns_it_has_and_how_to_map_one() -> None:
    with pytest.raises(TableError) as refused:
        read("Kunde,Umsatzklasse\nA,B\n")
    assert "Its columns are Kunde, Umsatzklasse" in str(refused.value)
    assert '--map "Kunde=name"' in str(refused.value)


def test_the_users_mapping_comes_first_and_is_checked() -> None:
    table = read("Kunde,Name,Phase\nAcme,Dana,Gewonnen\n", Kunde="name", phase="stage", Name="attribute")
    assert table.accounts[0].name == "Acme"
    assert table.accounts[0].attributes == {"Name": "Dana"}
    assert table.deals[0].outcome is Outcome.WON
    with pytest.raises(TableError, match='has no column "Nope"'):
        read("Company\nA\n", Nope="name")
    with pytest.raises(TableError, match='"colour" is no field'):
        read("Company,X\nA,b\n", X="colour")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_csv_is_read_in_any_encoding_with_any_delimiter(encoding: str, mark: str) -> None:
    text = f'Company{mark}Industry\n"Müller{mark} Söhne"{mark}"Möbel\nund ""Mehr"""\nAcme{mark}Food\n'
    table = read_accounts(text.encode(encoding), "x.csv")
    assert [(account.name, account.industry) for account in table.accounts] == [
        (f"Müller{mark} Söhne".replace("\t", " ").replace("  ", " "), 'Möbel und "Mehr"'),
        ("Acme", "Food"),
    ]


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Report"])
    sheet = book.create_sheet("Accounts")
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_xlsx_keeps_numbers_and_dates_as_they_are_and_skips_titles_over_the_header() -> None:
    content = workbook(
        ("All accounts",),
        (),
        ("Company", "Employees", "Annual Revenue", "Stage", "Close Date", "Zip"),
        ("Acme", 51, 1.234, "Closed Won", date(2025, 3, 4), 30301),
        ("Bolt", "51-200", None, "Churned", "3/14/2025", None),
    )
    table = read_accounts(content, "accounts.xlsx")
    acme, bolt = table.accounts
    assert (acme.employees, acme.revenue, acme.attributes) == (51, 1.234, {"Zip": "30301"})
    assert (bolt.employees, bolt.revenue, bolt.attributes) == (126, None, {"Zip": ""})
    assert [(deal.outcome, deal.closed_on) for deal in table.deals] == [
        (Outcome.WON, date(2025, 3, 4)),
        (Outcome.CHURNED, date(2025, 3, 14)),
    ]
    assert table.warnings == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"Company,Industry\n", "no account under it"),
        (b"PK\x03\x04broken", "no Excel file"),
        (b"\xd0\xcf\x11\xe0" + bytes(64), "old Excel"),
        (b"%PDF-1.4 x", "is no table"),
        (bytes(range(256)) * 9, "is no table"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(TableError, match=r"^t\.csv: ") as refused:
        read_accounts(content, "t.csv")
    assert said in str(refused.value)


@given(
    content=st.binary(max_size=300),
    start=st.sampled_from([b"", b"Company,Employees,Close Date,Stage\n", b"PK\x03\x04"]),
)
@settings(max_examples=200, deadline=None)
def test_random_bytes_become_a_table_or_a_sentence(content: bytes, start: bytes) -> None:
    refused = ""
    try:
        assert read_accounts(start + content, "t.csv").accounts
    except TableError as error:
        refused = str(error)
    assert not refused or refused.startswith("t.csv: ")


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 10**6), st.dates(date(1990, 1, 1), date(2069, 1, 1))), min_size=1, max_size=20
    ),
    style=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y"]),
)
@settings(max_examples=60, deadline=None)
def test_amounts_and_dates_survive_writing_and_reading(rows: list[tuple[int, date]], style: str) -> None:
    text = "Company;Stage;Amount;Close Date\n"
    text += "".join(f"C{n};Won;{amount:,} €;{day.strftime(style)}\n" for n, (amount, day) in enumerate(rows))
    table = read(text)
    assert [(deal.amount, deal.closed_on) for deal in table.deals] == rows
