"""Who took part, as headers and notes list people: one line or many, with titles, companies, sides and addresses.

"Lucia Ferrante (us), Angela Kim (COO, Larkspur), Ben Osei - payroll manager" are three people; so are they with ";"
or "|" between them, as bullets, as "Angela Kim, COO, Larkspur; Ben Osei, payroll manager", and below "Us:".
What this cannot see: a list of first names and companies without titles, where a company reads as one more person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.reading.canonical import fold
from analyzer.reading.who.labels import is_job_title, is_label, parse_label, side_of_role
from analyzer.reading.who.speakers import plain_name
from analyzer.reading.wordlists import words
from analyzer.records import Participant, Side

PEOPLE_KEYS = frozenset(
    "attendees participants present in-attendance speakers people who with meeting-participants "
    "call-participants invited invitees on-the-call on-call also-on-the-call in-the-room in-the-meeting call-with "
    "meeting-with met-with spoke-to spoke-with teilnehmer teilnehmende teilnehmerinnen anwesend anwesende "
    "présents participants-présents participantes asistentes presentes partecipanti presenti deelnemers "
    "aanwezig deltagare deltagere dabei".split()
)
_LINE = re.compile(
    r"^[-*>•#\s]*(?:\*\*|__)?(?P<key>[^\W\d_][\w /-]{1,30}?)(?:\*\*|__)?\s*[:：]\s*(?:\*\*|__)?\s*(?P<value>.*)$"
)
_BULLET = re.compile(r"^\s*(?:[-*+•·‣▪◦–—]|\d{1,2}[.)])\s+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>")
_GROUP = re.compile(r"^(?P<group>[^:()<>@]{2,40}):\s+(?=\S)")
_MAIL = re.compile(
    r"[<(\[]?\s*(?:mailto:)?(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,20}){1,4})\s*[>)\]]?", re.IGNORECASE
)
_DASH = re.compile(r"\s+[-–—]\s+")
# Titles of other languages, beside those of words.yaml, and departments that stand for one.
_TITLE = re.compile(
    r"\b(?:\w*(?:leiter|leiterin|leitung|führer|führerin|vorstand|inhaber|inhaberin|einkäufer|einkäuferin|prokurist|prokuristin)"
    r"|directeur|directrice|responsable|gérante?|acheteu(?:r|se)|directora?|jef[ea]|gerente|encargad[oa]|direttore|titolare"
    r"|it|hr|finance|operations|ops|legal|procurement|purchasing|payroll|security|einkauf|personal)$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"^\s*(?:\d+|and \d+|others?|team|more|several|various|everyone|all|the team|n/?a|tbd|none|me|myself|unknown)\b",
    re.I,
)
_LONGEST, _MOST_LINES, _MOST_PEOPLE = 2000, 40, 40


def is_people_key(key: str) -> bool:
    """Whether "On the call" or "Teilnehmer" opens a list of who took part."""
    return "-".join(key.casefold().split()) in PEOPLE_KEYS


def find_attendees(lines: Sequence[str]) -> tuple[Participant, ...]:
    """The people a note lists in its opening lines, on the line of the key or as bullets below it; () where none."""
    for number, line in enumerate(lines[:_MOST_LINES]):
        match = _LINE.match(line[:_LONGEST])
        bare = line.strip("#*_-–—: \t").casefold() if len(line) <= 60 else ""
        if match and is_people_key(match["key"]):
            value = match["value"].strip("*_ ")
            listed = parse_attendees(value if value else "\n".join(_below(lines[number + 1 :])))
        elif is_people_key(bare) and bare not in ("with", "who", "people", "present"):
            listed = parse_attendees("\n".join(_below(lines[number + 1 :])))
        else:
            continue
        if listed:
            return listed
    return ()


def _below(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a list: up to the first blank one behind it or one that is too long to name people."""
    begun = False
    for line in lines[:_MOST_LINES]:
        if not line.strip():
            if begun:
                return
            continue
        is_heading = line.lstrip().startswith("#")
        if len(line) > 200 or is_heading or (begun and not _names_somebody(line)) or line.rstrip().endswith((".", "?")):
            return
        begun = True
        yield line


def _names_somebody(line: str) -> bool:
    return bool(_GROUP.match(line)) or bool(_people_in(_BULLET.sub("", line))[:1])


def parse_attendees(listed: str) -> tuple[Participant, ...]:
    """The people of one list, each with title, company and side as far as the list tells them."""
    people: list[Participant] = []
    side, company = Side.UNKNOWN, ""
    for line in listed[:_LONGEST].split("\n"):
        for item in _items(_BULLET.sub("", line.strip())):
            if group := _GROUP.match(item):
                side, company = _group(group["group"])
                item = item[group.end() :]
            people += [_placed(who, side, company) for who in _people_in(item)]
    people = list({who.name.casefold(): who for who in reversed(people)}.values())[::-1][:_MOST_PEOPLE]
    return tuple(people)


def _items(line: str) -> list[str]:
    """The parts of a line that ";" separates, also where a group begins: "Us: Lucia / Larkspur: Angela"."""
    return [part.strip() for part in _split(line, r";|\s/\s(?=[^:/]{2,40}:\s)") if part.strip()]


def _group(words_: str) -> tuple[Side, str]:
    side = _side_of(words_)
    return (
        (side, "") if side is not Side.UNKNOWN else (Side.UNKNOWN, re.sub(r"^(?:from|at|for)\s+", "", words_.strip()))
    )


