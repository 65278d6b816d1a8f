"""Disks that are full, limited or read-only at each stage of a night: the old state stays, the next run completes."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from linewalker.config import CONFIG_NAME, Config, load_config
from linewalker.faults import describe_fault
from store.damage import explain
from store.query import run_query
from tests.linewalker.killing import ENV, Night, contents, differing, killable_night

DISK_MB = 24
STAGES = ("crawl", "annotate", "resolve", "brief", "alert")


@contextmanager
def small_disk(folder: Path, megabytes: int = DISK_MB) -> Iterator[Path]:
    """A file system of its own that is full soon; skips where this user may not mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "linewalker-test", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


class Stages:
    """A night taken stage by stage, kept as it was before each; before it an empty one, whose briefing readers have."""

    def __init__(self, night: Night, folder: Path) -> None:
        self.night, self.folder = night, folder
        code, err = night.finish(1, "brief")
        assert code == 0, err
        for stage in STAGES:
            shutil.copytree(night.config.folder, folder / stage)
            code, err = night.finish(2, stage)
            assert code == 0, err
        shutil.copytree(night.config.folder, folder / "publish")

    def wanted(self, stage: str) -> dict[str, list[str]]:
        """The ledger's rows after a stage that nothing disturbed."""
        after = (*STAGES, "publish")[STAGES.index(stage) + 1]
        return contents(self.folder / after / "work" / "ledger.duckdb")

    def resume(self, stage: str, folder: Path) -> Night:
        """The night as it was before a stage, in another folder."""
        shutil.copytree(self.folder / stage, folder, dirs_exist_ok=True)
        return Night(load_config(folder / CONFIG_NAME), self.night.server, self.night.script, tries=self.night.tries)


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    folder = tmp_path_factory.mktemp("stages")
    with killable_night(folder / "night", alerts=True) as night:
        yield Stages(night, folder)


def fill(disk: Path, free_kb: int) -> Path:
    """A file that leaves so much of the disk free."""
    ballast = disk / "ballast"
    stat = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, stat.f_bavail * stat.f_frsize - free_kb * 1024)
    return ballast


def published(config: Config) -> dict[Path, bytes]:
    """All that readers have: the copy and the briefings."""
    return {path: path.read_bytes() for path in (config.published_path, *sorted(config.briefings_path.iterdir()))}


def check_refusal(config: Config, err: str, before: dict[Path, bytes], told: str) -> None:
    """The fault is told in a line with its stage, its place and what to do, and readers have what they had."""
    assert "Traceback" not in err
    lines = [line for line in err.splitlines() if str(config.folder) in line and told in line]
    assert lines, err
    assert all("run again" in line for line in lines), err
    after = published(config)
    assert {path: after.get(path) for path in before} == before
    assert run_query(config.published_path, "SELECT count(*) >= 0 FROM incidents").rows == ((True,),)


