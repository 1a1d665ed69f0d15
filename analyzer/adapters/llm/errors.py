"""What a failed call means, in a sentence; and whether, and after how long, the same call may be made again.

Every provider's client has classes of its own for the same few faults, and not all are installed. So a failure is read
off what they have in common: the server's HTTP answer, which stands somewhere in the error's chain, or the name of the
transport's error. Retries are ours for all of them, with one back-off: of the clients' own, Google's ignores
Retry-After, Mistral's repeats dropped connections only, and Ollama's nothing.
"""

from __future__ import annotations

import email.utils
import json
import random
import re
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from analyzer.errors import AnswerCutOff, ModelError, ModelUnreachable

LONGEST_WAIT_SECONDS = 120.0
"""A server that asks for a longer pause is not waited for."""
_TOO_LONG = (
    "context length", "context_length", "context window", "context size", "maximum context", "prompt is too long",
    "too many tokens", "input is too long", "request too large", "input token count", "too large for model",
    "maximum number of tokens allowed",
)  # fmt: skip
_NO_CREDIT = ("insufficient_quota", "billing_error", "billing_not_active", "credit balance is too low")
_KEY_REFUSED = ("api_key_invalid", "invalid_api_key", "api key not valid", "authentication_error")
_NO_MODEL = ("invalid_model", "model_not_found", "deploymentnotfound")
_FILTERED = ("content_filter", "content_policy_violation")
_TIME_OUTS = ("TimeoutException", "APITimeoutError")
_NO_CONNECTION = ("TransportError", "APIConnectionError", "ConnectionError")


class UnfitError(ModelError):
    """The request was turned down as it was shaped, or the answer has not the shape: another way of asking may do."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Which model is asked, where, with which key, and how patiently; ``address`` is "" for the provider's own.

    ``key_variables`` are where a person would set the key, ``missing_model`` what to do where the model is unknown.
    """

    name: str
    key: str
    address: str
    api_version: str
    timeout_seconds: float
    max_attempts: int
    key_variables: str
    missing_model: str

    def __repr__(self) -> str:
        return f"Endpoint({self.where})"

    @property
    def provider(self) -> str:
        return self.name.partition(":")[0]

    @property
    def model(self) -> str:
        return self.name.partition(":")[2]

    @property
    def where(self) -> str:
        """The model and its address, without the password that an address may hold."""
        if not self.address:
            return self.name
        address = urlsplit(self.address)
        return f"{self.name} at {address._replace(netloc=address.netloc.rpartition('@')[2]).geturl()}"

    def without_key(self, text: str) -> str:
        return text.replace(self.key, "(key)") if self.key else text

    def tells_key(self, error: BaseException) -> bool:
        return bool(self.key) and self.key in "".join(traceback.format_exception(error))


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed call. ``status`` is 0 where no server answered; ``marks`` are its words and codes in lower case."""

    status: int = 0
    said: str = ""
    marks: str = ""
    wait_seconds: float | None = None
    should_retry: bool | None = None
    is_time_out: bool = False
    is_unreachable: bool = False

    def has(self, signs: tuple[str, ...]) -> bool:
        return any(sign in self.marks for sign in signs)

    @property
    def is_too_long(self) -> bool:
        return self.status == 413 or (self.status > 0 and self.has(_TOO_LONG))

    @property
    def is_out_of_credit(self) -> bool:
        return self.status == 402 or (self.status > 0 and self.has(_NO_CREDIT))

    @property
    def is_passing(self) -> bool:
        """Whether the same call may go well a little later."""
        if self.is_too_long or self.is_out_of_credit or (self.wait_seconds or 0) > LONGEST_WAIT_SECONDS:
            return False
        if self.should_retry is not None:
            return self.should_retry
        return self.is_time_out or self.is_unreachable or self.status in (408, 409, 429) or self.status >= 500


def call_patiently(call: Callable[[], Any], max_attempts: int) -> Any:
    """What ``call`` gives, tried again after faults that pass: as Retry-After says, else after 0.5, 1, 2 ... 8 s.

    Raises the last error as it came.
    """
    from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = read_failure(error).wait_seconds if error else None
        # Up to a quarter less or more: calls that were turned down together do not come back together.
        return (
            asked * random.uniform(1, 1.1)
            if asked
            else min(8.0, 0.5 * 2 ** (state.attempt_number - 1)) * (random.uniform(0.75, 1))
        )

    retrying = Retrying(
        stop=stop_after_attempt(max_attempts),
        wait=wait,
        retry=retry_if_exception(lambda error: isinstance(error, Exception) and read_failure(error).is_passing),
        reraise=True,
    )
    return retrying(call)


# ------------------------------------------------------------------------------------------------------------ reading


def read_failure(error: BaseException) -> Failure:
    """What the error of any client says about the call."""
    chain = list(_chain(error))
    for each in chain:
        response = getattr(each, "response", None)
        if isinstance(getattr(response, "status_code", None), int):
            return _read_response(response)
    names = {kind.__name__ for each in chain for kind in type(each).__mro__}
    for each in chain:
        # Ollama's error in the middle of a stream: a sentence, and no status of its own.
        if type(each).__name__ == "ResponseError":
            said = _one_line(str(getattr(each, "error", each)))
            return Failure(status=500, said=said, marks=said.lower())
    is_connecting = "ConnectTimeout" in names
    is_time_out = not names.isdisjoint(_TIME_OUTS) and not is_connecting
    is_unreachable = is_connecting or (not is_time_out and not names.isdisjoint(_NO_CONNECTION))
    said = _one_line(str(error))
    return Failure(said=said, marks=said.lower(), is_time_out=is_time_out, is_unreachable=is_unreachable)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        # Not only causes: a client may raise "from None" and still hold, as context, what the server answered.
        each = each.__cause__ or each.__context__


def _read_response(response: Any) -> Failure:
    try:
        text = str(response.text)
    except Exception:  # noqa: BLE001 - a body that was never read has a different error in every client
        text = ""
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    said = _one_line(_message_in(body) or text)
    headers = response.headers
    should_retry = {"true": True, "false": False}.get(str(headers.get("x-should-retry", "")).lower())
    return Failure(
        status=response.status_code,
        said=said,
        marks=f"{said} {_codes_in(body)}".lower(),
        wait_seconds=_seconds_asked(headers, text),
        should_retry=should_retry,
    )


def _message_in(body: Any) -> str:
    if isinstance(body, list):
        return _message_in(body[0]) if body else ""
    if not isinstance(body, dict):
        return body if isinstance(body, str) else ""
    for name in ("error", "message", "detail", "msg"):
        if body.get(name):
            return _message_in(body[name])
    return ""


def _codes_in(body: Any) -> str:
    """The machine's words beside the message: code, type, status, reason, however deep."""
    if isinstance(body, list):
        return " ".join(map(_codes_in, body))
    if not isinstance(body, dict):
        return ""
    own = (str(body[name]) for name in ("code", "type", "status", "reason") if isinstance(body.get(name), str))
    return " ".join((*own, *(_codes_in(value) for value in body.values() if isinstance(value, dict | list))))


