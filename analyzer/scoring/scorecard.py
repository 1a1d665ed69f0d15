"""The scorecard: weighted attributes, kill list and tier thresholds, as data in the study (``scorecard.yaml``).

The default weights are industry 25, size 20, tech stack 20, geography 15, trigger 20; rules of the study's own stand
beside them under ``custom``. Its bands come from the won deals of the imported accounts, so that a first score means
something; the file says so, and a person edits it. Its versions stand in :mod:`analyzer.scoring.card_versions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BeforeValidator, PrivateAttr, ValidationError, model_validator

from analyzer.errors import StudyError
from analyzer.files import write_whole
from analyzer.records import Account, Deal, Outcome
from analyzer.scoring.card_faults import fault_sentences
from analyzer.scoring.lift import ENOUGH, LEVEL
from analyzer.scoring.neighbours import Neighbours, load_neighbours
from analyzer.scoring.profile import chance_of_profile, draw_profile
from analyzer.scoring.rules import Custom, Geography, Industry, Kill, Rule, Size, Tech, Text, Tiers, Trigger
from analyzer.scoring.traits import ClosedDeals, Column, closed_deals

__all__ = [
    "Custom",
    "Geography",
    "Industry",
    "Kill",
    "Scorecard",
    "Size",
    "Tech",
    "Tiers",
    "Trigger",
    "card_content",
    "card_yaml",
    "list_yaml",
    "load_scorecard",
    "parse_scorecard",
    "read_scorecard",
    "suggest_scorecard",
    "write_scorecard",
]

MIN_WON = 5
STANDARD = {
    "industry": "industry",
    "size": "size",
    "tech": "tech stack",
    "geography": "geography",
    "trigger": "trigger",
}
"""The five standard rules, with the names their points go by."""


def _read_version(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"is {value!r}; leave it as it is, it is counted up by itself")
    return value


def _read_list(value: Any) -> Any:
    return () if value is None else value


def _read_rule(value: Any) -> Any:
    """A heading with nothing below it is the rule as it is by default."""
    return {} if value is None else value


class Scorecard(Rule):
    """``neighbours`` are the tables by which industries and places compare: those shipped, or the study's own;
    ``red_flags`` the tools that product.yaml names as such. Neither is a part of the card's file."""

    version: Annotated[int, BeforeValidator(_read_version)] = 1
    origin: Text = "default"
    industry: Annotated[Industry, BeforeValidator(_read_rule)] = Industry()
    size: Annotated[Size, BeforeValidator(_read_rule)] = Size()
    tech: Annotated[Tech, BeforeValidator(_read_rule)] = Tech()
    geography: Annotated[Geography, BeforeValidator(_read_rule)] = Geography()
    trigger: Annotated[Trigger, BeforeValidator(_read_rule)] = Trigger()
    custom: Annotated[tuple[Custom, ...], BeforeValidator(_read_list)] = ()
    kill: Annotated[tuple[Kill, ...], BeforeValidator(_read_list)] = ()
    tiers: Annotated[Tiers, BeforeValidator(_read_rule)] = Tiers()
    _neighbours: Neighbours | None = PrivateAttr(None)
    _red_flags: tuple[str, ...] = PrivateAttr(())

    @model_validator(mode="after")
    def _keep_names_apart(self) -> Self:
        taken = {*STANDARD, *STANDARD.values()}
        for rule in self.custom:
            if rule.name.casefold() in taken:
                raise ValueError(
                    f"custom has a rule called {rule.name!r}, and so is another rule; give it another name"
                )
            taken.add(rule.name.casefold())
        if self.max <= 0:
            raise ValueError("the points of all rules add up to 0; give at least one rule points")
        return self

    @property
    def max(self) -> float:
        """What an account that fits in everything earns; a score is the share of it, times 100."""
        return sum(rule.points for rule in self.rules.values())

    @property
    def rules(self) -> Mapping[str, Industry | Size | Tech | Geography | Trigger | Custom]:
        """Every rule that gives points, by the name they go by."""
        standard = {name: getattr(self, field) for field, name in STANDARD.items()}
        return {**standard, **{rule.name: rule for rule in self.custom}}

    @property
    def neighbours(self) -> Neighbours:
        return self._neighbours or load_neighbours()

    @property
    def red_flags(self) -> tuple[str, ...]:
        return self._red_flags

    def beside(self, neighbours: Neighbours, red_flags: Sequence[str] = ()) -> Self:
        """The same card, which compares by these tables and gives no points for these tools."""
        card = self.model_copy()
        card._red_flags = tuple(red_flags)
        # Cards that say the same are equal, wherever their study lies.
        card._neighbours = None if neighbours is load_neighbours() else neighbours
        return card


SHAPES: Mapping[str, type[Rule]] = {
    "": Scorecard,
    "industry": Industry,
    "size": Size,
    "tech": Tech,
    "geography": Geography,
    "trigger": Trigger,
    "custom": Custom,
    "kill": Kill,
    "tiers": Tiers,
}

# ---------------------------------------------------------------------------------------------------------- suggesting


