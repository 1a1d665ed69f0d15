"""Accounts, deals and contacts from a CRM or enrichment export, whatever it calls its columns (columns.yaml).

An empty cell is unknown, and stays so: None or "", never 0. A row is one account and, where the table tells of deals
or names people, one deal and its people; rows that name the same account are put together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analyzer.errors import TableError
from analyzer.reading.tables.cells import Cell, bare_company, is_unknown, to_text
from analyzer.reading.tables.columns import Columns, find_columns
from analyzer.reading.tables.contacts import company_domain, contacts_in, find_address, unite
from analyzer.reading.tables.deals import read_deal, say_no_ends
from analyzer.reading.tables.fields import Row, Troubles, domain_of, number_of, text_of, to_domain, tools_of
from analyzer.reading.tables.joining import Joining, join_spellings
from analyzer.reading.tables.opportunities import (
    DealColumns,
    Told,
    attributes_of,
    deals_of,
    find_deal_columns,
    latest_first,
)
from analyzer.reading.tables.placing import ENDS, YEAR
from analyzer.reading.tables.rows import Sheet, name_rows, read_sheet
from analyzer.reading.tables.synonyms import spelt
from analyzer.records import Account, Contact, Deal

__all__ = ["AccountTable", "read_accounts", "to_domain"]


@dataclass(frozen=True, slots=True)
class AccountTable:
    """``mapped`` tells which field each column filled, ``kept`` the columns kept as attributes, ``warnings`` what was
    left out or doubtful, with the row numbers a spreadsheet shows. ``account_of_row`` is by those numbers; ``name`` is
    the file's; ``joinings`` are other spellings of an account within the table."""

    accounts: tuple[Account, ...]
    deals: tuple[Deal, ...]
    mapped: dict[str, str]
    kept: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    account_of_row: dict[int, str] = field(default_factory=dict)
    name: str = ""
    joinings: tuple[Joining, ...] = ()


def read_accounts(
    content: bytes, name: str, mapping: Mapping[str, str] | None = None, apart: Collection[str] = ()
) -> AccountTable:
    """Accounts with their deals and people from the bytes of a CSV, TSV or XLSX file. ``mapping`` is column -> field,
    as the user says it; it comes before the synonyms, and the field "attribute" keeps a column out of them. Accounts
    named in ``apart`` are joined with no other spelling.

    Raises TableError with a sentence: no table, no column for the name, an unknown column or field in ``mapping``.
    """
    try:
        return _read(content, name, mapping or {}, apart)
    except TableError:
        raise
    except Exception as error:  # a cell nobody thought of must not end the import without a word
        raise TableError(
            f"{name}: cannot be read ({type(error).__name__}: {error}). Save it again as CSV, and import that."
        ) from error


def _read(content: bytes, name: str, mapping: Mapping[str, str], apart: Collection[str]) -> AccountTable:
    sheet = read_sheet(content, name)
    troubles = Troubles()
    columns, notes = find_columns(sheet, name, mapping)
    rows = list(_whole_rows(sheet, troubles))
    names = names_of_domains(rows, columns)
    told: list[Told] = []
    people: list[tuple[int, Contact]] = []
    for row in rows:
        account = account_of(row, columns, names, troubles)
        if account is None:
            continue
        told.append(Told(row.number, account, read_deal(row, columns, account.name, troubles)))
        if columns.has("contact_name", "contact_first", "contact_last"):
            people += [(row.number, person) for person in contacts_in(row.cells, columns, account.name)]
    if not told:
        raise TableError(f"{name}: has a header but no account under it. Check that the export finished.")
    read_as, joinings = join_spellings((one.account for one in told), apart)
    groups = _by_account(told, read_as)
    if not (columns.of_contacts or columns.has(*ENDS)):
        _say_several(groups, {one.number: one.account.name for one in told}, troubles)
    deal_columns = find_deal_columns(groups.values(), [columns.names[number] for number in columns.deals])
    contacts, again = unite([(row, replace(person, account=read_as[person.account])) for row, person in people])
    if again and columns.of_contacts:
        notes += (f"{name_rows(again)}: a person of an earlier row again; the rows were put together.",)
    by_row = {one.number: deal for group in groups.values() for one, deal in deals_of(group, deal_columns)}
    deals = tuple(by_row[one.number] for one in told if one.number in by_row)
    return AccountTable(
        tuple(_account_of_rows(account, group, deal_columns) for account, group in groups.items()),
        deals,
        columns.mapped,
        tuple(column for _, column in columns.kept),
        (*sheet.warnings, *notes, *troubles.sentences(), *say_no_ends(deals)),
        tuple(contacts),
        {one.number: read_as[one.account.name] for one in told},
        name,
        tuple(joinings),
    )


def _by_account(told: Iterable[Told], read_as: Mapping[str, str]) -> dict[str, list[Told]]:
    """The rows of each account, under the name it is read as."""
    groups: dict[str, list[Told]] = {}
    for one in told:
        account = read_as[one.account.name]
        deal = replace(one.deal, account=account) if one.deal else None
        groups.setdefault(account, []).append(Told(one.number, replace(one.account, name=account), deal))
    return groups


def _say_several(groups: Mapping[str, Sequence[Told]], spelt: Mapping[int, str], troubles: Troubles) -> None:
    for number in sorted(one.number for group in groups.values() for one in group[1:]):
        troubles.add('"{}" is there more than once; its rows were put together.', number, spelt[number])


def _account_of_rows(name: str, group: Sequence[Told], columns: DealColumns) -> Account:
    """One account of its rows: what one leaves unknown, the next may tell."""
    rows = latest_first(group)
    account = rows[0].account
    for other in rows[1:]:
        account = _together(account, other.account)
    return replace(account, name=name, attributes=attributes_of(rows, columns))


