"""What the gate before the language model loses and saves, on annotated documents, meetings and a long interview.

Lost: annotated findings whose turn is not sent, so that no model can find them. Saved: prompt tokens, instructions and
codebook included, and what they cost at the default model's list price. No model is asked. The threshold stands on
the model's card; training derives it from the training conversations alone. Needs the folder ICP_SHARED, ../shared if
unset. Run: python -m bench.gate
"""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.adapters.protocols import Answer
from analyzer.errors import ModelError
from analyzer.extraction.budget import Budget, find_price
from analyzer.extraction.codebook import load_codebook
from analyzer.extraction.gate import Gate, pack_likely
from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.llm_extractor import LlmExtractor, NoAnswers
from analyzer.extraction.windows import pack_windows
from analyzer.product import load_product
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Document, Kind, Side, Window
from analyzer.resources import find_resource
from analyzer.settings import DEFAULT_MODEL, Settings
from bench.interviews import make_interview

GRID = (0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3)
LONG_CASES = 106
"""About 9,000 words."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A document with the chances of its turns; ``findings`` are the turn and the kind of each annotated finding."""

    document: Document
    chances: tuple[float, ...]
    findings: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unasked:
    """The default model's name, for its price and its prompts."""

    name: str = DEFAULT_MODEL

    def answer(self, _system: str, _user: str, _schema: Mapping[str, Any]) -> Answer:
        raise ModelError("This bench asks no model.")


# ---------------------------------------------------------------------------------------------------------- documents


def read_gold(folder: Path, gate: Gate) -> list[Marked]:
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    quotes = [json.loads(line) for line in lines if line.strip()]
    marked = []
    for document in read_folder(folder / "docs"):
        found = [(document, quote) for quote in quotes if quote["document"] == document.name]
        places = tuple((_turn_of(document, quote["quote"]), quote["kind"]) for document, quote in found)
        marked.append(Marked(document, gate.chances(document), places))
    return marked


def _turn_of(document: Document, quote: str) -> int:
    place = re.search(r"\s+".join(map(re.escape, quote.split())), document.text)
    turn = document.turn_at(place.start()) if place else None
    if turn is None:
        raise SystemExit(f"The bench is void: {document.name} does not hold {quote!r}.")
    return turn.number


def read_folder(folder: Path) -> list[Document]:
    paths = sorted(path for path in folder.iterdir() if path.name not in ("README.md", "LICENSE"))
    return [read_document(path.read_bytes(), path.name) for path in paths]


def make_long() -> Document:
    sides = ReadOptions(sides={"Pia": Side.OURS, "Dana": Side.CUSTOMER})
    return read_document(make_interview(0, LONG_CASES).encode(), "long.txt", sides)


# ------------------------------------------------------------------------------------------------------------ measure


class Prompts:
    """Counts the prompt tokens that the language model's stage would send, instructions and codebook included."""

    def __init__(self) -> None:
        product = load_product(find_resource("corpora") / "demo" / "product.yaml").describe()
        self._llm = LlmExtractor(Unasked(), NoAnswers(), load_codebook(), product, Budget(DEFAULT_MODEL))
        self._window_tokens = Settings.model_fields["window_tokens"].default

    def sent(self, document: Document, windows: Sequence[Window]) -> tuple[int, int]:
        """Calls and tokens sent."""
        calls, sent, _ = self._llm.estimate(document, windows)
        return calls, sent

    def all_of(self, document: Document) -> tuple[int, int]:
        return self.sent(document, pack_windows(document, self._window_tokens))

    def gated(self, marked: Marked, threshold: float) -> tuple[int, int]:
        windows = pack_likely(marked.document, marked.chances, threshold, self._window_tokens).windows
        return self.sent(marked.document, windows)


def count_kept(marked: Iterable[Marked], threshold: float) -> tuple[Counter[str], Counter[str]]:
    """Annotated findings by kind: how many there are, and how many stand in turns that are kept."""
    there: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for one in marked:
        turns = {turn.number for turn in pack_likely(one.document, one.chances, threshold, 1000).kept}
        there.update(kind for _, kind in one.findings)
        kept.update(kind for number, kind in one.findings if number in turns)
    return there, kept


def print_lost(name: str, marked: Sequence[Marked]) -> None:
    """A row a threshold: the share of annotated findings that can still be found, in all and of each kind."""
    print(f"\n{name}: findings in turns that are kept, %\n\n| threshold | all | {' | '.join(Kind)} |")
    print("|---" * (len(Kind) + 2) + "|")
    for threshold in GRID:
        there, kept = count_kept(marked, threshold)
        row = [f"{100 * kept.total() / there.total():.1f}", *(f"{100 * kept[k] / there[k]:.1f}" for k in Kind)]
        print(f"| {threshold:g} | {' | '.join(row)} |")
    print(f"| findings | {there.total()} | {' | '.join(str(there[k]) for k in Kind)} |", flush=True)


def print_saved(name: str, marked: Sequence[Marked], prompts: Prompts) -> None:
    """A row a threshold: turns' tokens, calls, prompt tokens and US dollars that are saved."""
    price = find_price(DEFAULT_MODEL)
    if price is None:
        raise SystemExit(f"The bench is void: prices.yaml has no price for {DEFAULT_MODEL}.")
    calls, sent = map(sum, zip(*(prompts.all_of(one.document) for one in marked), strict=True))
    print(
        f"\n{name}: {len(marked)} documents, without the gate {calls} calls, {sent:,} prompt tokens, "
        f"${price.cost(sent, 0):.4f}\n\n| threshold | words' tokens saved | calls | prompt tokens saved | saved |\n"
        "|---|---|---|---|---|"
    )
    for threshold in GRID:
        gated = [pack_likely(one.document, one.chances, threshold, 1000) for one in marked]
        dropped, kept = sum(g.tokens_dropped for g in gated), sum(g.tokens_kept for g in gated)
        less_calls, less = map(sum, zip(*(prompts.gated(one, threshold) for one in marked), strict=True))
        print(
            f"| {threshold:g} | {100 * dropped / (dropped + kept):.1f} % | {less_calls} "
            f"| {sent - less:,} ({100 * (1 - less / sent):.1f} %) | ${price.cost(sent - less, 0):.4f} |",
            flush=True,
        )


def main() -> None:
    shared = Path(os.environ.get("ICP_SHARED", "../shared"))
    if not (shared / "gold" / "gold.jsonl").exists():
        print(f"bench.gate: no annotated documents in {shared}; set ICP_SHARED to the folder that holds gold/.")
        return
    prompts, gate = Prompts(), Gate(SentenceEmbedder(), load_gazetteer())
    print(f"threshold {gate.threshold:g}, from the card of the offline model")
    cpu = time.process_time()
    gold = read_gold(shared / "gold", gate)
    cpu = time.process_time() - cpu
    print_lost("gold", gold)
    print_saved("gold", gold, prompts)
    speech = [Marked(document, gate.chances(document)) for document in read_folder(shared / "speech")]
    print_saved("meetings without a purchase", speech, prompts)
    long = make_long()
    print_saved("one long interview, half of it made-up syllables", [Marked(long, gate.chances(long))], prompts)
    print(f"\nreading and judging the gold documents, model loaded: {cpu:.1f} s CPU")


if __name__ == "__main__":
    main()
