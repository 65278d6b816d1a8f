"""`linewalker review`: the analyst's sitting in the terminal, and the same by spreadsheet."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console

from linewalker.config import Config
from linewalker.errors import ConfigError
from linewalker.ids import choose_id
from linewalker.own_models import find_own_models
from linewalker.review_journal import Journal, Withdrawal, open_for_review
from linewalker.review_labels import LabelsError, parse_labels
from linewalker.review_screen import Keys, Screen, make_keys
from linewalker.review_table import FilledRow, Refused, make_answer, read_rows, render_rows
from nlp.modelfiles import ModelError
from nlp.records import RiskLabel
from nlp.relevance import load_relevance_model
from nlp.review_queue import Asked, order_queue
from nlp.risk import load_risk_model
from store.database import Ledger
from store.reviews import (
    DECIDING,
    Answer,
    Kind,
    ReviewItem,
    add_answers,
    find_review_ids,
    get_candidates,
    get_review_items,
    withdraw_answer,
)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which articles are asked, and who answers."""

    items: int = 20
    seed: int = 0
    skipped: bool = False
    by: str | None = None  # None: the login name

    @property
    def analyst(self) -> str:
        return (self.by or login_name()).strip() or "analyst"


def login_name() -> str:
    """Who is logged in; "analyst" where the system cannot say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "analyst"


def review_in_terminal(config: Config, choice: Choice, *, now: Clock, keys: Keys | None = None) -> int:
    """Asks one article after the other; the ledger is free for others while the analyst reads."""
    asked, items = load_queue(config, choice, now())
    if not asked:
        print("Nothing waits for a review: every article that was read has an answer, or was skipped (--skipped).")
        return 0
    folder = find_own_models(config)
    try:
        relevance, risk = load_relevance_model(folder), load_risk_model(folder)
    except ModelError as error:
        raise ConfigError(str(error)) from error
    console = Console(highlight=False)
    journal = Journal(config)
    sitting = Sitting(asked, items, Screen(console, relevance, risk), journal, by=choice.analyst, now=now)
    try:
        sitting.run(keys or make_keys(console))
    except KeyboardInterrupt:
        console.print()
    answered = sitting.count
    told = f"{answered} {'answer' if answered == 1 else 'answers'} of {choice.analyst} kept"
    if journal.waiting:
        told += f", {journal.waiting} of them beside the ledger until the run that holds it has ended"
    elif answered or sitting.touched:
        journal.publish(now=now())
    console.print(f"{told}; {len(asked) - sitting.done} of this queue left.", highlight=False)
    return 0


def load_queue(config: Config, choice: Choice, now: datetime) -> tuple[tuple[Asked, ...], dict[str, ReviewItem]]:
    """The next articles to ask, with what is shown of them; raises LockedError while a run is at work."""
    _require_ledger(config)
    with open_for_review(config, now=now) as ledger:
        asked = order_queue(get_candidates(ledger), items=choice.items, seed=choice.seed, skipped=choice.skipped)
        items = {item.version_id: item for item in get_review_items(ledger, [one.version_id for one in asked])}
    return asked, items


class Sitting:
    """One analyst before one queue; each answer is kept before the next article is shown."""

    def __init__(
        self,
        asked: Sequence[Asked],
        items: dict[str, ReviewItem],
        screen: Screen,
        journal: Journal,
        *,
        by: str,
        now: Clock,
    ) -> None:
        self._asked = asked
        self._items = items
        self._screen = screen
        self._journal = journal
        self._by = by
        self._now = now
        self._given: list[tuple[int, Answer]] = []  # place in the queue and answer, for undo
        self.done = 0  # place in the queue
        self.touched = False  # whether anything was kept at all

    @property
    def count(self) -> int:
        """Answers that stand."""
        return sum(answer.kind != "skipped" for _, answer in self._given)

    def run(self, keys: Keys) -> None:
        """Asks until the queue or the input ends, or the analyst quits."""
        while self.done < len(self._asked):
            asked = self._asked[self.done]
            item = self._items[asked.version_id]
            self._screen.show(item, asked, number=self.done + 1, total=len(self._asked))
            if not self._ask(item, asked, keys):
                return

    def _ask(self, item: ReviewItem, asked: Asked, keys: Keys) -> bool:
        """Takes keys until the queue moves on; False: the analyst goes."""
        while (key := keys.key()) is not None:
            match key.lower():
                case "q":
                    return False
                case "a" if item.relevant is not None:
                    labels = tuple(tag.label for tag in item.tags) if item.relevant else ()
                    return self._answer(asked, "accepted", item.relevant, labels)
                case "r":
                    if item.relevant:
                        return self._answer(asked, "corrected", False, ())
                    if (chosen := self._labels(item, keys)) is not None:
                        return self._answer(asked, "corrected", True, chosen)
                case "l":
                    if (chosen := self._labels(item, keys)) is not None:
                        same = bool(item.relevant) and set(chosen) == {tag.label for tag in item.tags}
                        return self._answer(asked, "accepted" if same else "corrected", True, chosen)
                case "s":
                    return self._answer(asked, "skipped", None, ())
                case "n":
                    if note := (keys.line("note> ") or "").strip():
                        self._note(asked, note)
                case "m":
                    self._screen.more(item)
                case "u" if self._given:
                    self._undo()
                    return True
                case "u":
                    self._screen.tell("There is nothing to undo in this sitting.")
                case "?" | "h":
                    self._screen.help()
                case _:
                    self._screen.keys()
        return False

    def _labels(self, item: ReviewItem, keys: Keys) -> tuple[RiskLabel, ...] | None:
        current = tuple(tag.label for tag in item.tags) if item.relevant else ()
        self._screen.vocabulary(current)
        while text := (keys.line("labels (Enter: back)> ") or "").strip():
            try:
                return parse_labels(text, current)
            except LabelsError as error:
                self._screen.tell(str(error), "yellow")
        self._screen.keys()
        return None

    def _answer(self, asked: Asked, kind: Kind, relevant: bool | None, risks: tuple[RiskLabel, ...]) -> bool:
        answer = Answer(
            version_id=asked.version_id, kind=kind, relevant=relevant, risks=risks, by=self._by, at=self._now(),
            asked_because=asked.why,
        )  # fmt: skip
        self._keep(answer)
        if kind in DECIDING:
            said = "not relevant" if not relevant else ", ".join(risks) or "relevant, no label"
            self._screen.tell(f"{kind}: {said}", "green")
        self.done += 1
        return True

    def _note(self, asked: Asked, note: str) -> None:
        self._keep(
            Answer(version_id=asked.version_id, kind="noted", relevant=None, note=note, by=self._by, at=self._now())
        )
        self._screen.tell("noted", "green")
        self._screen.keys()

    def _keep(self, answer: Answer) -> None:
        if not self._journal.keep(answer, now=self._now()):
            self._screen.tell("(kept beside the ledger: a run is at work)", "dim")
        self.touched = True
        self._given.append((self.done, answer))

    def _undo(self) -> None:
        place, answer = self._given.pop()
        if not self._journal.keep(Withdrawal(review_id=answer.id, by=self._by, at=self._now()), now=self._now()):
            self._screen.tell("(kept beside the ledger: a run is at work)", "dim")
        self._screen.tell(f"taken back: {answer.kind}", "green")
        self.done = place


def export_queue(config: Config, choice: Choice, target: Path, *, now: Clock) -> int:
    """Writes the queue as a CSV file to fill in; an existing file is not overwritten, for it may be filled in."""
    if target.exists():
        raise ConfigError(f"{target} exists and may hold answers; import it first, or name another file")
    asked, items = load_queue(config, choice, now())
    # Spreadsheets take a file for UTF-8 only by its byte order mark.
    target.write_text(render_rows(asked, items), encoding="utf-8-sig", newline="")
    print(f"Wrote {len(asked)} articles to {target}. Fill in the first columns, save as CSV UTF-8, then:")
    print(f"linewalker review -c {config.folder} --import {target}")
    return 0


def import_answers(config: Config, choice: Choice, source: Path, *, now: Clock) -> int:
    """Takes a filled-in file's answers in; a row that cannot go in is told with its line, and the others go in."""
    _require_ledger(config)
    filled, refused = read_rows(source)
    at = now()
    with open_for_review(config, now=at) as ledger:
        answers, more = _compare(ledger, filled, by=choice.analyst, at=at)
        added = add_answers(ledger, answers)
    Journal(config).publish(now=now())
    refused = sorted([*refused, *more], key=lambda one: one.line)
    for one in refused:
        print(f"{source}:{one.line}: {one.reason}", file=sys.stderr)
    unchanged = len(filled) - len(more) - added
    print(f"{added} answers of {choice.analyst} taken in, {unchanged} known already, {len(refused)} rows refused.")
    return 3 if refused else 0


