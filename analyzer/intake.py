"""What goes into a study: documents and accounts, and what a person sets right about them.

Adding the same bytes again changes nothing; what a person said of a document stands until it is said anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.errors import DocumentError, UsageError
from analyzer.files import write_whole
from analyzer.records import Document, Side
from analyzer.workspace import OnStep, Workspace, silent

if TYPE_CHECKING:
    from analyzer.reading.archives import FoundFile
    from analyzer.reading.documents import ReadOptions
    from analyzer.reading.tables import AccountTable


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file: added, updated (known, its metadata changed), unchanged (known) or refused."""

    name: str
    status: str
    document: Document | None = None
    detail: str = ""


class Intake(Workspace):
    """Adds, corrects and removes documents; imports accounts."""

    def add(self, paths: Iterable[Path], options: ReadOptions, on_step: OnStep = silent) -> Iterator[Added]:
        """Adds files, folders and zips; yields what became of each file, refused ones too, and goes on."""
        from analyzer.reading.archives import open_files

        options = self._informed(options)
        for number, found in enumerate(open_files(paths), 1):
            if isinstance(found, DocumentError):
                yield self._refuse(found.file, found)
                continue
            on_step(found.name, number, number)
            yield self._add_file(found, options)

    def add_bytes(self, content: bytes, name: str, options: ReadOptions) -> Added:
        """Adds one file that is already in memory (an upload)."""
        return self._add_content(content, name, self._informed(options))

    def _informed(self, options: ReadOptions) -> ReadOptions:
        product = self.product
        # Imported names come first; an account so far only heard of keeps the name it was first given.
        heard = (head["account"] for head in self.store.document_heads() if head["account"])
        return replace(
            options,
            known_accounts=tuple(dict.fromkeys([*(a.name for a in self.store.accounts()), *heard])),
            known_domains=self._domains(),
            our_companies=tuple(name for name in (product.company, product.name) if name),
        )

    def _domains(self) -> dict[str, str]:
        """The imported accounts by their domain."""
        return {a.domain.casefold().removeprefix("www."): a.name for a in self.store.accounts() if a.domain}

    def _add_file(self, found: FoundFile, options: ReadOptions) -> Added:
        try:
            content = found.read()
        except DocumentError as error:
            return self._refuse(found.name, error)
        return self._add_content(content, found.name, options)

    def _add_content(self, content: bytes, name: str, options: ReadOptions) -> Added:
        from analyzer.reading.documents import read_document

        name = _as_text(name)
        known = self.store.document("d" + hashlib.sha256(content).hexdigest()[:10])
        if known is not None and not _says_something(options):
            return Added(name, "unchanged", known, "" if known.name == name else f"the same file as {known.name}")
        try:
            if known is not None:
                return self._update(read_document(content, known.name, _keeping(options, known)), known, options)
            document = read_document(content, name, options)
        except DocumentError as error:
            return self._refuse(name, error)
        self._keep_original(content, document)
        self.store.add_document(document)
        return Added(name, "added", document)

    def _update(self, document: Document, known: Document, options: ReadOptions) -> Added:
        told = {key: guess for key, guess in known.guesses.items() if not getattr(options, key)}
        document = replace(document, guesses={**document.guesses, **told})
        if document == known:
            return Added(known.name, "unchanged", known)
        self._rewrite(document)
        return Added(known.name, "updated", document)

    def _refuse(self, name: str, error: DocumentError) -> Added:
        name, detail = _as_text(name), _as_text(str(error))
        self.store.refuse_file(name, detail)
        return Added(name, "refused", None, detail)

    def _keep_original(self, content: bytes, document: Document) -> None:
        target = self.folder / "originals" / f"{document.id}{Path(document.name).suffix[:10]}"
        write_whole(target, content)

    def documents(self) -> tuple[Document, ...]:
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
        document = self.store.document(same[0]["id"])
        assert document is not None
        return document

    def set_side(self, document_id: str, speaker: str, side: Side) -> None:
        """Corrects whose side a speaker is on and re-checks that document's claims; no model is called.

        Offline findings are also made anew at the next `icp extract`, since words once taken for ours were not read.
        """
        document = self.stored_document(document_id)
        people = tuple(
            replace(p, side=side, side_reason="you said so") if p.name == speaker else p for p in document.participants
        )
        turns = tuple(replace(t, side=side) if t.speaker == speaker else t for t in document.turns)
        self._rewrite(replace(document, participants=people, turns=turns))

    def describe_document(self, document_id: str, **changes: Any) -> None:
        """Corrects account, kind, said_on or outcome of a document."""
        self._rewrite(replace(self.stored_document(document_id), **changes))

    def remove_document(self, document_id: str) -> None:
        """Takes a document and all that was found in it out of the study; the original file goes too."""
        self.store.remove_document(document_id)
        for original in (self.folder / "originals").glob(f"{document_id}.*"):
            original.unlink()
        self.index.remove_document("chunks", document_id)
        self.index.remove_document("findings", document_id)

    def _rewrite(self, document: Document) -> None:
        from analyzer.pipeline import recheck_document

        mine = self.store.findings(document_id=document.id)
        refused = [r for r in self.store.rejected() if r.document_id == document.id]
        read = recheck_document(document, mine, refused, self.codebook)
        self.store.replace_metadata(document, read.findings, read.refused)
        if any(f.maker.extractor == "offline" for f in mine) or not mine:
            self.store.forget_extraction([document.id])

    def refused_files(self) -> list[Mapping[str, Any]]:
        return self.store.refused_files()

    def import_accounts(self, table: AccountTable) -> int:
        """Adds or replaces accounts and deals, joins documents to them, and makes a scorecard where none is.

        A document is joined by the name of its account, or by a domain that its words name. Gives back how many were.
        """
        from analyzer.reading.accounts import match_domain
        from analyzer.reading.naming import match_account
        from analyzer.scoring.scorecard import suggest_scorecard, write_scorecard

        self.store.import_accounts(table.accounts, table.deals)
        names, domains = [a.name for a in self.store.accounts()], self._domains()
        joined = 0
        for document in self.store.documents():
            known = match_account(document.account, names) if document.account else ""
            if not known and document.account not in names:
                known = domains.get(match_domain(document.text, domains), "")
            if known and known != document.account:
                self.describe_document(document.id, account=known)
                joined += 1
        path = self.folder / "scorecard.yaml"
        if not path.exists():
            product = self.product
            accounts, deals = self.store.accounts(), self.store.deals()
            write_scorecard(path, suggest_scorecard(accounts, deals, product.complements, product.competitors))
        return joined


def _says_something(options: ReadOptions) -> bool:
    return bool(options.kind or options.account or options.said_on or options.outcome or options.sides)


def _as_text(name: str) -> str:
    """A file's name as it can be stored and printed; one in another encoding than the disk's holds half characters."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _keeping(options: ReadOptions, known: Document) -> ReadOptions:
    """What is known of a document stands, corrections by a person among it, unless the options say otherwise."""
    new = [name.casefold() for name in options.sides]
    sides = {
        p.name: p.side
        for p in known.participants
        if p.side_reason == "you said so" and not any(name in p.name.casefold() for name in new)
    }
    return replace(
        options,
        kind=options.kind or known.kind,
        account=options.account or known.account,
        said_on=options.said_on or known.said_on,
        outcome=options.outcome or known.outcome,
        sides={**sides, **options.sides},
    )
