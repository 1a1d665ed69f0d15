"""A study's drafts: composed from everything it holds, kept by version, one for each segment that stands apart."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from analyzer.accounts import Told
from analyzer.adapters.document_store import now
from analyzer.errors import UsageError
from analyzer.measuring import Measuring
from analyzer.records import Status

if TYPE_CHECKING:
    from analyzer.icp.anti import KillCandidate
    from analyzer.icp.coverage import Coverage
    from analyzer.icp.material import Material
    from analyzer.records import Signal


class Drafting(Measuring):
    """What the study says of the ideal customer, now and in every version before."""

    def draft(self, as_of: date | None = None, segment: int = 0) -> dict[str, Any]:
        """Keeps the draft as it follows from the study now: a new version, or the newest one when nothing changed.

        ``segment`` (1 is the first of ``icp segments``) drafts one segment alone; raises UsageError for one that is
        not there or does not stand apart.
        """
        from analyzer.icp.versions import digest_of

        content = self._compose_draft(as_of, segment)
        return self.store.add_draft(digest_of(content), lambda version: {**content, "version": version})

    def current_draft(self, as_of: date | None = None, segment: int = 0) -> dict[str, Any]:
        """The same without keeping it: the newest version when nothing has changed, else what would be the next."""
        from analyzer.icp.versions import digest_of

        content = self._compose_draft(as_of, segment)
        kept = self.store.drafts()
        same = [d for d in kept if d.get("segment", "") == content["segment"]]
        if same and digest_of(same[-1]) == digest_of(content):
            return same[-1]
        return {**content, "version": len(kept) + 1}

    def drafts(self) -> list[dict[str, Any]]:
        """Every draft that was kept, oldest first."""
        return self.store.drafts()

    def coverage(self) -> Coverage:
        """Who has been heard, who has not, and what a further interview still adds."""
        from analyzer.icp.coverage import measure_coverage

        return measure_coverage(self._material(None))

    def interview_guide(self) -> str:
        """Whom to talk to next and what to ask, as Markdown."""
        from analyzer.icp.coverage import render_guide

        return render_guide(self.coverage(), self.product.name)

    def kill_candidates(self) -> tuple[KillCandidate, ...]:
        """What the deals speak against; nothing of it is on the kill list yet."""
        from analyzer.icp.anti import kill_candidates

        taken = {(k.attribute.casefold(), v.casefold()) for k in self.scorecard().kill for v in k.values}
        found = kill_candidates(self.lift())
        return tuple(c for c in found if (c.attribute.casefold(), c.value.casefold()) not in taken)

    def kill(self, candidate: KillCandidate, author: str, reason: str = "") -> int:
        """Puts a candidate on the kill list, as a person decided; the scorecard's new version."""
        from analyzer.scoring.rules import Kill

        card = self.scorecard()
        why = reason or candidate.reason
        entry = Kill(attribute=candidate.attribute, values=(candidate.value,), reason=why)
        made = self.change_scorecard(card.model_copy(update={"kill": (*card.kill, entry)}), author, why)
        return made.version if made else card.version

    def _compose_draft(self, as_of: date | None, segment: int) -> dict[str, Any]:
        from analyzer.icp.draft import draft_icp
        from analyzer.icp.export import draft_json
        from analyzer.icp.render import check_evidence
        from analyzer.icp.segments import narrow

        material = self._material(as_of)
        if segment:
            found = material.segments.segments
            if not material.segments.are_apart or not 1 <= segment <= len(found):
                what = f"1 to {len(found)}" if material.segments.are_apart else "none that stands apart"
                raise UsageError(f"There is no segment {segment} to draft: {what}. `icp segments` lists them.")
            material = narrow(material, found[segment - 1])
        content = draft_json(draft_icp(material, 0))
        check_evidence(content, {d.id: d.text for d in material.documents})
        return content

    def _material(self, as_of: date | None) -> Material:
        from analyzer.icp.material import Material
        from analyzer.synthesis.phrases import find_phrases

        readings = self.account_readings(as_of)
        heard = [r for r in readings if r.heard]
        every, documents = self.store.findings(), self.store.counted_documents()
        read = {*self.store.extractions(), *(f.document_id for f in every)}
        standing = tuple(f for f in every if f.status != Status.REJECTED)
        return Material(
            product=self.product.name,
            documents=documents,
            findings=standing,
            themes=self.store.themes(),
            phrases=find_phrases(standing),
            signals={r.account.name: r.signals for r in readings if r.heard or any(map(_is_trigger, r.signals))},
            committees=tuple(r.committee for r in heard),
            accounts=self.accounts(Told.COMPARABLE),
            deals=self.store.deals(),
            scores=tuple(r.score for r in readings),
            card=self.scorecard(),
            codebook=self.codebook,
            as_of=now(),
            lift=self.lift(),
            backtest=self.backtest(),
            segments=self.segments(),
            denials=self.store.denials(),
            scored=tuple(r.account for r in readings),
            rejected=tuple(f for f in every if f.status == Status.REJECTED),
            unread=frozenset(d.id for d in documents) - read,
            rivals=self.product.competitors,
        )


def _is_trigger(signal: Signal) -> bool:
    """Whether it tells of a trigger even where nobody was heard."""
    return signal.counts and signal.dated_on is not None
