"""Every layout of a transcript in text, on the screen as it comes, and the turns it must become; and what is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.reading.canonical import RawTurn, merge
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.reading.source import Shape, Source
from analyzer.reading.text.layouts import SHAPES
from analyzer.reading.text.plain import read_text
from analyzer.reading.who.labels import choose_labels, is_label, looks_named
from analyzer.records import Document, DocumentKind

Turns = list[tuple[str, str]]


def read(text: str, name: str = "call.txt", options: ReadOptions | None = None) -> Document:
    return read_document(text.encode(), name, options or ReadOptions())


def spoken(document: Document) -> Turns:
    return [(turn.speaker, document.words_of(turn)) for turn in document.turns]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_shape_is_read_as_itself(shape: Shape) -> None:
    document = read_document(shape.example.encode(), shape.file)
    assert document.format == shape.name
    assert (document.kind is DocumentKind.INTERVIEW) == (shape.name != "notes")


TALK = [("Dana Ortiz", "We lost it."), ("Ben Ash", "Why?"), ("Dana Ortiz", "Nobody knew.")]
# One turn as each layout writes it: the name, what was said, and its start as 0:03, 00:03, 00:00:03 or in words.
LAYOUTS = {
    "otter": "{who}  {at}  \n{said}\n\n",
    "heads without blank lines": "{who} {at}\n{said}\n",
    "rev": "{who} ({long}):\n{said}\n\n",
    "rev, time after the colon": "{who}: ({long})\n{said}\n\n",
    "time after the colon, bare": "{who}: {long}\n{said}\n",
    "podcast": "{who} ({longest}): {said}\n",
    "descript": "{who}: [{longest}] {said}\n\n",
    "temi": "{who}: {long} {said}\n\n",
    "trint": "[{longest}] {who}: {said}\n",
    "happy scribe": "[{longest}.20] - {who}\n{said}\n\n",
    "fathom": "{at} - {who} (Northwind)\n  {said}\n\n",
    "fathom, older": "@{at} - {who}\n{said}\n\n",
    "fathom, links": "[@{at}](https://fathom.video/calls/3?timestamp=3.1) - **{who} (Northwind)**\n\n{said}\n\n",
    "gong copy": "{at} | {who}\n{said}\n\n",
    "fireflies": "{who} - {long}\n{said}\n\n",
    "tl;dv": "{who} | {long}\n{said}\n\n",
    "in brackets": "[{who}] {longest}\n{said}\n\n",
    "ranges": "{who} [{long} - {long}]\n{said}\n\n",
    "riverside": "{who} ({long}.123)\n{said}\n\n",
    "word": "{longest} {who}\n{said}\n",
    "zoom copy": "{who}\n{long}\n{said}\n\n",
    "time over name": "{long}\n{who}\n{said}\n\n",
    "paragraphs of a Word file": "{who}\n\n{long}\n\n{said}\n\n",
    "teams copy, with initials": "{initials}\n{who}\n{at}\n{said}\n",
    "teams copy": "{who}\n{words}\n{at}\n{who} {words}\n{said}\n",
    "teams, in words": "{who} {words}\n{said}\n",
    "teams, glued": "{who}   {words}{at}\n{said}\n",
    "bold": "**{who}:** {said}\n\n",
    "bold, colon outside": "**{who}**: {said}\n",
    "bold and time": "**{who}** [{long}] {said}\n\n",
    "bold over words": "**{who}** ({at})\n{said}\n\n",
    "all on one line": "{who}  {long}  {said}\n",
    "headings": "### {who}\n\n{said}\n\n",
    "headings with times": "### {who} {long}\n\n{said}\n\n",
    "names alone": "{who}\n{said}\n",
    "names with colons": "{who}:\n{said}\n\n",
    "quoted in a mail": "> {who}: {said}\n>\n",
    "indented": "    {who}: {said}\n",
    "French colon": "{who} : {said}\n",
    "columns": "{longest}\t{who}\t{said}\n",
    "zoom chat in columns": "{longest}\t{who}:\t{said}\n",
    "zoom chat": "{longest} From {who} to Everyone:\n\t{said}\n",
    "zoom chat, private": "{longest} From {who} To Ana Lopes (Privately) : {said}\n",
    "zoom chat, old": "{longest}\t From  {who} : {said}\n",
    "chat with dates": "[12/03/2026, 10:{long}] {who}: {said}\n",
}
IN_WORDS = ("0 minutes 3 seconds", "0 minutes 9 seconds", "1 minute 3 seconds")
TIMES = tuple(
    {"at": at, "long": f"0{at}", "longest": f"00:0{at}", "words": words}
    for at, words in zip(("0:03", "0:09", "1:03"), IN_WORDS, strict=True)
)
SAME_TALK = {
    name: "".join(
        form.format(who=who, said=said, initials=who[0] + who.split()[1][0], **times)
        for (who, said), times in zip(TALK, TIMES, strict=True)
    )
    for name, form in LAYOUTS.items()
}
FOOTER = "This editable transcript was computer generated and might contain errors. People can also change the text "
SAME_TALK["meet"] = f"""Northwind review (2026-05-06 15:00 GMT+2) - Transcript
Attendees
Dana Ortiz, Ben Ash, Ben Ash's Presentation
Transcript
00:00:00

