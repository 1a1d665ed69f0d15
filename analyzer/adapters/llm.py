"""The one owner of langchain and the OpenAI client: one prompt in, one JSON object of a given shape out.

What a server can do is found out once, by trying in this order and keeping to what first gave an object of the shape:
an answer bound to the JSON schema, a tool call of that shape, plain JSON asked for in words. Retries, back-off with
jitter and Retry-After are the client's. The key is handed to the client and shown nowhere; tracing to third parties,
and the detour over their gateways that the environment can ask for, are switched off.
"""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from analyzer.adapters.protocols import Answer
from analyzer.errors import AnswerCutOff, ModelError, ModelUnreachable

_METHODS = ("json_schema", "function_calling", "plain")
_ANSWER_TOKENS = (4000, 8000)
"""Room for an answer: the larger one for a prompt that holds much, since small models' context must hold both."""
_CONNECT_SECONDS = 10.0
_FAILED_STARTS = 50
"""How many braces that open no object are tried: each costs a look through the rest of the answer."""
_OPENAI = "https://api.openai.com/v1"
_TOO_LONG = (
    "context length", "context_length", "context window", "context size", "maximum context", "prompt is too long",
    "too many tokens", "input is too long", "request too large",
)  # fmt: skip


class ChatModel:
    """A chat model by "provider:name" through langchain; ``base_url`` for any server that speaks OpenAI's protocol."""

    def __init__(
        self, name: str, api_key: SecretStr, base_url: str = "", timeout_seconds: float = 120.0, max_attempts: int = 5
    ) -> None:
        self._name = name
        self._api_key = api_key
        self._base_url = base_url
        self._timeout_seconds = timeout_seconds
        self._max_attempts = max(1, max_attempts)
        self._proven: int | None = None
        self._temperature: float | None = 0.0
        self._chats: dict[tuple[float | None, int], Any] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._name

    def answer(self, system: str, user: str, schema: Mapping[str, Any]) -> Answer:
        """The model's answer as a JSON object with all that the schema requires, and what it cost with all attempts.

        Raises ModelUnreachable when no other prompt would fare better, AnswerCutOff when a shorter one may, and
        ModelError for the rest.
        """
        spent, unfit = (0, 0), None
        for place in range(self._proven or 0, len(_METHODS)):
            try:
                answer = self._ask(_METHODS[place], system, user, schema)
            except _Unfit as error:
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
        if _is_cut_off(raw.response_metadata or {}):
            raise AnswerCutOff(f"{self._where} stopped in the middle of its answer.", tokens)
        wanted = schema.get("required", ())
        text = str(raw.text)
        # Not the client's own parser: it mends JSON that ends in the middle, and the rest of the claims would vanish.
        offered = (*(call["args"] for call in raw.tool_calls), *_objects_in(text))
        found = next((o for o in offered if all(name in o for name in wanted)), None)
        if found is None:
            refusal = raw.additional_kwargs.get("refusal")
            raise _Unfit(self._explain_unfit(refusal or text, bool(refusal), wanted), tokens)
        return Answer(dict(found), *tokens)

    def _invoke(self, method: str, system: str, user: str, schema: Mapping[str, Any]) -> Any:
        """The model's message."""
        from langsmith import tracing_context

        temperature = self._temperature
        chat = self._chat(temperature, _ANSWER_TOKENS[len(user) > 3 * _ANSWER_TOKENS[0]])
        if method == "plain":
            shape = json.dumps(schema)
            system = f"{system}\n\nAnswer with one JSON object of this JSON schema, and nothing else:\n{shape}"
        # Only OpenAI's own client is sure to know `strict`.
        strict = {"strict": True} if method == "json_schema" and self._name.startswith("openai:") else {}
        messages = [("system", system), ("user", user)]
        try:
            with tracing_context(enabled=False):
                if method == "plain":
                    return chat.invoke(messages)
                shaped = chat.with_structured_output(dict(schema), method=method, include_raw=True, **strict)
                return shaped.invoke(messages)["raw"]
        except Exception as error:  # noqa: BLE001 - every library of every provider has its own
            failure, cause = self._explain(error), error
        if isinstance(failure, _Unfit) and temperature is not None and "temperature" in str(failure).lower():
            # Models that reason take no temperature; for the others 0 keeps answers alike.
            self._temperature = None
            return self._invoke(method, system, user, schema)
        # Raised out here and without a cause that repeats the key: tracebacks are pasted into tickets.
        raise failure from (None if self._tells_key(cause) else cause)

    # ---------------------------------------------------------------------------------------------------- sentences

    @property
    def _where(self) -> str:
        if not self._base_url:
            return self._name
        # An address may hold a password.
        address = urlsplit(self._base_url)
        return f"{self._name} at {address._replace(netloc=address.netloc.rpartition('@')[2]).geturl()}"

    def _explain_unfit(self, text: str, is_refusal: bool, wanted: Any) -> str:
        if is_refusal:
            return f"{self._where} declined to answer: {self._without_key(text)[:80]!r}."
        if not text.strip():
            return f"{self._where} gave an empty answer."
        what = "something without " + ", ".join(wanted) if any(_objects_in(text)) else "something that is not JSON"
        return f"{self._where} answered with {what}: {self._without_key(text)[:80]!r}."

    def _explain(self, error: Exception) -> ModelError:
        """The client's error as a sentence of ours, with what to do; the key is never part of it."""
        import openai
        from langchain_core.exceptions import ContextOverflowError

        where = self._where
        if isinstance(error, openai.LengthFinishReasonError):
            usage = error.completion.usage
            tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
            return AnswerCutOff(f"{where} stopped in the middle of its answer.", tokens)
        if isinstance(error, openai.ContentFilterFinishReasonError):
            return ModelError(f"{where} held its answer back: the provider's filter of contents took offence.")
        if isinstance(error, ContextOverflowError):
            return AnswerCutOff(f"{where} says the prompt is too long.")
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return ModelUnreachable(f"{where} refused the key. Set OPENAI_API_KEY (or ICP_API_KEY) to a valid one.")
        if isinstance(error, openai.APITimeoutError) and not _is_connecting(error):
            return ModelError(f"{where} did not answer within {self._timeout_seconds:g} s.")
        if isinstance(error, openai.APIConnectionError):
            return ModelUnreachable(f"{where} cannot be reached. Check the address and that the server runs.")
        if isinstance(error, openai.NotFoundError):
            return ModelUnreachable(f"{where} does not exist there. Check the model's name and the base URL.")
        said = self._without_key(_message_of(error))
        if isinstance(error, openai.APIStatusError) and (
            error.status_code == 413 or any(sign in said.lower() for sign in _TOO_LONG)
        ):
            return AnswerCutOff(f"{where} says the prompt is too long.")
        if isinstance(error, openai.RateLimitError) and error.code == "insufficient_quota":
            return ModelUnreachable(f"{where} says the account has no credit left: {said[:120]}")
        if isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError | NotImplementedError):
            return _Unfit(f"{where} refused the request: {said[:200]}")
        if isinstance(error, openai.APIStatusError):
            is_retried = error.status_code in (408, 409, 429) or error.status_code >= 500
            tries = f" after {self._max_attempts} attempts" if is_retried else ""
            return ModelError(f"{where} answered {error.status_code}{tries}: {said[:120]}")
        return ModelError(f"{where} failed: {type(error).__name__}: {said[:200]}")

    def _without_key(self, text: str) -> str:
        key = self._api_key.get_secret_value()
        return text.replace(key, "(key)") if key else text

    def _tells_key(self, error: Exception) -> bool:
        key = self._api_key.get_secret_value()
        return bool(key) and key in "".join(traceback.format_exception(error))

    # ------------------------------------------------------------------------------------------------------- client

    def _chat(self, temperature: float | None, max_tokens: int) -> Any:
        # Threads share one client: connections are kept, and set-up and its imports are paid once.
        with self._lock:
            if (temperature, max_tokens) not in self._chats:
                self._chats[temperature, max_tokens] = self._make_chat(temperature, max_tokens)
            return self._chats[temperature, max_tokens]

    def _make_chat(self, temperature: float | None, max_tokens: int) -> Any:
        from langchain.chat_models import init_chat_model

        provider, _, model = self._name.partition(":")
        options: dict[str, Any] = {"timeout": self._timeout_seconds, "max_retries": self._max_attempts - 1}
        if temperature is not None:
            options["temperature"] = temperature
        if provider == "openai":
            import openai

            # Named, so that no variable of the environment leads the words over somebody else's gateway.
            options["base_url"] = self._base_url or _OPENAI
            connect = min(_CONNECT_SECONDS, self._timeout_seconds)
            options["timeout"] = openai.Timeout(self._timeout_seconds, connect=connect)
        elif self._base_url:
            options["base_url"] = self._base_url
        key = self._api_key.get_secret_value()
        if key or self._base_url:
            # Local servers take any key, but the client insists on one.
            options["api_key"] = key or "none"
        try:
            return init_chat_model(model, model_provider=provider, max_tokens=max_tokens, **options)
        except ImportError as error:
            raise ModelUnreachable(
                f"{self._name} needs a package that is not installed ({error}). Install it beside icp-analyzer."
            ) from error
        except Exception as error:  # noqa: BLE001
            said = self._without_key(str(error))[:200]
            raise ModelUnreachable(f"{self._name} could not be set up: {said}") from (
                None if self._tells_key(error) else error
            )


class _Unfit(ModelError):  # noqa: N818
    """The request was turned down as it was shaped, or the answer has not the shape: another way of asking may do."""


def _sum(some: tuple[int, int], more: tuple[int, int]) -> tuple[int, int]:
    return some[0] + more[0], some[1] + more[1]


def _is_cut_off(metadata: Mapping[str, Any]) -> bool:
    return metadata.get("finish_reason") in ("length", "max_tokens", "MAX_TOKENS") or "max_tokens" in (
        metadata.get("stop_reason"),
        metadata.get("done_reason"),
    ) or metadata.get("status") == "incomplete"  # fmt: skip


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


def _message_of(error: Exception) -> str:
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(message or error).split())


def _is_connecting(error: BaseException | None) -> bool:
    while error is not None:
        if type(error).__name__ == "ConnectTimeout":
            return True
        error = error.__cause__ or error.__context__
    return False
