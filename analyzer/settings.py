"""Settings, read once at the door (command line or app) and passed down; nothing below reads the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    database_url: str = ""
    chroma_url: str = ""

    @property
    def chosen_model(self) -> str:
        """The language model to use, "" when none is configured: a name, or a default where a key or URL is given."""
        if self.model:
            return self.model if self.model.partition(":")[0] in PROVIDERS else f"openai:{self.model}"
        return DEFAULT_MODEL if self.base_url or self.api_key.get_secret_value() else ""
