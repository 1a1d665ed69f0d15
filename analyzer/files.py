"""Files written whole or not at all: beside the target first, then in its place."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from analyzer.errors import StudyError


def write_whole(path: Path, content: bytes | str) -> None:
    """Writes the file; text as UTF-8. After a failure the old file is as it was.

    Raises StudyError naming the file and what is in the way (no room, no permission, no such folder).
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StudyError(
            f"{path} could not be written: {error.strerror}. Check the folder and the room on disk."
        ) from error
