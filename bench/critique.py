"""What a second look by the model costs: calls and prompt tokens under --critique off, refused and all.

The annotated documents, against a server that offers every annotated quote word by word and with every fifth one a
sentence nobody said. The second look itself gives nothing back, so this says what it costs and not what it is worth:
that takes a model that can judge, and `icp eval` with it. Needs the folder ICP_SHARED, ../shared if unset.
Run: python -m bench.critique
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from pydantic import SecretStr

from analyzer.reading.documents import ReadOptions
from analyzer.settings import Settings
from analyzer.study import Study
from bench.server import serve, take_tally


def make_script(quotes: list[str]) -> dict[str, str]:
    """Every quote as said; with every fifth one a lie beside its first words, so that something is refused."""
    script = {" ".join(quote.split()): " ".join(quote.split()) for quote in quotes}
    for number, quote in enumerate(quotes):
        words = quote.split()
        if number % 5 == 0 and len(words) > 6:
            script[" ".join(words[:5])] = f"Nobody told us what round {number} of all this would cost in the end."
    return script


def main() -> None:
    shared = Path(os.environ.get("ICP_SHARED", "../shared"))
    if not (shared / "gold" / "gold.jsonl").exists():
        print(f"bench.critique: no annotated documents in {shared}; set ICP_SHARED to the folder that holds gold/.")
        return
    lines = (shared / "gold" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    script = make_script([json.loads(line)["quote"] for line in lines if line])
    least = 0
    with serve(script, 0.0) as url:
        for critique in ("off", "refused", "all"):
            with tempfile.TemporaryDirectory() as folder:
                settings = Settings(base_url=url, api_key=SecretStr("sk-bench"), model="bench", critique=critique)
                study = Study.create(Path(folder) / "study", settings)
                for path in sorted((shared / "gold" / "docs").iterdir()):
                    study.add_bytes(path.read_bytes(), path.name, ReadOptions())
                take_tally(url)
                done = study.extract("llm")
                tally = take_tally(url)
                study.close()
            least = least or tally["prompt_tokens"]
            print(
                f"{critique:8} {tally['calls']:3} calls, {tally['prompt_tokens']:7,} prompt tokens "
                f"({tally['prompt_tokens'] / least:.2f}), {done.findings} findings, {done.refused} refused",
                flush=True,
            )


if __name__ == "__main__":
    main()
