"""What to do next about a draft: whom to interview and what to ask, and whom the deals say to leave alone."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analyzer.icp.anti import KillCandidate, too_few_to_leave
from analyzer.icp.coverage import Coverage, Gap, Heard, coverage_lines
from analyzer.printing import counted
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.frame import sentences
from analyzer.views.markup import bullets, own, table, tag, words


def draw_guide(study: Study) -> None:
    """The interview guide, folded away, and as a file."""
    with st.expander("What to ask next"):
        coverage = state.computed(study, "coverage", study.coverage)
        st.html(_gaps(coverage.gaps))
        st.download_button(
            "Download the interview guide (Markdown)",
            study.interview_guide,
            file_name="interview-guide.md",
            mime="text/markdown",
            key="profile_guide",
            on_click="ignore",
        )
        if coverage.saturation:
            st.html(f'<h2 class="part">What each interview added</h2>{_saturation(coverage)}')


def _gaps(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return "<p>Everybody who matters was heard about everything; ask for the last time it came up.</p>"
    asked = [
        f"<b>{own(gap.what[:1].upper() + gap.what[1:])}</b>{bullets(map(own, gap.ask), 'questions')}" for gap in gaps
    ]
    how = "Ask for the last time it happened, not for opinions; let silence work; sell nothing."
    return f'{bullets(asked)}<p class="soft">{words(how)}</p>'


def _saturation(coverage: Coverage) -> str:
    said = "".join(
        f'<p class="soft">{words(line.statement)}</p>' for line in coverage_lines(Coverage(coverage.saturation, ()))
    )
    columns = {"on": "Date", "document": "Interview", "new": "New themes"}
    return said + table(columns, [_heard(one) for one in coverage.saturation], "What each interview added")


def _heard(one: Heard) -> dict[str, str]:
    day = str(one.said_on) if one.said_on else "no date"
    return {
        "on": f'<span class="nowrap">{words(day)}</span>',
        "document": own(one.document),
        "new": f'<span class="num">{one.new_themes}</span>',
    }


# ----------------------------------------------------------------------------------------------------- the kill list


def draw_candidates(study: Study) -> None:
    """Whom the deals speak against, each with a way to put it on the kill list; nothing is on it by itself."""
    found = state.computed(study, "kill candidates", study.kill_candidates)
    with st.expander(f"Whom to leave alone: {counted(len(found), 'candidate')} for the kill list"):
        st.html(
            '<p class="soft">Accounts on the kill list are out, whatever they score. The deals propose, you decide; '
            "the scorecard on the Accounts page takes it back.</p>"
        )
        if not found:
            lift = state.computed(study, "lift", study.lift)
            none = "No industry, country or other value is shown to lose, and of none did most customers leave again."
            st.html(f"<p>{words(too_few_to_leave(lift) or none)}</p>")
            return
        version = study.scorecard().version
        for number, candidate in enumerate(found):
            with sentences():
                _draw_candidate(study, candidate, f"{number}_{version}")


def _draw_candidate(study: Study, candidate: KillCandidate, key: str) -> None:
    say, ask = st.columns([7, 3], vertical_alignment="center")
    sure = tag("shown by the deals", "bad") if candidate.is_shown else tag("bought and left, worth a thought", "warn")
    say.html(
        f"<b>{own(candidate.attribute)}: {own(candidate.value)}</b> {sure}"
        f'<br><span class="soft">{own(candidate.reason)}</span>'
    )
    with ask.popover("Yes, leave them alone", width="stretch"), st.form(f"profile_kill_form_{key}", border=False):
        author = st.text_input("Your name", study.settings.author, key=f"profile_kill_author_{key}")
        reason = st.text_input("Why", candidate.reason, key=f"profile_kill_reason_{key}")
        if not st.form_submit_button("Put on the kill list", key=f"profile_kill_{key}", width="stretch"):
            return
    version = study.kill(candidate, author, reason)
    state.memory().notice = f"{candidate.attribute} {candidate.value} is out: the scorecard is version {version} now."
    st.rerun()
