"""Prompts are files in ``prompts/``: front matter (name, version), a ``# System`` part and a ``# User`` part.

An instruction is said once, there; code only fills ``$names``. A name without a value, or a value without a name,
raises: a prompt is never sent half filled.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from string import Template
from typing import Any

import yaml

from analyzer.errors import AnalyzerError
from analyzer.resources import find_resource


@dataclass(frozen=True, slots=True)
class Prompt:
    """``stamp`` is name@version#digest; editing the file changes it. ``examples`` are as the file gives them."""

    name: str
    stamp: str
    system: Template
    user: Template
    examples: tuple[Any, ...] = ()

    def fill(self, **inputs: str) -> tuple[str, str]:
        """System and user text. Raises AnalyzerError when the inputs are not exactly those the prompt names."""
        wanted = {*self.system.get_identifiers(), *self.user.get_identifiers()}
        if wanted != set(inputs):
            odd = ", ".join(sorted(wanted ^ set(inputs)))
            raise AnalyzerError(f"prompts/{self.name}.md and the code that fills it disagree about: {odd}.")
        return self.system.substitute(inputs), self.user.substitute(inputs)


@cache
def load_prompt(name: str) -> Prompt:
    """Reads ``prompts/NAME.md``. Raises AnalyzerError that says what is missing in it."""
    path = find_resource("prompts") / f"{name}.md"
    content = path.read_text(encoding="utf-8")
    _, _, rest = content.partition("---\n")
    front, _, body = rest.partition("---\n")
    system, found, user = body.partition("\n# User\n")
    meta = yaml.safe_load(front)
    if not found or not isinstance(meta, dict) or not {"name", "version"} <= set(meta):
        raise AnalyzerError(f"{path} needs front matter with name and version, a '# System' and a '# User' part.")
    digest = hashlib.sha256(content.encode()).hexdigest()[:8]
    return Prompt(
        name,
        f"{meta['name']}@{meta['version']}#{digest}",
        Template(system.partition("# System\n")[2].strip()),
        Template(user.strip()),
        tuple(meta.get("examples") or ()),
    )
