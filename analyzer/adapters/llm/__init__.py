"""The one owner of langchain and the providers' clients: one prompt in, one JSON object of a given shape out.

What a server can do is found out once, by trying in this order and keeping to what first gave an object of the shape:
an answer bound to the JSON schema, a tool call of that shape, plain JSON asked for in words. The key is handed to the
client and shown nowhere; tracing to third parties is switched off.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from analyzer.adapters.llm.clients import Asking, context_for, endpoint_of, find_provider, make_chat, shape_for
from analyzer.adapters.llm.errors import UnfitError, call_patiently, explain, held_back
from analyzer.adapters.protocols import Answer
from analyzer.errors import AnswerCutOff, ModelError
from analyzer.settings import Settings

_METHODS = ("json_schema", "function_calling", "plain")
_ANSWER_TOKENS = (4000, 8000)
"""Room for an answer: the larger one for a prompt that holds much, since small models' context must hold both."""
_FAILED_STARTS = 50
"""How many braces that open no object are tried: each costs a look through the rest of the answer."""
_CUT_OFF = ("length", "max_tokens", "MAX_TOKENS", "model_length", "model_context_window_exceeded")
_HELD_BACK = ("content_filter", "refusal", "SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII")


def connect_model(settings: Settings) -> ChatModel:
    """The chosen model with its key and address. Nothing is called, and a missing key is only said when it is."""
    return ChatModel(
        settings.chosen_model,
        settings.chosen_key,
        settings.chosen_address,
        settings.timeout_seconds,
        settings.max_attempts,
        settings.api_version,
    )


