"""The database under the store: opening, migrating, and one transaction for every write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from analyzer.adapters.migrations import HEAD
from analyzer.errors import StudyError


class Database:
    """Opens (and if need be makes or migrates) the database at ``url``. Raises StudyError with a sentence."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = sa.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)
        self._writer = self._engine.execution_options(writing=True)
        try:
            self._migrate()
        except OperationalError as error:
            raise StudyError(f"The study's database {url} cannot be opened: {error.orig}.") from error
        except DatabaseError as error:
            raise StudyError(
                f"{url} is not a study's database or is damaged: {error.orig}. Restore it from a copy."
            ) from error

    @classmethod
    def at(cls, path: Path) -> Self:
        return cls(f"sqlite:///{path}")

    def close(self) -> None:
        self._engine.dispose()

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            known = sa.inspect(connection).has_table("alembic_version")
            version = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) if known else None
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise StudyError(
                f"This study was made by a newer icp-analyzer (schema {version}, this one knows {HEAD}); update it."
            )
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._writer.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        try:
            with self._writer.begin() as connection:
                yield connection
        except OperationalError as error:
            raise StudyError(
                f"The study could not be written ({error.orig}); nothing of this step was kept. "
                "Check that the disk has room and that no other program holds the study, then run it again."
            ) from error
        except SQLAlchemyError as error:
            raise StudyError(f"The study refused a write that would break a rule: {error}") from error

    def _rows(self, query: sa.Executable) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).fetchall()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and not for CREATE TABLE: a kill in a migration would leave half.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes the lock at once and waits for it; taking it after a read would fail instead of waiting.
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
