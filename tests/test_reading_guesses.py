"""Kind, account, date, outcome and title, read from names, headers and the words, each with its reason."""

from __future__ import annotations

from datetime import date

import pytest

from analyzer.reading.documents import ReadOptions, read_document
from analyzer.reading.guesses.dates import find_date, find_unclear_date
from analyzer.reading.guesses.naming import find_known, match_account, name_words, outcome_in
from analyzer.records import Document, DocumentKind, Outcome

TALK = "Ben Ash: So what happened at {company}?\n\nDana Ortiz: We at {company} lost the deal in March 2019.\n"
POSTING = """Accounts Payable Clerk
{company}
Columbia, South Carolina
Posted on March 30, 2026

About {short}
{company} has kept schools in paper for over forty years. {short} is a good place.

Responsibilities
- Enter invoices in Sage Intacct
- You will report to the controller

Requirements
- Two years of experience

We offer 25 days paid vacation. {company} is an equal opportunity employer.
"""


def read(text: str, name: str, **options: object) -> Document:
    return read_document(text.encode(), name, ReadOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "account", "said_on", "outcome"),
    [
        ("02-corvane-loss.vtt", "Corvane", None, Outcome.LOST),
        ("03-palisade-nine-win.txt", "Palisade Nine", None, Outcome.WON),
        ("2026-03-04 Northwall Cold win interview.vtt", "Northwall Cold", "2026-03-04", Outcome.WON),
        ("Hallbrunn Logistik_lost_2026-04-09_otter_ai.txt", "Hallbrunn Logistik", "2026-04-09", Outcome.LOST),
        ("Lomond Larder churn call 14 May 2026.txt", "Lomond Larder", "2026-05-14", Outcome.CHURNED),
        ("Tarrant Provisions - Dana Ortiz - 20260414.srt", "Tarrant Provisions", "2026-04-14", None),
        ("GMT20260506-150211_Recording.transcript.vtt", "", "2026-05-06", None),
        ("First Horizon win-loss interview.txt", "First Horizon", None, None),
        ("first call Marsh Lane 03-04-2026.txt", "Marsh Lane", None, None),
        ("chairside-open.txt", "Chairside", None, Outcome.OPEN),
        ("transcript.txt", "", None, None),
        ("11.03.2026 Gespräch Holzer Maschinenbau GmbH.txt", "Holzer Maschinenbau GmbH", "2026-03-11", None),
        ("Entretien client - Marchand SARL - 11 mars 2026.txt", "Marchand SARL", "2026-03-11", None),
        ("A.P. Brandt & Sons Ltd. - lost - 11Mar2026.txt", "A.P. Brandt & Sons Ltd", "2026-03-11", Outcome.LOST),
        ("BA_interview_03_Northwind.txt", "Northwind", None, None),
        ("interviews_batch2_northwind.txt", "Northwind", None, None),
        ("Sales call recording Mar 2026.txt", "", None, None),
        ("Team sync 2026-03-11.txt", "", "2026-03-11", None),
        ("Weekly 1-1 Ben.txt", "", None, None),
        ("Ben Ash Dana Ortiz 30min.txt", "", None, None),
        ("Q3 churn - Acme GmbH & Co. KG.vtt", "Acme GmbH & Co. KG", None, Outcome.CHURNED),
    ],
)
def test_file_names_tell_account_date_and_outcome(
    name: str, account: str, said_on: str | None, outcome: Outcome | None
) -> None:
    document = read(TALK.format(company="the company"), name)
    assert document.account == account
    assert document.said_on == (date.fromisoformat(said_on) if said_on else None)
    assert document.outcome is outcome


def test_every_guess_says_why_and_what_to_do_when_there_is_none() -> None:
    document = read(TALK.format(company="us"), "transcript.txt")
    assert set(document.guesses) == {"kind", "account", "said_on"}
    assert "--account" in document.guesses["account"].reason
    assert "--date" in document.guesses["said_on"].reason
    told = read(TALK.format(company="us"), "x-win.txt", account="Acme", said_on=date(2026, 1, 2), outcome=Outcome.OPEN)
    assert (told.account, told.said_on, told.outcome) == ("Acme", date(2026, 1, 2), Outcome.OPEN)
    assert told.guesses["account"].reason == "you said so"


def test_the_account_is_spelt_as_the_document_or_the_known_accounts_spell_it() -> None:
    assert read(TALK.format(company="ChairsideHQ"), "06-chairsidehq-win.txt").account == "ChairsideHQ"
    assert read(TALK.format(company="Harrow and Lisle"), "harrow-lisle.txt").account == "Harrow and Lisle"
    known = ("Harrow & Lisle", "Corvane Medical", "Haulbright")
    assert read(TALK.format(company="us"), "harrow-lisle.txt", known_accounts=known).account == "Harrow & Lisle"
    assert read(TALK.format(company="us"), "02-corvane-loss.txt", known_accounts=known).account == "Corvane Medical"


