"""The evidence rules: a claim's quote is found in the words of the customer and means what is claimed, or it is
refused.

A caller gains a Verdict with either an Evidence, for which ``document.text[start:end] == quote`` always holds, or a
named Reason and a sentence for the user. The rules know words and their order, no meaning: they cannot see irony, a
paraphrased denial, or a claim that draws a wrong conclusion from a right quote. Where they must choose, they rather
refuse a change of negation, figure, name or speaker than show it, and rather accept a quote than doubt its tone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.extraction.alignment import align_quote
from analyzer.extraction.answers import is_echo, opens_with_no, restates_refused
from analyzer.extraction.conditions import find_condition
from analyzer.extraction.diagnosis import diagnose
from analyzer.extraction.figures import fold_figures
from analyzer.extraction.fillers import ASIDE, CUT, FILLER, KEEP, mark_skippable
from analyzer.extraction.polarity import contradicts, find_governor, read_stance
from analyzer.extraction.source import Source, WordIndex, prepare
from analyzer.extraction.support import check_claim, claim_words
from analyzer.extraction.words import SPACE, STOP_WORDS, Word, split_words
from analyzer.records import Claim, Document, Evidence, Finding, Kind, Maker, Reason, RejectedClaim, Turn

__all__ = ["Codes", "Source", "Verdict", "judge", "locate", "prepare"]

Codes = Mapping[str, Collection[str]]
"""Allowed categories by kind; an empty collection leaves the category free."""

FACTS = frozenset((Kind.TRIGGER, Kind.PAIN, Kind.ALTERNATIVE, Kind.TOOL, Kind.CHANNEL))
"""Kinds that must have happened. Roles, criteria, objections and outcomes are often said with "if" and "would"."""

_MOST_PLACES = 50
"""A quote that stands more often than this is judged by its first places only, so that no quote takes long."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one claim. ``turn`` is the quote's turn, or the nearest one for a refused quote."""

    evidence: Evidence | None
    reason: Reason | None
    detail: str
    turn: Turn | None


def locate(claim: Claim, source: Source, codes: Codes | None = None) -> Verdict:
    """Find the claim's quote in ``source`` and check that it means what the claim says."""
    if codes is not None and not _is_allowed(claim, codes):
        return Verdict(
            None, Reason.OFF_CODEBOOK, f"The codebook has no {claim.kind} \u201c{claim.category}\u201d.", None
        )
    words = fold_figures(split_words(claim.quote))
    if _is_too_short(claim.quote):
        detail = "A quote needs at least three words, and one of them must say something."
        return Verdict(None, Reason.TOO_SHORT, detail, None)
    refused: Verdict | None = None
    ours: Turn | None = None
    for first, last, match in _places(claim, words, source):
        place = source.turn_of(first)
        if source.is_ours(place):
            ours = ours or source.turn(place)
            continue
        verdict = _guard(claim, source, place, first, last, match)
        if verdict.evidence is not None:
            return verdict
        refused = refused or verdict
    if refused is not None:
        return refused
    if ours is not None:
        return Verdict(None, Reason.OUR_SIDE, f"Only {ours.speaker or 'our side'} says this, who is on our side.", ours)
    found = diagnose(claim.quote, words, source)
    return Verdict(None, found.reason, found.detail, None if found.place is None else source.turn(found.place))


def judge(
    claim: Claim, document: Document, source: Source, maker: Maker, codes: Codes | None = None
) -> Finding | RejectedClaim:
    """Turn a claim into a Finding with everything needed to show it, or into a RejectedClaim that says why not."""
    if claim.kind in tuple(Kind):
        verdict = locate(claim, source, codes)
    else:
        verdict = Verdict(
            None, Reason.OFF_CODEBOOK, f"There is no kind of finding called \u201c{claim.kind}\u201d.", None
        )
    person = document.participant(verdict.turn.speaker if verdict.turn else "")
    side = verdict.turn.side if verdict.turn else person.side
    if verdict.evidence is None:
        reason = verdict.reason or Reason.NOT_FOUND
        return RejectedClaim(
            document_id=document.id, document=document.name, claim=claim, reason=reason, detail=verdict.detail,
            speaker=person.name, side=side, account=document.account, said_on=document.said_on, maker=maker,
        )  # fmt: skip
    evidence = verdict.evidence
    return Finding(
        document_id=document.id, document=document.name, kind=Kind(claim.kind), category=claim.category,
        claim=claim.claim, quote=evidence.quote, start=evidence.start, end=evidence.end, speaker=person.name,
        title=person.title, side=side, account=document.account, said_on=document.said_on, maker=maker,
        confidence=claim.confidence, intensity=claim.intensity, event_on=claim.event_on,
        event_precision=claim.event_precision, person=claim.person, )  # fmt: skip


