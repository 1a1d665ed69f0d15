"""The offline extractor beside simpler ones on annotated documents, and how long it takes for an interview of an hour.

First table: what each finds in a folder of annotated documents, by that folder's own score.py, and on the training
conversations where held out. Thresholds come from the training conversations alone (cross-validation grouped by
industry). Second: seconds for 9,000 words, model loaded, and how many texts were embedded.
Run: python -m bench.offline [FOLDER] (default: gold in the folder ICP_SHARED, ../shared if unset)
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.adapters.protocols import Embedder, Vectors
from analyzer.extraction.classifier import CARD
from analyzer.extraction.codebook import load_codebook
from analyzer.extraction.corpus import LabelledDocument, read_corpus
from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.offline_extractor import OfflineExtractor
from analyzer.extraction.windows import pack_chunks, pack_windows
from analyzer.pipeline import extract_document
from analyzer.reading.documents import read_document
from analyzer.records import Document, DocumentKind, Turn
from analyzer.resources import find_resource
from analyzer.settings import Settings
from bench.baselines import (
    CORE,
    Found,
    Read,
    embed_corpus,
    macro,
    make_embeddings,
    make_keywords,
    make_zero_shot,
)
from bench.gate import make_long

WORDS = 9_000
RUNS = 5
WINDOW_TOKENS: int = Settings.model_fields["window_tokens"].default


# ------------------------------------------------------------------------------------------------------- what is found


def read_shipped(embedder: Embedder) -> Read:
    """The extractor as installed, evidence rules included."""
    codebook = load_codebook()
    extractor = OfflineExtractor(embedder, codebook, load_gazetteer())

    def read(document: Document) -> list[Found]:
        findings = extract_document(document, extractor, codebook, pack_windows(document, WINDOW_TOKENS)).findings
        return [Found(f.kind.value, f.category, f.start, f.end) for f in findings]

    return read


def score(folder: Path, documents: Sequence[Document], read: Read) -> Mapping[str, Any]:
    """What the folder's own score.py says of these findings."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"The bench is void: {folder} holds no score.py.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    gold, sources = (_lines(folder / name) for name in ("gold.jsonl", "sources.jsonl"))
    ours = {s["document"]: {p["name"] for p in s.get("participants", ()) if p["side"] == "ours"} for s in sources}
    findings = [_as_finding(document, found) for document in documents for found in read(document)]
    result: Mapping[str, Any] = module.score(gold, findings, {d.name: d.text for d in documents}, ours)
    if result["gold_lost_by_reader"] or result["not_byte_equal"]:
        raise SystemExit(f"The bench is void: {result}")
    return result


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _as_finding(document: Document, found: Found) -> dict[str, Any]:
    turn = document.turn_at(found.start)
    return {
        "document": document.name,
        "kind": found.kind,
        "category": found.category,
        "start": found.start,
        "end": found.end,
        "quote": document.text[found.start : found.end],
        "speaker": turn.speaker if turn else "",
    }


def print_row(name: str, result: Mapping[str, Any], held_out: float) -> None:
    """F1, precision and share of right categories, each of trigger, pain and role."""
    none = {"f1": 0.0, "precision": 0.0, "category": None}
    rows = [result["kinds"].get(kind.value, none) for kind in CORE]
    shares = ["-" if row["category"] is None else f"{row['category']:.2f}" for row in rows]
    cells = [
        f"**{result['macro_f1']:.3f}**",
        " ".join(f"{row['f1']:.2f}" for row in rows),
        " ".join(f"{row['precision']:.2f}" for row in rows),
        " ".join(shares),
        f"{held_out:.3f}",
    ]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def print_found(folder: Path, embedder: SentenceEmbedder) -> None:
    sources = read_corpus(find_resource("corpora") / "training")
    paths = sorted((folder / "docs").iterdir())
    documents = [read_document(path.read_bytes(), path.name) for path in paths]
    print(f"{len(documents)} annotated documents; learnt from {len(sources)} training conversations\n")
    print("| | macro-F1 | F1 t p r | precision t p r | category t p r | macro-F1, training, held out |")
    print("|---|---|---|---|---|---|")
    corpus = embed_corpus(sources, embedder)
    baselines = {
        "keywords": make_keywords(sources),
        "likeness to the codebook": make_zero_shot(corpus, embedder, load_codebook()),
        "embeddings alone": make_embeddings(corpus, embedder),
    }
    for name, baseline in baselines.items():
        print_row(name, score(folder, documents, baseline.read), macro(baseline.held_out))
    card = json.loads(CARD.read_text(encoding="utf-8"))
    reached = [card["cross_validation"][kind.value]["f1"] for kind in CORE]
    shipped = score(folder, documents, read_shipped(embedder))
    print_row(f"shipped ({card['sha256'][:8]})", shipped, sum(reached) / len(reached))


