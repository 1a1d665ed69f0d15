"""A language model's server on loopback that does as it is told: honest, lying, slow, broken or down.

It speaks the part of OpenAI's chat completions that clients use. What it answers is a function of what it is asked:
``server.behave`` answers every request, ``server.next`` holds answers for the very next ones. It counts tokens as a
quarter of the characters it was sent and sends back, and keeps everything it was asked.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.reading.documents import ReadOptions
from analyzer.records import Reason, Side
from analyzer.settings import Settings
from analyzer.study import Study

KEY = "sk-loopback-4711-do-not-show"
_TURN = re.compile(r"^(\d+) ([COU])\d+: (.*)$", re.MULTILINE)
_TO_READ = re.compile(
    r"^(?:To read|The turns they cite, and those beside them):\n(.*)^TURNS>>>", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Shown:
    """One turn as the prompt shows it; ``side`` is C (customer), O (ours) or U."""

    number: int
    side: str
    words: str


@dataclass(frozen=True)
class Asked:
    """One request: its prompt, the shape it asks for (json_schema, function_calling, plain) and its headers."""

    system: str
    user: str
    method: str
    tokens: int
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def is_reconsidering(self) -> bool:
        return "\nTurned down, with the reason:\n" in self.user

    @property
    def turns(self) -> tuple[Shown, ...]:
        """The turns to read, without those shown for context."""
        found = _TO_READ.search(self.user)
        return tuple(Shown(int(n), side, words) for n, side, words in _TURN.findall(found[1] if found else ""))

    @property
    def refused(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.user.splitlines() if line.startswith('{"kind"')]


@dataclass(frozen=True)
class Reply:
    """What the server does: answer (``text`` as it is, else ``claims``), decline, fail, stall or hang up."""

    claims: Sequence[Any] = ()
    text: str | None = None
    status: int = 200
    error: str = ""
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    finish: str = "stop"
    refusal: str = ""
    hangs_up: bool = False
    stalls: bool = False
    counts: bool = True


Behaviour = Callable[[Asked], Reply]


class LlmServer:
    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.next: list[Reply] = []
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._answer(self)

            def log_message(self, format: str, *args: object) -> None:
                return None

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    @property
    def extracts(self) -> list[Asked]:
        return [asked for asked in self.asked if not asked.is_reconsidering]

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers.get("Content-Length", 0))) or b"{}")
        asked = _read(body, {name.lower(): value for name, value in handler.headers.items()})
        with self._lock:
            self.asked.append(asked)
            scripted = self.next.pop(0) if self.next else None
        reply = scripted or self.behave(asked)
        if reply.stalls:
            self.closing.wait(60)
        if reply.hangs_up or reply.stalls:
            # A reset, not an orderly end.
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
            handler.connection.close()
            handler.wfile = handler.rfile  # nothing is flushed to what is closed
            return
        sent = json.dumps(_body(asked, reply)).encode()
        with suppress(OSError):
            handler.send_response(reply.status)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(sent)))
            for name, value in reply.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(sent)


def _read(body: dict[str, Any], headers: dict[str, str]) -> Asked:
    said = {message["role"]: message["content"] for message in body.get("messages", ())}
    shape = {key: body[key] for key in ("response_format", "tools") if key in body}
    method = "json_schema" if "response_format" in body else "function_calling" if "tools" in body else "plain"
    system, user = said.get("system", ""), said.get("user", "")
    return Asked(system, user, method, (len(system) + len(user) + len(json.dumps(shape))) // 4, headers, body)


def _body(asked: Asked, reply: Reply) -> dict[str, Any]:
    if reply.status != 200:
        return {"error": {"message": reply.error, "type": "error", "param": None, "code": reply.code or None}}
    text = reply.text if reply.text is not None else json.dumps({"claims": list(reply.claims)})
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if reply.refusal:
        message = {"role": "assistant", "content": None, "refusal": reply.refusal}
    elif asked.method == "function_calling" and reply.text is None:
        call = {"name": asked.body["tools"][0]["function"]["name"], "arguments": text}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": call}],
        }
    answered = len(text) // 4
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": asked.body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
    }
    if reply.counts:
        body["usage"] = {
            "prompt_tokens": asked.tokens,
            "completion_tokens": answered,
            "total_tokens": asked.tokens + answered,
        }
    return body


# ------------------------------------------------------------------------------------------------------- behaviours


def make_claim(quote: str, *turns: int, **more: Any) -> dict[str, Any]:
    """An entry of an answer; a pain of manual work unless ``more`` says otherwise, claimed in the quote's own words."""
    entry = {"kind": "pain", "category": "manual_work", "claim": quote, "quote": quote, "turns": list(turns)}
    return {
        **entry,
        "intensity": 2 if more.get("kind", "pain") == "pain" else None,
        "event_on": None,
        "person": None,
        **more,
    }


