"""Commands that check and keep a study sound, and the app: verify, reindex, check, app."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from analyzer.cli.door import REFUSED, app, door, open_study, say, show_progress
from analyzer.errors import UsageError


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Claims, one JSON object a line.", metavar="CLAIMS.jsonl")],
) -> None:
    """Check claims that anyone made against the words: the evidence rules alone, no model."""
    from analyzer.extraction.verify import read_claims, verify_claims

    lines = read_claims(file)
    if any("turns" not in line for line in lines):
        with open_study() as study:
            verdicts = list(verify_claims(lines, study.find_document))
    else:
        verdicts = list(verify_claims(lines, _no_document))
    for verdict in verdicts:
        print(json.dumps(verdict, ensure_ascii=False))


def _no_document(name: str) -> Any:
    raise UsageError(f"{name}: no study is open to look it up in.")


@app.command()
def reindex() -> None:
    """Rebuild the index from the store."""
    with open_study() as study, show_progress("index") as on_step:
        count = study.reindex(on_step)
    print(f"{count} documents are in the index.")


@app.command()
def check() -> None:
    """Is the study sound: database, offsets, index."""
    with open_study() as study:
        faults = study.check()
        count = len(study.document_heads())
    for fault in faults:
        say(fault)
    if faults:
        raise typer.Exit(REFUSED)
    print(f"{count} documents: database, offsets and index are sound.")


@app.command("app")
def run_app(port: Annotated[int, typer.Option(help="Where it listens.")] = 8501) -> None:
    """Open the Streamlit app on this study."""
    from analyzer.study import Study
    from analyzer.views.server import serve

    Study.create(door.study, door.settings).close()
    raise typer.Exit(serve(door.study, port))
