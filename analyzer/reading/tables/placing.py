"""Fields find their columns: by the headers exports use, by the other columns, and by what stands in the cells.

A header that may mean two things ("Name", "Status", "Title", "Closed") is settled by the other columns and by what
stands under it; a column whose cells a field cannot take stays an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.reading.tables.cells import Cell, DayOrder, is_unknown, to_date, to_flag, to_number, to_text
from analyzer.reading.tables.rows import Sheet
from analyzer.reading.tables.synonyms import Heading, listed, object_of, patterns, spelt

NUMBERS = ("employees", "revenue", "funding", "amount")
DATES = ("opened_on", "closed_on", "won_on", "lost_on")
FLAGS = ("is_won", "is_lost", "is_closed")
ENDS = frozenset(("stage", "outcome", "is_won", "is_lost", "won_on", "lost_on"))
_PERSON = frozenset(("contact_first", "contact_last", "contact_name"))
_SAMPLE = 200
_LONGEST_NAME = 120
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_FLAG_WORDS = frozenset(("0", "1", "true", "false", "yes", "no"))
# A column of one or two rows proves nothing against its header.
_JUDGED_FROM = 3
_ORDER = (
    "contact_first", "contact_last", "contact_name", "contact_email", "contact_title",
    "name", "domain", "industry", "employees", "revenue", "country", "city", "location", "tools",
    "sub_industry", "region", "founded", "funding", "funding_stage", "business_model", "ownership",
    *FLAGS, "stage", "outcome", "amount", "won_on", "lost_on", "opened_on", "closed_on",
)  # fmt: skip


@dataclass(slots=True)
class Finder:
    """Fields find their columns one after the other; a column that is taken is not looked at again."""

    sheet: Sheet
    headings: list[Heading]
    place: dict[str, int] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    of_contacts: bool = False
    notes: list[str] = field(default_factory=list)

    def settle(self, said: Mapping[int, str]) -> None:
        self.taken = set(said)
        self.place = {field_: number for number, field_ in said.items() if field_ != "attribute"}
        has_people = self._has_people()
        self.of_contacts = has_people and not self._tells_of_deals() and not self._only_prefixed_people()
        for field_ in _ORDER:
            if field_ in self.place or (object_of(field_) == "contact" and not has_people):
                continue
            number = self._best(field_)
            if number >= 0:
                self.place[field_] = number
                self.taken.add(number)
        self._drop_idle(said)

    def _best(self, field_: str) -> int:
        """The column of the lowest rank that fits, one that holds anything before an empty one; -1 without any."""
        fitting = [
            (not self._sample(number), heading.ranks[field_], number)
            for number, heading in enumerate(self.headings)
            if number not in self.taken
            and field_ in heading.ranks
            and self._may_mean(heading, field_)
            and _fits(field_, self._sample(number))
        ]
        return min(fitting)[2] if fitting else -1

    def _may_mean(self, heading: Heading, field_: str) -> bool:
        owner = object_of(field_)
        if self.of_contacts and owner != "contact" and heading.plain in listed("of_the_person"):
            return False
        if field_ == "name" and heading.plain == "name" and self._is_the_deals_name():
            return False
        if field_ == "name" and heading.plain == "leadname":
            return "contact_name" in self.place or self._emails() < 0
        if field_ == "contact_name" and heading.plain in ("name", "leadname", "contacts"):
            return self._name_is_a_person() if heading.plain == "name" else self._names_company(heading)
        if field_ == "contact_email":
            return heading.plain not in ("companyemail",) or self.of_contacts
        return True

    def _is_the_deals_name(self) -> bool:
        """In an export of opportunities by their API names, "Name" is the opportunity's."""
        plain = {heading.plain for heading in self.headings}
        return bool({"accountid", "opportunityid", "dealid", "associatedcompanyids"} & plain) and self._tells_of_deals()

    def _has_people(self) -> bool:
        """Whether a column names people; "Email" or "Title" alone may be the company's or the deal's."""
        if self.place.keys() & _PERSON:
            return True
        for heading in self.headings:
            if heading.ranks.keys() & _PERSON and heading.plain not in listed("beside_a_person"):
                return True
        return self._name_is_a_person()

    def _name_is_a_person(self) -> bool:
        """ "Name" is a person's beside first and last names, or beside an address made of it, or beside a job title."""
        plain = [heading.plain for heading in self.headings]
        if "name" not in plain:
            return False
        kinds = {f for h in self.headings for f in h.ranks if h.plain not in listed("beside_a_person")}
        if kinds & {"contact_first", "contact_last"}:
            return True
        names, mails = plain.index("name"), self._emails()
        if mails >= 0 and self._share_of_mails_like_names(names, mails) >= 0.5:
            return True
        companies = any(h.ranks.keys() & {"name"} and h.plain not in ("name", "record") for h in self.headings)
        return companies and ("contact_title" in kinds or (mails >= 0 and not self._tells_of_deals()))

    def _names_company(self, heading: Heading) -> bool:
        return any("name" in h.ranks and h is not heading for h in self.headings)

    def _emails(self) -> int:
        return next((n for n, h in enumerate(self.headings) if "contact_email" in h.ranks), -1)

    def _share_of_mails_like_names(self, names: int, mails: int) -> float:
        pairs = [
            (to_text(row[names]).casefold(), to_text(row[mails]).casefold().partition("@")[0])
            for _, row in self.sheet.rows[:_SAMPLE]
            if len(row) > max(names, mails) and to_text(row[mails])
        ]
        alike = sum(any(len(word) > 2 and word in mail for word in person.split()) for person, mail in pairs)
        return alike / len(pairs) if pairs else 0.0

    def _tells_of_deals(self) -> bool:
        """A stage, an outcome or an amount that is a deal's without doubt."""
        doubtful = listed("of_the_person") | listed("of_the_account")
        sure = {f for h in self.headings if h.plain not in doubtful for f in h.ranks}
        return bool(
            sure & {"stage", "outcome", "is_won", "is_lost", "amount"} or self.place.keys() & {"stage", "outcome"}
        )

    def _only_prefixed_people(self) -> bool:
        """ "Company, ..., Contact Name, Contact Email": a table of accounts that tells whom to call."""
        people = [
            (n, h)
            for n, h in enumerate(self.headings)
            if h.ranks.keys() & _PERSON and h.plain not in listed("beside_a_person")
        ]
        names = [n for n, h in enumerate(self.headings) if "name" in h.ranks and h.plain != "leadname"]
        is_prefixed = bool(people) and all(h.owner == "contact" for _, h in people)
        return is_prefixed and bool(names) and names[0] < people[0][0]

    def _sample(self, number: int) -> list[Cell]:
        rows = self.sheet.rows[:_SAMPLE]
        found = [row[number] for _, row in rows if number < len(row) and not is_unknown(row[number])]
        if found or len(self.sheet.rows) <= _SAMPLE:
            return found
        later = (row[number] for _, row in self.sheet.rows if number < len(row) and not is_unknown(row[number]))
        return [cell for cell, _ in zip(later, range(_SAMPLE), strict=False)]

    def _drop_idle(self, said: Mapping[int, str]) -> None:
        """Amounts and days of deals are attributes where nothing tells how a deal ended."""
        if self.place.keys() & ENDS:
            return
        idle = {f: n for f, n in self.place.items() if object_of(f) == "deal" and n not in said}
        if {"amount", "closed_on"} <= idle.keys():
            self.notes.append(
                "No column tells how deals ended, so no deals were read. Say which one does with --map COLUMN=stage."
            )
        self.place = {f: n for f, n in self.place.items() if f not in idle}

    def find_tools(self, said: Mapping[int, str]) -> tuple[tuple[int, ...], dict[int, str]]:
        """Every column that tells of tools, and the tool of those that tell of one by yes and no."""
        is_export = any(heading.plain in listed("tool_exports") for heading in self.headings)
        tools: list[int] = [number for number, field_ in said.items() if field_ == "tools"]
        if "tools" in self.place and self.place["tools"] not in tools:
            tools.append(self.place["tools"])
        tool_of = {n: self.headings[n].column for n in tools if n in said and self._is_yes_or_no(n)}
        for number, heading in enumerate(self.headings):
            if number in self.taken or number in tools:
                continue
            is_bare = is_export and not heading.ranks and heading.plain not in listed("no_tools")
            tool = _prefixed_tool(heading.column) or (heading.column if is_bare else "")
            if tool and self._is_yes_or_no(number):
                tools.append(number)
                tool_of[number] = tool
            elif heading.plain in listed("tool_sorts") and not self.of_contacts and self._names_tools(number):
                tools.append(number)
        return tuple(tools), tool_of

    def _is_yes_or_no(self, number: int) -> bool:
        flags = [to_flag(cell) for cell in self._sample(number)]
        return bool(flags) and None not in flags and True in flags

    def _names_tools(self, number: int) -> bool:
        cells = self._sample(number)
        return bool(cells) and all(to_flag(cell) is None and to_number(cell) is None for cell in cells)


