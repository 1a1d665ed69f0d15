"""Each provider's protocol over real HTTP on loopback: what its client sends, what answers and faults become."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from analyzer.adapters.llm import ChatModel, connect_model
from analyzer.adapters.llm.errors import read_failure
from analyzer.errors import AnswerCutOff, ModelError, ModelUnreachable
from analyzer.extraction.offered import SCHEMA
from analyzer.settings import Settings

KEY = "key-4711-do-not-show"
STRAY = "stray-0815-somebody-elses"
CLAIMS = {"claims": [{"kind": "pain", "quote": "We retype every order."}]}
METHODS = ("json_schema", "function_calling", "plain")
TOKENS = (11, 7)


@dataclass(frozen=True)
class Dialect:
    """How one provider is spoken to. ``answer`` makes what it sends for (method, text or claims, why it ended)."""

    model: str
    package: str
    extra: str
    path: str
    key: tuple[str, str]
    key_variable: str
    method: Callable[[dict[str, Any]], str]
    answer: Callable[[str, str | None, str], Any]
    error: Callable[[str, str], Any]
    cut_off: str
    held_back: str
    wrong_key: tuple[int, Any]
    no_model: tuple[int, Any]
    no_credit: tuple[int, Any]
    too_long: tuple[int, Any]


def ask_openai(body: dict[str, Any]) -> str:
    return "json_schema" if "response_format" in body else "function_calling" if "tools" in body else "plain"


def answer_openai(method: str, text: str | None, end: str) -> Any:
    message: dict[str, Any] = {"role": "assistant", "content": json.dumps(CLAIMS) if text is None else text}
    if method == "function_calling" and text is None:
        call = {"id": "abcdefghi", "type": "function", "function": {"name": "claims", "arguments": json.dumps(CLAIMS)}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return {
        "id": "1", "object": "chat.completion", "created": 0, "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": end or "stop"}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }  # fmt: skip


def ask_anthropic(body: dict[str, Any]) -> str:
    return "json_schema" if "output_config" in body else "function_calling" if "tools" in body else "plain"


def answer_anthropic(method: str, text: str | None, end: str) -> Any:
    part: dict[str, Any] = {"type": "text", "text": json.dumps(CLAIMS) if text is None else text}
    if method == "function_calling" and text is None:
        part = {"type": "tool_use", "id": "toolu_1", "name": "claims", "input": CLAIMS}
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [part],
        "stop_reason": end or "end_turn", "stop_sequence": None, "usage": {"input_tokens": 11, "output_tokens": 7},
    }  # fmt: skip


def ask_google(body: dict[str, Any]) -> str:
    bound = "responseJsonSchema" in body.get("generationConfig", {})
    return "json_schema" if bound else "function_calling" if "tools" in body else "plain"


def answer_google(method: str, text: str | None, end: str) -> Any:
    part: dict[str, Any] = {"text": json.dumps(CLAIMS) if text is None else text}
    if method == "function_calling" and text is None:
        part = {"functionCall": {"name": "claims", "args": CLAIMS}}
    # What a model thinks is answered, and paid for, too.
    counts = {"promptTokenCount": 11, "candidatesTokenCount": 5, "thoughtsTokenCount": 2, "totalTokenCount": 18}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": end or "STOP", "index": 0}
    return {"candidates": [candidate], "usageMetadata": counts, "modelVersion": "gemini-2.5-flash"}


def fail_google(message: str, code: str) -> Any:
    return {"error": {"code": 0, "message": message, "status": code, "details": [{"reason": code}]}}


def ask_ollama(body: dict[str, Any]) -> str:
    return "json_schema" if body.get("format") else "function_calling" if body.get("tools") else "plain"


def answer_ollama(method: str, text: str | None, end: str) -> Any:
    said = json.dumps(CLAIMS) if text is None else text
    messages: list[dict[str, Any]] = [{"content": said[:9]}, {"content": said[9:]}]
    if method == "function_calling" and text is None:
        messages = [{"content": "", "tool_calls": [{"function": {"name": "claims", "arguments": CLAIMS}}]}]
    frame = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "done": False}
    last = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": end or "stop",
            "prompt_eval_count": 11, "eval_count": 7}  # fmt: skip
    return [*({**frame, "message": {"role": "assistant", **m}} for m in messages), {**frame, **last}]


def fail_openai(message: str, code: str) -> Any:
    return {"error": {"message": message, "type": "error", "param": None, "code": code}}


def fail_anthropic(message: str, code: str) -> Any:
    return {"type": "error", "error": {"type": code, "message": message}, "request_id": "req_1"}


def fail_mistral(message: str, code: str) -> Any:
    return {"object": "error", "message": message, "type": code, "param": None, "code": "1500"}


def fail_ollama(message: str, code: str) -> Any:
    return {"error": message}


DIALECTS = {
    "azure": Dialect(
        "azure_openai:my-deployment", "langchain_openai", "azure",
        r"/openai/deployments/my-deployment/chat/completions\?api-version=2024-10-21", ("api-key", KEY),
        "AZURE_OPENAI_API_KEY", ask_openai, answer_openai, fail_openai, "length", "content_filter",
        (401, fail_openai(f"Access denied due to invalid subscription key {KEY}.", "401")),
        (404, fail_openai("The API deployment for this resource does not exist.", "DeploymentNotFound")),
        (429, fail_openai("You exceeded your current quota.", "insufficient_quota")),
        (400, fail_openai("This model's maximum context length is 8192 tokens.", "context_length_exceeded")),
    ),
    "anthropic": Dialect(
        "anthropic:claude-haiku-4-5", "langchain_anthropic", "anthropic", r"/v1/messages",
        ("authorization|x-api-key", rf"(Bearer )?{KEY}"), "ANTHROPIC_API_KEY",
        ask_anthropic, answer_anthropic, fail_anthropic, "max_tokens", "refusal",
        (401, fail_anthropic(f"invalid x-api-key {KEY}", "authentication_error")),
        (404, fail_anthropic("model: claude-haiku-4-5", "not_found_error")),
        (400, fail_anthropic("Your credit balance is too low to access the Anthropic API.", "invalid_request_error")),
        (400, fail_anthropic("prompt is too long: 208310 tokens > 200000 maximum", "invalid_request_error")),
    ),
    "google": Dialect(
        "google_genai:gemini-2.5-flash", "langchain_google_genai", "google",
        r"/v1beta/models/gemini-2\.5-flash:generateContent", ("x-goog-api-key", KEY), "GOOGLE_API_KEY",
        ask_google, answer_google, fail_google, "MAX_TOKENS", "SAFETY",
        (400, fail_google(f"API key not valid: {KEY}. Please pass a valid API key.", "API_KEY_INVALID")),
        (404, fail_google("models/gemini-2.5-flash is not found for API version v1beta", "NOT_FOUND")),
        (402, fail_google("Billing is not enabled.", "FAILED_PRECONDITION")),
        (400, fail_google("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                          "INVALID_ARGUMENT")),
    ),
    "mistral": Dialect(
        "mistralai:mistral-small-latest", "langchain_mistralai", "mistral", r"/chat/completions",
        ("authorization", f"Bearer {KEY}"), "MISTRAL_API_KEY",
        ask_openai, answer_openai, fail_mistral, "model_length", "content_filter",
        (401, {"detail": f"Unauthorized: {KEY}"}),
        (400, fail_mistral("Invalid model: mistral-small-latest", "invalid_model")),
        (402, {"detail": "Payment required"}),
        (400, fail_mistral("Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
                           "invalid_request_prompt")),
    ),
    "ollama": Dialect(
        "ollama:llama3.1:8b", "langchain_ollama", "ollama", r"/api/chat", ("authorization", f"Bearer {KEY}"),
        "OLLAMA_API_KEY", ask_ollama, answer_ollama, fail_ollama, "length", "content_filter",
        (401, fail_ollama(f"unauthorized: {KEY}", "")),
        (404, fail_ollama("model 'llama3.1:8b' not found", "")),
        (402, fail_ollama("this model needs a subscription", "")),
        (400, fail_ollama("the input length exceeds the context length", "")),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """What the server does next. ``text`` None answers with the claims; a ``body`` is sent as it is."""

    text: str | None = None
    end: str = ""
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    stalls: bool = False


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Server:
    """Does what ``script`` says, then answers everything; ``knows`` are the ways of asking it takes."""

    def __init__(self, dialect: Dialect) -> None:
        self.script: list[Reply] = []
        self.always: Reply | None = None
        self.knows = METHODS
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                outer.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                reply = outer.script.pop(0) if outer.script else outer.always or Reply()
                method = dialect.method(body)
                if method not in outer.knows:
                    reply = Reply(status=400, body=dialect.error(f"{method} is not supported by this model", "invalid"))
                if reply.stalls:
                    outer.closing.wait(30)
                if reply.stalls or reply.hangs_up:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.close_connection = True
                    self.connection.close()
                    self.wfile = self.rfile  # nothing is flushed to what is closed
                    return
                made = reply.body if reply.body is not None else dialect.answer(method, reply.text, reply.end)
                lines = made if isinstance(made, list) else [made]
                sent = "\n".join(map(json.dumps, lines)).encode()
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(sent)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, format: str, *args: object) -> None:
                return None

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def serve(dialect: Dialect) -> Iterator[Server]:
    running = Server(dialect)
    try:
        yield running
    finally:
        running.close()


@pytest.fixture(autouse=True)
def _no_providers_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if re.match(r"(?:GOOGLE|GEMINI|MISTRAL|AZURE_OPENAI|OLLAMA)_", name):
            monkeypatch.delenv(name)


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    found = DIALECTS[request.param]
    if find_spec(found.package) is None:
        pytest.skip(f"{found.package} is not installed: pip install 'icp-analyzer[{found.extra}]'")
    return found


@pytest.fixture
def server(dialect: Dialect) -> Iterator[Server]:
    with serve(dialect) as running:
        yield running


def connect(dialect: Dialect, server: Server, **settings: Any) -> ChatModel:
    usual = {"model": dialect.model, "base_url": server.url, "api_key": SecretStr(KEY), "max_attempts": 2}
    return connect_model(Settings(**{**usual, **settings}))


def ask(model: ChatModel) -> Any:
    return model.answer("You read interviews.", "0 C1: We retype every order.", SCHEMA)


# ------------------------------------------------------------------------------------------------------------ answers


@pytest.mark.parametrize("method", METHODS)
def test_each_way_of_answering_is_understood_counted_and_found_out_once(
    method: str, dialect: Dialect, server: Server
) -> None:
    server.knows = METHODS[METHODS.index(method) :]
    model = connect(dialect, server)
    for _ in range(2):
        answer = ask(model)
        assert (answer.content, answer.tokens_in, answer.tokens_out) == (CLAIMS, *TOKENS)
    assert [dialect.method(asked.body) for asked in server.asked] == [*METHODS[: METHODS.index(method) + 1], method]
    for asked in server.asked:
        assert re.fullmatch(dialect.path, asked.path)
        names, value = dialect.key
        assert any(re.fullmatch(value, asked.headers.get(name, "")) for name in names.split("|"))
        assert "We retype every order." in json.dumps(asked.body)
        assert "You read interviews." in json.dumps(asked.body)


def test_the_schema_reaches_each_provider_whole(dialect: Dialect, server: Server) -> None:
    ask(connect(dialect, server))
    sent = json.dumps(server.asked[0].body)
    for name in ("kind", "category", "claim", "quote", "turns", "intensity", "event_on", "person"):
        assert f'"{name}"' in sent
    assert sent.count('"null"') == 3


def test_room_for_the_answer_is_asked_for_and_for_thoughts_where_a_model_has_any(
    dialect: Dialect, server: Server
) -> None:
    ask(connect(dialect, server))
    sent = json.dumps(server.asked[0].body)
    (room,) = re.findall(r'"(?:max_tokens|max_completion_tokens|maxOutputTokens|num_predict)": (\d+)', sent)
    assert int(room) in (4000, 16000)
    assert (int(room) == 16000) == (dialect.extra in ("anthropic", "google", "mistral"))


def test_ollama_is_given_a_context_that_holds_the_prompt_since_it_cuts_longer_ones_without_a_word() -> None:
    dialect = DIALECTS["ollama"]
    if find_spec(dialect.package) is None:
        pytest.skip("langchain_ollama is not installed: pip install 'icp-analyzer[ollama]'")
    with serve(dialect) as server:
        model = connect(dialect, server)
        for words in (100, 5_000, 20_000):
            model.answer("Read.", "pallet " * words, SCHEMA)
        assert [asked.body["options"]["num_ctx"] for asked in server.asked] == [8192, 32768, 65536]


def test_a_model_that_takes_no_temperature_gets_none(dialect: Dialect, server: Server) -> None:
    server.script = [Reply(status=400, body=dialect.error("temperature is not supported with this model", "invalid"))]
    ask(connect(dialect, server))
    assert ['"temperature": ' in json.dumps(asked.body) for asked in server.asked] == [True, False]


@pytest.mark.parametrize("method", METHODS)
def test_an_answer_cut_off_is_never_taken_for_a_whole_one(method: str, dialect: Dialect, server: Server) -> None:
    server.knows = (method,)
    server.always = Reply(end=dialect.cut_off)
    with pytest.raises(AnswerCutOff, match=r"stopped in the middle of its answer\.") as caught:
        ask(connect(dialect, server))
    assert caught.value.tokens == TOKENS


def test_an_answer_held_back_ends_the_asking(dialect: Dialect, server: Server) -> None:
    server.always = Reply(text="", end=dialect.held_back)
    with pytest.raises(ModelError, match="held its answer back"):
        ask(connect(dialect, server))
    assert len(server.asked) == 1


def test_googles_block_of_the_prompt_is_said() -> None:
    dialect = DIALECTS["google"]
    if find_spec(dialect.package) is None:
        pytest.skip("langchain_google_genai is not installed: pip install 'icp-analyzer[google]'")
    with serve(dialect) as server:
        counts = {"promptTokenCount": 11, "totalTokenCount": 11}
        server.always = Reply(body={"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": counts})
        with pytest.raises(ModelError, match="held its answer back"):
            ask(connect(dialect, server))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "gave an empty answer"), ("We are sorry.", "something that is not JSON"), ('{"a": 1}', "without claims")],
)
def test_what_is_no_answer_is_said_after_every_way_was_tried(
    text: str, sentence: str, dialect: Dialect, server: Server
) -> None:
    server.always = Reply(text=text)
    with pytest.raises(ModelError, match=sentence) as caught:
        ask(connect(dialect, server))
    assert caught.value.tokens == (33, 21)
    assert len(server.asked) == 3


# ------------------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    "fault",
    [
        Reply(status=429, headers={"Retry-After": "0.2"}),
        Reply(status=429, headers={"retry-after-ms": "200"}),
        Reply(status=500),
        Reply(status=529),
        Reply(hangs_up=True),
    ],
    ids=["429", "429 ms", "500", "529", "dropped"],
)
def test_a_passing_fault_is_waited_out(fault: Reply, dialect: Dialect, server: Server) -> None:
    if fault.status != 200:
        fault = Reply(status=fault.status, headers=fault.headers, body=dialect.error("a moment, please", "busy"))
    server.script = [fault]
    assert ask(connect(dialect, server)).content == CLAIMS
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_lasting_fault_is_given_up_after_as_many_attempts_as_are_allowed(
    status: int, dialect: Dialect, server: Server
) -> None:
    soon = {"Retry-After": "0.1"}
    server.always = Reply(status=status, headers=soon, body=dialect.error("out of order", "busy"))
    with pytest.raises(ModelError, match=rf"answered {status} after 3 attempts: out of order") as caught:
        ask(connect(dialect, server, max_attempts=3))
    assert type(caught.value) is ModelError
    assert len(server.asked) == 3


def test_a_pause_longer_than_anybody_waits_is_said_and_not_waited_for(dialect: Dialect, server: Server) -> None:
    server.always = Reply(status=429, headers={"Retry-After": "3600"}, body=dialect.error("daily limit", "busy"))
    with pytest.raises(ModelError, match=r"answered 429 and asks to wait 3600 s: daily limit"):
        ask(connect(dialect, server))
    assert len(server.asked) == 1


def test_a_refused_key_is_said_with_its_variable_and_told_nowhere(
    dialect: Dialect, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.always = Reply(status=dialect.wrong_key[0], body=dialect.wrong_key[1])
    with pytest.raises(ModelUnreachable, match=rf"refused the key\. Set {dialect.key_variable} \(or ") as caught:
        ask(connect(dialect, server))
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert KEY not in caplog.text
    assert len(server.asked) == 1


def test_no_fault_tells_the_key_a_server_repeats(dialect: Dialect, server: Server) -> None:
    for status in (400, 403, 404, 409, 422, 500):
        server.always = Reply(status=status, body=dialect.error(f"no, not with {KEY}", "odd"))
        with pytest.raises(ModelError) as caught:
            ask(connect(dialect, server, max_attempts=1))
        assert KEY not in "".join(traceback.format_exception(caught.value))


def test_an_unknown_model_ends_the_run(dialect: Dialect, server: Server) -> None:
    server.always = Reply(status=dialect.no_model[0], body=dialect.no_model[1])
    with pytest.raises(ModelUnreachable, match=r"does not exist there\. Check the "):
        ask(connect(dialect, server))
    assert len(server.asked) == 1


def test_an_account_without_credit_ends_the_run_at_once(dialect: Dialect, server: Server) -> None:
    server.always = Reply(status=dialect.no_credit[0], body=dialect.no_credit[1])
    with pytest.raises(ModelUnreachable, match="says the account has no credit left: "):
        ask(connect(dialect, server))
    assert len(server.asked) == 1


def test_a_prompt_too_long_for_the_model_is_one_to_split(dialect: Dialect, server: Server) -> None:
    server.always = Reply(status=dialect.too_long[0], body=dialect.too_long[1])
    with pytest.raises(AnswerCutOff, match="says the prompt is too long"):
        ask(connect(dialect, server))
    assert len(server.asked) == 1


def test_a_server_that_stalls_or_is_down_is_said(dialect: Dialect, server: Server) -> None:
    server.always = Reply(stalls=True)
    with pytest.raises(ModelError, match=r"did not answer within 0\.4 s\.") as caught:
        ask(connect(dialect, server, timeout_seconds=0.4, max_attempts=1))
    assert not isinstance(caught.value, ModelUnreachable)
    server.close()
    with pytest.raises(ModelUnreachable, match=r"127\.0\.0\.1:\d+ cannot be reached\. Check the address"):
        ask(connect(dialect, server, max_attempts=1))


def test_ollamas_error_in_the_middle_of_its_stream_is_a_fault_and_no_answer() -> None:
    dialect = DIALECTS["ollama"]
    if find_spec(dialect.package) is None:
        pytest.skip("langchain_ollama is not installed: pip install 'icp-analyzer[ollama]'")
    with serve(dialect) as server:
        begun = dialect.answer("json_schema", None, "")[0]
        server.script = [Reply(body=[begun, {"error": "the model runner has unexpectedly stopped"}])]
        assert ask(connect(dialect, server)).content == CLAIMS
        server.always = Reply(body=[begun, {"error": "the model runner has unexpectedly stopped"}])
        with pytest.raises(ModelError, match="the model runner has unexpectedly stopped"):
            ask(connect(dialect, server))


class RefusedError(Exception):
    """An error as clients raise it: the server's answer is its ``response``."""

    def __init__(self, headers: dict[str, str], body: str) -> None:
        import httpx

        self.response = httpx.Response(429, headers=headers, text=body)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "7"}, "", 7),
        ({"Retry-After-Ms": "1500"}, "", 1.5),
        ({"Retry-After": "soon"}, "", None),
        ({}, '{"error": {"details": [{"retryDelay": "34.5s"}]}}', 34.5),
        ({}, "", None),
    ],
)
def test_how_long_a_server_asks_to_wait_is_read_however_it_says_it(
    headers: dict[str, str], body: str, seconds: float | None
) -> None:
    assert read_failure(RefusedError(headers, body)).wait_seconds == seconds


