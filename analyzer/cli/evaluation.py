"""The command that measures: eval."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.door import REFUSED, FormatOption, app, door, say, show_progress
from analyzer.errors import UsageError
from analyzer.printing import Format, print_rows, showable

if TYPE_CHECKING:
    from analyzer.evaluation.evaluation import Evaluation
    from analyzer.evaluation.trial import Trial


@app.command("eval")
def evaluate_folder(
    folder: Annotated[Path, typer.Argument(help="Annotated documents: docs/, gold.jsonl, sources.jsonl.")],
    extractor: Annotated[str, typer.Option(help="auto, offline or llm.")] = "auto",
    model: Annotated[str, typer.Option(help="provider:name, e.g. openai:gpt-4.1-mini.")] = "",
    budget: Annotated[float | None, typer.Option(help="US dollars not to pass.")] = None,
    min_confidence: Annotated[float, typer.Option(min=0.0, max=1.0, help="Leave out findings under it.")] = 0.0,
    errors: Annotated[int, typer.Option(min=0, help="How many of the worst misses and false alarms to show.")] = 0,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the study it is done in there, so that a language model's answers are paid once."),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Measure an extractor on annotated documents, in a study of its own: precision, recall, F1, agreement, errors."""
    from analyzer.evaluation.evaluation import evaluate
    from analyzer.evaluation.gold import read_gold
    from analyzer.evaluation.trial import Choice, open_trial, run_trial

    if form not in (Format.TABLE, Format.JSON, Format.MD):
        raise UsageError(f"--format is table, json or md here, not {form.value}.")
    if extractor not in ("auto", "offline", "llm"):
        raise UsageError(f"--extractor is auto, offline or llm, not {extractor!r}.")
    gold = read_gold(folder)
    with open_trial(gold, door.settings, keep) as study:
        with show_progress("eval") as on_step:
            trial = run_trial(study, gold, Choice(extractor, model, budget), on_step)
        judge = study.judge if trial.extracting.extractor == "offline" else None
        findings = [f for f in trial.findings if f.confidence >= min_confidence]
        made = evaluate(gold, trial.documents, findings, errors, judge)
    by = {
        "extractor": trial.extracting.extractor,
        "model": trial.extracting.model,
        "min_confidence": min_confidence,
    }
    heading = f"{folder.resolve().name}: {len(made.documents)} documents, {by['extractor']} extractor ({by['model']})"
    _print(made, heading + (f", from confidence {min_confidence:g} on" if min_confidence else ""), form, by)
    _say_what_failed(trial, made)


def _print(made: Evaluation, heading: str, form: Format, by: Mapping[str, Any]) -> None:
    """``by`` is what made the findings, for programs."""
    from analyzer.evaluation import report

    if form == Format.JSON:
        sys.stdout.write(json.dumps(report.evaluation_json(made) | dict(by), indent=1, ensure_ascii=False) + "\n")
        return
    if form == Format.MD:
        sys.stdout.write(report.render_markdown(made, heading))
        return
    print(showable(heading))
    print_rows(report.kind_rows(made), report.COLUMNS, form, "kinds")
    for line in report.summary_lines(made):
        print(showable(line))
    if made.calibration:
        print("\n" + report.calibration_line(made.calibration))
        print_rows(report.calibration_rows(made.calibration), report.CALIBRATION_COLUMNS, form, "bins with findings")
    for line in report.mistake_lines(made):
        print(showable(line))


def _say_what_failed(trial: Trial, made: Evaluation) -> None:
    for note in (*trial.extracting.notes, *made.notes):
        say(f"note: {note}")
    for refused in trial.refused:
        say(f"refused {refused}")
    for failure in trial.extracting.failures:
        say(f"not read: {failure}")
    if trial.refused or trial.extracting.failures:
        raise typer.Exit(REFUSED)
