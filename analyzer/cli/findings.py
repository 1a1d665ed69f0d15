"""Commands about what was found: extract, sent, usage, findings, rejected, text, themes, phrases, search."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli.door import (
    REFUSED,
    AccountOption,
    FormatOption,
    KindOption,
    SinceOption,
    TopOption,
    app,
    door,
    open_study,
    plain,
    read_day,
    say,
    show_progress,
)
from analyzer.errors import UsageError
from analyzer.printing import Format, counted, print_rows, showable
from analyzer.records import DocumentKind, Status

if TYPE_CHECKING:
    from analyzer.study import Extracting, Study


@app.command()
def extract(
    extractor: Annotated[str, typer.Option(help="auto, offline or llm.")] = "auto",
    model: Annotated[str, typer.Option(help="provider:name, e.g. openai:gpt-4.1-mini.")] = "",
    estimate: Annotated[bool, typer.Option("--estimate", help="Only say what it would cost.")] = False,
    budget: Annotated[float | None, typer.Option(help="US dollars not to pass.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Calls at once.")] = None,
    redact: Annotated[
        bool | None,
        typer.Option(
            "--redact/--no-redact",
            help="Send placeholders for names, addresses and numbers; default for a model on another machine.",
        ),
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask the language model again although its answers are kept.")
    ] = False,
    critique: Annotated[
        str | None,
        typer.Option(help="What the model looks at again: off, refused (claims turned down; default) or all."),
    ] = None,
    gate: Annotated[
        bool | None,
        typer.Option("--gate/--no-gate", help="Send only turns in which the offline extractor may find something."),
    ] = None,
) -> None:
    """Find triggers, pains, roles and the rest in every document that has not been read yet."""
    if extractor not in ("auto", "offline", "llm"):
        raise UsageError(f"--extractor is auto, offline or llm, not {extractor!r}.")
    if refresh and extractor == "offline":
        raise UsageError("--refresh asks a language model again; the offline extractor answers the same each time.")
    if jobs:
        door.settings = door.settings.model_copy(update={"jobs": jobs})
    if redact is not None:
        door.settings = door.settings.model_copy(update={"redact": "on" if redact else "off"})
    if critique is not None:
        if critique not in ("off", "refused", "all"):
            raise UsageError(f"--critique is off, refused or all, not {critique!r}.")
        door.settings = door.settings.model_copy(update={"critique": critique})
    if gate is not None:
        door.settings = door.settings.model_copy(update={"gate": gate})
    with open_study() as study:
        if estimate:
            _print_estimate(study, extractor, model, refresh)
            return
        with show_progress("extract") as on_step:
            done = study.extract(extractor, model, budget, on_step, refresh)
    _print_extracting(done)
    if done.failures:
        raise typer.Exit(REFUSED)


def _print_estimate(study: Study, extractor: str, model: str, refresh: bool) -> None:
    if extractor == "offline" or (extractor == "auto" and not (model or door.settings.chosen_model)):
        print("The offline extractor calls nothing and costs nothing.")
        return
    made = study.estimate(model, refresh)
    money = (
        f"about ${made['usd']:.4f} (prices of {made['price_as_of']})" if made["usd"] is not None else "no price known"
    )
    print(
        f"{made['model']}: {made['calls']} calls, {made['tokens_in']} tokens sent, {made['tokens_out']} back, {money}."
    )


def _print_extracting(done: Extracting) -> None:
    for note in done.notes:
        say(f"note: {note}")
    for failure in done.failures:
        say(f"not read: {failure}")
    read, found, refused = (
        counted(n, what)
        for n, what in ((done.documents, "document"), (done.findings, "finding"), (done.refused, "claim"))
    )
    print(
        f"{read} read with the {done.extractor} extractor ({done.model}), {done.unchanged} unchanged: "
        f"{found}, {refused} refused."
    )
    if done.extractor == "llm":
        money = f", ${done.usd:.4f}" if done.usd is not None else ""
        print(f"{done.tokens_in} tokens sent, {done.tokens_out} back{money}.")


@app.command()
def findings(
    kind: KindOption = None,
    account: AccountOption = "",
    status: Annotated[Status | None, typer.Option(help="new, accepted or rejected.")] = None,
    min_confidence: Annotated[float, typer.Option(min=0.0, max=1.0, help="Only those as sure as this.")] = 0.0,
    form: FormatOption = Format.TABLE,
) -> None:
    """What was found: every finding with the words it rests on."""
    from analyzer.icp.export import finding_json
    from analyzer.reviewing import review_json

    with open_study() as study:
        found = study.findings(kind, account, status)
        reviews = study.reviews()
        rows = [
            {**finding_json(f), "review": review_json(f, reviews.get(f.id, ()))}
            for f in found
            if f.confidence >= min_confidence
        ]
    print_rows(rows, ("id", "kind", "category", "account", "speaker", "quote", "confidence"), form, "findings")


@app.command()
def rejected(
    counts: Annotated[
        bool, typer.Option("--counts", help="Only how many, by reason, extractor, model and prompt.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """The claims that were refused, with the reason: nothing vanishes."""
    from analyzer.icp.export import rejected_json

    if counts:
        _print_refused_counts(form)
        return
    with open_study() as study:
        rows = [rejected_json(r) for r in study.rejected()]
    print_rows(rows, ("id", "kind", "reason", "document", "speaker", "quote", "detail"), form, "refused claims")


def _print_refused_counts(form: Format) -> None:
    """A row with the reason "any" for each extractor, model and prompt, then its reasons; the share is of all offered.

    Programs get the reasons as `icp rejected` names them.
    """
    from analyzer.views.markup import name_of

    written = name_of if form in (Format.TABLE, Format.MD) else str
    with open_study() as study:
        rows = [
            {
                "reason": written(c.reason.value) if c.reason else "any",
                "extractor": c.extractor,
                "model": c.model,
                "prompt": c.prompt,
                "refused": c.refused,
                "offered": c.offered,
                "share": round(c.share, 3),
            }
            for c in study.refused_counts()
        ]
    columns = ("reason", "extractor", "model", "prompt", "refused", "offered", "share")
    print_rows(rows, columns, form, "rows")


@app.command()
def usage(form: FormatOption = Format.TABLE) -> None:
    """What language models took of each document in all runs: calls, tokens, US dollars; the last row is the sum."""
    from analyzer.extraction.budget import find_price
    from analyzer.extraction.usage import sum_usage

    with open_study() as study:
        spent = study.usage()
    if form == Format.TABLE and not spent:
        print("No language model has been asked about any document.")
        return
    rows = [
        {
            **asdict(u),
            "document": u.document or ("(removed)" if u.document_id else "all documents"),
            "usd": None if u.usd is None else round(u.usd, 6),
        }
        for u in (*spent, *([sum_usage(spent)] if spent else ()))
    ]
    print_rows(rows, ("document", "model", "calls", "tokens_in", "tokens_out", "usd"), form, "rows")
    if form == Format.TABLE:
        for model in dict.fromkeys(u.model for u in spent):
            price = find_price(model)
            how = f"by the prices of {price.as_of}" if price else "no price is known, the sum leaves its money out"
            print(showable(f"{model}: {how}."))


@app.command()
def sent(
    document: Annotated[str, typer.Argument(help="Its id, name, or part of the name.")],
    form: Annotated[Format, typer.Option("--format", help="table, json or jsonl.")] = Format.TABLE,
) -> None:
    """What was sent to a language model about a document: exactly the words, when, and to which model."""
    if form not in (Format.TABLE, Format.JSON, Format.JSONL):
        raise UsageError(f"--format is table, json or jsonl here, not {form.value}.")
    with open_study() as study:
        found = study.find_document(document)
        rows = study.sent(found.id)
    if form != Format.TABLE:
        print_rows(rows, (), form)
        return
    for row in rows:
        how = "with placeholders for private words" if row["redacted"] else "as it stands"
        times = f", {row['times']} times" if row["times"] > 1 else ""
        print(showable(f"=== {row['sent_at']}{times}: to {row['model']} at {row['host']}, {how}"))
        print(showable(f"--- system\n{row['system']}\n--- user\n{row['user']}\n"))
    print(showable(f"{len(rows)} prompts sent about {found.name}."))


@app.command()
def text(document: Annotated[str, typer.Argument(help="Its id, name, or part of the name.")]) -> None:
    """A document's text, to which all offsets refer."""
    with open_study() as study:
        sys.stdout.write(study.find_document(document).text + "\n")


