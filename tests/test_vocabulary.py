"""The words that must not come back: private metaphors in prose and names, and names that mean two things."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "model", "storage", "training")
PROSE = re.compile(
    r"\bthe eye\b|\bthe school\b|\bthe memory\b(?! of| is| that| to)|\bthe house\b|\bfront door\b|\barrows\b"
    r"|\b(?:two|three|one|upper|lower) floors?\b|\bput(?:s|ting)? right\b|\blearnt\b|\bsealed with\b",
    re.IGNORECASE,
)
NAMES = {
    *("belief", "trust", "looking", "found", "turned", "shown", "penned", "things", "sights", "hands", "looks"),
    *("chores", "keeping", "asked", "presses", "house", "eye", "school", "memory"),
}
QUOTING = {"tests/test_vocabulary.py"}
TEXT = {".py", ".md", ".toml", ".html", ".js", ".css", ".service", ".txt", ""}


def tracked() -> list[Path]:
    """Every file of the repository that holds text of ours."""
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    paths = [Path(name) for name in names if name and not name.startswith("locks/")]
    return [path for path in paths if path.suffix in TEXT and (ROOT / path).is_file()]


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """The modules of the four packages, parsed; migrations are history."""
    for path in tracked():
        if path.suffix == ".py" and path.parts[0] in PACKAGES and "versions" not in path.parts:
            yield path, ast.parse((ROOT / path).read_text(encoding="utf-8"))


def defined(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(kind, name) of each class and constant at the top of a module."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield "class", node.name
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        yield from (
            ("constant", each.id)
            for each in targets
            if isinstance(each, ast.Name) and each.id.isupper() and len(each.id) > 1
        )


@pytest.fixture(scope="module")
def repository() -> None:
    """Only a checkout with its history can say which files are its own."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs the git checkout")


@pytest.mark.usefixtures("repository")
def test_no_private_metaphor_stands_in_any_text() -> None:
    said = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if str(path) not in QUOTING
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1)
        if PROSE.search(line)
    ]
    assert said == []


@pytest.mark.usefixtures("repository")
def test_no_module_class_or_constant_has_a_private_name() -> None:
    named = [
        f"{path}: {name}"
        for path, tree in sources()
        for name in [path.stem, *(name for _, name in defined(tree))]
        if name.strip("_").lower() in NAMES
    ]
    assert named == []


@pytest.mark.usefixtures("repository")
def test_a_name_means_one_thing_in_the_whole_project() -> None:
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path, tree in sources():
        if not path.stem.startswith("__"):
            places["module", path.stem].append(str(path))
        for kind, name in defined(tree):
            places[kind, name].append(str(path))
    allowed = {("module", "errors")}  # each package has its tree of exceptions under this name
    trained = {("module", name) for name in ("detector", "segmenter")}  # a network in model, its training in training
    twice = {
        key: paths
        for key, paths in places.items()
        if len(paths) > 1 and key not in allowed | trained and not key[1].startswith("_")
    }
    assert twice == {}


@pytest.mark.usefixtures("repository")
def test_no_folder_is_a_long_flat_list() -> None:
    flat: defaultdict[Path, list[str]] = defaultdict(list)
    for path, _ in sources():
        flat[path.parent].append(path.name)
    assert len(flat[Path("training")]) <= 8
    assert {str(folder): len(names) for folder, names in flat.items() if len(names) > 30} == {}
