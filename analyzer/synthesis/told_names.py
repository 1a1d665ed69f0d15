"""What documents tell of a person whose name is known in part: the full name, the title ("Dana Ek, our CFO").

Only places where the customer's side names the person are read, and only what all of them agree on is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.extraction.mentions import NAME, find_people, word_lists
from analyzer.extraction.titles import Title, find_titles, read_title
from analyzer.records import Document, Side
from analyzer.synthesis.persons import Person, form_of, title_in

_BEFORE, _BEHIND, _MOST = 60, 90, 20
_GOES_ON = re.compile(r" [^\W\d_a-z]")
_ANOTHERS = re.compile(r"\)?(?:['’]s\b| (?:of|at|for) (?:the )?[A-ZÄÖÜ])")


def look_all_up(persons: Sequence[Person], documents: Sequence[Document]) -> dict[str, Person]:
    """By key; a fuller name that is another's already is not taken."""
    taken = {form for person in persons for form in person.forms}
    found: dict[str, Person] = {}
    for person in sorted(persons, key=lambda p: p.key):
        known = _look_up(person, documents)
        is_new = known.forms[0] == person.forms[0] or known.forms[0] not in taken
        found[person.key] = known if is_new else person
        taken |= {*found[person.key].forms}
    return found


def _look_up(person: Person, documents: Sequence[Document]) -> Person:
    """The person with the full name and title that documents tell, where they tell but one ("Dana Ek, our CFO")."""
    if person.title and len(person.forms[0]) > 1:
        return person
    names: dict[tuple[str, ...], str] = {}
    titles: dict[Title, tuple[str, str]] = {}
    for document, window in _windows(person, documents):
        for mention in find_people(window):
            form = form_of(mention.person) if mention.how == NAME else ()
            # "Poor Euan": a word before the name is no first name.
            if not form or not (form in person.forms or (form[0] == person.forms[0][0] and len(form) > 1)):
                continue
            if len(form) > len(person.forms[0]) and not set(form) & {*word_lists()["not_names"]}:
                names.setdefault(form, mention.person)
            words = title_in(window, mention.start, mention.end)
            title = read_title(words)
            if title and not title.is_generic and not _ANOTHERS.match(window, mention.end):
                titles.setdefault(title, (words, document.name))
    if len(names) == 1 and len(person.forms[0]) == 1:
        ((form, name),) = names.items()
        called = tuple(sorted({person.name, *person.also_called} - {name}))
        person = replace(person, name=name, forms=(form, *person.forms), also_called=called)
    if len(titles) == 1 and not person.title:
        ((words, where),) = titles.values()
        person = replace(person, title=words, title_source=where)
    return person


def _windows(person: Person, documents: Sequence[Document]) -> Iterator[tuple[Document, str]]:
    """The words around each place where the customer's side names the person."""
    first = next((w for w in re.findall(r"[\w'’-]+", person.name) if form_of(w) == person.forms[0][:1]), "")
    if not first:
        return
    pattern = re.compile(rf"(?<!\w){re.escape(first)}(?!\w)")
    for document in sorted(documents, key=lambda d: d.id):
        for place, _ in zip(pattern.finditer(document.text), range(_MOST), strict=False):
            turn = document.turn_at(place.start())
            if turn is None or turn.side == Side.OURS:
                continue
            start, end = max(turn.start, place.start() - _BEFORE), min(turn.end, place.end() + _BEHIND)
            line_start = document.text.rfind("\n", start, place.start()) + 1
            line_end = document.text.find("\n", place.end(), end)
            if line_end < 0:
                # No word is cut in two: "Marlene Oak" would be somebody else.
                whole = document.text.rfind(" ", place.end(), end)
                line_end = end if end == turn.end else max(whole, place.end())
            window = document.text[max(start, line_start) : line_end]
            if _GOES_ON.match(document.text, place.end()) or find_titles(window):
                yield document, window
