"""The example notebook runs on the sample's ledger and shows what it gives now."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.linewalker.conftest import FinishedNights

ROOT = Path(__file__).parent.parent.parent
NOTEBOOK = ROOT / "examples" / "ledger.ipynb"


def test_every_cell_gives_what_the_notebook_shows(finished: FinishedNights) -> None:
    done = subprocess.run(
        [sys.executable, "scripts/run_notebook.py", str(NOTEBOOK), str(finished.config.published_path), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"run scripts/run_notebook.py on the demo's ledger\n{done.stderr}"


def test_the_notebook_shows_a_chart_and_no_path_of_the_machine_that_made_it() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 1
    told = json.dumps([{**output, "data": {**output.get("data", {}), "image/png": ""}} for output in outputs])
    assert re.findall(r"/(?:home|root|tmp|work|Users)\b", told) == []
    assert all(output["output_type"] != "error" for output in outputs)
