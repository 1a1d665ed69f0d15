"""Names in front of the words of a cue: `Name: words`, `[Name] words`, `(Name)` on a line of its own, `>> NAME: words`.

A line alone cannot say whether "Budget: none" or "[Music]" is somebody speaking; the whole file can.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer.reading.captions.blocks import Cue
from analyzer.reading.captions.voices import Piece
from analyzer.reading.who.labels import choose_labels, is_label, looks_named
from analyzer.reading.wordlists import words

_CHEVRONS = re.compile(r"(?:^|(?<=\s))>{2,4}")
_DASH = re.compile(r"[-–](?:\s+|(?=[^\W\d_a-z]|[\[(¿¡]))|—\s*(?=[^\W\d_a-z]|[\[(])")
_COLONS = re.compile(r"[:：]")
_SHOUTED = re.compile(r"[A-Z][A-Z .'&-]{1,60}")
_NUMBERED = re.compile(r"(?P<word>[A-Za-z]{1,20}):\s?(?P<number>\d{1,3})")
_PHONE = re.compile(r"\+?[\d*()./ -]{6,30}")
_MACHINE = re.compile(r"(?:speaker|spk)[ _#]{0,2}\w{1,3}", re.IGNORECASE)
_LONGEST = 90
_MOST_SPEAKERS = 1000


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a cue and the label it may begin with. ``opens``: the first line of its cue."""

    cue: Cue
    whole: str
    label: str = ""
    words: str = ""
    bracket: str = ""
    opens: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of a file that are speakers. ``longer`` gives names that hold a colon: "NYC" is "NYC: Board Room"."""

    colon: frozenset[str]
    bracket: frozenset[str]
    longer: dict[str, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """The pieces of cues, and how their speakers are named: "colon", "bracket", "alone" (a bracket on a line of its
    own), or "" where nobody is."""

    pieces: tuple[Piece, ...]
    way: str


def label_pieces(cues: Sequence[Cue]) -> Labelled:
    """The pieces of cleaned cues. A line without a name goes on with the speaker before, unless the file marks that
    somebody else begins."""
    lines = [line for cue in cues for line in _split_cue(cue)]
    chosen = _choose(lines)
    ways: Counter[str] = Counter()
    speaker = ""
    pieces: list[Piece] = []
    for line in lines:
        named = bool(line.label) and line.label in (chosen.bracket if line.bracket else chosen.colon)
        said, fresh = (line.words, True) if named else (line.whole, line.fresh)
        if named:
            ways["colon" if not line.bracket else "bracket" if line.words or line.bracket == "[" else "alone"] += 1
            speaker = chosen.longer.get(line.label, line.label)
            said = said[len(speaker) - len(line.label) - 1 :].lstrip(": ：") if speaker != line.label else said
        elif line.fresh:
            speaker = ""
        pieces.append(Piece(_spell(speaker), said, line.cue.start, line.cue.end, fresh))
    return Labelled(tuple(pieces), ways.most_common(1)[0][0] if ways else "")


def _spell(label: str) -> str:
    """Deepgram's "speaker:0" as the name it stands for."""
    found = _NUMBERED.fullmatch(label)
    return f"{found['word'].capitalize()} {found['number']}" if found else label


def _split_cue(cue: Cue) -> Iterator[_Line]:
    lines = [line.strip() for line in cue.payload.split("\n")]
    lines = [part for line in lines if line and line != "-" for part in _at_chevrons(line)]
    dashed = sum(bool(_DASH.match(line)) for line in lines) > 1
    for number, line in enumerate(lines):
        fresh = line.startswith(">>")
        said = line.lstrip(">").lstrip() if fresh else line
        if dash := _DASH.match(said):
            fresh = fresh or dashed
            said = said[dash.end() :]
        label, rest, bracket = _split_label(said)
        yield _Line(cue, said, label, rest, bracket, number == 0, fresh)


def _at_chevrons(line: str) -> list[str]:
    """ ">>" in the middle of a line is another speaker too, where it stands between spaces."""
    places = [found.start() for found in _CHEVRONS.finditer(line)]
    cuts = [0, *(place for place in places if place), len(line)]
    return [line[start:end].strip() for start, end in pairwise(cuts)]


