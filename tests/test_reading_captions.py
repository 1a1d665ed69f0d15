"""Captions as each program writes them, whole or broken, and the turns they must become."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import DocumentError
from analyzer.reading.captions.blocks import cues_by_library, cues_by_line
from analyzer.reading.captions.cues import FORMATS
from analyzer.reading.captions.timings import clock_seconds, read_sbv_timing, read_timing
from analyzer.reading.documents import read_document
from analyzer.reading.source import Shape
from analyzer.records import Document, DocumentKind, Side

SHAPES = [shape for form in FORMATS for shape in form.shapes]


def read(text: str, name: str = "call.vtt") -> Document:
    return read_document(text.encode(), name)


def spoken(document: Document) -> list[tuple[str, str]]:
    return [(turn.speaker, document.words_of(turn)) for turn in document.turns]


def broken(document: Document) -> list[str]:
    """The warnings that are about cues."""
    return [warning for warning in document.warnings if "cue" in warning.lower()]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_every_shape_is_read_as_what_it_is_called(shape: Shape) -> None:
    document = read(shape.example, shape.file)
    assert document.format == shape.name
    assert document.kind is DocumentKind.INTERVIEW
    assert broken(document) == []


def test_no_shape_is_listed_twice() -> None:
    assert len({shape.name for shape in SHAPES}) == len(SHAPES)


# Zoom


ZOOM = """WEBVTT

1
00:00:03.000 --> 00:00:05.950
Ben Acheampong: Darlene, hi, can you

2
00:00:06.000 --> 00:00:08.950
Ben Acheampong: hear me all right?

3
00:00:09.000 --> 00:00:12.617
Darlene Pruitt: I can hear you just fine.
"""


def test_zoom_cues_of_one_speaker_become_one_turn_that_starts_with_the_first() -> None:
    document = read(ZOOM)
    assert spoken(document) == [
        ("Ben Acheampong", "Darlene, hi, can you hear me all right?"),
        ("Darlene Pruitt", "I can hear you just fine."),
    ]
    assert [turn.at for turn in document.turns] == [3.0, 9.0]
    assert document.format == "zoom vtt"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_zoom_is_read_whatever_ends_its_lines_and_encodes_its_letters(line_end: str, encoding: str) -> None:
    content = ZOOM.replace("Pruitt", "Prütt").replace("\n", line_end).encode(encoding)
    assert spoken(read_document(content, "call.vtt"))[1] == ("Darlene Prütt", "I can hear you just fine.")


def test_zoom_names_hold_commas_brackets_colons_phones_and_pictures() -> None:
    said = {
        "Ortiz, Dana": "We lost it.",
        "Bo Ek (he/him)": "When?",
        "NYC: Board Room": "In: March.",
        "+1 415-555-0100": "I was there.",
        "Ana 🚀": "So was I.",
        "dana.ortiz@larkfield.com": "Right: 10:30.",
    }
    blocks = [(name, words) for _ in range(3) for name, words in said.items()]
    text = "WEBVTT\r\n\r\n" + "".join(
        f"{n}\r\n00:{n:02}:00.000 --> 00:{n:02}:09.000\r\n{name}: {words}\r\n\r\n"
        for n, (name, words) in enumerate(blocks, 1)
    )
    document = read(text)
    assert [document.words_of(turn) for turn in document.turns] == [words for _, words in blocks]
    assert len(document.participants) == len(said)
    assert document.format == "zoom vtt"


def test_a_zoom_cue_without_a_name_goes_on_and_colons_in_the_words_are_no_names() -> None:
    text = (
        ZOOM
        + """
4
00:00:13.000 --> 00:00:15.000
Note: the 10:30 Meeting: it was https://x.example: fine.
"""
    )
    assert spoken(read(text))[1:] == [
        (
            "Darlene Pruitt",
            "I can hear you just fine. Note: the 10:30 Meeting: it was https://x.example: fine.",
        )
    ]


# Teams, and other voices


TEAMS = """\ufeffWEBVTT

00000001-6b1c-4a2e-9d10-0f3c5a7e0001/1-0
00:00:02.000 --> 00:00:05.950
<v Noor Haddad>Thanks for doing this, R&amp;D &lt;both&gt; of you</v>

00000001-6b1c-4a2e-9d10-0f3c5a7e0001/2-0
00:00:06.000 --> 00:00:09.950
<v Siobhan O&#39;Neil>No trouble.

00:12.000 --> 00:14.000
<v Noor Haddad>One.</v> <v Siobhan O&#39;Neil>Two.</v>
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_teams_voices_are_read_with_and_without_closing_tags_whatever_ends_a_line(line_end: str) -> None:
    document = read(TEAMS.replace("\n", line_end))
    assert spoken(document) == [
        ("Noor Haddad", "Thanks for doing this, R&D <both> of you"),
        ("Siobhan O'Neil", "No trouble."),
        ("Noor Haddad", "One."),
        ("Siobhan O'Neil", "Two."),
    ]
    assert document.format == "teams vtt"