Dana Ortiz: We lost it.
Ben Ash: Why?

00:05:00

Dana Ortiz: Nobody knew.

Transcription ended after 00:34:12

{FOOTER}after it was created.
"""
SAME_TALK["meet in markdown"] = f"""# Northwind review - Transcript
### Attendees
Dana Ortiz, Ben Ash

### 00:00:00

**Dana Ortiz:** We lost it.
**Ben Ash:** Why?

### 00:05:00

**Dana Ortiz:** Nobody knew.

### Transcription ended after 00:34:12

*{FOOTER}after it was created.*
"""
SAME_TALK["word, with the name of the recording"] = "Audio file\ncall.mp3\n\nTranscript\n" + SAME_TALK["word"]
SAME_TALK["otter, with its footer"] = SAME_TALK["otter"] + "Transcribed by https://otter.ai\n"


@pytest.mark.parametrize("text", SAME_TALK.values(), ids=SAME_TALK)
def test_one_talk_in_every_layout_has_the_same_turns(text: str) -> None:
    document = read(text)
    assert spoken(document) == TALK
    assert document.kind is DocumentKind.INTERVIEW


TIMED = (
    "otter",
    "rev",
    "podcast",
    "descript",
    "temi",
    "trint",
    "fathom",
    "fireflies",
    "zoom copy",
    "teams copy",
    "word",
)


@pytest.mark.parametrize("layout", TIMED)
def test_turns_start_when_the_layout_says(layout: str) -> None:
    assert [turn.at for turn in read(SAME_TALK[layout]).turns] == [3.0, 9.0, 63.0]


def test_a_time_without_a_name_goes_on_with_the_speaker_before() -> None:
    text = (
        "Speaker 1 (00:01):\nSo tell me.\n(00:42):\nAnd who was there?\nSpeaker 2 (01:10):\nRaj.\n(01:40): And Tom.\n"
        "(02:01)\nAt 10:30 we met.\nSpeaker 1 (02:30):\nOkay.\n"
    )
    assert spoken(read(text)) == [
        ("Speaker 1", "So tell me. And who was there?"),
        ("Speaker 2", "Raj. And Tom. At 10:30 we met."),
        ("Speaker 1", "Okay."),
    ]


def test_otters_keywords_list_of_speakers_and_footer_are_nobodys_words() -> None:
    text = """Northwind talk
Tue, May 5, 2026 10:01AM • 45:12

SUMMARY KEYWORDS
renewal, pricing, spreadsheet

SPEAKERS
Dana Ortiz, Unknown Speaker

Dana Ortiz  00:00
It began with the

Unknown Speaker  00:04
audit. It was the audit.

Transcribed by https://otter.ai
"""
    document = read(text)
    assert spoken(document) == [("Dana Ortiz", "It began with the"), ("Unknown Speaker", "audit. It was the audit.")]
    assert (document.title, str(document.said_on)) == ("Northwind talk", "2026-05-05")


def test_geminis_notes_above_a_transcript_are_left_out_and_counted() -> None:
    text = """📝 Notes
