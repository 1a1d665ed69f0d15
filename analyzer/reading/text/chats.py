"""Zoom's chat: `10:02:11 From Dana Ortiz to Everyone:` with the message below, or time, name and message in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.reading.canonical import RawTurn
from analyzer.reading.captions.cues import clock_seconds

_FROM = re.compile(r"(?:\d{4}-\d{2}-\d{2} )?\d{1,2}:\d{2}:\d{2}(?: [AP]M)?\s{1,8}From\s{1,8}(?=\S)", re.IGNORECASE)
_COLUMNS = re.compile(r"(?P<at>\d{1,2}:\d{2}:\d{2})\t(?P<label>[^\t:]{1,90}):?\t(?P<words>.*)")
_TO = re.compile(r"\s{1,8}to\s{1,8}", re.IGNORECASE)
_COLON = re.compile(r":(?=\s|$)")
_PRIVATE = re.compile(r"\s{0,4}\((?:privately|direct message)\)\s{0,4}$", re.IGNORECASE)
# What one did to another's message; the words in it are the other's.
_REACTION = re.compile(r"(?:Reacted to |Removed a \S{1,20} reaction from |Replying to )[\"“].*")
_LONGEST_HEAD = 260


def find_chat(lines: Sequence[str]) -> tuple[RawTurn, ...]:
    """The messages of a chat that was saved; () when the lines are none.

    The times of `From` are of the day, so those messages have no place in seconds; those in columns do.
    """
    if sum(bool(_FROM.match(line) or _COLUMNS.fullmatch(line)) for line in lines if line[:1].isdigit()) < 1:
        return ()
    messages: list[RawTurn] = []
    above: list[RawTurn] = []
    filled = begun = 0
    for line in lines:
        filled += bool(line.strip())
        head = _head(line)
        if head:
            begun += 1
            messages.append(head)
        elif messages and line.strip() and not _REACTION.fullmatch(line.strip()):
            last = messages[-1]
            messages[-1] = RawTurn(last.speaker, f"{last.words}\n{line.strip()}", last.at)
        elif line.strip() and not messages:
            above.append(RawTurn("", line))
    return (*above, *messages) if begun >= 0.3 * filled else ()


def _head(line: str) -> RawTurn | None:
    if not line[:1].isdigit():
        return None
    if columns := _COLUMNS.fullmatch(line.rstrip()):
        return RawTurn(columns["label"].strip(), _without_reaction(columns["words"]), clock_seconds(columns["at"]))
    start = _FROM.match(line)
    colon = _COLON.search(line, start.end(), _LONGEST_HEAD) if start else None
    if not start or not colon:
        return None
    people = _PRIVATE.sub("", line[start.end() : colon.start()])
    sender = _PRIVATE.sub("", _TO.split(people, maxsplit=1)[0]).strip()
    return RawTurn(sender, _without_reaction(line[colon.end() :]), None) if sender else None


def _without_reaction(words: str) -> str:
    words = words.strip()
    return "" if _REACTION.fullmatch(words) else words