def _side_of(text: str) -> Side:
    plain = text.strip(" .*_").casefold()
    plain = re.sub(r"^(?:from |on |for |the )+|\s+(?:side|team|people)$", "", plain)
    if plain in ("us", "ours", "our", "we", "internal", "me", "vendor", "unsere", "wir", "intern", "nous", "nosotros"):
        return Side.OURS
    if plain in ("them", "customer", "client", "prospect", "external", "theirs", "buyer", "kunde", "extern", "cliente"):
        return Side.CUSTOMER
    return side_of_role(text.strip())


def _split(text: str, separator: str) -> list[str]:
    """Split at separators that stand in no brackets."""
    hidden = _BRACKETS.sub(lambda m: "\x00" * len(m[0]), text)
    parts, at = [], 0
    for match in re.finditer(separator, hidden):
        parts.append(text[at : match.start()])
        at = match.end()
    return [*parts, text[at:]]


def _people_in(item: str) -> list[Participant]:
    """Everybody in a stretch without ";": names by commas, "and" or "|", each with the titles that follow it."""
    bars = [part.strip() for part in _split(item, r"\|") if part.strip()]
    # "Dana Ortiz | CFO | Larkspur" is one person, "Dana Ortiz | Ben Osei" are two.
    if len(bars) > 1 and not any(is_job_title(part) and "(" not in part for part in bars[1:]):
        return [who for part in bars for who in _people_in(part)]
    if len(bars) > 1:
        return [who] if (who := _person(f"{bars[0]} ({', '.join(bars[1:])})")) else []
    grouped: list[list[str]] = []
    for part in _split(item, r",\s*|\s+(?:and|und|et|y|&|\+)\s+"):
        part = part.strip(" .")
        if not part or _COUNTED.match(part):
            continue
        if grouped and _is_detail(part, grouped[-1]):
            grouped[-1].append(part)
        else:
            grouped.append([part])
    made = (_person(_in_brackets(parts)) for parts in grouped)
    return [who for who in made if who]


def _in_brackets(parts: Sequence[str]) -> str:
    """ "Pia Holm – Head of IT" and "Larkspur" as "Pia Holm (Head of IT, Larkspur)"."""
    name, *first = _DASH.split(parts[0], maxsplit=1)
    told = [*first, *parts[1:]]
    return f"{name} ({', '.join(told)})" if told and "(" not in name else ", ".join(parts)


def _is_title(text: str) -> bool:
    return is_job_title(text) or bool(_TITLE.search(text))


def _is_detail(part: str, before: Sequence[str]) -> bool:
    """Whether a part tells of the person before it: a title, a side, or the company behind a title."""
    bare = _BRACKETS.sub("", part).strip()
    if "@" in bare or "(" in part or _DASH.search(part):
        return False
    if _side_of(bare) is not Side.UNKNOWN or bare[:1].islower():
        return True
    if _is_title(bare):
        return not _is_titled_name(bare)
    # "Angela Kim, COO, Larkspur, Ben Osei": a title is followed by its company, told by no second word or by its form.
    is_company = bare.split()[-1].strip(".").casefold() in words("legal_forms")
    name, *first = _DASH.split(before[0], maxsplit=1)
    told = [*first, *before[1:]]
    return is_company or (bool(told) and _is_title(told[-1]) and len(name.split()) > 1 and " " not in bare)


def _is_titled_name(part: str) -> bool:
    """ "CFO Dana Ortiz": a title of one word and a name."""
    first, _, rest = part.partition(" ")
    return first.isupper() and len(rest.split()) == 2 and not is_job_title(rest) and rest.istitle()


def _person(item: str) -> Participant | None:
    item = fold(item).strip(" .*_")
    mail = _MAIL.search(item)
    bare = f"{item[: mail.start()]} {item[mail.end() :]}".strip(" ,;-–—") if mail else item
    if not bare and mail:
        bare = plain_name(mail["mail"])
    side, reason = Side.UNKNOWN, ""
    bare = re.sub(r"\[([^\[\]]*)\]", r"(\1)", bare)
    if bracket := re.search(r"\s*\(([^()]*)\)\s*$", bare):
        told = [part.strip() for part in re.split(r"[,;/]", bracket[1])]
        sides = [part for part in told if _side_of(part) is not Side.UNKNOWN]
        if sides:
            side, reason = _side_of(sides[0]), f'is listed as "{sides[0]}"'
            rest = [part for part in told if part not in sides]
            bare = bare[: bracket.start()] + (f" ({', '.join(rest)})" if rest else "")
    if _is_titled_name(bare):
        title, _, name = bare.partition(" ")
        bare = f"{name} ({title})"
    who = parse_label(bare)
    if not who.name or not is_label(who.name) or not _is_name(who.name):
        return None
    if side is Side.UNKNOWN:
        side, reason = who.side, who.side_reason
    if who.company and not who.title and _is_title(who.company):
        who = replace(who, title=who.company, company="")
    return replace(who, side=side, side_reason=reason, labels=(mail["mail"],) if mail else ())


def _is_name(name: str) -> bool:
    """One to four capitalised words, particles aside: no title, no sentence."""
    parts = [part for part in name.split() if part.casefold() not in words("particles")]
    return 1 <= len(parts) <= 4 and not any(part[:1].islower() for part in parts) and not is_job_title(name)


def _placed(who: Participant, side: Side, company: str) -> Participant:
    if who.side is Side.UNKNOWN and side is not Side.UNKNOWN:
        whose = "our" if side is Side.OURS else "the customer's"
        who = replace(who, side=side, side_reason=f"is listed with {whose} people")
    return replace(who, company=who.company or company)
