"""What people put into file names and headings: companies among dates, outcomes and words like "interview"."""

from __future__ import annotations

import re
from collections.abc import Collection

from analyzer.reading.guesses.dates import MONTH
from analyzer.reading.wordlists import words
from analyzer.records import Outcome

_OUTCOMES = {
    Outcome.WON: "win won wins closedwon",
    Outcome.LOST: "loss lost losses closedlost lose",
    Outcome.CHURNED: "churn churned cancelled canceled cancellation offboarding",
    Outcome.OPEN: "open",
}
_OUTCOME_OF = {word: outcome for outcome, spelt in _OUTCOMES.items() for word in spelt.split()}
_DATES = re.compile(
    r"GMT\d{8}-\d{6}|\d{4}[-_.]\d{1,2}[-_.]\d{1,2}|\d{8}|\d{1,2}[-_.]\d{1,2}[-_.]\d{2,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ _-]?{MONTH}[ _-]*(?:\d{{4}})?|{MONTH}[ _-]\d{{1,2}}(?:[ _-]+\d{{4}})?(?!\d)"
    rf"|{MONTH}[ _-]*\d{{4}}|(?<!\d)(?:19|20)\d\d[-_.](?:0\d|1[0-2])(?!\d)",
    re.IGNORECASE,
)
_SEGMENT = re.compile(
    r"\s+(?:[-–—|:/+_×]+|<[-=]?>|x)\s+|\s*(?:[|/:↔]|<[-=]?>)\s*|[()\[\]{}]|,\s|\s*[–—]\s*|__+|\s+-|-\s+"
)
_WORD = re.compile(r"(?:(?<![^\W\d_])[^\W\d_]\.){2,}|[^\s_.-]+(?:\.(?=\s))?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}")
# "30min", "2nd", "45m"
_MEASURE = re.compile(r"\d+(?:m|min|mins|minutes|h|hr|hrs|st|nd|rd|th|x|p)")
# What is longer is no heading.
_LONGEST = 400
_JOINERS = frozenset(("and", "&", "of", "the", "+", "und", "et", "y"))


def name_words(text: str, people: Collection[str] = (), ours: Collection[tuple[str, ...]] = ()) -> list[str]:
    """The words of a file name or heading that may name a company: those before the first stop word, date or person.

    "02-corvane-loss" gives ["corvane"]; "GMT20260311-150000_Recording" gives []. ``ours`` are the plain words of our
    companies, which stand beside the customer's: "Tallyloop x Corvane".
    """
    spoken = {part for person in people for part in person.casefold().split()}
    spoken |= {"".join(part[0] for part in person.casefold().split()) for person in people if " " in person}
    spoken_names = {person.casefold() for person in people}
    for segment in _SEGMENT.split(_DATES.sub(" | ", text[:_LONGEST])):
        if segment is None or not segment.strip() or segment.strip().casefold() in spoken_names:
            continue
        found = _before_stop(_WORD.findall(segment), spoken)
        if found and plain_words(" ".join(found)) not in ours:
            return found
    return []


def _before_stop(parts: list[str], spoken: Collection[str]) -> list[str]:
    kept: list[str] = []
    bare = [part.strip(".,;!'\"#").casefold() for part in parts]
    for number, (part, word) in enumerate(zip(parts, bare, strict=True)):
        ends = number + 1 == len(bare) or _is_stop(bare[number + 1]) or bare[number + 1].isdigit()
        named_so = bool(kept) and number + 1 < len(bare) and is_part_of_name(word, bare[number + 1])
        if (_is_stop(word) and not named_so) or word in spoken or (word in words("name_weak_stops") and ends):
            if kept:
                break
            continue
        # Numbers, initials and joining words begin no company's name.
        if not kept and (word in _JOINERS or re.fullmatch(r"[a-z]?\d+[a-z]?|[a-z]|\W*", word)):
            continue
        kept.append(part.strip(",;!'\""))
    while kept and (kept[-1].isdigit() or kept[-1].casefold() in _JOINERS):
        kept.pop()
    if kept and not _INITIALS.fullmatch(kept[-1]):
        kept[-1] = kept[-1].rstrip(".")
    return kept


# "Larkspur Senior Care" is a company, "Larkspur senior analyst" a vacancy.
_AFTER_SENIOR = frozenset("care living services home homes housing health healthcare center centers centre".split())


