"""langextract beside us: the same interviews, codes and server; calls, prompt tokens, seconds, and lies that are shown.

The server offers a third of the customers' sentences as said, a third with their denial dropped, and of the last third
one half with its figure changed and a sentence nobody said in place of the other half. A lie is shown when it is among
what the program gives back as found; beside it stands how many of these it gave a place in the text.
Needs the extra "bench" (pip install -c constraints.txt -e ".[bench]"). Run: python -m bench.side_by_side
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from analyzer.extraction.codebook import load_codebook
from analyzer.settings import Settings
from analyzer.study import Study
from bench.interviews import customer_sentences, make_interview
from bench.llm import OPTIONS
from bench.server import serve, take_tally

INTERVIEWS, CASES, JOBS, SECONDS = 8, 60, 16, 1.0
LIES = ("as said", "figure changed", "denial dropped", "not said")
WINDOW_TOKENS = 2_500


@dataclass(frozen=True, slots=True)
class Row:
    """One program's run; ``shown`` counts what it gave back by LIES, ``placed`` what of it has a place in the text."""

    program: str
    calls: int
    prompt_tokens: int
    wall: float
    cpu: float
    shown: tuple[int, ...]
    placed: tuple[int, ...]


def make_script() -> tuple[dict[str, str], dict[str, str]]:
    """What is offered for each sentence, and for each thing offered which of LIES it is."""
    script: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for case in range(INTERVIEWS * CASES):
        figure, denial, plain = customer_sentences(case)
        lies = {
            "as said": plain,
            "figure changed": figure.replace(f"copy {case + 20} ", f"copy {case + 700} "),
            "denial dropped": denial.replace(" do not reach ", " reach "),
            "not said": f"Nobody told us what round {case} costs and we lost a customer over it.",
        }
        invented = case % 2 == 0
        script[plain] = lies["as said"]
        script[figure] = lies["not said" if invented else "figure changed"]
        script[denial] = lies["denial dropped"]
        kinds.update({offered: kind for kind, offered in lies.items()})
    return script, kinds


def count(offered: Iterable[str], kinds: dict[str, str]) -> tuple[int, ...]:
    found = [kinds[text] for text in offered]
    return tuple(found.count(kind) for kind in LIES)


def run_ours(url: str, interviews: list[str], kinds: dict[str, str]) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            base_url=url, api_key=SecretStr("sk-bench"), model="bench", jobs=JOBS, window_tokens=WINDOW_TOKENS
        )
        study = Study.create(Path(folder) / "study", settings)
        for number, text in enumerate(interviews):
            study.add_bytes(text.encode(), f"call-{number}.txt", OPTIONS)
        # langextract makes no index; both are timed for reading alone.
        study.refresh()
        study.__dict__["refresh"] = lambda *_: None
        take_tally(url)
        wall, cpu = time.perf_counter(), time.process_time()
        study.extract("llm")
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        tally = take_tally(url)
        # What is claimed, not what is quoted: the quote is always the document's own words.
        shown = count((finding.claim for finding in study.findings()), kinds)
        study.close()
    return Row(
        f"icp, windows of {WINDOW_TOKENS} tokens", tally["calls"], tally["prompt_tokens"], wall, cpu, shown, shown
    )


def run_langextract(url: str, interviews: list[str], kinds: dict[str, str], characters: int) -> Row:
    import langextract

    said = "We retype every order by hand on Mondays."
    example = langextract.data.ExampleData(
        text=f"Dana: {said}",
        extractions=[langextract.data.Extraction("pain", said, attributes={"category": "manual_work"})],
    )
    config = langextract.factory.ModelConfig(
        model_id="gpt-bench", provider="OpenAILanguageModel",
        provider_kwargs={"api_key": "sk-bench", "base_url": url, "max_workers": JOBS},
    )  # fmt: skip
    documents = [langextract.data.Document(text=text, document_id=str(n)) for n, text in enumerate(interviews)]
    codes = load_codebook().describe()
    task = f"List what customers say about buying, quoted word by word, with one of these codes.\n{codes}"
    take_tally(url)
    wall, cpu = time.perf_counter(), time.process_time()
    read = list(
        langextract.extract(
            documents, prompt_description=task, examples=[example], config=config, max_char_buffer=characters,
            batch_length=JOBS, max_workers=JOBS, temperature=0.0, show_progress=False,
        )
    )  # fmt: skip
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    tally = take_tally(url)
    found = [e for document in read for e in document.extractions or ()]
    return Row(
        f"langextract, chunks of {characters} characters", tally["calls"], tally["prompt_tokens"], wall, cpu,
        count((e.extraction_text for e in found), kinds),
        count((e.extraction_text for e in found if e.char_interval is not None), kinds),
    )  # fmt: skip


def main() -> None:
    if find_spec("langextract") is None:
        print('side_by_side: langextract is not installed. Run: pip install -c constraints.txt -e ".[bench]"')
        return
    interviews = [make_interview(number * CASES, CASES) for number in range(INTERVIEWS)]
    script, kinds = make_script()
    with serve(script, SECONDS, JOBS) as url:
        rows = [run_ours(url, interviews, kinds)]
        rows += [run_langextract(url, interviews, kinds, size) for size in (1_000, 4 * WINDOW_TOKENS)]
    words = sum(len(text.split()) for text in interviews)
    offered = count(script.values(), kinds)
    print(
        f"{INTERVIEWS} interviews, {words} words; offered: "
        + ", ".join(f"{n} {k}" for n, k in zip(offered, LIES, strict=True))
    )
    print("| program | calls | prompt tokens | s wall | s CPU | " + " | ".join(LIES) + " |\n" + "|---" * 9 + "|")
    for row in rows:
        cells = [f"{s} ({p} placed)" for s, p in zip(row.shown, row.placed, strict=True)]
        figures = f"{row.calls} | {row.prompt_tokens} | {row.wall:.1f} | {row.cpu:.1f}"
        print(f"| {row.program} | {figures} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