def withdraw(config: Config, choice: Choice, wanted: str, *, now: Clock) -> int:
    """Takes one answer back by its id or the beginning of it; raises ConfigError where none or several fit."""
    _require_ledger(config)
    with open_for_review(config, now=now()) as ledger:
        review_id = choose_id(find_review_ids(ledger, wanted), wanted, "answer", "reviews")
        done = withdraw_answer(ledger, review_id, by=choice.analyst, at=now())
    Journal(config).publish(now=now())
    print(f"{review_id} {'is withdrawn' if done else 'was withdrawn already'}.")
    return 0


def _compare(
    ledger: Ledger, filled: Sequence[FilledRow], *, by: str, at: datetime
) -> tuple[list[Answer], list[Refused]]:
    items = {item.version_id: item for item in get_review_items(ledger, [row.version_id for row in filled])}
    answers: list[Answer] = []
    refused: list[Refused] = []
    lines: dict[str, int] = {}
    for row in filled:
        item = items.get(row.version_id)
        if item is None:
            reason = f"no article version {row.version_id!r} in this ledger; leave the last column as it was exported"
            refused.append(Refused(line=row.line, reason=reason))
        elif row.version_id in lines:
            reason = f"the same article stands in line {lines[row.version_id]} already; keep one of the two"
            refused.append(Refused(line=row.line, reason=reason))
        else:
            lines[row.version_id] = row.line
            found = make_answer(row, item, by=by, at=at)
            if isinstance(found, Refused):
                refused.append(found)
            elif found is not None:
                answers.append(found)
    return answers, refused


def _require_ledger(config: Config) -> None:
    if not config.ledger_path.is_file():
        raise ConfigError(f"there is no ledger at {config.ledger_path} yet; run: linewalker run -c {config.folder}")