def test_old_teams_times_are_not_padded_and_its_notes_are_not_said() -> None:
    text = """WEBVTT

NOTE duration:"00:42:10.1230000"

NOTE language:en-us

NOTE Confidence: 0.90

0:0:1.5 --> 0:0:3.45
<v Dana Ortiz>We lost it
in March.</v>

NOTE Confidence: 0.81

0:1:3.45 --> 1:0:4.0
<v.loud Bo Ek>Why?</v>

1:0:5.0 --> 1:0:6.0
<v >Somebody else.</v>
"""
    document = read(text)
    assert spoken(document) == [("Dana Ortiz", "We lost it in March."), ("Bo Ek", "Why?"), ("", "Somebody else.")]
    assert [turn.at for turn in document.turns] == [1.5, 63.45, 3605.0]
    assert document.format == "teams vtt"


def test_a_voice_lasts_over_a_blank_line_in_its_cue() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Dana Ortiz>We lost it\n\nin March.</v>\n"
    document = read(text)
    assert spoken(document) == [("Dana Ortiz", "We lost it in March.")]
    assert document.format == "captions with voices"


# YouTube, and whatever rolls


def test_rolling_captions_are_said_once() -> None:
    text = """WEBVTT

00:00:00.000 --> 00:00:02.000
so we lost<00:00:00.500><c> the</c><00:00:01.000><c> deal</c>

00:00:02.000 --> 00:00:02.010
so we lost the deal

00:00:02.010 --> 00:00:04.000
so we lost the deal
in<00:00:02.500><c> March</c>
"""
    assert spoken(read(text)) == [("", "so we lost the deal in March")]


YES_TWICE = """WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000 align:start position:0%
 
did<00:00:00.500><c> you</c><00:00:01.000><c> buy</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
did you buy
 

00:00:02.010 --> 00:00:03.000 align:start position:0%
did you buy
yes

00:00:03.000 --> 00:00:03.010 align:start position:0%
yes
 

00:00:03.010 --> 00:00:04.000 align:start position:0%
yes
yes

00:00:04.000 --> 00:00:04.010 align:start position:0%
yes
 

00:00:04.010 --> 00:00:05.000 align:start position:0%
yes
&gt;&gt;<00:00:04.500><c> good</c>
"""  # noqa: W293 (YouTube writes lines of one space)


def test_what_is_said_twice_on_youtube_stays_twice_and_chevrons_begin_a_speaker() -> None:
    document = read(YES_TWICE)
    assert spoken(document) == [("", "did you buy yes yes"), ("", "good")]
    assert document.format == "youtube vtt"


def test_youtube_made_srt_is_said_once_though_the_times_of_words_are_gone() -> None:
    text = """1
00:00:00,000 --> 00:00:02,000
did you buy

2
00:00:02,000 --> 00:00:02,010
did you buy

3
00:00:02,010 --> 00:00:03,000
did you buy
yes we did in the end

4
00:00:03,000 --> 00:00:03,010
yes we did in the end

5
00:00:03,010 --> 00:00:04,000
yes we did in the end
and then in March
"""
    document = read(text, "call.srt")
    assert spoken(document) == [("", "did you buy yes we did in the end and then in March")]
    assert document.format == "rolling captions"


def test_lines_that_grow_word_by_word_are_said_once() -> None:
    text = """0:00:00.000,0:00:01.000
so we

0:00:01.000,0:00:02.000
so we lost

0:00:02.000,0:00:03.000
so we lost the deal

0:00:03.000,0:00:04.000
so we lost the deal
in

0:00:04.000,0:00:05.000
so we lost the deal
in March
"""
    assert spoken(read(text, "call.sbv")) == [("", "so we lost the deal in March")]


@pytest.mark.parametrize("name", ["", "Ana Lopes: "])
def test_a_speaker_who_says_a_line_twice_in_ordinary_captions_is_heard_twice(name: str) -> None:
    lines = ["Yes.", "Yes.", "Did we buy?", "Yes.", "Yes.", "Yes."]
    text = "WEBVTT\n\n" + "".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{name}{line}\n\n" for n, line in enumerate(lines))
    assert read(text).text == "Yes. Yes. Did we buy? Yes. Yes. Yes."


def test_word_times_without_rolling_take_nothing_away() -> None:
    text = """WEBVTT

00:16.500 --> 00:18.500
Yes, <00:17.500><c>yes.</c>

00:18.500 --> 00:20.500
Yes, <00:19.000><c>yes.</c>
"""
    assert read(text).text == "Yes, yes. Yes, yes."


# Names in other places


