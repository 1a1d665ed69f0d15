"""Accounts: how well each fits and whether it is live; one of them as the seller's brief."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from analyzer.extraction.codebook import Codebook
from analyzer.icp.brief import (
    SHOWN,
    is_live,
    name_day,
    rank_objections,
    rank_pains,
    render_brief,
    say_fit,
    say_sources,
)
from analyzer.icp.questions import is_asked, next_questions
from analyzer.icp.standing import Standing, standings_of
from analyzer.printing import showable, to_csv
from analyzer.records import Account, AccountReading, AttributeScore, Finding, Kind, Member, Mention, Signal
from analyzer.scoring.score import is_nothing_known, spell_score
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.account_facts import draw_account_facts
from analyzer.views.frame import SOURCES, open_page, sentences
from analyzer.views.markup import bar, bullets, name_of, own, quotation, said_by, table, tag, words
from analyzer.views.scorecard import draw_scorecard
from analyzer.views.timeline import draw_timeline

PEOPLE = 6
TIERS = {"1": "tier 1", "2": "tier 2", "none": "tier: none", "unknown": "tier: unknown"}


def draw(study: Study) -> None:
    asked, filters, only = st.columns([2, 4, 2], vertical_alignment="bottom")
    day = asked.date_input("As of", date.today(), key="accounts_as_of", help="Signals fade from the day they happened.")
    readings = study.account_readings(day if isinstance(day, date) else None)
    if not readings:
        st.info("No account is known yet. First add interviews, or a table of accounts and deals, on the Sources page.")
        st.page_link(SOURCES, label="Go to Sources", icon=":material/upload_file:")
        return
    text = filters.text_input("Name contains", key="accounts_text").casefold().strip()
    live_only = only.toggle("Only live accounts", key="accounts_live")
    shown = [r for r in readings if text in r.account.name.casefold() and (is_live(r) or not live_only)]
    st.html(f'<p class="soft">{len(shown)} of {len(readings)} accounts, best first. Pick a row, or a name below.</p>')
    if not shown:
        st.info("No account is like that. Take a filter back.")
        return
    as_of = day if isinstance(day, date) else date.today()
    standings = standings_of(study.store.deals(), study.document_heads(), as_of)
    _draw_list(shown, standings)
    reading = _chosen(shown)
    with sentences():
        _draw_brief(study, reading, standings.get(reading.account.name, Standing()), as_of)
    with sentences():
        draw_scorecard(study)


# --------------------------------------------------------------------------------------------------------------- list


def _draw_list(readings: Sequence[AccountReading], standings: Mapping[str, Standing]) -> None:
    rows: list[dict[str, str | float | None]] = [
        {
            "account": showable(r.account.name),
            "deal": showable(standings.get(r.account.name, Standing()).short),
            "score": None if is_nothing_known(r.score) else r.score.score,
            "range": f"{r.score.low:.0f}-{r.score.high:.0f}",
            "tier": "disqualified" if r.score.disqualified_by else TIERS.get(r.score.tier, r.score.tier),
            "live": "● live" if is_live(r) else "",
            "signals": len(r.signals),
            "heard": f"{len(r.findings)} findings" if r.heard else "nothing heard",
            "industry": showable(r.account.industry) or "unknown",
            "employees": str(r.account.employees) if r.account.employees is not None else "unknown",
            "country": showable(r.account.country) or "unknown",
        }
        for r in readings
    ]
    names = tuple(r.account.name for r in readings)
    st.dataframe(
        rows,
        key="accounts_list",
        height=290,
        hide_index=True,
        selection_mode="single-row",
        on_select=lambda: _pick(names),
        column_config={
            "account": st.column_config.TextColumn("Account", width="medium"),
            "deal": st.column_config.TextColumn("Deal", width="medium", help="What the account is to us, by its deals"),
            "score": st.column_config.ProgressColumn("Score", min_value=0, max_value=100, format="%.0f"),
            "range": st.column_config.TextColumn("Range", help="Where the score could lie, given what is not known"),
            "tier": "Tier",
            "live": "Live",
            "signals": st.column_config.NumberColumn("Signals"),
            "heard": "Heard",
            "industry": "Industry",
            "employees": "Employees",
            "country": "Country",
        },
    )
    _draw_list_download(rows)


def _draw_list_download(rows: Sequence[dict[str, str | float | None]]) -> None:
    st.download_button(
        "Download this list (CSV)",
        to_csv(rows, list(rows[0])),
        file_name="accounts.csv",
        mime="text/csv",
        key="accounts_list_download",
        on_click="ignore",
    )


def _pick(names: Sequence[str]) -> None:
    row = state.picked_row("accounts_list")
    if row is not None and row < len(names):
        state.open_account(names[row])


def _chosen(readings: Sequence[AccountReading]) -> AccountReading:
    """The account of the selectbox, which follows the row picked above and the address."""
    by_name = {r.account.name: r for r in readings}
    names = list(by_name)
    opened = state.opened_account()
    name = st.selectbox(
        "Account",
        names,
        format_func=showable,
        index=names.index(opened) if opened in by_name else 0,
        key=f"accounts_account_{opened}",
    )
    return by_name.get(name, readings[0])


# -------------------------------------------------------------------------------------------------------------- brief


def _draw_brief(study: Study, reading: AccountReading, standing: Standing, as_of: date) -> None:
    product = study.product.name
    _draw_head(reading, standing, as_of)
    now, fit = st.columns([7, 5], gap="large")
    with now:
        st.html('<h2 class="part">Why now</h2>')
        _draw_signals(reading.signals, as_of, study.codebook)
        st.html('<h2 class="part">What to say, in their words</h2>')
        st.html("".join(map(_quote, rank_pains(reading)[:SHOWN])) or '<p class="soft">No pain was heard.</p>')
        objections = rank_objections(reading)[:SHOWN]
        if objections:
            st.html(f'<h2 class="part">What they may hold against it</h2>{"".join(_quote(f) for f in objections)}')
        asks = [f'{words(q.ask)} <span class="soft">{own(q.because)}</span>' for q in next_questions(reading)]
        if asks:
            st.html(f'<h2 class="part">What to ask next</h2>{bullets(asks)}')
    with fit:
        st.html('<h2 class="part">Fit, and why</h2>')
        st.html(_attributes(reading))
        st.html('<h2 class="part">Whom to call</h2>')
        st.html(_committee(reading))
    draw_account_facts(study, reading.account.name)
    st.download_button(
        "Download this brief (Markdown)",
        render_brief(reading, product, as_of, study.account_facts(reading.account.name), standing),
        file_name="account-brief.md",
        mime="text/markdown",
        key="accounts_download",
        on_click="ignore",
    )


def _draw_head(reading: AccountReading, standing: Standing, as_of: date) -> None:
    score, account = reading.score, reading.account
    known = "not live" if reading.heard or reading.signals else "nothing heard yet"
    live = tag("LIVE", "live") if is_live(reading) else tag(known)
    spread = f"between {score.low:.0f} and {score.high:.0f} of 100" if score.high > score.low else "all of it known"
    killed = f" {tag('disqualified: ' + score.disqualified_by, 'bad')}" if score.disqualified_by else ""
    facts = [
        account.industry or "industry unknown",
        f"{account.employees:,} employees" if account.employees is not None else "size unknown",
        account.country or "country unknown",
        ", ".join(account.tools[:5]) or "tools unknown",
    ]
    number = spell_score(score)
    disagreements = "".join(f" {tag('sources disagree', 'warn')}{own(one)}." for one in standing.disagreements)
    st.html(
        f'<div class="score"><b>{number}</b>{bar(score.low, score.low, score.high, 100)}'
        f"<span><strong>{own(account.name)}</strong> {live}{tag(TIERS.get(score.tier, score.tier))}{killed}"
        f'<br><span class="soft">{say_fit(score)}, {spread} · {own(" · ".join(facts))} · on {as_of}</span>'
        "</span></div>"
        f'<p class="standing">{own(standing.sentence)}.{disagreements}</p>'
    )


def _attributes(reading: AccountReading) -> str:
    rows = [_attribute_row(reading.account, a) for a in reading.score.attributes]
    return table({"name": "Attribute", "bar": "", "points": "Points", "reason": "Because"}, rows, "Score by attribute")


def _attribute_row(account: Account, attribute: AttributeScore) -> dict[str, str]:
    """What is not known of the account is marked so; where the scorecard names no band, that is what is open."""
    unknown = attribute.high > attribute.low
    look = tag("unknown", "unknown") if is_asked(account, attribute) else tag("scorecard open", "unknown")
    points = f"{attribute.low:g}-{attribute.high:g}" if unknown else f"{attribute.points:g}"
    return {
        "name": f'<span class="nowrap">{words(name_of(attribute.name))}</span>',
        "bar": bar(attribute.low if unknown else attribute.points, attribute.low, attribute.high, attribute.max),
        "points": f'<span class="nowrap">{points} of {attribute.max:g}</span>',
        "reason": (look if unknown else "") + words(attribute.reason),
    }


# ------------------------------------------------------------------------------------------------------------ signals


def _draw_signals(signals: Sequence[Signal], as_of: date, codebook: Codebook) -> None:
    if not signals:
        st.html('<p class="soft">No trigger was heard.</p>')
        return
    if any(s.dated_on for s in signals):
        draw_timeline([s for s in signals if s.dated_on], as_of, codebook)
    told = [s for s in signals if not s.against]
    shown, rest = ("".join(_signal(s, codebook) for s in part) for part in (told[:SHOWN], told[SHOWN:]))
    more = f'<details class="more"><summary>{len(told) - SHOWN} more</summary>{rest}</details>' if rest else ""
    st.html(shown + more or '<p class="soft">No trigger was heard.</p>')
    against = "".join(_signal(s, codebook) for s in signals if s.against)
    if against:
        st.html(f'<h2 class="part">Careful</h2>{against}')


def _signal(signal: Signal, codebook: Codebook) -> str:
    label = codebook.label(Kind.TRIGGER, signal.category)
    look = tag("live", "live") if signal.is_live else tag("faded" if signal.counts else "does not count")
    look = tag(signal.against, "bad") if signal.against else look
    facts = [_dated(signal), f"{signal.strength:.0%} still counts" if signal.counts else "", say_sources(signal)]
    head = f'<div>{tag(label, "kind")}{look}<span class="soft">{words("; ".join(filter(None, facts)))}</span></div>'
    notes = "".join(f"<div>{tag('may be a ghost', 'warn')} {words(warning)}</div>" for warning in signal.warnings)
    counted = f"<div>{words(signal.summary)}</div>" if signal.summary else ""
    return head + notes + counted + "".join(_source(source) for source in signal.sources[:SHOWN])


def _dated(signal: Signal) -> str:
    """When it happened, as exactly as is known, and when it was first told."""
    if signal.dated_on is None:
        return "no date"
    ago = _ago(signal.age_days or 0)
    if signal.dated_by != "event":
        return f"{signal.dated_on}, {ago}, when it was said"
    told = f", told {signal.mentioned_on}" if signal.mentioned_on not in (None, signal.dated_on) else ""
    return f"{name_day(signal.dated_on, signal.precision)}, {ago}{told}"


def _source(source: Mention) -> str:
    """The words of a finding with the way to them; of an imported event or a posting what it says, and where."""
    if source.finding:
        return _quote(source.finding)
    return f'<div>{own(source.words)} <span class="soft">{own(source.where)}</span></div>'


def _ago(days: int) -> str:
    return "today" if days == 0 else f"{days} days ago" if days > 0 else f"in {-days} days"


def _quote(finding: Finding) -> str:
    return quotation(finding.quote, said_by(finding.speaker, finding.title, "", finding.said_on), finding.id)


# ---------------------------------------------------------------------------------------------------------- committee


def _committee(reading: AccountReading) -> str:
    committee = reading.committee
    known = [*(_member(m) for m in committee.members), *(_member(m) for m in committee.others)]
    if not known and not committee.gaps:
        return '<p class="soft">Nobody was heard.</p>'
    more = bullets(known[PEOPLE:])
    rest = f'<details class="more"><summary>{len(known) - PEOPLE} more</summary>{more}</details>'
    rest = rest if known[PEOPLE:] else ""
    gaps = [f"{tag('gap', 'warn')}{words(gap)}" for gap in committee.gaps]
    return bullets(known[:PEOPLE]) + rest + (bullets(gaps) if gaps else "")


def _member(member: Member) -> str:
    """Who it is, with roles (those presumed marked), stance, influence, and the words that show it."""
    name = f"<b>{own(member.person)}</b>{' · ' + own(member.title) if member.title else ''} "
    roles = "".join(tag(name_of(role), "kind") for role in member.roles)
    roles += "".join(tag(f"presumed: {name_of(role)}", "warn") for role in member.presumed_roles)
    roles += tag("no part told") if not member.parts else ""
    stance, influence = member.stance, member.influence
    leaning = {"for": tag("for", "live"), "against": tag("against", "bad")}.get(stance.value, "")
    facts = [stance.reason or "stance unknown", f"influence {influence.level}", influence.reason]
    shown = dict.fromkeys((*member.findings[:1], *stance.findings[: 2 if stance.is_mixed else 1]))
    said = f'{roles}{leaning}<span class="soft">{own("; ".join(filter(None, facts)))}</span>'
    return name + said + "".join(map(_quote, shown))


if __name__ == "__main__":
    with open_page("Accounts", "Is it live, does it fit, whom to call, what to say.") as opened:
        draw(opened)
