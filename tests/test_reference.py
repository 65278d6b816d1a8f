"""The reference pages are what the code renders now, and the prose names only commands that exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import typer.main

from linewalker.cli import app

ROOT = Path(__file__).parent.parent


def _load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("render_reference", ROOT / "scripts" / "render_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _load_script()


def _commands() -> set[str]:
    root = typer.main.get_command(app)
    found = set()
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        found.add(name)
        found |= {f"{name} {child}" for child in getattr(command, "commands", {})}
    return found


@pytest.mark.parametrize("page", sorted(SCRIPT.PAGES))
def test_each_reference_page_is_what_the_code_renders(page: str) -> None:
    written = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    assert written == SCRIPT.PAGES[page](), "run: python scripts/render_reference.py"


def test_every_command_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## `linewalker ([^`]+)`", page, re.MULTILINE)) == _commands()


def test_the_prose_names_only_commands_that_exist() -> None:
    known = _commands()
    unknown = []
    for file in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = file.read_text(encoding="utf-8")
        for match in re.finditer(r"(?:`|^)linewalker ([a-z]+)(?: ([a-z]+))?", text, re.MULTILINE):
            name = match[1]
            if name not in known or (name == "sources" and match[2] and f"{name} {match[2]}" not in known):
                unknown.append(f"{file.relative_to(ROOT)}: {match[0]}")
    assert unknown == []
