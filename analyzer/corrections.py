"""What a person sets right about the documents of a study; it stands until it is said anew.

Each correction judges the document's claims again with the evidence rules, and calls no model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.errors import UsageError
from analyzer.records import Document, Guess, Side
from analyzer.workspace import Workspace

if TYPE_CHECKING:
    from analyzer.adapters.document_store import CopyLink
    from analyzer.reading.documents import ReadOptions

SAID = "you said so"


class Corrections(Workspace):
    """Finds documents, corrects what was guessed of them, and takes them out."""

    def documents(self) -> tuple[Document, ...]:
        """All documents, copies of others among them."""
        return self.store.documents()

    def document_heads(self) -> Sequence[Mapping[str, Any]]:
        """One mapping a document without its text: name, kind, account, counts of turns, findings, refused claims."""
        return self.store.document_heads()

    def find_document(self, name: str) -> Document:
        """By id, exact name, or a part of the name that only one document has. Raises UsageError."""
        heads = self.store.document_heads()
        same = [h for h in heads if name in (h["id"], h["name"])] or [
            h for h in heads if name.casefold() in h["name"].casefold()
        ]
        if len(same) != 1:
            which = f"{len(same)} documents match" if same else "No document matches"
            raise UsageError(f"{which} {name!r}. `icp documents` lists them.")
        return self.stored_document(same[0]["id"])

    def set_side(self, document_id: str, speaker: str, side: Side) -> None:
        """Corrects whose side a speaker is on and re-checks that document's claims; no model is called.

        Offline findings are also made anew at the next `icp extract`, since words once taken for ours were not read.
        """
        document = self.stored_document(document_id)
        people = tuple(
            replace(p, side=side, side_reason=SAID) if p.name == speaker else p for p in document.participants
        )
        turns = tuple(replace(t, side=side) if t.speaker == speaker else t for t in document.turns)
        self._rewrite(replace(document, participants=people, turns=turns))

    def name_speaker(self, document_id: str, label: str, name: str) -> Document:
        """Says whose a label is: somebody's who has another label too, a new name's, or (itself) nobody else's.

        Raises UsageError for a label that the document does not have.
        """
        from analyzer.reading.documents import ReadOptions

        document = self.stored_document(document_id)
        labels = {one for p in document.participants for one in (p.name, *p.labels) if one}
        spelt = next((one for one in labels if one.casefold() == label.casefold()), "")
        if not spelt or not name.strip():
            known = ", ".join(sorted(labels)) or "nobody"
            raise UsageError(f"{document.name} has no speaker labelled {label!r}. It names {known}.")
        return self._reread(document, ReadOptions(names={**document.names, spelt: name.strip()}))

    def describe_document(self, document_id: str, **changes: Any) -> None:
        """Corrects account, kind, said_on or outcome of a document; another kind reads its words anew."""
        from analyzer.reading.documents import ReadOptions

        document = self.stored_document(document_id)
        kind = changes.pop("kind", document.kind)
        if kind is not document.kind:
            document = self._reread(document, ReadOptions(kind=kind))
        if changes:
            said = {field: Guess(_spelt(value), SAID, 1.0) for field, value in changes.items()}
            self._rewrite(replace(document, **changes, guesses={**document.guesses, **said}))

    def remove_document(self, document_id: str) -> None:
        """Takes a document and all that was found in it out of the study; the original file goes too."""
        self.store.remove_document(document_id)
        for original in self._originals(document_id):
            original.unlink()
        self._forget_chunks(document_id)
        self.index.remove_document("findings", document_id)

    # ------------------------------------------------------------------------------------------------------- copies

    def count_itself(self, document_id: str) -> None:
        """Says that a document is no copy: it is read at the next `icp extract`, and counted."""
        self._link({document_id: (None, SAID)})

    def mark_copy(self, document_id: str, original_id: str) -> None:
        """Says that a document says what another says, which is counted in its place. Raises UsageError for itself."""
        if document_id == original_id:
            raise UsageError("A document is no copy of itself; name two.")
        counted = self.stored_document(original_id).copy_of
        original = original_id if counted in ("", document_id) else counted
        self._link({document_id: (original, SAID)})

    def _link(self, copies: Mapping[str, CopyLink]) -> None:
        self.store.link_copies(copies)
        for document_id, (original, _) in copies.items():
            if original:
                self._forget_chunks(document_id)

    def _forget_chunks(self, document_id: str) -> None:
        if (self.folder / "index").exists() or self.settings.chroma_url:
            self.index.remove_document("chunks", document_id)

    # ------------------------------------------------------------------------------------------------------ reading

    def _reread(self, document: Document, options: ReadOptions) -> Document:
        """The document as its original reads with these options and all that was said of it before, kept."""
        from analyzer.reading.documents import read_document

        originals = self._originals(document.id)
        if not originals:
            raise UsageError(
                f"The file of {document.name} is no longer in {self.folder / 'originals'}; add the file again first."
            )
        again = read_document(originals[0].read_bytes(), document.name, keeping(self._informed(options), document))
        again = as_known(again, document, options)
        self._rewrite(again)
        return again

    def _informed(self, options: ReadOptions) -> ReadOptions:
        """The options with what the study knows: its accounts, their people and domains, and who we are."""
        product = self.product
        # Imported names come first; an account so far only heard of keeps the name it was first given.
        heard = (head["account"] for head in self.store.document_heads() if head["account"])
        return replace(
            options,
            known_accounts=tuple(dict.fromkeys([*(a.name for a in self.store.accounts()), *heard])),
            known_domains=self._domains(),
            our_companies=tuple(name for name in (product.company, product.name) if name),
            contacts=self.store.contacts(),
            calls=self.store.calls(),
        )

    def _domains(self) -> dict[str, str]:
        """The imported accounts by their domain."""
        return {a.domain.casefold().removeprefix("www."): a.name for a in self.store.accounts() if a.domain}

    def _rewrite(self, document: Document) -> None:
        from analyzer.pipeline import recheck_document

        mine = self.store.findings(document_id=document.id, with_copies=True)
        refused = [r for r in self.store.rejected(with_copies=True) if r.document_id == document.id]
        read = recheck_document(document, mine, refused, self.codebook)
        self.store.replace_metadata(document, read.findings, read.refused)
        if any(f.maker.extractor == "offline" for f in mine) or not mine:
            self.store.forget_extraction([document.id])

    def _can_reread(self, document: Document) -> bool:
        """Whether its file is still there; where it is not, what is known of the document stands."""
        return bool(self._originals(document.id))

    def _originals(self, document_id: str) -> list[Path]:
        """The file as it was added: its id with the suffix it had."""
        return sorted((self.folder / "originals").glob(f"{document_id}*"))


def _spelt(value: Any) -> str:
    return "" if value is None else str(value)


def as_known(document: Document, known: Document, options: ReadOptions) -> Document:
    """The document read again, with the reasons of what it keeps as known, and its place among copies."""
    told = {key: guess for key, guess in known.guesses.items() if not getattr(options, key)}
    return replace(document, guesses={**document.guesses, **told}, copy_of=known.copy_of, copy_reason=known.copy_reason)


def keeping(options: ReadOptions, known: Document) -> ReadOptions:
    """What is known of a document stands, corrections by a person among it, unless the options say otherwise."""
    new = [name.casefold() for name in options.sides]
    sides = {
        p.name: p.side
        for p in known.participants
        if p.side_reason == SAID and not any(name in p.name.casefold() for name in new)
    }
    return replace(
        options,
        kind=options.kind or known.kind,
        account=options.account or known.account,
        said_on=options.said_on or known.said_on,
        outcome=options.outcome or known.outcome,
        sides={**sides, **options.sides},
        names={**known.names, **options.names},
    )
