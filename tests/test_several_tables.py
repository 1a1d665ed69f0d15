"""Several tables in one study: each keeps its word, an account is one, a deal counts once."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analyzer.adapters.told_deals import same_deals, unite_deals
from analyzer.cli import app
from analyzer.errors import TableError
from analyzer.intake import Imported
from analyzer.reading.tables.accounts import AccountTable, read_accounts
from analyzer.reading.tables.joining import find_same
from analyzer.records import Account, Deal, Outcome
from analyzer.scoring.doubts import find_leaks
from analyzer.scoring.traits import closed_deals, columns_of
from analyzer.settings import Settings
from analyzer.study import Study

WON, LOST, OPEN = Outcome.WON, Outcome.LOST, Outcome.OPEN
MIGRATIONS = Path(__file__).parent.parent / "analyzer" / "adapters" / "migrations"

DEALS = """Account Name,Opportunity Name,Stage,Close Date,Amount,Lead Source,Payroll,Onboarding Owner
"Cedar Care, Inc.",C-1,Closed Won,2025-03-04,12000,Webinar,ADP,Hanna
"Cedar Care, Inc.",C-2,Closed Lost,2025-09-04,9000,Partner,,
Bolt Freight,B-1,Closed Lost,2025-05-05,4000,Webinar,Gusto,
"""
TARGETS = """Company,Website,Tech Stack,Country
CEDAR CARE,https://www.cedar.example/,SAP; Slack,Norway
Dunmore Bakery,https://dunmore.example,Excel,Sweden
"""
COMPANIES = """Company name,Company Domain Name,Lifecycle Stage,Number of Employees
Cedar Care,cedar.example,customer,120
BOLT FREIGHT LLC,bolt.example,lead,80
"""


def read(text: str, name: str = "t.csv", apart: tuple[str, ...] = ()) -> AccountTable:
    return read_accounts(text.encode(), name, {}, apart)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study.create(tmp_path / "study", Settings())


def take(study: Study, text: str, name: str, apart: tuple[str, ...] = ()) -> Imported:
    return study.import_table(read(text, name, apart), apart)


# --------------------------------------------------------------------------------------------------- nothing is erased


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_tables_make_the_same_accounts_and_deals_in_whatever_order_they_come(
    study: Study, order: tuple[int, ...]
) -> None:
    tables = [(DEALS, "report.csv"), (TARGETS, "targets.csv"), (COMPANIES, "companies.csv")]
    for place in order:
        take(study, *tables[place])
    accounts = {a.domain or a.name: a for a in study.accounts()}
    assert set(accounts) == {"cedar.example", "bolt.example", "dunmore.example"}
    cedar = accounts["cedar.example"]
    assert (cedar.employees, cedar.country, cedar.tools) == (120, "Norway", ("SAP", "Slack"))
    assert cedar.attributes["Lifecycle Stage"] == "customer"
    assert cedar.attributes["Payroll"] == "ADP"
    assert [(d.outcome, d.amount) for d in study.store.deals() if d.account == cedar.name] == [
        (WON, 12_000),
        (LOST, 9000),
    ]
    assert len(study.store.deals()) == 3


def test_a_table_again_replaces_its_own_deals_and_says_how_many(study: Study) -> None:
    take(study, DEALS, "report.csv")
    take(study, "Company,Stage,Close Date\nCedar Care,Won,2024-01-01\n", "old.csv")
    again = take(study, DEALS.replace("C-2,Closed Lost", "C-2,Closed Won"), "report.csv")
    assert "3 deals of report.csv from an earlier import replaced." in again.notes
    outcomes = [(d.outcome, d.closed_on) for d in study.store.deals() if d.account == "Cedar Care, Inc."]
    assert sorted(outcomes) == [(WON, date(2024, 1, 1)), (WON, date(2025, 3, 4)), (WON, date(2025, 9, 4))]
    without = take(study, "Account Name,Industry\nBolt Freight,Freight\n", "report.csv")
    assert without.notes == ()
    assert len(study.store.deals()) == 4


def test_a_deal_that_two_tables_tell_counts_once_and_is_said(study: Study) -> None:
    take(study, DEALS, "report.csv")
    told = take(
        study,
        "Company,Stage,Close Date,Amount,Created Date\nCEDAR CARE,Won,2025-03-04,,2025-01-02\n"
        "Bolt Freight,Lost,2025-05-06,4000,\n",
        "hub.csv",
    )
    assert "1 deal told by report.csv as well: counted once." in told.notes
    deals = study.store.deals()
    assert len(deals) == 4
    assert (
        Deal("Cedar Care, Inc.", WON, 12_000, date(2025, 1, 2), date(2025, 3, 4), "Won", deals[0].attributes) in deals
    )


def test_a_column_that_the_same_table_no_longer_fills_is_unknown_again(study: Study) -> None:
    take(study, "Company,Segment,Country\nAcme Foods,SMB,Norway\n", "a.csv")
    take(study, "Company,Segment,Plan\nAcme Foods,Enterprise,Gold\n", "b.csv")
    take(study, "Company,Segment,Country\nAcme Foods,,\n", "a.csv")
    (account,) = study.accounts()
    assert account.country == ""
    assert account.attributes == {"Segment": "Enterprise", "Plan": "Gold"}
    take(study, "Company,Segment,Plan\nAcme Foods,,Gold\n", "b.csv")
    (account,) = study.accounts()
    assert account.attributes["Segment"] == ""


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from([WON, LOST]), st.sampled_from([None, 1.0, 9.0]),
       st.sampled_from([None, date(2025, 1, 1), date(2025, 2, 2)]), st.sampled_from(["x", "y", "z"]))))  # fmt: skip
def test_uniting_keeps_every_deal_of_each_table_apart(
    told: list[tuple[str, Outcome, float | None, date | None, str]],
) -> None:
    deals = [Deal(a, o, m, None, day, table=table) for a, o, m, day, table in told]
    groups = same_deals(deals)
    assert sorted(map(id, itertools.chain(*groups))) == sorted(map(id, deals))
    for group in groups:
        assert len({d.table for d in group}) == len(group)
        assert len({(d.account, d.outcome) for d in group}) == 1
        assert len({d.closed_on for d in group if d.closed_on}) < 2
    assert len(unite_deals(deals)) >= max([0, *(sum(d.table == t for d in deals) for t in "xyz")])


def test_a_study_made_before_knows_which_table_its_deals_are_from(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    Study.create(folder, Settings()).close()
    for path in folder.glob("study.db*"):
        path.unlink()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = sa.create_engine(f"sqlite:///{folder / 'study.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        for name in ("Cedar Care, Inc.", "Elm"):
            connection.execute(
                sa.text(
                    "INSERT INTO account (name, domain, industry, country, tools, attributes)"
                    " VALUES (:name, '', 'Care', '', '[]', '{\"Plan\": \"Gold\"}')"
                ),
                {"name": name},
            )
            connection.execute(
                sa.text(
                    "INSERT INTO deal (account, outcome, stage, closed_on) VALUES (:name, 'won', '', '2025-01-01')"
                ),
                {"name": name},
            )
        connection.execute(
            sa.text(
                "INSERT INTO account_table (account, \"table\", content) VALUES ('Cedar Care, Inc.', 'report.csv',"
                ' \'{"industry": ["Care", "2026-01-01T00:00:00+00:00"]}\')'
            )
        )
    engine.dispose()
    study = Study(folder, Settings())
    assert [(d.account, d.table, d.attributes) for d in study.store.deals()] == [
        ("Cedar Care, Inc.", "report.csv", {}), ("Elm", "", {}),
    ]  # fmt: skip
    take(study, TARGETS, "targets.csv")
    assert {a.name: (a.industry, a.attributes) for a in study.accounts()}["Cedar Care, Inc."] == (
        "Care",
        {"Plan": "Gold"},
    )
    assert take(study, DEALS, "report.csv").notes[0] == "1 deal of report.csv from an earlier import replaced."
    study.close()


# ---------------------------------------------------------------------------------------------------- names are joined


@pytest.mark.parametrize(
    ("name", "domain", "known"),
    [
        ("MAPLECREST OUTFITTERS", "", "Maplecrest Outfitters"),
        ("Lindner Pflege", "", "Lindner Pflege AG"),
        ("Lindner Pflege GmbH & Co. KG", "", "Lindner Pflege AG"),
        ("Cold Chain Partners", "", "ColdChain Partners, Inc."),
        ("International Widgets", "www.iw.example", "IW"),
        ("Halvorsen", "", "Halvorsen Bakery"),
        ("Orion (Norway)", "orion.example", "Orion Ltd"),
        ("Halvorsen", "elsewhere.example", "Halvorsen"),
        ("IW Consulting", "other.example", "IW Consulting"),
        ("Acme Foods", "gmail.com", "Acme Foods"),
        ("Delta", "", "Delta"),
        ("Vega Inc.", "", "Vega Inc."),
    ],
)
def test_a_name_is_joined_to_the_one_account_that_is_meant(name: str, domain: str, known: str) -> None:
    ours = [
        Account("Maplecrest Outfitters"), Account("Lindner Pflege AG"), Account("ColdChain Partners, Inc."),
        Account("IW", "iw.example"), Account("Halvorsen Bakery", "halvorsen.example"),
        Account("Orion Ltd", "orion.example"),
        Account("Gmail Users Club", "gmail.com"), Account("Delta Air"), Account("Delta Faucet"),
        Account("Vega AG"), Account("Vega SA"),
    ]  # fmt: skip
    found = {j.name: j.account for j in find_same([Account(name, domain)], ours)}
    assert found.get(name, name) == known


def test_two_names_of_a_table_are_never_joined_to_one_account_nor_one_to_a_part_of_a_name_that_is_there() -> None:
    ours = [Account("Summit Foods"), Account("Acme", "acme.example")]
    theirs = [Account("Summit Foods"), Account("Summit Foods Logistics"), Account("Acme UK", "acme.example"),
              Account("Acme France", "acme.example")]  # fmt: skip
    assert [(j.name, j.account) for j in find_same(theirs, ours)] == [("Summit Foods", "Summit Foods")]


def test_spellings_within_one_table_are_one_account_and_are_said() -> None:
    table = read(
        "Company,Website,Country\nBellhaven Cleaning Services LLC,,Norway\n"
        '"BELLHAVEN CLEANING SERVICES,",bellhaven.example,\nBellhaven,bellhaven.example,\n'
        "Acme UK,acme.example,\nAcme France,acme.example,\nDelta Inc,delta.example,\nDelta GmbH,delta-de.example,\n"
    )
    assert [(a.name, a.domain, a.country) for a in table.accounts] == [
        ("Bellhaven Cleaning Services LLC", "bellhaven.example", "Norway"),
        ("Acme UK", "acme.example", ""), ("Acme France", "acme.example", ""),
        ("Delta Inc", "delta.example", ""), ("Delta GmbH", "delta-de.example", ""),
    ]  # fmt: skip
    assert [j.sentence for j in table.joinings] == [
        "BELLHAVEN CLEANING SERVICES, is read as Bellhaven Cleaning Services LLC (the same words)",
        "Bellhaven is read as Bellhaven Cleaning Services LLC (the same domain)",
    ]
    assert table.account_of_row[4] == "Bellhaven Cleaning Services LLC"


def test_a_name_kept_apart_is_an_account_of_its_own_and_takes_its_deals_along(study: Study) -> None:
    take(study, "Company,Country\nSummit Foods,Norway\n", "a.csv")
    text = "Company,Stage,Close Date,Segment,Country\nSummit Foods Logistics,Won,2025-01-02,SMB,Chile\n"
    joined = take(study, text, "b.csv")
    assert joined.notes[0] == "Summit Foods Logistics is read as Summit Foods (one name begins with the other)."
    assert [d.account for d in study.store.deals()] == ["Summit Foods"]
    parted = take(study, text, "b.csv", ("summit foods logistics",))
    assert parted.notes[0] == "1 deal of b.csv removed from accounts they had been joined to."
    assert [d.account for d in study.store.deals()] == ["Summit Foods Logistics"]
    assert {a.name: (a.country, a.attributes) for a in study.accounts()} == {
        "Summit Foods": ("Norway", {}), "Summit Foods Logistics": ("Chile", {"Segment": "SMB"}),
    }  # fmt: skip
    assert take(study, text, "c.csv").table.accounts[0].name == "Summit Foods Logistics"
    with pytest.raises(TableError, match="has no account Nobody to keep apart"):
        take(study, text, "b.csv", ("Nobody",))


def test_the_command_says_what_was_joined_and_replaced_and_keeps_apart(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("report.csv", "targets.csv")}
    files["report.csv"].write_text(DEALS)
    files["targets.csv"].write_text(TARGETS)
    start = ["--study", str(tmp_path / "s"), "accounts", "import"]
    icp = lambda *arguments: CliRunner().invoke(app, [*start, *map(str, arguments)])  # noqa: E731
    assert icp(files["report.csv"]).exit_code == 0
    said = icp(files["targets.csv"]).stdout
    assert "2 accounts and 0 deals." in said
    assert "CEDAR CARE is read as Cedar Care, Inc. (the same words)." in said
    assert "3 deals of report.csv from an earlier import replaced." in icp(files["report.csv"]).stdout
    assert "is read as" not in icp(files["targets.csv"], "--keep-apart", "Cedar Care").stdout
    study = Study(tmp_path / "s", Settings())
    assert {"CEDAR CARE", "Cedar Care, Inc."} < {a.name for a in study.store.accounts()}
    study.close()


# ---------------------------------------------------------------------------------------------- columns of a deal's row


def test_what_differs_within_an_account_belongs_to_the_deal_and_blanks_stay_blank() -> None:
    table = read(DEALS)
    assert [dict(d.attributes) for d in table.deals] == [
        {"Opportunity Name": "C-1", "Lead Source": "Webinar", "Payroll": "ADP", "Onboarding Owner": "Hanna"},
        {"Opportunity Name": "C-2", "Lead Source": "Partner", "Payroll": "", "Onboarding Owner": ""},
        {"Opportunity Name": "B-1", "Lead Source": "Webinar", "Payroll": "Gusto", "Onboarding Owner": ""},
    ]
    cedar = table.accounts[0]
    # What the rows agree on is the account's; where they do not, its latest closed deal's row speaks.
    assert (cedar.attributes["Payroll"], cedar.attributes["Lead Source"]) == ("ADP", "Partner")
    seen = closed_deals(table.accounts, table.deals)
    cells = {column.name: column.cells for column in columns_of(seen.accounts)}
    assert [d.outcome for d in seen.deals] == [LOST, LOST]
    assert (cells["Lead Source"], cells["Payroll"]) == (("Partner", "Webinar"), ("", "Gusto"))
    assert "Onboarding Owner" not in cells


def test_a_column_that_is_filled_once_a_deal_is_won_is_found_though_accounts_have_several_deals() -> None:
    ends = (("Closed Lost", ""), ("Closed Won", "Ida"))
    pairs = [(n, k, *ends[(n + k) % 2]) for n in range(30) for k in range(3)]
    rows = [f"A{n} Foods,{stage},{2024 + k}-0{1 + n % 9}-11,{person}" for n, k, stage, person in pairs]
    table = read("\n".join(("Account Name,Stage,Close Date,Kickoff person", *rows)))
    closed = closed_deals(table.accounts, table.deals)
    (leak,) = find_leaks(closed, columns_of(closed.accounts))
    assert leak.why == "it is filled in for 15 of 15 won and 0 of 15 lost deals"


def test_a_table_whose_accounts_have_one_row_each_keeps_its_columns_with_them() -> None:
    table = read("Company,Stage,Plan,Deal Owner\nAcme,Won,Gold,Kim\nBolt,Lost,Iron,Lee\n")
    assert [dict(d.attributes) for d in table.deals] == [{"Deal Owner": "Kim"}, {"Deal Owner": "Lee"}]
    assert [a.attributes["Plan"] for a in table.accounts] == ["Gold", "Iron"]


def test_the_latest_closed_deals_row_comes_first_for_firmographics_and_open_ones_do_not_count() -> None:
    table = read(
        "Company,Stage,Close Date,Employees,Source\nAcme,Won,2024-01-01,100,Web\nAcme,Lost,2025-01-01,150,Fair\n"
        "Acme,Proposal,2026-01-01,,Mail\n"
    )
    assert [(a.employees, a.attributes["Source"]) for a in table.accounts] == [(150, "Fair")]
    assert [d.attributes["Source"] for d in table.deals] == ["Web", "Fair", "Mail"]
