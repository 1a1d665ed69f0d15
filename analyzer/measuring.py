"""Numbers on a study's accounts and deals: scores, what goes with winning, how the scorecard holds, segments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from analyzer.errors import UsageError
from analyzer.records import Account, AccountReading, Deal, Finding, Signal, Status
from analyzer.workspace import Workspace

if TYPE_CHECKING:
    from analyzer.scoring.backtest import Backtest
    from analyzer.scoring.lift import Lift
    from analyzer.scoring.scorecard import Scorecard
    from analyzer.scoring.segments import Segments
    from analyzer.scoring.weights import SuggestedWeights


class Measuring(Workspace):
    """What can be computed on accounts; no model has a part in it."""

    def scorecard(self) -> Scorecard:
        """The study's scorecard.yaml, or the default while there is none."""
        from analyzer.scoring.scorecard import load_scorecard

        return load_scorecard(self.folder / "scorecard.yaml") or self.suggest_scorecard((), ())

    def account_readings(self, as_of: date | None = None) -> tuple[AccountReading, ...]:
        """Every account, imported or only heard of, with signals, committee and score; best score first."""
        from analyzer.pipeline import find_ghosts, group_by_account, read_account

        everything = self.store.documents()
        documents = group_by_account(d for d in everything if not d.copy_of)
        findings: dict[str, list[Finding]] = {}
        for finding in self.store.findings():
            findings.setdefault(finding.account, []).append(finding)
        known = {a.name: a for a in self.store.accounts()}
        for name in documents:
            if name and name not in known:
                known[name] = Account(name)
        card, day = self.scorecard(), as_of or date.today()
        ghosts = find_ghosts(everything, day)
        made = [
            read_account(a, documents.get(n, ()), findings.get(n, ()), card, self.codebook, day, ghosts)
            for n, a in known.items()
        ]
        return tuple(sorted(made, key=lambda r: (-r.score.score, -r.score.low, r.account.name)))

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

        return measure_lift(self.store.accounts(), self.store.deals(), self._said_by_account(), trusted)

    def _said_by_account(self) -> Mapping[str, Sequence[Finding]]:
        """The standing findings of every account that was heard, none for one that said nothing."""
        heard: dict[str, list[Finding]] = {d.account: [] for d in self.store.counted_documents() if d.account}
        for finding in self.store.findings():
            if finding.status != Status.REJECTED and finding.account in heard:
                heard[finding.account].append(finding)
        return heard

    def suggest_scorecard(self, accounts: Sequence[Account], deals: Sequence[Deal]) -> Scorecard:
        """The default weights with bands read off these deals."""
        from analyzer.scoring.scorecard import suggest_scorecard

        product = self.product
        return suggest_scorecard(accounts, deals, product.complements, product.competitors)

    def backtest(self) -> Backtest:
        """The scorecard against the closed deals, each with what was known when it was opened."""
        from analyzer.scoring.backtest import backtest

        said = self._said_by_account()

        def known(deal: Deal) -> Sequence[Signal] | None:
            return self._signals_at(said.get(deal.account, ()), deal.opened_on or deal.closed_on)

        return backtest(self.store.accounts(), self.store.deals(), self.scorecard(), known, self.suggest_scorecard)

    def _signals_at(self, findings: Sequence[Finding], day: date | None) -> Sequence[Signal] | None:
        """What findings told by a day; None where nothing had been heard by then."""
        from analyzer.synthesis.signals import collect_signals

        by_then = [f for f in findings if day is not None and f.said_on is not None and f.said_on <= day]
        if day is None or not by_then:
            return None
        return collect_signals(by_then, day, self.codebook.half_life_days)

    def suggest_weights(self) -> SuggestedWeights:
        """Weights that the closed deals suggest, beside the scorecard's; nothing is set."""
        from analyzer.scoring.weights import suggest_weights

        test = self.backtest()
        return suggest_weights(test.deals, test.scores)

    def segments(self) -> Segments:
        """Groups of won accounts that are alike."""
        from analyzer.scoring.segments import find_segments

        return find_segments(self.store.accounts(), self.store.deals())
