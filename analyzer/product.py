"""What we sell, as the study's ``product.yaml`` says it: for prompts, for the scorecard and for telling our side."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from analyzer.errors import StudyError
from analyzer.files import write_whole


class Product(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    one_liner: str = ""
    category: str = ""
    company: str = ""
    competitors: tuple[str, ...] = ()
    complements: tuple[str, ...] = ()
    red_flag_tools: tuple[str, ...] = ()
    buyer_titles: tuple[str, ...] = ()

    def describe(self) -> str:
        """A few lines for a prompt."""
        if not self.name:
            return "The product being sold is not described."
        lines = [f"The product being sold: {self.name}. {self.one_liner} Category: {self.category or 'not said'}."]
        if self.competitors:
            lines.append(f"Competitors: {', '.join(self.competitors)}.")
        return "\n".join(lines)


def load_product(path: Path) -> Product:
    """The profile in a YAML file; a study without one has an empty profile. Raises StudyError naming the fault."""
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path.name == "product.yaml" and path.parent.exists() and (path.parent / "study.db").exists():
            return Product()
        raise StudyError(f"{path} does not exist. A product profile is a YAML file with name, one_liner, ...") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} cannot be read: {error}") from error
    try:
        return Product.model_validate(yaml.safe_load(content) or {})
    except (yaml.YAMLError, ValidationError) as error:
        raise StudyError(f"{path} is not a valid product profile: {error}") from error


def write_product(path: Path, product: Product | None) -> None:
    """Writes the profile; without one a form to fill in."""
    content = yaml.safe_dump((product or Product()).model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    write_whole(path, "# What we sell. Every field may stay empty.\n" + content)
