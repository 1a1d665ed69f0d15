"""Why a quote was not found: its nearest relative in the words of the customer, and what differs.

Only here may anything be approximate: nothing found this way is ever shown as evidence, it only names the reason. A
caller gains "September became December" instead of "not found". What this cannot see: two changes of different kinds
beside a third one count as not found, and so does a single word left out that is no negation, figure or name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from analyzer.extraction.figures import is_figure
from analyzer.extraction.fillers import KEEP, mark_skippable
from analyzer.extraction.names import is_nameable
from analyzer.extraction.polarity import NEGATORS
from analyzer.extraction.source import Source
from analyzer.extraction.stitching import DOTS, is_stitched
from analyzer.extraction.titles import find_titles, is_occupation
from analyzer.extraction.words import STOP, STOP_WORDS, Word, stem, word_set
from analyzer.records import Reason

_NEUTRAL = word_set("do does did a an the any ever of to that is are be been 's have has had got")
# "without" becomes "with", "no longer" becomes "still", "nobody" becomes "everybody": the other half of a lost
# negation.
_PARTNERS = word_set(
    """with longer more anymore still always often usually some somebody someone everybody everyone anybody anyone all
    both either something everything anything everywhere somewhere already even at yet exactly only much fully #1 mehr
    noch immer ein eine einen einem einer un une du de"""
)
# Figures only beside other figures: "spring" becomes "fall", "twelve" becomes "a few".
_BESIDE_FIGURES = word_set("and point a half fall couple few several both odd")

_Block = tuple[int, int, int, int]
"""A run of equal words: from and to in the quote, from and to in the window."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The reason, a sentence, and the place of the nearest turn in ``document.turns`` if there is one."""

    reason: Reason
    detail: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    """Where a quote and its nearest relative part: word numbers in the quote and in the source."""

    quoted: tuple[int, ...]
    sourced: tuple[int, ...]


def diagnose(quote: str, words: Sequence[Word], source: Source) -> Diagnosis:
    """Name the reason why ``quote`` (``words`` are its comparable words) stands nowhere in the customer's turns."""
    skips = mark_skippable(words)
    kept = [i for i, skip in enumerate(skips) if skip == KEEP]
    nearest: int | None = None
    for place, window in _windows(words, kept, source):
        nearest = place if nearest is None else nearest
        changes = _compare(words, kept, window, source)
        if changes:
            found = _classify(quote, words, changes, source, place)
            if found:
                told = next(c for c in changes if c.quoted or c.sourced)
                return Diagnosis(found, _tell(found, quote, words, told, source), place)
    if is_stitched(quote, words, kept, source) and not _only_lacks_words(quote, words, kept, source):
        detail = "The words stand in the document, but apart: the quote joins pieces that were not said together."
        return Diagnosis(Reason.STITCHED, detail, nearest)
    return Diagnosis(Reason.NOT_FOUND, "Nobody on the customer's side says these words.", nearest)


# ------------------------------------------------------------------------------------------------------ nearest place


