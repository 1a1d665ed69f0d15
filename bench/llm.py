"""Seconds the language model's stage takes over 200 windows, with a server that answers each call after one second.

The server answers 16 at once, so that no client can be done before 13 s. Once as one document of 200 windows, once as
40 documents of 5; each three times, each time in a new study. The stage is `icp extract` up to the point where index
and themes are brought up to date. Run: python -m bench.llm
"""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from analyzer.extraction.windows import estimate_tokens, pack_windows
from analyzer.reading.documents import ReadOptions
from analyzer.records import Side
from analyzer.settings import Settings
from analyzer.study import Study
from analyzer.workspace import OnStep, silent
from bench.interviews import customer_sentences, make_interview
from bench.server import serve, take_tally

WINDOWS, AT_ONCE, SECONDS, CASES_A_WINDOW = 200, 16, 1.0, 3
OPTIONS = ReadOptions(sides={"Pia": Side.OURS, "Dana": Side.CUSTOMER})


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of one run, and what it asked of the server."""

    wall: float
    cpu: float
    windows: int
    calls: int
    prompt_tokens: int
    findings: int


class TimedStudy(Study):
    """A study that notes when reading is over and what is derived from it begins."""

    ended = (0.0, 0.0)

    def refresh(self, on_step: OnStep = silent) -> None:
        self.ended = (time.perf_counter(), time.process_time())
        super().refresh(on_step)


def time_stage(url: str, interviews: list[str], window_tokens: int, jobs: int = AT_ONCE) -> Took:
    """One extraction of the interviews in a new study."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            base_url=url, api_key=SecretStr("sk-bench"), model="bench", jobs=jobs, window_tokens=window_tokens
        )
        study = TimedStudy.create(Path(folder) / "study", settings)
        for number, text in enumerate(interviews):
            study.add_bytes(text.encode(), f"call-{number:03}.txt", OPTIONS)
        windows = sum(len(pack_windows(d, window_tokens)) for d in study.store.counted_documents())
        take_tally(url)
        wall, cpu = time.perf_counter(), time.process_time()
        done = study.extract("llm")
        ended = study.ended
        tally = take_tally(url)
        study.close()
    if done.failures:
        raise SystemExit(f"The bench is void: {done.failures[0]}")
    return Took(ended[0] - wall, ended[1] - cpu, windows, tally["calls"], tally["prompt_tokens"], done.findings)


def even_window_tokens(interviews: list[str]) -> int:
    """The size at which every interview is packed in its share of the windows."""
    said = [[line.partition(": ")[2] for line in text.splitlines()] for text in interviews]
    return math.ceil(max(sum(map(estimate_tokens, turns)) for turns in said) * len(interviews) / WINDOWS)


def main() -> None:
    least = math.ceil(WINDOWS / AT_ONCE) * SECONDS
    script = {customer_sentences(case)[0]: customer_sentences(case)[0] for case in range(WINDOWS * CASES_A_WINDOW)}
    with serve(script, SECONDS, AT_ONCE) as url:
        for documents in (1, 40):
            cases = WINDOWS // documents * CASES_A_WINDOW
            interviews = [make_interview(number * cases, cases) for number in range(documents)]
            took = [time_stage(url, interviews, even_window_tokens(interviews)) for _ in range(3)]
            if {t.calls for t in took} != {WINDOWS}:
                raise SystemExit(f"The bench is void: {took[0].calls} calls in place of {WINDOWS}.")
            wall = statistics.median(t.wall for t in took)
            print(
                f"{documents} documents, {took[0].windows} windows, {took[0].calls} calls, "
                f"{took[0].findings} findings: "
                f"{wall:.2f} s wall (median of {', '.join(f'{t.wall:.2f}' for t in took)}), "
                f"{statistics.median(t.cpu for t in took):.2f} s CPU; least possible {least:.0f} s, "
                f"ratio {wall / least:.2f} (to reach: 1.15)",
                flush=True,
            )


if __name__ == "__main__":
    main()
