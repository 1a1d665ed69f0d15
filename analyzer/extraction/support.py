"""Whether a claim says more than its evidence: figures, names and titles must stand in the quote's turn or near it.

A caller gains a reason and a sentence when a claim brings a figure, name or title of its own (number, role), or
shares no word with what was said (unsupported_claim). A claim may state in digits what was said in words. What this
cannot see: a wrong claim in the right words ("they left us" for "we left them"), sums, and names resolved from
further away than two turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from analyzer.extraction.figures import dimension, fold_figures, is_number, singular
from analyzer.extraction.names import names_in_claim
from analyzer.extraction.numerals import CURRENCIES, MONTHS, WEEKDAYS
from analyzer.extraction.source import Source
from analyzer.extraction.titles import Title, find_titles
from analyzer.extraction.words import Word, content_stems, split_words, word_set
from analyzer.records import Reason

REACH = 2
"""How many turns before and after the quote's turn may hold what the claim says."""

_SHARES = {"#50": "half", "#33": "#3o", "#25": "quarter", "#75": "quarters", "#66": "thirds", "#67": "thirds"}

_ENGLISH = word_set("the and to they that our their from because have")

Problem = tuple[Reason, str]


def check_claim(claim: str, words: Sequence[Word], source: Source, place: int) -> Problem | None:
    """The first thing the claim says that nobody near the quote said; None if all of it stands there."""
    near = range(max(0, place - REACH), min(len(source.document.turns), place + REACH + 1))
    return (
        _check_figures(words, claim, source, near)
        or _check_titles(claim, source, near)
        or _check_names(claim, words, source, near)
        or _check_overlap(words, source, near)
    )


# ------------------------------------------------------------------------------------------------------------ figures


def _check_figures(words: Sequence[Word], claim: str, source: Source, near: range) -> Problem | None:
    said = frozenset[str]().union(*(source.norms_in(k) for k in near))
    for i, word in enumerate(words):
        if not _is_claimed_figure(words, i, claim) or _is_said(word.norm, said, source, near):
            continue
        written = claim[word.start : word.end]
        if any(_is_alike(word.norm, norm) for norm in said):
            return (
                Reason.NUMBER,
                f"The claim says \u201c{written}\u201d; the words around the quote give another figure.",
            )
        return (
            Reason.UNSUPPORTED_CLAIM,
            f"The claim says \u201c{written}\u201d; no such figure stands around the quote.",
        )
    return _check_units(words, claim, source, near, said) or _check_counted(words, claim, source, near)


def _is_claimed_figure(words: Sequence[Word], i: int, claim: str) -> bool:
    norm = words[i].norm
    if norm in MONTHS or norm in WEEKDAYS:
        return claim[words[i].start].isupper() and (norm not in ("may", "march", "august") or i > 0)
    if norm in ("#1o", "#2o"):
        return i + 1 < len(words) and words[i + 1].norm in ("quarter", "half")
    # "one" is mostly a pronoun, and stands in too many claims that count nothing.
    return is_number(norm) and norm != "#1"


def _is_said(norm: str, said: frozenset[str], source: Source, near: range) -> bool:
    if norm in said or norm.removesuffix("o") in said or norm + "o" in said or _SHARES.get(norm, "-") in said:
        return True
    when = source.document.said_on
    if when and norm in {f"#{when.year + shift}" for shift in (-1, 0, 1)}:
        return True
    return norm in {"#2": {"twice", "both", "two"}, "#3": {"thrice"}, "#12": {"dozen"}}.get(norm, set()) & said or any(
        norm in _spoken_short(source.words_in(k)) for k in near
    )


def _spoken_short(words: Sequence[Word]) -> set[str]:
    """ "two fifty" may be 250: what pairs of numbers could mean together."""
    pairs = pairwise(words)
    return {
        f"#{int(a.norm[1:]) * 100 + int(b.norm[1:])}"
        for a, b in pairs
        if a.norm[0] == b.norm[0] == "#" and a.norm[1:].isdecimal() and b.norm[1:].isdecimal()
        and int(a.norm[1:]) < 100 and 10 <= int(b.norm[1:]) < 100
    }  # fmt: skip


def _is_alike(norm: str, other: str) -> bool:
    """Whether one could be a slip for the other: month for month, number for number."""
    if is_number(norm):
        return is_number(other) and other != "#1"
    return (norm in MONTHS and other in MONTHS) or (norm in WEEKDAYS and other in WEEKDAYS)


def _check_units(
    words: Sequence[Word], claim: str, source: Source, near: range, said: frozenset[str]
) -> Problem | None:
    """Eleven hours for eleven days; euros where only dollars were named."""
    for word, unit in pairwise(words):
        if not is_number(word.norm) or word.norm == "#1" or not dimension(unit.norm):
            continue
        named = singular(unit.norm)
        if named in CURRENCIES:
            wrong = named not in map(singular, said) and any(singular(n) in CURRENCIES for n in said)
        else:
            units = {singular(u) for k in near for u in _units_after(word.norm, source.words_in(k))}
            wrong = bool(units) and named not in units and all(dimension(u) == dimension(named) for u in units)
        if wrong:
            return (
                Reason.NUMBER,
                f"The claim says \u201c{claim[word.start : unit.end]}\u201d; the source gives another unit.",
            )
    return None


