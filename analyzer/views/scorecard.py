"""The scorecard on the Accounts page: what it asks, a form that changes it, what a change would move, its versions."""

from __future__ import annotations

from typing import Any

import streamlit as st

from analyzer.errors import AnalyzerError
from analyzer.scoring.card_edits import changes_between, spell_rule
from analyzer.scoring.card_origin import tell_outdated
from analyzer.scoring.card_preview import NAMES
from analyzer.scoring.card_versions import CardVersion
from analyzer.scoring.scorecard import Scorecard, card_content, list_yaml, parse_scorecard, read_scorecard
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.frame import sentences
from analyzer.views.markup import bullets, own, plain, table, tag, words

_WEIGHTS = (
    ("industry", "points", "Industry fits"),
    ("industry", "adjacent_points", "Industry adjacent"),
    ("size", "points", "Size in band"),
    ("size", "near_points", "Size near"),
    ("tech", "points", "Tool fits"),
    ("tech", "competitor_points", "Competitor's tool"),
    ("tech", "neither_points", "Neither tool"),
    ("geography", "points", "Country supported"),
    ("geography", "adjacent_points", "Country adjacent"),
    ("trigger", "points", "Trigger clear"),
    ("trigger", "weak_points", "Trigger weak"),
)
_LISTS = (
    ("industry", "in", "Industries that fit"),
    ("industry", "adjacent", "Adjacent industries (empty: by the table of families)"),
    ("tech", "required", "Tools that fit"),
    ("tech", "competitors", "Competitors' tools"),
    ("geography", "supported", "Countries and regions supported"),
    ("geography", "adjacent", "Adjacent countries (empty: by the table of regions)"),
)
_KILL_HELP = """One entry each:

    - {attribute: industry, values: [Casino], reason: not served}
    - {column: Sites, high: 1, reason: too small}
    - {finding: objection/budget, reason: has no budget}"""
_CUSTOM_HELP = """One rule each, on a column, tool, region, finding or trigger:

    - {name: Sites, points: 10, column: Sites, low: 2, high: 10, tolerance: 0.5}
    - {name: Source, points: 5, column: Lead Source, in: [Referral]}
    - {name: ERP, points: 5, tool: [SAP, Infor]}
    - {name: Manual work, points: 10, finding: pain/manual_work}"""


def draw_scorecard(study: Study) -> None:
    """The card as it stands, folded away until someone opens it."""
    card = study.scorecard()
    kept = study.scorecard_versions()
    for news in study.scorecard_news:
        st.info(plain(news))
    study.scorecard_news.clear()
    with st.expander(f"Scorecard, {_title(kept)}"):
        _draw_card(study, card)
        # A form begins anew with each version.
        _draw_form(study, card, len(kept))
        if kept:
            _draw_versions(study, kept)


def _title(kept: tuple[CardVersion, ...]) -> str:
    return plain(f"version {kept[-1].version} ({kept[-1].author}): {kept[-1].reason}") if kept else "not kept yet"


def _draw_card(study: Study, card: Scorecard) -> None:
    rows = [
        {"rule": words(name), "points": f"{rule.points:g}", "what": own(spell_rule(rule))}
        for name, rule in card.rules.items()
    ]
    st.html(table({"rule": "Rule", "points": "Points", "what": "What earns them"}, rows, "Rules of the scorecard"))
    kills = [f"{tag('out', 'bad')} {own(spell_rule(kill))}" for kill in card.kill]
    outdated = tell_outdated(card, study.store.accounts(), study.store.deals())
    told = (*study.doubt_scorecard(card), *([outdated] if outdated else []))
    doubts = [f"{tag('note', 'warn')} {own(doubt)}" for doubt in told]
    tiers = f"Tier 1 from {card.tiers.first:g}, tier 2 from {card.tiers.second:g} of 100 points."
    flags = [f"No points for the tech stack, as red flags of product.yaml: {', '.join(card.red_flags)}."]
    lines = [words(tiers), own(f"Where it comes from: {card.origin}."), *map(own, flags if card.red_flags else ())]
    st.html(bullets([*lines, *kills, *doubts]))


# --------------------------------------------------------------------------------------------------------------- form


def _draw_form(study: Study, card: Scorecard, number: int) -> None:
    content = card_content(card)
    with st.form(f"scorecard_form_{number}", border=True):
        st.html('<h2 class="part">Change it</h2><p class="soft">First what each rule gives, in points.</p>')
        edited = _draw_fields(content, number)
        by, why = st.columns([2, 5])
        author = by.text_input("Your name", study.settings.author, key=f"scorecard_author_{number}")
        reason = why.text_input("Why it is changed", key=f"scorecard_reason_{number}")
        show, keep, _ = st.columns([2, 2, 4])
        previewed = show.form_submit_button("Preview", key=f"scorecard_preview_{number}", width="stretch")
        saved = keep.form_submit_button("Save as a new version", key=f"scorecard_save_{number}", width="stretch")
    if not (previewed or saved):
        return
    with sentences():
        changed = read_scorecard(_read_lists(edited), "This is not a valid scorecard")
        if previewed:
            _draw_preview(study, card, changed)
        elif study.change_scorecard(changed, author, reason) is None:
            st.info("Nothing was changed.")
        else:
            state.memory().notice = f"The scorecard is version {number + 1 if number else 2} now."
            st.rerun()


