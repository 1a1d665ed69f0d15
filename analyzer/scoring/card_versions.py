"""The versions of a study's scorecard. The store holds the truth; ``scorecard.yaml`` is the newest one, to be edited.

A file that says version N and holds what version N holds was not edited: it is brought up to the newest. One that holds
anything else was, and becomes a new version when the card is next needed. So neither a kill between the store and the
file nor a file that stayed behind on another machine takes anything back. An invalid file stops with its faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from analyzer.adapters.scorecard_store import ScorecardStore
from analyzer.errors import StudyError, UsageError
from analyzer.files import write_whole
from analyzer.scoring.card_edits import Change, content_changes
from analyzer.scoring.card_origin import origin_by_hand
from analyzer.scoring.scorecard import Scorecard, card_content, card_yaml, parse_scorecard, read_scorecard, read_text

PROGRAM = "icp"
BY_HAND = "edited by hand"
EDITED = "scorecard.yaml was edited"
UNDONE = "undone"
_STAMP = re.compile(r"^version:.*$", re.MULTILINE)
_ORIGIN = re.compile(r"^origin:.*(?:\n[ \t]+.*)*$", re.MULTILINE)
_HEAD = (
    "# Edit this file, or use `icp scorecard set`: what differs becomes a new version when a command next needs it.\n"
    "# `icp scorecard versions` lists them all, `icp scorecard undo` takes the newest back.\n"
)


@dataclass(frozen=True, slots=True)
class CardVersion:
    """One version with who made it, when (ISO 8601) and why. ``restored`` is the version whose content it brought
    back, None but for one that takes changes back. ``changes`` are those against the version before."""

    version: int
    made_at: str
    author: str
    reason: str
    restored: int | None
    content: Mapping[str, Any]
    changes: tuple[Change, ...]

    @property
    def card(self) -> Scorecard:
        return read_scorecard({**self.content, "version": self.version}, f"Version {self.version} cannot be read")


class CardVersions:
    """``author`` is who edits the file by hand, "" where nobody said. ``tell`` is called with what came of the file;
    ``check`` with every card before it becomes a version, and raises StudyError for one that the study cannot use."""

    def __init__(
        self,
        store: ScorecardStore,
        file: Path,
        author: str,
        tell: Callable[[str], None] = lambda _said: None,
        check: Callable[[Scorecard], None] = lambda _card: None,
    ) -> None:
        self._store, self._file, self._author, self._tell, self._check = store, file, author, tell, check

    def all(self) -> tuple[CardVersion, ...]:
        """Every version, oldest first."""
        rows = self._store.scorecards()
        before: Sequence[Mapping[str, Any]] = [r["content"] for r in rows]
        return tuple(
            CardVersion(**row, changes=content_changes(before[n - 1], row["content"]) if n else ())
            for n, row in enumerate(rows)
        )

    def current(self) -> Scorecard | None:
        """The newest version, after what was edited in the file was taken; None in a study that has no card yet.

        Raises StudyError for a file that is not valid, or that was edited on an older version than the newest.
        """
        kept, text = self.all(), read_text(self._file)
        if text is None:
            if not kept:
                return None
            self._write(kept[-1].card)
            self._tell(f"{self._file.name} was gone; it holds version {kept[-1].version} again.")
            return kept[-1].card
        card, stamp = self._read(text, kept)
        content = _bare(card_content(card))
        if not kept:
            reason = f"{self._file.name} as it was found"
            return self._take_file(text, card, 0, reason, f"{self._file.name} is kept as version 1 of the scorecard.")
        newest = kept[-1]
        stamped = next((v for v in kept if v.version == stamp), newest)
        is_behind = stamped is not newest and _tells_earlier_origin(content, kept)
        if is_behind or content == _bare(card_content(newest.card)):
            self._stamp_file(text, newest.card)
            return newest.card
        if content != _bare(card_content(stamped.card)):
            if stamped is newest:
                return self._take_edited(text, card, newest)
            raise StudyError(self._edited_on_old(stamped, newest))
        self._write(newest.card)
        self._tell(f"{self._file.name} held version {stamped.version}; it holds version {newest.version} now.")
        return newest.card

    def _read(self, text: str, kept: Sequence[CardVersion]) -> tuple[Scorecard, object]:
        """The card in the file, and the version it says it is, None where it says none."""
        try:
            content = parse_scorecard(text, self._file)
            card = read_scorecard(content, f"{self._file} is not a valid scorecard")
        except StudyError as error:
            if not kept:
                raise
            raise StudyError(f"{error} Mend it, or delete it to have version {kept[-1].version} back.") from error
        return card, content.get("version") if isinstance(content, dict) else None

    def _edited_on_old(self, stamped: CardVersion, newest: CardVersion) -> str:
        return (
            f"{self._file} was edited on version {stamped.version}, but version {newest.version} was made since by "
            f"{newest.author} ({newest.reason}). To take the file all the same: icp scorecard edit {self._file} "
            "--reason WHY. To drop what was edited in it, delete it: it is written anew."
        )

    def _take_edited(self, text: str, card: Scorecard, newest: CardVersion) -> Scorecard:
        changed = content_changes(card_content(newest.card), card_content(card))
        what = "; ".join(map(str, changed[:5])) or "only its origin or the order of a list differs"
        more = f"; and {len(changed) - 5} more" if len(changed) > 5 else ""
        told = f"{EDITED}; it is version {newest.version + 1} of the scorecard now: {what}{more}."
        return self._take_file(text, card, newest.version, EDITED, told)

    def _take_file(self, text: str, card: Scorecard, after: int, reason: str, told: str) -> Scorecard:
        self._check(card)
        if after:
            card = self._told_by_hand(card)
        if not self._store.add_scorecard(after, _bare(card_content(card)), self._author or BY_HAND, reason):
            # Another process has just taken the same file.
            return self.current() or card
        self._tell(told)
        made = card.model_copy(update={"version": after + 1})
        self._stamp_file(text, made)
        return made

    def _stamp_file(self, text: str, card: Scorecard) -> None:
        """Sets the file's version and origin in their places, so that comments and order stay; writes it anew where
        that cannot be."""
        line = f"version: {card.version}"
        stamped = _STAMP.sub(line, text, count=1) if _STAMP.search(text) else f"{line}\n{text}"
        origin = yaml.safe_dump({"origin": card.origin}, allow_unicode=True, width=10_000).rstrip("\n")
        if _ORIGIN.search(stamped):
            stamped = _ORIGIN.sub(lambda _: origin, stamped, count=1)
        elif card.origin != Scorecard().origin:
            stamped = _STAMP.sub(lambda _: f"{line}\n{origin}", stamped, count=1)
        if stamped == text:
            return
        try:
            same = card_content(read_scorecard(parse_scorecard(stamped, self._file), "")) == card_content(card)
        except StudyError:
            same = False
        write_whole(self._file, stamped if same else _HEAD + card_yaml(card))

    def add(self, card: Scorecard, author: str, reason: str, restored: int | None = None) -> CardVersion | None:
        """Keeps a card as the next version and writes the file; None, and nothing written, when nothing differs.

        Raises UsageError without an author and a reason, StudyError when another version was made meanwhile.
        """
        author, reason = " ".join(author.split()), " ".join(reason.split())
        if not author:
            raise UsageError("Say who changes the scorecard: --author NAME, or set ICP_AUTHOR.")
        if not reason:
            raise UsageError("Say why the scorecard is changed, in a few words.")
        kept = self.all()
        if kept and _bare(card_content(card)) == _bare(card_content(kept[-1].card)):
            return None
        self._check(card)
        if kept and restored is None and author != PROGRAM:
            card = self._told_by_hand(card)
        content = _bare(card_content(card))
        after = kept[-1].version if kept else 0
        if kept and card.version != after and restored is None:
            raise StudyError(f"Version {after} was made meanwhile ({kept[-1].reason}). Look at it and try again.")
        if not self._store.add_scorecard(after, content, author, reason, restored):
            raise StudyError("Another version of the scorecard was made at this moment. Look at it and try again.")
        made = self.all()[after]
        self._write(made.card)
        return made

    def renew(self, suggested: Scorecard) -> CardVersion | None:
        """Keeps what the deals suggest now as the next version of a card that nobody has edited; the first one, too.

        None, and nothing written, where a person made a version or edited the file, and where nothing differs.
        """
        kept = self.all()
        if any(version.author != PROGRAM for version in kept) or self._is_edited(kept):
            return None
        made = self.add(suggested.model_copy(update={"version": len(kept) or 1}), PROGRAM, suggested.origin)
        if made is not None and kept:
            self._tell(f"Nobody has edited the scorecard, so it was suggested anew: {made.reason}.")
        return made

    def _is_edited(self, kept: Sequence[CardVersion]) -> bool:
        """Whether the file holds what no version does; one that cannot be read is told when the card is needed."""
        text = read_text(self._file)
        if text is None:
            return False
        try:
            content = card_content(self._read(text, kept)[0])
        except StudyError:
            return True
        if content["origin"] not in {version.card.origin for version in kept}:
            return True
        return _but_origin(content) not in [_but_origin(card_content(version.card)) for version in kept]

    def _told_by_hand(self, card: Scorecard) -> Scorecard:
        """The card with an origin that says what a person has set."""
        kept, day = self.all(), datetime.now(UTC).date()
        earlier = [version.card.origin for version in kept]
        origin = origin_by_hand(kept[-1].content, card_content(card), day, earlier)
        return card.model_copy(update={"origin": origin})

    def undo(self, author: str, reason: str = "", to: int | None = None) -> CardVersion:
        """Takes the newest change back: a new version with the content of the one before, or of version ``to``.

        Taken back twice, the change before that is undone too. Without a reason it is "undone". Raises
        UsageError when there is nothing before.
        """
        kept = self.all()
        by_number = {v.version: v for v in kept}
        if to is None:
            # What was brought back stands where it stood first: the change before it is next.
            at = kept[-1] if kept else None
            while at is not None and at.restored is not None:
                at = by_number[at.restored]
            to = at.version - 1 if at is not None else 0
            if to < 1:
                raise UsageError("There is no change of the scorecard to take back.")
        if to not in by_number:
            raise UsageError(f"There is no version {to} of the scorecard. `icp scorecard versions` lists them.")
        made = self.add(by_number[to].card, author, reason.strip() or UNDONE, restored=to)
        if made is None:
            raise UsageError(f"The scorecard says what version {to} says; there is nothing to take back.")
        return made

    def _write(self, card: Scorecard) -> None:
        write_whole(self._file, _HEAD + card_yaml(card))


def _bare(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content that makes a version: all but its number."""
    return {name: value for name, value in content.items() if name != "version"}


def _tells_earlier_origin(content: Mapping[str, Any], kept: Sequence[CardVersion]) -> bool:
    """Whether a file differs from the newest version only by the origin of an earlier one, which nobody edited: the
    program itself says in it what was set, and may have been killed before it did."""
    origins = {v.card.origin for v in kept}
    return content["origin"] in origins and _but_origin(content) == _but_origin(card_content(kept[-1].card))


def _but_origin(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _bare(content).items() if name != "origin"}
