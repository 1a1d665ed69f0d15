"""Interview, call note or job posting: what the format, the words and the file name say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyzer.reading.source import Reading, Source
from analyzer.reading.who.labels import is_job_title
from analyzer.reading.wordlists import phrases, signs
from analyzer.records import DocumentKind, Guess

# A posting speaks to its reader about what will be; a note tells what was said.
_PROMISES = re.compile(
    r"\byou(?:['’](?:ll|ve|d)| will| own\b| hold\b| can\b| get\b| report\b| run\b| lead\b| join\b)", re.IGNORECASE
)
_MANY_PROMISES = 3
_WEIGHED = 200_000
_NAME_SIGNS = {
    DocumentKind.JOB_POSTING: re.compile(r"posting|vacancy|\bjobs?\b|\bjd\b|hiring|career|requisition|stelle", re.I),
    DocumentKind.CALL_NOTE: re.compile(
        r"\bnotes?\b|\bmemo\b|debrief|\brecap\b|\bdisco\b|summary|\bmtg\b|protokoll", re.I
    ),
}
_ENOUGH_SIGNS = 3


def stated_kind(marks: Mapping[str, str]) -> DocumentKind | None:
    """The kind of a document nobody speaks in, where its header states it."""
    stated = re.sub(r"[\W_]+", "_", marks.get("kind", "")).strip("_").casefold()
    if stated not in ("call_note", "job_posting", "note", "posting"):
        return None
    return DocumentKind.JOB_POSTING if "posting" in stated else DocumentKind.CALL_NOTE


def guess_kind(source: Source, reading: Reading) -> Guess:
    """The kind with its reason. Speakers that take turns make an interview; else the words weigh, then the name."""
    if reading.kind:
        return Guess(reading.kind.value, reading.kind_reason or "the format says so", 0.95)
    if kind := stated_kind(reading.marks):
        return Guess(kind.value, "its header says so", 0.95)
    # The kind shows early; a huge file costs no more than a long one.
    text = "\n".join(turn.words for turn in reading.turns)[:_WEIGHED]
    marks = sum(bool(sign.search(text)) for sign in signs("posting_signs"))
    marks += 2 * (len(_PROMISES.findall(text)) >= _MANY_PROMISES)
    marks += is_job_title(reading.turns[0].words[:80])  # a posting opens with the title it offers
    notes = min(len(phrases("note_signs").findall(text)), 4)
    name = re.sub(r"[_\W]+", " ", source.stem)
    named = {kind for kind, sign in _NAME_SIGNS.items() if sign.search(name)}
    weight = marks - notes + 3 * (DocumentKind.JOB_POSTING in named) - 4 * (DocumentKind.CALL_NOTE in named)
    if weight >= _ENOUGH_SIGNS or marks >= 7:
        reason = f"it has {marks} of the marks of a job posting (duties, profile, benefits ...)"
        return Guess(DocumentKind.JOB_POSTING.value, reason, min(0.95, 0.5 + 0.06 * weight))
    reason = (
        "its name says so" if DocumentKind.CALL_NOTE in named else "nobody takes turns in it, and it is no job posting"
    )
    return Guess(DocumentKind.CALL_NOTE.value, reason, 0.9 if named else 0.6 if weight < 1 else 0.5)