def _draw_fields(content: dict[str, Any], number: int) -> dict[str, Any]:
    """The form's fields; what they hold, as a card's content with kills and custom rules still as text."""
    edited: dict[str, Any] = {name: dict(held) if isinstance(held, dict) else held for name, held in content.items()}
    for places, (rule, field, label) in zip(_grid(len(_WEIGHTS), 6), _WEIGHTS, strict=True):
        edited[rule][field] = places.number_input(
            label,
            0.0,
            value=float(content[rule][field]),
            step=1.0,
            format="%g",
            key=f"scorecard_{rule}_{field}_{number}",
        )
    numbers = (
        ("size", "low", "Employees from"),
        ("size", "high", "Employees up to"),
        ("size", "tolerance", "Tolerance (share)"),
        ("tiers", "first", "Tier 1 from"),
        ("tiers", "second", "Tier 2 from"),
    )
    for place, (rule, field, label) in zip(_grid(len(numbers), 6), numbers, strict=True):
        value = content[rule][field]
        said = place.text_input(label, "" if value is None else str(value), key=f"scorecard_{rule}_{field}_{number}")
        edited[rule][field] = said.strip() or None
    for place, (rule, field, label) in zip(_grid(len(_LISTS), 3), _LISTS, strict=True):
        said = place.text_area(
            label, "\n".join(content[rule][field]), key=f"scorecard_{rule}_{field}_{number}", help="One a line."
        )
        edited[rule][field] = [line.strip() for line in said.splitlines() if line.strip()]
    texts = (("kill", "Kill list", _KILL_HELP), ("custom", "Rules of your own", _CUSTOM_HELP))
    for place, (name, label, explained) in zip(st.columns(2), texts, strict=True):
        edited[name] = place.text_area(
            label, list_yaml(content[name]), key=f"scorecard_{name}_{number}", help=explained
        )
    return edited


def _grid(count: int, width: int) -> list[Any]:
    """So many places in rows of ``width``."""
    rows = [st.columns(width) for _ in range(-(-count // width))]
    return [place for row in rows for place in row][:count]


def _read_lists(edited: dict[str, Any]) -> dict[str, Any]:
    """Raises StudyError for kills or rules that are no YAML."""
    return {**edited, **{name: parse_scorecard(edited[name], name) for name in ("kill", "custom")}}


def _draw_preview(study: Study, card: Scorecard, changed: Scorecard) -> None:
    changes = changes_between(card, changed)
    if not changes:
        st.info("Nothing was changed.")
        return
    preview = study.preview_scorecard(changed)
    st.info(plain(f"{preview.summary} Nothing is saved yet."), icon=":material/preview:")
    moves = [
        f"{own(m.account)}: {words(NAMES[m.tier])} ({m.score:.0f}) → {words(NAMES[m.new_tier])} ({m.new_score:.0f})"
        for m in preview.moved
    ]
    st.html(bullets([*(own(str(change)) for change in changes), *moves], "soft"))


# ----------------------------------------------------------------------------------------------------------- versions


def _draw_versions(study: Study, kept: tuple[CardVersion, ...]) -> None:
    st.html('<h2 class="part">Versions</h2>')
    rows = [
        {
            "version": tag(str(v.version)),
            "made": f'<span class="nowrap">{words(v.made_at[:16].replace("T", " "))}</span>',
            "author": own(v.author),
            "reason": own(v.reason),
            "changes": own("; ".join(map(str, v.changes))),
        }
        for v in reversed(kept)
    ]
    columns = {"version": "Version", "made": "Made", "author": "By", "reason": "Why", "changes": "What changed"}
    st.html(table(columns, rows, "Versions of the scorecard"))
    if len(kept) == 1:
        return
    number = len(kept)
    with st.form(f"scorecard_undo_form_{number}", border=False):
        to, by, why, press = st.columns([2, 2, 4, 2], vertical_alignment="bottom")
        version = to.selectbox(
            "Bring back version", [v.version for v in reversed(kept[:-1])], key=f"scorecard_to_{number}"
        )
        author = by.text_input("Your name", study.settings.author, key=f"scorecard_undo_author_{number}")
        reason = why.text_input("Why it is taken back (may stay empty)", key=f"scorecard_undo_reason_{number}")
        if not press.form_submit_button("Take back", key=f"scorecard_undo_{number}", width="stretch"):
            return
    try:
        made = study.undo_scorecard(author, reason, version)
    except AnalyzerError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    state.memory().notice = f"The scorecard is version {made.version} now; it says what version {version} said."
    st.rerun()