May 6, 2026
Northwind sync
Invited Dana Ortiz Ben Ash

Summary
Dana Ortiz explained why the deal was lost.

Details
Loss: they lost it (00:00:10).

📖 Transcript
May 6, 2026
Northwind sync - Transcript
00:00:10

Ben Ash: Hi Dana.
Dana Ortiz: Hi. We lost it, and nobody ever told me why, not even the people who had asked for it.

00:01:10

Dana Ortiz: That was that.

Transcription ended after 00:34:12
"""
    document = read(text)
    assert [speaker for speaker, _ in spoken(document)] == ["Ben Ash", "Dana Ortiz"]
    assert "explained" not in document.text
    assert document.text.endswith("That was that.")
    assert any("above the transcript" in warning for warning in document.warnings)


def test_fathoms_action_items_are_left_out_with_a_warning() -> None:
    text = (
        "Northwind - May 11\nVIEW RECORDING - 42 mins (No highlights): https://fathom.video/share/x\n\n---\n\n"
        "0:00 - Ben Ash\n  Hi.\n  ACTION ITEM: Send pack - WATCH: https://fathom.video/x?timestamp=1\n\n"
        "0:07 - Dana Ortiz (Northwind)\n  Hello.\n"
    )
    document = read(text)
    assert spoken(document) == [("Ben Ash", "Hi."), ("Dana Ortiz", "Hello.")]
    assert any("1 line that the recorder put" in warning for warning in document.warnings)
    assert document.title == "Northwind - May 11"


def test_reactions_and_repeated_messages_of_a_chat_are_nobodys_words() -> None:
    text = (
        "10:02:11 From Dana Ortiz to Everyone:\n\tHello all\n10:02:31 From Ben Ash to Everyone:\n"
        '\tReplying to "Hello all"\n\t\n\tWelcome: nice\n'
        '10:04:00 From Cy Lund to Everyone:\n\tReacted to "Hello all" with 👍\n'
    )
    assert spoken(read(text)) == [("Dana Ortiz", "Hello all"), ("Ben Ash", "Welcome: nice")]


def test_times_among_the_words_go_and_times_that_are_said_stay() -> None:
    text = (
        "[00:00:03] Dana Ortiz: At 10:30 we met, and [00:00:12] then at (11:15) again.\n\n"
        "[00:00:20] Ben Ash: [inaudible 00:00:21] 10:30?\n\n[00:00:30] Dana Ortiz: 10:30.\n"
    )
    assert spoken(read(text)) == [
        ("Dana Ortiz", "At 10:30 we met, and then at (11:15) again."),
        ("Ben Ash", "[inaudible] 10:30?"),
        ("Dana Ortiz", "10:30."),
    ]


def test_an_answer_that_is_a_time_is_said() -> None:
    text = "Dana Ortiz: We meet.\nBen Ash: When?\nDana Ortiz: 10:30\nBen Ash: 11:00 is better.\nDana Ortiz: Fine.\n"
    assert spoken(read(text))[2:4] == [("Dana Ortiz", "10:30"), ("Ben Ash", "11:00 is better.")]


def test_a_time_alone_on_a_line_of_a_wrapped_sentence_is_said() -> None:
    text = "Dana Ortiz  0:01\nWe meet at\n10:30\nor so.\n\nBen Ash  0:09\nFine.\n"
    assert spoken(read(text))[0] == ("Dana Ortiz", "We meet at 10:30 or so.")


def test_the_recorders_words_are_somebodys_inside_a_paragraph() -> None:
    text = "Dana Ortiz  0:01\nI read the\ntranscript\nand page 3\n\nBen Ash  0:09\nFine.\n"
    assert spoken(read(text))[0] == ("Dana Ortiz", "I read the transcript and page 3")


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("dana: yes\nben: no\ndana: but why\nben: dunno\n", ["dana", "ben"]),
        ("DO: Yes.\nKH: And?\nDO: Note: nothing.\nKH: Ok.\n", ["DO", "KH"]),
        ("I: How was it?\nP: Fine.\nI: And then?\nP: Then nothing.\n", ["I", "P"]),
        ("Jörg Wiesner: Ja.\n\nÉlodie Ménard: Non.\n", ["Jörg Wiesner", "Élodie Ménard"]),
        ("王芳：你好，我们的问题是：没有预算。\n李雷：为什么？\n王芳：不知道。\n李雷：好。\n", ["王芳", "李雷"]),
        ("Иван: да, мы проиграли.\nАнна: Почему?\nИван: Не знаю.\n", ["Иван", "Анна"]),
        ("Me: Hi.\nThem: Hello.\nMe: So?\n", ["Me", "Them"]),
        ("SPEAKER_00: Hi.\nSPEAKER_01: Hello.\nSPEAKER_00: So?\n", ["SPEAKER_00", "SPEAKER_01"]),
        ("Interviewer: Hi.\nParticipant 4: Hello.\nInterviewer: So?\n", ["Interviewer", "Participant 4"]),
        ("Dana 🌸: Hi.\nBen: Hello.\nDana 🌸: So?\nBen: Yes.\n", ["Dana 🌸", "Ben"]),
        ("+1 (555) 010-1234: Hi.\nBen Ash: Hello.\n+1 (555) 010-1234: So?\n", ["+1 (555) 010-1234", "Ben Ash"]),
        ("Q:Why?\nA:We lost it.\nQ:And then?\nA:Nothing.\n", ["Q", "A"]),
    ],
)
def test_real_people_are_speakers_however_they_are_named(text: str, speakers: list[str]) -> None:
    document = read(text)
    assert document.kind is DocumentKind.INTERVIEW
    assert list(dict.fromkeys(turn.speaker for turn in document.turns)) == speakers


def test_an_address_is_a_speaker() -> None:
    document = read("dana@northwind.example: Hi.\nBen Ash: Hello.\ndana@northwind.example: So?\n")
    assert [words for _, words in spoken(document)] == ["Hi.", "Hello.", "So?"]
    assert document.kind is DocumentKind.INTERVIEW


@pytest.mark.parametrize(
    "text",
    [
        "Northwind disco\nBudget: 40k\nChampion: Dana Ortiz\nPricing: 40k\nStep 1: send pack\n",
        "Economic Buyer: Raj Pillai\nTeam Size: 40\nSales Cycle: 3 months\nTech Stack: HubSpot, Gong\n",
        "Current CRM: HubSpot\nMain Pain: exports\nHead Office: Leeds\nCustomer Name: Northwind\n",
        "10:00 Intro\n10:15 Demo of everything\n10:30 Lunch\n11:30 Questions\n",
        "10:00 Welcome: Dana\n10:15 Demo: Ben shows the board\n10:30 Lunch: at the canteen\n",
        "From: Dana Ortiz\nTo: Ben Ash\nSubject: pricing\n\nHi Ben,\nthe price: it is too high.\n\nDana\n",
        "Q1: 40k\nQ2: 45k\nQ3: 60k\nQ4: unclear\n",
        "https://example.com: the page\ne.g.: a list\nNote: more\nNote: again\nNote: and again\n",
        "pros: cheap\ncons: slow\npros: quick to set up\ncons: no API\n",
        "- Dana Ortiz: owns the budget\n- Raj Pillai: security\n- Dana Ortiz: wants it by May\n",
        "# Role\n\n**What will you do?**\n\nYou will run it.\n\n**Who are you?**\n\nYou are kind.\n",
        "# Pain\n\nmatching by hand\n\n# Budget\n\n50k\n\n# Next Steps\n\nsend pack\n",
    ],
)
def test_notes_forms_and_agendas_are_no_interview_and_keep_their_words(text: str) -> None:
    document = read(text, "northwind.md")
    assert document.kind is not DocumentKind.INTERVIEW
    kept = [word.strip("#-*") for word in text.split()]
    assert [word.strip("#-*") for word in document.text.split()] == [word for word in kept if word]


def test_clauses_before_a_colon_are_words_of_who_speaks() -> None:
    text = """Dana Ortiz: We lost it.