def suggest_scorecard(
    accounts: Sequence[Account],
    deals: Iterable[Deal],
    complements: Iterable[str],
    competitors: Iterable[str],
    is_tested: bool = False,
) -> Scorecard:
    """The default weights with the bands of the profile the won deals draw; under five won deals they stay open.

    They stay open, too, with ``is_tested``, where there are enough deals and chance draws as sharp a profile: bands
    read off noise would be no better than none.
    """
    by_name = {a.name: a for a in accounts}
    closed = [d for d in deals if d.outcome != Outcome.OPEN and d.account in by_name]
    won = [by_name[d.account] for d in closed if d.outcome == Outcome.WON]
    tech = Tech(required=tuple(complements), competitors=tuple(competitors))
    if len(won) < MIN_WON:
        return Scorecard(
            origin=f"default weights; bands are open: {len(won)} won deals, {MIN_WON} needed to read them off",
            tech=tech,
        )
    deals_once = closed_deals(accounts, closed)
    if is_tested and _is_by_chance(deals_once):
        said = f"{deals_once.n_won} won and {deals_once.n_lost} lost deals draw no profile that chance does not"
        return Scorecard(origin=f"default weights; bands are open: {said}", tech=tech)
    profile = draw_profile(deals_once.accounts, deals_once.won)
    countries = Column("country", tuple(a.country for a in won if a.country))
    low, high = (profile.low, profile.high) if profile.size == "employees" else (None, None)
    return Scorecard(
        origin=f"default weights; bands read off {len(won)} won of {len(closed)} closed deals, for a person to edit",
        industry=Industry(fitting=profile.industries),
        size=Size(low=_rounded(low, down=True), high=_rounded(high, down=False)),
        tech=tech,
        geography=Geography(supported=tuple(c for c in countries.values if countries.having(c).sum() >= 2)),
    )


def _is_by_chance(deals: ClosedDeals) -> bool:
    if min(deals.n_won, deals.n_lost) < ENOUGH:
        return False
    return chance_of_profile(deals.accounts, deals.won) > LEVEL


def _rounded(edge: float | None, down: bool) -> int | None:
    """To two figures, outwards."""
    if edge is None:
        return None
    unit = int(10 ** max(len(str(int(edge))) - 2, 0))
    return int(edge) // unit * unit if down else -(-int(edge) // unit) * unit


# ------------------------------------------------------------------------------------------------------------- as data


def read_scorecard(content: Any, what: str) -> Scorecard:
    """A card from plain data, with all that is left out as by default. Raises StudyError that begins with ``what``
    ("scorecard.yaml is not a valid scorecard") and says each fault in a sentence."""
    try:
        return Scorecard.model_validate({} if content is None else content)
    except ValidationError as error:
        raise StudyError(f"{what}: {fault_sentences(error, content, SHAPES)}") from error


def card_content(card: Scorecard) -> dict[str, Any]:
    """The card as plain JSON data, as the file has it."""
    content = card.model_dump(by_alias=True, mode="json")
    for name in ("custom", "kill"):
        content[name] = [
            rule.model_dump(by_alias=True, mode="json", exclude_defaults=True) for rule in getattr(card, name)
        ]
    plain: dict[str, Any] = _whole(content)
    return plain


def _whole(value: Any) -> Any:
    """25.0 as 25, as people write it."""
    if isinstance(value, dict):
        return {name: _whole(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_whole(held) for held in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def card_yaml(card: Scorecard) -> str:
    return yaml.safe_dump(card_content(card), sort_keys=False, allow_unicode=True, width=10_000)


def list_yaml(rules: Sequence[Mapping[str, Any]]) -> str:
    """Custom rules or kills of a card's content, a line each; "" for none."""
    return yaml.safe_dump(list(rules), sort_keys=False, allow_unicode=True, width=1000) if rules else ""


def parse_scorecard(text: str, file: str | Path) -> Any:
    """The plain data in a YAML text. Raises StudyError naming the file, the line and the fault."""
    try:
        return yaml.load(text, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f" in line {mark.line + 1}" if mark else ""
        said = error.problem or error.context or "it cannot be read"
        raise StudyError(f"{file} is not a valid scorecard: it is not YAML{line}: {said}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise StudyError(f"{file} is not a valid scorecard: it is not YAML.") from error


@cache
def _loader() -> type[yaml.SafeLoader]:
    """Reads NO as the text it is (YAML 1.1 makes it "false"), and takes no field twice."""

    class Loader(yaml.SafeLoader):
        pass

    def construct(loader: yaml.SafeLoader, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [loader.construct_object(key, deep=True) for key, _ in node.value]
        for place, (key, _) in enumerate(node.value):
            if (name := names[place]) in names[:place]:
                raise yaml.constructor.ConstructorError(None, None, f"the field {name!r} stands twice", key.start_mark)
        return yaml.SafeLoader.construct_mapping(loader, node, deep)

    Loader.yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in some if tag != "tag:yaml.org,2002:bool"]
        for letter, some in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false|True|False|TRUE|FALSE"), [*"tTfF"])
    Loader.construct_mapping = construct  # type: ignore[method-assign, assignment]
    return Loader


def load_scorecard(path: Path) -> Scorecard | None:
    """The scorecard in a file, None when there is none. Raises StudyError naming the file and the fault."""
    text = read_text(path)
    return None if text is None else read_scorecard(parse_scorecard(text, path), f"{path} is not a valid scorecard")


def read_text(path: Path) -> str | None:
    """The text of a scorecard's file, None when there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} is not a valid scorecard: it cannot be read as text ({error}).") from error


def write_scorecard(path: Path, card: Scorecard, head: str = "") -> None:
    """Writes the file whole or not at all; ``head`` are lines of comment before it."""
    write_whole(path, head + card_yaml(card))
