"""The command line, ``icp``: parses, calls the study, prints. Exit code 0 done, 1 something refused, 2 wrong use."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer import __version__
from analyzer.errors import AnalyzerError, ModelError, StudyError, UsageError
from analyzer.printing import Format, print_rows, showable
from analyzer.records import DocumentKind, Kind, Outcome, Side, Status
from analyzer.settings import Settings

if TYPE_CHECKING:
    from analyzer.study import Added, Extracting, OnStep, Study

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
accounts_app = typer.Typer(no_args_is_help=True, help="Accounts and deals.")
app.add_typer(accounts_app, name="accounts")

REFUSED, WRONG_USE = 1, 2
FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]


class _Door:
    """What the options before the command said."""

    settings: Settings
    study: Path


_door = _Door()


def _version(wanted: bool) -> None:
    if wanted:
        print(f"icp-analyzer {__version__}")
        raise typer.Exit


@app.callback()
def _open_door(
    study: Annotated[Path | None, typer.Option(help="The study's folder; default $ICP_STUDY or ./study.")] = None,
    _wants_version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Interviews and signals in, a draft Ideal Customer Profile out, every line with the words it rests on."""
    _door.settings = Settings()
    _door.study = study or _door.settings.study


@contextmanager
def _study() -> Iterator[Study]:
    from analyzer.study import Study

    study = Study(_door.study, _door.settings)
    try:
        yield study
    finally:
        study.close()


@contextmanager
def _progress(what: str) -> Iterator[OnStep]:
    """A bar on stderr while something takes its time; nothing at all when stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda step, done, of: bar.update(task, description=showable(step)[:50], completed=done, total=of or None)


def _say(text: str) -> None:
    sys.stderr.write(showable(text) + "\n")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no date. Write it as YYYY-MM-DD.") from error


# ------------------------------------------------------------------------------------------------------------- study


@app.command()
def demo(folder: Annotated[Path, typer.Argument(help="Where to build it.")] = Path("demo-study")) -> None:
    """Build a study from the documents that come with the program, and print its one-page draft."""
    from analyzer.demo import build_demo
    from analyzer.icp.render import render_markdown

    with _progress("demo") as on_step:
        built = build_demo(folder, _door.settings, on_step)
    refused = [a for a in built.added if a.status == "refused"]
    for added in refused:
        _say(f"refused {added.detail}")
    sys.stdout.write(render_markdown(built.draft, with_evidence=False))
    print(f"\nThe study is in {folder}. Look at it:  icp --study {folder} app   (or `make app`)")
    if refused:
        raise typer.Exit(REFUSED)


@app.command()
def init(product: Annotated[Path | None, typer.Option(help="A product.yaml to start with.")] = None) -> None:
    """Make an empty study."""
    from analyzer.study import Study

    Study.create(_door.study, _door.settings, product).close()
    print(
        f"A study is in {_door.study}. Describe what you sell in {_door.study / 'product.yaml'}, then `icp add` files."
    )


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders, zips.", metavar="PATH...")],
    kind: Annotated[DocumentKind | None, typer.Option(help="What they are, where the guess is wrong.")] = None,
    account: Annotated[str, typer.Option(help="Whose they are.")] = "",
    said_on: Annotated[str | None, typer.Option("--date", help="YYYY-MM-DD.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="How the deal ended.")] = None,
    side: Annotated[list[str] | None, typer.Option(help="NAME=ours or NAME=customer, as often as needed.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Read documents into the study. The same file again changes nothing."""
    from analyzer.reading.documents import ReadOptions
    from analyzer.study import Study

    options = ReadOptions(kind=kind, account=account, said_on=_day(said_on), outcome=outcome, sides=_sides(side or []))
    refused = 0
    Study.create(_door.study, _door.settings).close()
    with _study() as study, _progress("read") as on_step:
        for added in study.add(paths, options, on_step):
            refused += added.status == "refused"
            _print_added(added, as_json)
    if refused:
        raise typer.Exit(REFUSED)


def _sides(pairs: list[str]) -> dict[str, Side]:
    sides = {}
    for pair in pairs:
        name, equals, side = pair.rpartition("=")
        if not equals or not name or side not in ("ours", "customer"):
            raise UsageError(f"--side takes NAME=ours or NAME=customer, not {pair!r}.")
        sides[name] = Side(side)
    return sides