@app.command()
def themes(
    kind: KindOption = None,
    account: AccountOption = "",
    since: SinceOption = None,
    top: TopOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """What several say alike, with n of m accounts."""
    from analyzer.icp.export import theme_json

    with open_study() as study:
        heard = study.heard_accounts()
        known = study.knows_accounts()
        rows = [theme_json(t, heard, known) for t in study.themes(kind, account, read_day(since))[:top]]
    print_rows(rows, ("id", "kind", "category", "n", "m", "label"), form, "themes")


@app.command()
def phrases(
    kind: KindOption = None,
    account: AccountOption = "",
    since: SinceOption = None,
    top: TopOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Wording that customers of several accounts share."""
    from analyzer.icp.export import phrase_json

    with open_study() as study:
        heard = study.heard_accounts()
        known = study.knows_accounts()
        rows = [phrase_json(p, heard, known) for p in study.phrases(kind, account, read_day(since))[:top]]
    print_rows(rows, ("words", "n", "m", "accounts"), form, "phrases")


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What you look for, in plain words.")],
    account: AccountOption = "",
    since: SinceOption = None,
    kind: Annotated[DocumentKind | None, typer.Option(help="Only this kind of document.")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many.")] = 10,
    form: FormatOption = Format.TABLE,
) -> None:
    """Places in the documents nearest in meaning."""
    with open_study() as study, show_progress("search"):
        found = study.search(query, top, account, read_day(since), kind)
    rows = [
        {
            "similarity": round(f.similarity, 3),
            "document": f.document.name,
            "document_id": f.document.id,
            "account": f.document.account,
            "said_on": plain(f.document.said_on),
            "speakers": list(f.speakers),
            "start": f.start,
            "end": f.end,
            "text": f.text,
        }
        for f in found
    ]
    print_rows(rows, ("similarity", "account", "document", "speakers", "text"), form, "places")