def test_meet_names_stand_in_brackets_on_their_own_lines() -> None:
    text = """WEBVTT

00:00:08.000 --> 00:00:12.000
(Dana Ortiz)
We lost it in

00:00:12.000 --> 00:00:16.000
(Dana Ortiz)
March.
-
 
(Bo Ek)
(laughs) Why?

00:00:16.000 --> 00:00:20.000
(Dana Ortiz)
[Music]
"""  # noqa: W293 (Meet writes lines of one space)
    document = read(text)
    assert spoken(document) == [
        ("Dana Ortiz", "We lost it in March."),
        ("Bo Ek", "(laughs) Why?"),
        ("Dana Ortiz", "[Music]"),
    ]
    assert (document.format, broken(document)) == ("google meet captions", [])


def test_webex_names_stand_in_the_names_of_cues() -> None:
    text = """WEBVTT

1 "Dana Ortiz" (3386843648)
00:00:03.040 --> 00:00:05.650
We lost it. Note: in March.

2 "Bo Ek" (2210457344)
00:00:06.120 --> 00:00:07.000
Why?
"""
    assert spoken(read(text)) == [("Dana Ortiz", "We lost it. Note: in March."), ("Bo Ek", "Why?")]


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("[SPEAKER_00]: {}", "[SPEAKER_01]: {}", ("SPEAKER_00", "SPEAKER_01")),
        ("[speaker:0]\n{}", "[speaker:1]\n{}", ("Speaker 0", "Speaker 1")),
        ("- [Dana] {}", "- [Bo] {}", ("Dana", "Bo")),
        (">> DANA ORTIZ: {}", ">> BO EK: {}", ("DANA ORTIZ", "BO EK")),
        ("&gt;&gt; Dana Ortiz: {}", "&gt;&gt; Bo Ek: {}", ("Dana Ortiz", "Bo Ek")),
        ("DANA ORTIZ:\n{}", "BO EK:\n{}", ("DANA ORTIZ", "BO EK")),
        ("<i>Dana:</i> {}", "<b>Bo:</b> {}", ("Dana", "Bo")),
        ("田中：{}", "佐藤：{}", ("田中", "佐藤")),
    ],
)
def test_names_before_the_words_are_read_however_they_are_marked(
    first: str, second: str, names: tuple[str, str]
) -> None:
    said = ["We lost it.", "Why?", "Price: too high.", "How much?", "[laughs] A lot."]
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{(first, second)[(n - 1) % 2].format(words)}\n\n"
        for n, words in enumerate(said, 1)
    )
    assert spoken(read(text, "call.srt")) == [(names[n % 2], words) for n, words in enumerate(said)]


def test_two_speakers_in_one_cue_are_two_turns() -> None:
    text = """1
00:00:01,000 --> 00:00:02,000
Dana Ortiz: We lost it.
Bo Ek: Why?

2
00:00:03,000 --> 00:00:04,000
Dana Ortiz: Price.
"""
    assert spoken(read(text, "a.srt")) == [("Dana Ortiz", "We lost it."), ("Bo Ek", "Why?"), ("Dana Ortiz", "Price.")]


def test_chevrons_without_a_name_are_somebody_else() -> None:
    text = """1
00:00:01,000 --> 00:00:02,000
>> DANA ORTIZ: We lost it >> Why?

2
00:00:03,000 --> 00:00:04,000
Was it price?

3
00:00:05,000 --> 00:00:06,000
>> DANA ORTIZ: Yes.
"""
    assert spoken(read(text, "a.srt")) == [
        ("DANA ORTIZ", "We lost it"),
        ("", "Why? Was it price?"),
        ("DANA ORTIZ", "Yes."),
    ]


def test_dashes_part_speakers_and_sounds_stay_words() -> None:
    text = """1
00:00:01,000 --> 00:00:02,000
- ♪ music ♪ We lost it.
-Why?

2
00:00:03,000 --> 00:00:04,000
[Music] (applause)
"""
    document = read(text, "a.srt")
    assert spoken(document) == [("", "♪ music ♪ We lost it."), ("", "Why? [Music] (applause)")]


def test_captions_without_names_say_so_and_nobody_has_a_side() -> None:
    text = "1\n00:00:02,000 --> 00:00:03,950\nwe lost a deal.\n\n2\n00:00:30,000 --> 00:00:31,000\nThen what?\n"
    document = read(text, "call.srt")
    assert spoken(document) == [("", "we lost a deal."), ("", "Then what?")]
    assert document.participants[0].side is Side.UNKNOWN
    assert "No speaker is named" in document.warnings[0]