def _whole_rows(sheet: Sheet, troubles: Troubles) -> Iterator[Row]:
    """The rows as wide as the header, each once."""
    width = len(sheet.columns)
    seen: set[tuple[Cell, ...]] = set()
    for number, raw in sheet.rows:
        if any(to_text(cell) for cell in raw[width:]):
            troubles.add(f"more cells than the header has columns ({width}); what is beyond was left out.", number)
        elif len(raw) < width:
            troubles.add(f"fewer cells than the header has columns ({width}); the missing ones are unknown.", number)
        cells = raw if len(raw) == width else (*raw[:width], *[""] * (width - len(raw)))
        if cells in seen:
            troubles.add("the same as an earlier row; left out.", number)
            continue
        seen.add(cells)
        yield Row(number, cells)


def names_of_domains(rows: Sequence[Row], columns: Columns) -> dict[str, str]:
    """The account of each domain that rows with a name tell, where they all tell the same one."""
    found: dict[str, set[str]] = {}
    named = [(row, text_of(row, columns, "name")) for row in rows]
    if all(name for _, name in named):
        return {}
    for row, name in named:
        for domain in _domains(row, columns) if name else ():
            found.setdefault(domain, set()).add(name)
    return {domain: next(iter(names)) for domain, names in found.items() if len(names) == 1}


def _domains(row: Row, columns: Columns) -> list[str]:
    """The website's domain, then that of the address at work."""
    mail = company_domain(find_address(text_of(row, columns, "contact_email")))
    return [domain for domain in (domain_of(row, columns), mail) if domain]


def account_of(row: Row, columns: Columns, names: Mapping[str, str], troubles: Troubles) -> Account | None:
    """The account of one row, as wide as the header; None where it names none, which ``troubles`` then tells.

    ``names`` are the accounts of domains, for rows that say a domain alone.
    """
    domain, name = domain_of(row, columns), text_of(row, columns, "name")
    if columns.has("name") and ";" in name and columns.names[columns.place["name"]].casefold().startswith("associated"):
        name, _, others = (part.strip() for part in name.partition(";"))
        troubles.add("more than one company is associated; the first was taken, not {}.", row.number, others)
    name, its_domain = bare_company(name)
    domain = domain or its_domain
    if not name:
        domains = _domains(row, columns)
        name = next((names[d] for d in domains if d in names), domains[0] if domains else "")
        domain = domain or (name if name in domains else "")
    if not name:
        troubles.add(
            "no name; left out." if not columns.of_contacts else "no company and no address at work; left out.",
            row.number,
        )
        return None
    employees = number_of(row, columns, "employees", troubles)
    country, city = text_of(row, columns, "country"), text_of(row, columns, "city")
    if "location" in columns.place:
        its_country, its_city = _split_location(text_of(row, columns, "location"))
        country, city = country or its_country, city or its_city
    attributes = _attributes(row, columns)
    if columns.has("city") or city:
        attributes["city"] = city
    return Account(
        name=name,
        domain=domain,
        industry=text_of(row, columns, "industry"),
        employees=None if employees is None else round(employees),
        revenue=number_of(row, columns, "revenue", troubles),
        country=country,
        tools=tools_of(row, columns),
        attributes=attributes,
        sub_industry=text_of(row, columns, "sub_industry"),
        region=text_of(row, columns, "region"),
        stage=text_of(row, columns, "funding_stage"),
        funding=number_of(row, columns, "funding", troubles),
        founded=_year_of(row, columns, troubles),
        business_model=text_of(row, columns, "business_model"),
        ownership=text_of(row, columns, "ownership"),
    )


def _year_of(row: Row, columns: Columns, troubles: Troubles) -> int | None:
    """The year in "1987", "May 1987" or "1987-05-01"."""
    text = text_of(row, columns, "founded")
    year = YEAR.search(text)
    if text and year is None:
        troubles.add(f'"{columns.names[columns.place["founded"]]}" holds no year ({{}}); unknown.', row.number, text)
    return int(year[0]) if year else None


def _attributes(row: Row, columns: Columns) -> dict[str, str]:
    """Every other column as it came; of a table of contacts those that speak of the company."""
    return {
        column: ""
        if str(row.cells[number])[:1] == "#" and is_unknown(row.cells[number])
        else to_text(row.cells[number])
        for number, column in columns.kept
        if not columns.of_contacts or number in columns.companys
    }


def _split_location(location: str) -> tuple[str, str]:
    """Country and city of "Leeds, England, United Kingdom"; none of "Austin, TX", whose last part is no country."""
    parts = [part.strip() for part in location.split(",") if part.strip()]
    if not parts or parts[-1].casefold() not in spelt("countries"):
        return "", ""
    return parts[-1], parts[0] if len(parts) > 1 else ""


def _together(first: Account, second: Account) -> Account:
    """The firmographics of two rows: what the first leaves unknown, the second may tell."""
    return Account(
        first.name,
        first.domain or second.domain,
        first.industry or second.industry,
        first.employees if first.employees is not None else second.employees,
        first.revenue if first.revenue is not None else second.revenue,
        first.country or second.country,
        tuple(dict.fromkeys((*first.tools, *second.tools))),
        first.attributes,
        first.sub_industry or second.sub_industry,
        first.region or second.region,
        first.stage or second.stage,
        first.funding if first.funding is not None else second.funding,
        first.founded if first.founded is not None else second.founded,
        first.business_model or second.business_model,
        first.ownership or second.ownership,
    )
