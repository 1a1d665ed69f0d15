"""Which account a document is about, guessed from what names it: header, file name, labels, a posting's opening."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.reading.guesses.naming import (
    find_known,
    is_distinctive,
    is_part_of_name,
    match_account,
    name_words,
    plain_words,
)
from analyzer.reading.who.labels import is_job_title
from analyzer.reading.wordlists import words
from analyzer.records import DocumentKind, Guess, Participant, Side

_SEGMENTS = re.compile(r"\s+[-–—|·•]\s+|\s*[|·•]\s*|,\s+|[()]|:\s|\s+@\s+|\s+at\s+")
_ABOUT = re.compile(
    r"^\W*about\s+(?!(?:the|this|us|you|our|your)\b)(?P<name>[A-Z0-9][\w&'’ .-]{1,50}?)\W*$",
    re.MULTILINE | re.IGNORECASE,
)
_NO_COMPANY = re.compile(
    r"\d|^(?:full|part|permanent|remote|hybrid|on-?site|posted|date|job|employment|location|salary|contract|temporary|head|we|you)\b"
    r"|^[A-Z]{2}$|\$|€|£",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?<![\w.-])(?:[\w.+-]+@|https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?![\w-])")
_FIELDS = re.compile(r"\s*[|·•]\s*")
_PLACE = re.compile(r"[^,]{2,40}, (?:[A-Z]{2}|[A-Z][a-z]{3,20})")
_AT = re.compile(r"(?:\s@|(?-i:\sat))\s+(?P<name>[A-Z][^(),|·•@]{1,50})")
_FORM_LINE = re.compile(r"[^\w\n]{0,4}[^:\n]{1,40}:\s")
_WORD_AFTER = re.compile(r"[ \t]+(?:(?P<joint>&|and)[ \t]+)?(?P<word>[A-Z][\w'’-]*)")


@dataclass(frozen=True, slots=True)
class Naming:
    """Everything in a document that could name its account."""

    kind: DocumentKind
    stem: str
    title: str
    stated: str
    text: str
    participants: tuple[Participant, ...]
    known: tuple[str, ...]
    ours: tuple[str, ...]
    domains: Mapping[str, str] = field(default_factory=dict)


def guess_account(naming: Naming) -> Guess:
    """The account with the reason, spelt as a known account where it is one; value "" when nothing names it."""
    stated = _stated_name(naming)
    known_here = _known_in_heading(naming) if not stated.value else None
    own = stated if stated.value else known_here or _written_name(naming)
    if own.value and (known := match_account(own.value, naming.known)):
        return Guess(known, own.reason, min(1.0, own.confidence + 0.1))
    labels = " ".join(" ".join((p.name, p.company, *p.labels)) for p in naming.participants)
    written = " ".join((naming.stem, naming.title, labels, naming.text))
    if by_domain := match_domain(written, naming.domains):
        return Guess(naming.domains[by_domain], f"it names the domain {by_domain}", 0.85)
    if own.confidence >= 0.75:
        return own
    if own.value and (known := _known_by_first_word(own.value, naming)):
        return Guess(known, f'{own.reason}, and "{known}" is a known account', 0.8)
    # A new account is taken from a file name only where the words do not speak of a known one instead.
    if not (own.value and _is_spoken_of(own.value, naming)) and (named := _most_named(naming)):
        return named
    return own if own.value else Guess("", "nothing names the account; say it with --account", 0.0)


def match_domain(text: str, domains: Mapping[str, str]) -> str:
    """The known domain that e-mail or web addresses in the text name most often; "" when they name none.

    An address on a part of a domain (mail.northwall.example) counts for it.
    """
    counts: Counter[str] = Counter()
    for host in _HOST.findall(text.casefold()):
        parts = host.split(".")
        for start in range(len(parts) - 1):
            domain = ".".join(parts[start:])
            if domain in domains:
                counts[domain] += 1
                break
    return counts.most_common(1)[0][0] if counts else ""


def _stated_name(naming: Naming) -> Guess:
    """What the document says outright: its header, its speakers' company, a posting's employer."""
    ours = _ours(naming)
    if naming.stated and plain_words(naming.stated) not in ours:
        return Guess(naming.stated, "its header names the account", 0.95)
    # A note may list our people and theirs alike: there only who is plainly theirs tells.
    other = (Side.CUSTOMER,) if naming.kind is DocumentKind.CALL_NOTE else (Side.CUSTOMER, Side.UNKNOWN)
    companies = Counter(p.company for p in naming.participants if p.company and p.side in other)
    labelled = [company for company, _ in companies.most_common() if plain_words(company) not in ours]
    if labelled:
        written = _written_name(naming).value
        # "Larkspur" behind a name is Larkspur Senior Care of the heading.
        is_short = naming.kind is DocumentKind.CALL_NOTE and _begins_with(written, labelled[0])
        return Guess(written if is_short else labelled[0], "its speakers belong to it", 0.85)
    if naming.kind is DocumentKind.JOB_POSTING and (employer := _employer(naming)):
        return Guess(employer, "the posting names its employer", 0.8)
    return Guess("", "", 0.0)


def _begins_with(name: str, short: str) -> bool:
    words = plain_words(short)
    return bool(words) and is_distinctive(words[0]) and plain_words(name)[: len(words)] == words


def _ours(naming: Naming) -> set[tuple[str, ...]]:
    return {plain_words(company) for company in naming.ours}


def _known_in_heading(naming: Naming) -> Guess | None:
    """The one known account that the heading names, wherever it stands there; else a note's first line, where its file
    name names none."""
    if known := find_known(naming.title, naming.known):
        return Guess(known, "its heading names it", 0.75)
    by_file = " ".join(name_words(naming.stem))
    known = find_known(_opening(naming), naming.known)
    return Guess(known, "its first line names it", 0.75) if known and not match_account(by_file, naming.known) else None


def _opening(naming: Naming) -> str:
    return naming.text[:120].split("\n", 1)[0] if naming.kind is DocumentKind.CALL_NOTE else ""


def _written_name(naming: Naming) -> Guess:
    """What its file name, its heading or a note's first line calls the account, a new one perhaps."""
    ours = _ours(naming)
    people = [participant.name for participant in naming.participants]
    by_file = name_words(naming.stem, people, ours)
    by_heading = name_words(naming.title, people, ours)
    # A vacancy heads its posting; the employer is named elsewhere.
    if naming.kind is DocumentKind.JOB_POSTING and not match_account(naming.title, naming.known):
        by_heading = []
    # A heading is written with more care than a file name, where both name the same company.
    if by_file and not (by_heading and _is_fuller(by_heading, by_file)):
        return Guess(_spelt(by_file, naming), "its file name names it", 0.7)
    if by_heading:
        return Guess(_spelt(by_heading, naming), "its heading names it", 0.7)
    opening = _opening(naming)
    found = name_words(opening, people, ours)
    if not found or _is_prose(opening, found) or len("".join(found)) < 3 or _is_form(naming.text):
        return Guess("", "", 0.0)
    return Guess(_spelt(found, naming), "its first line names it", 0.5)


