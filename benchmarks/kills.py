"""Nights killed with -9: python benchmarks/kills.py [--instants N] [--sequences N] [--seed N] [--folder DIR]

The sample newswire on loopback, an alert rule with a receiver, and a night that is not disturbed: its length and its
rows are what the others are held against. Then N nights, each killed at an instant drawn from that length, every second
time with its whole process group, and run again to the end; and sequences, killed five times before they may end. Told
are tables whose rows differ, pages fetched although they were stored, pages fetched twice because they were in flight,
how old those were, alerts that came twice, and what was left over.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.linewalker.killing import (  # noqa: E402
    Night,
    Stamped,
    briefings,
    contents,
    differing,
    kill,
    killable_night,
    litter,
)

STEPS = ("crawl", "annotate", "resolve", "brief", "alert and publish")
_TOLD = ("crawl: ", "annotate: ", "resolve: ", "briefing: ")


@dataclass
class Tally:
    """What all the killed nights together came to."""

    nights: int = 0
    kills: int = 0
    ended_before: int = 0  # tries that were done before their instant came
    kills_by_step: dict[str, int] = field(default_factory=dict)
    differing_tables: list[str] = field(default_factory=list)
    differing_briefings: list[str] = field(default_factory=list)
    exit_codes: dict[int, int] = field(default_factory=dict)
    stored_fetched_again: int = 0
    in_flight_fetched_again: int = 0
    in_flight_most: int = 0
    in_flight_oldest_s: float = 0.0
    alerts_twice: int = 0
    torn_journals: int = 0
    left_over: list[str] = field(default_factory=list)
    workers_gone_after_s: float = 0.0  # the longest that one outlived its killed parent


def kill_once(night: Night, after: float, tally: Tally, *, group: bool) -> None:
    """Starts the night, kills it after so many seconds, and notes what was asked for twice since the last kill."""
    requests = night.server.requests
    assert isinstance(requests, Stamped)
    process = night.start()
    time.sleep(after)
    if process.poll() is not None:
        process.communicate()
        tally.ended_before += 1
        return
    tally.kills += 1
    tally.workers_gone_after_s = max(tally.workers_gone_after_s, kill(process, group=group))


def check(night: Night, known: set[str], asked: int, killed_at: float, tally: Tally) -> None:
    """Holds what a later try asked for against what was stored at the kill."""
    requests = night.server.requests
    assert isinstance(requests, Stamped)
    before, again = set(night.pages()[: len(night.pages()) - len(night.pages(asked))]), set(night.pages(asked))
    twice = before & again
    tally.stored_fetched_again += len(twice & known)
    flying = twice - known
    tally.in_flight_fetched_again += len(flying)
    tally.in_flight_most = max(tally.in_flight_most, len(flying))
    for (host, path, _), at in zip(requests[:asked], requests.times, strict=False):
        if f"http://{host}{path}" in flying:
            tally.in_flight_oldest_s = max(tally.in_flight_oldest_s, killed_at - at)


def step_reached(night: Night) -> str:
    """The step that the killed try was in, by what it left."""
    from store.database import open_ledger

    copy = night.config.folder.parent / "step.duckdb"
    if not night.config.ledger_path.is_file():
        return STEPS[0]
    shutil.copy(night.config.ledger_path, copy)
    journal = night.config.ledger_path.with_name(night.config.ledger_path.name + ".wal")
    if journal.exists():
        shutil.copy(journal, copy.with_name(copy.name + ".wal"))
    with open_ledger(copy) as ledger:
        row = ledger.row(
            "SELECT (SELECT count(*) FROM briefing), (SELECT count(*) FROM incident), "
            "(SELECT count(*) FROM annotation), (SELECT count(*) FROM fingerprint)"
        )
    copy.unlink()
    copy.with_name(copy.name + ".wal").unlink(missing_ok=True)
    assert row is not None
    briefed, resolved, read, begun = row
    whole = 47 if read else 0
    return STEPS[4 if briefed else 3 if resolved else 2 if read >= whole > 0 else 1 if begun else 0]


def disturb(folder: Path, instants: list[float], wanted: Path, tally: Tally, chance: random.Random) -> None:
    """One night killed at each of these instants after its start, then run to the end."""
    with killable_night(folder, alerts=True) as night:
        killed_at = 0.0
        for after in instants:
            asked_before = len(night.server.requests)
            known_before = night.stored()
            kill_once(night, after, tally, group=bool(chance.getrandbits(1)))
            if asked_before:
                check(night, known_before, asked_before, killed_at, tally)
            killed_at = time.monotonic()
            step = step_reached(night)
            tally.kills_by_step[step] = tally.kills_by_step.get(step, 0) + 1
        known, asked = night.stored(), len(night.server.requests)
        code, err = night.finish()
        tally.nights += 1
        tally.exit_codes[code] = tally.exit_codes.get(code, 0) + 1
        tally.torn_journals += "journal" in err
        check(night, known, asked, killed_at, tally)
        name = f"{folder.name} at {', '.join(f'{one:.2f}' for one in instants)} s"
        if "Traceback" in err:
            tally.left_over.append(f"{name}: {err[-500:]}")
        for table, rows in differing(
            contents(wanted / "work/ledger.duckdb"), contents(night.config.ledger_path)
        ).items():
            tally.differing_tables.append(f"{name}: {table}: {rows}")
        if contents(night.config.published_path) != contents(night.config.ledger_path):
            tally.differing_tables.append(f"{name}: published")
        wanted_files = json.loads((wanted / "files.json").read_text())
        files = {key: value.hex() for key, value in briefings(night.config).items()}
        for key in sorted({*wanted_files, *files}):
            if wanted_files.get(key) != files.get(key):
                tally.differing_briefings.append(f"{name}: {key}")
        assert night.receiver is not None
        tally.alerts_twice += sum(count - 1 for count in night.receiver.taken.values())
        tally.left_over += [f"{name}: {one}" for one in litter(night.config)]
    if not any(one.startswith(name) for one in tally.differing_tables + tally.differing_briefings):
        shutil.rmtree(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instants", type=int, default=50)
    parser.add_argument("--sequences", type=int, default=5, help="Nights that are killed five times in a row.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="Keep nights that differ here; default: a temporary folder.")
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        wanted = folder / "undisturbed"
        with killable_night(wanted, alerts=True) as night:
            started = time.monotonic()
            code, err = night.finish()
            took = time.monotonic() - started
            assert code == 0, err
            files = {key: value.hex() for key, value in briefings(night.config).items()}
            (wanted / "files.json").write_text(json.dumps(files))
            assert night.receiver is not None
            rows = sum(map(len, contents(night.config.ledger_path).values()))
            print(f"undisturbed: {took:.1f} s, {len(night.pages())} pages, {rows} rows compared, {len(files)} files, "
                  f"{night.receiver.taken.total()} alerts", flush=True)  # fmt: skip
        tally = Tally()
        number = 0
        while tally.kills < chosen.instants:  # on a machine that is less busy than before some tries end too early
            disturb(folder / f"night-{number}", [chance.uniform(0, took)], wanted, tally, chance)
            number += 1
            print(
                f"{tally.kills} of {chosen.instants}: {len(tally.differing_tables)} differ", file=sys.stderr, flush=True
            )
        print(json.dumps({"single": asdict(tally)}, indent=1), flush=True)
        rounds = Tally()
        for number in range(chosen.sequences):
            instants = [chance.uniform(0, took * 0.8) for _ in range(5)]
            disturb(folder / f"sequence-{number}", instants, wanted, rounds, chance)
        print(json.dumps({"five in a row": asdict(rounds)}, indent=1))
    bad = [one for t in (tally, rounds) for one in (*t.differing_tables, *t.differing_briefings, *t.left_over)]
    return 1 if bad or tally.stored_fetched_again or rounds.stored_fetched_again else 0


if __name__ == "__main__":
    sys.exit(main())