def _print_added(added: Added, as_json: bool) -> None:
    document = added.document
    if as_json:
        row: dict[str, Any] = {"file": added.name, "status": added.status, "detail": added.detail}
        if document is not None:
            row |= {
                "document_id": document.id,
                "kind": document.kind.value,
                "format": document.format,
                "account": document.account,
                "said_on": document.said_on.isoformat() if document.said_on else None,
                "outcome": document.outcome.value if document.outcome else None,
                "turns": len(document.turns),
                "speakers": {p.name: p.side.value for p in document.participants},
                "guesses": {key: guess.reason for key, guess in document.guesses.items()},
                "warnings": list(document.warnings),
            }
        print(json.dumps(row, ensure_ascii=False))
    elif document is not None:
        said_on = document.said_on.isoformat() if document.said_on else "no date"
        people = ", ".join(f"{p.name or '-'} ({p.side.value})" for p in document.participants)
        whose = f"{document.kind.value}, {document.account or 'no account'}, {said_on}"
        what = f"{whose}, {len(document.turns)} turns, {people}"
        print(showable(f"{added.status:9} {added.name}: {added.detail or what}"))
    if added.status == "refused":
        _say(f"refused {added.detail}")
    for warning in document.warnings if document is not None and added.status == "added" else ():
        _say(f"note: {added.name}: {warning}")


@app.command()
def documents(form: FormatOption = Format.TABLE) -> None:
    """List the documents, with what was made of each."""
    with _study() as study:
        rows = [
            {key: _plain(head[key]) for key in head if key not in ("digest", "warnings", "guesses")}
            for head in study.document_heads()
        ]
    print_rows(rows, ("id", "name", "kind", "account", "said_on", "turns", "findings", "rejected"), form, "documents")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@accounts_app.command("import")
def import_accounts(
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX.")],
    mapping: Annotated[list[str] | None, typer.Option("--map", help="COLUMN=FIELD, as often as needed.")] = None,
) -> None:
    """Import accounts and deals with their firmographics; columns nobody knows are kept as attributes."""
    from analyzer.reading.tables import read_accounts
    from analyzer.study import Study

    pairs = [pair.rpartition("=") for pair in mapping or []]
    if any(not equals for _, equals, _ in pairs):
        raise UsageError("--map takes COLUMN=FIELD.")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    table = read_accounts(content, file.name, {column: field for column, _, field in pairs})
    Study.create(_door.study, _door.settings).close()
    with _study() as study:
        joined = study.import_accounts(table)
    print(f"{len(table.accounts)} accounts and {len(table.deals)} deals.")
    print("Mapped: " + ", ".join(f"{column} -> {field}" for column, field in table.mapped.items()))
    print("Kept as attributes: " + (", ".join(table.kept) or "none"))
    if joined:
        print(f"{joined} documents were joined to these accounts.")
    for warning in table.warnings:
        _say(f"note: {warning}")


# -------------------------------------------------------------------------------------------------------- extraction


@app.command()
def extract(
    extractor: Annotated[str, typer.Option(help="auto, offline or llm.")] = "auto",
    model: Annotated[str, typer.Option(help="provider:name, e.g. openai:gpt-4.1-mini.")] = "",
    estimate: Annotated[bool, typer.Option("--estimate", help="Only say what it would cost.")] = False,
    budget: Annotated[float | None, typer.Option(help="US dollars not to pass.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Calls at once.")] = None,
) -> None:
    """Find triggers, pains, roles and the rest in every document that has not been read yet."""
    if extractor not in ("auto", "offline", "llm"):
        raise UsageError(f"--extractor is auto, offline or llm, not {extractor!r}.")
    if jobs:
        _door.settings = _door.settings.model_copy(update={"jobs": jobs})
    with _study() as study:
        if estimate:
            _print_estimate(study, extractor, model)
            return
        with _progress("extract") as on_step:
            done = study.extract(extractor, model, budget, on_step)
    _print_extracting(done)
    if done.failures:
        raise typer.Exit(REFUSED)


def _print_estimate(study: Study, extractor: str, model: str) -> None:
    if extractor == "offline" or (extractor == "auto" and not (model or _door.settings.chosen_model)):
        print("The offline extractor calls nothing and costs nothing.")
        return
    made = study.estimate(model)
    money = (
        f"about ${made['usd']:.4f} (prices of {made['price_as_of']})" if made["usd"] is not None else "no price known"
    )
    print(
        f"{made['model']}: {made['calls']} calls, {made['tokens_in']} tokens sent, {made['tokens_out']} back, {money}."
    )