def test_a_namesake_is_not_the_known_account() -> None:
    text = POSTING.format(company="Corvane Office Supply, Inc.", short="Corvane")
    document = read(text, "corvane-office-supply-clerk.txt", known_accounts=("Corvane Medical",))
    assert document.account.startswith("Corvane Office Supply")
    assert match_account("Corvane Office Supply", ["Corvane Medical"]) == ""
    assert match_account("General", ["General Freight"]) == "", "a common first word stands for nobody"


def test_a_name_nobody_put_in_the_file_name_is_taken_from_what_is_said_most() -> None:
    text = TALK.format(company="Haulbright") + "\nBen Ash: Is Haulbright like Corvane Medical?\n"
    known = ("Haulbright", "Corvane Medical")
    assert read(text, "recording.txt", known_accounts=known).account == "Haulbright"
    assert read(text, "recording.txt").account == ""


@pytest.mark.parametrize(
    ("lines", "account"),
    [
        ("Commercial Analyst, Revenue\nCorvane Medical | Eau Claire, WI | On-site\n", "Corvane Medical"),
        ("Data Engineer - Funding Data\nPaddock Lending, Melbourne (Cremorne), hybrid\n", "Paddock Lending"),
        ("Harbor Pine Foods\nWMS Business Analyst\nSouth Portland, Maine\n", "Harbor Pine Foods"),
        ("Hiring: RevOps Manager @ Larkspur Dental (remote)\n", "Larkspur Dental"),
    ],
)
def test_postings_name_their_employer_in_the_opening_lines(lines: str, account: str) -> None:
    body = POSTING.format(company=account, short=account.split()[0]).split("\n\n", 1)[1]
    document = read(f"{lines}\n{body}", "posting.txt")
    assert document.kind is DocumentKind.JOB_POSTING
    assert document.account == account


OTHER_POSTINGS = [
    ("Lagerleiter (m/w/d)\nHolzer Maschinenbau GmbH, Kassel\n\nIhre Aufgaben\nSie führen zwölf Leute.\n\nIhr Profil\n"
     "Drei Jahre im Lager.\n\nWir bieten\nEin Fahrrad.\n", "Holzer Maschinenbau GmbH"),
    ("Responsable logistique (H/F)\nLyon, CDI\n\nVos missions : organiser les tournées.\nProfil recherché : cinq ans "
     "d'expérience.\nNous offrons : un treizième mois.\n", ""),
    ("Vacature: planner\n\nWat ga je doen?\nJe plant de ritten.\n\nWat vragen wij?\nErvaring met vrachtwagens.\n\n"
     "Wat bieden wij?\nDertig vakantiedagen.\n", ""),
    ("Class Title: Fleet Supervisor\nBargaining Unit: none\n\nUnder general direction, keeps the trucks going.\n\n"
     "EXAMPLES OF DUTIES\nSchedules repairs.\n\nMINIMUM QUALIFICATIONS\nGraduation from high school.\n", ""),
    ("# Support Lead\n\nNorthwind Foods · Boise, ID · Full-time\n\n### The opportunity\nYou will build the team.\n\n"
     "### You have\n- led a small team\n\n### Benefits\n- snacks\n", "Northwind Foods"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "account"), OTHER_POSTINGS)
def test_postings_of_other_countries_and_of_the_state_are_postings(text: str, account: str) -> None:
    document = read(text, "x.txt")
    assert document.kind is DocumentKind.JOB_POSTING
    assert document.account == account


def test_a_form_filled_in_on_a_call_is_a_note_and_its_first_field_names_nobody() -> None:
    document = read("Dana: owns budget\nRaj: technical, hates us\nPriya (CFO): signs above 10k\n", "x.txt")
    assert (document.kind, document.account) == (DocumentKind.CALL_NOTE, "")


def test_our_own_company_beside_the_customers_is_passed_over() -> None:
    for name in ("Tallyloop <> Larkspur Dental weekly sync.txt", "Larkspur Dental x Tallyloop - intro.txt"):
        assert read(TALK.format(company="us"), name, our_companies=("Tallyloop",)).account == "Larkspur Dental"


def test_opening_lines_of_notes_and_postings_date_them_and_speech_does_not() -> None:
    assert read(POSTING.format(company="Acme Paper", short="Acme"), "x.txt").said_on == date(2026, 3, 30)
    assert read(TALK.format(company="us"), "x.txt").said_on is None
    note = read("Rostra - lost, 27 Aug. Call ran 22 min.\n\n- asked for a discount\n", "13-rostra-note.md")
    assert (note.said_on, note.outcome) == (None, Outcome.LOST)
    assert 'says "27 Aug"' in note.warnings[0]


