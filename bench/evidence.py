"""Seconds to prepare 40 transcripts of 9,000 words and to locate 1,000 quotes in them. Run: python -m bench.evidence

The transcripts are made from a fixed seed, with fillers and repetitions; a third of the quotes each is as said,
cleaned of fillers, and made up. Prints one line: wall and CPU seconds, and how many quotes were accepted.
"""

from __future__ import annotations

import random
import time

from analyzer.extraction.evidence import locate, prepare
from analyzer.extraction.verify import document_of_turns
from analyzer.records import Claim, Document

TRANSCRIPTS, WORDS, QUOTES, QUOTE_WORDS = 40, 9_000, 1_000, 18
_COMMON = tuple(
    "the a to and we it of in that is for on with they was this have our so then when at from people time".split()
)
_FILLERS = ("um,", "uh,", "you know,", "I mean,")


def make_vocabulary(random_: random.Random, size: int = 4_000) -> list[str]:
    syllables = "ba ce di fo gu la me ni po ru sa te vi zo kra ste pli mon ter val".split()
    return ["".join(random_.choices(syllables, k=random_.randint(2, 4))) for _ in range(size)]


def make_turn(random_: random.Random, vocabulary: list[str], length: int) -> str:
    spoken: list[str] = []
    while len(spoken) < length:
        word = random_.choice(_COMMON if random_.random() < 0.5 else vocabulary)
        spoken.append(word)
        chance = random_.random()
        if chance < 0.04:
            spoken.append(random_.choice(_FILLERS))
        elif chance < 0.06:
            spoken[-1] += ","
            spoken.append(word)
        elif chance < 0.13:
            spoken[-1] += random_.choice(".,?")
    return " ".join(spoken)


def make_transcript(random_: random.Random, vocabulary: list[str]) -> Document:
    turns, total = [], 0
    while total < WORDS:
        length = random_.randint(10, 120)
        side = random_.choice(("customer", "customer", "ours"))
        turns.append({"speaker": side, "side": side, "text": make_turn(random_, vocabulary, length)})
        total += length
    return document_of_turns(turns)


def make_quote(random_: random.Random, document: Document, vocabulary: list[str]) -> str:
    words = document.words_of(random_.choice([turn for turn in document.turns if turn.side != "ours"])).split()
    at = random_.randrange(max(1, len(words) - QUOTE_WORDS))
    quote, kind = words[at : at + QUOTE_WORDS], random_.randrange(3)
    if kind == 1:
        quote = [word for word in quote if word not in _FILLERS]
    elif kind == 2:
        quote[random_.randrange(len(quote))] = random_.choice(vocabulary)
    return " ".join(quote)


def main() -> None:
    random_ = random.Random(7)
    vocabulary = make_vocabulary(random_)
    documents = [make_transcript(random_, vocabulary) for _ in range(TRANSCRIPTS)]
    claims = [(k % TRANSCRIPTS, make_quote(random_, documents[k % TRANSCRIPTS], vocabulary)) for k in range(QUOTES)]
    wall, cpu = time.perf_counter(), time.process_time()
    sources = [prepare(document) for document in documents]
    prepared = time.perf_counter() - wall
    verdicts = [locate(Claim("pain", "", quote, quote), sources[k]) for k, quote in claims]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    accepted = sum(verdict.evidence is not None for verdict in verdicts)
    times = f"{wall:.2f} s wall, {cpu:.2f} s CPU ({prepared:.2f} s preparing)"
    print(f"{QUOTES} quotes, {TRANSCRIPTS} x {WORDS} words: {times}, {accepted} accepted")


if __name__ == "__main__":
    main()