class ChatModel:
    """A chat model by "provider:name" through langchain; ``base_url`` for any server that speaks its protocol.

    ``api_version`` is Azure's. Threads may share it.
    """

    def __init__(
        self,
        name: str,
        api_key: SecretStr,
        base_url: str = "",
        timeout_seconds: float = 120.0,
        max_attempts: int = 5,
        api_version: str = "",
    ) -> None:
        self._endpoint = endpoint_of(name, api_key, base_url, api_version, timeout_seconds, max_attempts)
        self._proven: int | None = None
        self._temperature: float | None = 0.0
        self._chats: dict[Asking, Any] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._endpoint.name

    def answer(self, system: str, user: str, schema: Mapping[str, Any]) -> Answer:
        """The model's answer as a JSON object with all that the schema requires, and what it cost with all attempts.

        Raises ModelUnreachable when no other prompt would fare better, AnswerCutOff when a shorter one may, and
        ModelError for the rest.
        """
        spent, unfit = (0, 0), None
        for place in range(self._proven or 0, len(_METHODS)):
            try:
                answer = self._ask(_METHODS[place], system, user, schema)
            except UnfitError as error:
                spent, unfit = _sum(spent, error.tokens), error
                if self._proven == place:
                    break
            except ModelError as error:
                error.tokens = _sum(spent, error.tokens)
                raise
            else:
                if self._proven is None:
                    self._proven = place
                tokens_in, tokens_out = _sum(spent, (answer.tokens_in, answer.tokens_out))
                return replace(answer, tokens_in=tokens_in, tokens_out=tokens_out)
        raise ModelError(str(unfit), spent) from unfit

    def _ask(self, method: str, system: str, user: str, schema: Mapping[str, Any]) -> Answer:
        raw = self._invoke(method, system, user, schema)
        usage = raw.usage_metadata or {}
        tokens = (int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0)))
        ends = _ends_of(raw.response_metadata or {})
        if ends & set(_CUT_OFF):
            raise AnswerCutOff(f"{self._endpoint.where} stopped in the middle of its answer.", tokens)
        if ends & set(_HELD_BACK):
            raise held_back(self._endpoint, tokens)
        # The first thing required makes an answer; what else is missing is for the reader of the answer to judge.
        wanted = schema.get("required", ())[:1]
        text = str(raw.text)
        # Not the client's own parser: it mends JSON that ends in the middle, and the rest of the claims would vanish.
        offered = (*(call["args"] for call in raw.tool_calls), *_objects_in(text))
        found = next((o for o in offered if all(name in o for name in wanted)), None)
        if found is None:
            refusal = raw.additional_kwargs.get("refusal")
            raise UnfitError(self._explain_unfit(refusal or text, bool(refusal), wanted), tokens)
        return Answer(dict(found), *tokens)

    def _invoke(self, method: str, system: str, user: str, schema: Mapping[str, Any]) -> Any:
        """The model's message."""
        temperature = self._temperature
        room = _ANSWER_TOKENS[len(user) > 3 * _ANSWER_TOKENS[0]]
        if method == "plain":
            shape = json.dumps(schema)
            system = f"{system}\n\nAnswer with one JSON object of this JSON schema, and nothing else:\n{shape}"
        chat = self._chat(Asking(temperature, room, context_for(len(system) + len(user), room)))
        messages = [("system", system), ("user", user)]
        try:
            return call_patiently(lambda: self._call(chat, method, messages, schema), self._endpoint.max_attempts)
        except Exception as error:  # noqa: BLE001 - every library of every provider has its own
            failure, cause = explain(error, self._endpoint), error
        if isinstance(failure, UnfitError) and temperature is not None and "temperature" in str(failure).lower():
            # Models that reason take no temperature; for the others 0 keeps answers alike.
            self._temperature = None
            return self._invoke(method, system, user, schema)
        # Raised out here and without a cause that repeats the key: tracebacks are pasted into tickets.
        raise failure from (None if self._endpoint.tells_key(cause) else cause)

    def _call(self, chat: Any, method: str, messages: list[tuple[str, str]], schema: Mapping[str, Any]) -> Any:
        from langsmith import tracing_context

        with tracing_context(enabled=False):
            if method == "plain":
                return chat.invoke(messages)
            strict = {"strict": True} if method == "json_schema" and find_provider(self.name).is_strict else {}
            shape = shape_for(self.name, schema)
            shaped = chat.with_structured_output(shape, method=method, **strict)
            # The model alone, without the parser that follows it.
            return shaped.steps[0].invoke(messages)

    def _explain_unfit(self, text: str, is_refusal: bool, wanted: Any) -> str:
        where, said = self._endpoint.where, self._endpoint.without_key(text)[:80]
        if is_refusal:
            return f"{where} declined to answer: {said!r}."
        if not text.strip():
            return f"{where} gave an empty answer."
        what = "something without " + ", ".join(wanted) if any(_objects_in(text)) else "something that is not JSON"
        return f"{where} answered with {what}: {said!r}."

    def _chat(self, asking: Asking) -> Any:
        # Threads share one client: connections are kept, and set-up and its imports are paid once.
        if self._endpoint.provider != "ollama":
            asking = replace(asking, context=0)
        with self._lock:
            if asking not in self._chats:
                self._chats[asking] = make_chat(self._endpoint, asking)
            return self._chats[asking]


def _sum(some: tuple[int, int], more: tuple[int, int]) -> tuple[int, int]:
    return some[0] + more[0], some[1] + more[1]


def _ends_of(metadata: Mapping[str, Any]) -> set[str]:
    """Why the answer ended, in the words of whichever provider it is."""
    ends = {str(metadata.get(name)) for name in ("finish_reason", "stop_reason", "done_reason")}
    if metadata.get("status") == "incomplete":
        ends.add("length")
    if (metadata.get("prompt_feedback") or {}).get("block_reason"):
        ends.add("content_filter")
    return ends


def _objects_in(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a text that says more than that, outermost ones, in order."""
    decoder = json.JSONDecoder()
    place, failed = text.find("{"), 0
    while place >= 0 and failed < _FAILED_STARTS:
        try:
            parsed, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):  # a number of thousands of digits is a ValueError too
            end, failed = place + 1, failed + 1
        else:
            yield parsed
        place = text.find("{", end)
