"""Where the files that are not code stand: prompts, the demo study, app.py.

In a clone they lie beside the package, where people look for them; in an installed wheel inside it.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def find_resource(name: str) -> Path:
    """The path of "prompts", "corpora/demo" or "app.py". Raises FileNotFoundError for a broken installation."""
    for root in (_PACKAGE.parent, _PACKAGE / "resources"):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"{name} is missing from this installation of icp-analyzer; install it again.")