def _check_counted(words: Sequence[Word], claim: str, source: Source, near: range) -> Problem | None:
    """Our figure on their things: "forty hours?" - "we lost four pallets" is no loss of forty pallets."""
    theirs = [k for k in near if not source.is_ours(k)]
    for word, noun in pairwise(words):
        if not is_number(word.norm) or word.norm == "#1" or is_number(noun.norm) or dimension(noun.norm):
            continue
        if any(_is_said(word.norm, source.norms_in(k), source, range(k, k + 1)) for k in theirs):
            continue
        counted = {n for k in near for n in _numbers_before(noun.norm, source.words_in(k))}
        if counted and word.norm not in counted:
            written = claim[word.start : noun.end]
            return Reason.NUMBER, f"The claim says \u201c{written}\u201d; the source counts them otherwise."
    return None


def _numbers_before(noun: str, words: Sequence[Word]) -> set[str]:
    """The figures in the few words before a noun: "four, maybe five pallets"."""
    places = [i for i, word in enumerate(words) if singular(word.norm) == singular(noun)]
    return {w.norm for i in places for w in words[max(0, i - 4) : i] if is_number(w.norm)}


def _units_after(number: str, words: Sequence[Word]) -> list[str]:
    return [b.norm for a, b in pairwise(words) if a.norm == number]


# --------------------------------------------------------------------------------------------------- titles and names


@cache
def _titles_of(text: str) -> tuple[tuple[Title, frozenset[str]], ...]:
    return tuple((m.title, frozenset(w.norm for w in split_words(text[m.start : m.end]))) for m in find_titles(text))


def _check_titles(claim: str, source: Source, near: range) -> Problem | None:
    mentions = [m for m in find_titles(claim) if not m.title.is_generic and m.title.rank >= 2]
    if not mentions:
        return None
    text = source.document.text
    said: list[tuple[Title, frozenset[str]]] = []
    for k in near:
        said += [(m.title, _titles_of(text[m.start : m.end])[0][1]) for m in source.titles_in(k)]
    for person in source.document.participants:
        said += _titles_of(person.title)
    for mention in mentions:
        words = {w.norm for w in split_words(claim, mention.start, mention.end)}
        spoken = any(words <= source.norms_in(k) for k in near)
        if spoken or any(title.name == mention.title.name or words <= norms for title, norms in said):
            continue
        written = claim[mention.start : mention.end]
        if any(not title.is_generic for title, _ in said):
            return Reason.ROLE, f"The claim says \u201c{written}\u201d; the words around the quote name another title."
        return Reason.UNSUPPORTED_CLAIM, f"The claim says \u201c{written}\u201d; no such title stands around the quote."
    return None


def _known_words(source: Source) -> set[str]:
    document = source.document
    known = [document.account, document.title]
    for person in document.participants:
        known += (person.name, person.company, person.title)
    return {word.norm for text in known for word in split_words(text)}


def _check_names(claim: str, words: Sequence[Word], source: Source, near: range) -> Problem | None:
    titled = [(m.start, m.end) for m in find_titles(claim)]
    names = [w for w in names_in_claim(claim, words) if not any(a <= w.start < b for a, b in titled)]
    if not names:
        return None
    said = _known_words(source).union(*(source.norms_in(k) for k in near))
    for k in near:
        said |= {word.norm for word in split_words(source.turn(k).speaker)}
    for name in names:
        if _is_initials(claim, name, source, near):
            continue
        if name.norm in said or name.norm.removesuffix("s") in said or name.norm + "s" in said:
            continue
        written = claim[name.start : name.end]
        if source.names & said:
            return Reason.ROLE, f"The claim names \u201c{written}\u201d; the words around the quote name others."
        return Reason.UNSUPPORTED_CLAIM, f"The claim names \u201c{written}\u201d, whom nobody names around the quote."
    return None


def _is_initials(claim: str, name: Word, source: Source, near: range) -> bool:
    """ "AP" for "accounts payable": capitals that are the first letters of words said near by."""
    written = claim[name.start : name.end]
    if not written.isupper() or not 3 <= len(written) <= 5:
        return False
    return any(name.norm in "".join(word.norm[0] for word in source.words_in(k)) for k in near)


def _check_overlap(words: Sequence[Word], source: Source, near: range) -> Problem | None:
    """A claim of four words or more that shares none with what the customer says near by speaks of something else.

    Our own words near by do not count: a claim made of our question and an unrelated answer is ours, not theirs. Only
    where both are English, told by their small words: a claim may well be in another language than the quote.
    """
    stated = content_stems(words)
    said = frozenset[str]().union(*(source.stems_in(k) for k in near if not source.is_ours(k)))
    norms = frozenset[str]().union(*(source.norms_in(k) for k in near))
    if len(stated) < 4 or stated & said or not (norms & _ENGLISH and {w.norm for w in words} & _ENGLISH):
        return None
    return Reason.UNSUPPORTED_CLAIM, "The claim shares no word with the quote or the turns around it."


def claim_words(claim: str) -> list[Word]:
    return fold_figures(split_words(claim))
