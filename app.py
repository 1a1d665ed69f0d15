"""Which pages there are. ``icp app`` starts it; each page is a file under analyzer/views."""

from pathlib import Path

import streamlit as st

import analyzer.views

VIEWS = Path(analyzer.views.__file__).parent

st.set_page_config(page_title="ICP analyzer", page_icon=str(VIEWS / "icon.svg"), layout="wide")
st.navigation(
    [
        st.Page(VIEWS / "sources.py", title="Sources", icon=":material/upload_file:", default=True),
        st.Page(VIEWS / "findings.py", title="Findings", icon=":material/format_quote:"),
        st.Page(VIEWS / "accounts.py", title="Accounts", icon=":material/domain:"),
        st.Page(VIEWS / "numbers.py", title="Numbers", icon=":material/bar_chart:"),
        st.Page(VIEWS / "profile.py", title="ICP", icon=":material/target:", url_path="icp"),
    ],
    position="top",
).run()
