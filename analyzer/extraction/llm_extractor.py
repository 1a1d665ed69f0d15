"""The LLM extractor: one call a window, many at once, every answer remembered, nothing of it believed.

Text to analyse is fenced and numbered; the model cites turn numbers and copies words. What comes back is only offered
as claims: the evidence rules decide. An answer is cached by everything that could change it (model, prompt, shape,
window), so a crash, a re-run or a second user pays nothing twice. An answer that cannot be read is not cached: it is
asked for again in the next run, like a call that failed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Literal

from analyzer.adapters.protocols import Answer, AnswerCache, LanguageModel, Sent, SentLog
from analyzer.errors import AnswerCutOff, BudgetError, ModelError, ModelUnreachable
from analyzer.extraction.budget import Budget
from analyzer.extraction.codebook import Codebook
from analyzer.extraction.examples import show_examples
from analyzer.extraction.extractor import Extracted
from analyzer.extraction.known_names import KnownNames
from analyzer.extraction.offered import CRITIQUE_SCHEMA, SCHEMA, read_claims, read_withdrawn
from analyzer.extraction.prompts import Prompt, load_prompt
from analyzer.extraction.shown import Listed, Shown
from analyzer.extraction.windows import estimate_tokens, split_window
from analyzer.records import Claim, Document, Finding, Maker, RejectedClaim, Window

Critique = Literal["off", "refused", "all"]
"""What the model is asked to look at again: nothing, the claims that were refused, or those that stand as well."""

_SECOND: dict[Critique, tuple[str, ...]] = {"off": (), "refused": ("reconsider",), "all": ("critique",)}
_SECOND_SHAPE: dict[Critique, Mapping[str, Any]] = {"refused": SCHEMA, "all": CRITIQUE_SCHEMA}
_CRITIQUE_TOKENS = 60
_TOO_LONG = {"claims": None, "split": True}
"""Remembered in place of an answer: this window was too long for the model, ask for its halves."""


class NoAnswers:
    """A cache that has nothing, to estimate what asking again would cost."""

    def recall(self, _key: str) -> Answer | None:
        return None

    def recall_former(self, _key: str) -> Answer | None:
        return None

    def remember(self, _key: str, _model: str, _answer: Answer) -> None:
        """Nothing is asked in an estimate."""


@dataclass(frozen=True)
class LlmExtractor:
    """``product`` describes what is sold, for the prompt; ``jobs`` is how many calls run at once, of all documents.

    With ``names`` private words and these names are hidden from the model. ``log`` keeps what is sent to ``host``.
    ``gate`` names what decided which windows it gets, "" where it gets all: other windows, other findings.
    """

    model: LanguageModel
    cache: AnswerCache
    codebook: Codebook
    product: str
    budget: Budget
    jobs: int = 8
    names: KnownNames | None = None
    log: SentLog | None = None
    host: str = ""
    critique: Critique = "refused"
    gate: str = ""

    @property
    def maker(self) -> Maker:
        prompts = [load_prompt(name).stamp for name in ("extract", *_SECOND[self.critique])]
        return Maker("llm", self.model.name, " ".join(filter(None, (*prompts, self.gate))), self.codebook.stamp)

    def extract(self, document: Document, windows: Sequence[Window]) -> Extracted:
        """Claims of all windows. A window that fails is reported and the rest goes on; ModelUnreachable ends the run.

        Once the budget is used up no further call is made, which is said once; what was read before is given back.
        """
        shown = Shown.of(document, self.names)
        return self._gather(partial(self._read, shown, window) for window in self._pieces(shown, windows))

    def reconsider(
        self,
        document: Document,
        windows: Sequence[Window],
        findings: Sequence[Finding],
        refused: Sequence[RejectedClaim],
    ) -> Extracted:
        """Asks once more about refused claims with their reasons, and under "all" about findings; a call a window.

        What comes back unchanged is left out: it stays refused. A window that fails is reported.
        """
        asked: list[Listed] = [*(findings if self.critique == "all" else ())]
        asked += refused if self.critique != "off" else ()
        shown = Shown.of(document, self.names) if asked else Shown(document)
        by_window: dict[int, list[Listed]] = {}
        for claim in asked:
            by_window.setdefault(_window_of(shown.cited(claim), windows), []).append(claim)
        return self._gather(partial(self._look_again, shown, windows[n], some) for n, some in by_window.items())

    def estimate(self, document: Document, windows: Sequence[Window]) -> tuple[int, int, int]:
        """Calls, tokens sent and tokens answered that extracting these windows would cost (cached ones are free).

        Asking again about refused claims is left out: nobody knows how many there will be.
        """
        calls, sent, answered = 0, 0, 0
        prompt, shown = load_prompt("extract"), Shown.of(document, self.names)
        for window in self._pieces(shown, windows):
            system, user = self._prompt_of(shown, window)
            asked, answer = _tokens_of(system, user), _answer_tokens(user)
            if self.cache.recall(self._key(prompt, system, user)) is None:
                calls, sent, answered = calls + 1, sent + asked, answered + answer
            if self.critique == "all":
                # Shown again with the claims made of it, most of which stand.
                calls, sent, answered = calls + 1, sent + asked + answer, answered + _CRITIQUE_TOKENS
        return calls, sent, answered

    # ------------------------------------------------------------------------------------------------------ calls

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        # One for all documents: threads of its own for each would leave most of them idle over short documents.
        return ThreadPoolExecutor(self.jobs, thread_name_prefix="model-call")

    def close(self) -> None:
        """Takes back the calls that have not begun; those under way end by themselves."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _gather(self, calls: Iterable[Callable[[], Extracted]]) -> Extracted:
        begun = [self._pool.submit(call) for call in calls]
        try:
            return _joined(future.result() for future in begun)
        finally:
            # Where one call raises, those after it are not worth their money any more.
            for future in begun:
                future.cancel()

    def _pieces(self, shown: Shown, windows: Iterable[Window]) -> Iterator[Window]:
        """The windows, in place of one that is known to be too long its halves."""
        for window in windows:
            kept = self.cache.recall(self._key(load_prompt("extract"), *self._prompt_of(shown, window)))
            if kept is not None and kept.content == _TOO_LONG:
                yield from self._pieces(shown, split_window(shown.document, window))
            else:
                yield window

    def _read(self, shown: Shown, window: Window) -> Extracted:
        prompt, document = load_prompt("extract"), shown.document
        shown = shown.holding(window)
        system, user = self._prompt_of(shown, window)
        try:
            return _read_answer(self._ask(shown, prompt, system, user), shown, window)
        except BudgetError as error:
            failed = Extracted(failures=(f"{document.name}: {error}",))
        except AnswerCutOff as error:
            halves = split_window(document, window)
            if halves:
                self.cache.remember(self._key(prompt, system, user), self.model.name, Answer(_TOO_LONG, *error.tokens))
                return _joined([Extracted((), *error.tokens), *(self._read(shown, half) for half in halves)])
            failed = Extracted((), *error.tokens, (_failure(document, window, error),))
        except ModelUnreachable:
            raise
        except ModelError as error:
            failed = Extracted((), *error.tokens, (_failure(document, window, error),))
        # Where a refresh gets no new answer, the one before it stands; the window still waits to be read.
        former = self.cache.recall_former(self._key(prompt, system, user))
        if former is None or former.content == _TOO_LONG:
            return failed
        return _joined([failed, _read_answer(Answer(former.content, 0, 0), shown, window)])

    def _look_again(self, shown: Shown, window: Window, claims: Sequence[Listed]) -> Extracted:
        document, shown = shown.document, shown.reminded_of(claims)
        prompt, schema = (load_prompt(_SECOND[self.critique][0]), _SECOND_SHAPE[self.critique])
        standing = [c for c in claims if isinstance(c, Finding)]
        refused = [c for c in claims if isinstance(c, RejectedClaim)]
        cited = {number for claim in claims for number in shown.cited(claim)}
        system, user = prompt.fill(
            product=self.product,
            codebook=self.codebook.describe(),
            **shown.heading(),
            **({"standing": shown.listed(standing) or "(none)"} if self.critique == "all" else {}),
            refused=shown.listed(refused) or "(none)",
            turns=shown.numbered(shown.beside(window.turns, cited)),
        )
        try:
            answer = self._ask(shown, prompt, system, user, schema)
        except BudgetError as error:
            return Extracted(failures=(f"{document.name}: {error}",))
        except ModelUnreachable:
            raise
        except ModelError as error:
            what = "claims" if standing else "refused claims"
            why = f"{what} could not be asked about again: {error}"
            return Extracted((), *error.tokens, (_failure(document, window, why),))
        again, known = _read_answer(answer, shown, window), {_said_in(r.claim) for r in refused}
        withdrawn = read_withdrawn(answer.content.get("withdrawn"), len(standing))
        return replace(
            again,
            claims=tuple(c for c in again.claims if _said_in(c) not in known),
            withdrawn=tuple(standing[number - 1].id for number in withdrawn),
        )

    def _prompt_of(self, shown: Shown, window: Window) -> tuple[str, str]:
        shown = shown.holding(window)
        return load_prompt("extract").fill(
            product=self.product,
            codebook=self.codebook.describe(),
            examples=show_examples("extract"),
            **shown.heading(),
            context=shown.numbered(window.context) or "(none)",
            turns=shown.numbered(window.turns),
        )

    def _ask(self, shown: Shown, prompt: Prompt, system: str, user: str, schema: Mapping[str, Any] = SCHEMA) -> Answer:
        key = self._key(prompt, system, user, schema)
        kept = self.cache.recall(key)
        if kept is not None and kept.content != _TOO_LONG:
            return Answer(kept.content, 0, 0)
        sent = _tokens_of(system, user, schema)
        with self.budget.booking(sent, _answer_tokens(user)):
            if self.log is not None:
                # Before the call: what is under way when the run is killed has been sent.
                here = (shown.document.id, key, self.model.name, self.host)
                self.log.record_sent(Sent(*here, system, user, shown.is_redacted))
            try:
                answer = self.model.answer(system, user, schema)
            except ModelError as error:
                self.budget.spend(*error.tokens)
                raise
            # A server that does not count is counted for.
            tokens = (answer.tokens_in or sent, answer.tokens_out or estimate_tokens(json.dumps(answer.content)))
            self.budget.spend(*tokens)
        if not isinstance(answer.content.get("claims"), list):
            raise ModelError(f"{self.model.name} answered without a list of claims.", tokens)
        answer = Answer(answer.content, *tokens)
        self.cache.remember(key, self.model.name, answer)
        return answer

    def _key(self, prompt: Prompt, system: str, user: str, schema: Mapping[str, Any] = SCHEMA) -> str:
        parts = (self.model.name, prompt.stamp, _shape(schema), system, user)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


