"""Check claims that anyone made, another tool or a colleague, against the words: the evidence rules alone.

A caller gains one answer for every line, in order, with the source's own words as quote. A line that cannot be
understood stops the run with its number: a check that skips lines would be no check.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analyzer.errors import UsageError
from analyzer.extraction.evidence import Source, locate, prepare
from analyzer.records import Claim, Document, DocumentKind, Kind, Participant, Side, Turn

_BETWEEN = "\n\n"


def read_claims(file: Path) -> list[Mapping[str, Any]]:
    """The lines of a JSON Lines file, empty ones skipped, each checked for its shape before any is verified.

    Raises UsageError with the number of the line in the file and what is wrong with it.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: could not be read as UTF-8 text ({error}).") from error
    lines: list[Mapping[str, Any]] = []
    for number, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            line = json.loads(written)
        except ValueError as error:
            raise UsageError(f"Line {number}: this is no JSON ({error}).") from error
        _read_claim(number, line)
        lines.append(line)
    return lines


def verify_claims(
    lines: Iterable[Mapping[str, Any]], documents: Callable[[str], Document]
) -> Iterator[dict[str, str | None]]:
    """Yield {"id", "verdict": "accept"|"refuse", "reason", "quote", "speaker"} for every line.

    A line holds "id", "claim" {"kind", "claim", "quote"} and either "turns" or the name of a "document", which
    ``documents`` looks up. Raises UsageError with the line's number for a line of another shape.
    """
    prepared: dict[str, Source] = {}
    for number, line in enumerate(lines, 1):
        claim = _read_claim(number, line)
        source = _read_source(number, line, documents, prepared)
        verdict = locate(claim, source)
        evidence = verdict.evidence
        yield {
            "id": str(line["id"]),
            "verdict": "accept" if evidence else "refuse",
            "reason": None if verdict.reason is None else verdict.reason.value,
            "quote": evidence.quote if evidence else None,
            "speaker": verdict.turn.speaker if verdict.turn else None,
        }


def document_of_turns(turns: Sequence[Mapping[str, Any]], name: str = "turns") -> Document:
    """A small Document from {"speaker", "side", "text"} mappings: the words as they are, an empty line between turns.

    The text is not normalised, so that quotes are byte-equal to what was given. A missing side is unknown. Raises
    UsageError for a turn of another shape.
    """
    pieces: list[str] = []
    read: list[Turn] = []
    people: dict[str, Participant] = {}
    at = 0
    for number, turn in enumerate(turns):
        speaker, side, text = _read_turn(turn)
        read.append(Turn(number, speaker, side, at, at + len(text)))
        people.setdefault(speaker, Participant(name=speaker, side=side))
        pieces.append(text)
        at += len(text) + len(_BETWEEN)
    joined = _BETWEEN.join(pieces)
    digest = hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(
        name=name, digest=digest, kind=DocumentKind.INTERVIEW, text=joined, turns=tuple(read),
        participants=tuple(people.values()) )  # fmt: skip


def _read_turn(turn: object) -> tuple[str, Side, str]:
    if not isinstance(turn, Mapping) or not isinstance(turn.get("text"), str):
        raise UsageError("a turn needs a \u201ctext\u201d.")
    side = turn.get("side") or Side.UNKNOWN
    if side not in tuple(Side):
        raise UsageError(f"a turn's side is customer, ours or unknown, not \u201c{side}\u201d.")
    return str(turn.get("speaker") or ""), Side(side), turn["text"]


def _read_claim(number: int, line: object) -> Claim:
    if not isinstance(line, Mapping):
        raise UsageError(f"Line {number}: expected an object with id, claim and turns or document.")
    claim = line.get("claim")
    if "id" not in line or not isinstance(claim, Mapping):
        raise UsageError(f"Line {number}: \u201cid\u201d or \u201cclaim\u201d is missing.")
    missing = [name for name in ("kind", "claim", "quote") if not isinstance(claim.get(name), str)]
    if missing:
        raise UsageError(f"Line {number}: the claim lacks {' and '.join(missing)}.")
    if claim["kind"] not in tuple(Kind):
        raise UsageError(f"Line {number}: there is no kind \u201c{claim['kind']}\u201d; kinds are {', '.join(Kind)}.")
    cited = claim.get("turns") or ()
    if isinstance(cited, str) or not all(isinstance(n, int) for n in cited):
        raise UsageError(f"Line {number}: the turns a claim cites are numbers.")
    return Claim(claim["kind"], str(claim.get("category") or ""), claim["claim"], claim["quote"], tuple(cited))


def _read_source(
    number: int, line: Mapping[str, Any], documents: Callable[[str], Document], prepared: dict[str, Source]
) -> Source:
    """The line's own turns, or a document, prepared once however many lines name it."""
    if ("turns" in line) == ("document" in line):
        raise UsageError(f"Line {number}: give either \u201cturns\u201d or a \u201cdocument\u201d.")
    if "document" in line:
        name = str(line["document"])
        if name not in prepared:
            prepared[name] = prepare(documents(name))
        return prepared[name]
    turns = line["turns"]
    if not isinstance(turns, Sequence) or isinstance(turns, str) or not turns:
        raise UsageError(f"Line {number}: \u201cturns\u201d is a list with at least one turn.")
    try:
        return prepare(document_of_turns(turns))
    except UsageError as error:
        raise UsageError(f"Line {number}: {error}") from error