def is_part_of_name(word: str, following: str) -> bool:
    """Whether a word that mostly ends a name goes on with it: the "Senior" of "Larkspur Senior Living"."""
    return word.casefold() == "senior" and following.casefold() in _AFTER_SENIOR


def _is_stop(word: str) -> bool:
    """ "call", "call2" and "30min" are no part of a company's name."""
    if word in words("name_stops") or word in _OUTCOME_OF or _MEASURE.fullmatch(word):
        return True
    return word[-1:].isdigit() and word.rstrip("0123456789") in words("name_stops")


def outcome_in(text: str) -> tuple[Outcome | None, str]:
    """The outcome a name states, and the word: the last such word that is alone. "open" counts only at the end."""
    spelt = [word.casefold() for word in re.findall(r"[^\W\d_]+", text)]
    for number in range(len(spelt) - 1, -1, -1):
        word = spelt[number]
        outcome = _OUTCOME_OF.get(word)
        if outcome is Outcome.OPEN and number != len(spelt) - 1:
            continue
        # "win loss interview" names a method, not an outcome.
        pair = {*spelt[max(number - 1, 0) : number], *spelt[number + 1 : number + 2]}
        if outcome and not (pair & {"win", "won", "loss", "lost"} and word in ("win", "won", "loss", "lost")):
            return outcome, word
    return None, ""


def plain_words(name: str) -> tuple[str, ...]:
    """A company's name for comparing: lower case, without legal forms, "&" and punctuation."""
    spelt = re.findall(r"[^\W_]+", name.casefold().replace("'", "").replace("’", ""))
    kept = [word for word in spelt if word not in _JOINERS]
    while len(kept) > 1 and kept[-1] in words("legal_forms"):
        kept.pop()
    return tuple(kept)


def match_account(name: str, accounts: Collection[str]) -> str:
    """The one known account that is meant: the same words, or one name beginning with the other; "" when none or two.

    "Corvane" is Corvane Medical; "Corvane Office Supply" is not.
    """
    wanted = plain_words(name)
    if not wanted:
        return ""
    same = [account for account in accounts if plain_words(account) == wanted]
    if same:
        return same[0]
    glued = [account for account in accounts if "".join(plain_words(account)) == "".join(wanted)]
    if len(glued) == 1:
        return glued[0]
    begins = [account for account in accounts if _begins(wanted, plain_words(account))]
    return begins[0] if len(begins) == 1 else ""


def find_known(line: str, accounts: Collection[str]) -> str:
    """The one account a line names by its whole name or its first two words; "" for none or two.

    One word of a line tells nothing ("Summit planning" is not Summit Health), nor do two that go on differently:
    "Fairmount Home Inspection" is not Fairmount Home Care.
    """
    found: dict[str, int] = {}
    for account in accounts:
        if length := _words_named(line[:_LONGEST], plain_words(account)):
            found[account] = length
    longest = [account for account, length in found.items() if length == max(found.values())]
    return longest[0] if len(longest) == 1 else ""


def _words_named(line: str, name: tuple[str, ...]) -> int:
    """How many words of a name stand in the line: all of them, or its first two; 0 for fewer."""
    if len(name) < 2:
        is_all = bool(name) and plain_words(line) == name and is_distinctive(name[0])
        return len(name) if is_all else 0
    raw = re.findall(r"[^\W_]+(?:['’][^\W_]+)*|[,;:|()/·–—-]", line)
    kept = [part for part in raw if part.casefold() not in _JOINERS]
    spelt = [part.casefold().replace("'", "").replace("’", "") for part in kept]
    for length in (len(name), 2):
        for at in range(len(spelt) - length + 1):
            if tuple(spelt[at : at + length]) == name[:length]:
                after = kept[at + length] if at + length < len(kept) else ""
                if length == len(name) or (is_distinctive(name[0]) and not _goes_on(after)):
                    return length
    return 0


def _goes_on(word: str) -> bool:
    """Whether a word behind the first two of a name makes it another name."""
    return word[:1].isupper() and word.casefold() not in words("name_stops")


def _begins(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return shorter > 0 and one[:shorter] == other[:shorter] and (shorter > 1 or is_distinctive(one[0]))


def is_distinctive(word: str) -> bool:
    """Whether the first word of a name can stand for it."""
    return len(word) >= 4 and word.casefold() not in words("generic_first_words") and not word.isdigit()
