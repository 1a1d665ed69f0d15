"""What a person says of findings: that one holds or not, and what of it was extracted wrongly.

An edit is checked like a claim: other words go through the evidence rules, categories through the codebook. The finding
keeps its id, and what the extractor said of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

from analyzer.adapters.review_store import CODED, coding_of, with_changes
from analyzer.errors import UsageError
from analyzer.extracting import Extraction
from analyzer.reading.canonical import fold
from analyzer.records import Claim, Document, Finding, FindingReview, Kind, Side, Status
from analyzer.workspace import OnStep, silent

if TYPE_CHECKING:
    from analyzer.records import Coding, Evidence

_GROUPING = ("kind", "category", "claim", "quote")
"""What themes and denials are made from."""
_UNSAID = ("start", "end", "event_precision")
"""What changes with the words or the date, and says nothing by itself."""
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?|[ -]?[Qq]([1-4]))?")
_NO_CODE = re.compile(r"\W+")
_LONGEST_CODE = 60


class Edit(TypedDict, total=False):
    """What to set right; what is left out stays. ``event_precision`` is day where a date comes without one.

    ``quote`` are other words of the same document. An intensity or event date of None takes it away.
    """

    kind: Kind
    category: str
    claim: str
    quote: str
    intensity: int | None
    person: str
    event_on: date | None
    event_precision: str


class Reviewing(Extraction):
    """Accepts, rejects and edits findings, and takes edits back."""

    def find_finding(self, finding_id: str) -> Finding:
        """Raises UsageError for an unknown id."""
        same = [f for f in self.store.findings() if f.id == finding_id]
        if not same:
            raise UsageError(f"There is no finding {finding_id} in this study.")
        return same[0]

    def review(self, finding_id: str, status: Status, reason: str = "") -> Finding:
        """Keeps what a person says of a finding. Raises UsageError for an unknown id."""
        finding = self.find_finding(finding_id)
        self.store.review(finding_id, status, reason)
        return replace(finding, status=status)

    def reviews(self, finding_id: str = "") -> Mapping[str, tuple[FindingReview, ...]]:
        """What persons said of each finding, oldest first, by its id; of one finding only where it is named."""
        return self.store.reviews(finding_id)

    def edit(self, finding_id: str, edit: Edit, reason: str = "", on_step: OnStep = silent) -> Finding:
        """Sets right what was extracted; the finding counts as accepted, with its new values, wherever it is read.

        Words are found in the finding's document and kept as they stand there. A finding that changes its kind loses
        what only the old kind has (an intensity, an event date). Raises UsageError that says what is wrong: an unknown
        id, nothing to change, a category the codebook does not have, words that the evidence rules refuse.
        """
        finding = self.find_finding(finding_id)
        if not edit:
            raise UsageError(
                f"Say what to set right in {finding_id}: its kind, category, claim, intensity, person, event date or "
                "words (quote)."
            )
        edited = self._with_codes(finding, edit)
        if {"kind", "claim", "quote"} & edit.keys():
            edited = self._with_words(finding, edited, edit)
        if edited == finding:
            raise UsageError(f"Finding {finding_id} says all of that already; accept it instead.")
        # With what was extracted beside it, it keeps its id.
        after = replace(edited, was=finding.was or coding_of(finding))
        self._refuse_twin(after)
        self._write_edit(finding, after, lambda: self.store.keep_edit(finding, after, reason), on_step)
        return self.find_finding(finding_id)

    def undo_edit(self, finding_id: str, on_step: OnStep = silent) -> Finding:
        """Takes the last edit of a finding back. Raises UsageError where there is none, or where the words before it no
        longer hold."""
        finding = self.find_finding(finding_id)
        edits = [r for r in self.store.reviews(finding_id).get(finding_id, ()) if r.after]
        if finding.was is None or not edits:
            raise UsageError(f"No edit of finding {finding_id} is in force, so there is none to take back.")
        restored = self._without_last(finding, finding.was, edits)
        self._refuse_twin(restored)
        self._write_edit(finding, restored, lambda: self.store.take_edit_back(restored), on_step)
        return self.find_finding(finding_id)

    def _write_edit(self, before: Finding, after: Finding, write: Callable[[], None], on_step: OnStep) -> None:
        """Writes, and brings up to it what is derived: vectors of the words, themes, denials."""
        if before.quote != after.quote and ((self.folder / "index").exists() or self.settings.chroma_url):
            self.index.remove_document("findings", before.document_id)
        write()
        if any(getattr(before, name) != getattr(after, name) for name in _GROUPING):
            self.refresh(on_step)

    # ------------------------------------------------------------------------------------------------------- checks

    def _with_codes(self, finding: Finding, edit: Edit) -> Finding:
        """The finding with all it is to say but for other words; each value checked against its kind."""
        kind = edit.get("kind", finding.kind)
        changes: dict[str, Any] = {"kind": kind}
        if kind != finding.kind:
            changes |= {"intensity": None, "event_on": None, "event_precision": ""}
        if {"kind", "category"} & edit.keys():
            changes["category"] = self._category(kind, edit.get("category"), finding.category)
        if "intensity" in edit:
            changes["intensity"] = self._intensity(finding.id, kind, edit["intensity"])
        if "event_on" in edit:
            if edit["event_on"] and kind != Kind.TRIGGER:
                raise UsageError(f"Only a trigger has an event date; {finding.id} is of the kind {kind.value}.")
            changes["event_on"] = edit["event_on"]
            changes["event_precision"] = edit.get("event_precision", "day") if edit["event_on"] else ""
        if "claim" in edit:
            changes["claim"] = _one_line(edit["claim"])
            if not changes["claim"]:
                raise UsageError("A claim says something; give it words.")
        if "person" in edit:
            changes["person"] = _one_line(edit["person"])
        return replace(finding, **changes)

    def _category(self, kind: Kind, wanted: str | None, now: str) -> str:
        """The category as the codebook spells it; the finding's own where none is wanted and its kind has it."""
        allowed = self.codebook.codes[kind.value]
        code = now if wanted is None else _NO_CODE.sub("_", fold(wanted).lower())[:_LONGEST_CODE].strip("_")
        if code in allowed or (code and not allowed):
            return code
        choice = ", ".join(sorted(allowed)) or "any short word"
        raise UsageError(
            f"The codebook has no {kind.value} “{now if wanted is None else wanted}”. Its categories are: {choice}."
        )

    def _intensity(self, finding_id: str, kind: Kind, level: int | None) -> int | None:
        levels = self.codebook.kinds[Kind.PAIN].intensity
        if level is None or (kind == Kind.PAIN and level in levels):
            return level
        if kind != Kind.PAIN:
            raise UsageError(f"Only a pain has an intensity; {finding_id} is of the kind {kind.value}.")
        raise UsageError(f"An intensity is {min(levels)} to {max(levels)}, not {level}.")

    def _with_words(self, finding: Finding, edited: Finding, edit: Edit) -> Finding:
        """The finding on the words that hold what it says now. Raises UsageError with the rule that refuses them."""
        document = self.stored_document(finding.document_id)
        quote = edit.get("quote", finding.quote)
        # The offline extractor's claims are the words themselves, and stay so.
        is_own_words = "claim" not in edit and finding.claim == finding.quote
        evidence = _prove(replace(edited, claim=quote) if is_own_words else edited, quote, document)
        if quote == finding.quote:
            return edited
        turn = document.turn_at(evidence.start)
        return replace(
            edited,
            claim=evidence.quote if is_own_words else edited.claim,
            quote=evidence.quote,
            start=evidence.start,
            end=evidence.end,
            speaker=document.participant(turn.speaker if turn else "").name,
        )

    def _refuse_twin(self, edited: Finding) -> None:
        """One place is one finding of a kind: two would count the same words twice."""
        for other in self.store.findings(edited.kind, document_id=edited.document_id):
            if other.id != edited.id and (other.start, other.end) == (edited.start, edited.end):
                raise UsageError(
                    f"Finding {other.id} is a {edited.kind.value} on the same words. Edit that one, and reject "
                    f"{edited.id}."
                )

    def _without_last(self, finding: Finding, was: Coding, edits: Sequence[FindingReview]) -> Finding:
        earlier = edits[:-1]
        coding = with_changes(was, earlier)
        restored = replace(finding, **{name: getattr(coding, name) for name in CODED}, was=was if earlier else None)
        if (restored.start, restored.end) == (finding.start, finding.end):
            return restored
        document = self.stored_document(finding.document_id)
        turn = document.turn_at(restored.start)
        stands = document.text[restored.start : restored.end] == restored.quote
        if not stands or turn is None or turn.side == Side.OURS:
            raise UsageError(
                f"What {finding.id} quoted before are no longer a customer's words in {document.name}. Edit it again, "
                "or reject it."
            )
        return restored


