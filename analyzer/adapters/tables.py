"""The tables of a study. The migrations in ``adapters/migrations`` make them; a test holds the two equal.

Three rules live in the database itself, so that no code path can break them: a finding's quote is its document's
words at its offsets (a trigger), a finding has a place (a check), and what belongs to a document goes with it.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()


def _owner(nullable: bool = False) -> Column[str]:
    return Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), nullable=nullable, index=True)


document = Table(
    "document",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("account", String, nullable=False),
    Column("said_on", Date),
    Column("outcome", String),
    Column("format", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("guesses", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("added_at", String, nullable=False),
    Column("chunks_embedder", String, nullable=False, server_default=""),
    Column("names", JSON, nullable=False, server_default="{}"),
)

# A document that says what another says: that one is counted. Without an original, a person said it counts itself.
copy = Table(
    "copy",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("original_id", ForeignKey("document.id", ondelete="CASCADE"), index=True),
    Column("reason", String, nullable=False),
    CheckConstraint("original_id <> document_id", name="a_copy_has_another_original"),
)

# The smallest hashes of a document's runs of words, by which copies are found without comparing every pair.
shingle = Table(
    "shingle",
    metadata,
    Column("hash", Integer, primary_key=True, autoincrement=False),
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# What a recorder keeps of a call beside its words, above all who took part, when it comes in a file of its own.
call = Table(
    "call",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("content", JSON, nullable=False),
)

participant = Table(
    "participant",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("title", String, nullable=False),
    Column("company", String, nullable=False),
    Column("side", String, nullable=False),
    Column("side_reason", String, nullable=False),
    Column("labels", JSON, nullable=False, server_default="[]"),
    UniqueConstraint("document_id", "name", name="one_speaker_of_a_name"),
)

turn = Table(
    "turn",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("speaker", String, nullable=False),
    Column("side", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("at", Float),
)

refused_file = Table(
    "refused_file",
    metadata,
    Column("name", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("refused_at", String, nullable=False),
)

extraction = Table(
    "extraction",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("signature", String, nullable=False),
    Column("extractor", String, nullable=False),
    Column("model", String, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("finished_at", String, nullable=False),
)

_CLAIM = (
    ("kind", String),
    ("category", String),
    ("claim", Text),
    ("quote", Text),
    ("extractor", String),
    ("model", String),
    ("prompt", String),
    ("codebook", String),
)


def _claim_columns() -> list[Column[str]]:
    return [Column(name, type_, nullable=False) for name, type_ in _CLAIM]


finding = Table(
    "finding",
    metadata,
    Column("id", String, primary_key=True),
    _owner(),
    *_claim_columns(),
    Column("intensity", Integer),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("speaker", String, nullable=False),
    Column("person", String, nullable=False),
    Column("event_on", Date),
    Column("event_precision", String, nullable=False),
    Column("confidence", Float, nullable=False),
    # What the extractor said, where a person set it right; the other columns hold what counts, the edited values.
    Column("was", JSON(none_as_null=True)),
    CheckConstraint('"end" > "start" AND "start" >= 0', name="finding_has_a_place"),
)

rejected = Table(
    "rejected",
    metadata,
    Column("id", String, primary_key=True),
    _owner(),
    *_claim_columns(),
    Column("intensity", Integer),
    Column("event_on", Date),
    Column("event_precision", String, nullable=False),
    Column("person", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("turns", JSON, nullable=False),
    Column("reason", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("speaker", String, nullable=False),
    Column("side", String, nullable=False),
)

# What a person said of a finding. Not tied to the finding's row: a verdict survives a re-run of the extraction.
review = Table(
    "review",
    metadata,
    Column("finding_id", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("reviewed_at", String, nullable=False),
)

# What a person set right in a finding, an edit a row. Not tied to the finding's row, which a re-run replaces, but to
# its document, whose words it holds. ``former`` is the verdict that stood before it.
edit = Table(
    "edit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("finding_id", String, nullable=False, index=True),
    _owner(),
    Column("changes", JSON, nullable=False),
    Column("before", JSON, nullable=False),
    Column("former", JSON(none_as_null=True)),
    Column("reason", String, nullable=False),
    Column("edited_at", String, nullable=False),
)

answer = Table(
    "answer",
    metadata,
    Column("key", String, primary_key=True),
    Column("model", String, nullable=False),
    Column("content", JSON, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("answered_at", String, nullable=False),
    Column("is_former", Boolean, nullable=False, server_default=text("0")),
)

# What was sent to a model about a document, a row a prompt; ``key`` is that of its answer.
sent = Table(
    "sent",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True, index=True),
    Column("model", String, nullable=False),
    Column("host", String, nullable=False),
    Column("system", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("is_redacted", Boolean, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", String, nullable=False),
    Column("last_at", String, nullable=False),
)

# What was asked of a model about a document, and what it took, in all runs. Not tied to the document's row: what was
# spent on a document that is removed is spent.
usage = Table(
    "usage",
    metadata,
    Column("document_id", String, primary_key=True),
    Column("model", String, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
)

theme = Table(
    "theme",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("category", String, nullable=False),
    Column("label", Text, nullable=False),
)

theme_finding = Table(
    "theme_finding",
    metadata,
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
    Column("finding_id", ForeignKey("finding.id", ondelete="CASCADE"), primary_key=True),
)

account = Table(
    "account",
    metadata,
    Column("name", String, primary_key=True),
    Column("domain", String, nullable=False),
    Column("industry", String, nullable=False),
    Column("employees", Integer),
    Column("revenue", Float),
    Column("country", String, nullable=False),
    Column("tools", JSON, nullable=False),
    Column("attributes", JSON, nullable=False),
    *(
        Column(name, String, nullable=False, server_default="")
        for name in ("sub_industry", "region", "stage", "business_model", "ownership")
    ),
    Column("funding", Float),
    Column("founded", Integer),
)

# What each table says of an account: field -> [value, moment it was first told], and its other columns, which are NULL
# where they were not kept yet. Not tied to the account's row: it is written with it, and what an older table said
# outlives what a newer one leaves out.
account_table = Table(
    "account_table",
    metadata,
    Column("account", String, primary_key=True),
    Column("table", String, primary_key=True),
    Column("content", JSON, nullable=False),
    Column("attributes", JSON),
    Column("imported_at", String, nullable=False, server_default=""),
)

# What a person says of a field of an account; it may be one that only documents tell of.
account_word = Table(
    "account_word",
    metadata,
    Column("account", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("author", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("told_at", String, nullable=False),
)

# What a document says of its account; the words stand in the document.
document_fact = Table(
    "document_fact",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("field", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("speaker", String, nullable=False),
    CheckConstraint('"end" > "start" AND "start" >= 0', name="fact_has_a_place"),
)

# With which rules, and as what, a document was last read for facts.
facts_read = Table(
    "facts_read",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("signature", String, nullable=False),
)

deal = Table(
    "deal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", ForeignKey("account.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("outcome", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("amount", Float),
    Column("opened_on", Date),
    Column("closed_on", Date),
    Column("attributes", JSON, nullable=False, server_default="{}"),
    Column("table", String, nullable=False, server_default=""),
)

contact = Table(
    "contact",
    metadata,
    Column("account", ForeignKey("account.name", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("email", String, nullable=False),
    Column("attributes", JSON, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("made_at", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("content", JSON, nullable=False),
)

# Every version of the scorecard; ``restored`` is the version whose content a version that takes changes back has.
scorecard = Table(
    "scorecard",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("made_at", String, nullable=False),
    Column("author", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("restored", Integer),
    Column("content", JSON, nullable=False),
)

# What imported tables tell of accounts. Not tied to the account's row: an event may come before its account.
event = Table(
    "event",
    metadata,
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("event_on", Date),
    Column("precision", String, nullable=False),
    Column("type", String, nullable=False),
    Column("category", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("against", String, nullable=False),
    Column("published_on", Date),
    Column("origin", String, nullable=False),
    Column("table", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("imported_at", String, nullable=False),
)

# What customers denied when they were asked; the words stand in the document.
denial = Table(
    "denial",
    metadata,
    Column("id", String, primary_key=True),
    _owner(),
    Column("kind", String, nullable=False),
    Column("category", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("speaker", String, nullable=False),
)