def _print_extracting(done: Extracting) -> None:
    for note in done.notes:
        _say(f"note: {note}")
    for failure in done.failures:
        _say(f"not read: {failure}")
    print(
        f"{done.documents} documents read with the {done.extractor} extractor ({done.model}), "
        f"{done.unchanged} unchanged: {done.findings} findings, {done.refused} claims refused."
    )
    if done.extractor == "llm":
        money = f", ${done.usd:.4f}" if done.usd is not None else ""
        print(f"{done.tokens_in} tokens sent, {done.tokens_out} back{money}.")


KindOption = Annotated[Kind | None, typer.Option(help="Only this kind.")]
AccountOption = Annotated[str, typer.Option(help="Only this account.")]


@app.command()
def findings(
    kind: KindOption = None,
    account: AccountOption = "",
    status: Annotated[Status | None, typer.Option(help="new, accepted or rejected.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """What was found: every finding with the words it rests on."""
    from analyzer.icp.export import finding_json

    with _study() as study:
        rows = [finding_json(f) for f in study.findings(kind, account, status)]
    print_rows(rows, ("id", "kind", "category", "account", "speaker", "quote", "confidence"), form, "findings")


@app.command()
def rejected(form: FormatOption = Format.TABLE) -> None:
    """The claims that were refused, with the reason: nothing vanishes."""
    from analyzer.icp.export import rejected_json

    with _study() as study:
        rows = [rejected_json(r) for r in study.rejected()]
    print_rows(rows, ("id", "kind", "reason", "document", "speaker", "quote", "detail"), form, "refused claims")


@app.command()
def text(document: Annotated[str, typer.Argument(help="Its id, name, or part of the name.")]) -> None:
    """A document's text, to which all offsets refer."""
    with _study() as study:
        sys.stdout.write(study.find_document(document).text + "\n")


@app.command()
def themes(kind: KindOption = None, form: FormatOption = Format.TABLE) -> None:
    """What several say alike, with n of m accounts."""
    from analyzer.icp.export import theme_json

    with _study() as study:
        heard = study.heard_accounts()
        rows = [theme_json(t, heard) for t in study.themes() if kind is None or t.kind == kind]
    print_rows(rows, ("id", "kind", "category", "n", "m", "label"), form, "themes")


@app.command()
def phrases(form: FormatOption = Format.TABLE) -> None:
    """Wording that customers of several accounts share."""
    from analyzer.icp.export import phrase_json

    with _study() as study:
        heard = study.heard_accounts()
        rows = [phrase_json(p, heard) for p in study.phrases()]
    print_rows(rows, ("words", "n", "m", "accounts"), form, "phrases")


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What you look for, in plain words.")],
    account: AccountOption = "",
    since: Annotated[str | None, typer.Option(help="Said on or after YYYY-MM-DD.")] = None,
    kind: Annotated[DocumentKind | None, typer.Option(help="Only this kind of document.")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many.")] = 10,
    form: FormatOption = Format.TABLE,
) -> None:
    """Places in the documents nearest in meaning."""
    with _study() as study:
        found = study.search(query, top, account, _day(since), kind)
    rows = [
        {
            "similarity": round(f.similarity, 3),
            "document": f.document.name,
            "document_id": f.document.id,
            "account": f.document.account,
            "said_on": _plain(f.document.said_on),
            "speakers": list(f.speakers),
            "start": f.start,
            "end": f.end,
            "text": f.text,
        }
        for f in found
    ]
    print_rows(rows, ("similarity", "account", "document", "speakers", "text"), form, "places")


# ----------------------------------------------------------------------------------------------- accounts and draft


@app.command()
def account(
    name: Annotated[str, typer.Argument(help="The account.")],
    form: Annotated[Format, typer.Option("--format", help="md or json.")] = Format.MD,
) -> None:
    """The seller's brief: is it live, why now, whom to call, what to say."""
    from analyzer.icp.brief import brief_json, render_brief

    with _study() as study:
        reading = study.account_reading(name)
        product = study.product.name
    if form == Format.JSON:
        print(json.dumps(brief_json(reading), indent=2, ensure_ascii=False))
    else:
        sys.stdout.write(showable(render_brief(reading, product, date.today())))


@app.command()
def score(
    file: Annotated[
        Path | None, typer.Argument(help="A CSV or XLSX of accounts; without it those of the study.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write a CSV there.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Score accounts 0-100 with a reason per attribute; missing data gives a range."""
    from analyzer.icp.export import score_json
    from analyzer.scoring.sheet import score_sheet

    with _study() as study:
        if file is None:
            scores = [r.score for r in study.account_readings()]
            sheet = None
        else:
            sheet = score_sheet(file, study.scorecard(), study.account_readings())
            scores = list(sheet.scores)
    if out is not None:
        from analyzer.scoring.sheet import write_sheet

        write_sheet(out, scores, sheet)
        print(f"{len(scores)} accounts scored into {out}.")
        return
    rows = [score_json(s) for s in scores]
    for row in rows if form == Format.TABLE else ():
        row["reasons"] = " ".join(a["reason"] for a in row["attributes"])
    print_rows(rows, ("account", "score", "low", "high", "tier", "disqualified_by", "reasons"), form, "accounts")


@app.command()
def draft(
    form: Annotated[str, typer.Option("--format", help="md, html or json.")] = "md",
    out: Annotated[Path | None, typer.Option(help="Write it there instead of printing it.")] = None,
) -> None:
    """The draft ICP, every line with its evidence."""
    from analyzer.icp.render import render_html, render_json, render_markdown

    renders = {"md": render_markdown, "html": render_html, "json": render_json}
    if form not in renders:
        raise UsageError(f"--format of a draft is md, html or json, not {form!r}.")
    with _study() as study:
        page = renders[form](study.draft())
    if out is None:
        sys.stdout.write(page if form == "json" else showable(page))
        return
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
    print(f"The draft is in {out}.")


@app.command()
def versions(form: FormatOption = Format.TABLE) -> None:
    """Every draft that was made."""
    from analyzer.icp.versions import summarise

    with _study() as study:
        rows = [summarise(d) for d in study.drafts()]
    print_rows(rows, ("version", "made_at", "lines", "evidence", "definition"), form, "versions")


@app.command()
def review(
    finding: Annotated[str, typer.Argument(help="The finding's id.")],
    verdict: Annotated[str, typer.Argument(help="accept or reject.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Say of a finding that it holds or not; it survives a new extraction."""
    statuses = {"accept": Status.ACCEPTED, "reject": Status.REJECTED}
    if verdict not in statuses:
        raise UsageError(f"The verdict is accept or reject, not {verdict!r}.")
    with _study() as study:
        reviewed = study.review(finding, statuses[verdict], reason)
    print(showable(f"{reviewed.id} is {reviewed.status.value}: “{reviewed.quote}”"))


# -------------------------------------------------------------------------------------------------------- soundness


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Claims, one JSON object a line.", metavar="CLAIMS.jsonl")],
) -> None:
    """Check claims that anyone made against the words: the evidence rules alone, no model."""
    from analyzer.extraction.verify import read_claims, verify_claims

    lines = read_claims(file)
    if any("turns" not in line for line in lines):
        with _study() as study:
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
    with _study() as study, _progress("index") as on_step:
        count = study.reindex(on_step)
    print(f"{count} documents are in the index.")


@app.command()
def check() -> None:
    """Is the study sound: database, offsets, index."""
    with _study() as study:
        faults = study.check()
        count = len(study.document_heads())
    for fault in faults:
        _say(fault)
    if faults:
        raise typer.Exit(REFUSED)
    print(f"{count} documents: database, offsets and index are sound.")


@app.command("app")
def run_app(port: Annotated[int, typer.Option(help="Where it listens.")] = 8501) -> None:
    """Open the Streamlit app on this study."""
    from analyzer.study import Study
    from analyzer.views.server import serve

    Study.create(_door.study, _door.settings).close()
    raise typer.Exit(serve(_door.study, port))


def main() -> None:
    """The entry point: errors become sentences on stderr and an exit code."""
    # Quotes hold any character; what the locale cannot show must not stop the output.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(standalone_mode=True)
    except (UsageError, StudyError) as error:
        _say(str(error))
        sys.exit(WRONG_USE)
    except ModelError as error:
        _say(str(error))
        sys.exit(REFUSED)
    except AnalyzerError as error:
        _say(str(error))
        sys.exit(WRONG_USE)
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
