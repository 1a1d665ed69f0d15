"""Transcripts in plain text, whoever wrote them: who speaks, what they say, and which layout it is.

A line alone cannot say whether "Budget: none" is a person speaking. The whole file can: labels come back, times go
forward, and most of the words stand below the first of them. Each layout is looked for in turn by :func:`find_speech`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from analyzer.reading.canonical import RawTurn, merge
from analyzer.reading.text.chats import find_chat
from analyzer.reading.text.lines import Form, Line, mark_lines
from analyzer.reading.text.namelines import join_times, name_heads
from analyzer.reading.text.questions import find_questions
from analyzer.reading.text.recorders import name_of_heads, name_of_labels
from analyzer.reading.text.stamps import is_clockwork
from analyzer.reading.text.timed import find_timed
from analyzer.reading.text.turns import collect_turns, ends_speech, find_furniture
from analyzer.reading.who.labels import choose_labels, is_label, looks_named, parse_label
from analyzer.reading.wordlists import words

_BULLET = re.compile(r"(?:[-*•]|\d{1,4}[.)])\s{1,4}(?=\S)")
_BRACKETED = re.compile(r"\[(?P<label>[^\[\]]{1,60})\]\s{1,4}(?=\S)")
_ENOUGH_BULLETS = 8


@dataclass(frozen=True, slots=True)
class Speech:
    """The turns of a transcript, speakers as labelled, words before the first speaker under "". ``layout`` is the name
    of its shape; ``warnings`` say what a recorder put in and nobody said."""

    turns: tuple[RawTurn, ...] = ()
    layout: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """What the layouts look at: the lines marked, names its header gives, and whether somebody said it is a talk."""

    lines: Sequence[Line]
    known: frozenset[str] = frozenset()
    lenient: bool = False
    dense: bool = field(default=False)


def find_speech(lines: Sequence[str], known: Iterable[str] = (), lenient: bool = False) -> Speech:
    """The speech in the lines; no turns when they are no transcript.

    They are one when labels come back or are plainly names, and when most of the words stand under them. ``known`` are
    names the file itself gives (attendees); ``lenient`` (somebody said it is an interview) takes any label there is.
    """
    lines = _unquoted(lines)
    if chat := find_chat(lines):
        return Speech(merge(chat), "zoom chat")
    marked = mark_lines(lines)
    if answers := find_questions(marked):
        return Speech(merge(answers), "q and a")
    names = frozenset(fold for name in known for fold in (name.casefold(), name.casefold().split(" ")[0]) if fold)
    joined = join_times(marked)
    # The first line never follows another, so it says nothing on whether paragraphs are apart.
    file = _File(joined, names, lenient, dense=not any(line.opens for line in joined[1:] if line.text))
    ways = (_find_heads, _find_inline, _find_bulleted, _find_bracketed, _find_named)
    found = next((speech for way in ways if (speech := way(file))), None)
    if not found:
        timed = find_timed(marked)
        return Speech(merge(timed), "times alone") if timed else Speech()
    warnings = find_furniture(marked)
    return replace(found, warnings=warnings)


def _unquoted(lines: Sequence[str]) -> Sequence[str]:
    """A transcript that was mailed on: the "> " before each line taken off."""
    filled = [line for line in lines if line.strip()]
    if sum(line.lstrip().startswith(">") for line in filled) < 0.6 * len(filled):
        return lines
    return [line.lstrip().lstrip("> ") if line.lstrip().startswith(">") else line for line in lines]


# ------------------------------------------------------------------------------------------- labels on their own lines


def _find_heads(file: _File) -> Speech | None:
    """`Dana Ortiz  0:07`, then the words; the time may come first, stand below, or be `(0:07):`."""
    heads = [line for line in file.lines if line.form is Form.HEAD]
    if not _are_recorders(heads):
        heads = [line for line in heads if line.opens or file.dense or line.colon]
    common = Counter(line.place for line in heads).most_common(1)
    heads = [line for line in heads if line.place == common[0][0]]  # "10:30 Dana:" among `Dana (0:03):` is said
    labels = choose_labels((line.label, True) for line in heads)
    labels = frozenset(label for label in labels if not label[:1].islower())
    labels |= {line.label for line in heads if _is_known(line.label, file.known)}
    if _are_timed(heads):
        labels |= {line.label for line in heads if is_label(line.label)}
    labels = _speaking(file.lines, labels)
    if not labels or _share(file.lines, labels, Form.HEAD) < 0.5:
        return None
    inline = [line for line in file.lines if line.form is Form.INLINE and line.label in labels and line.opens]
    heading = [line for line in heads if line.label in labels]
    if len(inline) > len(heading):  # the heads are the exception: each turn stands behind its label
        return None
    turns = merge(collect_turns(file.lines, labels, heads_only=not inline))
    return Speech(turns, name_of_heads(heading))


def _are_recorders(heads: Sequence[Line]) -> bool:
    """Whether heads need no blank line above them: names with times behind them that come back and go forward."""
    behind = [line for line in heads if line.place == "after"]
    stamps = [line.stamp for line in behind if line.stamp]
    counts = Counter(line.label for line in behind if is_label(line.label))
    steady = len(behind) >= 0.9 * len(heads) and counts.total() >= 0.9 * len(behind) and is_clockwork(stamps, least=3)
    return steady and counts.total() >= 1.4 * len(counts)


def _are_timed(heads: Sequence[Line]) -> bool:
    """Whether the heads are so plainly a recorder's that any name in one is a speaker: their times go forward. An
    agenda's do too; there the time comes first and nothing comes back."""
    fitting = [line for line in heads if is_label(line.label)]
    stamps = [line.stamp for line in fitting if line.stamp]
    if len(fitting) < 0.6 * len(heads) or not is_clockwork(stamps):
        return False
    counts = Counter(line.label for line in fitting)
    first = sum(line.place == "before" for line in fitting) > 0.5 * len(fitting)
    return not first or len(fitting) >= 1.4 * len(counts) or all(looks_named(label) for label in counts)


