"""docs/faults.md, made by letting every fault happen: `make docs` writes it, and tests/test_faults.py holds it true.

Each row is a run of the `icp` command against the scripted server, on a copy of one study: an interview of three
windows, of which the last one meets the fault where not every call does. What is not the same on each machine (the
port, amounts of money) is left out of the page.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from llm_server import (
    BUDGET,
    INTERVIEW,
    KEY,
    LIES,
    PALLETS,
    Asked,
    Behaviour,
    LlmServer,
    Reply,
    honest,
    make_claim,
    make_study,
    serve,
)

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.cli import main
from analyzer.records import Maker, Reason
from analyzer.study import Study

PRICED = "openai:gpt-4.1-mini"
_CHAT = (
    " And sorry for the noise behind me, it is sunny and the windows are open and somebody has brought a cake with "
    "cherries to the canteen, which everybody likes very much, and so the talk goes round to the football on Saturday, "
    "and to whose turn it is to water the plants in the hall, and nobody wants to be the first to get up from the "
    "table, least of all the small brown dog who sleeps under the stairs and barks when the bell rings, and whom the "
    "children in the street know by name, as they know the cook and the man who comes in the morning with the bread."
)
# As long as windows are that can be read in halves.
_TALK = re.sub(r"(?m)^(Dana: .*)$", lambda turn: turn[1] + _CHAT, INTERVIEW)
_HEAD = """# What can go wrong, and what is kept

Made by `make docs`: every row is a run of `icp extract --extractor llm` against a server on this machine that does as
the first column says; a test runs each again and holds this page equal to what comes of it. The study is one interview
that is read in three calls and holds three findings; two attempts are made at a call. Where a fault is not of every
call, the third one meets it. The last column is the same command once more, with the server well again: what was
answered before is not asked for, or paid for, again.

## Faults

| fault | what the user sees | what was kept | the next run |
|---|---|---|---|
"""
_LIES_HEAD = """
## Lies

The server answers honestly, and offers one claim more, which does not hold. What is refused is asked about once more,
here with the same answer, and kept with its reason (`icp rejected`, and in the app under Refused claims). In every row
the three honest findings were kept, and the command ended with exit code 0.

