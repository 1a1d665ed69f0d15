"""A language model's server for benches, in a process of its own so that its work is not counted as ours.

It answers OpenAI chat completions after ``seconds``, at most ``at_once`` of them at a time. What it offers stands in a
script: sentences of the documents, each with what is offered in its place, the same or a lie. A prompt gets what is
offered for the sentences it shows, as our claims or as langextract's extractions, by what it asks for. Tokens are a
quarter of the characters, as in analyzer.extraction.windows.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any

Script = Mapping[str, str]
"""What is offered for each sentence of the documents."""

_TURN = re.compile(r"^(\d+) [COU]\d+: (.*)$", re.MULTILINE)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, script: Script, seconds: float, at_once: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script, self.seconds = script, seconds
        self.places = threading.Semaphore(at_once)
        self.lock = threading.Lock()
        self.tally = {"calls": 0, "prompt_tokens": 0}

    def offer(self, prompt: str) -> str:
        if "\nTurned down, with the reason:\n" in prompt:
            return json.dumps({"claims": []})
        if "\nTo read:\n" in prompt:
            return json.dumps({"claims": list(self._claims(prompt.partition("\nTo read:\n")[2]))})
        chunk = " ".join(prompt.rpartition("\nQ: ")[2].split())
        found = [offered for sentence, offered in self.script.items() if sentence in chunk]
        return json.dumps({"extractions": [{"pain": o, "pain_attributes": {"category": "manual_work"}} for o in found]})

    def _claims(self, shown: str) -> Iterator[dict[str, Any]]:
        for number, words in _TURN.findall(shown):
            for sentence, offered in self.script.items():
                if sentence in words:
                    yield {
                        "kind": "pain", "category": "manual_work", "claim": offered, "quote": offered,
                        "turns": [int(number)], "intensity": 2, "event_on": None, "person": None,
                    }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_GET(self) -> None:
        """The tally since the last time, which begins anew."""
        with self.server.lock:
            tally = dict(self.server.tally)
            self.server.tally.update(calls=0, prompt_tokens=0)
        self._send(tally)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = [message["content"] for message in body["messages"]]
        shape = {key: body[key] for key in ("response_format", "tools") if key in body}
        sent = (sum(map(len, said)) + len(json.dumps(shape))) // 4
        with self.server.lock:
            self.server.tally["calls"] += 1
            self.server.tally["prompt_tokens"] += sent
        with self.server.places:
            time.sleep(self.server.seconds)
        text = self.server.offer(said[-1])
        answered = len(text) // 4
        self._send({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": body["model"],
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": sent, "completion_tokens": answered, "total_tokens": sent + answered},
        })  # fmt: skip

    def _send(self, content: Mapping[str, Any]) -> None:
        sent = json.dumps(content).encode()
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        return None


def _run(script: Script, seconds: float, at_once: int, told: Connection) -> None:
    server = _Http(script, seconds, at_once)
    told.send(f"http://127.0.0.1:{server.server_port}/v1")
    server.serve_forever()


@contextmanager
def serve(script: Script, seconds: float = 1.0, at_once: int = 16) -> Iterator[str]:
    """The address of such a server, which ends with the block."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(script, seconds, at_once, there))
    process.start()
    try:
        yield str(here.recv())
    finally:
        process.terminate()
        process.join()


def take_tally(url: str) -> dict[str, int]:
    """{"calls", "prompt_tokens"} since the last time."""
    with urllib.request.urlopen(url) as answer:
        return dict(json.load(answer))
