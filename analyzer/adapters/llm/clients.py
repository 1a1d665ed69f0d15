"""The chat client of each provider, through langchain, told everything it would otherwise look up in the environment.

Address, key and version are handed over, so that no variable leads the words or the key over somebody else's gateway:
LANGSMITH_GATEWAY, ANTHROPIC_BASE_URL, GOOGLE_GEMINI_BASE_URL, MISTRAL_BASE_URL and the like. Headers that OPENAI_ or
ANTHROPIC_CUSTOM_HEADERS ask for are left out, Anthropic's spans for OpenTelemetry are off, and the clients' own
retries too (see errors). Proxies of the machine (HTTPS_PROXY) are obeyed: without them some machines reach nobody.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import SecretStr

from analyzer.adapters.llm.errors import Endpoint
from analyzer.errors import ModelUnreachable

_CONNECT_SECONDS = 10.0
_API_VERSION = "2024-10-21"
"""Azure's newest version of its interface that is no preview and takes a JSON schema."""
_CONTEXTS = (8192, 16384, 32768, 65536, 131072)
_THINKING_ROOM = 4
"""Models that think count their thoughts as answer: so many times the room of a plain answer, where they allow it."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider we know. ``address`` is where it is asked by default; ``extra`` is what installs its package.

    ``is_open`` says that it can be asked without a key, ``is_strict`` that it takes OpenAI's word for an exact schema.
    """

    key_variable: str
    address: str = ""
    extra: str = ""
    is_open: bool = False
    is_strict: bool = False
    missing_model: str = "Check the model's name and the base URL."


PROVIDERS = {
    "openai": Provider("OPENAI_API_KEY", "https://api.openai.com/v1", is_strict=True),
    "azure_openai": Provider(
        "AZURE_OPENAI_API_KEY",
        extra="azure",
        is_strict=True,
        missing_model="Check the deployment's name and AZURE_OPENAI_ENDPOINT.",
    ),
    "anthropic": Provider("ANTHROPIC_API_KEY", "https://api.anthropic.com", "anthropic"),
    "google_genai": Provider("GOOGLE_API_KEY or GEMINI_API_KEY", "https://generativelanguage.googleapis.com", "google"),
    "mistralai": Provider("MISTRAL_API_KEY", "https://api.mistral.ai/v1", "mistral"),
    "ollama": Provider(
        "OLLAMA_API_KEY",
        "http://127.0.0.1:11434",
        "ollama",
        is_open=True,
        missing_model="Check the model's name; `ollama pull` and the name fetches it.",
    ),
}
_OTHER = Provider("", is_open=True)


@dataclass(frozen=True, slots=True)
class Asking:
    """How one prompt is asked. ``room`` is how many tokens an answer may take; ``context`` what it holds with the
    prompt, for servers that cut longer prompts without a word; ``temperature`` None leaves it to the model.
    """

    temperature: float | None
    room: int
    context: int


def endpoint_of(
    name: str, api_key: SecretStr, base_url: str, api_version: str, timeout_seconds: float, max_attempts: int
) -> Endpoint:
    """Where "provider:name" is asked. ``base_url`` is "" for the provider's own address."""
    provider = find_provider(name)
    address = base_url.strip()
    if name.startswith("ollama:"):
        address = _ollama_address(address or provider.address)
    elif name.startswith("azure_openai:"):
        address = re.sub(r"/openai(/.*)?$", "", address.rstrip("/"))
    elif name.startswith("anthropic:"):
        address = re.sub(r"/v1$", "", address.rstrip("/"))
    own = provider.key_variable.split(" or ")
    return Endpoint(
        name=name,
        key=api_key.get_secret_value(),
        address=address,
        api_version=api_version,
        timeout_seconds=timeout_seconds,
        max_attempts=max(1, max_attempts),
        key_variables=f"{own[0]} (or {' or '.join((*own[1:], 'ICP_API_KEY'))})" if own[0] else "ICP_API_KEY",
        missing_model=provider.missing_model,
    )