| lie | what the model offered | what `icp rejected` says |
|---|---|---|
"""


@dataclass(frozen=True)
class Fault:
    """``reply`` is what calls for the last window get: with ``once`` the first of them, with ``everywhere`` all calls.

    ``behave`` is for servers that one reply does not describe; ``act`` for what happens to the run and not to the
    server. ``share`` is a budget as a share of what the run would cost.
    """

    name: str
    reply: Reply = field(default_factory=Reply)
    once: bool = False
    everywhere: bool = False
    behave: Behaviour | None = None
    is_down: bool = False
    is_killed: bool = False
    share: float = 0.0
    extractor: str = "llm"
    settings: Mapping[str, str] = field(default_factory=dict)


def is_last(asked: Asked) -> bool:
    """Whether it shows the last window, or a part of it."""
    return any(turn.number >= 4 for turn in asked.turns)


def _cut_off_while_long(asked: Asked) -> Reply:
    return Reply(finish="length") if is_last(asked) and len(asked.turns) > 1 else honest(asked)


def _too_long_while_long(asked: Asked) -> Reply:
    too_long = Reply(
        status=400, error="This model's maximum context length is 512 tokens.", code="context_length_exceeded"
    )
    return too_long if is_last(asked) and len(asked.turns) > 1 else honest(asked)


def _knows_no_schema(asked: Asked) -> Reply:
    if asked.method == "json_schema":
        return Reply(status=400, error="response_format: extra fields not permitted")
    return honest(asked)


def _answers_in_german(asked: Asked) -> Reply:
    if not is_last(asked) or asked.is_reconsidering:
        return honest(asked)
    return Reply([make_claim("We did not look at GateGrid at all", 5, claim="Sie haben GateGrid gar nicht geprüft.")])


def _quotes_in_german(asked: Asked) -> Reply:
    if not is_last(asked) or asked.is_reconsidering:
        return honest(asked)
    return Reply([make_claim("Wir haben uns GateGrid überhaupt nicht angesehen", 5)])


SLOW_DOWN = Reply(status=429, error="Rate limit reached", headers={"Retry-After": "0.2"})
NO_CREDIT = Reply(status=429, error="You exceeded your current quota", code="insufficient_quota")
WRONG_KEY = Reply(status=401, error=f"Incorrect API key provided: {KEY}.", code="invalid_api_key")
STRANGER = Reply(status=404, error="The model does not exist", code="model_not_found")
TOO_LONG = Reply(status=400, error="This model's maximum context length is 512 tokens.")
OOPS = Reply(status=500, error="Internal error")
FILTERED = Reply(status=400, error="The prompt was filtered", code="content_filter")
HALF = Reply(text='{"claims": [{"kind": "pain", "quote": "We did not look"}, {"ki')
ODD = (make_claim("We did not look at GateGrid at all", 5), "The customer is unhappy.")

FAULTS = (
    Fault("429 with Retry-After, once", SLOW_DOWN, once=True),
    Fault("429, for ever", SLOW_DOWN),
    Fault("500, once", OOPS, once=True),
    Fault("500, for ever", OOPS),
    Fault("the connection drops, once", Reply(hangs_up=True), once=True),
    Fault("the connection drops, each time", Reply(hangs_up=True)),
    Fault(
        "no answer until the time-out (2 s here)",
        Reply(stalls=True),
        settings={"ICP_TIMEOUT_SECONDS": "2", "ICP_MAX_ATTEMPTS": "1"},
    ),
    Fault("the answer is cut off, and a shorter one is not", behave=_cut_off_while_long),
    Fault("the answer is cut off however short", Reply(finish="length")),
    Fault("the prompt is too long, and half of it is not", behave=_too_long_while_long),
    Fault("invalid JSON", HALF),
    Fault("no JSON at all", Reply(text="The customer seems unhappy.")),
    Fault("JSON of another shape", Reply(text='{"findings": []}')),
    Fault("claims that are no list", Reply(text='{"claims": "none"}')),
    Fault("a claim among the claims that is none", Reply(ODD)),
    Fault("the model declines", Reply(refusal="I cannot help with that.")),
    Fault("the provider's filter turns the prompt down", FILTERED),
    Fault("the provider's filter holds the answer back", Reply(finish="content_filter")),
    Fault("an empty answer", Reply(text="")),
    Fault("claims in another language", behave=_answers_in_german),
    Fault("quotes in another language", behave=_quotes_in_german),
    Fault("a server that knows no JSON schema", behave=_knows_no_schema),
    Fault("a wrong key", WRONG_KEY, everywhere=True),
    Fault("no credit", NO_CREDIT, everywhere=True),
    Fault("an unknown model", STRANGER, everywhere=True),
    Fault("the server is down", is_down=True),
    Fault("the server is down, `--extractor auto`", is_down=True, extractor="auto"),
    Fault("the budget is used up", share=0.8, settings={"ICP_MODEL": PRICED}),
    Fault("kill -9 during the third call", is_killed=True),
)

LONG = " ".join(f"we copied invoice number {n} into the ledger" for n in range(300))
TOLD = {
    Reason.NOT_FOUND: "words nobody said",
    Reason.STITCHED: "two places made one quote",
    Reason.NEGATION: "a denial dropped",
    Reason.NUMBER: "a figure changed",
    Reason.ROLE: "a title changed",
    Reason.OUR_SIDE: "our own words",
    Reason.DENIED: "the quote holds, and denies the claim",
    Reason.UNSUPPORTED_CLAIM: "the quote holds, and the claim says something else",
    Reason.HYPOTHETICAL: "what would be, as what is",
    Reason.OFF_CODEBOOK: "a category that is not in the codebook",
    Reason.TOO_SHORT: "a quote too short to mean anything",
}
OFFERED = {
    **{told: LIES[reason] for reason, told in TOLD.items()},
    "a title changed, in the claim only": make_claim(
        BUDGET, 3, kind="role", category="economic_buyer", claim="The CFO signs."
    ),
    "a figure changed, in the claim only": make_claim(PALLETS, 1, claim="They lost ninety pallets."),
    "a kind of finding that there is not": make_claim(PALLETS, 1, kind="weather"),
    "a quote of 2,100 words": make_claim(LONG, 1),
}


# ---------------------------------------------------------------------------------------------------------- the command


@contextmanager
def alone_with(settings: Mapping[str, str]) -> Iterator[None]:
    """No key or model of the machine's owner, and these settings."""
    owners = {name: value for name, value in os.environ.items() if name.startswith(("ICP_", "OPENAI_"))}
    with patch.dict(os.environ, {n: v for n, v in os.environ.items() if n not in owners} | dict(settings), clear=True):
        yield


