"""The one owner of langchain and the OpenAI client: one prompt in, one JSON object of a given shape out.

What a server can do is found out once, by trying in this order and remembering what worked: an answer bound to the
JSON schema, a tool call of that shape, plain JSON asked for in words. Retries, back-off with jitter and Retry-After are
the client's. The key is handed to the client and kept nowhere else; tracing to third parties is switched off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import SecretStr

from analyzer.adapters.protocols import Answer
from analyzer.errors import AnswerCutOff, ModelError, ModelUnreachable

_METHODS = ("json_schema", "function_calling", "plain")
_MAX_ANSWER_TOKENS = 4000
_JSON = re.compile(r"\{.*\}", re.DOTALL)


class ChatModel:
    """A chat model by "provider:name" through langchain; ``base_url`` for any server that speaks OpenAI's protocol."""

    def __init__(
        self, name: str, api_key: SecretStr, base_url: str = "", timeout_seconds: float = 120.0, max_attempts: int = 5
    ) -> None:
        self._name = name
        self._api_key = api_key
        self._base_url = base_url
        self._timeout_seconds = timeout_seconds
        self._max_attempts = max_attempts
        self._method = 0

    @property
    def name(self) -> str:
        return self._name

    def answer(self, system: str, user: str, schema: Mapping[str, Any]) -> Answer:
        """The model's answer as a JSON object. Raises ModelUnreachable, AnswerCutOff, or ModelError for the rest."""
        while True:
            method = _METHODS[self._method]
            try:
                return self._ask(method, system, user, schema)
            except _ShapeRefused as refused:
                if method == _METHODS[-1]:
                    raise ModelError(f"{self._name} refused the request: {refused}") from refused
                self._method = max(self._method, _METHODS.index(method) + 1)

    def _ask(self, method: str, system: str, user: str, schema: Mapping[str, Any]) -> Answer:
        from langsmith import tracing_context

        model = self._model
        if method == "plain":
            system = (
                f"{system}\n\nAnswer with one JSON object of this JSON schema, and nothing else:\n{json.dumps(schema)}"
            )
            runnable = model
        else:
            runnable = model.with_structured_output(dict(schema), method=method, include_raw=True)
        with tracing_context(enabled=False):
            try:
                said = runnable.invoke([("system", system), ("user", user)])
            except Exception as error:
                raise self._explain(error) from error
        raw = said if method == "plain" else said["raw"]
        if (raw.response_metadata or {}).get("finish_reason") == "length":
            raise AnswerCutOff(f"{self._name} stopped in the middle of its answer (limit {_MAX_ANSWER_TOKENS} tokens).")
        parsed = None if method == "plain" else said["parsed"]
        if parsed is None:
            parsed = self._parse(raw.text if isinstance(raw.text, str) else str(raw.content))
        usage = raw.usage_metadata or {}
        return Answer(dict(parsed), int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0)))

    def _parse(self, text: str) -> dict[str, Any]:
        found = _JSON.search(text)
        try:
            parsed = json.loads(found.group(0)) if found else None
        except json.JSONDecodeError:
            parsed = None
        if not isinstance(parsed, dict):
            raise ModelError(f"{self._name} answered with something that is not JSON: {text[:80]!r}.")
        return parsed

    def _explain(self, error: Exception) -> ModelError:
        """The client's error as a sentence of ours, with what to do; the key is never part of it."""
        import openai

        where = f"{self._name}{' at ' + self._base_url if self._base_url else ''}"
        if isinstance(error, openai.LengthFinishReasonError):
            return AnswerCutOff(f"{where} stopped in the middle of its answer.")
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return ModelUnreachable(f"{where} refused the key. Set OPENAI_API_KEY (or ICP_API_KEY) to a valid one.")
        if isinstance(error, openai.APITimeoutError):
            return ModelError(f"{where} did not answer within {self._timeout_seconds:g} s.")
        if isinstance(error, openai.APIConnectionError):
            return ModelUnreachable(f"{where} cannot be reached. Check the address and that the server runs.")
        if isinstance(error, openai.NotFoundError):
            return ModelUnreachable(f"{where} does not exist there. Check the model's name and the base URL.")
        if isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
            said = str(error.body.get("message", error) if isinstance(error.body, dict) else error)
            if "context" in said.lower() and ("length" in said.lower() or "token" in said.lower()):
                return AnswerCutOff(f"{where} says the prompt is too long.")
            return _ShapeRefused(said[:200])
        if isinstance(error, openai.APIStatusError):
            return ModelError(f"{where} answered {error.status_code} after {self._max_attempts} attempts.")
        return ModelError(f"{where} failed: {type(error).__name__}: {str(error)[:200]}")

    @cached_property
    def _model(self) -> Any:
        from langchain.chat_models import init_chat_model

        provider, _, model = self._name.partition(":")
        options: dict[str, Any] = {"timeout": self._timeout_seconds, "max_retries": self._max_attempts - 1}
        if self._base_url:
            options["base_url"] = self._base_url
        key = self._api_key.get_secret_value()
        if key or self._base_url:
            # Local servers take any key, but the client insists on one.
            options["api_key"] = key or "none"
        try:
            return init_chat_model(
                model, model_provider=provider, temperature=0, max_tokens=_MAX_ANSWER_TOKENS, **options
            )
        except ImportError as error:
            raise ModelError(
                f"{self._name} needs a package that is not installed ({error}). Install it beside icp-analyzer."
            ) from error
        except Exception as error:
            raise ModelUnreachable(f"{self._name} could not be set up: {str(error)[:200]}") from error


class _ShapeRefused(ModelError):  # noqa: N818
    """The server turned the request down as it was shaped; another way of asking may do."""
