"""The app in a real Chromium, started as a user starts it (``icp app``): the whole way from files to a downloaded
draft, and hostile words that stay words."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from test_app_numbers import two_kinds

from analyzer import views
from analyzer.printing import showable
from analyzer.reading.documents import ReadOptions
from analyzer.records import Claim, Document, Finding, Kind, Maker, Reason, RejectedClaim, Side
from analyzer.resources import find_resource
from analyzer.study import Study

pytestmark = pytest.mark.browser
LONG = 300_000  # milliseconds; a machine may be slow, no test is about speed
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's browser; without one a developer is told why the test is skipped, and CI fails."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("CI must have chromium on PATH: the app is not tested without it")
    if found is None:
        pytest.skip("no chromium on PATH: install it to test the app in a browser")
    return found


@contextmanager
def serve(study: Path) -> Iterator[str]:
    """The app on a free port, until the test ends; its log beside the study."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from analyzer.cli import main; main()"]
    log = study.parent / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--study", str(study), "app", "--port", str(port)],
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


def _wait_until_healthy(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(LONG // 1000 * 4):
        assert server.poll() is None, f"the server ended: {log.read_text()}"
        try:
            with urllib.request.urlopen(address) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.25)
    pytest.fail(f"the server never answered: {log.read_text()}")


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.set_default_timeout(LONG)
        expect.set_options(timeout=LONG)
        yield opened
        browser.close()


def go_to(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()


def test_from_dropped_files_to_a_downloaded_draft_in_which_every_quote_opens(page: Page, tmp_path: Path) -> None:
    corpus = find_resource("corpora/demo")
    files = [
        corpus / "interviews" / "2026-03-04 Northwall Cold win interview.vtt",
        corpus / "interviews" / "Hallbrunn Logistik_lost_2026-04-09_otter_ai.txt",
        corpus / "notes" / "cascara call 2 jun.md",
    ]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    folder = tmp_path / "study"
    with serve(folder) as address:
        page.goto(address)
        expect(page.get_by_text("This study is empty.")).to_be_visible()

        page.locator(".st-key-sources_files input[type=file]").set_input_files(files)
        expect(page.get_by_text("3 added.")).to_be_visible()
        documents = page.get_by_role("region", name="Documents of this study")
        for file in files:
            expect(documents.get_by_role("cell", name=file.name, exact=True)).to_be_visible()
        page.locator(".st-key-sources_accounts input[type=file]").set_input_files(corpus / "accounts.csv")
        expect(page.get_by_text("deals imported.")).to_be_visible()

        page.get_by_role("radiogroup", name="Extractor").get_by_text("offline", exact=True).click()
        page.get_by_role("button", name="Extract", exact=True).click()
        expect(page.get_by_text("3 documents read with the offline extractor")).to_be_visible()
        study = Study(folder)

        go_to(page, "Findings")
        spoken = [f for f in study.findings() if f.speaker == "Deb Kowalczyk"]
        first, finding, *_ = sorted(spoken, key=lambda f: -f.confidence)
        document = study.find_document(finding.document_id)
        page.get_by_label("Text contains").fill("deb kowalczyk")
        page.get_by_label("Text contains").press("Enter")
        expect(page.locator(f".st-key-findings_row_opened_{first.id}")).to_be_visible()
        page.locator(f".st-key-findings_open_{finding.id}").get_by_role("button").click()
        expect(page.locator(f".st-key-findings_row_opened_{finding.id}")).to_be_visible()
        transcript = page.get_by_role("region", name=f"Transcript of {document.name}")
        lit = transcript.locator("mark")
        expect(lit).to_have_text(finding.quote)
        expect(lit).to_be_in_viewport()
        assert lit.text_content() == finding.quote == document.text[finding.start : finding.end]
        assert transcript.locator(".turn").count() == len(document.turns)

        go_to(page, "ICP")
        draft = study.draft()
        line = next(li for s in draft["sections"] if s["key"] == "pains" for li in s["lines"] if li["evidence"])
        cited = draft["evidence"][line["evidence"][0]]
        folded = page.get_by_role("group").filter(has_text=line["statement"])
        folded.locator("summary").click()
        expect(folded.locator("blockquote", has_text=cited["quote"]).first).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download Markdown").click()
        markdown = download.value.path().read_text(encoding="utf-8")
        assert markdown.startswith("# Ideal Customer Profile")
        assert all(f"**{finding_id}**" in markdown for finding_id in draft["evidence"])

        folded.get_by_role("link", name="open in Findings").first.click()
        cited_words = page.locator(".transcript mark")
        expect(cited_words).to_have_text(cited["quote"])
        expect(cited_words).to_be_in_viewport()
        study.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


HOSTILE = (
    "we key it <script>window.pwned=1;alert(1)</script><img src=x onerror=alert(2)> [press here](javascript:alert(3)) "
    "**twice** \u202eelpmis\u202c :material/home: $x^2$ </mark></div><h1>gone</h1>"
)


def test_hostile_words_of_a_document_are_shown_as_plain_words_and_run_nothing(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    finding = _hostile_study(folder)
    dialogs: list[str] = []

    def close(dialog: object) -> None:
        dialogs.append(dialog.message)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", close)
    with serve(folder) as address:
        page.goto(f"{address}/findings?finding={finding.id}")
        lit = page.locator(".transcript mark")
        expect(lit).to_be_in_viewport()
        expect(lit).to_have_text(showable(finding.quote))
        assert lit.text_content() == showable(finding.quote)
        assert "\ufffd" in showable(finding.quote)
        page.get_by_role("tab", name="Refused claims").click()
        expect(page.get_by_role("region", name="Refused claims", exact=True)).to_contain_text("<script>window.pwned=1")
        _is_plain(page)

        go_to(page, "Sources")
        expect(page.get_by_role("region", name="Documents of this study")).to_contain_text(
            "<img src=x onerror=alert(4)>"
        )
        expect(page.get_by_role("region", name="Refused files")).to_contain_text("<b>[refused](javascript:alert(5))")
        _is_plain(page)
        go_to(page, "Accounts")
        expect(page.locator(".score")).to_contain_text("<img src=x onerror=alert(6)> **Acme**")
        expect(page.get_by_text("**twice**").first).to_be_visible()
        _is_plain(page)
        go_to(page, "ICP")
        expect(page.locator(".sections")).to_contain_text("<script>window.pwned=1;alert(1)</script>")
        _is_plain(page)
    assert dialogs == []


NUMBERS = {
    "What goes with winning": "Traits and their win rates",
    "Does the scorecard hold": "Win rate by tier",
    "Segments": "Segments of won accounts",
    "Over time": "Quarters",
}


def test_the_numbers_fit_a_desk_and_a_telephone_and_names_in_them_stay_words(page: Page, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)> **x** </table>"
    study = two_kinds(tmp_path / "study", industry=hostile)
    traits = [row.value for row in study.lift().rows]
    study.close()
    assert hostile in traits
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    with serve(study.folder) as address:
        for width in (1280, 400):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{address}/numbers")
            for tab, region in NUMBERS.items():
                page.get_by_role("tab", name=tab).click()
                expect(page.get_by_role("region", name=region)).to_be_visible()
                _fits(page)
            page.get_by_role("tab", name="What goes with winning").click()
            expect(page.get_by_role("region", name="Traits and their win rates")).to_contain_text(hostile)
            _is_plain(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download all traits (CSV)").click()
        rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines()))
        assert [row["value"] for row in rows] == traits

        page.goto(f"{address}/icp")
        page.get_by_text("Whom to leave alone: 1 candidate").click()
        expect(page.get_by_role("button", name="Yes, leave them alone")).to_be_visible()
        _fits(page)
        _is_plain(page)
    assert dialogs == []


def _fits(page: Page) -> None:
    """Nothing stands out of the page to the right; wide tables scroll in a box of their own."""
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0


def _is_plain(page: Page) -> None:
    """Nothing of the hostile text became an element, a link or a running script."""
    assert page.evaluate("window.pwned") is None
    assert page.locator("a[href*='javascript:']").count() == 0
    assert page.locator("img[src='x']").count() == 0
    assert page.get_by_role("heading", name="gone").count() == 0
    assert page.locator("mark strong, blockquote strong, .heard strong").count() == 0


def _hostile_study(folder: Path) -> Finding:
    """A study whose file name, account, speaker, words and claims all try to be more than words."""
    study = Study.create(folder)
    text = f"Ana <b>Ruiz</b>: What hurts?\nJo Park: Well, {HOSTILE} every day.\nAna <b>Ruiz</b>: I see.\n" * 2
    options = ReadOptions(account="<img src=x onerror=alert(6)> **Acme**", said_on=date(2026, 5, 4))
    document = study.add_bytes(text.encode(), "<img src=x onerror=alert(4)> **call**.txt", options).document
    assert document is not None
    study.add_bytes(b"\x00\x01\x02" * 50, "<b>[refused](javascript:alert(5)).bin", ReadOptions())
    pain = _finding(document, Kind.PAIN)
    made = [pain, replace(pain, kind=Kind.TRIGGER, category="incident"), replace(pain, kind=Kind.ROLE, person=HOSTILE)]
    claim = Claim("pain", "manual_work", HOSTILE, HOSTILE)
    refused = RejectedClaim(
        document.id, document.name, claim, Reason.NOT_FOUND, HOSTILE, HOSTILE, Side.CUSTOMER, "", None, pain.maker
    )
    study.store.record_extraction(document.id, pain.maker, made, [refused])
    study.refresh()
    study.close()
    return pain


def _finding(document: Document, kind: Kind) -> Finding:
    start = document.text.index("we key it")
    turn = document.turn_at(start)
    assert turn is not None
    quote = document.text[start : turn.end]
    return Finding(
        document_id=document.id,
        document=document.name,
        kind=kind,
        category="manual_work",
        claim=quote,
        quote=quote,
        start=start,
        end=turn.end,
        speaker=turn.speaker,
        title="",
        side=Side.CUSTOMER,
        account=document.account,
        said_on=document.said_on,
        maker=Maker("offline", "by hand", "", "1"),
    )


PARTED = """() => [...document.querySelectorAll('section')].filter(section => {
  const [first, ...others] = [...section.querySelectorAll('h2, .shared, li')].slice(0, 4).map(
    part => Math.round(part.getBoundingClientRect().left / 100));
  return others.some(place => place !== first);
}).map(section => section.querySelector('h2').textContent)"""


def test_no_heading_of_the_draft_parts_from_what_stands_under_it(page: Page) -> None:
    """Sections of any length before it push a long section to the foot of a column."""
    look = (Path(views.__file__).parent / "look.css").read_text()

    def section(name: str, lines: int) -> str:
        shown = "".join(f"<li>Line {n} of {name}</li>" for n in range(lines))
        heading = f'<h2>{name}</h2><p class="soft shared">said once</p>'
        return f'<section class="long">{heading}<ul class="lines">{shown}</ul></section>'

    for before in range(1, 16):
        sections = section("Before", before) + section("Card", 6) + section("After", 2)
        page.set_content(f'<style>{look}</style><div class="sections">{sections}</div>')
        assert page.evaluate(PARTED) == [], before
