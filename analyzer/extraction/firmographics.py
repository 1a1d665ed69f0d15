"""Firmographics that a customer says of the own company: people, revenue, founding, funding, ownership, place.

Found by rule, and only where the words are plain; each with the place it stands in, ``document.text[start:end] ==
quote``. How such things are said lies in ``firmographics.yaml``. A question, a "when we were 200 people", another
company, a denial or an "if" is no fact; a team or a site is no company. What this cannot see: irony, round numbers
spoken for effect, and an "it" that stands for the company. Industry is left to tables: what a company says it makes is
rarely the name of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyzer.extraction.conditions import find_condition
from analyzer.extraction.figures import fold_figures
from analyzer.extraction.fillers import mark_skippable
from analyzer.extraction.firmographic_rules import (
    MAY_TELL,
    Rule,
    compiled,
    content,
    follows,
    no_names,
    of_money,
    part,
    passing,
    rules_for,
)
from analyzer.extraction.folded_lines import Sentence, own_names, sentences_of
from analyzer.extraction.polarity import NEGATORS, find_governor
from analyzer.extraction.titles import find_function
from analyzer.extraction.words import Word, split_words
from analyzer.reading.guesses.naming import match_account
from analyzer.reading.tables.synonyms import spelt
from analyzer.records import AccountFact, Document, DocumentKind, Side, Turn

_NOTED_TURNS = 6
"""So many lines at the head of a note describe the company; later ones tell what was talked about."""
_SURELY_A_COMPANY = 10
_FEWEST_ALONE = 10
"""A bare "4 people" is who came to a meeting."""
# ------------------------------------------------------------------------------------------------------------- finding


def find_facts(document: Document) -> tuple[AccountFact, ...]:
    """What a document says of its account, in order of place, each value of a field once.

    None of a document whose account nobody knows. In interviews only turns of the customer count.
    """
    if not document.account:
        return ()
    found: dict[tuple[str, str], AccountFact] = {}
    for number, turn in enumerate(document.turns):
        if _is_heard(document, turn) and MAY_TELL.search(document.text, turn.start, turn.end):
            for fact in _in_turn(document, number):
                found.setdefault((fact.field, fact.value.casefold()), fact)
    return tuple(sorted(found.values(), key=lambda fact: (fact.start, fact.end, fact.field)))


def _is_heard(document: Document, turn: Turn) -> bool:
    if document.kind != DocumentKind.INTERVIEW:
        return turn.side != Side.OURS
    company = document.participant(turn.speaker).company
    # A consultant or a partner in the call speaks of another company.
    is_theirs = not company or bool(match_account(company, [document.account]))
    return turn.side == Side.CUSTOMER and is_theirs


def _in_turn(document: Document, number: int) -> Iterator[AccountFact]:
    turn = document.turns[number]
    words = fold_figures(split_words(document.text, turn.start, turn.end))
    asked = document.turns[number - 1] if number and document.turns[number - 1].side == Side.OURS else None
    skips = mark_skippable(words)
    reading = _Reading(document, turn, words, skips, asked, number)
    for sentence in sentences_of(document.text, turn, words, skips, own_names(document.account)):
        if not sentence.is_question:
            yield from reading.facts(sentence)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One turn under the rules."""

    document: Document
    turn: Turn
    words: Sequence[Word]
    skips: bytes | bytearray
    asked: Turn | None
    number: int

    @property
    def question(self) -> str:
        """The norms of what our side said just before; "" where it said nothing."""
        asked = self.asked
        return " ".join(w.norm for w in split_words(self.document.text, asked.start, asked.end)) if asked else ""

    def facts(self, sentence: Sentence) -> Iterator[AccountFact]:
        for rule in rules_for(sentence.line):
            for match in self._matches(rule, sentence):
                if self._holds(rule, sentence, match):
                    yield from self._read(rule, sentence, match)

    # ------------------------------------------------------------------------------------------- how it may stand

    def _matches(self, rule: Rule, sentence: Sentence) -> Iterator[re.Match[str]]:
        line, kind = sentence.line, self.document.kind
        if rule.where == "alone":
            if self._may_be_bare(sentence):
                yield from self._bare(rule, sentence)
            return
        if rule.where == "posting" and kind != DocumentKind.JOB_POSTING:
            return
        for match in rule.pattern.finditer(line):
            before = line[: match.start()]
            if rule.where == "of_us" and not re.search(r"(?<!\w)(?:we|our|@us|i am)\b", before):
                continue
            # In a note of ours "we" may be us.
            if kind == DocumentKind.CALL_NOTE and self.turn.side != Side.CUSTOMER and _SAYS_WE.search(match[0]):
                continue
            yield match

    def _may_be_bare(self, sentence: Sentence) -> bool:
        if compiled("events").search(sentence.line):
            return False
        if self.document.kind == DocumentKind.CALL_NOTE:
            line = " ".join(word.norm for word in self.words)
            return self.number < _NOTED_TURNS and not compiled("events").search(line)
        if self.document.kind != DocumentKind.INTERVIEW or self.asked is None:
            return False
        return bool(compiled("asks").search(self.question)) and not part().search(self.question)

    def _bare(self, rule: Rule, sentence: Sentence) -> Iterator[re.Match[str]]:
        """The rule over each stretch between two pauses; of an answer over the first stretch of a sentence."""
        at = 0
        for stretch in sentence.line.split(" ,"):
            begin = at + len(stretch) - len(stretch.lstrip())
            match = rule.pattern.fullmatch(sentence.line, begin, at + len(stretch))
            if match and (at == 0 or self.document.kind == DocumentKind.CALL_NOTE):
                yield match
            at += len(stretch) + 2

    # ---------------------------------------------------------------------------------------------- whether it holds

    def _holds(self, rule: Rule, sentence: Sentence, match: re.Match[str]) -> bool:
        before, rest = sentence.line[: match.start()], sentence.line[match.end() :]
        if compiled("doubts").search(before) or compiled("undone").search(rest):
            return False
        if rule.where == "patterns" and _OF_ANOTHER.search(before):
            return False
        if NEGATORS.intersection(match[0].split()) or not self._is_of_the_whole(rule, before, match):
            return False
        first, last = sentence.word_at(match.start()), sentence.word_at(match.end() - 1)
        if find_governor(self.words, self.skips, first, last):
            return False
        asked = self.asked
        question = fold_figures(split_words(self.document.text, asked.start, asked.end)) if asked else ()
        return find_condition(self.document.text, self.words, first, last, question) is None

    def _is_of_the_whole(self, rule: Rule, before: str, match: re.Match[str]) -> bool:
        """False for a number of a team, a site, a country or of something else that was asked for or named before."""
        if rule.field == "employees":
            asks_of_part = bool(part().search(self.question)) and "company" not in self.question
            around, _, ours = before.rpartition(" we ") if rule.where == "of_us" else (before, "", before)
            return not asks_of_part and not part().search(ours) and not _SOMEWHERE.search(around)
        if rule.field == "revenue" and not of_money().search(match[0]):
            return not _ASKS_AMOUNT.search(self.question) and bool(_OPENING.fullmatch(before))
        return rule.field != "funding" or not re.search(content()["gifts"], self.document.text, re.IGNORECASE)

    def _goes_on(self, field: str, sentence: Sentence, match: re.Match[str]) -> bool:
        """Whether what follows leaves the number the company's own, and does not narrow or count something else."""
        rest = sentence.line[match.end() :].lstrip()
        if not rest:
            return True
        if _NARROWS.match(rest):
            return False
        if follows(field).match(rest):
            return True
        place = re.match(r"in (?P<place>\w+)", rest)
        # "We employ 30 people in Leeds" and 200 elsewhere.
        if field != "employees" or not place or "#" in rest or re.search(r"\b(?:have|has|employs?)\b", match[0]):
            return False
        word = self.words[sentence.word_at(len(sentence.line) - len(rest) + place.start("place"))]
        said = self.document.text[word.start : word.end]
        return said[:1].isupper() and not find_function(said)

    # -------------------------------------------------------------------------------------------------- what it says

    def _read(self, rule: Rule, sentence: Sentence, match: re.Match[str]) -> Iterator[AccountFact]:
        if rule.field == "ownership":
            yield from self._ownership(rule, sentence, match)
        elif rule.field == "place":
            yield from self._place(sentence, match)
        elif rule.field == "founded":
            latest = self.document.said_on.year if self.document.said_on else 2100
            # "At it since 2024" is a project's age, "since 1971" a company's.
            latest -= _SURELY_A_COMPANY if match.groupdict().get("soft") else 0
            if int(match["year"]) <= latest:
                yield self._fact("founded", match["year"], sentence, match.start(), match.end())
        elif rule.field == "stage":
            named = match.groupdict()
            stage = f"series {named['round']}" if named.get("round") else match["stage"]
            letter = self.document.text[self.words[sentence.word_at(match.end() - 1)].start]
            # "A series a week ago" is no Series A.
            if stage != "series a" or letter.isupper() or named.get("round"):
                yield self._fact("stage", _name_stage(stage), sentence, match.start(), match.end())
        else:
            yield from self._number(rule, sentence, match)

    def _number(self, rule: Rule, sentence: Sentence, match: re.Match[str]) -> Iterator[AccountFact]:
        number, shape = float(match["n"]), content()[rule.field]
        least = _FEWEST_ALONE if rule.where == "alone" and rule.field == "employees" else shape["least"]
        if rule.field == "funding" and not of_money().search(match[0]) and "series" not in match[0]:
            least = shape["least_bare"]
        if not least <= number <= shape["most"] or (rule.field == "employees" and number % 1):
            return
        if rule.where == "alone" or self._goes_on(rule.field, sentence, match):
            yield self._fact(rule.field, f"{number:.15g}", sentence, match.start(), match.end())

    def _ownership(self, rule: Rule, sentence: Sentence, match: re.Match[str]) -> Iterator[AccountFact]:
        value, end = rule.says, match.end()
        if "owner" in match.groupdict():
            names = self._names(sentence, match.start("owner"), match.end("owner"))
            if not names or not _is_owner(names[0], sentence.line[names[1] :].lstrip(), match[0]):
                return
            value, end = f"part of {names[0]}", names[1]
        elif _AS_A_NAME_IN_A_LIST.match(sentence.line[end:].lstrip()):
            return
        yield self._fact("ownership", value, sentence, match.start(), end)

    def _place(self, sentence: Sentence, match: re.Match[str]) -> Iterator[AccountFact]:
        names = self._names(sentence, match.start("place"), match.end("place"))
        if not names:
            return
        *within, last = names[0].split(", ")
        is_country = last.casefold().removeprefix("the ") in spelt("countries")
        if is_country:
            yield self._fact("country", last, sentence, match.start(), names[1])
        if within or not is_country:
            region = ", ".join(within if is_country else [*within, last])
            yield self._fact("region", region, sentence, match.start(), names[1])

    def _names(self, sentence: Sentence, begin: int, end: int) -> tuple[str, int] | None:
        """The words with a capital at the head of a stretch of the line, as written, and where in the line they end."""
        names: list[str] = []
        kept = begin
        for found in re.finditer(r"\S+", sentence.line[begin:end]):
            word = self.words[sentence.word_at(begin + found.start())]
            said = self.document.text[word.start : word.end]
            if found[0] == ",":
                if not names:
                    break
                names.append(",")
                continue
            if not said[:1].isupper() or found[0] in no_names():
                break
            # "US" is a country, "Us" opens a sentence.
            if found[0] == "us" and said != "US":
                break
            names.append(said)
            kept = begin + found.end()
        while names and names[-1] == ",":
            names.pop()
        return (" ".join(names).replace(" ,", ","), kept) if names else None

    def _fact(self, field: str, value: str, sentence: Sentence, begin: int, end: int) -> AccountFact:
        """A stretch of the line as evidence: its first to its last whole word."""
        while sentence.line[begin] in " ,":
            begin += 1
        while sentence.line[end - 1] in " ,":
            end -= 1
        start = self.words[sentence.word_at(begin)].start
        stop = self.words[sentence.word_at(end - 1)].end
        return AccountFact(
            account=self.document.account,
            field=field,
            value=value,
            source=self.document.kind.value,
            where=self.document.name,
            dated_on=self.document.said_on,
            document_id=self.document.id,
            quote=self.document.text[start:stop],
            start=start,
            end=stop,
            speaker=self.turn.speaker,
        )