He said: never again.

He said: and I mean it.

He said: really.

Step 1: we looked. Subject: unclear.

Ben Ash: And then?

The good news: nothing.

Dana Ortiz: Right.
"""
    assert spoken(read(text)) == [
        (
            "Dana Ortiz",
            "We lost it. He said: never again. He said: and I mean it. He said: really. "
            "Step 1: we looked. Subject: unclear.",
        ),
        ("Ben Ash", "And then? The good news: nothing."),
        ("Dana Ortiz", "Right."),
    ]


def test_names_of_the_header_are_believed_below_it() -> None:
    text = "Participants: Dana Ortiz, Ben Ash\n\ndana: we lost it\n\nwhich was bad\n\nben: why\n\nbecause, I mean\n"
    assert [speaker for speaker, _ in spoken(read(text))] == ["Dana Ortiz", "Ben Ash"]


def test_what_stands_before_the_first_speaker_is_nobodys_and_is_kept() -> None:
    text = (
        "This talk was held in Leeds, over tea.\n\nDana Ortiz: We lost it.\n\nBen Ash: Why did you, of all people?\n\n"
        "Dana Ortiz: Nobody knew.\n"
    )
    assert spoken(read(text))[0] == ("", "This talk was held in Leeds, over tea.")


def test_a_bulleted_transcript_needs_many_turns() -> None:
    lines = ["- Dana Ortiz: we lost it", "- Ben Ash: why"] * 5
    assert [speaker for speaker, _ in spoken(read("\n".join(lines)))] == ["Dana Ortiz", "Ben Ash"] * 5


def test_labels_are_told_from_headings_and_clauses() -> None:
    people = (
        "Dana Ortiz",
        "dana",
        "DO",
        "王芳",
        "Иван",
        "April Price",
        "O'Neil, Siobhán",
        "Dana (she/her)",
        "Manager 2",
    )
    others = ("Note", "10:30 Meeting", "e.g.", "Step 1", "I said", "https", "Why?", "The good news", "x" * 91, "", "12")
    assert [who for who in people if not is_label(who)] == []
    assert [what for what in others if is_label(what)] == []
    assert looks_named("Speaker 2")
    assert not looks_named("Team Size")
    assert choose_labels([("Budget", True), ("Dana", True), ("Dana", True)]) == {"Dana"}


NAMES = [
    "Ana Lopes",
    "Dr. Jürgen Althaus",
    "Mary-Jane O'Neil",
    "Siobhán Ní Bhriain",
    "Speaker 1",
    "王 芳",
    "Иван Петров",
]
TOKENS = [
    "we", "lost", "the", "deal,", "A", "-->", "B", "Note:", "10:30", "Meeting:", "https://x.y", "R&D", "<", "5", "12",
    "Zürich", "“quoted”", "forty-two.", "Why?", "NOTE", "[laughs]", "*", "Dana:", "it's", "…", "AT&T;", "é",
    "Transcript",
]  # fmt: skip
# A turn says three words or more: a talk of nothing but "10:30" and "Note:" is nobody's, and no reader's business.
words = st.lists(st.sampled_from(TOKENS), min_size=3, max_size=20).map(lambda said: " ".join(["so", *said]))
talks = st.lists(st.tuples(st.sampled_from(NAMES), words), min_size=2, max_size=10)


def clock(number: int, long: bool = False) -> str:
    second = number * 7 + 1
    return f"{second // 3600:02}:{second // 60:02}:{second % 60:02}" if long else f"{second // 60}:{second % 60:02}"


def wrapped(said: str, size: int = 6) -> str:
    parts = said.split()
    return "\n".join(" ".join(parts[at : at + size]) for at in range(0, len(parts), size))


def as_meet(turns: Turns) -> str:
    people = ", ".join(dict.fromkeys(who for who, _ in turns))
    lines = [f"{who}: {said}" for who, said in turns]
    body = "\n\n00:05:00\n\n".join("\n".join(lines[at : at + 4]) for at in range(0, len(lines), 4))
    return f"Sync - Transcript\nAttendees\n{people}\n\n00:00:00\n\n{body}\n\nTranscription ended after 00:34:12\n"


def written(form: str) -> Callable[[Turns], str]:
    """A writer of turns, each by the same form."""

    def write(turns: Turns) -> str:
        return "".join(
            form.format(who=who, said=said, wrapped=wrapped(said), at=clock(n), long=clock(n, True), second=f"{n:02}")
            for n, (who, said) in enumerate(turns)
        )

    return write


WRITERS: dict[str, Callable[[Turns], str]] = {
    "meet": as_meet,
    "otter": written("{who}  {at}  \n{said}\n\n"),
    "rev": written("{who} ({at}):\n{said}\n\n"),
    "rev, wrapped": written("{who} ({long}):\n{wrapped}\n\n"),
    "rev, time after the colon": written("{who}: ({at})\n{said}\n\n"),
    "podcast": written("{who} ({long}): {said}\n\n"),
    "fathom": written("{at} - {who}\n  {said}\n\n"),
    "gong copy": written("{at} | {who}\n{said}\n\n"),
    "fireflies": written("{who} - {at}\n{said}\n\n"),
    "markdown": written("**{who}:** {said}\n\n"),
    "markdown, with times": written("**{who}** ({long}): {said}\n\n"),
    "trint": written("[{long}] {who}: {said}\n\n"),
    "descript": written("{who}: [{long}] {said}\n\n"),
    "teams": written("{who} {at}\n{said}\n"),
    "word": written("{long} {who}\n{said}\n\n"),
    "zoom copy": written("{who}\n{at}\n{said}\n\n"),
    "time over name": written("{long}\n{who}\n{said}\n\n"),
    "zoom chat": written("10:02:{second} From {who} to Everyone:\n\t{said}\n"),
    "zoom chat in columns": written("00:02:{second}\t{who}:\t{said}\n"),
    "quoted": written("> {who}: {said}\n>\n"),
    "name: text": written("{who}: {said}\n"),
}


def merged(turns: Turns) -> Turns:
    return [(turn.speaker, turn.words) for turn in merge(RawTurn(*turn) for turn in turns)]


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@given(turns=talks)
@settings(max_examples=60, deadline=None)
def test_turns_survive_every_layout(write: Callable[[Turns], str], turns: Turns) -> None:
    assert spoken(read(write(turns))) == merged(turns)


@given(turns=st.lists(st.tuples(st.sampled_from(["Q", "A"]), words), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_questions_and_answers_survive(turns: Turns) -> None:
    turns = [("Q", "so what"), ("A", "so that"), *turns, ("Q", "so what"), ("A", "so that")]
    asked = sum(side == "Q" for side, _ in turns)
    if 0.5 <= asked / (len(turns) - asked) <= 2:
        assert spoken(read("\n\n".join(f"{side}: {said}" for side, said in turns))) == merged(turns)


@given(turns=talks)
@settings(max_examples=60, deadline=None)
def test_names_alone_on_their_lines_survive_when_two_come_back(turns: Turns) -> None:
    turns = [("Ana Lopes", "so yes."), ("Speaker 1", "so no."), *turns, ("Ana Lopes", "so."), ("Speaker 1", "so?")]
    text = "\n\n".join(f"{turn.speaker}\n{turn.words}" for turn in merge(RawTurn(*turn) for turn in turns))
    assert spoken(read(text)) == merged(turns)


def test_what_somebody_says_between_two_rules_is_no_front_matter() -> None:
    text = "---\nDana Ortiz: We lost it.\nBen Ash: Why?\n---\nDana Ortiz: Nobody knew.\n"
    assert spoken(read(text)) == TALK
    note = "---\naccount: Northwind\ndate: 2026-05-06\n---\nBudget: 40k\n"
    assert (read(note).account, read(note).text) == ("Northwind", "Budget: 40k")


def test_a_partly_numbered_or_bulleted_list_of_people_is_no_talk() -> None:
    text = "1. Dana Ortiz: budget\n2. Raj Pillai: security\n3. Cy Lund: legal\n"
    assert read(text).kind is DocumentKind.CALL_NOTE


def test_hostile_lines_lose_nobody() -> None:
    """A pattern that backtracks would keep this test busy for hours; none may."""
    for line in ("(" * 400_000, "10:30 " * 60_000, "a\t" * 200_000, "# " + " " * 400_000 + "x", "1:" * 200_000):
        text = f"Dana Ortiz: We lost it.\n{line}\nBen Ash: Why?\nDana Ortiz: So.\n"
        reading = read_text(Source("call.txt", b"", text))
        assert [turn.speaker for turn in reading.turns] == ["Dana Ortiz", "Ben Ash", "Dana Ortiz"]
        assert len(reading.turns[0].words) >= 200_000 or line.startswith("#")
    for lines in ("a:\n", "10:30\n", "((((\n", "> \nx\n", "Dana  0:01\nhi\n\n"):
        assert read_text(Source("call.txt", b"", lines * 3000)).turns


REAL_WORLD = {
    "teams text with one blank line, above all": (
        "Fleet sync-20260506_1000-Meeting Transcript\n6 May 2026, 10:00am\n12m 4s\n\nDana Ortiz started transcription\n"
        "Dana Ortiz   0:03\nWe lost it.\nBen Ash   0:09\nWhy?\nDana Ortiz   0:12\nNobody knew.\n"
        "Dana Ortiz stopped transcription\n"
    ),
    "a comment of the converter above": (
        "<!-- converted from fleet.docx -->\n\nDana Ortiz   0:03\nWe lost it.\nBen Ash   0:09\nWhy?\n"
        "Dana Ortiz   0:12\nNobody knew.\n"
    ),
    "a time in front of every line that stands still": (
        "0:00 Dana Ortiz  0:03\n\n0:00 We lost it.\n\n0:00 Ben Ash  0:09\n\n0:00 Why?\n\n"
        "0:00 Dana Ortiz  0:12\n\n0:00 Nobody knew.\n\n0:00 Transcribed by https://otter.ai\n"
    ),
    "links that lead nowhere": (
        "[0:03](javascript:void(0);) Dana Ortiz: We lost it.\n\n[0:09](javascript:void(0);) Ben Ash: Why?\n\n"
        "[0:12](#t=12) Dana Ortiz: Nobody knew.\n"
    ),
    "times of yesterday": (
        "Dana Ortiz\n\nYesterday, 11:00 AM\nWe lost it.\nBen Ash\n\nYesterday, 11:00 AM\nWhy?\n"
        "Dana Ortiz\n\nYesterday, 11:01 AM\nNobody knew.\n"
    ),
    "names in brackets": "[Dana Ortiz] We lost it.\n[Ben Ash] Why?\n[Dana Ortiz] Nobody knew.\n",
    "paragraphs in bold, labels too": (
        "**Dana Ortiz: We lost it.**\n\n**Ben Ash: Why?**\n\n**Dana Ortiz: Nobody knew.**\n"
    ),
    "a block of code below notes": (
        "# Fleet\n\n- call again\n\n## Raw transcript\n\n```text\nDana Ortiz: We lost it.\nBen Ash: Why?\n"
        "Dana Ortiz: Nobody knew.\n```\n"
    ),
    "a numbered heading below notes": (
        "# Fleet\n\n## A. Summary\n\n- call again\n\n## C. Cleaned transcript\n\n"
        "### Dana Ortiz (00:03)\nWe lost it.\n\n"
        "### Ben Ash (00:09)\nWhy?\n\n### Dana Ortiz (00:12)\nNobody knew.\n"
    ),
    "a heading between dashes": (
        "Chat with the transcript: https://example.com/t/1\n\n--- Full Transcript ---\n\nDana Ortiz: We lost it.\n"
        "Ben Ash: Why?\nDana Ortiz: Nobody knew.\n"
    ),
    "headings in brackets": (
        "[METADATA]\nTotal Speakers: 2\nAudio Quality: good\n\n[TRANSCRIPT]\n[00:00:03] Dana Ortiz: We lost it.\n"
        "[00:00:09] Ben Ash: Why?\n[00:00:12] Dana Ortiz: Nobody knew.\n"
    ),
    "an unknown key between known ones": (
        "# Fleet\n\n**Date:** 2026-05-06\n**Persona:** New buyer\n**Interviewer:** Ben Ash\n\n"
        "**Dana Ortiz:** We lost it.\n\n**Ben Ash:** Why?\n\n**Dana Ortiz:** Nobody knew.\n"
    ),
    "header lines that are headings": (
        "# Fleet\n### Date/Time: May 6, 2026, 14:00 UTC\n### [Agenda](https://example.com/9)\n"
        "### Moderator: Ben Ash\n\n"
        "**Dana Ortiz** [0:03](https://example.com/v?t=3): We lost it.\n\n"
        "**Ben Ash** [0:09](https://example.com/v?t=9): Why?\n\n"
        "**Dana Ortiz** [0:12](https://example.com/v?t=12): Nobody knew.\n"
    ),
    "a dot before each question": "🔴 Dana Ortiz: We lost it.\nBen Ash: Why?\n\n🔴 Dana Ortiz: Nobody knew.\n",
}


@pytest.mark.parametrize("text", REAL_WORLD.values(), ids=REAL_WORLD)
def test_the_ways_people_pass_transcripts_on_keep_their_turns_and_no_furniture(text: str) -> None:
    assert spoken(read(text)) == TALK


def test_meets_turns_as_bullets_are_read_though_a_table_of_data_follows() -> None:
    talk = ["Dana Ortiz: We lost it.", "Ben Ash: Why?", "Dana Ortiz: Nobody knew."] * 3
    after = "This editable transcript was computer generated and might contain errors.\n\n## Metadata\n\n- **Id**: 41\n"
    document = read("# Fleet\n\n## Transcript\n\n" + "".join(f"- {line}\n" for line in talk) + f"- {after}", "fleet.md")
    assert spoken(document)[0] == ("Dana Ortiz", "We lost it.")
    assert {turn.speaker for turn in document.turns} == {"Dana Ortiz", "Ben Ash", ""}


def test_a_turn_that_fathom_has_no_name_for_is_nobodys() -> None:
    text = (
        "@0:03 - Dana Ortiz\nWe lost it.\n\n@0:09 -\nWhy?\n\n@0:12 - Dana Ortiz\nNobody knew.\n\n@0:15 - Ben Ash\nOh.\n"
    )
    assert spoken(read(text)) == [
        ("Dana Ortiz", "We lost it."), ("", "Why?"), ("Dana Ortiz", "Nobody knew."), ("Ben Ash", "Oh."),
    ]  # fmt: skip


def test_the_other_side_of_you_is_a_speaker() -> None:
    text = (
        "**[19:00:33] You:** Hello.\n**[19:00:35] Other:** Hi.\n**[19:00:41] You:** So?\n**[19:00:50] Other:** Yes.\n"
    )
    assert spoken(read(text)) == [("You", "Hello."), ("Other", "Hi."), ("You", "So?"), ("Other", "Yes.")]
    assert read("Other: nothing\nNext: call again\nOther: none\n").kind is DocumentKind.CALL_NOTE


def test_labels_of_a_machine_need_no_colon_behind_a_time() -> None:
    text = "[00:00:00] speaker_1 Hello there.\n[00:00:03] speaker_2 Hi.\n[00:00:06] speaker_1 So?\n"
    assert spoken(read(text)) == [("speaker_1", "Hello there."), ("speaker_2", "Hi."), ("speaker_1", "So?")]


def test_tags_in_brackets_are_no_speakers() -> None:
    text = (
        "[Invoices] Dana wants them monthly\n[Dispatch] no board yet\n[Invoices] ask the controller\n[Dispatch] later\n"
    )
    assert read(text).kind is DocumentKind.CALL_NOTE
    laughs = read("Dana Ortiz: We lost it.\n[laughs] Really.\nBen Ash: Why?\nDana Ortiz: [Music] Nobody knew.\n")
    assert spoken(laughs)[0] == ("Dana Ortiz", "We lost it. [laughs] Really.")


def test_what_tactiq_puts_above_a_video_is_its_title_and_nobodys_words() -> None:
    text = (
        "# tactiq.io free youtube transcript\n# Six trucks at one door\n# https://www.youtube.com/watch/abc\n\n"
        "00:00:04.480 so we had six trucks at one door\n00:00:09.679 and nobody was there to unload them\n"
        "00:00:12.160 which was the day I wrote the mail\n"
    )
    document = read(text)
    assert document.title == "Six trucks at one door"
    assert document.text.startswith("so we had six trucks")