def _speaking(lines: Sequence[Line], labels: frozenset[str]) -> frozenset[str]:
    """The labels that words stand below; none where most have none, as in an agenda. A single word with a time and
    nothing below it is what somebody said, not somebody."""
    filled = [line for line in lines if line.text and not line.furniture]
    heads: Counter[str] = Counter()
    followed: Counter[str] = Counter()
    for place, line in enumerate(filled):
        if line.form is Form.HEAD and line.label in labels:
            below = filled[place + 1] if place + 1 < len(filled) else None
            another = below is not None and below.form is Form.HEAD and below.label in labels - {line.label}
            heads[line.label] += 1
            followed[line.label] += below is not None and not another
    if followed.total() < 0.5 * heads.total():
        return frozenset()
    return frozenset(label for label in labels if followed[label] or looks_named(label))


# ------------------------------------------------------------------------------------------ labels before their words


def _find_inline(file: _File) -> Speech | None:
    """`Dana Ortiz: words`, with or without a time, in bold or not."""
    lines = _settle_times(file.lines)
    candidates = [(line.label, line.opens or file.dense) for line in lines if _has_colon(line)]
    labels = choose_labels(candidates) | _timed_labels(lines) | _steady_labels(lines, file.dense)
    labels |= {label for label, _ in candidates if _is_known(label, file.known)}
    if file.lenient:
        labels |= {label for label, _ in candidates if is_label(label)}
    if any(label.casefold() in words("granola_labels") for label in labels):
        labels |= {label for label, _ in candidates if label.casefold() in words("granola_others")}
    labels |= {line.label for line in lines if line.form is Form.HEAD and _is_head_too(line, labels)}
    named = len(labels) >= 2 and all(_is_known(label, file.known) for label in labels)
    if not (labels and (file.lenient or named)) and not _is_convincing(lines, labels):
        return None
    return Speech(merge(collect_turns(lines, labels)), name_of_labels(lines, labels))


def _has_colon(line: Line) -> bool:
    return line.form is Form.INLINE or (line.form is Form.HEAD and line.colon)


def _is_head_too(line: Line, labels: frozenset[str]) -> bool:
    return line.label in labels or (line.opens and looks_named(line.label))


def _settle_times(lines: Sequence[Line]) -> Sequence[Line]:
    """Times right behind the colon are stamps where nearly all labels have one and they go forward; else they are
    said: "Dana: 10:30 works"."""
    inline = [line for line in lines if line.form is Form.INLINE and is_label(line.label)]
    unsure = [line for line in inline if line.place in ("maybe", "alone")]
    stamps = [line.stamp for line in unsure if line.stamp]
    if len(unsure) < 2 or len(unsure) < 0.6 * len(inline) or not is_clockwork(stamps):
        return [replace(line, stamp=None) if line.place in ("maybe", "alone") else line for line in lines]
    settled = []
    for line in lines:
        if line.place == "alone":
            line = replace(line, form=Form.HEAD, words="")
        elif line.place == "maybe" and line.stamp:
            line = replace(line, words=line.words[line.stamp.bounds[1] :].lstrip(" \t-–—|·"), place="behind")
        settled.append(line)
    return settled


def _timed_labels(lines: Sequence[Line]) -> frozenset[str]:
    """Where nearly every label comes with a time and these go forward, all of them are speakers; but "10:00 Demo:" of
    an agenda is one only if it comes back."""
    inline = [line for line in lines if line.form is Form.INLINE]
    timed = [line for line in inline if line.stamp and is_label(line.label)]
    labels = frozenset(line.label for line in timed)
    if len(timed) < 0.8 * len(inline) or not is_clockwork([line.stamp for line in timed if line.stamp]):
        return frozenset()
    return labels if all(map(_is_plain_stamp, timed)) or len(timed) >= 1.4 * len(labels) else frozenset()


def _is_plain_stamp(line: Line) -> bool:
    return line.stamp is not None and (line.stamp.bracketed or line.stamp.is_long)