# -------------------------------------------------------------------------------------------------------- how long


class CountedEmbedder:
    """Counts how often each text is asked for."""

    def __init__(self, embedder: SentenceEmbedder) -> None:
        self._embedder = embedder
        self.asked: Counter[str] = Counter()

    @property
    def name(self) -> str:
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked.update(texts)
        return self._embedder.embed(texts)


def join_interviews(sources: Sequence[LabelledDocument], words: int) -> Document:
    """Whole training interviews one after the other, as one document: turns as people take them."""
    text = ""
    turns: list[Turn] = []
    for source in sources:
        if source.document.kind != DocumentKind.INTERVIEW:
            continue
        for turn in source.document.turns:
            text += "\n\n" if text else ""
            start = len(text)
            text += source.document.words_of(turn)
            turns.append(Turn(len(turns), turn.speaker, turn.side, start, len(text)))
            if len(text.split()) >= words:
                return Document("joined.txt", "0" * 64, DocumentKind.INTERVIEW, text, tuple(turns))
    raise SystemExit(f"The bench is void: the training interviews hold fewer than {words} words.")


def time_once(document: Document) -> tuple[float, float, str]:
    """Wall and CPU seconds of extracting, then of what the index takes; nothing of an earlier run is kept."""
    real = SentenceEmbedder()
    real.embed(["The first text loads the model."])
    embedder, loaded = CountedEmbedder(real), real.embedded
    codebook = load_codebook()
    extractor = OfflineExtractor(embedder, codebook, load_gazetteer())
    wall, cpu = time.perf_counter(), time.process_time()
    claims = extractor.extract(document, pack_windows(document, WINDOW_TOKENS)).claims
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    extracted = _say_counts("extracting", embedder.asked, real.embedded - loaded)
    embedder.embed([chunk.text for chunk in pack_chunks(document)])
    embedder.embed([claim.quote for claim in claims])
    whole = _say_counts("with the index", embedder.asked, real.embedded - loaded)
    return wall, cpu, f"{len(claims)} claims; {extracted}; {whole}"


def _say_counts(step: str, asked: Counter[str], embedded: int) -> str:
    return f"{step} {asked.total()} texts asked for, {len(asked)} different, {embedded} embedded"


def print_times() -> None:
    sources = read_corpus(find_resource("corpora") / "training")
    documents = {"training interviews, joined": join_interviews(sources, WORDS), "made-up interview": make_long()}
    taken: dict[str, list[tuple[float, float, str]]] = {name: [] for name in documents}
    loads = []
    for _ in range(RUNS):
        for name, document in documents.items():
            loads.append(os.getloadavg()[0])
            taken[name].append(time_once(document))
    print(f"\nextracting, model loaded, medians of {RUNS} in turn, load {min(loads):.1f} to {max(loads):.1f}")
    for name, runs in taken.items():
        words, turns = len(documents[name].text.split()), len(documents[name].turns)
        wall, cpu = median(w for w, _, _ in runs), median(c for _, c, _ in runs)
        print(f"{name}: {words} words, {turns} turns: {wall:.2f} s wall, {cpu:.2f} s CPU; {runs[0][2]}")


def main() -> None:
    shared = Path(os.environ.get("ICP_SHARED", "../shared"))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else shared / "gold"
    if (folder / "gold.jsonl").exists():
        print_found(folder, SentenceEmbedder())
    else:
        print(f"bench.offline: no annotated documents in {folder}; name the folder that holds docs/ and gold.jsonl.")
    print_times()


if __name__ == "__main__":
    main()