def run_icp(*words: str) -> tuple[int, str]:
    """Exit code, and all that the command writes, what goes to stderr first."""
    said, warned = io.StringIO(), io.StringIO()
    with patch.object(sys, "argv", ["icp", *words]), redirect_stdout(said), redirect_stderr(warned):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        else:
            code = 0
    return code, warned.getvalue() + said.getvalue()


@dataclass
class Bench:
    """A study that was indexed already, of which every run gets a copy, and where the copies go."""

    folder: Path
    template: Path

    @classmethod
    def at(cls, folder: Path, embedder: SentenceEmbedder) -> Bench:
        with serve() as server:
            study = make_study(folder / "template", server, embedder, _TALK, model="warm-up")
            study.extract("llm")
            (document,) = study.store.documents()
            # The vectors of its findings stay in the index, so that no run has to load the embedding model.
            study.store.record_extraction(document.id, Maker("", "", "", ""), (), (), is_whole=False)
            study.store.replace_themes(())
            study.close()
        return cls(folder, study.folder)

    @contextmanager
    def study(self, server: LlmServer, settings: Mapping[str, str]) -> Iterator[Path]:
        folder = Path(tempfile.mkdtemp(dir=self.folder)) / "study"
        shutil.copytree(self.template, folder)
        usual = {"ICP_BASE_URL": server.url, "OPENAI_API_KEY": KEY, "ICP_MODEL": "test", "ICP_JOBS": "1"}
        few = {"ICP_WINDOW_TOKENS": "230", "ICP_MAX_ATTEMPTS": "2"}
        with alone_with({**usual, **few, **settings}):
            yield folder


# --------------------------------------------------------------------------------------------------------------- faults


def run_fault(fault: Fault, bench: Bench) -> str:
    """The fault's row of the table."""
    with serve() as server, serve() as well, bench.study(server, fault.settings) as folder:
        server.behave = fault.behave or _behaviour(fault)
        if fault.is_down:
            server.close()
        if fault.is_killed:
            seen = _kill_at_third_call(folder, server)
        else:
            budget = ("--budget", _budget(folder, fault.share)) if fault.share else ()
            seen = run_icp("--study", str(folder), "extract", "--extractor", fault.extractor, *budget)
        kept = _what_was_kept(folder)
        with patch.dict(os.environ, {"ICP_BASE_URL": well.url}):
            code, _ = run_icp("--study", str(folder), "extract", "--extractor", "llm")
        again = (
            f"{_counted(len(well.extracts), 'call')}, {_what_was_kept(folder)}" if code == 0 else f"exit code {code}"
        )
    return _row(fault.name, _told(*seen), kept, again)


def _behaviour(fault: Fault) -> Behaviour:
    met: list[Asked] = []

    def behave(asked: Asked) -> Reply:
        if asked.is_reconsidering or not (fault.everywhere or is_last(asked)):
            return honest(asked)
        met.append(asked)
        return honest(asked) if fault.once and len(met) > 1 else fault.reply

    return behave


def _budget(folder: Path, share: float) -> str:
    study = Study(folder)
    usd = study.estimate()["usd"]
    study.close()
    return f"{usd * share:.6f}"