def honest(asked: Asked) -> Reply:
    """The first sentence of every customer's turn that is long enough, word by word."""
    if asked.is_reconsidering:
        return Reply()
    said = [(turn, turn.words.split(". ")[0]) for turn in asked.turns if turn.side == "C"]
    return Reply([make_claim(quote, turn.number) for turn, quote in said if 6 <= len(quote.split()) <= 45])


def by_turn(*claims: dict[str, Any]) -> Behaviour:
    """Offers each claim with the window that shows a turn it cites; has nothing to mend."""

    def behave(asked: Asked) -> Reply:
        shown = {turn.number for turn in asked.turns}
        return Reply([c for c in claims if not asked.is_reconsidering and shown & set(c["turns"])])

    return behave


@contextmanager
def serve(behave: Behaviour = honest) -> Iterator[LlmServer]:
    server = LlmServer(behave)
    try:
        yield server
    finally:
        server.close()


# ------------------------------------------------------------------------------------------------------- what is read

INTERVIEW = """\
Pia: Thanks for the time, Dana. Our tool saves teams forty hours a week.
Dana: We lost four pallets in February because nobody could see the dock schedule. \
My team retypes every purchase order by hand on Monday mornings.
Pia: Who signs for something like this?
Dana: Our CRO holds the budget and she signs anything above ten thousand dollars.
Pia: Did you look at others?
Dana: We did not look at GateGrid at all. If we had a second site we would drown in paper every single day.
"""
OPTIONS = ReadOptions(sides={"Pia": Side.OURS, "Dana": Side.CUSTOMER}, said_on=date(2026, 3, 4), account="Acme")
PALLETS = "We lost four pallets in February because nobody could see the dock schedule"
RETYPES = "My team retypes every purchase order by hand on Monday mornings."
BUDGET = "Our CRO holds the budget and she signs anything above ten thousand dollars."
LIES = {
    Reason.NOT_FOUND: make_claim("Our warehouse burned down during the winter storm", 1),
    Reason.STITCHED: make_claim("We lost four pallets in February ... by hand on Monday mornings", 1),
    Reason.NEGATION: make_claim("We did look at GateGrid", 5, kind="alternative", category="competitor"),
    Reason.NUMBER: make_claim("We lost forty pallets in February", 1),
    Reason.ROLE: make_claim("Our CFO holds the budget and she signs", 3, kind="role", category="economic_buyer"),
    Reason.OUR_SIDE: make_claim("Our tool saves teams forty hours a week", 0),
    Reason.DENIED: make_claim(
        "We did not look at GateGrid at all",
        5,
        kind="alternative",
        category="competitor",
        claim="They looked at GateGrid.",
    ),
    Reason.UNSUPPORTED_CLAIM: make_claim(PALLETS, 1, claim="Inflation and interest rates ruined the harvest."),
    Reason.HYPOTHETICAL: make_claim("we would drown in paper every single day", 5),
    Reason.OFF_CODEBOOK: make_claim(RETYPES, 1, category="bad_weather"),
    Reason.TOO_SHORT: make_claim("the dock", 1),
}
"""A claim that each evidence rule refuses, offered of ``INTERVIEW``."""


def make_interview(words: int, seed: str = "") -> str:
    """A long interview with turns as long as people's: no two answers alike, and nothing denied or imagined."""
    things = ["invoices", "orders", "timesheets", "delivery", "notes", "returns", "claims", "permits", "quotes"]
    places = ["the ledger", "the planning board", "the customer portal", "the yard sheet", "the finance system"]
    lines, count, number = [], 0, 0
    while count < words:
        number += 1
        thing, place = things[number % len(things)], places[number % len(places)]
        turns = (
            f"Pia: And what happens with the {thing} after that, {seed} case {number}?",
            f"Dana: We copy {number + 20} {thing} into {place} by hand every week. Somebody on the early shift prints "
            f"them, walks over to the office and waits until Marek has a moment to key in all {number + 20} of them.",
        )
        lines += turns
        count += sum(len(turn.split()) - 1 for turn in turns)
    return "\n".join(lines) + "\n"


Opening = Callable[..., Study]
"""What the fixture ``open_study`` gives: a study with these interviews and settings."""


def make_study(folder: Path, server: LlmServer, embedder: SentenceEmbedder, *interviews: str, **settings: Any) -> Study:
    """A study with the given interviews, pointed at the server; one call at once, two attempts."""
    usual = {"base_url": server.url, "api_key": SecretStr(KEY), "model": "test", "max_attempts": 2, "jobs": 1}
    study = Study.create(folder, Settings(**{**usual, **settings}))
    study.__dict__["embedder"] = embedder
    for number, text in enumerate(interviews):
        assert study.add_bytes(text.encode(), f"call-{number}.txt", OPTIONS).status == "added"
    return study
