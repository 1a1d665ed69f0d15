"""Who spoke, where a file keeps it beside the words: a list of spans with a speaker each, joined to them by time.

IBM's recogniser, BBC's Kaldi, Digital Paper Edit, Hyperaudio, and any recogniser with a diariser run next to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.reading.exports.keys import key_set, plain_keys
from analyzer.reading.exports.lists import walk
from analyzer.reading.exports.said import find_id, find_label, words_of
from analyzer.reading.exports.times import find_moment

# Recognisers round a word's start and its span's apart.
_SLACK = 0.02


@dataclass(frozen=True, slots=True)
class Spans:
    """Who spoke from when on, in order; times in whatever unit the file counts in."""

    starts: tuple[float, ...] = ()
    speakers: tuple[tuple[str, str], ...] = ()

    def speaker_at(self, amount: float | None) -> tuple[str, str]:
        """The label and the id of who speaks then; ("", "") where that is not known."""
        if amount is None or not self.starts:
            return "", ""
        place = bisect_right(self.starts, amount + _SLACK) - 1
        return self.speakers[max(place, 0)]


def find_spans(content: Any) -> Spans:
    """The longest list of spans in the file; none when it has no such list."""
    found: list[tuple[float, tuple[str, str]]] = []
    for value, _ in walk(content):
        if isinstance(value, list) and len(value) > len(found):
            found = list(_spans(value)) or found
    found.sort(key=lambda span: span[0])
    return Spans(tuple(start for start, _ in found), tuple(speaker for _, speaker in found))


def _spans(entries: Sequence[Any]) -> Iterator[tuple[float, tuple[str, str]]]:
    """The entries as spans, when all of them are; chapters and those who took part have times and no such speaker."""
    spans: list[tuple[float, tuple[str, str]]] = []
    for entry in entries:
        flat = plain_keys(entry) if isinstance(entry, dict) else {}
        moment = find_moment({key: value for key, value in flat.items() if key not in key_set("ends")})
        label = find_label({key: value for key, value in flat.items() if key.startswith("speaker")})
        if not label or moment is None or moment.is_date or not key_set("ends") & flat.keys() or words_of(flat):
            return
        spans.append((moment.amount, (label, find_id(flat))))
    yield from spans


def spell_results(content: Any) -> Any:
    """IBM Watson keeps a word as `["what", 3.1, 3.3]`: the same with an object for each, and a result's words and start
    in the result itself; unchanged when it is not Watson's."""
    results = content.get("results") if isinstance(content, dict) else None
    if not isinstance(results, list):
        return content
    spelt = [_spelt(result) for result in results]
    return {**content, "results": spelt} if any(spelt) else content


def _spelt(result: Any) -> dict[str, Any]:
    alternatives = result.get("alternatives") if isinstance(result, dict) else None
    best = alternatives[0] if isinstance(alternatives, list) and alternatives else None
    timed = best.get("timestamps") if isinstance(best, dict) else None
    if not isinstance(timed, list) or not isinstance(best, dict):
        return {}
    words = [
        {"word": each[0], "start": each[1]}
        for each in timed
        if isinstance(each, list) and len(each) > 1 and isinstance(each[0], str)
    ]
    if not words:
        return {}
    said = best.get("transcript")
    return {
        "transcript": said if isinstance(said, str) else " ".join(word["word"] for word in words),
        "start": words[0]["start"],
        "final": True,
        "words": words,
    }
