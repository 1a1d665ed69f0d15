"""The LLM extractor: one call a window, many at once, every answer remembered, nothing of it believed.

Text to analyse is fenced and numbered; the model cites turn numbers and copies words. What comes back is only offered as
claims: the evidence rules decide. An answer is cached by everything that could change it (model, prompt, shape, window),
so a crash, a re-run or a second user pays nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from analyzer.adapters.protocols import Answer, AnswerCache, LanguageModel
from analyzer.errors import AnswerCutOff, ModelError, ModelUnreachable
from analyzer.extraction.budget import Budget
from analyzer.extraction.codebook import Codebook
from analyzer.extraction.extractor import Extracted
from analyzer.extraction.prompts import Prompt, load_prompt
from analyzer.extraction.windows import estimate_tokens, split_window
from analyzer.records import Claim, Document, Maker, RejectedClaim, Turn, Window


class _ClaimShape(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: str
    category: str
    claim: str
    quote: str
    turns: list[int] = []
    intensity: int | None = None
    event_on: str | None = None
    person: str | None = None


def _schema() -> dict[str, Any]:
    """The JSON schema of an answer; every field required and nothing else allowed, as strict servers demand."""
    fields: dict[str, Any] = {
        "kind": {"type": "string"},
        "category": {"type": "string"},
        "claim": {"type": "string"},
        "quote": {"type": "string"},
        "turns": {"type": "array", "items": {"type": "integer"}},
        "intensity": {"type": ["integer", "null"]},
        "event_on": {"type": ["string", "null"]},
        "person": {"type": ["string", "null"]},
    }
    claim = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {
        "title": "claims",
        "description": "What the turns say about buying.",
        "type": "object",
        "properties": {"claims": {"type": "array", "items": claim}},
        "required": ["claims"],
        "additionalProperties": False,
    }


SCHEMA = _schema()


@dataclass(frozen=True)
class LlmExtractor:
    """``product`` describes what is sold, for the prompt; ``jobs`` is how many calls run at once."""

    model: LanguageModel
    cache: AnswerCache
    codebook: Codebook
    product: str
    budget: Budget
    jobs: int = 8

    @property
    def maker(self) -> Maker:
        return Maker("llm", self.model.name, load_prompt("extract").stamp, self.codebook.stamp)

    def extract(self, document: Document, windows: Sequence[Window]) -> Extracted:
        """Claims of all windows. A window that fails is reported and the rest goes on; ModelUnreachable ends the run."""
        with ThreadPoolExecutor(self.jobs) as pool:
            return _joined(pool.map(partial(self._read, document), windows))

    def reconsider(self, document: Document, windows: Sequence[Window], refused: Sequence[RejectedClaim]) -> Extracted:
        """Asks once more about refused claims, each window's together, with the reasons."""
        by_window = [(w, [r for r in refused if _stands_in(r, w, document)]) for w in windows]
        with ThreadPoolExecutor(self.jobs) as pool:
            asked = [pool.submit(self._mend, document, w, r) for w, r in by_window if r]
            return _joined(future.result() for future in asked)

    def estimate(self, document: Document, windows: Sequence[Window]) -> tuple[int, int, int]:
        """Calls, tokens sent and tokens answered that extracting these windows would cost (cached ones are free)."""
        calls, sent, answered = 0, 0, 0
        for window in windows:
            system, user = self._prompt_of(document, window)
            if self.cache.recall(self._key(load_prompt("extract"), system, user)) is None:
                calls += 1
                sent += estimate_tokens(system) + estimate_tokens(user)
                # Seen over transcripts: an answer is about a tenth of what is read, and never quite empty.
                answered += 30 + estimate_tokens(user) // 10
        return calls, sent, answered

    # ------------------------------------------------------------------------------------------------------ calls

    def _read(self, document: Document, window: Window) -> Extracted:
        system, user = self._prompt_of(document, window)
        try:
            answer = self._ask(load_prompt("extract"), system, user)
        except AnswerCutOff as error:
            halves = split_window(window)
            if not halves:
                return Extracted(failures=(_failure(document, window, error),))
            return _joined(self._read(document, half) for half in halves)
        except ModelUnreachable:
            raise
        except ModelError as error:
            return Extracted(failures=(_failure(document, window, error),))
        return _read_answer(answer, document, window)

    def _mend(self, document: Document, window: Window, refused: Sequence[RejectedClaim]) -> Extracted:
        listed = "\n".join(
            json.dumps({"kind": r.claim.kind, "claim": r.claim.claim, "quote": r.claim.quote, "reason": r.detail})
            for r in refused
        )
        prompt = load_prompt("reconsider")
        system, user = prompt.fill(
            product=self.product,
            codebook=self.codebook.describe(),
            refused=listed,
            turns=_numbered(document, window.turns),
        )
        try:
            return _read_answer(self._ask(prompt, system, user), document, window)
        except ModelUnreachable:
            raise
        except ModelError:
            # The refused claims stay refused and shown; a second try that fails takes nothing away.
            return Extracted()

    def _prompt_of(self, document: Document, window: Window) -> tuple[str, str]:
        return load_prompt("extract").fill(
            product=self.product,
            codebook=self.codebook.describe(),
            document=document.name,
            kind=document.kind.value,
            said_on=document.said_on.isoformat() if document.said_on else "an unknown day",
            context=_numbered(document, window.context) or "(none)",
            turns=_numbered(document, window.turns),
        )

    def _ask(self, prompt: Prompt, system: str, user: str) -> Answer:
        key = self._key(prompt, system, user)
        kept = self.cache.recall(key)
        if kept is not None:
            return Answer(kept.content, 0, 0)
        with self.budget.booking(estimate_tokens(system) + estimate_tokens(user)):
            answer = self.model.answer(system, user, SCHEMA)
            self.budget.spend(answer.tokens_in, answer.tokens_out)
        self.cache.remember(key, self.model.name, answer)
        return answer

    def _key(self, prompt: Prompt, system: str, user: str) -> str:
        parts = (self.model.name, prompt.stamp, json.dumps(SCHEMA, sort_keys=True), system, user)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _numbered(document: Document, turns: Sequence[Turn]) -> str:
    lines = []
    for turn in turns:
        # A line of the document must not look like the fence that holds it.
        words = document.words_of(turn).replace("TURNS>>>", "TURNS> >>").replace("<<<TURNS", "<< <TURNS")
        lines.append(f"[{turn.number}] {turn.side.value} {turn.speaker or '-'}: {words}")
    return "\n".join(lines)