def _is_fuller(heading: Sequence[str], file: Sequence[str]) -> bool:
    """Whether both begin with the same word and the file name then goes on as the heading does not."""
    one, other = (plain_words(" ".join(parts)) for parts in (heading, file))
    return one[:1] == other[:1] and len(one) > 1 and one[: len(other)] != other and other[: len(one)] != one


def _is_spoken_of(name: str, naming: Naming) -> bool:
    """Whether the document's own words name what its file name does."""
    first = plain_words(name)[:1]
    return bool(first) and first[0] in plain_words(f"{naming.title} {naming.text}")


def _is_prose(line: str, found: Sequence[str]) -> bool:
    """A sentence, which names no company by its first words: "They want one list", "Spoke to Dana about"."""
    if not found or len(line.split()) <= 6:
        return False
    plain = [word for word in found if word.casefold() not in ("and", "of", "the")]
    return found[0].casefold() in words("sentence_starts") or any(word[:1].islower() for word in plain)


def _is_form(text: str) -> bool:
    """Whether the text opens with lines such as "Budget: 40k" or "Dana: owns the budget"."""
    opening = [line for line in text[:600].split("\n") if line.strip()][:3]
    return sum(bool(_FORM_LINE.match(line)) for line in opening) > 1


def _spelt(parts: Sequence[str], naming: Naming) -> str:
    """The name as the document writes it: "kessel brandt" is "Kessel & Brandt", "chairsidehq" is "ChairsideHQ".

    More words are taken from the heading or text when the name is mostly followed by them there.
    """
    text = f"{naming.title}\n{naming.text}"
    whole = parts
    parts = [word for word in parts if word.casefold() not in ("&", "and", "+")]
    for length in range(len(parts), 0, -1):
        pattern = r"(?:[ \t-]+(?:&|and|\+)?[ \t]*|)".join(re.escape(word) for word in parts[:length])
        hits = [hit for hit in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE) if not hit[0].islower()]
        if hits and (length > 1 or is_distinctive(parts[0])):
            # A heading is spelt with care; in speech "Foxglove & Pine" is heard as "Foxglove and Pine".
            written = [hit for hit in hits if hit.end() <= len(naming.title)]
            spelt = Counter(hit[0] for hit in written or hits).most_common(1)[0][0]
            if spelt.isupper() and len(spelt) > 5 and length == len(parts) and not "".join(parts).isupper():
                spelt = " ".join(_capital(word) for word in parts)
            rest = [_capital(word) for word in parts[length:]]
            return " ".join([spelt, *rest]) if rest else _extended(spelt, text, len(hits))
    return " ".join(word if word.casefold() in ("and", "+") else _capital(word) for word in whole)


