"""Captions: WebVTT as Zoom, Teams, Meet and YouTube write it, and SubRip (SRT).

webvtt-py reads what is well-formed. Real exports are often not (a blank line inside a cue, a missing cue number, a
spoken "A --> B"), and there it drops cues or words; so its answer is taken only when no line of the file is missing
from it, and otherwise the lines are read here.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.reading.canonical import RawTurn, merge
from analyzer.reading.labels import choose_labels, is_label
from analyzer.reading.source import Format, Reading, Source
from analyzer.records import DocumentKind

_CLOCK = r"(?:\d{1,4}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,6})?"
_TIMING = re.compile(rf"\s*(?P<start>{_CLOCK})\s*-{{1,2}}>\s*{_CLOCK}(?:\s+[\w:%.,= -]*)?\s*")
_ANY_TIMING = re.compile(rf"^{_TIMING.pattern}$", re.MULTILINE)
_VOICE = re.compile(r"<v(?:\.[\w.-]+)?\s+(?P<name>[^<>\n]{1,200})>", re.IGNORECASE)
# Only the tags captions know: somebody may speak of "< 5 days" or a "<stage> field".
_TAG = re.compile(
    rf"</?(?:v|c|i|b|u|s|ruby|rt|lang|font)(?:[.\s][^<>]{0, 200})?>|<{_CLOCK}>|\{{\\an?\d\}}", re.IGNORECASE
)
_ROLLING = re.compile(rf"<{_CLOCK}><c[.>]")
_LABELLED = re.compile(r"\s*(?:>>+|[-–—])?\s*(?P<label>[^:\n]{1,90}?)\s*:(?=\s|$)\s*(?P<words>.*)", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_SENTENCE_END = re.compile(r"[.?!…][\"'”’)]*$")
_PAUSE_SECONDS = 2.0
_LONG_WORDS = 80


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    payload: str


def clock_seconds(clock: str) -> float:
    """Seconds of "1:02:03.5", "02:03" or "00:02:03,500"."""
    seconds = 0.0
    for part in clock.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds, 3)


def sniff_vtt(source: Source) -> bool:
    return source.text.lstrip().upper().startswith("WEBVTT")


def sniff_srt(source: Source) -> bool:
    """A timing line among the first lines that say something."""
    first = [line for line in source.text[:4000].split("\n") if line.strip()][:8]
    return any(_TIMING.fullmatch(line) for line in first)


def read_vtt(source: Source) -> Reading:
    return _read(source, "vtt")


def read_srt(source: Source) -> Reading:
    return _read(source, "srt")


def _read(source: Source, kind: str) -> Reading:
    text = source.text.lstrip() if kind == "vtt" else source.text
    cues = _cues_by_library(text, kind)
    if cues is None:
        cues = list(_cues_by_line(text, kind))
    if not any(cue.payload.strip() for cue in cues):
        raise source.refuse("the caption file holds no words.", "Export the transcript again after it is finished.")
    if _ROLLING.search(text):
        cues = _unroll(cues)
    voiced = any(_VOICE.search(cue.payload) for cue in cues)
    raw = list(_voiced_turns(cues) if voiced else _labelled_turns(cues))
    named = any(turn.speaker for turn in raw)
    turns = merge(raw) if named else tuple(_unnamed_turns(raw))
    layout = "teams vtt" if voiced else f"{kind} with names" if named else kind
    return Reading(turns, DocumentKind.INTERVIEW, "captions of a recording", layout)


def _cues_by_library(text: str, kind: str) -> list[_Cue] | None:
    """What webvtt-py reads, or None when it refuses the file or leaves out a line."""
    import webvtt
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    try:
        captions = webvtt.from_buffer(io.StringIO(text), format=kind)
    except (MalformedCaptionError, MalformedFileError, ValueError):
        return None
    if len(captions) != len(_ANY_TIMING.findall(text)):
        return None
    kept = {line for caption in captions for line in caption.lines}
    kept |= {caption.identifier for caption in captions if caption.identifier}
    for line in text.split("\n"):
        if line.strip() and line not in kept and not _is_furniture(line):
            return None
    return [_Cue(clock_seconds(caption.start), "\n".join(caption.lines)) for caption in captions]


def _is_furniture(line: str) -> bool:
    return line.startswith("WEBVTT") or line.strip().isdigit() or bool(_TIMING.fullmatch(line))


def _cues_by_line(text: str, kind: str) -> Iterator[_Cue]:
    """Every line after a timing line belongs to its cue, but for cue names, NOTE, STYLE and REGION blocks."""
    lines = text.split("\n")
    start: float | None = None
    payload: list[str] = []
    skipping = kind == "vtt"  # the header block
    for number, line in enumerate(lines):
        timing = _TIMING.fullmatch(line)
        if timing:
            if start is not None:
                yield _Cue(start, "\n".join(payload))
            start, payload, skipping = clock_seconds(timing["start"]), [], False
        elif kind == "vtt" and _opens_block(lines, number):
            skipping = True
        elif not line.strip():
            skipping = False
        elif start is not None and not skipping and not _is_cue_name(lines, number):
            payload.append(line)
    if start is not None:
        yield _Cue(start, "\n".join(payload))


def _opens_block(lines: list[str], number: int) -> bool:
    """A NOTE, STYLE or REGION block: after a blank line, and not the name of a cue ("NOTES-12", then its timing)."""
    line = lines[number]
    if not re.match(r"NOTE(?:\s|$)|(?:STYLE|REGION)\s*$", line) or (number and lines[number - 1].strip()):
        return False
    return not (number + 1 < len(lines) and _TIMING.fullmatch(lines[number + 1]))


def _is_cue_name(lines: list[str], number: int) -> bool:
    """The line right before a timing line, after a blank line or a bare number: the cue's name, which nobody said."""
    if number + 1 >= len(lines) or not _TIMING.fullmatch(lines[number + 1]):
        return False
    return lines[number].strip().isdigit() or number == 0 or not lines[number - 1].strip()


