"""Speaker labels: what may be one, and the name, title and company it carries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from analyzer.reading.canonical import fold
from analyzer.reading.wordlists import whole_words, words
from analyzer.records import Participant, Side

_MARKED = re.compile(
    r"\s*[(\[](?P<mark>external|guest|unverified|host|organi[sz]er|internal|me)[)\]]\s*$", re.IGNORECASE
)
_BRACKET = re.compile(r"^(?P<name>[^()\[\]]+?)\s*[(\[](?P<inside>[^()\[\]]{2,80})[)\]]$")
_SPLIT = re.compile(r"\s+(?:[|/@–—-]|at|from)\s+|\s*[|]\s*")
_INSIDE = re.compile(r"\s*(?:,|;|[|/@–—]|\s-\s|\bat\b)\s*")
_NAME_CHARACTERS = re.compile(r"[\w.'’`´&/@|,()\[\]#+ –—-]+")
_DIGIT_NAME = re.compile(r"(?:[A-Za-z]+[ _])?\d{1,3}")


def is_label(text: str) -> bool:
    """Whether these words before a colon or a time could name a speaker: short, name-like, and not a heading."""
    text = text.strip()
    if not 1 <= len(text) <= 90 or not _NAME_CHARACTERS.fullmatch(text):
        return False
    name = parse_label(text).name
    parts = name.split()
    if not 1 <= len(parts) <= 6 or not any(c.isalpha() for c in name):
        return False
    first, last = parts[0].casefold().strip(".,#"), parts[-1].casefold().strip(".,")
    if len(parts) >= 2 and is_job_title(name):
        return True
    if first in words("not_speakers"):
        return False
    if first in words("calendar") or last in words("not_speakers") | words("calendar"):
        return _is_person(parts)
    return not re.match(r"\d{1,2}[:.h]\d\d", text)


def _is_person(parts: list[str]) -> bool:
    """Two or three capitalised words: "April Price" is a person, though both words are none."""
    return 2 <= len(parts) <= 3 and all(part[:1].isupper() for part in parts)


def looks_named(text: str) -> bool:
    """Whether the label is surely a name or a speaker's role: "Dana Ortiz", "Speaker 2", "Interviewer"."""
    name = parse_label(text).name
    parts = name.split()
    if not parts:
        return False
    if parts[0].casefold().rstrip("s.") in words("role_labels") or _DIGIT_NAME.fullmatch(name):
        return True
    big = [part for part in parts if part.casefold() not in words("particles")]
    return len(parts) >= 2 and bool(big) and all(_is_capitalised(part) for part in big)


def _is_capitalised(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return (bool(letters) and (letters[0].isupper() or not letters[0].islower())) or word.isdigit()


def choose_labels(found: Iterable[tuple[str, bool]], lenient: bool = False) -> frozenset[str]:
    """The labels of a file that are speakers, given every candidate with whether it opens a paragraph or cue.

    One line tells little; the file tells: a label that comes back, or is plainly a name, is a speaker; a capitalised
    word that heads one paragraph is taken where names are; a lower-case one only when it comes back.
    """
    count: Counter[str] = Counter()
    opening: set[str] = set()
    for label, opens in found:
        if not is_label(label):
            continue
        count[label] += 1
        if opens:
            opening.add(label)
    capitalised = {label for label in count if _is_capitalised(label.split()[0])}
    sure = {x for x in count if looks_named(x) or (count[x] >= 2 and x in capitalised) or count[x] >= 3}
    if sure or lenient:
        sure |= {x for x in count if x in opening and x in capitalised}
    return frozenset(sure)


def parse_label(label: str) -> Participant:
    """Name, title and company of a label such as "Dana Ortiz (VP Ops, Northwind)" or "Dana Ortiz | Northwind"."""
    label = fold(label).strip("*_ ").rstrip(":").strip()
    side, reason = Side.UNKNOWN, ""
    while mark := _MARKED.search(label):
        if label[: mark.start()].strip() == "":
            break
        if mark["mark"].lower() == "external":
            side, reason = Side.CUSTOMER, "the recorder marks this speaker as external"
        label = label[: mark.start()].strip()
    bracket = _BRACKET.match(label)
    if bracket:
        name, rest = bracket["name"], _INSIDE.split(bracket["inside"])
    else:
        name, *rest = _SPLIT.split(label)
        if not rest and label.count(",") and is_job_title(label.partition(",")[2]):
            name, *rest = (part.strip() for part in label.split(","))
        rest = [part for piece in rest for part in _INSIDE.split(piece)]
    title, company = _title_and_company([part.strip() for part in rest if part and part.strip()])
    return Participant(name.strip(" ,-–—|"), title, company, side, reason)


def _title_and_company(parts: list[str]) -> tuple[str, str]:
    if not parts:
        return "", ""
    if len(parts) == 1:
        return (parts[0], "") if is_job_title(parts[0]) else ("", parts[0])
    # "VP, Revenue Operations, Northwind": the last part is the company unless it too is a title.
    *titles, last = parts
    if is_job_title(last) and not is_job_title(titles[0]):
        return last, titles[0]
    if is_job_title(last):
        return ", ".join(parts), ""
    return ", ".join(titles), last


def is_job_title(text: str) -> bool:
    """Whether the words read as somebody's title or a vacancy: "Accounts Payable Clerk", "VP Ops"."""
    return bool(whole_words("titles").search(text))