def _extended(spelt: str, text: str, times: int) -> str:
    """With the capitalised words that mostly follow the name: "Corvane" is "Corvane Medical" in its own posting."""
    longer: Counter[str] = Counter()
    for hit in re.finditer(rf"(?<!\w){re.escape(spelt)}(?!\w)", text):
        added, place = "", hit.end()
        for _ in range(3):
            word = _WORD_AFTER.match(text, place)
            if not word or _ends_name(word["word"], _WORD_AFTER.match(text, word.end())):
                break
            added, place = text[hit.end() : word.end()], word.end()
        if added:
            longer[spelt + added] += 1
    if not longer:
        return spelt
    best, count = longer.most_common(1)[0]
    return " ".join(best.split()) if count >= 0.5 * times else spelt


def _ends_name(word: str, following: re.Match[str] | None) -> bool:
    if following and is_part_of_name(word, following["word"]):
        return False
    return word.casefold() in words("name_stops") | words("sentence_starts") or is_job_title(word)


def _capital(word: str) -> str:
    return word if any(c.isupper() for c in word) else word[:1].upper() + word[1:]


def _employer(naming: Naming) -> str:
    """Of the opening lines' parts, the one the posting goes on to name: repeated, under "About", in its file name."""
    lines = [line for line in naming.text.split("\n\n") if line.strip()]
    about = _ABOUT.search(naming.text)
    headed = plain_words(about["name"]) if about else ()
    in_name = set(plain_words(naming.stem.replace("_", " ").replace("-", " ")))
    best, best_weight = "", 2.0
    for number, line in enumerate(lines[:5]):
        if len(line) > 160:
            break
        stated = _stated_beside(line)
        for part in _SEGMENTS.split(line):
            spelt = plain_words(part or "")
            if not part or not spelt or len(spelt) > 6 or _NO_COMPANY.search(part.strip()) or is_job_title(part):
                continue
            rest = "\n".join(lines[number + 1 :])
            named = len(re.findall(rf"(?<!\w){re.escape(part.strip())}(?!\w)", rest))
            begun = (
                len(re.findall(rf"(?<!\w){re.escape(part.split()[0])}(?!\w)", rest)) if is_distinctive(spelt[0]) else 0
            )
            weight = (
                3.0 * (headed[:1] == spelt[:1])
                + 2.5 * (part.strip() in stated)
                + 1.5 * (spelt[0] in in_name)
                + 1.5 * min(named, 3)
                + 0.6 * min(begun, 3)
            )
            if weight > best_weight:
                best, best_weight = part.strip(" ,.-*_#"), weight
    if best:
        return _full_name(best, naming)
    if about:
        return _extended(
            about["name"].strip(), naming.text, len(re.findall(re.escape(about["name"].strip()), naming.text))
        )
    return ""


def _stated_beside(line: str) -> frozenset[str]:
    """What a line sets apart as the employer: "Analyst at Corvane", "Corvane | Eau Claire, WI", "Corvane GmbH"."""
    found = {match["name"].strip(" ,.-") for match in _AT.finditer(line)}
    first, *others = _FIELDS.split(line)
    if any(_PLACE.fullmatch(other.strip()) for other in others) and "," not in first:
        found.add(first.strip())
    for part in _SEGMENTS.split(line):
        if part and len(part.split()) > 1 and part.split()[-1].strip(".").casefold() in words("legal_forms"):
            found.add(part.strip())
    return frozenset(found)


def _full_name(name: str, naming: Naming) -> str:
    """A header may name a subsidiary ("X Sensors Inc."); the paragraph about the company names the company."""
    about = _ABOUT.search(naming.text)
    if not about or plain_words(about["name"]) == plain_words(name):
        return name
    base = about["name"].strip()
    if plain_words(name)[: len(plain_words(base))] != plain_words(base):
        return name
    paragraph = naming.text[about.end() : about.end() + 400]
    full = _extended(base, paragraph, 1)
    return full if full != base else name


def _known_by_first_word(own: str, naming: Naming) -> str:
    """A known account that shares the distinctive first word, unless the document's name goes on differently."""
    words = plain_words(own)
    if len(words) != 1 or not is_distinctive(words[0]):
        return ""
    same = [account for account in naming.known if plain_words(account)[:1] == words]
    return same[0] if len(same) == 1 else ""


def _most_named(naming: Naming) -> Guess | None:
    """The known account spoken of most, when it is named more than once and twice as often as any other."""
    counts: Counter[str] = Counter()
    for account in naming.known:
        words = plain_words(account)
        if not words:
            continue
        pattern = r"\W+(?:and\W+)?".join(re.escape(word) for word in words)
        if is_distinctive(words[0]):
            pattern = rf"{pattern}|{re.escape(words[0])}(?!\W?\s?[A-Z])"
        counts[account] = len(re.findall(rf"(?<!\w)(?:{pattern})(?!\w)", naming.text, re.IGNORECASE))
    ranked = counts.most_common(2)
    if not ranked or ranked[0][1] < 2 or (len(ranked) > 1 and ranked[1][1] * 2 > ranked[0][1]):
        return None
    return Guess(ranked[0][0], f"it names this known account {ranked[0][1]} times", 0.6)