def read_event_day(text: str) -> tuple[date | None, str]:
    """A date as exactly as it is known (2026-03-04, 2026-03, 2026 Q1, 2026), with its precision; None for "none".

    Raises UsageError.
    """
    if text.strip().lower() in ("", "none"):
        return None, ""
    match = _DAY.fullmatch(text.strip())
    try:
        if match:
            year, month, day, quarter = match.groups()
            on = date(int(year), 3 * int(quarter) - 2 if quarter else int(month or 1), int(day or 1))
            return on, "day" if day else "month" if month else "quarter" if quarter else "year"
    except ValueError:
        pass
    raise UsageError(f"{text!r} is no date. Write it as 2026-03-04, 2026-03, 2026-Q1, 2026, or none.")


def was_json(finding: Finding) -> dict[str, Any]:
    """What the extractor said where a person said otherwise, by the finding's JSON keys; empty where nobody did."""
    was = finding.was
    if was is None:
        return {}
    old, new = (as_json(coding) for coding in (was, coding_of(finding)))
    return {name: value for name, value in old.items() if value != new[name]}


def review_json(finding: Finding, reviews: Sequence[FindingReview]) -> dict[str, Any] | None:
    """The review that counts: its status, reason and moment, and what was edited; None where nobody has said anything.

    ``reviews`` are those of the finding, oldest first.
    """
    if finding.status == Status.NEW or not reviews:
        return None
    last = reviews[-1]
    return {"status": finding.status.value, "reason": last.reason, "at": last.at, "was": was_json(finding)}


