"""How captions come: an example of each way, and what is taken from it."""

from __future__ import annotations

from analyzer.reading.source import Shape

VTT_SHAPES = (
    Shape(
        "zoom vtt",
        "GMT20260311-150022_Recording.transcript.vtt",
        """WEBVTT

1
00:00:03.120 --> 00:00:06.480
Priya Raman: Thanks for making the time. What made you look?

2
00:00:07.010 --> 00:00:10.940
Tom Ashby (Larkfield): Month end. It took us nine days.
""",
        "The name before the colon, the words, the start; cues of one speaker in a row are one turn.",
    ),
    Shape(
        "teams vtt",
        "Larkfield debrief.vtt",
        """WEBVTT

4f1d2c60-7a35-4c0e-9b1e-0d5a6f3e8a11/12-0
00:00:03.045 --> 00:00:06.245
<v Priya Raman>What made you look
in the first place?</v>

4f1d2c60-7a35-4c0e-9b1e-0d5a6f3e8a11/15-0
00:00:06.845 --> 00:00:10.005
<v Ashby, Tom>Month end. R&amp;D was waiting.</v>
""",
        "The voice of each tag, closed or not, several to a cue; the words with their entities resolved.",
    ),
    Shape(
        "webex vtt",
        "Larkfield-20260311 1500-1.vtt",
        """WEBVTT

1 "Priya Raman" (3386843648)
00:00:03.040 --> 00:00:05.650
What made you look?

2 "Tom Ashby" (2210457344)
00:00:06.120 --> 00:00:09.900
Month end. It took us nine days.
""",
        "The speaker from the name of the cue, and the words.",
    ),
    Shape(
        "google meet captions",
        "Larkfield (2026-03-11).vtt",
        """WEBVTT

00:00:04.000 --> 00:00:08.000
(Priya Raman)
What made you look?

00:00:08.000 --> 00:00:12.000
(Tom Ashby)
Month end.
-

(Priya Raman)
How long did it take?
""",
        "The names in brackets on lines of their own; dashes between speakers are left out.",
    ),
    Shape(
        "youtube vtt",
        "Larkfield on closing the books.en.vtt",
        """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.310 align:start position:0%

month<00:00:00.480><c> end</c><00:00:00.800><c> took</c><00:00:01.200><c> us</c>

00:00:02.310 --> 00:00:02.320 align:start position:0%
month end took us

00:00:02.320 --> 00:00:04.800 align:start position:0%
month end took us
nine<00:00:02.800><c> days</c>
""",
        "Each line once, though it is shown up to three times; `>>` begins another speaker.",
    ),
    Shape(
        "rolling captions",
        "Larkfield.en.srt",
        """1
00:00:00,160 --> 00:00:02,310
month end took us

2
00:00:02,310 --> 00:00:04,800
month end took us
nine days and two

3
00:00:04,800 --> 00:00:07,100
nine days and two
people full time
""",
        "Each line once, where a cue repeats the last line of the cue before, in VTT, SRT or SBV.",
    ),
    Shape(
        "captions with voices",
        "larkfield.vtt",
        """WEBVTT

00:03.120 --> 00:06.480
<v Speaker 1>What made you look?

00:07.010 --> 00:10.940 align:start
<v Speaker 2>Month end.
""",
        "The voice of each tag, whatever program wrote it.",
    ),
    Shape(
        "vtt with names",
        "larkfield.vtt",
        """WEBVTT - Larkfield debrief

NOTE Confidence: 0.91

00:00:03.120 --> 00:00:06.480 position:50% align:middle
[SPEAKER_00]: What made you look?

00:00:07.010 --> 00:00:10.940
[SPEAKER_01]: Month end. It took us nine days.
""",
        "Names before a colon or in brackets; notes, styles and settings are left out.",
    ),
    Shape(
        "vtt",
        "larkfield.vtt",
        """WEBVTT

00:03.120 --> 00:06.480
- What made you look?
- Month end.

00:07.010 --> 00:10.940
It took us nine days.
""",
        "The words; nobody is named, so paragraphs end where a dash or `>>` begins a speaker, or at pauses.",
    ),
)

SRT_SHAPES = (
    Shape(
        "srt with names",
        "larkfield.srt",
        """1
00:00:03,120 --> 00:00:06,480
Priya Raman: What made you look?

2
00:00:07,010 --> 00:00:10,940
Tom Ashby: Month end.
It took us <i>nine</i> days.
""",
        "The name before the colon or in brackets, the words without their tags, the start.",
    ),
    Shape(
        "srt",
        "larkfield.srt",
        """1
00:00:03,120 --> 00:00:06,480
<font color="#ffffff">What made you look?</font>

2
00:00:07,010 --> 00:00:10,940 X1:100 X2:600 Y1:400 Y2:450
{\\an8}Month end. It took us nine days.
""",
        "The words without tags and coordinates, with or without cue numbers, dots or commas in the times.",
    ),
    Shape(
        "whisper text",
        "larkfield.txt",
        """[00:00.000 --> 00:03.120]  What made you look?
[00:03.120 --> 00:07.480]  Month end. It took us nine days.
[00:07.480 --> 00:09.000]  And two people, full time.
""",
        "The words behind each time in brackets, as Whisper prints them.",
    ),
)

SBV_SHAPES = (
    Shape(
        "sbv with names",
        "larkfield.sbv",
        """0:00:03.120,0:00:06.480
>> PRIYA RAMAN: What made you look?

0:00:07.010,0:00:10.940
>> TOM ASHBY: Month end. It took us
nine days.
""",
        "The name before the colon, the words, the start.",
    ),
    Shape(
        "sbv",
        "captions.sbv",
        """0:00:03.120,0:00:06.480
What made you look?

0:00:07.010,0:00:10.940
Month end.[br]It took us nine days.
""",
        "The words; paragraphs as in VTT without names.",
    ),
)