def _split_label(line: str) -> tuple[str, str, str]:
    """The label a line may begin with, the words behind it, and its opening bracket; ("", line, "") without one."""
    if line[:1] in ("[", "("):
        end = line.find("]" if line[0] == "[" else ")", 1, _LONGEST + 2)
        if end > 1:
            return line[1:end].strip(), line[end + 1 :].lstrip().removeprefix(":").lstrip(), line[0]
    for colon in _COLONS.finditer(line, 0, _LONGEST + 2):
        place = colon.start()
        label, rest = line[:place].strip(), line[place + 1 :]
        if not rest or rest[0].isspace() or colon[0] == "：" or _is_close(label, rest):
            return label, rest.strip(), ""
    return "", line, ""


def _is_close(label: str, rest: str) -> bool:
    """Whether a colon with no space behind it may end the label: "DANA:Why?", "speaker_3:hello"."""
    return bool(_MACHINE.fullmatch(label)) or (rest[0].isupper() and bool(_SHOUTED.fullmatch(label)))


def _choose(lines: Sequence[_Line]) -> _Labels:
    colon = _choose_colon([line for line in lines if line.label and not line.bracket], lines)
    return _Labels(colon, _choose_bracket(lines), _find_longer(lines, colon))


def _choose_colon(labelled: Sequence[_Line], lines: Sequence[_Line]) -> frozenset[str]:
    opening = Counter(line.label for line in labelled if line.opens)
    common = {label for label, _ in opening.most_common(_MOST_SPEAKERS)}
    cues = sum(line.opens for line in lines)
    # Where every cue is labelled, every label is one; else a word before a colon may be part of what is said.
    everywhere = sum(opening.values()) >= 0.9 * cues and sum(opening[x] for x in common if is_label(x)) >= 0.3 * cues
    candidates = [(label, everywhere) for label in opening if label in common for _ in range(min(opening[label], 9))]
    inside = Counter(line.label for line in labelled if not line.opens)
    candidates += [
        (label, False)
        for label, count in inside.most_common(_MOST_SPEAKERS)
        if label in common or looks_named(label)
        for _ in range(min(count, 9))
    ]
    chosen = choose_labels(candidates, lenient=everywhere)
    if everywhere:
        chosen |= {label for label in common if _is_odd_name(label, opening[label])}
    alone = {line.label for line in labelled if line.opens and not line.words}
    # Where names stand over their words, "MAN:" that comes once is one too.
    return chosen | {label for label in alone if is_label(label)} if chosen & alone else chosen


def _is_odd_name(label: str, count: int) -> bool:
    """Names that look like none, in a file that names everybody: "+1 (415) 555-0100", "Dana 🚀"."""
    first = label.split()[0].casefold() if label.split() else ""
    return bool(_PHONE.fullmatch(label)) or (count > 1 and bool(first) and first not in words("not_speakers"))


def _choose_bracket(lines: Sequence[_Line]) -> frozenset[str]:
    """Names in brackets: they come back, or head nearly every cue; "[Music]" and "(laughs)" are sounds."""
    totals = Counter(line.label for line in lines if line.bracket)
    names = {label for label, _ in totals.most_common(_MOST_SPEAKERS) if _may_name(label)}
    counts = Counter((line.label, bool(line.words)) for line in lines if line.bracket and line.label in names)
    cues = sum(line.opens for line in lines)
    everywhere = sum(counts.values()) >= 0.6 * cues
    sure = {label for label, _ in counts if totals[label] > 1 or everywhere or _MACHINE.fullmatch(label)}
    # A name that comes once is taken where it stands as the others do.
    ways = {way for label, way in counts if label in sure}
    return frozenset(sure | {label for label, way in counts if way in ways and looks_named(label)})


def _may_name(label: str) -> bool:
    if _NUMBERED.fullmatch(label):
        return True
    parts = {part.casefold().strip(".,") for part in label.split()}
    if not parts or parts & words("sounds") or not (label[0].isupper() or label[0].isdecimal() or label[0] > "\x7f"):
        return False
    return is_label(label)


def _find_longer(lines: Sequence[_Line], colon: frozenset[str]) -> dict[str, str]:
    """Labels that are no full name, and after which the same second name stands each time: one name with a colon."""
    behind: dict[str, Counter[str]] = {}
    for line in lines:
        if line.label in colon and not line.bracket:
            behind.setdefault(line.label, Counter())[_split_label(line.words)[0]] += 1
    alike = {label: next(iter(seconds)) for label, seconds in behind.items() if len(seconds) == 1}
    return {
        label: f"{label}: {second}"
        for label, second in alike.items()
        if not looks_named(label)
        and " " in second
        and is_label(second)
        and second[0].isupper()
        and behind[label][second] > 2
    }
