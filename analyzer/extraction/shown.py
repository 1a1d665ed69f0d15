"""A document as a model is shown it: who speaks, numbered turns, claims turned down; and what a model wrote, read back.

Every word of a document passes here on its way out, so this is where lines lose what could pass for another turn or
for the fence, and where private words become placeholders (:mod:`analyzer.extraction.redaction`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Self, TypeGuard

from analyzer.extraction.known_names import KnownNames
from analyzer.extraction.redaction import Redaction
from analyzer.records import Document, Finding, RejectedClaim, Turn, Window

_NEAR = 4
"""How many turns either side of a cited turn go back with a refused claim."""
_REACH = 2
"""How many turns either side of a cited turn may hold what a claim says, as in the evidence rules."""

Listed = Finding | RejectedClaim

_FENCE = re.compile(r"<{2,}|>{2,}")
_MARK = {"customer": "C", "ours": "O", "unknown": "U"}


class Shown:
    """One document on its way to a model. Without a ``redaction`` its words go as they are."""

    def __init__(self, document: Document, redaction: Redaction | None = None) -> None:
        self.document = document
        self._redaction = redaction
        self._lines: dict[Turn, str] = {}

    @classmethod
    def of(cls, document: Document, names: KnownNames | None) -> Self:
        """Hides what is private and these names; nothing where there are none to know (None)."""
        if names is None:
            return cls(document)
        shown = cls(document, Redaction(names.of(document)))
        shown = shown._covering(_one_line(document.name), *(p for _, p in shown._people), loosely=True)
        return shown._covering(*(shown._words(turn) for turn in document.turns))

    def holding(self, window: Window) -> Self:
        """The same where the window holds parts of turns: half a name may read differently from a whole one."""
        if self._redaction is None:
            return self
        whole = self.document.turns
        parts = [t for t in (*window.context, *window.turns) if whole[t.number] != t]
        return self._covering(*map(self._words, parts))

    def reminded_of(self, claims: Iterable[Listed]) -> Self:
        """The same with the words of claims that stand nowhere in the document, for the call that shows them."""
        return self._covering(*(v for c in claims for v in self._listed(c).values() if isinstance(v, str)))

    def _covering(self, *texts: str, loosely: bool = False) -> Self:
        if self._redaction is None or not texts:
            return self
        return type(self)(self.document, self._redaction.covering(*texts, loosely=loosely))

    @property
    def is_redacted(self) -> bool:
        return self._redaction is not None

    def heading(self) -> dict[str, str]:
        document = self.document
        return {
            "document": self._hide(_one_line(document.name), loosely=True),
            "kind": document.kind.value.replace("_", " "),
            "said_on": document.said_on.isoformat() if document.said_on else "an unknown day",
            "speakers": "; ".join(f"{mark} {self._hide(person, True)}" for mark, person in self._people) or "none",
        }

    def numbered(self, turns: Sequence[Turn]) -> str:
        """A line a turn: its number, its speaker's mark, its words."""
        return "\n".join(map(self._line, turns))

    def _line(self, turn: Turn) -> str:
        if turn not in self._lines:
            mark = self._marks[turn.speaker, turn.side.value]
            self._lines[turn] = f"{turn.number} {mark}: {self._hide(self._words(turn))}"
        return self._lines[turn]

    def listed(self, claims: Iterable[Listed]) -> str:
        """A line of JSON for each finding, with its number (n from 1), and for each refused claim, with its reason."""
        lines = []
        for number, claim in enumerate(claims, 1):
            numbered = {"n": number} if isinstance(claim, Finding) else {}
            fields = {key: self._hide(v) if isinstance(v, str) else v for key, v in self._listed(claim).items()}
            lines.append(_unfenced(json.dumps(numbered | fields, ensure_ascii=False)))
        return "\n".join(lines)

    def _listed(self, told: Listed) -> dict[str, Any]:
        claim = told.claim if isinstance(told, RejectedClaim) else told
        fields: dict[str, Any] = {
            "kind": str(claim.kind),
            "category": claim.category,
            "claim": claim.claim,
            "quote": claim.quote,
            "turns": self.cited(told),
        }
        return fields | ({"reason": f"{told.reason.value}: {told.detail}"} if isinstance(told, RejectedClaim) else {})

    def cited(self, told: Listed) -> tuple[int, ...]:
        """The numbers of the turns that a finding stands in or a refused claim names."""
        if isinstance(told, RejectedClaim):
            return told.claim.turns
        turn = self.document.turn_at(told.start)
        return (turn.number,) if turn else ()

    def beside(self, turns: Sequence[Turn], cited: set[int]) -> tuple[Turn, ...]:
        """Those of the turns that stand near a cited one."""
        return tuple(turn for turn in turns if any(abs(turn.number - number) <= _NEAR for number in cited))

    def read_back(self, offered: Sequence[Any]) -> list[Any]:
        """The entries of an answer with the document's own words in place of placeholders."""
        return [self._restored(entry) for entry in offered] if self._redaction is not None else list(offered)

    def _hide(self, text: str, loosely: bool = False) -> str:
        return text if self._redaction is None else self._redaction.hide(text, loosely)

    def _restored(self, entry: Any) -> Any:
        redaction = self._redaction
        if redaction is None:
            return entry
        if isinstance(entry, str):
            return redaction.restore(entry)
        if not isinstance(entry, Mapping):
            return entry
        numbers = _numbers(entry.get("turns"))
        near = {name: self._near(numbers, _REACH if name != "quote" else 0) for name in ("quote", "")}
        return {
            key: redaction.restore(value, near.get(key, near[""])) if isinstance(value, str) else value
            for key, value in entry.items()
        }

    def _near(self, numbers: set[int], reach: int) -> str:
        turns = [t for t in self.document.turns if any(abs(t.number - number) <= reach for number in numbers)]
        return self.numbered(turns)

    # ------------------------------------------------------------------------------------------------------- people

    def _words(self, turn: Turn) -> str:
        return _one_line(self.document.words_of(turn))

    @cached_property
    def _people(self) -> tuple[tuple[str, str], ...]:
        """Each speaker's mark, name, title and company."""
        people = []
        for (name, _), mark in self._marks.items():
            person = self.document.participant(name)
            known = (person.name or "unnamed", person.title, person.company)
            people.append((mark, _one_line(", ".join(part for part in known if part))))
        return tuple(people)

    @cached_property
    def _marks(self) -> dict[tuple[str, str], str]:
        """A short mark for each speaker, with the side: C1, O1, U1. Names at each turn would cost a fifth more."""
        marks: dict[tuple[str, str], str] = {}
        counts: dict[str, int] = {}
        for turn in self.document.turns:
            if (turn.speaker, turn.side.value) not in marks:
                letter = _MARK[turn.side.value]
                counts[letter] = counts.get(letter, 0) + 1
                marks[turn.speaker, turn.side.value] = f"{letter}{counts[letter]}"
        return marks


def _numbers(cited: Any) -> set[int]:
    return {int(n) for n in (cited if isinstance(cited, list) else [cited]) if _is_number(n)}


def _is_number(value: Any) -> TypeGuard[int | str]:
    # Python refuses to read a number of thousands of digits.
    return isinstance(value, int) or (isinstance(value, str) and value.strip().isdecimal() and len(value) < 10)


def _one_line(words: str) -> str:
    # A line of the document must look like neither a turn nor the fence that holds it. Quotes found in what is shown
    # still stand in the document: white space and punctuation are no part of the comparison.
    return _unfenced(" ".join(words.split()))


def _unfenced(text: str) -> str:
    return _FENCE.sub(lambda found: " ".join(found.group()), text)
