"""What holds the house together: imports point down, each library has one owner, nothing heavy wakes at import."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
PACKAGE = REPOSITORY / "analyzer"

# Low to high. A module imports from its own package and from layers below; two packages on one line know nothing of
# each other.
LAYERS = (
    ("", "records", "errors", "files", "resources", "settings", "printing", "product"),
    ("adapters",),
    ("reading",),
    ("extraction",),
    ("synthesis", "scoring"),
    ("icp",),
    ("pipeline",),
    ("workspace",),
    ("accounts",),
    ("corrections", "extracting", "measuring"),
    ("intake", "drafting", "changes", "reviewing"),
    ("study",),
    ("demo", "evaluation"),
    ("views",),
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
FLOOR = LAYERS[0]

# Who may name a library: the modules or packages that own it.
OWNERS = {
    "chromadb": ("analyzer.adapters.index",),
    "sentence_transformers": ("analyzer.adapters.embedder",),
    "torch": ("analyzer.adapters.embedder", "analyzer.adapters.tuned_encoder"),
    "transformers": ("analyzer.adapters.embedder", "analyzer.adapters.tuned_encoder"),
    "sqlalchemy": ("analyzer.adapters",),
    "alembic": ("analyzer.adapters",),
    "langchain": ("analyzer.adapters.llm",),
    "langchain_core": ("analyzer.adapters.llm",),
    "langchain_openai": ("analyzer.adapters.llm",),
    "openai": ("analyzer.adapters.llm",),
    "langsmith": ("analyzer.adapters.llm",),
    "anthropic": ("analyzer.adapters.llm",),
    "google": ("analyzer.adapters.llm",),
    "tenacity": ("analyzer.adapters.llm",),
    "httpx": ("analyzer.adapters.llm",),
    "streamlit": ("analyzer.views", "app"),
    "altair": ("analyzer.views",),
    "lxml": ("analyzer.reading",),
    "pypdf": ("analyzer.reading",),
    "webvtt": ("analyzer.reading",),
    "openpyxl": ("analyzer.reading",),
    "charset_normalizer": ("analyzer.reading",),
    "dateparser": ("analyzer.extraction.events",),
    "sklearn": (
        "analyzer.extraction.training_data",
        "analyzer.synthesis.themes",
        "analyzer.evaluation.agreement",
        "analyzer.scoring",
    ),
    "threadpoolctl": ("analyzer.scoring.cores",),
    "rapidfuzz": ("analyzer.extraction",),
    "rich": ("analyzer.printing", "analyzer.cli"),
    "jinja2": ("analyzer.icp.render.html",),
    "docx": ("analyzer.icp.render.word",),
    "reportlab": ("analyzer.icp.render.pdf",),
    "typer": ("analyzer.cli",),
}
HEAVY = (
    "chromadb",
    "sentence_transformers",
    "torch",
    "transformers",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "openai",
    "langsmith",
    "anthropic",
    "google",
    "httpx",
    "tenacity",
    "sklearn",
    "lxml",
    "pypdf",
    "dateparser",
    "alembic",
    "jinja2",
    "docx",
    "reportlab",
    "rich",
)


@dataclass(frozen=True)
class Import:
    """``module`` imports ``target`` (a dotted name); at module level it does so whenever it is itself imported."""

    module: str
    line: int
    target: str
    at_module_level: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def sources() -> list[tuple[str, Path]]:
    files = [(".".join(p.relative_to(REPOSITORY).with_suffix("").parts), p) for p in sorted(PACKAGE.rglob("*.py"))]
    return [*((name.removesuffix(".__init__"), path) for name, path in files), ("app", REPOSITORY / "app.py")]


def imports() -> Iterator[Import]:
    for module, path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        late = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or is_type_checking(node)
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(module, node.lineno, alias.name, id(node) not in late)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module}:{node.lineno} imports relatively"
                for alias in node.names:
                    yield Import(module, node.lineno, f"{node.module}.{alias.name}", id(node) not in late)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


ALL = list(imports())


def part_of(name: str) -> str | None:
    """The layer in "analyzer.reading.source.Source" ("reading"), None outside the package; "" is the package."""
    first, _, rest = name.partition(".")
    if first != "analyzer":
        return None
    part = rest.partition(".")[0]
    return part if part in RANK else "" if part.startswith("__") or not part else part


def test_every_module_has_its_layer() -> None:
    found = {part_of(module) for module, _ in sources()} - {None}
    assert found <= set(RANK), f"no layer is named for {sorted(found - set(RANK))}"


def test_imports_point_down_only() -> None:
    wrong = []
    for one in ALL:
        here, there = part_of(one.module), part_of(one.target)
        if here is None or there is None or here == there:
            continue
        on_the_floor = here in FLOOR and there in FLOOR
        if RANK[there] > RANK[here] or (RANK[there] == RANK[here] and not on_the_floor):
            wrong.append(str(one))
    assert wrong == []


def test_each_library_has_one_owner() -> None:
    wrong = []
    for one in ALL:
        owners = OWNERS.get(one.target.partition(".")[0])
        if owners and not any(one.module == o or one.module.startswith(o + ".") for o in owners):
            wrong.append(str(one))
    assert wrong == []


def test_the_owners_named_here_do_use_their_libraries() -> None:
    used = {one.target.partition(".")[0] for one in ALL}
    spare = {"langchain_openai", "langchain_core", "transformers"}
    assert set(OWNERS) - spare <= used


def test_heavy_libraries_wake_when_they_are_used_and_not_at_import() -> None:
    # The migrations are themselves loaded by Alembic, and only then.
    wrong = [
        str(one)
        for one in ALL
        if one.at_module_level
        and one.target.partition(".")[0] in HEAVY
        and not one.module.startswith("analyzer.adapters.migrations")
    ]
    assert wrong == []


def test_only_the_door_reads_the_environment() -> None:
    wrong = []
    for module, path in sources():
        if module in ("analyzer.settings", "app", "analyzer.adapters.embedder", "analyzer.adapters.llm"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv"):
                wrong.append(f"{module}:{node.lineno}")
    assert [w for w in wrong if not w.startswith("analyzer.views")] == []


def test_the_app_is_a_table_of_pages() -> None:
    tree = ast.parse((REPOSITORY / "app.py").read_text(encoding="utf-8"))
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)]


def test_one_view_alone_remembers() -> None:
    wrong = [
        path.name
        for path in sorted((PACKAGE / "views").rglob("*.py"))
        if path.name != "state.py" and re.search(r"\bsession_state\b|\bst\.cache_", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize("word", ["utils", "util", "common", "types", "helpers", "misc"])
def test_no_module_is_a_drawer(word: str) -> None:
    assert list(PACKAGE.rglob(f"{word}.py")) == []
    assert [p for p in PACKAGE.rglob(word) if p.is_dir()] == []


def text_files() -> Iterator[tuple[Path, str]]:
    """The files a stranger gets: without tests, the environment, caches and what lies in .gitignore."""
    for path in sorted(REPOSITORY.rglob("*")):
        parts = path.relative_to(REPOSITORY).parts
        if parts[0] == "tests" or not path.is_file() or path.suffix in (".npz", ".png", ".docx", ".pdf", ".db"):
            continue
        if any(part in LEFT_OUT or (part.startswith(".") and part not in (".ci", ".streamlit")) for part in parts):
            continue
        try:
            yield path.relative_to(REPOSITORY), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


LEFT_OUT = {"__pycache__", "study", "demo-study", "dist", "build", "node_modules", "index"}


def test_no_file_names_a_package_host_or_a_path_of_one_machine() -> None:
    hosts = r"artifactory|nexus\.|--index-url|--extra-index-url|--find-links|/simple/"
    paths = r"(?<![\w.~/-])/(?:work|home|root|Users|mnt|workspace)/\w|[A-Z]:\\Users\\"
    wrong = [
        f"{path}:{number}: {match[0]}"
        for path, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := re.search(f"{hosts}|{paths}", line))
    ]
    assert wrong == []


def test_text_files_are_really_looked_at() -> None:
    seen = {str(path) for path, _ in text_files()}
    assert {"pyproject.toml", "Makefile", ".ci/run", "analyzer/study.py", "prompts/codebook.yaml"} <= seen
