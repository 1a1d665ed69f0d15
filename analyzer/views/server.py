"""Starts Streamlit on ``app.py`` for one study, on this machine only, with its telemetry off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from analyzer.resources import find_resource


def serve(study: Path, port: int) -> int:
    """Runs until it is interrupted; the exit code of the server."""
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(find_resource("app.py"))),
        *("--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"),
        *("--browser.gatherUsageStats", "false", "--server.maxUploadSize", "200"),
    ]
    print(f"The app is on http://127.0.0.1:{port} for the study in {study}. Ctrl-C ends it.", flush=True)
    try:
        return subprocess.run(command, env={**os.environ, "ICP_STUDY": str(study.resolve())}, check=False).returncode
    except KeyboardInterrupt:
        return 0