def test_an_hour_without_a_full_stop_is_cut_between_cues_and_loses_nothing() -> None:
    said = [f"word{n} and so on" for n in range(300)]
    text = "WEBVTT\n\n" + "".join(
        f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.990\n{words}\n\n" for n, words in enumerate(said)
    )
    document = read(text)
    assert document.text.split() == " ".join(said).split()
    assert all(len(document.words_of(turn).split()) <= 210 for turn in document.turns)
    assert all(document.words_of(turn).startswith("word") for turn in document.turns)


# What stands around the words


def test_notes_styles_and_cue_names_are_not_spoken_but_a_spoken_arrow_is() -> None:
    text = """WEBVTT - made by a recorder
Kind: captions

X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000

STYLE
::cue { color: red }

REGION
id:fred
width:40%

NOTE a comment that
goes on

NOTES-12
00:01.000 --> 00:04.000 align:start position:0%
Ana Lopes: we go from A --> B and

STYLE GUIDE
00:05.000 --> 00:06.000
Ana Lopes: then to C at 10:30 --> 11:00

00:07.000 --> 00:09.000 region:fred line:-1 position:50.00%,middle
Bo Ek: Right.

So, a blank line inside the cue.

WEBVTT
X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000

00:10.000 --> 00:11.000
Ana Lopes: Yes.
"""
    document = read(text)
    assert spoken(document) == [
        ("Ana Lopes", "we go from A --> B and then to C at 10:30 --> 11:00"),
        ("Bo Ek", "Right. So, a blank line inside the cue."),
        ("Ana Lopes", "Yes."),
    ]
    assert broken(document) == ["Cue 4 has no timing; the words are kept where they stand."]


def test_words_in_angle_brackets_that_are_no_tags_are_kept() -> None:
    words = "it took < 5 days, not > 9, in the <stage> field <i think> or <b said>, 2<3"
    assert spoken(read(f"WEBVTT\n\n00:01.000 --> 00:02.000\nAna Lopes: {words}\n")) == [("Ana Lopes", words)]


def test_tags_and_entities_that_captions_know_leave_only_their_words() -> None:
    text = """1
00:00:01,000 --> 00:00:02,000 X1:100 X2:600 Y1:400 Y2:450
{\\an8}<font color="#ff0000">We</font> <c.magenta.bg_black>lost</c> <i>it</i>,<br/>
{\\i1}R&amp;D{\\i0}&nbsp;&lt;says&gt; AT&T
"""
    assert read(text, "a.srt").text == "We lost it, R&D <says> AT&T"


@pytest.mark.parametrize("name", ["call.srt", "call.vtt", "call.txt", "call"])
def test_a_file_is_read_by_what_it_holds_not_by_its_suffix(name: str) -> None:
    srt = "1\n00:00:02,000 --> 00:00:03,950\nNoor Haddad: Morning.\n\n2\n00:00:04,000 --> 00:00:05,000\nBo Ek: Hi.\n"
    assert read(srt, name).format == "srt with names"
    assert read(ZOOM, name).format == "zoom vtt"
    assert spoken(read(srt, name)) == [("Noor Haddad", "Morning."), ("Bo Ek", "Hi.")]


def test_a_text_about_webvtt_is_no_caption_file() -> None:
    assert read("WebVTT is what Zoom writes\n\nWe talked of formats.\n", "note.txt").kind is not DocumentKind.INTERVIEW


@pytest.mark.parametrize("kind", ["vtt", "srt"])
def test_the_library_and_our_own_reader_of_cues_agree_on_sound_files(kind: str) -> None:
    text = ZOOM if kind == "vtt" else ZOOM.removeprefix("WEBVTT\n\n").replace(".", ",")
    lines = text.split("\n")
    timings = [read_timing(line) for line in lines]
    by_line = cues_by_line(lines, timings, kind)
    by_library = cues_by_library(lines, timings, kind)
    assert by_library is not None
    assert [(c.start, c.end, c.payload) for c in by_library.cues] == [(c.start, c.end, c.payload) for c in by_line.cues]
    assert len(by_line.cues) == 3


# SRT and SBV as they come


CUES = ["Ana Lopes: We lost it", "Ana Lopes: in 2024.", "Bo Ek: Why?"]
TIMES = [("00:00:01,000", "00:00:02,500"), ("00:00:03,000", "00:00:04,000"), ("00:00:05,250", "00:00:06,000")]