def _seconds_asked(headers: Any, text: str) -> float | None:
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return float(milliseconds) / 1000
        after = str(headers.get("retry-after") or "")
        if not after:
            # Google says it in the body.
            found = re.search(r'"retryDelay":\s*"([\d.]+)s"', text)
            return float(found[1]) if found else None
        if re.fullmatch(r"[\d.]+", after):
            return float(after)
        return max(0.0, email.utils.parsedate_to_datetime(after).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _one_line(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------------------------------------------------- sentences


def explain(error: Exception, endpoint: Endpoint) -> ModelError:
    """The client's error as a sentence of ours, with what to do; the key is never part of it."""
    where, kind = endpoint.where, type(error).__name__
    if kind == "LengthFinishReasonError":
        usage = getattr(getattr(error, "completion", None), "usage", None)
        tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
        return AnswerCutOff(f"{where} stopped in the middle of its answer.", tokens)
    if kind == "ContentFilterFinishReasonError":
        return held_back(endpoint)
    failure = read_failure(error)
    said = endpoint.without_key(failure.said)
    if failure.is_time_out:
        return ModelError(f"{where} did not answer within {endpoint.timeout_seconds:g} s.")
    if failure.is_unreachable:
        return ModelUnreachable(f"{where} cannot be reached. Check the address and that the server runs.")
    if failure.status:
        return _explain_status(failure, said, endpoint)
    if isinstance(error, json.JSONDecodeError):
        return ModelError(f"{where} answered with something that is not JSON.")
    if isinstance(error, NotImplementedError | ValueError | TypeError | AssertionError):
        return UnfitError(f"{where} cannot be asked like this: {said[:200]}")
    return ModelError(f"{where} failed: {kind}: {said[:200]}")


def held_back(endpoint: Endpoint, tokens: tuple[int, int] = (0, 0)) -> ModelError:
    return ModelError(f"{endpoint.where} held its answer back: the provider's filter of contents took offence.", tokens)


def _explain_status(failure: Failure, said: str, endpoint: Endpoint) -> ModelError:
    where, status = endpoint.where, failure.status
    if status == 401 or (status in (400, 403) and failure.has(_KEY_REFUSED)):
        return ModelUnreachable(f"{where} refused the key. Set {endpoint.key_variables} to a valid one.")
    if status == 403:
        return ModelUnreachable(f"{where} refused the key. Set {endpoint.key_variables} to one that may use it.")
    if failure.is_out_of_credit:
        return ModelUnreachable(f"{where} says the account has no credit left: {said[:120]}")
    if status == 404 or (status == 400 and failure.has(_NO_MODEL)):
        return ModelUnreachable(f"{where} does not exist there. {endpoint.missing_model}")
    if failure.is_too_long:
        return AnswerCutOff(f"{where} says the prompt is too long.")
    if status in (400, 422):
        kind = ModelError if failure.has(_FILTERED) else UnfitError
        return kind(f"{where} refused the request: {said[:200]}")
    if (failure.wait_seconds or 0) > LONGEST_WAIT_SECONDS:
        return ModelError(f"{where} answered {status} and asks to wait {failure.wait_seconds:.0f} s: {said[:120]}")
    tries = f" after {endpoint.max_attempts} attempts" if failure.is_passing else ""
    return ModelError(f"{where} answered {status}{tries}: {said[:120]}")
