"""Captions: a file of timed cues becomes turns. Timings, then cues, then what rolls said once, then who speaks."""
