"""Speaker labels: what may be one, and the name, title and company it carries."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from analyzer.reading.canonical import fold
from analyzer.reading.wordlists import whole_words, words
from analyzer.records import Participant, Side

_MARKED = re.compile(
    r"\s*[(\[](?P<mark>external|guest|unverified|host|organi[sz]er|internal|me)[)\]]\s*$", re.IGNORECASE
)
_BRACKET = re.compile(r"^(?P<name>[^()\[\]]+?)\s*[(\[](?P<inside>[^()\[\]]{2,80})[)\]]$")
_PRONOUNS = re.compile(r"\s*[(\[](?:she|he|they|her|him|them)(?:\s*/\s*\w{2,6}){1,3}[)\]]", re.IGNORECASE)
_OUR_ROLE = re.compile(
    r"(?:interviewer|moderator|host|facilitator|researcher|(?:sales )?rep|seller|vendor|ae|sdr|csm|us|me|q)"
    r"(?:\s*#?\d+|\s+[A-Z])?",
    re.IGNORECASE,
)
_CUSTOMER_ROLE = re.compile(
    r"(?:interviewee|customer|client|participant|respondent|prospect|buyer|guest|user|a|p|them)(?:\s*#?\d+|\s+[A-Z])?",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s+(?:[|/@–—-]|at|from)\s+|\s*[|]\s*")
_INSIDE = re.compile(r"\s*(?:,|;|[|/@–—]|\s-\s|\bat\b)\s*")
# Emoji, "*" and the like stand in the names of real accounts; these stand in sentences and code.
_NEVER_IN_NAMES = re.compile(r"[?!;<>{}=\\$%^~\"“”„«»…:\x00-\x1f]|\s[-–—]{1,2}>|https?|www\.")
_MARKS = " •·\ufe0f\u200d"
_PHONE = re.compile(r"\+?[\d*][\d*() .-]{5,24}[\d*]")
_ADDRESS = re.compile(r"[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{1,20}){1,4}")
_DIGIT_NAME = re.compile(r"(?:[A-Za-z]+[ _])?\d{1,3}")


def is_label(text: str) -> bool:
    """Whether these words before a colon or a time could name a speaker: short, name-like, and not a heading."""
    text = text.strip()
    if not 1 <= len(text) <= 90 or _NEVER_IN_NAMES.search(text):
        return False
    if _PHONE.fullmatch(text):
        return sum(c.isdigit() for c in text) >= 7
    name = parse_label(text).name
    parts = name.split()
    if not 1 <= len(parts) <= 6 or not any(c.isalpha() for c in name):
        return False
    first, last = parts[0].casefold().strip(".,#"), parts[-1].casefold().strip(".,")
    if len(parts) >= 2 and first in words("pronouns"):  # "I: ..." may be the interviewer; "I said: ..." is no name
        return False
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
    if _is_role(parts) or any(kind.fullmatch(text.strip()) for kind in (_DIGIT_NAME, _PHONE, _ADDRESS)):
        return True
    big = [part for part in parts if part.casefold() not in words("particles")]
    if len(parts) < 2 or not big or not all(_is_capitalised(part) for part in big):
        return False
    # "Team Size" and "Current CRM" head a form; "April Price" is a person.
    of_forms = any(part.casefold().strip(".,") in words("not_speakers") for part in parts)
    mixed = any(len(p) >= 3 and p.isupper() for p in big) and not all(p.isupper() for p in big)
    return parts[0].casefold() in words("calendar") or not (of_forms or (mixed and len(big) == 2))


def _is_role(parts: list[str]) -> bool:
    """ "Interviewer", "Speaker 2", "Unknown Speaker", "Participant B"; not "Customer Name" or "User Research"."""
    first, *rest = (part.casefold().rstrip(".,#") for part in parts)
    roles = words("role_labels")
    return (first in roles or first.rstrip("s") in roles) and all(
        part in roles or part.lstrip("#").isdigit() or len(part) == 1 for part in rest
    )


def _is_capitalised(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return (bool(letters) and (letters[0].isupper() or not letters[0].islower())) or word.isdigit()


def choose_labels(found: Iterable[tuple[str, bool]], lenient: bool = False) -> frozenset[str]:
    """The labels of a file that are speakers, given every candidate with whether it opens a paragraph or cue.

    One line tells little; the file tells: a label that comes back, or is plainly a name, is a speaker; a capitalised
    word that heads one paragraph is taken where names are; a lower-case one when it comes back or is a
    speaker's first name.
    """
    found = tuple(found)
    count = Counter(label for label, _ in found)
    count = Counter({label: times for label, times in count.items() if is_label(label)})
    opening = {label for label, opens in found if opens and label in count}
    capitalised = {label for label in count if _is_capitalised(label.split()[0])}
    sure = {x for x in count if looks_named(x) or (count[x] >= 2 and x in capitalised) or count[x] >= 3}
    if sure or lenient:
        sure |= {x for x in count if x in opening and x in capitalised}
    # "dana" beside "Dana Ortiz" is how somebody typed it once.
    firsts = {parse_label(label).name.split()[0].casefold() for label in sure if len(label.split()) > 1}
    titled = {x for x in opening if "(" in x and parse_label(x).title}
    return frozenset(sure | titled | {x for x in opening if x.casefold() in firsts})


def parse_label(label: str) -> Participant:
    """Name, title and company of a label such as "Dana Ortiz (VP Ops, Northwind)" or "Dana Ortiz | Northwind"; the side
    too, where the label states it: "Interviewer | Pia Holm", "Dana Ortiz (External)"."""
    label = _PRONOUNS.sub("", _without_marks(fold(label)).strip("*_ ").rstrip(":").strip()).strip()
    side, reason = Side.UNKNOWN, ""
    while mark := _MARKED.search(label):
        if label[: mark.start()].strip() == "":
            break
        if mark["mark"].lower() == "external":
            side, reason = Side.CUSTOMER, "the recorder marks this speaker as external"
        label = label[: mark.start()].strip()
    name, parts = _split_label(label)
    if side is Side.UNKNOWN and len(parts) == 1:
        name, parts, side, reason = _without_role(name, parts)
    title, company = _title_and_company(parts)
    return Participant(name.strip(" ,-–—|"), title, company, side, reason)


def _without_marks(label: str) -> str:
    """The label without the dots and emoji that some put before it: "🔴 Interviewer"; one of emoji alone is left."""
    bare = label.lstrip(_MARKS)
    while bare and unicodedata.category(bare[0]) in ("So", "Sk"):
        bare = bare[1:].lstrip(_MARKS)
    return bare or label


def _split_label(label: str) -> tuple[str, list[str]]:
    """The name, and what stands beside it in brackets, behind a bar, a dash or commas."""
    bracket = _BRACKET.match(label)
    if bracket:
        name, rest = bracket["name"], _INSIDE.split(bracket["inside"])
    else:
        name, *rest = _SPLIT.split(label)
        tail = label.partition(",")[2].strip()
        # "Dana Ortiz, Northwind" has a full name before the comma; "Ortiz, Dana" has not.
        if (
            not rest
            and tail
            and (is_job_title(tail) or (len(name.partition(",")[0].split()) >= 2 and tail[0].isupper()))
        ):
            name, *rest = (part.strip() for part in label.split(","))
        rest = [part for piece in rest for part in _INSIDE.split(piece)]
    return name, [part.strip() for part in rest if part and part.strip()]


def _without_role(name: str, parts: list[str]) -> tuple[str, list[str], Side, str]:
    """ "Interviewer | Pia Holm" and "Pia Holm (Interviewer)" are Pia Holm, and say whose side she is on."""
    (other,) = parts
    for role, person in ((name, other), (other, name)):
        side = side_of_role(role)
        if side is not Side.UNKNOWN and side_of_role(person) is Side.UNKNOWN and person[:1].isupper():
            # "Customer (CFO)" and "Customer (Northwind)" name no person; "Customer (Dana Ortiz)" does.
            if role == name and (is_job_title(person) or (side is Side.CUSTOMER and " " not in person)):
                break
            return person, [], side, f'is labelled "{role}"'
    return name, parts, Side.UNKNOWN, ""


def side_of_role(label: str) -> Side:
    """Whose side "Interviewer", "Customer 2" or "Prospect" names; unknown for anything else, names above all."""
    if _OUR_ROLE.fullmatch(label):
        return Side.OURS
    return Side.CUSTOMER if _CUSTOMER_ROLE.fullmatch(label) else Side.UNKNOWN


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