# ------------------------------------------------------------------------------------------------ what comes back


def _read_answer(answer: Answer, shown: Shown, window: Window) -> Extracted:
    offered = shown.read_back(answer.content["claims"])
    return Extracted(read_claims(offered, shown.document, window), answer.tokens_in, answer.tokens_out)


def _said_in(claim: Claim) -> tuple[str, str, str, str]:
    return (claim.kind, claim.category, claim.claim, claim.quote)


def _window_of(cited: Collection[int], windows: Sequence[Window]) -> int:
    """The place of the first window that holds a cited turn."""
    return next((n for n, w in enumerate(windows) if any(turn.number in cited for turn in w.turns)), 0)


def _shape(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, sort_keys=True)


def _tokens_of(system: str, user: str, schema: Mapping[str, Any] = SCHEMA) -> int:
    return estimate_tokens(system) + estimate_tokens(user) + estimate_tokens(_shape(schema))


def _answer_tokens(user: str) -> int:
    """What a full answer takes: annotated interviews hold a claim in a hundred tokens, and writing one takes eighty."""
    return 50 + estimate_tokens(user) * 3 // 4


def _failure(document: Document, window: Window, why: object) -> str:
    first, last = window.turns[0].number, window.turns[-1].number
    return f"{document.name}, {f'turns {first}-{last}' if first != last else f'turn {first}'}: {why}"


def _joined(parts: Iterable[Extracted]) -> Extracted:
    gathered = list(parts)
    return Extracted(
        tuple(c for p in gathered for c in p.claims),
        sum(p.tokens_in for p in gathered),
        sum(p.tokens_out for p in gathered),
        tuple(dict.fromkeys(f for p in gathered for f in p.failures)),
        tuple(id_ for p in gathered for id_ in p.withdrawn),
    )
