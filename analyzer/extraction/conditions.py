"""Conditions that did not happen: "if we got two storms we'd be three weeks behind" is no delay of three weeks.

A caller gains a sentence that names the condition, or None. A habit told with "if" and in the present ("if a rep is
sick the whole thing stops"), quoted whole, is a fact; "if I'm being honest" is a manner of speaking. What this cannot
see: plans told as facts, jokes, and a condition more than one sentence away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.extraction.figures import is_figure
from analyzer.extraction.words import PAUSE, STOP, Word, word_list, word_set

_SUPPOSING = word_set("suppose supposing imagine assume assuming pretend picture hypothetically")
_EMBEDDING = word_set(
    """depends depend know knew see wonder wondering wondered ask asked asking asks check checked checking tell sure
    decide decided figure matter matters as find out unclear question care remember guess understand say or confirm
    idea doubt told me him her them us not to and"""
)
_MANNERS = tuple(
    word_list(manner)
    for manner in re.split(
        r"\s*/\s*",
        """i am honest / i am being / i am frank / i am candid / i am right / i am not mistaken / we are honest /
        we are being / we are frank / you ask me / you will / you like / you know / you see / i remember / i recall /
        i may / i can be / i had to / i have to / i understand / that makes sense / anything / not / so / at all / any /
        need be / ever / possible / memory serves / you look / you think about / you want to know / i look / you count /
        you do not mind / it helps / only / nothing else / you can call / you could call / you want to call""",
    )
)
_PAST = word_set(
    """been had gone done lost made taken left paid cost cut known seen found got gotten told sent spent kept held
    built bought brought caught begun broken chosen come driven fallen felt given grown heard hit hurt let meant met
    put quit run said sold set shut signed slept stood stuck taught thought thrown understood won written forgotten
    become gotten"""
)
_NO_PARTICIPLE = word_set("liked thought said preferred loved wanted wished expected hoped need")
_ADVERBS = word_set(
    """still just probably never easily all only also not already always maybe definitely certainly even"""
)
_LEADS = word_set("let 's and but so just now well okay ok like honestly no yeah um uh or")
_WISHES = word_set("like love prefer say think argue imagine guess rather hope suggest call")
_STARTERS = word_set("""i we you they he she it the our my your their his her a an one someone somebody this that""")


_FURTHEST = 40
"""How many words away a condition may stand in a transcript without full stops."""


def find_condition(text: str, words: Sequence[Word], first: int, last: int, asked: Sequence[Word] = ()) -> str | None:
    """The words that make ``words[first:last+1]`` depend on what did not happen; words are one turn's.

    ``asked`` is our side's turn just before. Its own "if" makes nothing hypothetical by itself, only an answer in
    "would".
    """
    begin, end = _sentence(words, first, last)
    return (
        _find_supposition(words, begin, last)
        or _find_if_within(words, begin, end, first, last)
        or _find_if_before(text, words, begin, first, last)
        or _find_unreal_past(words, begin, first, last)
        or _find_asked(words, asked, begin, first, last)
    )


def _sentence(words: Sequence[Word], first: int, last: int) -> tuple[int, int]:
    begin, end = first, last
    while begin > max(0, first - _FURTHEST) and words[begin].gap != STOP:
        begin -= 1
    while end + 1 < min(len(words), last + _FURTHEST) and words[end + 1].gap != STOP:
        end += 1
    return begin, end


def _clause_start(words: Sequence[Word], first: int, floor: int) -> int:
    at = first
    while at > floor and words[at].gap < PAUSE:
        at -= 1
    return at


# ---------------------------------------------------------------------------------------------------------- supposing


def _find_supposition(words: Sequence[Word], begin: int, last: int) -> str | None:
    previous = _sentence(words, begin - 1, begin - 1)[0] if begin > 0 else begin
    for k in range(previous, last + 1):
        found = _supposes(words, k)
        if found and not (k < begin and begin - k <= 3):
            return found
    return None


def _supposes(words: Sequence[Word], k: int) -> str | None:
    norm = words[k].norm
    following = words[k + 1] if k + 1 < len(words) else None
    if following is None or following.gap == STOP:
        return None
    before = words[k - 1].norm if k else ""
    opens = _opens_clause(words, k)
    if norm in _SUPPOSING and (opens or norm == "supposing"):
        return norm
    if norm == "say" and before == "'s" and k > 1 and words[k - 2].norm == "let":
        return None if _is_amount(words, k + 1) else "let's say"
    if (
        norm == "say"
        and opens
        and following.gap < PAUSE
        and following.norm in _STARTERS
        and not _is_amount(words, k + 1)
    ):
        return "say"
    if norm == "should" and words[k].gap == STOP and following.norm in _STARTERS - {"we", "i", "you"}:
        return "should"
    if norm == "what" and following.norm == "if":
        return "what if"
    if norm == "worst" and following.norm == "case":
        return "worst case"
    return None


def _opens_clause(words: Sequence[Word], k: int) -> bool:
    """Whether only words such as "and", "just", "now" stand between the head of the clause and word ``k``."""
    while k > 0 and words[k].gap < PAUSE:
        if words[k - 1].norm not in _LEADS:
            return False
        k -= 1
    return True


def _is_amount(words: Sequence[Word], k: int) -> bool:
    """ "let's say forty minutes", "let's say a week": a guess at an amount, no supposition."""
    if is_figure(words[k].norm):
        return True
    return (
        words[k].norm in ("a", "an", "about", "around", "roughly")
        and k + 1 < len(words)
        and is_figure(words[k + 1].norm)
    )


# ----------------------------------------------------------------------------------------------------------------- if


def _is_condition(words: Sequence[Word], k: int) -> bool:
    if words[k].norm not in ("if", "unless"):
        return False
    if k and words[k].gap < PAUSE and words[k - 1].norm in _EMBEDDING - {"and", "or"}:
        return False
    after = tuple(word.norm for word in words[k + 1 : k + 6])
    return not any(after[: len(manner)] == manner for manner in _MANNERS)


def _find_if_within(words: Sequence[Word], begin: int, end: int, first: int, last: int) -> str | None:
    for k in range(begin, end + 1):
        if not _is_condition(words, k):
            continue
        clause = _clause_start(words, first, begin)
        if first <= k <= last:
            # A quote that ends with its if-clause may have left the "would" behind.
            opens = k - first <= 2
            if _has_modal(words, _sentence(words, k, k)[0], end if opens else min(last, _sentence(words, k, k)[1])):
                return words[k].norm
        elif k > last:
            adjoins = k == last + 1 and words[k].gap < PAUSE and words[k].norm == "if"
            if adjoins or _has_modal(words, clause, last):
                return words[k].norm
        elif _has_modal(words, max(clause, k), last) or (words[k].norm == "if" and _follows(words, k, first)):
            return words[k].norm
    return None


def _follows(words: Sequence[Word], k: int, first: int) -> bool:
    """Whether the words at ``first`` are the if-clause that starts at ``k``, or its consequence."""
    pauses = sum(words[i].gap >= PAUSE for i in range(k + 1, first + 1))
    return pauses <= 1 and words[first].norm not in ("because", "but", "although")


def _find_if_before(text: str, words: Sequence[Word], begin: int, first: int, last: int) -> str | None:
    if begin == 0:
        return None
    start = _sentence(words, begin - 1, begin - 1)[0]
    asks = "?" in text[words[begin - 1].end : words[begin].start]
    for k in range(start, begin):
        if _is_condition(words, k):
            fragment = k <= start + 1 and asks
            if fragment or _has_modal(words, _clause_start(words, first, begin), last):
                return words[k].norm
    return None


def _find_asked(words: Sequence[Word], asked: Sequence[Word], begin: int, first: int, last: int) -> str | None:
    opening = sum(word.gap == STOP for word in words[: begin + 1]) <= 2
    if not opening or not any(_is_condition(asked, k) for k in range(len(asked))):
        return None
    clause = _clause_start(words, first, begin)
    would = any(_is_would(words, k) for k in range(clause, last + 1))
    return "the question's if" if would else None


def _find_unreal_past(words: Sequence[Word], begin: int, first: int, last: int) -> str | None:
    """ "We would have lost the account", "had we known we would ...", "otherwise we'd be ..."."""
    clause = _clause_start(words, first, begin)
    for k in range(clause, last + 1):
        if not _is_would(words, k) and words[k].norm not in ("could", "might"):
            continue
        after = [w.norm for w in words[k + 1 : k + 4] if w.norm not in _ADVERBS]
        negated = k + 1 < len(words) and words[k + 1].norm == "not"
        if not negated and len(after) > 1 and after[0] == "have" and _is_participle(after[1]):
            return f"{words[k].norm} have".replace("'d", "would")
        opening = [w.norm for w in words[begin : min(k, begin + 6)]]
        opening = opening[1:] if opening[:1] and opening[0] in ("and", "but", "so") else opening
        if opening[:1] in (["otherwise"], ["without"]) or opening[:2] in (
            ["had", "we"],
            ["had", "they"],
            ["had", "i"],
            ["were", "we"],
        ):
            return opening[0]
    return None


def _is_participle(norm: str) -> bool:
    return (norm in _PAST or norm.endswith("ed")) and norm not in _NO_PARTICIPLE


def _has_modal(words: Sequence[Word], begin: int, last: int) -> bool:
    return any(words[k].norm in ("could", "might") or _is_would(words, k) for k in range(begin, last + 1))


def _is_would(words: Sequence[Word], k: int) -> bool:
    """would, or a 'd that stands for it: before "be" it is would, before "cancelled" or "a" it is had."""
    if words[k].norm not in ("would", "'d"):
        return False
    if any(w.norm in _WISHES for w in words[k + 1 : k + 2]):
        return False
    if words[k].norm == "would":
        return True
    following = next(
        (w.norm for w in words[k + 1 : k + 5] if w.norm not in _ADVERBS and w.norm not in ("uh", "um")), ""
    )
    had = (
        _is_participle(following)
        or following in ("better", "rather", "a", "an", "the", "no", "nothing")
        or following[:1] == "#"
    )
    return bool(following) and not (
        had
        and following
        not in ("cost", "cut", "hit", "hurt", "let", "put", "quit", "run", "set", "shut", "come", "become")
    )