@pytest.mark.parametrize(
    ("stage", "free_kb", "told"),
    [
        ("crawl", 0, "ledger.duckdb cannot be written: the disk is full"),  # not even the run's row has room
        pytest.param("crawl", 40, "crawl failed: ", marks=pytest.mark.slow),
        ("annotate", 16, "annotate failed: "),
        pytest.param("resolve", 16, "resolve failed: ", marks=pytest.mark.slow),
        ("brief", 100, "brief failed: "),
        ("alert", 8, "cannot be written: "),
        ("resolve", 1800, "publish failed: "),  # the stage has room, the copy has none
    ],
)
def test_full_disk_leaves_what_readers_have_and_the_next_run_completes(
    stages: Stages, tmp_path: Path, stage: str, free_kb: int, told: str
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        night = stages.resume(stage, disk)
        before = published(night.config)
        ballast = fill(disk, free_kb)
        code, err = night.finish(2, stage)
        assert code in (2, 3), err
        check_refusal(night.config, err, before, told)
        ballast.unlink()
        code, err = night.finish(2, stage)
        assert code == 0, err
        assert differing(contents(night.config.ledger_path), stages.wanted(stage)) == {}
        assert differing(contents(night.config.published_path), stages.wanted(stage)) == {}


def test_limit_on_the_size_of_files_is_told_as_such(stages: Stages, tmp_path: Path) -> None:
    night = stages.resume("crawl", tmp_path / "night")
    before = published(night.config)
    code, err = night.finish(2, "crawl", 2_000_000)
    assert code == 2, err
    check_refusal(night.config, err, before, "larger than this process or file system allows (ulimit -f)")
    code, err = night.finish(2, "crawl")
    assert code == 0, err
    assert differing(contents(night.config.ledger_path), stages.wanted("crawl")) == {}


@pytest.mark.slow
def test_briefings_on_a_disk_mounted_for_reading_cost_only_the_briefing(stages: Stages, tmp_path: Path) -> None:
    night = stages.resume("brief", tmp_path / "night")
    folder = night.config.briefings_path
    kept = tmp_path / "kept"
    folder.rename(kept)
    with small_disk(folder):
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        before = published(night.config)
        del before[night.config.published_path]  # the copy is renewed: the ledger has another run
        code, err = night.finish(2, "brief")
        assert code == 2, err  # it was the only step
        check_refusal(night.config, err, before, "Read-only file system; ")
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        code, err = night.finish(2, "brief")
        assert code == 0, err
        assert differing(contents(night.config.ledger_path), stages.wanted("brief")) == {}


def test_whole_folder_mounted_for_reading_begins_no_run(stages: Stages, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        night = stages.resume("annotate", disk)
        before = {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()}
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        code, err = night.finish(2, "annotate")
        assert (code, "Traceback" in err) == (2, False), err
        assert str(night.config.lock_path) in err
        assert {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()} == before


def command(config: Config, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "linewalker.cli", *arguments, "-c", str(config.folder)],
        capture_output=True, text=True, env=ENV, cwd="/", check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("arguments", "free_kb"),
    [
        (("export", "csv", "--output", "{disk}/out.csv"), 0),
        pytest.param(
            ("export", "parquet", "--table", "facts", "--output", "{disk}/out.parquet"), 4, marks=pytest.mark.slow
        ),
        (("chart", "SELECT country, count(*) AS n FROM incidents GROUP BY ALL", "--out", "{disk}/out.png"), 4),
        (("brief", "--from", "2026-03-01", "--to", "2026-03-12"), 20),
    ],
    ids=lambda value: " ".join(value[:2])[:20] if isinstance(value, tuple) else str(value),
)
def test_output_without_room_is_no_half_file(
    stages: Stages, tmp_path: Path, arguments: tuple[str, ...], free_kb: int
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        config = stages.resume("publish", disk).config
        for name in ("out.csv", "out.parquet", "out.png"):
            (disk / name).write_text("the last one")
        names = {path: path.stat().st_size for path in disk.rglob("*")}
        before = published(config)
        ballast = fill(disk, free_kb)
        told = [one.format(disk=disk) for one in arguments]
        code, err = command(config, *told)
        assert code in (1, 2), err
        assert err.count("\n") == 1, err
        assert str(disk) in err
        assert "No space left on device" in err
        ballast.unlink()
        assert {path: path.stat().st_size for path in disk.rglob("*") if path.is_file()} == {
            path: size for path, size in names.items() if path.is_file()
        }
        assert published(config) == before
        code, err = command(config, *told)
        assert code == 0, err


@pytest.mark.slow
def test_import_without_room_goes_on_from_there(stages: Stages, tmp_path: Path) -> None:
    documents = tmp_path / "documents.jsonl"
    filler = "The operator said that deliveries went on and that nobody had been hurt in the night. "
    with documents.open("w", encoding="utf-8") as file:
        for number in range(900):
            text = "".join(f"Paragraph {number}-{one}. {filler * 6}" for one in range(6))
            at = f"2026-03-0{1 + number % 9}T10:00:00Z"
            url = f"https://archive.example/{number}"
            file.write(
                json.dumps({"id": str(number), "url": url, "title": f"Story {number}", "text": text, "published": at})
            )
            file.write("\n")
    wanted = stages.resume("crawl", tmp_path / "undisturbed").config
    assert command(wanted, "import", str(documents))[0] == 0
    with small_disk(tmp_path / "disk") as disk:
        config = stages.resume("crawl", disk).config
        before = published(config)
        ballast = fill(disk, 700)
        code, err = command(config, "import", str(documents))
        assert code == 2, err
        check_refusal(config, err, before, "cannot be written")
        ballast.unlink()
        code, err = command(config, "import", str(documents))
        assert code == 0, err
        assert differing(contents(config.ledger_path), contents(wanted.ledger_path)) == {}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO])
def test_each_way_of_not_being_written_has_its_own_words(tmp_path: Path, number: int) -> None:
    config = Config(folder=tmp_path)
    path = tmp_path / "briefings" / "briefing.md"
    told = describe_fault("brief", OSError(number, os.strerror(number), str(path)), config)
    assert told.startswith(f"brief failed: {path} cannot be ")
    assert told.endswith("run again")
    fault = duckdb.IOException(f"IO Error: Could not write file: {os.strerror(number)}")
    ledger = explain(path, fault, memory_limit="1GB")
    assert ledger.startswith(f"{path} cannot be ")
    assert "run again" in ledger