@pytest.mark.parametrize(
    "block",
    [
        "{n}\n{start} --> {end}\n{words}\n\n",
        "{start} --> {end}\n{words}\n\n",
        "{n}\n{start} --> {end}\n\n{words}\n\n",
        "{n}\n{start} --> {end}\n{words}\n",
        "{n}\n{start}-->{end}\n{words}\n\n\n\n",
        "{n}\n{start} -> {end}\n{words}\n\n",
        "{n}\n{start} --&gt; {end}\n{words}\n\n",
        "{n} {start} --> {end} {words}\n",
        "{n}\n{end} --> {start}\n{words}\n\n",
        "foo-{n}\n{start} --> {end}?\n{words}\n\n",
        "{n}\n{start} --> {end} D:vertical A:start L:12%\n{words}\n\n",
        "\n\n  {n}  \n  {start} --> {end}  \n  {words}  \n \n",
    ],
)
@pytest.mark.parametrize("mark", [",", ".", ", "])
def test_srt_is_read_however_its_blocks_are_written(block: str, mark: str) -> None:
    text = "".join(
        block.format(n=n, start=start.replace(",", mark), end=end.replace(",", mark), words=words)
        for n, ((start, end), words) in enumerate(zip(TIMES, CUES, strict=True), 1)
    )
    document = read(text, "call.srt")
    assert spoken(document) == [("Ana Lopes", "We lost it in 2024."), ("Bo Ek", "Why?")]
    assert broken(document) == []


@pytest.mark.parametrize("rest", ["00:0", "00:00:03,000", "00:00:03,000 -", "00:00:03,000 --> ", "00:00:03,000 --> 00"])
def test_a_last_cue_that_is_cut_off_takes_nothing_with_it(rest: str) -> None:
    text = f"1\n00:00:01,000 --> 00:00:02,000\nAna Lopes: We lost it.\n\n2\n{rest}"
    document = read(text, "call.srt")
    assert spoken(document) == [("Ana Lopes", "We lost it.")]
    assert broken(document) == ["The timing of cue 2 cannot be read; the words are kept where they stand."]


def test_sbv_is_read_with_its_line_breaks_and_names() -> None:
    text = "0:00:01.000,0:00:03.000\n>> ANA LOPES: We lost[br]it.\n\n0:00:04.000,0:00:03.500\n>> BO EK: Why?\n"
    document = read(text, "captions.sbv")
    assert spoken(document) == [("ANA LOPES", "We lost it."), ("BO EK", "Why?")]
    assert document.format == "sbv with names"


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("00:01.000 --> 00:02.500", 1.0, 2.5),
        ("0:0:1.5 --> 0:1:2.25 align:start", 1.5, 62.25),
        ("00:00:01 --> 00:00:10", 1.0, 10.0),
        ("100:00:00.000 --> 100:00:01.000", 360000.0, 360001.0),
        ("00:00:07,000 --> 00:00:11:890", 7.0, 11.89),
        ("00: 00: 01, 500 -> 00: 00: 03, 000", 1.5, 3.0),
        ("0.00 --> 4.20", 0.0, 4.2),
        ("[00:01.000 --> 00:02.000]", 1.0, 2.0),
        ("00:00:xx,000 --> 00:00:03,000", None, 3.0),
        ("-00:00:01,000 --> 00:00:03,000", None, 3.0),
        ("00:00:01,000 -->", 1.0, None),
        ("00:00:01,000 --> NaN:NaN:NaN", 1.0, None),
    ],
)
def test_a_timing_line_gives_seconds_and_none_for_what_cannot_be_read(
    line: str, start: float | None, end: float | None
) -> None:
    timing = read_timing(line)
    assert timing is not None
    assert (timing.start, timing.end, timing.rest) == (start, end, "")


@pytest.mark.parametrize(
    "line", ["we go from A --> B", "10:30 --> lunch", "A-->B", "-->", "from 10:30 --> 11:00", "10:30 --> 11:00 suits"]
)
def test_words_with_an_arrow_are_no_timing(line: str) -> None:
    assert read_timing(line) is None


def test_clocks_are_seconds() -> None:
    assert [clock_seconds(c) for c in ("1:02:03.5", "02:03", "00:02:03,500")] == [3723.5, 123.0, 123.5]
    assert read_sbv_timing("1,200,300") is None


@pytest.mark.parametrize("name", ["", "[SPEAKER_00]: "])
def test_what_whisper_prints_is_read_with_the_words_behind_each_time(name: str) -> None:
    text = f"[00:00.000 --> 00:03.120] {name}We lost it.\n[00:03.120 --> 00:07.480]  In March.\n"
    document = read(text, "call.txt")
    assert spoken(document) == [(name.strip("[]: "), "We lost it. In March.")]
    assert document.format == "whisper text"


# What is broken


def test_cues_whose_timing_is_damaged_or_missing_are_counted_and_keep_their_words() -> None:
    text = """1
00:00:01,000 --> 00:00:02,000
Ana Lopes: We lost it.

2
00:00:xx,000 --> 00:00:04,000
Bo Ek: Why?

3
Ana Lopes: Price.

4
00:00:07,000 --> 00:00:08,000
Bo Ek: I see.
"""
    document = read(text, "call.srt")
    assert spoken(document) == [
        ("Ana Lopes", "We lost it."),
        ("Bo Ek", "Why?"),
        ("Ana Lopes", "Price."),
        ("Bo Ek", "I see."),
    ]
    assert [turn.at for turn in document.turns] == [1.0, None, None, 7.0]
    assert broken(document) == [
        "The timing of cue 2 cannot be read; the words are kept where they stand.",
        "Cue 3 has no timing; the words are kept where they stand.",
    ]