def test_a_date_to_wait_for_is_a_pause_from_now() -> None:
    in_an_hour = formatdate(time.time() + 3600, usegmt=True)
    pause = read_failure(RefusedError({"Retry-After": in_an_hour}, "")).wait_seconds
    assert pause is not None
    assert 3500 < pause <= 3600
    long_gone = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert read_failure(RefusedError({"Retry-After": long_gone}, "")).wait_seconds == 0


# ----------------------------------------------------------------------------------------- keys, addresses, packages


def test_what_the_environment_says_of_gateways_tokens_and_headers_reaches_nobody(
    dialect: Dialect, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(dialect) as gateway:
        for name in (
            "LANGSMITH_GATEWAY", "LANGSMITH_ENDPOINT", "OPENAI_BASE_URL", "OPENAI_API_BASE", "AZURE_OPENAI_ENDPOINT",
            "ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL",
            "MISTRAL_BASE_URL", "OLLAMA_HOST", "OPENAI_PROXY", "ANTHROPIC_PROXY",
        ):  # fmt: skip
            monkeypatch.setenv(name, gateway.url)
        for name in (
            "LANGSMITH_GATEWAY_API_KEY", "LANGSMITH_API_KEY", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID",
            "OPENAI_PROJECT_ID", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN", "GOOGLE_API_KEY", "GEMINI_API_KEY", "MISTRAL_API_KEY", "OLLAMA_API_KEY",
        ):  # fmt: skip
            monkeypatch.setenv(name, STRAY)
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"Authorization: {STRAY}\nX-Stray: {STRAY}")
        monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", f"Authorization: {STRAY}\nX-Stray: {STRAY}")
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "GOOGLE_GENAI_USE_VERTEXAI",
                     "GOOGLE_GENAI_USE_ENTERPRISE"):  # fmt: skip
            monkeypatch.setenv(name, "true")
        answer = ask(connect(dialect, server))
        assert answer.content == CLAIMS
        assert gateway.asked == []
    (asked,) = server.asked
    assert STRAY not in json.dumps([asked.path, asked.headers, asked.body])
    assert re.fullmatch(dialect.path, asked.path)


