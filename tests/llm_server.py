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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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
    """What the server does: answer (``text`` as it is, else ``claims``), fail, stall or hang up."""

    claims: Sequence[Any] = ()
    text: str | None = None
    status: int = 200
    error: str = ""
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    finish: str = "stop"
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
    if asked.method == "function_calling" and reply.text is None:
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


@contextmanager
def serve(behave: Behaviour = honest) -> Iterator[LlmServer]:
    server = LlmServer(behave)
    try:
        yield server
    finally:
        server.close()
