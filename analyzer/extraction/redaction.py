"""Private words become placeholders before they are sent, and are put back in what returns.

A caller gains text in which e-mails, telephone numbers, secret links, card and bank numbers, addresses of machines and
the names of known people and companies are replaced by [EMAIL_1], [PERSON_2] and the like, and the way back:
``restore(hide(text)) == text``. One thing has one number in the whole document; other ways to write it get a letter
([PERSON_2b] for "Dana" where [PERSON_2] is "Dana Ortiz"). Numbers follow the order of appearance, so that they depend
on nothing but the document and the names it holds. Words that look like a placeholder are hidden too. The map lives in
memory alone; nothing prints it.

What this cannot see: people nobody lists and who say nothing, nicknames, misspelt names, names without capitals, and
who somebody is from what is said of them.

Presidio is not used: with spaCy and its small English model it weighs 407 MB, and its own default model is larger and
comes from outside the package index. It found 167 of the 236 mentions of names in the annotated and demo documents, in
34 s; looking for the names that a study knows leaves none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.extraction.known_names import DocumentNames
from analyzer.extraction.private_details import Span, find_details

KINDS = ("PERSON", "COMPANY", "EMAIL", "PHONE", "URL", "CARD", "BANK", "IP", "TEXT")

_LOOSE = "|".join(r"\s?".join(kind) for kind in KINDS)
_PLAIN = "|".join(KINDS)
_BETWEEN = r"(?:\s|\\|_|-){1,4}"
# As written; in brackets in any case, spaced out or cut; without brackets where it can be nothing else.
_PLACEHOLDER = re.compile(
    rf"\[(?P<exact>(?:{_PLAIN})_\d{{1,6}}[a-z]{{0,2}})\]"
    rf"|\\?(?!\[(?:{_PLAIN})_\d{{1,6}}[a-z]{{0,2}}\])\[\s?(?P<loose>(?i:{_LOOSE})(?:\s|\\|_|-){{0,4}}\d{{1,6}}\s?[A-Za-z]{{0,2}})(?![^\W_])(?P<own>['’]s)?(?:\s?\\?\])?"
    rf"|(?P<bare>(?:(?i:{_PLAIN})\\?[_-]|(?:{_PLAIN})\s)\s?\d{{1,6}}[A-Za-z]{{0,2}})(?![^\W_])\]?"
)
_THING = re.compile(r"[A-Z]+\d+")


@dataclass(frozen=True)
class Redaction:
    """What is hidden of one document. Immutable: ``covering`` gives one that knows more."""

    _names: DocumentNames = field(repr=False)
    _placeholders: Mapping[tuple[str, str, str], str] = field(default_factory=dict, repr=False)
    _written: Mapping[str, str] = field(default_factory=dict, repr=False)
    _numbers: Mapping[tuple[str, str], int] = field(default_factory=dict, repr=False)

    def covering(self, *texts: str, loosely: bool = False) -> Redaction:
        """The same, with what is private in these texts numbered after what is known."""
        placeholders, written, numbers = dict(self._placeholders), dict(self._written), dict(self._numbers)
        counts = {kind: sum(1 for known, _ in numbers if known == kind) for kind in KINDS}
        ways: dict[tuple[str, str], int] = {}
        for kind, entity, _ in placeholders:
            ways[kind, entity] = ways.get((kind, entity), 0) + 1
        for text in texts:
            for span in self._find(text, loosely):
                thing = (span.kind, span.entity)
                way = (*thing, text[span.start : span.end])
                if way in placeholders:
                    continue
                if thing not in numbers:
                    counts[span.kind] += 1
                    numbers[thing] = counts[span.kind]
                ways[thing] = ways.get(thing, 0) + 1
                name = f"{span.kind}_{numbers[thing]}{_letters(ways[thing] - 1)}"
                placeholders[way] = f"[{name}]"
                written[_key(name)] = way[2]
        return Redaction(self._names, placeholders, written, numbers)

    def hide(self, text: str, loosely: bool = False) -> str:
        """The text with placeholders. What ``covering`` has not seen is hidden for good."""
        parts, at = [], 0
        for span in self._find(text, loosely):
            way = (span.kind, span.entity, text[span.start : span.end])
            parts += [text[at : span.start], self._placeholders.get(way, f"[{span.kind}]")]
            at = span.end
        return "".join((*parts, text[at:]))

    def restore(self, text: str, near: str = "") -> str:
        """The text with the words put back; placeholders of nothing stay.

        A model may write [PERSON_2] for [PERSON_2b]: where ``near``, a hidden text, has another way to write the same,
        and not this one, that is put back.
        """
        there = {_key(found["exact"]) for found in _PLACEHOLDER.finditer(near) if found["exact"]}
        return _PLACEHOLDER.sub(lambda found: self._put_back(found, there), text)

    def _put_back(self, found: re.Match[str], near: Collection[str]) -> str:
        name = found["exact"] or found["loose"] or found["bare"]
        key = _key(name)
        own = self._written.get(key)
        if own is None:
            return found.group()
        if near and key not in near:
            thing = _THING.match(key)
            ways = (self._written[k] for k in near if k in self._written and thing and _is_same(k, thing[0]))
            own = max(ways, key=len, default=own)
        return own + (found["own"] or "")

    def _find(self, text: str, loosely: bool) -> list[Span]:
        """What is private, in order; what overlaps is one."""
        # What runs into something that is hidden stands alone once that is gone, so each is looked for without it.
        spans = _with_lookalikes(text, [])
        spans += find_details(_blanked(text, spans))
        spans += self._names.find(_blanked(text, spans), loosely)
        spans = _with_lookalikes(text, spans)
        merged: list[Span] = []
        for span in sorted(spans, key=lambda s: (s.start, -s.end)):
            if merged and span.start < merged[-1].end:
                before = merged.pop()
                longer = max(before, span, key=lambda s: s.end - s.start)
                end = max(before.end, span.end)
                is_whole = (longer.start, longer.end) == (before.start, end)
                entity = longer.entity if is_whole else text[before.start : end].casefold()
                span = Span(before.start, end, longer.kind, entity)
            merged.append(span)
        return merged


def _blanked(text: str, spans: Sequence[Span]) -> str:
    """The text with blanks in place of the spans, as long as before."""
    pieces, at = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        pieces += [text[at : span.start], " " * (span.end - max(span.start, at))]
        at = max(at, span.end)
    return "".join((*pieces, text[at:]))


def _with_lookalikes(text: str, spans: list[Span]) -> list[Span]:
    """The spans, and what looks like a placeholder once they are gone."""
    while found := list(_lookalikes(_blanked(text, spans))):
        spans = [*spans, *found]
    return spans


def _lookalikes(text: str) -> Iterator[Span]:
    for found in _PLACEHOLDER.finditer(text):
        yield Span(*found.span(), "TEXT", found.group())


def _key(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper())


def _is_same(key: str, thing: str) -> bool:
    found = _THING.match(key)
    return found is not None and found[0] == thing


def _letters(number: int) -> str:
    """No letter for the first way to write something, then b, c, ... z, ba, bb, ..."""
    if number == 0:
        return ""
    return chr(97 + number) if number < 26 else chr(96 + number // 26 + 1) + chr(97 + number % 26)