def _steady_labels(lines: Sequence[Line], dense: bool) -> frozenset[str]:
    """Lower-case names: two to six labels that all come back and between them begin every paragraph."""
    begun = [line for line in lines if line.text and not line.furniture and (line.opens or dense)]
    counts = Counter(line.label for line in begun if line.form is Form.INLINE and line.words)
    if not 2 <= len(counts) <= 6 or sum(counts.values()) < len(begun) or min(counts.values()) < 2:
        return frozenset()
    return frozenset(counts) if all(is_label(label) for label in counts) else frozenset()


def _find_bulleted(file: _File) -> Speech | None:
    """A transcript whose every turn is a bullet or has a number. Bullets about people are notes: many turns tell."""
    lines = mark_lines([_BULLET.sub("", line.text, count=1) for line in file.lines])
    end = next((number for number, line in enumerate(lines) if line.furniture and ends_speech(line.text)), len(lines))
    filled = [line.text for line in file.lines[:end] if line.text and not line.furniture]
    bullets = sum(bool(_BULLET.match(text)) for text in filled)
    if bullets < max(_ENOUGH_BULLETS, 0.8 * len(filled)):
        return None
    counts = Counter(line.label for line in lines[:end] if line.form is Form.INLINE)
    if len(counts) < 2 or sum(counts.values()) < max(3 * len(counts), 0.9 * bullets):
        return None
    return _find_inline(replace(file, lines=lines))


def _find_bracketed(file: _File) -> Speech | None:
    """`[Dana Ortiz] words`. Notes have such tags too: nearly every line begins with a name, and names come back."""
    found = [_BRACKETED.match(line.text[:100]) if line.form is Form.WORDS else None for line in file.lines]
    counts = Counter(match["label"] for match in found if match)
    counts = Counter({label: count for label, count in counts.items() if is_label(label)})
    labels = frozenset(label for label, count in counts.items() if looks_named(label) or count >= 2)
    named = sum(looks_named(label) for label in labels)
    filled = sum(bool(line.text) and not line.furniture for line in file.lines)
    turns = sum(counts[label] for label in labels)
    if len(labels) < 2 or named < 0.5 * len(labels) or turns < max(1.4 * len(labels), 0.6 * filled):
        return None
    lines = [
        replace(line, form=Form.INLINE, label=match["label"], words=line.text[match.end() :])
        if match and match["label"] in labels
        else line
        for line, match in zip(file.lines, found, strict=True)
    ]
    return Speech(merge(collect_turns(lines, labels)), name_of_labels(lines, labels))


def _find_named(file: _File) -> Speech | None:
    """Names alone on a line without a time, the words on the lines below."""
    heads = name_heads(file.lines)
    labels = frozenset(line.label for line in heads if line.form is Form.HEAD)
    if not heads or not _is_convincing(heads, labels):
        return None
    return Speech(merge(collect_turns(heads, labels, heads_only=True)), "names alone")


# ------------------------------------------------------------------------------------------------------- the whole file


def _is_known(label: str, known: frozenset[str]) -> bool:
    return bool(known) and is_label(label) and parse_label(label).name.casefold() in known


def _share(lines: Sequence[Line], labels: frozenset[str], *forms: Form) -> float:
    """Share of the text's words that stand from the first line of a speaker on."""
    total = reached = 0
    begun = False
    for line in lines:
        count = 0 if line.furniture else len(line.text.split())
        begun = begun or (line.form in forms and line.label in labels)
        total += count
        reached += count if begun else 0
    return reached / total if total else 0.0


def _is_convincing(lines: Sequence[Line], labels: frozenset[str]) -> bool:
    if not labels:
        return False
    # "Dana Ortiz (VP Ops, Northwind)" and "Dana Ortiz" are one speaker who came back.
    names = {label: parse_label(label).name for label in labels}
    speaking = [line for line in lines if line.form in (Form.INLINE, Form.HEAD) and line.label in labels]
    counts = Counter(names[line.label] for line in speaking)
    if not counts:
        return False
    labelled = len(speaking)
    said = {id(line) for line in speaking}
    named_apart = any(line.place == "named" for line in speaking)
    paragraphs = sum(
        1
        for line in lines
        if line.text and not line.furniture and line.form is not Form.STAMP and (line.opens or id(line) in said)
    )
    if named_apart:  # the words of a name on its own line may begin a paragraph too
        paragraphs = max(labelled, paragraphs - labelled)
    comes_back = max(counts.values()) >= 2 and labelled >= 1.4 * len(counts)
    plainly_named = sum(looks_named(label) for label in counts) == len(counts) and labelled >= 0.6 * paragraphs
    takes_turns = len(counts) >= 2 and max(counts.values()) >= 2 and labelled == paragraphs
    plainly_timed = labelled >= 0.6 * paragraphs and all(map(_is_plain_stamp, speaking))
    enough = labelled >= 0.34 * paragraphs and _share(lines, labels, Form.INLINE, Form.HEAD) >= 0.5
    return enough and (comes_back or plainly_named or takes_turns or plainly_timed)
