"""A file becomes a Document: find its format, read it, settle who speaks for whom, guess what it does not say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from analyzer.errors import DocumentError
from analyzer.reading.canonical import RawTurn, build, fold
from analyzer.reading.decoding import TextTooLongError, decode
from analyzer.reading.formats import find_format
from analyzer.reading.guesses.accounts import Naming, guess_account
from analyzer.reading.guesses.dates import find_date, find_unclear_date
from analyzer.reading.guesses.kinds import guess_kind
from analyzer.reading.guesses.naming import outcome_in
from analyzer.reading.source import Reading, Source
from analyzer.reading.text.plain import as_interview
from analyzer.reading.who.people import recognise
from analyzer.reading.who.sides import settle_listed, settle_sides
from analyzer.reading.who.speakers import name_speakers, same_person, stated_names
from analyzer.records import Contact, Document, DocumentKind, Guess, Outcome, Participant, Side

_OUTCOME_OPENING = re.compile(
    r"(?:^|[-–—:|/(])\s*(?:closed?[ -]?)?(?P<word>won|lost|churned|cancell?ed)\b", re.IGNORECASE
)
_HEAD_TURNS = 4
_MAX_CHARACTERS = 20_000_000
_HEAD_LENGTH = 160


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user knows better than the file: each value given here stands, and is not guessed.

    ``known_domains`` gives the account of a domain; ``sides`` is by speaker name, whatever its case, or by first name
    where only one speaker has it; ``names`` gives the name a label belongs to; ``contacts`` are people of the accounts;
    ``calls`` is what :class:`Source` says; ``columns`` gives the field of a column, for a table of notes.
    """

    kind: DocumentKind | None = None
    account: str = ""
    said_on: date | None = None
    outcome: Outcome | None = None
    sides: Mapping[str, Side] = field(default_factory=dict)
    known_accounts: tuple[str, ...] = ()
    known_domains: Mapping[str, str] = field(default_factory=dict)
    our_companies: tuple[str, ...] = ()
    our_people: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    calls: tuple[Mapping[str, Any], ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


_NO_OPTIONS = ReadOptions()


def read_document(content: bytes, name: str, options: ReadOptions = _NO_OPTIONS) -> Document:
    """The document in a file's bytes, whatever its suffix says, with turns, sides, kind, account and date.

    Raises DocumentError, and nothing else, with what is wrong and what to do. The same bytes, name and options give
    the same document.
    """
    source = Source(name, content, calls=options.calls)
    try:
        return _read(source, options)
    except DocumentError:
        raise
    except Exception as error:  # the libraries behind the formats raise what they like at damaged files
        raise source.refuse(
            f"cannot be read ({type(error).__name__}: {error}).", "It may be damaged: export or save it again."
        ) from error


def _read(source: Source, options: ReadOptions) -> Document:
    if not source.content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise source.refuse("is empty.", "Check that the export finished, and add the file again.")
    try:
        text, warnings = decode(source.content)
    except TextTooLongError as error:
        raise source.refuse(
            "holds more than 64 MB of text.", "Divide it, or add the transcript rather than its raw data."
        ) from error
    source = replace(source, text=text, warnings=warnings)
    form = find_format(source)
    # A word list in JSON is mostly times and scores; in any other format the characters are what was said.
    if len(text) > _MAX_CHARACTERS and form.name != "json":
        raise source.refuse(
            "holds more than 20 million characters, as much as three hundred hours of talk.", "Divide it."
        )
    reading = form.read(source)
    kind = Guess(options.kind.value, "you said so", 1.0) if options.kind else guess_kind(source, reading)
    if kind.value == DocumentKind.INTERVIEW and reading.kind is None:
        reading = as_interview(reading)
    return _assemble(source, options, reading, kind)


def _assemble(source: Source, options: ReadOptions, reading: Reading, kind: Guess) -> Document:
    participants, turns = _participants(reading, DocumentKind(kind.value), options)
    text, placed = build(turns, {who.name: who.side for who in participants})
    if not text:
        raise source.refuse("holds no words.", "Check that the export finished, and add the file again.")
    title = fold(reading.marks.get("title", "")) or source.stem
    said_on = _guess_said_on(source, options, reading, text)
    outcome = _guess_outcome(source, options, reading, "" if kind.value != DocumentKind.CALL_NOTE else text)
    account = _guess_account(source, options, reading, kind, text, participants)
    guesses = {"kind": kind, "account": account, "said_on": said_on}
    if outcome:
        guesses["outcome"] = outcome
    warnings = (*source.warnings, *reading.warnings, *_warnings(DocumentKind(kind.value), participants, said_on))
    return Document(
        name=source.name,
        digest=hashlib.sha256(source.content).hexdigest(),
        kind=DocumentKind(kind.value),
        text=text,
        turns=placed,
        participants=participants,
        title=title,
        account=account.value,
        said_on=date.fromisoformat(said_on.value) if said_on.value else None,
        outcome=Outcome(outcome.value) if outcome else None,
        format=reading.format,
        guesses=guesses,
        warnings=warnings,
        names=dict(options.names),
    )


def _participants(
    reading: Reading, kind: DocumentKind, options: ReadOptions
) -> tuple[tuple[Participant, ...], tuple[RawTurn, ...]]:
    """The speakers in order of appearance, and the turns under their bare names."""
    if kind is not DocumentKind.INTERVIEW:
        side = Side.CUSTOMER if kind is DocumentKind.JOB_POSTING else Side.UNKNOWN
        reason = (
            "a posting is the company's own words" if side is Side.CUSTOMER else "notes are one person's record of both"
        )
        # Whoever is named in a note speaks through its writer; the name stays in the words.
        words = tuple(
            replace(turn, speaker="", words=f"{turn.speaker}: {turn.words}" if turn.speaker else turn.words)
            for turn in reading.turns
        )
        listed = _listed(reading, options) if kind is DocumentKind.CALL_NOTE else ()
        return (Participant("", side=side, side_reason=reason), *listed), words
    turns, people = name_speakers(reading.turns, {**stated_names(reading.turns, reading.speakers), **options.names})
    people = tuple(_as_stated(who, reading.speakers) for who in people)
    known = tuple(recognise(who, options.contacts, options.known_domains, options.our_companies) for who in people)
    return settle_sides(known, turns, options.sides, options.our_people, options.our_companies), turns


def _listed(reading: Reading, options: ReadOptions) -> tuple[Participant, ...]:
    """Who took part, as a note lists them. They have no turns: whoever is named in a note speaks through its writer."""
    known = (recognise(who, options.contacts, options.known_domains, options.our_companies) for who in reading.speakers)
    return settle_listed(tuple(known), options.sides, options.our_people, options.our_companies)


def _as_stated(who: Participant, stated: Sequence[Participant]) -> Participant:
    """The speaker with what the file says of them elsewhere, in a header or a list of who took part."""
    names = {fold(label).casefold() for label in (who.name, *who.labels)}
    about = next((one for one in stated if fold(one.name).casefold() in names), None)
    about = about or next((one for one in stated if same_person(one.name, who.name)), None)
    if not who.name or about is None:
        return who
    return replace(
        who,
        title=who.title or about.title,
        company=who.company or about.company,
        side=who.side if who.side is not Side.UNKNOWN else about.side,
        side_reason=who.side_reason or about.side_reason,
    )


def _guess_account(
    source: Source, options: ReadOptions, reading: Reading, kind: Guess, text: str, people: tuple[Participant, ...]
) -> Guess:
    if options.account:
        return Guess(options.account, "you said so", 1.0)
    customer = reading.marks.get("customer", "")
    is_person = any(customer.casefold() in who.name.casefold() for who in people if who.name)
    stated = reading.marks.get("account", "") or ("" if is_person else customer)
    naming = Naming(
        kind=DocumentKind(kind.value),
        stem=source.stem,
        title=reading.marks.get("title", ""),
        stated=fold(stated),
        text=text,
        participants=people,
        known=options.known_accounts,
        ours=options.our_companies,
        domains=options.known_domains,
    )
    return guess_account(naming)


def _guess_said_on(source: Source, options: ReadOptions, reading: Reading, text: str) -> Guess:
    if options.said_on:
        return Guess(options.said_on.isoformat(), "you said so", 1.0)
    for words, reason, confidence in (
        (reading.marks.get("date", ""), "the file states its date", 0.95),
        (source.stem, "its file name states it", 0.9),
        (reading.marks.get("title", ""), "its heading states it", 0.85),
    ):
        if found := find_date(words):
            return Guess(found.isoformat(), reason, confidence)
    # Only a document nobody speaks in opens with its own date; in speech a date is something somebody says.
    head = [] if reading.kind is DocumentKind.INTERVIEW else text.split("\n\n")[:_HEAD_TURNS]
    for line in head:
        if found := find_date(line[:_HEAD_LENGTH]):
            return Guess(found.isoformat(), "its opening lines state it", 0.8)
    for words in (
        reading.marks.get("date", ""),
        source.stem,
        reading.marks.get("title", ""),
        *(h[:_HEAD_LENGTH] for h in head),
    ):
        if unclear := find_unclear_date(words):
            return Guess("", f'it says "{unclear}", which is no full date; say it with --date', 0.0)
    return Guess("", "nothing states a date; say it with --date", 0.0)


def _guess_outcome(source: Source, options: ReadOptions, reading: Reading, notes: str) -> Guess | None:
    if options.outcome:
        return Guess(options.outcome.value, "you said so", 1.0)
    for words, where, confidence in (
        (reading.marks.get("outcome", ""), "header", 0.95),
        (source.stem, "file name", 0.8),
        (reading.marks.get("title", ""), "heading", 0.6),
    ):
        outcome, word = outcome_in(words)
        if outcome:
            return Guess(outcome.value, f'its {where} says "{word}"', confidence)
    # A note may open with "Rostra - lost, 27 Aug"; further down, words like these tell of anything.
    opening = _OUTCOME_OPENING.search(notes.split("\n\n", 1)[0][:80])
    outcome, word = outcome_in(opening["word"]) if opening else (None, "")
    return Guess(outcome.value, f'its first line says "{word}"', 0.6) if outcome else None


def _warnings(kind: DocumentKind, people: tuple[Participant, ...], said_on: Guess) -> tuple[str, ...]:
    warnings: list[str] = []
    if kind is DocumentKind.INTERVIEW:
        if not any(who.name for who in people):
            warnings.append(
                "No speaker is named in this file, so nobody's side is known; an export with names serves better."
            )
        elif any(who.side is Side.UNKNOWN for who in people if who.name):
            unknown = ", ".join(who.name for who in people if who.side is Side.UNKNOWN and who.name)
            warnings.append(
                f"Whose side {unknown} is on cannot be told; say it with --side NAME=customer or NAME=ours."
            )
    if not said_on.value and said_on.reason.startswith("it says"):
        warnings.append(f"No date: {said_on.reason}.")
    return tuple(warnings)
