"""Shapes of what speech recognisers write as JSON."""

from __future__ import annotations

from analyzer.reading.source import Shape

_SENTENCES = "Utterances with times; speakers as the recogniser numbers them."
_WORDS = "Single words put together to sentences with their punctuation and times; speakers as numbered."

ENGINE_SHAPES = (
    Shape(
        "rev json",
        "rev.json",
        """{"speakers": [{"id": 0, "name": "Noor Haddad"}, {"id": 1, "name": "Dana Ortiz"}], "monologues": [
  {"speaker": 0, "elements": [
    {"type": "text", "value": "What", "ts": 3.1, "end_ts": 3.3}, {"type": "punct", "value": " "},
    {"type": "text", "value": "changed", "ts": 3.4, "end_ts": 3.8}, {"type": "punct", "value": "?"}]},
  {"speaker": 1, "elements": [{"type": "text", "value": "Everything", "ts": 6.5}, {"type": "punct", "value": "."}]}]}
""",
        "Words put together to sentences, with times; names from the list of speakers.",
    ),
    Shape(
        "whisper json",
        "call.json",
        """{"text": " What changed in March? We lost an account.", "language": "en", "segments": [
  {"id": 0, "seek": 0, "start": 0.0, "end": 2.4, "text": " What changed in", "avg_logprob": -0.2},
  {"id": 1, "seek": 0, "start": 2.4, "end": 5.0, "text": " March? We lost an account.", "avg_logprob": -0.3}]}
""",
        "Segments put together so that no sentence is cut in two; nobody is named.",
    ),
    Shape(
        "whisperx json",
        "call.json",
        """{"segments": [
  {"start": 3.1, "end": 5.0, "text": " What changed in March?", "speaker": "SPEAKER_00",
   "words": [{"word": "What", "start": 3.1, "end": 3.3, "score": 0.9, "speaker": "SPEAKER_00"}]},
  {"start": 6.5, "end": 9.0, "text": " We lost the Halloway account.", "speaker": "SPEAKER_01",
   "words": [{"word": "We", "start": 6.5, "end": 6.6, "score": 0.8, "speaker": "SPEAKER_01"}]}],
 "word_segments": [{"word": "What", "start": 3.1, "end": 3.3, "score": 0.9}]}
""",
        "Segments with times; speakers as numbered.",
    ),
    Shape(
        "whisper.cpp json",
        "call.json",
        """{"model": {"type": "base"}, "transcription": [
  {"timestamps": {"from": "00:00:00,000", "to": "00:00:02,400"}, "offsets": {"from": 0, "to": 2400},
   "text": " What changed in March?"},
  {"timestamps": {"from": "00:00:02,400", "to": "00:00:05,000"}, "offsets": {"from": 2400, "to": 5000},
   "text": " We lost the Halloway account."}]}
""",
        "Segments put together so that no sentence is cut in two; nobody is named.",
    ),
    Shape(
        "deepgram json",
        "call.json",
        """{"metadata": {"duration": 9.0, "channels": 1}, "results": {"channels": [{"alternatives": [{
 "transcript": "What changed? We lost it.", "words": [{"word": "what", "punctuated_word": "What", "speaker": 0}],
 "paragraphs": {"paragraphs": [
  {"speaker": 0, "start": 3.1, "sentences": [{"text": "What changed?", "start": 3.1, "end": 3.8}]},
  {"speaker": 1, "start": 6.5, "sentences": [{"text": "We lost it.", "start": 6.5, "end": 7.2}]}]}}]}]}}
""",
        "Utterances, else paragraphs, else words put together; a speaker for each number, or for each channel.",
    ),
    Shape(
        "assemblyai json",
        "call.json",
        """{"id": "t1", "status": "completed", "text": "What changed? We lost it.", "utterances": [
  {"speaker": "A", "text": "What changed?", "start": 3100, "end": 3800, "confidence": 0.9,
   "words": [{"text": "What", "start": 3100, "end": 3300, "speaker": "A"}]},
  {"speaker": "B", "text": "We lost it.", "start": 6500, "end": 7200, "confidence": 0.9,
   "words": [{"text": "We", "start": 6500, "end": 6600, "speaker": "B"}]}],
 "chapters": [{"headline": "A loss", "summary": "They lost it.", "gist": "loss", "start": 3100}]}
""",
        "Utterances with times; chapters, highlights and sentiments are not read.",
    ),
    Shape(
        "aws transcribe json",
        "call.json",
        """{"jobName": "call", "results": {"transcripts": [{"transcript": "What changed? Nothing."}], "items": [
  {"type": "pronunciation", "start_time": "3.1", "speaker_label": "spk_0", "alternatives": [{"content": "What"}]},
  {"type": "pronunciation", "start_time": "3.4", "speaker_label": "spk_0", "alternatives": [{"content": "changed"}]},
  {"type": "punctuation", "speaker_label": "spk_0", "alternatives": [{"content": "?"}]},
  {"type": "pronunciation", "start_time": "6.5", "speaker_label": "spk_1", "alternatives": [{"content": "Nothing"}]},
  {"type": "punctuation", "speaker_label": "spk_1", "alternatives": [{"content": "."}]}]}}
""",
        _WORDS,
    ),
    Shape(
        "google speech json",
        "call.json",
        """{"results": [{"alternatives": [{"transcript": "What changed? Everything.", "words": [
  {"word": "What", "startTime": "3.100s", "speakerTag": 1},
  {"word": "changed?", "startTime": "3.400s", "speakerTag": 1},
  {"word": "Everything.", "startTime": "6.500s", "speakerTag": 2}]}]}]}
""",
        _WORDS,
    ),
    Shape(
        "ibm watson json",
        "call.json",
        """{"result_index": 0, "results": [
  {"final": true, "alternatives": [{"transcript": "what changed ", "confidence": 0.9,
   "timestamps": [["what", 3.1, 3.3], ["changed", 3.4, 3.8]]}]},
  {"final": true, "alternatives": [{"transcript": "everything ", "timestamps": [["everything", 6.5, 7.1]]}]}],
 "speaker_labels": [{"from": 3.1, "to": 3.3, "speaker": 0, "confidence": 0.6, "final": false},
  {"from": 3.4, "to": 3.8, "speaker": 0, "final": false}, {"from": 6.5, "to": 7.1, "speaker": 1, "final": true}]}
""",
        "Results with times; each word's speaker from the labels beside them, by time.",
    ),
    Shape(
        "azure speech json",
        "call.json",
        """{"combinedRecognizedPhrases": [{"channel": 0, "display": "What changed? Everything."}],
 "recognizedPhrases": [
  {"speaker": 1, "offset": "PT3.1S", "offsetInTicks": 31000000, "nBest": [{"display": "What changed?"}]},
  {"speaker": 2, "offset": "PT6.5S", "offsetInTicks": 65000000, "nBest": [{"display": "Everything."}]}]}
""",
        _SENTENCES,
    ),
    Shape(
        "speechmatics json",
        "call.json",
        """{"format": "2.9", "results": [
  {"type": "word", "start_time": 3.1, "alternatives": [{"content": "What", "speaker": "S1"}]},
  {"type": "word", "start_time": 3.4, "alternatives": [{"content": "changed", "speaker": "S1"}]},
  {"type": "punctuation", "attaches_to": "previous", "alternatives": [{"content": "?", "speaker": "S1"}]},
  {"type": "word", "start_time": 6.5, "alternatives": [{"content": "Everything", "speaker": "S2"}]},
  {"type": "punctuation", "attaches_to": "previous", "alternatives": [{"content": ".", "speaker": "S2"}]}]}
""",
        _WORDS,
    ),
    Shape(
        "elevenlabs json",
        "call.json",
        """{"language_code": "eng", "text": "What changed? Everything.", "words": [
  {"text": "What", "start": 3.1, "type": "word", "speaker_id": "speaker_0"},
  {"text": " ", "start": 3.3, "type": "spacing", "speaker_id": "speaker_0"},
  {"text": "changed?", "start": 3.4, "type": "word", "speaker_id": "speaker_0"},
  {"text": "Everything.", "start": 6.5, "type": "word", "speaker_id": "speaker_1"}]}
""",
        _WORDS,
    ),
    Shape(
        "gladia json",
        "call.json",
        """{"result": {"transcription": {"full_transcript": "What changed? We lost it.", "utterances": [
  {"speaker": 0, "channel": 0, "start": 3.1, "end": 3.8, "text": "What changed?", "words": [{"word": "What"}]},
  {"speaker": 1, "channel": 0, "start": 6.5, "end": 7.2, "text": "We lost it.", "words": [{"word": "We"}]}]}}}
""",
        _SENTENCES,
    ),
    Shape(
        "youtube json",
        "captions.json3",
        """{"wireMagic": "pb3", "events": [
  {"tStartMs": 3100, "dDurationMs": 2000, "segs": [{"utf8": "what"}, {"utf8": " changed", "tOffsetMs": 400}]},
  {"tStartMs": 4200, "aAppend": 1, "segs": [{"utf8": "\\n"}]},
  {"tStartMs": 5300, "dDurationMs": 2000, "segs": [{"utf8": "in March"}]}]}
""",
        "Captions put together; nobody is named.",
    ),
)