def _windows(words: Sequence[Word], kept: Sequence[int], source: Source) -> Iterator[tuple[int, list[int]]]:
    """Up to three stretches of one turn each that share the quote's rarest words in about the same order."""
    rare = sorted(
        (i for i in kept if words[i].norm in source.postings), key=lambda i: len(source.postings[words[i].norm])
    )
    votes: defaultdict[tuple[int, int], float] = defaultdict(float)
    width = len(kept) // 2 + 6
    rank = {i: k for k, i in enumerate(kept)}
    for i in rare[:16]:
        for word in source.postings[words[i].norm][:200]:
            place = source.turn_of(word)
            if not source.is_ours(place):
                start = source.lean_places[word] - rank[i]
                # A word that stands everywhere says little about where the quote comes from.
                weight = len(source.postings[words[i].norm]) ** -0.5
                votes[place, start // width] += 2 * weight
                votes[place, start // width + 1] += weight
    for place, bucket in nlargest(4, votes, key=lambda key: votes[key]):
        low, high = (bucket - 1) * width, (bucket + 2) * width + len(kept)
        first, last = source.span(place)
        window = [i for i in source.lean.words[max(0, low) : high] if first <= i < last]
        if window:
            yield place, window


def _compare(words: Sequence[Word], kept: Sequence[int], window: Sequence[int], source: Source) -> list[_Change]:
    """What differs between the quote and the window; empty if they have too little in common."""
    ops = Levenshtein.opcodes([words[i].norm for i in kept], [source.words[i].norm for i in window])
    blocks = [(o.src_start, o.src_end, o.dest_start, o.dest_end) for o in ops if o.tag == "equal"]
    while len(blocks) > 1 and blocks[0][1] - blocks[0][0] <= 2 and _strays(blocks[0], blocks[1]):
        blocks.pop(0)
    while len(blocks) > 1 and blocks[-1][1] - blocks[-1][0] <= 2 and _strays(blocks[-2], blocks[-1]):
        blocks.pop()
    blocks = _pull_together(words, kept, window, blocks, source)
    equal = sum(b[1] - b[0] for b in blocks)
    if not blocks or equal < 2 or equal * 5 < len(kept) * 2:
        return []
    changes = []
    first, last = blocks[0], blocks[-1]
    if first[0]:
        quoted = kept[: first[0]]
        choices = [window[max(0, first[2] - n) : first[2]] for n in _lengths(first[0])]
        changes.append(_Change(tuple(quoted), _closest(words, quoted, choices, source)))
    for left, right in pairwise(blocks):
        changes.append(_Change(tuple(kept[left[1] : right[0]]), tuple(window[left[3] : right[2]])))
    if last[1] < len(kept):
        quoted = kept[last[1] :]
        choices = [window[last[3] : last[3] + n] for n in _lengths(len(quoted))]
        changes.append(_Change(tuple(quoted), _closest(words, quoted, choices, source)))
    return [_shorten(change, words, source) for change in changes]


def _lengths(n: int) -> tuple[int, ...]:
    return (n, n + 1, n - 1, n + 2, n + 3)


def _closest(
    words: Sequence[Word], quoted: Sequence[int], choices: Sequence[Sequence[int]], source: Source
) -> tuple[int, ...]:
    """The stretch of the source nearest to the quote's words at its end; of equals, the one of the same length."""
    norms = [words[i].norm for i in quoted]
    return tuple(min(choices, key=lambda c: Levenshtein.distance(norms, [source.words[i].norm for i in c])))


def _pull_together(
    words: Sequence[Word], kept: Sequence[int], window: Sequence[int], blocks: list[_Block], source: Source
) -> list[_Block]:
    """Move a short first block next to the second where the same words stand there too ("no, but no, but you")."""
    if len(blocks) > 1 and blocks[0][1] == blocks[1][0]:
        n = blocks[0][1] - blocks[0][0]
        start = blocks[1][2] - n
        if [source.words[i].norm for i in window[max(0, start) : start + n]] == [
            words[i].norm for i in kept[blocks[0][0] : blocks[0][1]]
        ]:
            blocks = [(blocks[0][0], blocks[0][1], start, start + n), *blocks[1:]]
    return blocks


def _shorten(change: _Change, words: Sequence[Word], source: Source) -> _Change:
    """Without the words both sides begin or end with, which a block set aside as stray may leave."""
    quoted, sourced = list(change.quoted), list(change.sourced)
    while quoted and sourced and words[quoted[-1]].norm == source.words[sourced[-1]].norm:
        quoted.pop()
        sourced.pop()
    while quoted and sourced and words[quoted[0]].norm == source.words[sourced[0]].norm:
        quoted.pop(0)
        sourced.pop(0)
    return _Change(tuple(quoted), tuple(sourced))


def _strays(left: _Block, right: _Block) -> bool:
    """Whether two equal blocks are much further apart in the source than in the quote."""
    return (right[2] - left[3]) > (right[0] - left[1]) + 4


# ------------------------------------------------------------------------------------------------------- what differs


def _classify(
    quote: str, words: Sequence[Word], changes: Sequence[_Change], source: Source, place: int
) -> Reason | None:
    reasons = set()
    for change in changes:
        quoted = [words[i].norm for i in change.quoted]
        sourced = [source.words[i].norm for i in change.sourced]
        if all(norm in _NEUTRAL for norm in (*quoted, *sourced)):
            continue
        if _differs_in_negation(quoted, sourced):
            reasons.add(Reason.NEGATION)
        elif _differs_in_figures(quoted, sourced):
            reasons.add(Reason.NUMBER)
        elif _differs_in_names(quote, words, change, source, place):
            reasons.add(Reason.ROLE)
        else:
            return None
    return next((r for r in (Reason.NEGATION, Reason.NUMBER, Reason.ROLE) if r in reasons), None)


def _differs_in_negation(quoted: Sequence[str], sourced: Sequence[str]) -> bool:
    count = [sum(norm in NEGATORS for norm in norms) for norms in (quoted, sourced)]
    if count[0] == count[1]:
        pair = tuple(quoted), tuple(sourced)
        return len(quoted) == len(sourced) == 1 and _is_prefixed(pair[0][0], pair[1][0])
    rest = [_base(norms) for norms in (quoted, sourced)]
    return rest[0] == rest[1]


def _base(norms: Sequence[str]) -> list[str]:
    return [stem(n) for n in norms if n not in NEGATORS and n not in _NEUTRAL and n not in _PARTNERS]


def _is_prefixed(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return any(long == prefix + short for prefix in ("un", "in", "im", "dis", "non", "ir", "il"))


def _differs_in_figures(quoted: Sequence[str], sourced: Sequence[str]) -> bool:
    changed = [norm for norm in (*quoted, *sourced) if norm not in _NEUTRAL]
    return all(is_figure(norm) or norm in _BESIDE_FIGURES for norm in changed) and any(map(is_figure, changed))


def _differs_in_names(quote: str, words: Sequence[Word], change: _Change, source: Source, place: int) -> bool:
    spans = [(m.start, m.end) for m in find_titles(quote)]
    source_spans = [(m.start, m.end) for m in source.titles_in(place)]
    lower = not any(c.isupper() for c in quote)
    quoted = [i for i in change.quoted if words[i].norm not in _NEUTRAL]
    sourced = [i for i in change.sourced if source.words[i].norm not in _NEUTRAL]
    for i in sourced:
        word = source.words[i]
        if not (_within(word, source_spans) or _is_title(word.norm) or _is_source_name(source, i)):
            return False
    named = [i for i in sourced if _is_source_name(source, i)]
    for i in quoted:
        word = words[i]
        capital = quote[word.start].isupper() and is_nameable(word.norm)
        if not (
            _within(word, spans) or _is_title(word.norm) or capital or (lower and named and word.norm not in STOP_WORDS)
        ):
            return False
    return bool(quoted or sourced) and (bool(sourced) or all(words[i].gap < STOP for i in quoted))


def _within(word: Word, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= word.start and word.end <= end for start, end in spans)


@lru_cache(maxsize=4096)
def _is_title(norm: str) -> bool:
    one = norm.removesuffix("s")
    return bool(find_titles(norm) or find_titles(one) or is_occupation(one))


def _is_source_name(source: Source, i: int) -> bool:
    word = source.words[i]
    if word.norm in source.names:
        return True
    # At the head of a sentence a capital proves nothing, unless the word is never written without one.
    alone = all(source.is_capital(k) for k in source.postings.get(word.norm, ()))
    return source.is_capital(i) and alone and is_nameable(word.norm)


def _tell(reason: Reason, quote: str, words: Sequence[Word], change: _Change, source: Source) -> str:
    said = _spell(source.document.text, [source.words[i] for i in change.sourced])
    claimed = _spell(quote, [words[i] for i in change.quoted])
    what = {Reason.NEGATION: "a negation", Reason.NUMBER: "a figure", Reason.ROLE: "a name or title"}[reason]
    if said and claimed:
        return (
            f"The quote changes {what}: the source says \u201c{said}\u201d where the quote says \u201c{claimed}\u201d."
        )
    return (
        f"The quote leaves out {what}: \u201c{said}\u201d."
        if said
        else f"The quote adds {what}: \u201c{claimed}\u201d."
    )


def _spell(text: str, words: Sequence[Word]) -> str:
    return text[words[0].start : words[-1].end] if words else ""


def _only_lacks_words(quote: str, words: Sequence[Word], kept: Sequence[int], source: Source) -> bool:
    """Whether one or two words were left out of a single stretch, which joins nothing that was apart."""
    if DOTS.search(quote):
        return False
    for _, window in _windows(words, kept, source):
        changes = _compare(words, kept, window, source)
        if changes and not any(c.quoted for c in changes) and sum(len(c.sourced) for c in changes) <= 2:
            return True
    return False