def as_json(coding: Coding) -> dict[str, Any]:
    """A coding by the keys of a finding's JSON."""
    values = {name: getattr(coding, name) for name in CODED}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def spell(values: Mapping[str, Any]) -> dict[str, str]:
    """What an edit can change, as people read it, from JSON; a date as exactly as it is known, "none" for nothing."""
    from analyzer.icp.brief import name_day

    spelt = {name: values[name] for name in CODED if name in values and name not in _UNSAID}
    if spelt.get("event_on"):
        spelt["event_on"] = name_day(date.fromisoformat(spelt["event_on"]), values.get("event_precision") or "day")
    names = {"event_on": "event date", "quote": "words"}
    return {names.get(name, name): "none" if value in ("", None) else str(value) for name, value in spelt.items()}


def say_was(finding: Finding) -> list[str]:
    """What a person set right, a line a field: "category: cost, was visibility"."""
    if finding.was is None:
        return []
    old, new = spell(as_json(finding.was)), spell(as_json(coding_of(finding)))
    return [f"{name}: {new[name]}, was {value}" for name, value in old.items() if value != new[name]]


def say_review(review: FindingReview, is_in_force: bool = True) -> str:
    """One review as a line: when, what, why. An edit that could not be applied to what was extracted anew says so."""
    what = review.status.value
    if review.after:
        old, new = spell(review.before), spell(review.after)
        what = f"edited ({'; '.join(f'{n} {v}, before {old[n]}' for n, v in new.items() if v != old[n])})"
        what += "" if is_in_force else ", not in force: its words no longer hold in the document"
    return f"{review.at} {what}" + (f": {review.reason}" if review.reason else "")


def _prove(finding: Finding, quote: str, document: Document) -> Evidence:
    """Where the quote stands and means what the finding says, in its turn if it can be. Raises UsageError."""
    from analyzer.extraction.evidence import locate, prepare

    turn = document.turn_at(finding.start)
    cited = (turn.number,) if turn else ()
    verdict = locate(Claim(finding.kind.value, finding.category, finding.claim, quote, cited), prepare(document))
    if verdict.evidence is None:
        reason = verdict.reason.value.replace("_", " ") if verdict.reason else "refused"
        raise UsageError(f"{finding.id} cannot rest on “{quote}” ({reason}). {verdict.detail}")
    return verdict.evidence


def _one_line(text: str) -> str:
    return " ".join(fold(text).split())