def test_front_matter_and_headers_are_believed_and_are_not_in_an_interviews_text() -> None:
    text = "---\ntitle: Exit talk\naccount: Harrow & Lisle\ndate: 2026-06-23\noutcome: churned\n---\n" + TALK
    document = read(text.format(company="us"), "x.md")
    assert (document.title, document.account, str(document.said_on)) == ("Exit talk", "Harrow & Lisle", "2026-06-23")
    assert document.outcome is Outcome.CHURNED
    assert document.text.startswith("So what happened")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-03-11", "2026-03-11"),
        ("call_20260311", "2026-03-11"),
        ("11 March 2026", "2026-03-11"),
        ("March 11th, 2026, 3:00PM", "2026-03-11"),
        ("11. März 2026", "2026-03-11"),
        ("13/03/2026", "2026-03-13"),
        ("03/13/2026", "2026-03-13"),
        ("11.03.2026", "2026-03-11"),
        ("03/04/2026", None),
        ("31 Feb 2026", None),
        ("24 Sep", None),
        ("version 2.10.2026.4", None),
    ],
)
def test_dates_are_taken_only_when_they_can_mean_one_day(text: str, found: str | None) -> None:
    assert find_date(text) == (date.fromisoformat(found) if found else None)


def test_a_date_that_cannot_be_taken_is_named() -> None:
    assert find_unclear_date("CFO mtg 24 Sep / 30 min") == "24 Sep"
    assert find_unclear_date("on 03/04/2026") == "03/04/2026"
    assert find_unclear_date("11 March 2026") == ""


def test_words_of_names_end_at_what_is_no_company() -> None:
    assert name_words("02-corvane-loss") == ["corvane"]
    assert name_words("Interview Dana Ortiz Northwind 2026", people=["Dana Ortiz"]) == ["Northwind"]
    assert name_words("lumora cfo note") == ["lumora"]
    assert outcome_in("win-loss interview") == (None, "")


def test_a_known_domain_in_an_address_names_the_account() -> None:
    note = "call w/ dana (dana.ortiz@mail.northwall.example), wants a quote by Fri\n- yard is a mess, 3 hrs a truck\n"
    options = ReadOptions(known_domains={"northwall.example": "Northwall Cold Storage", "wall.example": "Wall"})
    document = read_document(note.encode(), "notes 3.txt", options)
    assert document.account == "Northwall Cold Storage"
    assert "northwall.example" in document.guesses["account"].reason


def test_a_word_that_only_ends_like_a_domain_names_no_account() -> None:
    options = ReadOptions(known_domains={"wall.example": "Wall"})
    document = read_document(
        b"see northwall.example and call them back on Friday\n- price ok\n", "notes 3.txt", options
    )
    assert document.account != "Wall"


KNOWN = (
    "Ironwood Home Care",
    "Fairmount Home Care",
    "Summit Health",
    "Harrow & Lisle",
    "Corvane",
    "St. Mary's Hospital",
)


@pytest.mark.parametrize(
    ("line", "account"),
    [
        ("Ironwood Home Care, visit 2 Nov 2026", "Ironwood Home Care"),
        ("Visit to Ironwood Home on Monday", "Ironwood Home Care"),
        ("ironwood home care", "Ironwood Home Care"),
        ("Call with Harrow and Lisle", "Harrow & Lisle"),
        ("At St Marys Hospital", "St. Mary's Hospital"),
        ("Corvane", "Corvane"),
        ("Fairmount Home Inspection kickoff", ""),
        ("Summit planning", ""),
        ("Home Care market", ""),
        ("Ironwood Home Care against Fairmount Home Care", ""),
    ],
)
def test_a_line_names_a_known_account_by_its_whole_name_or_its_first_two_words(line: str, account: str) -> None:
    assert find_known(line, KNOWN) == account


MEMO = "# {heading}\nMet Joanne Peck, owner. 55 caregivers, Tampa.\n\nShe does the schedule on Sundays.\n"


@pytest.mark.parametrize(
    ("name", "heading", "account"),
    [
        ("Ironwood exec memo.md", "Ironwood Home Care, visit 2 Nov 2026", "Ironwood Home Care"),
        ("Fairmount pricing.md", "Second visit to Harrow & Lisle", "Harrow & Lisle"),
        ("Summit planning.md", "Ironwood Home Care", "Ironwood Home Care"),
        ("Quaybridge exec memo.md", "Quaybridge Senior Living, visit", "Quaybridge Senior Living"),
        ("Quaybridge memo.md", "Thoughts", "Quaybridge"),
        ("Quaybridge Senior Analyst interview.md", "Thoughts", "Quaybridge"),
    ],
)
def test_a_heading_that_names_a_known_account_stands_before_the_file_name(
    name: str, heading: str, account: str
) -> None:
    document = read(MEMO.format(heading=heading), name, known_accounts=KNOWN, kind=DocumentKind.CALL_NOTE)
    assert document.account == account


def test_a_new_account_is_taken_from_a_file_name_only_where_the_words_speak_of_no_known_one() -> None:
    text = TALK.format(company="Fairmount Home Care") + "\nBen Ash: And is Fairmount Home Care growing?\n"
    assert read(text, "Bluebox export.txt", known_accounts=KNOWN).account == "Fairmount Home Care"
    mentioned = text.replace("So what", "So at Bluebox, what")
    assert read(mentioned, "Bluebox export.txt", known_accounts=KNOWN).account == "Bluebox"
