"""The seam between what reads a document for claims (LLM or offline) and everything that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from analyzer.records import Claim, Document, Finding, Maker, RejectedClaim, Window


@dataclass(frozen=True, slots=True)
class Extracted:
    """Claims not yet checked, what they cost, and one sentence for each window that could not be read.

    ``withdrawn`` are ids of findings that the extractor no longer stands by.
    """

    claims: tuple[Claim, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    failures: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


class Extractor(Protocol):
    """Reads windows of a document and offers claims. Evidence is not its affair: claims are checked afterwards."""

    @property
    def maker(self) -> Maker: ...

    def extract(self, document: Document, windows: Sequence[Window]) -> Extracted: ...

    def reconsider(
        self,
        document: Document,
        windows: Sequence[Window],
        findings: Sequence[Finding],
        refused: Sequence[RejectedClaim],
    ) -> Extracted:
        """A second look at what held and what was refused: claims in place of refused ones, and findings taken back."""