@pytest.mark.parametrize("chosen", sorted(set(DIALECTS) - {"ollama"}))
def test_a_key_of_another_provider_is_not_sent_and_the_missing_one_is_named(
    chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = DIALECTS[chosen]
    for each in DIALECTS.values():
        if each.key_variable != wanted.key_variable:
            monkeypatch.setenv(each.key_variable, STRAY)
    monkeypatch.setenv("OPENAI_API_KEY", STRAY)
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://acme.openai.azure.example")
    settings = Settings(model=wanted.model)
    assert settings.chosen_key.get_secret_value() == ""
    # No connection is tried: the tests' guard against the network would say so.
    with pytest.raises(ModelUnreachable, match=rf"needs a key\. Set {wanted.key_variable} \(or .*ICP_API_KEY\)\.$"):
        ask(connect_model(settings))
    monkeypatch.setenv(wanted.key_variable, KEY)
    assert Settings(model=wanted.model).chosen_key.get_secret_value() == KEY
    monkeypatch.setenv("ICP_API_KEY", "the-one-for-all")
    assert Settings(model=wanted.model).chosen_key.get_secret_value() == "the-one-for-all"


def test_azure_without_its_endpoint_says_so() -> None:
    with pytest.raises(ModelUnreachable, match="needs an address: set AZURE_OPENAI_ENDPOINT"):
        ask(connect_model(Settings(model="azure:mine", azure_api_key=SecretStr(KEY))))


def test_a_missing_package_names_its_extra() -> None:
    script = (
        "import sys\n"
        "from pydantic import SecretStr\n"
        "from analyzer.adapters.llm import ChatModel\n"
        f"for name, package in {[(d.model, d.package) for d in DIALECTS.values()]!r}:\n"
        "    sys.modules[package] = None\n"
        "    try:\n"
        f"        ChatModel(name, SecretStr({KEY!r}), 'http://127.0.0.1:9').answer('', '', {{'title': 'a'}})\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines() == [
        f"ModelUnreachable {d.model} needs a package that is not installed: pip install 'icp-analyzer[{d.extra}]'."
        for d in DIALECTS.values()
    ]


@pytest.mark.parametrize(
    ("variables", "model", "key", "address", "host", "redacts"),
    [
        ({}, "", "", "", "", True),
        ({"OPENAI_API_KEY": "o"}, "openai:gpt-4.1-mini", "o", "", "api.openai.com", True),
        # Keys of others may be there for other tools: they alone choose nothing.
        ({"ANTHROPIC_API_KEY": "a", "GEMINI_API_KEY": "g", "MISTRAL_API_KEY": "m"}, "", "", "", "", True),
        ({"ICP_MODEL": "anthropic:c", "ANTHROPIC_API_KEY": "a", "OPENAI_API_KEY": "o"},
         "anthropic:c", "a", "", "anthropic", True),
        ({"ICP_MODEL": "anthropic:c", "OPENAI_BASE_URL": "http://127.0.0.1:1", "OPENAI_API_KEY": "o"},
         "anthropic:c", "", "", "anthropic", True),
        ({"ICP_MODEL": "anthropic:c", "ICP_BASE_URL": "https://me:pw@llm.acme.example/v1", "ANTHROPIC_API_KEY": "a"},
         "anthropic:c", "a", "https://me:pw@llm.acme.example/v1", "llm.acme.example", True),
        ({"ICP_MODEL": "google:gemini-x", "GEMINI_API_KEY": "g"}, "google_genai:gemini-x", "g", "",
         "google_genai", True),
        ({"ICP_MODEL": "mistral:small", "MISTRAL_API_KEY": "m"}, "mistralai:small", "m", "", "mistralai", True),
        # The name of a model on a server of OpenAI's protocol.
        ({"ICP_MODEL": "mistral:7b", "ICP_BASE_URL": "http://127.0.0.1:11434/v1"}, "openai:mistral:7b", "",
         "http://127.0.0.1:11434/v1", "127.0.0.1:11434", False),
        ({"ICP_MODEL": "azure:mine", "AZURE_OPENAI_API_KEY": "z", "OPENAI_API_KEY": "o",
          "AZURE_OPENAI_ENDPOINT": "https://acme.openai.azure.example/"},
         "azure_openai:mine", "z", "https://acme.openai.azure.example/", "acme.openai.azure.example", True),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:8080/v1"}, "openai:gpt-4.1-mini", "", "http://127.0.0.1:8080/v1",
         "127.0.0.1:8080", False),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:8080/v1", "ICP_BASE_URL": "https://llm.acme.example"},
         "openai:gpt-4.1-mini", "", "https://llm.acme.example", "llm.acme.example", True),
        ({"ICP_MODEL": "ollama:llama3.1:8b", "OPENAI_API_KEY": "o"}, "ollama:llama3.1:8b", "", "", "localhost", False),
        ({"ICP_MODEL": "ollama:llama3.1:8b", "OLLAMA_HOST": "gpu.acme.example:1"}, "ollama:llama3.1:8b", "",
         "gpu.acme.example:1", "gpu.acme.example:1", True),
        # Ollama's server on this machine passes these on.
        ({"ICP_MODEL": "ollama:gpt-oss:120b-cloud"}, "ollama:gpt-oss:120b-cloud", "", "", "ollama.com", True),
        ({"ICP_MODEL": "kimi-k2:cloud", "ICP_BASE_URL": "http://localhost:11434/v1"}, "openai:kimi-k2:cloud", "",
         "http://localhost:11434/v1", "ollama.com", True),
    ],
)  # fmt: skip
def test_which_model_is_asked_where_with_which_key(
    variables: dict[str, str], model: str, key: str, address: str, host: str, redacts: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    made = Settings()
    assert (made.chosen_model, made.chosen_key.get_secret_value(), made.chosen_address) == (model, key, address)
    assert (made.model_host, made.redacts) == (host, redacts)
    for value in ("o", "a", "g", "m", "z"):
        assert f"'{value}'" not in repr(made)


@pytest.mark.parametrize(
    ("host", "asked"),
    [("", "http://127.0.0.1:11434"), ("gpu.acme.example", "http://gpu.acme.example:11434"),
     ("gpu.acme.example:1", "http://gpu.acme.example:1"), (":8000", "http://127.0.0.1:8000"),
     ("https://gpu.acme.example/v1/", "https://gpu.acme.example"), ("[::1]:8000", "http://[::1]:8000")],
)  # fmt: skip
def test_ollamas_address_is_read_as_ollama_reads_it(host: str, asked: str) -> None:
    model = connect_model(Settings(model="ollama:llama3.1:8b", ollama_host=host))
    assert model._endpoint.where == f"ollama:llama3.1:8b at {asked}"


# -------------------------------------------------------------------------------------------------------- the command


def test_the_command_asks_each_provider_with_its_own_variables(
    dialect: Dialect, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "call.txt").write_text("Pia: What hurts?\nDana: We retype every order.\n", encoding="utf-8")
    study = [str(Path(sys.executable).parent / "icp"), "--study", str(tmp_path / "study")]
    for name, value in {"OPENAI_API_KEY": STRAY, dialect.key_variable: KEY, "ICP_BASE_URL": server.url}.items():
        monkeypatch.setenv(name, value)
    subprocess.run([*study, "init"], check=True, capture_output=True)
    subprocess.run([*study, "add", str(tmp_path / "call.txt")], check=True, capture_output=True)
    done = subprocess.run(
        [*study, "extract", "--extractor", "llm", "--model", dialect.model], capture_output=True, text=True, check=False
    )
    assert dialect.model in done.stdout
    names, value = dialect.key
    assert server.asked
    for asked in server.asked:
        assert any(re.fullmatch(value, asked.headers.get(name, "")) for name in names.split("|"))
        assert STRAY not in json.dumps(asked.headers)
    assert KEY not in done.stdout + done.stderr