def _unroll(cues: list[_Cue]) -> list[_Cue]:
    """YouTube's captions roll: each cue repeats the line before. Every line is kept once."""
    kept: list[_Cue] = []
    last = ""
    for cue in cues:
        fresh = []
        for line in cue.payload.split("\n"):
            words = _clean(line).strip()
            if words and words != last:
                fresh.append(words)
                last = words
        if fresh:
            kept.append(_Cue(cue.start, "\n".join(fresh)))
    return kept


def _clean(payload: str) -> str:
    """Without the tags captions know, entities resolved; "AT&T" and "R&D" are left as they are."""
    return unescape(_TAG.sub("", payload))


def unescape(words: str) -> str:
    """Entities that end in a semicolon become their characters."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), words)


def _voiced_turns(cues: Iterable[_Cue]) -> Iterator[RawTurn]:
    """Teams: `<v Name>words</v>`, the closing tag optional, more than one voice in a cue possible."""
    for cue in cues:
        voices = list(_VOICE.finditer(cue.payload))
        before = cue.payload[: voices[0].start()] if voices else cue.payload
        if _clean(before).strip():
            yield RawTurn("", _clean(before), cue.start)
        for voice, following in zip(voices, [*voices[1:], None], strict=True):
            words = cue.payload[voice.end() : following.start() if following else None]
            yield RawTurn(unescape(voice["name"]), _clean(words), cue.start)


def _labelled_turns(cues: list[_Cue]) -> Iterator[RawTurn]:
    """Zoom: `Name: words` in each cue; a cue without a name goes on with the speaker before."""
    split: list[tuple[str, str, str, float]] = []
    for cue in cues:
        whole = _clean(cue.payload)
        match = _LABELLED.match(whole)
        split.append(
            (match["label"].strip(), match["words"], whole, cue.start) if match else ("", whole, whole, cue.start)
        )
    labelled = sum(is_label(label) for label, *_ in split)
    # Where every cue is labelled, every label is one; else a word before a colon may be part of what is said.
    everywhere = labelled >= 0.9 * len(split)
    labels = choose_labels(((label, everywhere) for label, *_ in split if label), lenient=everywhere)
    speaker = ""
    for label, words, whole, start in split:
        if label in labels:
            speaker = label
            yield RawTurn(speaker, words, start)
        else:
            yield RawTurn(speaker, whole, start)


def _unnamed_turns(cues: Iterable[RawTurn]) -> Iterator[RawTurn]:
    """Captions without names become turns at pauses after a sentence, so that no sentence is cut in two."""
    words: list[str] = []
    start: float | None = None
    last: float | None = None
    for cue in cues:
        if start is None:
            start = cue.at
        pause = (cue.at or 0.0) - last if last is not None else 0.0
        ended = bool(words) and bool(_SENTENCE_END.search(words[-1]))
        if words and (ended and (pause > _PAUSE_SECONDS * 3 or len(" ".join(words).split()) > _LONG_WORDS)):
            yield RawTurn("", " ".join(words), start)
            words, start = [], cue.at
        words.append(cue.words.strip())
        last = cue.at
    if words:
        yield RawTurn("", " ".join(words), start)


FORMATS = (
    Format("vtt", sniff_vtt, read_vtt),
    Format("srt", sniff_srt, read_srt),
)
