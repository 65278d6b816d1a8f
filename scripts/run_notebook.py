"""Runs a notebook's code cells in order and stores what they give, without Jupyter.

    python scripts/run_notebook.py NOTEBOOK LEDGER [--check]

With --check nothing is written: exit code 1 where a text that a cell gives is not the stored one. A picture is drawn
but not compared, for its bytes change with the version of the renderer.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any


def run_cells(notebook: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The outputs of each code cell, in the notebook format's own form (nbformat 4)."""
    names: dict[str, Any] = {"__name__": "__main__"}
    given = []
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, start=1):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            value = _run("".join(cell["source"]), f"cell {number}", names)
        outputs: list[dict[str, Any]] = []
        if printed.getvalue():
            outputs.append({"output_type": "stream", "name": "stdout", "text": _lines(printed.getvalue())})
        if value is not None:
            data: dict[str, Any] = {"text/plain": _lines(repr(value))}
            if hasattr(value, "_repr_png_"):
                data = {"image/png": base64.b64encode(value._repr_png_()).decode(), "text/plain": ["a chart"]}
            outputs.append({"output_type": "execute_result", "execution_count": number, "data": data, "metadata": {}})
        given.append(outputs)
    return given


def _run(source: str, name: str, names: dict[str, Any]) -> Any:
    """Runs a cell; gives the value of its last line where that is an expression."""
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), names)
    if last is None:
        return None
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), name, "eval"), names)


def _lines(text: str) -> list[str]:
    return text.rstrip("\n").splitlines(keepends=True)


def _texts(outputs: list[dict[str, Any]]) -> list[str]:
    return ["".join(one.get("text") or one["data"]["text/plain"]) for one in outputs]


def main() -> int:
    path, ledger, *flags = sys.argv[1:]
    os.environ["LINEWALKER_LEDGER"] = ledger
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    given = run_cells(notebook)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if "--check" in flags:
        stale = [n for n, (cell, outputs) in enumerate(zip(cells, given, strict=True), start=1)
                 if _texts(cell["outputs"]) != _texts(outputs)]  # fmt: skip
        for number in stale:
            print(f"cell {number} now gives:", *_texts(given[number - 1]), sep="\n", file=sys.stderr)
        return 1 if stale else 0
    for number, (cell, outputs) in enumerate(zip(cells, given, strict=True), start=1):
        cell["outputs"], cell["execution_count"] = outputs, number
    Path(path).write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