def _is_allowed(claim: Claim, codes: Codes) -> bool:
    if claim.kind not in codes:
        return False
    return not codes[claim.kind] or claim.category in codes[claim.kind]


def _is_too_short(quote: str) -> bool:
    words = split_words(quote)
    skips = mark_skippable(words)
    spoken = [w for w, skip in zip(words, skips, strict=True) if skip != FILLER]
    written = {w.start for w in spoken}
    return len(written) < 3 or all(w.norm in STOP_WORDS for w in spoken)


# ------------------------------------------------------------------------------------------------------------ finding


def _places(claim: Claim, words: Sequence[Word], source: Source) -> Iterator[tuple[int, int, str]]:
    """First and last word of every place of the quote and how it matches: cited turns first, then the document."""
    cited = [place for number in claim.turns if (place := source.place_of(number)) is not None]
    spans = [source.span(place) for place in cited]
    seen: set[tuple[int, int]] = set()
    for low, high in [*spans, (0, len(source.words))]:
        for index, norms, match in _searches(words, source):
            for first, last in index.find(norms, low, high):
                if (first, last) in seen or not _is_whole(source.words, first, last):
                    continue
                seen.add((first, last))
                yield first, last, match
                if len(seen) >= _MOST_PLACES:
                    return
        if not seen:
            for first, last in align_quote(words, mark_skippable(words), source, low, high):
                if _is_whole(source.words, first, last):
                    yield first, last, "filler"


def _searches(words: Sequence[Word], source: Source) -> Iterator[tuple[WordIndex, list[str], str]]:
    yield source.plain, [word.norm for word in words], "variant"
    for loosely in (False, True):
        skips = mark_skippable(words, loosely)
        yield source.lean, [w.norm for w, skip in zip(words, skips, strict=True) if skip == KEEP], "filler"


def _is_whole(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether the place begins and ends with whole written words, with no "do" out of "don't"."""
    return words[first].gap >= SPACE and (last + 1 >= len(words) or words[last + 1].gap >= SPACE)


def _make_evidence(quote: str, source: Source, place: int, first: int, last: int, match: str) -> Evidence:
    """The source's own words from ``first`` to ``last``, without fillers at the ends, with a full stop both have."""
    dull = (FILLER, ASIDE, CUT)
    while first < last and source.skips[first] in dull:
        first += 1
    while last > first and source.skips[last] in dull:
        last -= 1
    text, turn = source.document.text, source.turn(place)
    start, end = source.words[first].start, source.words[last].end
    spoken = quote.strip()
    rest = spoken[len(spoken.rstrip(".!?\u2026")) :]
    if rest and text[end : min(end + len(rest), turn.end)] == rest:
        end += len(rest)
    stored = text[start:end]
    return Evidence(stored, start, end, turn.number, "exact" if stored == spoken else match)


# ------------------------------------------------------------------------------------------------------------- guards


def _guard(claim: Claim, source: Source, place: int, first: int, last: int, match: str) -> Verdict:
    """Accept the words ``first``-``last`` as evidence, or name what is wrong with them."""
    problem = _find_problem(claim, source, place, first, last)
    if problem:
        return Verdict(None, problem[0], problem[1], source.turn(place))
    evidence = _make_evidence(claim.quote, source, place, first, last, match)
    return Verdict(evidence, None, "", source.turn(place))


def _find_problem(claim: Claim, source: Source, place: int, first: int, last: int) -> tuple[Reason, str] | None:
    begin, end = source.span(place)
    words, skips = source.words[begin:end], source.skips[begin:end]
    a, b = first - begin, last - begin
    governor = find_governor(words, skips, a, b)
    if governor:
        reason = Reason.DENIED if governor.is_denial else Reason.NEGATION
        return reason, f"A \u201c{governor.word}\u201d outside the quote turns it round."
    asked = source.words_in(place - 1) if place and source.is_ours(place - 1) else []
    if claim.kind in FACTS:
        condition = find_condition(source.document.text, words, a, b, asked)
        if condition:
            return Reason.HYPOTHETICAL, f"This depends on something that did not happen (\u201c{condition}\u201d)."
    stated = claim_words(claim.claim)
    if _is_denied(claim, stated, source.document.text, words, skips, a, b, asked):
        return Reason.DENIED, "The speaker denies what the claim says."
    return check_claim(claim.claim, stated, source, place)


def _is_denied(
    claim: Claim, stated: Sequence[Word], text: str, words: Sequence[Word], skips: bytearray, a: int, b: int,
    asked: Sequence[Word],
) -> bool:  # fmt: skip
    quote = words[a : b + 1]
    if is_echo(text, words, b):
        return True
    stance = read_stance(claim.claim, stated, mark_skippable(stated), quote)
    if contradicts(stance, read_stance(text, quote, skips[a : b + 1], stated)):
        return True
    return bool(asked) and opens_with_no(text, words) and restates_refused(stated, quote, asked)