_SAYS_WE = re.compile(r"(?<!\w)(?:we|our|my|this)\b")
_OF_ANOTHER = re.compile(r"(?:^| )(?:of|for|with|at|from|by|than|like|to) (?:the|a|an|another|that|this)?$")
_NARROWS = re.compile(
    r"(?:, )?(?:(?:in|on|at|for|under|doing|working|who|that|per|of) (?:the|this|my|our|your|that|a|an|one|each|here)\b"
    r"(?! (?:group|company|whole|uk|us|states|netherlands|business|united|world|moment|payroll))"
    r"|, (?:\w+ ){0,3}(?:team|department|shift|site|warehouse|dock|plant|depot)\b"
    r"|here\b|per\b|each\b|a (?:day|week|month|shift)\b|short\b|on (?:nights|days|shift|site)\b)"
)
_SOMEWHERE = re.compile(
    r"\b(?:in|at|on|for|over) (?!total|all|the moment|this point|present|the end|now|fact|general)"
    r"(?:the |our |my )?[\w'&]+(?: [\w'&]+)?(?: ,)?\s*$"
)
_ASKS_AMOUNT = re.compile(r"\bhow (?:many|much)|volume|spend|cost|orders|units|cases|pallets|budget")
_OPENING = re.compile(r"(?:(?:so|and|well|yeah|yes|i|think|mean|would|say|guess|probably|okay|look|right|,)\s*)*")


_AS_A_NAME_IN_A_LIST = re.compile(r"as\b|on (?!the (?:\w+ )?(?:stock|nasdaq|nyse))")
_HOLDING = re.compile(r"group|holding|capital|partners|plc|inc|corp|gmbh|\bag\b|\bse\b|llc|ltd|brands|industries", re.I)


def _is_owner(name: str, rest: str, said: str) -> bool:
    """Whether a name is a company's that can own another: no pilot, no function, nobody's "Amazon's", no person."""
    last = name.casefold().split()[-1]
    if name.endswith(("'s", "’s")) or find_function(name) or passing().match(rest) or passing().match(last):
        return False
    return " owned by " not in f" {said} " or bool(_HOLDING.search(name))


def _name_stage(stage: str) -> str:
    """ "Series B", "Pre-seed", "Seed"."""
    kind, _, letter = stage.partition(" ")
    return f"Series {letter.upper()}" if kind == "series" else stage.replace(" ", "-").capitalize()