def _read_answer(answer: Answer, document: Document, window: Window) -> Extracted:
    claims, failures = [], []
    offered = answer.content.get("claims")
    if not isinstance(offered, list):
        return Extracted((), answer.tokens_in, answer.tokens_out, (_failure(document, window, "no list of claims"),))
    for entry in offered:
        try:
            shape = _ClaimShape.model_validate(entry)
        except ValidationError:
            failures.append(_failure(document, window, f"a claim of the wrong shape: {str(entry)[:80]}"))
            continue
        happened = _date_of(shape.event_on)
        claims.append(
            Claim(
                kind=shape.kind.strip().lower(),
                category=shape.category.strip().lower(),
                claim=shape.claim.strip(),
                quote=shape.quote,
                turns=tuple(shape.turns),
                intensity=shape.intensity if shape.kind == "pain" and shape.intensity in (1, 2, 3, 4) else None,
                event_on=happened,
                event_precision="day" if happened else "",
                person=(shape.person or "").strip(),
            )
        )
    return Extracted(tuple(claims), answer.tokens_in, answer.tokens_out, tuple(failures))


def _date_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _stands_in(refused: RejectedClaim, window: Window, document: Document) -> bool:
    cited = set(refused.claim.turns) or {document.turns[0].number if document.turns else 0}
    return bool(cited & {turn.number for turn in window.turns})


def _failure(document: Document, window: Window, why: object) -> str:
    first, last = window.turns[0].number, window.turns[-1].number
    return f"{document.name}, turns {first}-{last}: {why}"


def _joined(parts: Any) -> Extracted:
    all_parts: list[Extracted] = list(parts)
    return Extracted(
        tuple(c for p in all_parts for c in p.claims),
        sum(p.tokens_in for p in all_parts),
        sum(p.tokens_out for p in all_parts),
        tuple(f for p in all_parts for f in p.failures),
    )