def find_provider(name: str) -> Provider:
    """The provider of "provider:name"; one that needs nothing where it is another that langchain knows."""
    return PROVIDERS.get(name.partition(":")[0], _OTHER)


def _ollama_address(address: str) -> str:
    """As Ollama reads OLLAMA_HOST: a scheme and a port where there is none. Its own interface is not under /v1."""
    address = re.sub(r"/v1$", "", address.rstrip("/"))
    if "//" in address:
        return address
    host, colon, port = address.rpartition(":") if re.search(r":\d+$", address) else (address, "", "")
    return f"http://{host or '127.0.0.1'}:{port if colon else 11434}"


def context_for(text_characters: int, room: int) -> int:
    """The smallest of a few sizes that holds prompt and answer: Ollama loads the model anew for each other size."""
    needed = text_characters // 3 + room
    return next((size for size in _CONTEXTS if size >= needed), _CONTEXTS[-1])


def shape_for(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema as the provider's client reads it: some know no lists of types ("integer" or "null")."""
    if not name.startswith(("anthropic:", "google_genai:")):
        return dict(schema)
    shape: dict[str, Any] = _without_type_lists(schema)
    return shape


def _without_type_lists(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_type_lists(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    made = {name: _without_type_lists(value) for name, value in part.items()}
    if isinstance(made.get("type"), list):
        made["anyOf"] = [{"type": kind} for kind in made.pop("type")]
    return made


def make_chat(endpoint: Endpoint, asking: Asking) -> Any:
    """The provider's chat client. Raises ModelUnreachable where its package, key or address is missing."""
    provider = find_provider(endpoint.name)
    if endpoint.provider == "azure_openai" and not endpoint.address:
        raise ModelUnreachable(f"{endpoint.name} needs an address: set AZURE_OPENAI_ENDPOINT to your resource's.")
    is_own = endpoint.provider == "azure_openai" or not endpoint.address
    if not endpoint.key and is_own and not provider.is_open:
        raise ModelUnreachable(f"{endpoint.name} needs a key. Set {endpoint.key_variables}.")
    try:
        return _make(endpoint, asking)
    except ImportError as error:
        remedy = f"pip install 'icp-analyzer[{provider.extra}]'" if provider.extra else f"{error}"
        raise ModelUnreachable(f"{endpoint.name} needs a package that is not installed: {remedy}.") from error
    except Exception as error:  # noqa: BLE001 - every library of every provider has its own
        said, cause = endpoint.without_key(" ".join(str(error).split()))[:200], error
    # Raised out here: a cause, or context, that repeats the key would be printed with it.
    raise ModelUnreachable(f"{endpoint.name} could not be set up: {said}") from (
        None if endpoint.tells_key(cause) else cause
    )


def _make(endpoint: Endpoint, asking: Asking) -> Any:
    chat = _make_with(endpoint, asking)
    profile = getattr(chat, "profile", None) or {}
    if endpoint.provider != "ollama" and profile.get("reasoning_output"):
        most = profile.get("max_output_tokens") or asking.room
        chat = _make_with(endpoint, replace(asking, room=max(asking.room, min(asking.room * _THINKING_ROOM, most))))
    return chat


def _make_with(endpoint: Endpoint, asking: Asking) -> Any:
    from langchain.chat_models import init_chat_model

    address = endpoint.address or find_provider(endpoint.name).address
    options: dict[str, Any] = {"max_tokens": asking.room, "max_retries": 0, "timeout": endpoint.timeout_seconds}
    if address:
        options["base_url"] = address
    if endpoint.key or endpoint.address:
        # Local servers take any key, but the client insists on one.
        options["api_key"] = endpoint.key or "none"
    if asking.temperature is not None:
        options["temperature"] = asking.temperature
    options |= _options_of(endpoint, asking)
    given = {name: value for name, value in options.items() if value is not _LEFT_OUT}
    chat = init_chat_model(endpoint.model, model_provider=endpoint.provider, **given)
    if "temperature" not in given and hasattr(chat, "temperature"):
        # Some send one of their own otherwise.
        chat.temperature = None
    _settle(chat, endpoint)
    return chat


# ------------------------------------------------------------------------------------------------------ each provider

_LEFT_OUT = object()


def _options_of(endpoint: Endpoint, asking: Asking) -> dict[str, Any]:
    """What the provider's client is told besides, or instead."""
    match endpoint.provider:
        case "openai":
            return _openai_options(endpoint)
        case "azure_openai":
            return _azure_options(endpoint)
        case "anthropic":
            return {"anthropic_proxy": None}
        case "google_genai":
            return _google_options(endpoint)
        case "mistralai":
            return _mistral_options(endpoint)
        case "ollama":
            return _ollama_options(endpoint, asking)
    return {}


def _connect_seconds(endpoint: Endpoint) -> float:
    return min(_CONNECT_SECONDS, endpoint.timeout_seconds)


def _openai_options(endpoint: Endpoint) -> dict[str, Any]:
    import openai

    timeout = openai.Timeout(endpoint.timeout_seconds, connect=_connect_seconds(endpoint))
    return {"timeout": timeout, "openai_proxy": None}


def _azure_options(endpoint: Endpoint) -> dict[str, Any]:
    return {
        **_openai_options(endpoint),
        "base_url": _LEFT_OUT,
        "azure_endpoint": endpoint.address,
        "azure_deployment": endpoint.model,
        "api_version": endpoint.api_version or _API_VERSION,
        "azure_ad_token": None,
    }


def _google_options(endpoint: Endpoint) -> dict[str, Any]:
    # Of its attempts the first counts too. From Gemini 3 on a low temperature makes answers run in circles.
    is_new = re.search(r"gemini-(?:[3-9]|\d\d)", endpoint.model) is not None
    return {"max_retries": 1, "vertexai": False, **({"temperature": _LEFT_OUT} if is_new else {})}


def _mistral_options(endpoint: Endpoint) -> dict[str, Any]:
    import httpx

    # A client of ours: its own takes whole seconds only.
    client = httpx.Client(
        base_url=endpoint.address or PROVIDERS["mistralai"].address,
        headers={"Accept": "application/json", "Authorization": f"Bearer {endpoint.key or 'none'}"},
        timeout=httpx.Timeout(endpoint.timeout_seconds, connect=_connect_seconds(endpoint)),
    )
    return {"client": client, "max_retries": 1, "timeout": max(1, round(endpoint.timeout_seconds))}


def _ollama_options(endpoint: Endpoint, asking: Asking) -> dict[str, Any]:
    import httpx

    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    timeout = httpx.Timeout(endpoint.timeout_seconds, connect=_connect_seconds(endpoint))
    return {
        **dict.fromkeys(("max_tokens", "max_retries", "timeout", "api_key"), _LEFT_OUT),
        "num_predict": asking.room,
        "num_ctx": asking.context,
        "client_kwargs": {"headers": headers, "timeout": timeout},
    }


def _settle(chat: Any, endpoint: Endpoint) -> None:
    """Takes out of a client that was made what it found in the environment all the same."""
    match endpoint.provider:
        case "openai" | "azure_openai":
            chat.root_client._custom_headers = {}
            if endpoint.address:
                # They say whose account with OpenAI pays, and mean nothing elsewhere.
                chat.root_client.organization = chat.root_client.project = None
        case "anthropic":
            import anthropic

            timeout = anthropic.Timeout(endpoint.timeout_seconds, connect=_connect_seconds(endpoint))
            client = chat._client.with_options(open_telemetry=False, timeout=timeout)
            client._custom_headers = {}
            chat.__dict__["_client"] = client
        case "google_genai":
            from google.genai import Client
            from google.genai.types import HttpOptions

            # Its warnings would stand amid the progress bar; what they are about is reported.
            logging.getLogger("langchain_google_genai").setLevel(logging.ERROR)
            # Otherwise it finds out in the environment which of Google's services it is.
            address = endpoint.address or PROVIDERS["google_genai"].address
            options = HttpOptions(base_url=address)
            chat.client = Client(vertexai=False, api_key=endpoint.key or "none", http_options=options)
