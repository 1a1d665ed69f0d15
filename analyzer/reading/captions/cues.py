"""Captions: WebVTT as Zoom, Teams, Webex, Meet and YouTube write it, SubRip (SRT) and SubViewer (SBV)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analyzer.reading.canonical import merge
from analyzer.reading.captions.blocks import Cue, find_cues
from analyzer.reading.captions.labels import label_pieces
from analyzer.reading.captions.marks import clean, unescape
from analyzer.reading.captions.rolling import is_word_timed, unroll
from analyzer.reading.captions.shapes import SBV_SHAPES, SRT_SHAPES, VTT_SHAPES
from analyzer.reading.captions.timings import clock_seconds, read_sbv_timing, read_timing
from analyzer.reading.captions.voices import (
    Piece,
    as_turns,
    has_named_cues,
    is_voiced,
    named_cue_pieces,
    voiced_pieces,
)
from analyzer.reading.source import Format, Reading, Source
from analyzer.records import DocumentKind

__all__ = ["FORMATS", "clock_seconds", "unescape"]

_HEADER = re.compile(r"WEBVTT(?:[ \t].*|-.*)?")
_TEAMS_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{20,40}(?:/[\d-]{1,20})?")
_UNPADDED = re.compile(r"^\d:\d{1,2}:\d{1,2}\.\d{1,6} -->", re.MULTILINE)
_BRACKETED_TIMING = re.compile(r"^\[\d[\d:.]{3,12} --> [\d:.]{4,12}\]", re.MULTILINE)
_HEAD_LINES = 12


def sniff_vtt(source: Source) -> bool:
    """The header; a text that talks of WebVTT in its first line is none."""
    return bool(_HEADER.fullmatch(_beginning(source.text).split("\n", 1)[0].rstrip()))


def sniff_srt(source: Source) -> bool:
    """A timing line among the first lines that say something."""
    return any((timing := read_timing(line)) and not timing.damaged for line in _first_lines(source))


def sniff_sbv(source: Source) -> bool:
    return any((timing := read_sbv_timing(line)) and not timing.damaged for line in _first_lines(source))


def _beginning(text: str) -> str:
    return text[:8000].lstrip("\ufeff \t\n")


def _first_lines(source: Source) -> list[str]:
    return [line for line in _beginning(source.text).split("\n") if line.strip()][:_HEAD_LINES]


def read_vtt(source: Source) -> Reading:
    return _read(source, "vtt")


def read_srt(source: Source) -> Reading:
    return _read(source, "srt")


def read_sbv(source: Source) -> Reading:
    return _read(source, "sbv")


def _read(source: Source, kind: str) -> Reading:
    text = source.text.lstrip("\ufeff \t\n")
    found = find_cues(text, kind)
    if kind == "vtt" and "\nWEBVTT" in text:
        found = replace(found, cues=_without_repeats(found.cues))
    if not any(cue.payload.strip() for cue in found.cues):
        raise source.refuse("the caption file holds no words.", "Export the transcript again after it is finished.")
    layout, pieces = _find_pieces(found.cues, kind, text)
    turns = merge(as_turns(pieces))
    return Reading(turns, DocumentKind.INTERVIEW, "captions of a recording", layout, warnings=found.warnings)


def _without_repeats(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """The cues without those that only stand there again, words and times: where pieces of a stream were put
    together, they overlap."""
    return tuple(
        cue
        for before, cue in zip((None, *cues), cues, strict=False)
        if before is None or cue.start is None or replace(cue, name="") != replace(before, name="")
    )


def _find_pieces(cues: Sequence[Cue], kind: str, text: str) -> tuple[str, Sequence[Piece]]:
    """The words in order, each with its speaker, and what this way of saying so is called."""
    if is_voiced(cues):
        teams = any(_TEAMS_NAME.fullmatch(cue.name) for cue in cues) or bool(_UNPADDED.search(text))
        return "teams vtt" if teams and kind == "vtt" else "captions with voices", tuple(voiced_pieces(cues))
    if has_named_cues(cues):
        return "webex vtt", tuple(named_cue_pieces(cues))
    rolled = unroll(cues)
    plain = rolled if rolled is not None else tuple(replace(cue, payload=clean(cue.payload)) for cue in cues)
    labelled = label_pieces(plain)
    return _name_layout(cues, kind, text, labelled.way, rolled is not None), labelled.pieces


def _name_layout(cues: Sequence[Cue], kind: str, text: str, way: str, rolls: bool) -> str:
    if rolls:
        return "youtube vtt" if kind == "vtt" and is_word_timed(cues) else "rolling captions"
    if way == "alone":
        return "google meet captions"
    if kind == "srt" and _BRACKETED_TIMING.search(text):
        return "whisper text"
    if way == "colon" and kind == "vtt" and all(cue.name.isdigit() for cue in cues if cue.start is not None):
        return "zoom vtt"
    return f"{kind} with names" if way else kind


FORMATS = (
    Format("vtt", sniff_vtt, read_vtt, VTT_SHAPES),
    Format("srt", sniff_srt, read_srt, SRT_SHAPES),
    Format("sbv", sniff_sbv, read_sbv, SBV_SHAPES),
)