def _prefixed_tool(column: str) -> str:
    """The tool in "Uses Salesforce" or "Tech: Shopify"; "" where no word before it says so."""
    first, _, rest = column.replace(":", " ").replace(" - ", " ").replace("_", " ").partition(" ")
    return rest.strip() if first.casefold() in spelt("tool_prefixes") else ""


def _fits(field_: str, cells: Sequence[Cell]) -> bool:
    """Whether at least half of the cells can be what the field wants; flags must all be."""
    if field_ in FLAGS:
        return bool(cells) and all(to_flag(cell) is not None for cell in cells)
    if len(cells) < _JUDGED_FROM:
        # "Closed" and "Won" are days in one export and yes or no in the next.
        return field_ not in DATES or not any(to_text(cell).casefold() in _FLAG_WORDS for cell in cells)
    return 2 * sum(_can_be(field_, cell) for cell in cells) >= len(cells)


def _can_be(field_: str, cell: Cell) -> bool:
    text = to_text(cell)
    if field_ in NUMBERS:
        return to_number(cell) is not None
    if field_ in DATES:
        return to_date(cell, DayOrder(False, False, False)) is not None
    if field_ == "contact_email":
        return "@" in text
    if field_ == "domain":
        return "." in text and not is_social(text)
    if field_ in ("name", "contact_name"):
        return to_flag(cell) is None and not (text.isdigit() and len(text) > 4)
    if field_ == "founded":
        return YEAR.search(text) is not None
    if field_ in ("ownership", "funding_stage"):
        # "Company type" is who owns it in one export, and customer or partner in the next.
        return patterns(f"{field_}_cells").search(text) is not None
    if field_ in ("region", "business_model", "sub_industry"):
        return len(text) < _LONGEST_NAME and to_number(cell) is None
    if field_ in ("stage", "outcome", "country", "industry", "tools"):
        return len(text) < 2_000 and (field_ != "country" or to_number(cell) is None)
    return True


def is_social(address: str) -> bool:
    """A page at LinkedIn or the like, which is no company's own."""
    host = address.casefold().partition("//")[2] or address.casefold()
    host = host.partition("/")[0].removeprefix("www.")
    socials = spelt("social_hosts")
    while host and host not in socials:
        host = host.partition(".")[2]
    return bool(host)
