"""The shape of the code: sizes, names, and what must not be in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shimen.embedded.layout import REPOSITORY

FUNCTION, VIEW, MODULE = 40, 25, 500
APPS = ("shimen", "coverage", "supply", "branches", "grid")
VAGUE = {"utils", "helpers", "common", "misc", "managers2"}


def tracked() -> list[Path]:
    """Files of the repository, or of the tree where there is no git (an image, an archive)."""
    if (REPOSITORY / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=REPOSITORY, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return [REPOSITORY / name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()]
    left_out = {".venv", "var", "node_modules", "__pycache__"}
    return [path for path in REPOSITORY.rglob("*") if path.is_file() and not left_out & set(path.parts)]


def modules() -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(REPOSITORY).parts[0] in APPS and "migrations" not in path.parts
    ]


def functions(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Name, length in lines without docstring and decorators, and whether it is a view."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
        length = (
            (node.end_lineno or 0) - body[0].lineno + 1 + (body[0].lineno - node.lineno if body is node.body else 1)
        )
        view = any(getattr(getattr(d, "func", d), "id", "") == "allow" for d in node.decorator_list)
        yield f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}", length, view


def test_our_coverage_is_not_the_measuring_tool():
    import coverage

    assert Path(coverage.__file__).is_relative_to(REPOSITORY)


def test_modules_stay_readable_in_one_sitting():
    long = {
        str(p.relative_to(REPOSITORY)): n for p in modules() if (n := len(p.read_text("utf-8").splitlines())) > MODULE
    }
    assert long == {}


def test_functions_fit_on_a_screen():
    long = [
        (name, length) for path in modules() for name, length, view in functions(path) if not view and length > FUNCTION
    ]
    assert long == []


def test_views_only_fetch_validate_call_and_respond():
    long = [(name, length) for path in modules() for name, length, view in functions(path) if view and length > VIEW]
    assert long == []


def test_names_say_what_lives_there():
    assert [p for p in modules() if p.stem in VAGUE or VAGUE & set(p.relative_to(REPOSITORY).parts)] == []


def test_locks_have_hashes_and_no_addresses():
    locks = [*(REPOSITORY / "requirements").glob("*.lock")]
    assert len(locks) == 3
    for lock in locks:
        text = lock.read_text("utf-8")
        assert "://" not in text, lock
        pinned = re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE)), lock


def test_the_front_end_lock_names_no_registry():
    text = (REPOSITORY / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert '"integrity"' in text


@pytest.mark.parametrize("word", ["TODO", "FIXME", "raise NotImplementedError", "breakpoint("])
def test_nothing_half_done_is_left(word):
    assert [str(path.relative_to(REPOSITORY)) for path in modules() if word in path.read_text("utf-8")] == []


def test_only_the_clock_reads_the_clock():
    reading = re.compile(r"\b(datetime\.now|dt\.datetime\.now|date\.today|timezone\.now|localdate|localtime)\(")
    allowed = {"shimen/clock.py"}
    found = [
        str(path.relative_to(REPOSITORY))
        for path in modules()
        if reading.search(path.read_text("utf-8")) and str(path.relative_to(REPOSITORY)) not in allowed
    ]
    assert found == []


def test_model_signals_are_not_used():
    signal = re.compile(r"django\.db\.models\.signals|post_save|pre_save|post_delete|m2m_changed")
    assert [str(path) for path in modules() if signal.search(path.read_text("utf-8"))] == []
