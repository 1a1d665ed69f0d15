"""Few-shot examples of a prompt, checked by the evidence rules before any model sees them.

A model copies what it is shown: an example whose quote is not word for word in its own turns teaches it to make quotes
up. So an example is read like any document, and its claims are judged like any claim.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from analyzer.errors import AnalyzerError
from analyzer.extraction.codebook import Codebook, load_codebook
from analyzer.extraction.evidence import locate, prepare
from analyzer.extraction.offered import SCHEMA, read_claims
from analyzer.extraction.prompts import Prompt, load_prompt
from analyzer.records import Document, DocumentKind, Side, Turn, Window

_LINE = re.compile(r"(\d+) ([COU])\d+: (.+)")
_SIDES = {"C": Side.CUSTOMER, "O": Side.OURS, "U": Side.UNKNOWN}
_FIELDS = tuple(SCHEMA["properties"]["claims"]["items"]["properties"])


@cache
def show_examples(name: str) -> str:
    """The examples of ``prompts/NAME.md`` as the prompt shows them. Raises AnalyzerError for one that is wrong."""
    prompt = load_prompt(name)
    return "\n\n".join(check_example(prompt, example, load_codebook()) for example in prompt.examples)


def check_example(prompt: Prompt, example: Any, codebook: Codebook) -> str:
    """The turns and the answer to them. Raises AnalyzerError that names the prompt, the quote and what is wrong."""
    where = f"An example of prompts/{prompt.name}.md"
    try:
        lines, offered = list(example["turns"]), list(example["claims"])
        turns = [_LINE.fullmatch(line) for line in lines]
    except (KeyError, TypeError) as error:
        raise AnalyzerError(f"{where} needs turns and claims.") from error
    if not all(turns):
        raise AnalyzerError(f"{where} has a turn that is not written like \u201c2 C1: words\u201d.")
    if any(set(entry) != set(_FIELDS) for entry in offered):
        raise AnalyzerError(f"{where} has a claim whose fields are not {', '.join(_FIELDS)}.")
    document = _document([found.groups() for found in turns if found])
    source, window = prepare(document), Window(document.id, 0, document.turns, ())
    for entry, claim in zip(offered, read_claims(offered, document, window), strict=True):
        verdict = locate(claim, source, codebook.codes)
        if verdict.evidence is None:
            raise AnalyzerError(f"{where} quotes \u201c{claim.quote}\u201d: {verdict.detail}")
        if claim.turns != tuple(entry["turns"]):
            raise AnalyzerError(f"{where} quotes \u201c{claim.quote}\u201d of turns that are not there.")
    # Without spaces, as a model then answers too: they are paid for.
    answer = json.dumps({"claims": [{f: entry[f] for f in _FIELDS} for entry in offered]}, separators=(",", ":"))
    return "\n".join([*lines, answer])


def _document(said: list[tuple[str, ...]]) -> Document:
    text, turns = "", []
    for number, side, words in said:
        start = len(text)
        text += words
        turns.append(Turn(int(number), side, _SIDES[side], start, len(text)))
        text += "\n"
    return Document("example", "0" * 64, DocumentKind.INTERVIEW, text, tuple(turns))
