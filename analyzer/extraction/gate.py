"""The gate before the language model: what the offline classifier finds nothing in is not sent.

Hardly a window of 8,000 tokens has nothing in it, nor has a stretch of 500: in the training conversations only about
1 % of the tokens stand in stretches of 500 where nothing reaches 0.3. So the gate works turn by turn. A turn is kept
where one of its sentences may carry something of any kind, together with the turns that lead up to it, since an answer
means nothing without its question. Our own side is kept only where it leads up to such a turn.

What is dropped never reaches the model, not as context either; turns keep their numbers, so a gap shows as a jump.
What this cannot see: a turn that says something only to who knows the rest, and kinds of talk the training
conversations do not hold. ``bench/gate.py`` measures what is lost and saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from analyzer.adapters.protocols import Embedder
from analyzer.errors import UsageError
from analyzer.extraction.classifier import load_classifier
from analyzer.extraction.gazetteer import Gazetteer
from analyzer.extraction.offline_extractor import judge_units, model_stamp
from analyzer.extraction.offline_rules import RULES
from analyzer.extraction.windows import CONTEXT_TURNS, estimate_tokens, pack_windows
from analyzer.records import Document, Turn, Window

LEAD_TOKENS = 15
"""Turns before a kept one are kept until they hold this much: a question, not only the "mm-hm" after it."""
# Raised with any change of what is kept, so that documents are read anew.
_RULE = "gate@1"


@dataclass(frozen=True, slots=True)
class Gated:
    """What of a document goes to the model, in windows, and what does not. Together they are all its turns, in order.

    Tokens are estimated, of the turns' words alone.
    """

    windows: tuple[Window, ...]
    kept: tuple[Turn, ...]
    dropped: tuple[Turn, ...]
    tokens_kept: int
    tokens_dropped: int


@dataclass(frozen=True)
class Gate:
    """``threshold`` is the chance, from 0 to 1, from which on a unit may carry something. Raises UsageError.

    By default it is the one on the model's card: 98 % of the labelled units of the training conversations reach it,
    judged by models that have not seen their industry.
    """

    embedder: Embedder
    gazetteer: Gazetteer
    threshold: float = field(default_factory=lambda: load_classifier().gate)

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise UsageError(f"The gate's threshold is a chance from 0 to 1, not {self.threshold}.")

    @property
    def stamp(self) -> str:
        """Changes when anything that could change what is kept changes; part of what made the findings."""
        return f"{_RULE}:{self.threshold:g}/{self.embedder.name}+{model_stamp()}/{RULES}"

    def pack(self, document: Document, window_tokens: int) -> Gated:
        """What may carry something, packed like ``pack_windows``; no window where nothing may."""
        return pack_likely(document, self.chances(document), self.threshold, window_tokens)

    def chances(self, document: Document) -> tuple[float, ...]:
        """For each turn the highest chance of its units to carry a finding of any kind; 0 for our side."""
        judged = judge_units(document, document.turns, self.embedder, self.gazetteer)
        best = [0.0] * len(document.turns)
        for unit, chance in zip(judged.units, judged.chances.max(axis=1, initial=0.0), strict=True):
            best[unit.turn.number] = max(best[unit.turn.number], float(chance))
        return tuple(best)


def pack_likely(document: Document, chances: Sequence[float], threshold: float, window_tokens: int) -> Gated:
    """The turns at or over the threshold, one chance a turn, with what leads up to them, in windows."""
    tokens = [estimate_tokens(document.words_of(turn)) for turn in document.turns]
    numbers = _with_leads(document, chances, threshold, tokens)
    kept = tuple(turn for turn in document.turns if turn.number in numbers)
    windows = tuple(_in_reach(window) for window in pack_windows(replace(document, turns=kept), window_tokens))
    tokens_kept = sum(tokens[turn.number] for turn in kept)
    dropped = tuple(turn for turn in document.turns if turn.number not in numbers)
    return Gated(windows, kept, dropped, tokens_kept, sum(tokens) - tokens_kept)


def _with_leads(document: Document, chances: Sequence[float], threshold: float, tokens: Sequence[int]) -> set[int]:
    kept: set[int] = set()
    for turn, chance in zip(document.turns, chances, strict=True):
        # Our side has no chance at all, whatever the threshold.
        if chance < threshold or chance <= 0:
            continue
        kept.add(turn.number)
        said = 0
        for earlier in range(turn.number - 1, max(-1, turn.number - 1 - CONTEXT_TURNS), -1):
            if said >= LEAD_TOKENS:
                break
            kept.add(earlier)
            said += tokens[earlier]
    return kept


def _in_reach(window: Window) -> Window:
    """The window without context from before a gap: turns said long before would pass for those just before."""
    first = window.turns[0].number - CONTEXT_TURNS
    return replace(window, context=tuple(turn for turn in window.context if turn.number >= first))
