"""The wheel holds every file that the packages read at run time, and what the design promises about licences."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("crawler", "linewalker", "nlp", "reports", "store")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    wanted = {
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file()
        and "__pycache__" not in file.parts
        and not any(part.startswith(".") for part in file.relative_to(ROOT).parts)
    }
    assert wanted - inside == set()
    assert {name for name in inside if name.partition("/")[0] in PACKAGES} == wanted
    assert {Path(name).name for name in inside if ".dist-info/licenses/" in name} == {"LICENSE", "NOTICE"}


def test_an_installed_wheel_finds_its_files_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    script = (
        "import crawler, linewalker, nlp, reports, store\n"
        "from crawler.sources import load_sources\n"
        "from linewalker.config import template\n"
        "from linewalker.doctor import load_model_hashes\n"
        "from linewalker.newswire import load_newswire, render\n"
        "from nlp.gazetteer import load_gazetteer\n"
        "from nlp.places import load_places\n"
        "from nlp.pipeline import load_annotator\n"
        "from store.database import find_migrations\n"
        "import sys; assert crawler.__file__.startswith(sys.argv[1]), crawler.__file__\n"
        "wire = load_newswire()\n"
        "pages = [render(wire, p.host, a.path, 2) for p in wire.publishers for a in wire.out(p.id, 2)]\n"
        "assert {page.status for page in pages} == {200}\n"
        "assert len(load_sources()) >= 60 and len(load_gazetteer().facilities) >= 300\n"
        "assert find_migrations() and load_model_hashes() and template() and load_places()\n"
        "assert load_annotator().versions.risk\n"
        "print('ok')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        env={"PYTHONPATH": str(target), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert done.stdout.strip() == "ok", done.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_has_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text
    pins = [line for line in text.splitlines() if "==" in line]
    assert len(pins) > 90
    assert all(line.endswith("\\") for line in pins)