def test_only_the_first_ten_broken_cues_are_named_and_the_rest_counted() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nAna Lopes: one\n\n" + "".join(
        f"00:0x.000 --> 00:03.000\nBo Ek: word{n}\n\n" for n in range(14)
    )
    assert broken(read(text)) == [
        "The timing of cues 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 4 more cannot be read; "
        "the words are kept where they stand."
    ]


def test_a_number_that_somebody_says_is_no_cue_number() -> None:
    text = """1
00:00:01,000 --> 00:00:02,000
Ana Lopes: How many?

2
00:00:03,000 --> 00:00:04,000
Bo Ek: It was

2024

3
00:00:05,000 --> 00:00:06,000
12
"""
    assert read(text, "call.srt").text == "How many?\n\nIt was 2024 12"


# The shapes of the sample files of webvtt-py and pysrt, in words of our own.

SOUND = [
    ("byte order mark", "\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\none two\n", "one two"),
    (
        "header title and comments",
        "WEBVTT - a title\n\nNOTE\nby us\nall\n\n1\n00:01.000 --> 00:02.000\n- One.\n- Two.  \n\nNOTE last\n\nNOTE end",
        "One.\n\nTwo.",
    ),
    (
        "word times",
        "WEBVTT\n\n00:01.000 --> 00:02.000\none <00:01.500>two\n\n00:02.000 --> 00:03.000\n"
        "three <00:02.500><c.colorE5E5E5>four</c>\n",
        "one two three four",
    ),
    ("header metadata", "WEBVTT\nKind: captions\nLanguage: en\n\n00:01.000 --> 00:02.000\none\n", "one"),
    (
        "style in the header",
        "WEBVTT\nKind: captions\nStyle:\n::cue(c.color) { color: red;\n}\n##\n\n\n00:01.000 --> 00:02.000\none\n",
        "one",
    ),
    (
        "styles between comments",
        "WEBVTT\n\nNOTE a\n\nSTYLE\n::cue {\n  color: red;\n}\n\nNOTE b\n\nSTYLE\n::cue(b) {\n}\n\n"
        "00:01.000 --> 00:02.000\n- One <b>two</b>.\n",
        "One two.",
    ),
    (
        "regions and open voices",
        "WEBVTT\n\nREGION\nid:a\n\nREGION\nid:b\n\n00:01.000 --> 00:02.000 region:a\n<v Ana>one\n\n"
        "00:01.500 --> 00:02.000 region:b\n<v Bo>two\n",
        "one\n\ntwo",
    ),
    (
        "cue names",
        "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\nsecond cue\n00:02.000 --> 00:03.000\ntwo\n\n4\n"
        "00:03.000 --> 00:04.000\nthree\n",
        "one two three",
    ),
    (
        "unpadded times",
        "WEBVTT\n\n0:0:0.0 --> 0:0:3.5\n<v Ana>one</v>\n\n0:1:5.2 --> 1:2:7.95\n<v Bo>two</v>\n",
        "one\n\ntwo",
    ),
    (
        "lines of spaces and settings",
        "WEBVTT\n\nNOTE x\nNOTE y\n\n   \n1\n"
        "00:01.000 --> 00:02.000  position:50.00%,middle  align:middle size:80.00%  line:84.67% \n<i>one,</i>\n",
        "one,",
    ),
    (
        "rolling",
        "WEBVTT\nKind: captions\nStyle:\n::cue(c.a) { color: red;\n }\n##\n\n\n00:01.000 --> 00:02.000\nyeah\n\n\n"
        "00:02.000 --> 00:03.000\nyeah\n<c.a>what</c>\n00:03.000 --> 00:04.000\nthis<00:03.500><c> will</c>\n\n"
        "00:04.000 --> 00:04.010\nthis will\n </c>\n",
        "yeah what this will",
    ),
    (
        "a cue without words",
        "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:02.000 --> 00:03.000\n\n00:03.000 --> 00:04.000\ntwo\n",
        "one two",
    ),
    (
        "an srt cue without words",
        "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:02,000 --> 00:00:03,000\n\n\n3\n"
        "00:00:03,000 --> 00:00:04,000\ntwo\n",
        "one two",
    ),
    ("no header", "00:00:01.000 --> 00:00:02.000\none\n\n00:00:02.000 --> 00:00:03.000\ntwo\n", "one two"),
    ("timing said twice", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n00:00:01.000 --> 00:00:02.000\none\n", "one"),
    ("milliseconds behind a colon", "1\n00:00:01,000 --> 00:00:02:890\none\n", "one"),
    (
        "fonts",
        '1\n00:00:01,000 --> 00:00:02,000\n<font color="#f0f"><i><font color="red">one</font></i> 2 &lt; 3 !</font>\n',
        "one 2 < 3 !",
    ),
    (
        "dashes without a space",
        "1\n00:00:01,000 --> 00:00:02,000\n-One ? Two ?\n\n2\n00:00:03,000 --> 00:00:04,000\n-Three.\n",
        "One ? Two ? Three.",
    ),
    ("no numbers, three lines", "\ufeff00:00:06,500 --> 00:00:09,000\none\ntwo\nthree\n", "one two three"),
    ("numbers from nought, no milliseconds", "0\n00:00:01 --> 00:00:10\none\n", "one"),
    ("no time at all", "1\n00:00:00,000 --> 00:00:00,000\none\n", "one"),
    (
        "unknown tags",
        "1\n00:00:01,000 --> 00:00:02,000\n>\n<font size=8>one</font> <u>2<3,5>1,4<6</u>\n<\n",
        "> one 2<3,5>1,4<6 <",
    ),
    (
        "sbv of two lines, back in time",
        "0:00:01.378,0:00:11.378\none\n\n0:00:17.484,0:00:16.543\ntwo\nthree\n",
        "one two three",
    ),
    (
        "an sbv cue without words",
        "0:00:01.378,0:00:11.378\none\n\n0:00:12.000,0:00:12.300\n\n0:00:13.000,0:00:14.000\ntwo\n",
        "one two",
    ),
]


@pytest.mark.parametrize(("text", "said"), [case[1:] for case in SOUND], ids=[case[0] for case in SOUND])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_sample_shapes_are_read_to_the_last_word(text: str, said: str, encoding: str) -> None:
    document = read_document(text.encode(encoding), "sample.vtt")
    assert document.text == said
    assert broken(document) == []


DAMAGED = [
    (
        "letters in a time",
        "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:02.000 --> 00:00:0d.890\ntwo\n",
        "one two",
        "timing of cue 2",
    ),
    (
        "letters in an sbv time",
        "0:00:00.378,0:00:11.378\none\n\n0:00:13.f89,0:00:15.489\ntwo\n",
        "one two",
        "timing of cue 2",
    ),
    (
        "a vtt cue without a time",
        "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\ntwo\n\n00:03.000 --> 00:04.000\nthree\n",
        "one two three",
        "Cue 2 has no timing",
    ),
    (
        "an srt cue without a time",
        "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\ntwo\n\n3\n00:00:03,000 --> 00:00:04,000\nthree\n",
        "one two three",
        "Cue 2 has no timing",
    ),
    (
        "an sbv cue without a time",
        "0:00:00.378,0:00:11.378\none\n\ntwo\n\n0:00:13.489,0:00:15.489\nthree\n",
        "one two three",
        "Cue 2 has no timing",
    ),
    ("words above the only time", "some text\n00:00:00,500 --> 00:00:07,000", "some text", "Cue 1 has no timing"),
]


@pytest.mark.parametrize(("text", "said", "warning"), [case[1:] for case in DAMAGED], ids=[case[0] for case in DAMAGED])
def test_damaged_samples_give_their_words_and_say_which_cue_is_damaged(text: str, said: str, warning: str) -> None:
    document = read(text, "sample.srt")
    assert document.text == said
    assert [warning in found for found in broken(document)] == [True]


@pytest.mark.parametrize("text", ["", "WEBVTT", "WEBVTT\n\nNOTE nothing\n", "1\n00:00:01,000 --> 00:00:02,000\n\n"])
def test_captions_without_words_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(DocumentError, match=r"^sample\.vtt: (is empty|the caption file holds no words)\. .+\.$"):
        read(text, "sample.vtt")


# What must hold for any words


plain_words = st.lists(
    st.sampled_from(["we", "lost", "the", "deal", "12", "Zürich", "yes", "yes.", "R&amp;D", "-->", "[laughs]", "Why?"]),
    min_size=1,
    max_size=12,
)


def as_rolling(lines: list[str], tagged: bool) -> str:
    """As YouTube shows lines: each with the times of its words below the line before, then held alone for 10 ms."""
    blocks: list[str] = []
    for number, (before, line) in enumerate(pairwise(["", *lines])):
        first, *others = line.split()
        timed = first + "".join(f"<00:00:{number:02}.500><c> {word}</c>" for word in others) if tagged else line
        blocks.append(f"00:{number:02}:00.010 --> 00:{number + 1:02}:00.000\n{before or ' '}\n{timed}\n")
        blocks.append(f"00:{number + 1:02}:00.000 --> 00:{number + 1:02}:00.010\n{line}\n \n")
    return "WEBVTT\nKind: captions\nLanguage: en\n\n" + "\n".join(blocks)


@given(lines=st.lists(plain_words.map(" ".join), min_size=3, max_size=20), tagged=st.booleans())
@settings(max_examples=150, deadline=None)
def test_rolling_captions_give_every_line_once_and_repeats_as_often_as_they_are_said(
    lines: list[str], tagged: bool
) -> None:
    expected = " ".join(lines).replace("&amp;", "&")
    assert read(as_rolling(lines, tagged)).text.split() == expected.split()


@given(lines=st.lists(plain_words.map(" ".join), min_size=1, max_size=20), kind=st.sampled_from(["vtt", "srt", "sbv"]))
@settings(max_examples=150, deadline=None)
def test_ordinary_captions_without_names_lose_no_word(lines: list[str], kind: str) -> None:
    head, form = {
        "vtt": ("WEBVTT\n\n", "00:{:02}:00.000 --> 00:{:02}:59.900"),
        "srt": ("", "00:{:02}:00,000 --> 00:{:02}:59,900"),
        "sbv": ("", "0:{:02}:00.000,0:{:02}:59.900"),
    }[kind]
    text = head + "\n".join(f"{form.format(n, n)}\n{line}\n" for n, line in enumerate(lines))
    assert read(text, f"call.{kind}").text.split() == " ".join(lines).replace("&amp;", "&").split()


PARTS = [
    "WEBVTT",
    "",
    " ",
    "1",
    "2",
    "3",
    "00:01.000 --> 00:02.000",
    "00:00:03,000 --> 00:00:04,000",
    "00:0x.000 --> 00:02.000",
    "0:00:01.000,0:00:03.000",
    "NOTE x",
    "STYLE",
    "<v Ana>",
    "</v>",
    "<v Ana>hello",
    "Ana Lopes: hello",
    "Bo Ek: why",
    "hello",
    "[Ana] hello",
    "(Ana)",
    "- hello",
    ">> hello",
    ">>",
    "-",
    "hello there you",
    '1 "Ana Lopes" (12)',
    "<00:00:01.000><c>hello</c>",
]


@given(lines=st.lists(st.sampled_from(PARTS), min_size=1, max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_jumble_of_caption_lines_loses_a_said_word(lines: list[str]) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nhello\n" + "\n".join(lines)
    expected = 1 + sum("hello" in line for line in lines)
    found = read(text, "call.srt")
    # Rolling captions may repeat a line; nothing else may.
    assert found.text.count("hello") == expected or found.format in ("rolling captions", "youtube vtt")


def test_ranges_in_brackets_stand_on_lines_without_blanks_between() -> None:
    text = "[0:00 → 0:02] Dana: We lost it.\n[0:02 → 0:09] Ben: Why?\n[0:09 → 0:14] Dana: Nobody knew.\n"
    assert spoken(read(text, "call.txt")) == [("Dana", "We lost it."), ("Ben", "Why?"), ("Dana", "Nobody knew.")]


def test_where_pieces_of_a_stream_were_put_together_what_overlaps_is_said_once() -> None:
    head = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n"
    over = "00:00:09.500 --> 00:00:11.500\nDana: over the border\n\n"
    first, last = "00:00:01.000 --> 00:00:04.000\nDana: first\n\n", "00:00:13.000 --> 00:00:15.000\nBen: no\n"
    text = f"{head}{first}{over}{head}{over}{last}"
    assert spoken(read(text)) == [("Dana", "first over the border"), ("Ben", "no")]


def test_comments_above_the_first_cue_of_a_file_without_header_are_not_said() -> None:
    cues = "00:00:00.000 --> 00:00:03.000\nWe lost it.\n\n00:00:03.000 --> 00:00:06.000\nYes.\n"
    assert read(f"# some tool\n# some title\n\n{cues}", "call.txt").text == "We lost it. Yes."


def test_a_name_over_its_words_that_comes_once_is_one_where_others_stand_so() -> None:
    cue = "00:0{}.000 --> 00:0{}.900\n{}:\n{}\n"
    lines = [(1, "DANA", "We lost it."), (3, "BEN", "Why?"), (5, "DANA", "Nobody knew."), (7, "DANA", "Not even I.")]
    blocks = [cue.format(at, at, who, said) for at, who, said in lines]
    text = "\n".join(["WEBVTT\n", *blocks, "00:09.000 --> 00:09.900\n♪\n"])
    assert [speaker for speaker, _ in spoken(read(text))] == ["DANA", "BEN", "DANA"]


def test_a_machines_label_needs_no_space_behind_its_colon() -> None:
    text = "1\n00:00:01,000 --> 00:00:04,000\nspeaker_3:hello\n\n2\n00:00:05,000 --> 00:00:07,000\nspeaker_1:why\n"
    assert spoken(read(text, "call.srt")) == [("speaker_3", "hello"), ("speaker_1", "why")]