def _kill_at_third_call(folder: Path, server: LlmServer) -> tuple[int, str]:
    reached = threading.Event()

    def waits(asked: Asked) -> Reply:
        if is_last(asked):
            reached.set()
            server.closing.wait(60)
        return honest(asked)

    server.behave = waits
    command = [str(Path(sys.executable).parent / "icp"), "--study", str(folder), "extract", "--extractor", "llm"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert reached.wait(120)
    running.send_signal(signal.SIGKILL)
    said, _ = running.communicate()
    return running.returncode, said


def _what_was_kept(folder: Path) -> str:
    """Findings and refused claims, and whether anything is left to be read, as the store has them."""
    study = Study(folder)
    found, refused, heads = study.findings(), study.rejected(), study.document_heads()
    text = study.store.documents()[0].text
    assert all(text[f.start : f.end] == f.quote for f in found)
    assert study.store.check() == []
    spent = {u.model for u in study.usage() if u.tokens_in} - {"openai:warm-up"}
    study.close()
    by_offline = " of the offline extractor" if any(f.maker.extractor == "offline" for f in found) else ""
    parts = [_counted(len(found), "finding") + by_offline]
    parts += [f"{_counted(len(refused), 'refused claim')} ({', '.join(r.reason for r in refused)})"] if refused else []
    if not heads[0]["extracted"]:
        parts.append("the document waits to be read" + (", what was answered is kept" if spent else ""))
    return "; ".join(parts)


# ----------------------------------------------------------------------------------------------------------------- lies


def run_lie(name: str, bench: Bench) -> str:
    """The lie's row of the table."""
    lie = OFFERED[name]

    def lies(asked: Asked) -> Reply:
        return Reply([lie]) if asked.is_reconsidering else Reply([*honest(asked).claims, *([lie] * is_last(asked))])

    with serve(lies) as server, bench.study(server, {}) as folder:
        code, said = run_icp("--study", str(folder), "extract", "--extractor", "llm")
        assert (code, said.splitlines()[0]) == (
            0,
            "1 document read with the llm extractor (openai:test), 0 unchanged: 3 findings, 1 claim refused.",
        ), said
        (refused,) = json.loads(run_icp("--study", str(folder), "rejected", "--format", "json")[1])
    quote = lie["quote"] if len(lie["quote"]) < 200 else lie["quote"][:60] + " ..."
    offered = f"{lie['kind']}, {lie['category']}: “{quote}”"
    if lie["claim"] != lie["quote"]:
        offered += f" for the claim “{lie['claim']}”"
    return _row(name, offered, f"`{refused['reason']}`: {refused['detail']}")


# ------------------------------------------------------------------------------------------------------------- the page


def _told(code: int, said: str) -> str:
    """What the user sees, without what differs between machines or follows from the length of our prompts."""
    lines = [line for line in said.splitlines() if not re.match(r"\d+ tokens sent, \d+ back", line)]
    text = "<br>".join(lines) or "nothing"
    text = re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1", text)
    text = re.sub(r"\+[0-9a-f]{8}\b", "+…", text)
    text = re.sub(r"\$\d[\d.e-]*\d", "$…", text)
    return f"{text}<br>(exit code {code})"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def page_of(faults: Mapping[str, str], lies: Mapping[str, str]) -> str:
    """The page with these rows, by the names of what is in them."""
    return _HEAD + "".join(faults.values()) + _LIES_HEAD + "".join(lies.values())


def write_page(bench: Bench, on_row: Callable[[str], object] = lambda _name: None) -> str:
    faults = {fault.name: (on_row(fault.name), run_fault(fault, bench))[1] for fault in FAULTS}
    lies = {name: (on_row(name), run_lie(name, bench))[1] for name in OFFERED}
    return page_of(faults, lies)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        page = write_page(Bench.at(Path(place), SentenceEmbedder()), lambda name: print(name, file=sys.stderr))
    sys.stdout.write(page)
