"""Settings, read once at the door (command line or app) and passed down; nothing below reads the environment."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from analyzer.errors import UsageError

DEFAULT_MODEL = "openai:gpt-4.1-mini"
# Names of models may hold a colon themselves ("llama3.1:8b"); only these words before it name a provider.
PROVIDERS = frozenset(
    (
        "openai azure_openai anthropic google_genai google_vertexai mistralai ollama bedrock groq together fireworks "
        "cohere deepseek xai openrouter"
    ).split()
)
_ALIASES = {"google": "google_genai", "mistral": "mistralai", "azure": "azure_openai"}
# Ollama's own server passes prompts for these on ("gpt-oss:120b-cloud").
_CLOUD_MODEL = re.compile(r"[:-]cloud$")
_CLOUD = "ollama.com"


class Settings(BaseSettings):
    """What the environment says. Names are prefixed ICP_; keys and addresses of providers bear their usual names.

    A key or address that bears a provider's name counts for that provider alone; ICP_API_KEY and ICP_BASE_URL count for
    whichever model is chosen, and first.
    """

    model_config = SettingsConfigDict(env_prefix="ICP_", extra="ignore", populate_by_name=True)

    study: Path = Path("study")
    author: str = ""
    model: str = ""
    base_url: str = ""
    api_key: SecretStr = Field(SecretStr(""), validation_alias=AliasChoices("ICP_API_KEY", "OPENAI_API_KEY"))
    timeout_seconds: float = 120.0
    max_attempts: int = 5
    jobs: int = 8
    window_tokens: int = 8000
    embedding_model: str = ""
    redact: str = "auto"
    critique: Literal["off", "refused", "all"] = "refused"
    gate: bool = False
    database_url: str = ""
    chroma_url: str = ""

    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias=AliasChoices("OPENAI_API_KEY"))
    openai_base_url: str = Field("", validation_alias=AliasChoices("OPENAI_BASE_URL", "OPENAI_API_BASE"))
    azure_api_key: SecretStr = Field(SecretStr(""), validation_alias=AliasChoices("AZURE_OPENAI_API_KEY"))
    azure_endpoint: str = Field("", validation_alias=AliasChoices("AZURE_OPENAI_ENDPOINT"))
    api_version: str = Field("", validation_alias=AliasChoices("OPENAI_API_VERSION"))
    anthropic_api_key: SecretStr = Field(SecretStr(""), validation_alias=AliasChoices("ANTHROPIC_API_KEY"))
    google_api_key: SecretStr = Field(SecretStr(""), validation_alias=AliasChoices("GOOGLE_API_KEY", "GEMINI_API_KEY"))
    mistral_api_key: SecretStr = Field(SecretStr(""), validation_alias=AliasChoices("MISTRAL_API_KEY"))
    ollama_api_key: SecretStr = Field(SecretStr(""), validation_alias=AliasChoices("OLLAMA_API_KEY"))
    ollama_host: str = Field("", validation_alias=AliasChoices("OLLAMA_HOST"))

    @property
    def chosen_model(self) -> str:
        """The language model to use, "" when none is configured: a name, or OpenAI's default where its key or a URL is.

        Another provider's key alone chooses nothing: it may be there for another tool, and documents would leave.
        """
        if self.model:
            provider, _, name = self.model.partition(":")
            # Servers of OpenAI's protocol have models called "mistral:7b".
            if name and provider in _ALIASES and not self.base_url:
                return f"{_ALIASES[provider]}:{name}"
            return self.model if provider in PROVIDERS else f"openai:{self.model}"
        return DEFAULT_MODEL if self.base_url or self.openai_base_url or self.api_key.get_secret_value() else ""

    @property
    def chosen_key(self) -> SecretStr:
        """The key for the chosen model: ICP_API_KEY, else its provider's own; empty where there is neither."""
        keys = {
            "openai": self.openai_api_key,
            "azure_openai": self.azure_api_key,
            "anthropic": self.anthropic_api_key,
            "google_genai": self.google_api_key,
            "mistralai": self.mistral_api_key,
            "ollama": self.ollama_api_key,
        }
        # `api_key` is OpenAI's where nothing else is set, and that goes to nobody else.
        if self.api_key.get_secret_value() and self.api_key != self.openai_api_key:
            return self.api_key
        return keys.get(self._provider, SecretStr(""))

    @property
    def chosen_address(self) -> str:
        """Where the chosen model is asked: ICP_BASE_URL, else its provider's own variable; "" for the usual place."""
        addresses = {
            "openai": self.openai_base_url,
            "azure_openai": self.azure_endpoint,
            "ollama": self.ollama_host,
        }
        return self.base_url or addresses.get(self._provider, "")

    @property
    def model_host(self) -> str:
        """Where the chosen model runs: host and port of its address, else the provider's name. Never user or key."""
        provider, address = self._provider, self.chosen_address
        host = {"openai": "api.openai.com", "ollama": "localhost"}.get(provider, provider)
        if address:
            host = _host_of(address) or "an address that cannot be read"
        if provider in ("openai", "ollama") and _CLOUD_MODEL.search(self.chosen_model) and _is_loopback(host):
            return _CLOUD
        return host

    @property
    def redacts(self) -> bool:
        """Whether private words are hidden from the model; by default unless it runs on this machine.

        Raises UsageError for a setting that is none.
        """
        wish = self.redact.strip().casefold()
        if wish not in ("auto", "on", "off"):
            raise UsageError(f"ICP_REDACT is auto, on or off, not {self.redact!r}.")
        return wish == "on" or (wish == "auto" and not _is_loopback(self.model_host))

    @property
    def _provider(self) -> str:
        return self.chosen_model.partition(":")[0]


def _host_of(address: str) -> str:
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return (f"[{host}]" if ":" in host else host) + port


def _is_loopback(host: str) -> bool:
    # A name that resolves to this machine today may lead elsewhere tomorrow: only what is so by definition counts.
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
