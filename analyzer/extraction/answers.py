"""A customer's No to what our side suggested: "So churn keeps you up at night?" - "Churn? No, no. Churn is okay."

A caller gains the refusal of claims that restate the suggestion, however well the words after the No are quoted. What
this cannot see: a No in other words ("that's what everyone thinks"), a tone of voice, a No taken back later.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.extraction.figures import is_figure
from analyzer.extraction.polarity import NEGATORS
from analyzer.extraction.words import PAUSE, SPACE, STOP, Word, content_stems, word_set

_NOES = word_set("no nah nope nein non hardly never")
_OPENINGS = (
    ("not", "really"), ("not", "at", "all"), ("not", "exactly"), ("not", "quite"), ("not", "so", "much"), ("not",
    "particularly"),
    ("i", "would", "not", "say"), ("i", "do", "not", "think", "so"), ("far", "from", "it"), ("quite", "the",
    "opposite"),
    ("the", "opposite"), ("it", "is", "not", "that"), ("i", "would", "not", "call"), ("on", "the", "contrary"),
    ("absolutely", "not"), ("definitely", "not"),
    ("of", "course", "not"), ("certainly", "not"), ("nothing", "like", "that"),
)  # fmt: skip
_BEFORE_NO = word_set(
    """oh well god uh um ah ha hmm hm honestly so look i mean did do is was it we you yeah actually"""
)


def says_no(words: Sequence[Word], at: int) -> bool:
    """Whether a No that stands for itself begins at word ``at``: not "no one" or "no updates"."""
    if at >= len(words):
        return False
    if words[at].norm in _NOES:
        return at + 1 >= len(words) or words[at + 1].gap >= PAUSE
    return any(_stands(words, at, opening) for opening in _OPENINGS)


def _stands(words: Sequence[Word], at: int, phrase: Sequence[str]) -> bool:
    return [w.norm for w in words[at : at + len(phrase)]] == list(phrase)


def opens_with_no(text: str, words: Sequence[Word]) -> bool:
    """Whether a turn begins by answering No, after an echo ("Churn? No.") or an "oh, well"."""
    at = 0
    for _ in range(3):
        while at < len(words) and words[at].norm in _BEFORE_NO and not says_no(words, at):
            at += 1
        if says_no(words, at):
            return True
        end = _sentence_end(words, at)
        if end >= len(words) or "?" not in text[words[end - 1].end : words[end].start]:
            return False
        at = end
    return False


def _sentence_end(words: Sequence[Word], at: int) -> int:
    end = at + 1
    while end < len(words) and words[end].gap != STOP:
        end += 1
    return end


def is_echo(text: str, words: Sequence[Word], last: int) -> bool:
    """Whether the quote is a question the speaker answers with No at once: "A day a week? No."."""
    return (
        last + 1 < len(words)
        and "?" in text[words[last].end : words[last + 1].start]
        and words[last + 1].gap == STOP
        and says_no(words, last + 1)
    )


def restates_refused(claim: Sequence[Word], quote: Sequence[Word], asked: Sequence[Word]) -> bool:
    """Whether the claim says what our side suggested, and adds nothing that the quote says.

    Claims and suggestions that hold a "not" are left alone: a No may then confirm them.
    """
    if any(word.norm in NEGATORS for word in claim):
        return False
    stated = _weighty(claim)
    suggestion = _closest_sentences(asked, stated)
    if not stated or any(word.norm in NEGATORS and word.gap >= SPACE for word in suggestion):
        return False
    suggested, quoted = _weighty(suggestion), _weighty(quote)
    if len(stated & suggested) < 0.6 * len(stated) or stated - suggested & quoted - suggested:
        return False
    return (not (stated - suggested) & quoted and len(stated & quoted) < 0.7 * len(stated)) or _denies(quote)


def _denies(quote: Sequence[Word]) -> bool:
    return any(says_no(quote, at) for at in range(len(quote)))


def _weighty(words: Sequence[Word]) -> set[str]:
    return content_stems([word for word in words if not is_figure(word.norm)])


def _closest_sentences(asked: Sequence[Word], stated: set[str]) -> list[Word]:
    """The sentence of our turn that shares most words with the claim."""
    best: list[Word] = []
    sentence: list[Word] = []
    for word in [*asked, Word("", 0, 0, STOP)]:
        if word.gap == STOP:
            if len(_weighty(sentence) & stated) > len(_weighty(best) & stated):
                best = sentence
            sentence = []
        if word.norm:
            sentence.append(word)
    return best
