"""What goes into a study: documents and accounts.

Adding the same bytes again changes nothing; what a person said of a document stands until it is said anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.corrections import Corrections, as_known, keeping
from analyzer.errors import DocumentError
from analyzer.files import write_whole
from analyzer.printing import counted
from analyzer.records import Document, Guess
from analyzer.workspace import OnStep, silent

if TYPE_CHECKING:
    from analyzer.adapters.account_store import Kept
    from analyzer.adapters.document_store import CopyLink
    from analyzer.reading.archives import FoundFile
    from analyzer.reading.documents import ReadOptions
    from analyzer.reading.tables.accounts import AccountTable
    from analyzer.reading.tables.joining import Joining

_COMPARED = 5
_SHOWN_JOININGS = 50


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file: added, updated (known, its metadata changed), unchanged (known), refused, opened (it
    holds documents, which follow) or kept (it tells of calls that other files hold)."""

    name: str
    status: str
    document: Document | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a table: the ``table`` under the study's names, how many ``documents`` have another account now,
    and in ``notes`` which deals were replaced or are told twice and which names were joined."""

    table: AccountTable
    documents: int
    notes: tuple[str, ...]


class Intake(Corrections):
    """Adds documents and imports accounts."""

    def add(self, paths: Iterable[Path], options: ReadOptions, on_step: OnStep = silent) -> Iterator[Added]:
        """Adds files, folders and zips; yields what became of each file, refused ones too, and goes on."""
        from analyzer.reading.archives import open_files

        options = self._informed(options)
        for number, found in enumerate(open_files(paths), 1):
            if isinstance(found, DocumentError):
                yield self._refuse(found.file, found)
                continue
            on_step(found.name, number, number)
            yield from self._add_file(found, options)

    def add_bytes(self, content: bytes, name: str, options: ReadOptions) -> Added:
        """Adds one document that is already in memory."""
        return self._add_document(content, name, self._informed(options))

    def add_upload(self, content: bytes, name: str, options: ReadOptions) -> Iterator[Added]:
        """Adds one file that is already in memory, with all the documents it holds; a zip goes by :meth:`add`."""
        yield from self._add_content(content, name, self._informed(options))

    def _add_file(self, found: FoundFile, options: ReadOptions) -> Iterator[Added]:
        try:
            content = found.read()
        except DocumentError as error:
            yield self._refuse(found.name, error)
            return
        yield from self._add_content(content, found.name, options)

    def _add_content(self, content: bytes, name: str, options: ReadOptions) -> Iterator[Added]:
        """One document, or each of several in one file; a file of calls names the speakers of others."""
        from analyzer.reading.exports import find_calls
        from analyzer.reading.splitting import split_file

        try:
            split = split_file(content, name, options.columns)
            calls = {} if split.parts else find_calls(content)
        except DocumentError as error:
            yield self._refuse(name, error)
            return
        if calls:
            yield self._keep_calls(_as_text(name), calls)
        elif split.parts:
            detail = " ".join((f"holds {len(split.parts)} documents.", *split.warnings))
            yield Added(_as_text(name), "opened", None, detail)
            for part in split.parts:
                yield self._add_document(part.content, part.name, options)
        else:
            yield self._add_document(content, name, options)

    def _add_document(self, content: bytes, name: str, options: ReadOptions) -> Added:
        from analyzer.reading.documents import read_document

        name = _as_text(name)
        known = self.store.document("d" + hashlib.sha256(content).hexdigest()[:10])
        if known is not None and not _says_something(options):
            return Added(name, "unchanged", known, "" if known.name == name else f"the same file as {known.name}")
        try:
            if known is not None:
                return self._update(read_document(content, known.name, keeping(options, known)), known, options)
            document = read_document(content, name, options)
        except DocumentError as error:
            return self._refuse(name, error)
        return self._keep(content, document)

    def _keep(self, content: bytes, document: Document) -> Added:
        from analyzer.reading.copies import sketch

        write_whole(self.folder / "originals" / f"{document.id}{Path(document.name).suffix[:10]}", content)
        shingles = sketch(document.text)
        copies = self._find_copies(document, shingles)
        self.store.add_document(document, shingles, copies)
        for other in copies.keys() - {document.id}:
            self._forget_chunks(other)
        stored = self.stored_document(document.id)
        return Added(document.name, "added", stored, self._copy_sentence(stored, copies))

    def _find_copies(self, document: Document, shingles: frozenset[int]) -> dict[str, CopyLink]:
        """What the new document makes a copy of what: itself of one that is known, or that one of it."""
        from analyzer.reading.copies import choose_original, could_be_copies, explain_copy, sketch

        for document_id in self.store.without_shingles():
            self.store.record_shingles(document_id, sketch(self.stored_document(document_id).text))
        shared = self.store.sharing(shingles, document.id)
        likely = sorted((i for i in shared if could_be_copies(shared[i], len(shingles))), key=lambda i: -shared[i])
        # Of a document with many copies these come first as often as the one that is counted.
        originals = dict.fromkeys(one.copy_of or one.id for one in map(self.stored_document, likely[:_COMPARED]))
        for known in map(self.stored_document, originals):
            reason = explain_copy(document, known)
            if reason and choose_original(document, known) is known:
                return {document.id: (known.id, reason)}
            if reason:
                return {known.id: (document.id, reason)}
        return {}

    def _copy_sentence(self, document: Document, copies: Mapping[str, CopyLink]) -> str:
        if document.copy_of:
            other = self.stored_document(document.copy_of).name
            return (
                f"a copy of {other} ({document.copy_reason}), which is counted in its place. `icp copies` changes it."
            )
        names = ", ".join(self.stored_document(copy_id).name for copy_id in copies)
        reasons = ", ".join(reason for _, reason in copies.values())
        return f"counted in place of {names}, its copy ({reasons}). `icp copies` changes it." if copies else ""

    def _update(self, document: Document, known: Document, options: ReadOptions) -> Added:
        document = as_known(document, known, options)
        if document == known:
            return Added(known.name, "unchanged", known)
        self._rewrite(document)
        return Added(known.name, "updated", document)

    def _refuse(self, name: str, error: DocumentError) -> Added:
        name, detail = _as_text(name), _as_text(str(error))
        self.store.refuse_file(name, detail)
        return Added(name, "refused", None, detail)

    def _keep_calls(self, name: str, calls: Mapping[str, Mapping[str, Any]]) -> Added:
        """Keeps what a file says of calls, and names the speakers of the documents that waited for it."""
        from analyzer.reading.documents import ReadOptions

        self.store.remember_calls(name, calls)
        named = 0
        for document in self.store.documents():
            waits = document.format == "gong" and self._can_reread(document)
            if waits and any(p.name.startswith("Speaker ") for p in document.participants):
                named += self._reread(document, ReadOptions()).participants != document.participants
        detail = f"tells who took part in {len(calls)} calls; {named} documents now name their speakers."
        return Added(name, "kept", None, detail)

    def refused_files(self) -> list[Mapping[str, Any]]:
        return self.store.refused_files()

    def import_accounts(self, table: AccountTable) -> int:
        """As :meth:`import_table`; gives back how many documents have another account now."""
        return self.import_table(table).documents

    def import_table(self, table: AccountTable, apart: Collection[str] = ()) -> Imported:
        """Adds a table's accounts, deals and people to those that are there, and makes a scorecard where none is.

        An account that the study has under another spelling is joined to it, but for the names in ``apart``; what this
        table said before is replaced, what others say stays. A document is joined by the name of its account, a domain
        that its words name, or a contact who speaks in it. Raises TableError for a name in ``apart`` that the table
        does not have.
        """
        from analyzer.reading.tables.joining import find_same, join_table

        known = self.store.accounts()
        renamed, joinings = join_table(table, known, apart)
        kept_apart = {name.casefold() for name in apart}
        # What an earlier import joined and a person now keeps apart leaves the account it went to.
        once = find_same(table.accounts, known) if apart else []
        parted = [j.account for j in once if j.name.casefold() in kept_apart and j.name != j.account]
        kept = self.store.import_accounts(renamed.accounts, renamed.deals, table.name, parted)
        self.store.import_contacts(renamed.contacts)
        joined = sum(self._join(document) for document in self.store.documents())
        self._renew_card()
        return Imported(renamed, joined, (*_told_of_deals(table.name, kept), *_told_of_joinings(table, joinings)))

    def _renew_card(self) -> None:
        """Suggests the scorecard, and anew with every table until a person edits it."""
        from analyzer.scoring.card_versions import CardVersions
        from analyzer.scoring.scorecard import suggest_scorecard

        accounts, deals, product = self.store.accounts(), self.store.deals(), self.product
        card = suggest_scorecard(accounts, deals, product.complements, product.competitors, is_tested=True)
        file = self.folder / "scorecard.yaml"
        CardVersions(self.store, file, self.settings.author, self.scorecard_news.append).renew(card)

    def _join(self, document: Document) -> bool:
        """Gives a document the imported account it is about, and its speakers what the imported contacts tell."""
        from analyzer.reading.documents import ReadOptions
        from analyzer.reading.guesses.accounts import match_domain
        from analyzer.reading.guesses.naming import match_account
        from analyzer.reading.who.people import is_contact

        before = document.account
        contacts = self.store.contacts()
        spoken = any(is_contact(who, contacts) for who in document.participants)
        if contacts and spoken and self._can_reread(document):
            document = self._reread(document, ReadOptions())
        names, domains = [a.name for a in self.store.accounts()], self._domains()
        known = match_account(document.account, names) if document.account else ""
        if not known and document.account not in names:
            known = domains.get(match_domain(document.text, domains), "")
        if known and known != document.account:
            guess = Guess(known, "an imported account is called so, or has a domain it names", 0.9)
            self._rewrite(replace(document, account=known, guesses={**document.guesses, "account": guess}))
        return (known or document.account) != before


def _told_of_deals(name: str, kept: Kept) -> list[str]:
    table = name or "this table"
    said = []
    if kept.replaced:
        said.append(f"{counted(kept.replaced, 'deal')} of {table} from an earlier import replaced.")
    if kept.forgot:
        said.append(f"{counted(kept.forgot, 'deal')} of {table} removed from accounts they had been joined to.")
    for other, count in kept.repeated.items():
        told = other or "an earlier import"
        said.append(f"{counted(count, 'deal')} told by {told} as well: counted once.")
    return said


def _told_of_joinings(table: AccountTable, joinings: Sequence[Joining]) -> list[str]:
    every = [*table.joinings, *joinings]
    said = [f"{joining.sentence}." for joining in every[:_SHOWN_JOININGS]]
    if len(every) > _SHOWN_JOININGS:
        said.append(f"{len(every) - _SHOWN_JOININGS} more names are read as accounts that are spelt otherwise.")
    if every:
        said.append("`icp accounts import FILE --keep-apart NAME` keeps a name an account of its own.")
    return said


def _says_something(options: ReadOptions) -> bool:
    return bool(options.kind or options.account or options.said_on or options.outcome or options.sides or options.names)


def _as_text(name: str) -> str:
    """A file's name as it can be stored and printed; one in another encoding than the disk's holds half characters."""
    return name.encode("utf-8", "replace").decode("utf-8")
