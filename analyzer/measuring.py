"""Numbers on a study's accounts and deals: scores, what goes with winning, how the scorecard holds, segments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from analyzer.accounts import Accounts, Told
from analyzer.errors import UsageError
from analyzer.records import (
    Account,
    AccountReading,
    Contact,
    Deal,
    Document,
    Event,
    Finding,
    Outcome,
    Score,
    Side,
    Status,
)

if TYPE_CHECKING:
    from analyzer.extraction.gazetteer import Gazetteer
    from analyzer.reading.tables.events import EventTable
    from analyzer.scoring.backtest import Backtest, Heard
    from analyzer.scoring.card_preview import Preview
    from analyzer.scoring.card_versions import CardVersion, CardVersions
    from analyzer.scoring.lift import Lift
    from analyzer.scoring.scorecard import Scorecard
    from analyzer.scoring.segments import Segments
    from analyzer.scoring.weights import SuggestedWeights
    from analyzer.synthesis.hiring import HiringTable
    from analyzer.synthesis.horizon import Horizon
    from analyzer.synthesis.people import Roster
    from analyzer.synthesis.signals import Beside


class Measuring(Accounts):
    """What can be computed on accounts; no model has a part in it."""

    # ------------------------------------------------------------------------------------------------ the scorecard

    def scorecard(self) -> Scorecard:
        """The newest version of the scorecard, after what was edited in scorecard.yaml became one; without any the
        default. Raises StudyError for a file that is not valid: no older version is used in its place."""
        from analyzer.scoring.neighbours import load_neighbours

        card = self._card_versions().current() or self.suggest_scorecard((), ())
        return card.beside(load_neighbours(self.folder), self.product.red_flag_tools)

    def scorecard_versions(self) -> tuple[CardVersion, ...]:
        """Every version, oldest first; a scorecard.yaml that was edited since is not among them yet."""
        return self._card_versions().all()

    def change_scorecard(self, card: Scorecard, author: str, reason: str) -> CardVersion | None:
        """Keeps a changed card as a new version and writes scorecard.yaml; None when nothing differs.

        ``card`` was made from ``scorecard()``: a version made meanwhile is not overwritten. Raises UsageError without
        author and reason, StudyError for a card that the study cannot use.
        """
        self._start_card()
        return self._card_versions().add(card, author, reason)

    def replace_scorecard(self, file: Path, author: str, reason: str) -> CardVersion | None:
        """Takes the card in a YAML file in place of the newest version, whatever was edited in scorecard.yaml."""
        from analyzer.scoring.scorecard import load_scorecard

        card = load_scorecard(file)
        if card is None:
            raise UsageError(f"There is no file {file}.")
        versions = self._card_versions()
        kept = versions.all() or (self._add_default(versions),)
        return versions.add(card.model_copy(update={"version": kept[-1].version}), author, reason)

    def undo_scorecard(self, author: str, reason: str, to: int | None = None) -> CardVersion:
        """Takes the newest change back, or all since version ``to``; a new version, too. Raises UsageError."""
        self._start_card()
        return self._card_versions().undo(author, reason, to)

    def preview_scorecard(self, card: Scorecard, as_of: date | None = None) -> Preview:
        """Which accounts would stand in another tier with this card."""
        from analyzer.scoring.card_preview import preview_card
        from analyzer.scoring.neighbours import load_neighbours

        beside = card.beside(load_neighbours(self.folder), self.product.red_flag_tools)
        return preview_card(self.account_readings(as_of), beside)

    def doubt_scorecard(self, card: Scorecard) -> list[str]:
        """Sentences about rules that match nothing known, such as a column that no account has."""
        from analyzer.scoring.card_doubts import doubt_card

        return doubt_card(card, self.accounts())

    def suggested_scorecard(self, only: Collection[str] = ()) -> tuple[Scorecard, SuggestedWeights]:
        """The card with the bands and weights that the deals suggest now (``only`` some parts); nothing is set."""
        from analyzer.scoring.card_suggestion import suggest_card

        bands = self.suggest_scorecard(self.accounts(Told.COMPARABLE), self.store.deals(), is_tested=True)
        weights = self.suggest_weights()
        return suggest_card(self.scorecard(), bands, weights, only), weights

    def _card_versions(self) -> CardVersions:
        from analyzer.scoring.card_doubts import check_codes
        from analyzer.scoring.card_versions import CardVersions

        return CardVersions(
            self.store,
            self.folder / "scorecard.yaml",
            self.settings.author,
            self.scorecard_news.append,
            lambda card: check_codes(card, self.codebook.codes),
        )

    def _start_card(self) -> None:
        """What was edited in the file first, and a version to go back to."""
        versions = self._card_versions()
        if versions.current() is None:
            self._add_default(versions)

    def _add_default(self, versions: CardVersions) -> CardVersion:
        from analyzer.scoring.card_versions import PROGRAM

        made = versions.add(self.suggest_scorecard((), ()), PROGRAM, "the default, before anything was set")
        assert made is not None, "a study without a version takes any"
        return made

    def account_readings(self, as_of: date | None = None) -> tuple[AccountReading, ...]:
        """Every account, imported or only heard of, with signals, committee and score; best score first.

        With a day of the past what was said, published or closed after it is left out; an account of which nothing was
        heard by then is listed as unheard. Tables and what a person set by hand count as they are now.
        """
        from analyzer.pipeline import add_usual_buyers, find_ghosts, group_by_account, join_events, read_account
        from analyzer.scoring.score import best_first

        stored, day = self.store.documents(), as_of or date.today()
        horizon = self._horizon(as_of)
        everything = horizon.documents(stored) if horizon else stored
        documents = group_by_account(d for d in everything if not d.copy_of)
        findings: dict[str, list[Finding]] = {}
        for finding in horizon.findings(self.store.findings()) if horizon else self.store.findings():
            findings.setdefault(finding.account, []).append(finding)
        told_in = None if horizon is None else frozenset(d.id for d in everything)
        known = {a.name: a for a in self.accounts(told_in=told_in)}
        heard = dict.fromkeys(d.account for d in stored if not d.copy_of)
        known |= self.heard_only([name for name in heard if name and name not in known], told_in)
        events = join_events(self.store.events(), list(known.values()))
        for name, told in events.items():
            if name and name not in known:
                known[name] = Account(name, next((e.domain for e in told if e.domain), ""))
        if horizon:
            events = {name: list(horizon.events(told)) for name, told in events.items()}
        card = self.scorecard()
        ghosts = find_ghosts(everything, day)
        beside = self._beside(known, events, self._measure_hiring(everything, day))
        rosters = self._rosters(known)
        made = [
            read_account(
                a, documents.get(n, ()), findings.get(n, ()), card, self.codebook, day, ghosts, beside[n], rosters[n]
            )
            for n, a in known.items()
        ]
        made = list(add_usual_buyers(made, self._won(everything, horizon)))
        return tuple(sorted(made, key=lambda r: best_first(r.score)))

    def _horizon(self, as_of: date | None) -> Horizon | None:
        """The limit of what was known on a day; None for today and later: what the study holds is known today."""
        from analyzer.synthesis.horizon import Horizon

        return Horizon(as_of, self._added_on()) if as_of is not None and as_of < date.today() else None

    def _added_on(self) -> Mapping[str, date]:
        """The day each document was added, by its id, in this machine's time as ``date.today()`` is."""
        heads = self.store.document_heads()
        return {head["id"]: datetime.fromisoformat(head["added_at"]).astimezone().date() for head in heads}

    def read_events(self, content: bytes, name: str, mapping: Mapping[str, str] | None = None) -> EventTable:
        """Events from the bytes of a table, with the products known by name in its headlines; nothing is kept yet.

        Raises TableError as ``analyzer.reading.tables.events.read_events`` does.
        """
        from analyzer.reading.tables.events import read_events

        def find_tools(text: str) -> list[tuple[int, int]]:
            return [(m.start, m.end) for m in self._products.find(text)]

        return read_events(content, name, mapping, find_tools)

    def events_of_nobody(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Those that name an account or a domain which no table of accounts and no document has."""
        from analyzer.pipeline import join_events

        known = {a.name: a for a in self.store.accounts()}
        known |= {h["account"]: Account(h["account"]) for h in self.store.document_heads() if h["account"] not in known}
        known.pop("", None)
        joined = join_events(events, list(known.values()))
        return tuple(e for name, told in joined.items() if name and name not in known for e in told)

    def hiring(self, as_of: date | None = None) -> HiringTable:
        """Postings of every account by function and month, with spikes and first hires."""
        return self._measure_hiring(self.store.documents(), as_of or date.today())

    def _measure_hiring(self, documents: Sequence[Document], day: date) -> HiringTable:
        from analyzer.scoring.intervals import poisson
        from analyzer.synthesis.hiring import measure_hiring

        titles: dict[str, list[str]] = {}
        for contact in self.store.contacts():
            titles.setdefault(contact.account, []).append(contact.title)
        for document in documents:
            theirs = (p.title for p in document.participants if p.side == Side.CUSTOMER and p.title)
            titles.setdefault(document.account, []).extend(theirs)
        return measure_hiring(documents, titles, day, poisson)

    def _beside(
        self, accounts: Mapping[str, Account], events: Mapping[str, Sequence[Event]], hiring: HiringTable
    ) -> Mapping[str, Beside]:
        """What is known of each account beside what was said."""
        from analyzer.synthesis.signals import Beside

        rivals = tuple(self.product.competitors)
        return {
            name: Beside(events.get(name, ()), hiring.telling(name), rivals, (name, account.domain))
            for name, account in accounts.items()
        }

    def _rosters(self, accounts: Iterable[str]) -> Mapping[str, Roster]:
        """Who is known of each account's people beside what was said."""
        from analyzer.synthesis.people import Roster

        product, names = self.product, tuple(accounts)
        companies = tuple(filter(None, (*names, product.company, product.name)))
        contacts: dict[str, list[Contact]] = {}
        for contact in self.store.contacts():
            contacts.setdefault(contact.account, []).append(contact)
        return {
            name: Roster(tuple(contacts.get(name, ())), product.buyer_titles, companies, self._is_product)
            for name in names
        }

    def _is_product(self, words: str) -> bool:
        """Whether all of the words are a product's name."""
        return any(m.end - m.start == len(words) for m in self._products.find(words))

    @cached_property
    def _products(self) -> Gazetteer:
        return self.gazetteer

    def _won(self, documents: Iterable[Document], horizon: Horizon | None = None) -> frozenset[str]:
        """Accounts with a deal won; where no deal is known, those whose documents say so."""
        deals = self.store.deals()
        if horizon:
            deals = tuple(d for d in deals if d.closed_on is None or d.closed_on <= horizon.day)
        told = {d.account for d in documents if d.outcome == Outcome.WON} - {d.account for d in deals}
        return frozenset(told | {d.account for d in deals if d.outcome == Outcome.WON})

    def account_reading(self, name: str, as_of: date | None = None) -> AccountReading:
        """One account by name or a part of it. Raises UsageError when none or several match."""
        from analyzer.reading.guesses.naming import match_account

        readings = {r.account.name: r for r in self.account_readings(as_of)}
        exact = [n for n in readings if n.casefold() == name.casefold()]
        parts = exact or [n for n in readings if name.casefold() in n.casefold()]
        found = parts[0] if len(parts) == 1 else match_account(name, list(readings))
        if not found:
            some = ", ".join(parts[:5])
            raise UsageError(f"No single account is called {name!r}." + (f" It could be: {some}." if some else ""))
        return readings[found]

    # ---------------------------------------------------------------------------------------------- what predicts

    def lift(self, trusted: Iterable[str] = ()) -> Lift:
        """What goes with winning, over CRM columns and what was said. ``trusted`` as in ``measure_lift``."""
        from analyzer.scoring.lift import measure_lift
        from analyzer.scoring.neighbours import load_neighbours

        return measure_lift(
            self.accounts(Told.COMPARABLE),
            self.store.deals(),
            self._said_by_account(),
            trusted,
            neighbours=load_neighbours(self.folder),
        )

    def _said_by_account(self) -> Mapping[str, Sequence[Finding]]:
        """The standing findings of every account that was heard, none for one that said nothing."""
        heard: dict[str, list[Finding]] = {d.account: [] for d in self.store.counted_documents() if d.account}
        for finding in self.store.findings():
            if finding.status != Status.REJECTED and finding.account in heard:
                heard[finding.account].append(finding)
        return heard

    def suggest_scorecard(
        self, accounts: Sequence[Account], deals: Sequence[Deal], is_tested: bool = False
    ) -> Scorecard:
        """The default weights with bands read off these deals; ``is_tested`` leaves those open that chance draws."""
        from analyzer.scoring.scorecard import suggest_scorecard

        product = self.product
        return suggest_scorecard(accounts, deals, product.complements, product.competitors, is_tested)

    def backtest(self) -> Backtest:
        """The scorecard against the closed deals, each with what was known when it was opened."""
        from analyzer.pipeline import join_events
        from analyzer.scoring.backtest import backtest
        from analyzer.scoring.card_versions import PROGRAM

        # What a document says after the deal was opened was not known then.
        said, accounts = self._said_by_account(), self.accounts(Told.WRITTEN)
        events = join_events(self.store.events(), accounts)
        added = self._added_on()

        def known(deal: Deal) -> Heard:
            told = events.get(deal.account, ())
            return self._heard_by(deal.opened_on or deal.closed_on, said.get(deal.account, ()), told, added)

        earlier = [v.card for v in self.scorecard_versions() if v.author == PROGRAM]
        return backtest(accounts, self.store.deals(), self.scorecard(), known, self.suggest_scorecard, earlier)

    def undecided_scores(self) -> tuple[Score, ...]:
        """Scores as of today of imported accounts without a closed deal: the control beside won and lost ones."""
        closed = {d.account for d in self.store.deals() if d.outcome != Outcome.OPEN}
        imported = {a.name for a in self.store.accounts()} - closed
        return tuple(r.score for r in self.account_readings() if r.account.name in imported)

    def _heard_by(
        self,
        day: date | None,
        findings: Sequence[Finding],
        events: Sequence[Event],
        added: Mapping[str, date] = MappingProxyType({}),
    ) -> Heard:
        """The signals and findings of a day; None where nothing had been heard by then. Hiring is left out."""
        from analyzer.synthesis.horizon import Horizon
        from analyzer.synthesis.signals import Beside, collect_signals

        if day is None:
            return None, None
        horizon = Horizon(day, added)
        said, told = horizon.findings(findings), horizon.events(events)
        if not said and not told:
            return None, None
        beside = Beside(told, (), tuple(self.product.competitors))
        return collect_signals(said, day, self.codebook.half_life_days, beside=beside), said or None

    def suggest_weights(self) -> SuggestedWeights:
        """Weights that the closed deals suggest, beside the scorecard's; nothing is set."""
        from analyzer.scoring.weights import suggest_weights

        test = self.backtest()
        return suggest_weights(test.deals, test.scores)

    def segments(self) -> Segments:
        """Groups of won accounts that are alike."""
        from analyzer.scoring.neighbours import load_neighbours
        from analyzer.scoring.segments import find_segments

        return find_segments(self.accounts(Told.COMPARABLE), self.store.deals(), load_neighbours(self.folder))
