"""Settings, read once at the door (command line or app) and passed down; nothing below reads the environment."""

from __future__ import annotations

import ipaddress
from pathlib import Path
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


class Settings(BaseSettings):
    """What the environment says. Names are prefixed ICP_; the key and base URL also by their usual names."""

    model_config = SettingsConfigDict(env_prefix="ICP_", extra="ignore", populate_by_name=True)

    study: Path = Path("study")
    model: str = ""
    base_url: str = Field("", validation_alias=AliasChoices("ICP_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_BASE"))
    api_key: SecretStr = Field(SecretStr(""), validation_alias=AliasChoices("ICP_API_KEY", "OPENAI_API_KEY"))
    timeout_seconds: float = 120.0
    max_attempts: int = 5
    jobs: int = 8
    window_tokens: int = 8000
    embedding_model: str = ""
    redact: str = "auto"
    ollama_host: str = Field("", validation_alias=AliasChoices("OLLAMA_HOST"))
    database_url: str = ""
    chroma_url: str = ""

    @property
    def chosen_model(self) -> str:
        """The language model to use, "" when none is configured: a name, or a default where a key or URL is given."""
        if self.model:
            return self.model if self.model.partition(":")[0] in PROVIDERS else f"openai:{self.model}"
        return DEFAULT_MODEL if self.base_url or self.api_key.get_secret_value() else ""

    @property
    def model_host(self) -> str:
        """Where the chosen model runs: host and port of its address, else the provider's name. Never user or key."""
        provider = self.chosen_model.partition(":")[0]
        address = self.base_url or (self.ollama_host if provider == "ollama" else "")
        if address:
            return _host_of(address) or "an address that cannot be read"
        return {"openai": "api.openai.com", "ollama": "localhost"}.get(provider, provider)

    @property
    def redacts(self) -> bool:
        """Whether private words are hidden from the model; by default unless it runs on this machine.

        Raises UsageError for a setting that is none.
        """
        wish = self.redact.strip().casefold()
        if wish not in ("auto", "on", "off"):
            raise UsageError(f"ICP_REDACT is auto, on or off, not {self.redact!r}.")
        return wish == "on" or (wish == "auto" and not _is_loopback(self.model_host))


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
