"""`linewalker review incidents`: the analyst's decisions, one by one in the terminal or each by an option."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from rich.console import Console

from linewalker.config import Config
from linewalker.errors import ConfigError
from linewalker.ids import choose_id
from linewalker.incident_screen import IncidentScreen
from linewalker.lock import LockedError
from linewalker.review import Choice
from linewalker.review_journal import PATIENCE_S, Journal, open_for_review
from linewalker.review_screen import Keys, make_keys
from nlp.decisions import Decision, DecisionError, describe
from reports.countries import country_name
from store.database import Ledger
from store.decisions import Draft, decide, find_decision_ids, withdraw_decision
from store.incident_queue import Queued, get_incident_queue
from store.records import IncidentView
from store.views import find_incident_ids, get_incidents

Clock = Callable[[], datetime]
Ask = Callable[[str], bool]
T = TypeVar("T")
_PAUSE_S = 0.1
_DAYS_APART = 60  # two happenings further apart are not one by a slip of a date
_NOT_KEPT = "Not kept: {}. Press the key again then."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One decision as the options give it; ids may be shortened."""

    merge: tuple[str, str] | None = None
    split: str | None = None
    articles: tuple[str, ...] = ()
    correct: tuple[str, str, str] | None = None
    confirm: str | None = None
    dismiss: str | None = None
    apart: tuple[str, str] | None = None
    undo: str | None = None
    note: str | None = None
    yes: bool = False  # merge also what the ledger has doubts about

    @property
    def count(self) -> int:
        """How many decisions are asked for; a note or articles alone count as one that is incomplete."""
        asked = (self.merge, self.split, self.correct, self.confirm, self.dismiss, self.apart, self.undo)
        return sum(one is not None for one in asked) or bool(self.articles or self.note)


def decide_once(config: Config, choice: Choice, wanted: Wanted, *, now: Clock, ask: Ask | None = None) -> int:
    """Takes one decision, or takes one back; raises ConfigError or DecisionError naming what is wrong.

    `ask`: whether a merge that is doubtful is meant; None where nobody can be asked.
    """
    _require_ledger(config)
    if wanted.count > 1:
        raise ConfigError("give one of --merge, --split, --correct, --confirm, --dismiss, --apart and --undo at a time")
    if wanted.articles and wanted.split is None:
        raise ConfigError("--articles belongs to --split A")
    if wanted.note and wanted.undo is not None:
        raise ConfigError("--note goes with a decision, not with --undo")
    if wanted.merge is not None and not wanted.yes:
        # Asked before the decision is taken: no run waits while the analyst thinks.
        with open_for_review(config, now=now()) as ledger:
            doubts = doubt_merge(get_incidents(ledger, [_find(ledger, one) for one in wanted.merge]))
        if doubts and (ask is None or not ask(f"{doubts}. Are they one all the same?")):
            raise ConfigError(f"{doubts}: nothing was decided; if they are one all the same, give --yes")
    with open_for_review(config, now=now()) as ledger:
        if wanted.undo is not None:
            decision_id = choose_id(find_decision_ids(ledger, wanted.undo), wanted.undo, "decision", "decisions")
            done = withdraw_decision(ledger, decision_id, by=choice.analyst, at=now())
            told = f"{decision_id} {'is taken back' if done else 'was taken back already'}."
        else:
            decision = decide(ledger, _draft(ledger, wanted), by=choice.analyst, at=now())
            told = f"{decision.id}: {describe(decision)}{_stood(decision, wanted.note)}."
    Journal(config).publish(now=now())
    print(told)
    return 0


def doubt_merge(views: Sequence[IncidentView]) -> str:
    """What speaks against two incidents being one, in words; empty where nothing does."""
    if len(views) != 2:
        return ""
    one, other = views
    doubts = []
    countries = [set(view.countries) | ({view.country} if view.country else set()) for view in views]
    if all(countries) and countries[0].isdisjoint(countries[1]):
        names = [" and ".join(sorted(map(country_name, codes))) for codes in countries]
        doubts.append(f"{one.id} is in {names[0]}, {other.id} in {names[1]}")
    if one.occurred_on and other.occurred_on and abs((one.occurred_on - other.occurred_on).days) > _DAYS_APART:
        doubts.append(f"they happened {abs((one.occurred_on - other.occurred_on).days)} days apart")
    return "; ".join(doubts)


def _draft(ledger: Ledger, wanted: Wanted) -> Draft:
    def known(beginning: str) -> str:
        return _find(ledger, beginning)

    note = wanted.note
    if wanted.merge is not None:
        return Draft(kind="merge", incident_id=known(wanted.merge[0]), other_id=known(wanted.merge[1]), note=note)
    if wanted.apart is not None:
        return Draft(kind="apart", incident_id=known(wanted.apart[0]), other_id=known(wanted.apart[1]), note=note)
    if wanted.split is not None:
        articles = tuple(part.strip() for one in wanted.articles for part in one.split(",") if part.strip())
        return Draft(kind="split", incident_id=known(wanted.split), article_ids=articles, note=note)
    if wanted.correct is not None:
        incident, field, text = wanted.correct
        return Draft(kind="correct", incident_id=known(incident), field=field, text=text, note=note)
    if wanted.confirm is not None:
        return Draft(kind="confirm", incident_id=known(wanted.confirm), note=note)
    if wanted.dismiss is not None:
        return Draft(kind="dismiss", incident_id=known(wanted.dismiss), note=note)
    raise ConfigError("--note goes with a decision: --merge, --split, --correct, --confirm, --dismiss or --apart")


def _find(ledger: Ledger, beginning: str) -> str:
    return choose_id(find_incident_ids(ledger, beginning), beginning, "incident", "incidents")


def _stood(decision: Decision, note: str | None) -> str:
    """What is added about a decision that was not taken now, because it stands already."""
    if decision.new:
        return ""
    dropped = "; the note was not kept" if note and note != decision.note else ""
    return f" already, as {decision.by} decided on {decision.at:%-d %B %Y}{dropped}"


def review_in_terminal(config: Config, choice: Choice, *, now: Clock, keys: Keys | None = None) -> int:
    """Asks about pairs and doubtful incidents; the ledger is free for others while the analyst reads."""
    _require_ledger(config)
    with open_for_review(config, now=now()) as ledger:
        queue = get_incident_queue(ledger, choice.items)
    if not queue:
        print("Nothing waits for a decision: no pair may be one, and no incident is disputed or unsure.")
        return 0
    console = Console(highlight=False)
    sitting = Sitting(config, queue, IncidentScreen(console), by=choice.analyst, now=now)
    try:
        sitting.run(keys or make_keys(console))
    except KeyboardInterrupt:
        console.print()
    if sitting.touched:
        Journal(config).publish(now=now())
    count = len(sitting.taken)
    left = len(queue) - sitting.place
    console.print(
        f"{count} {'decision' if count == 1 else 'decisions'} of {choice.analyst} kept; {left} of this queue left."
    )
    return 0


class Sitting:
    """One analyst before one queue; each decision is in the ledger before the next key is read."""

    def __init__(self, config: Config, queue: Sequence[Queued], screen: IncidentScreen, *, by: str, now: Clock) -> None:
        self._config = config
        self._queue = queue
        self._screen = screen
        self._by = by
        self._now = now
        self._note: str | None = None
        self.place = 0  # in the queue
        self.taken: list[tuple[int, Decision]] = []  # place and decision, for undo; none that others took before
        self.touched = False

    def run(self, keys: Keys) -> None:
        """Asks until the queue or the input ends, or the analyst quits."""
        while self.place < len(self._queue):
            item = self._queue[self.place]
            views = self._load(item)
            if views is None:
                return  # a run has begun; the item keeps its place
            if len(views) != (1 if item.other_id is None else 2):
                self.place += 1  # an earlier decision of this sitting has settled it
                continue
            self._screen.show(views, item.why, number=self.place + 1, total=len(self._queue))
            if not self._ask([view.id for view in views], keys):
                return

    def _load(self, item: Queued) -> list[IncidentView] | None:
        """The incidents of an item that still stand; None where they cannot be read now, which the analyst is told."""
        wanted = [item.incident_id] + ([item.other_id] if item.other_id is not None else [])
        advice = "The next one cannot be shown: {}. Your decisions are kept; start the review again then."
        views = self._held(lambda ledger: get_incidents(ledger, wanted), advice)
        if views is None:
            return None
        return [view for view in views if view.status not in ("merged", "dismissed", "retracted")]

    def _ask(self, ids: Sequence[str], keys: Keys) -> bool:
        """Takes keys until the item is to be shown again or left; False: the analyst goes."""
        while (key := keys.key()) is not None:
            match key.lower():
                case "q":
                    return False
                case "s":
                    self.place += 1
                    return True
                case "n":
                    self._note = (keys.line("note> ") or "").strip() or None
                    self._screen.keys(len(ids))
                case "u" if self.taken:
                    if self._undo():
                        return True
                case "u":
                    self._screen.tell("There is nothing to undo in this sitting.")
                case "?" | "h":
                    self._screen.help(len(ids))
                case _:
                    draft = self._draft(key.lower(), ids, keys)
                    if draft is not None and self._decide(draft):
                        # A corrected field, and a verdict on one of a pair, leave the question open.
                        stays = draft.kind == "correct" or (draft.kind == "confirm" and len(ids) > 1)
                        self.place += not stays
                        return True
                    self._screen.keys(len(ids))
        return False

    def _draft(self, key: str, ids: Sequence[str], keys: Keys) -> Draft | None:
        if key == "k" and len(ids) > 1:
            return Draft(kind="apart", incident_id=ids[0], other_id=ids[1], note=self._note)
        if key == "m":
            other = ids[1] if len(ids) > 1 else self._other(keys)
            if other is not None and not self._is_meant(ids[0], other, keys):
                return None
            return None if other is None else Draft(kind="merge", incident_id=ids[0], other_id=other, note=self._note)
        if key not in ("c", "d", "f"):
            return None
        chosen = ids[0]
        if len(ids) > 1:
            answer = (keys.line("which, a or b> ") or "").strip().lower()
            if answer not in ("a", "b"):
                return None
            chosen = ids["ab".index(answer)]
        if key != "f":
            return Draft(kind="confirm" if key == "c" else "dismiss", incident_id=chosen, note=self._note)
        field = (keys.line("field> ") or "").strip()
        text = (keys.line("value> ") or "").strip() if field else ""
        return Draft(kind="correct", incident_id=chosen, field=field, text=text, note=self._note) if field else None

    def _is_meant(self, one: str, other: str, keys: Keys) -> bool:
        """Whether a merge that is doubtful is meant; what nothing speaks against is."""
        doubts = self._held(lambda ledger: doubt_merge(get_incidents(ledger, [one, other])))
        if not doubts:
            return doubts is not None
        self._screen.tell(f"{doubts}.", "yellow")
        return (keys.line("one all the same? yes or no> ") or "").strip().lower() in ("y", "yes")

    def _other(self, keys: Keys) -> str | None:
        beginning = (keys.line("part of which incident> ") or "").strip()
        if not beginning:
            return None
        try:
            return self._held(lambda ledger: _find(ledger, beginning))
        except ConfigError as error:
            self._screen.tell(str(error), "yellow")
            return None

    def _decide(self, draft: Draft) -> bool:
        try:
            decision = self._held(lambda ledger: decide(ledger, draft, by=self._by, at=self._now()))
        except DecisionError as error:
            self._screen.tell(str(error), "yellow")
            return False
        if decision is None:
            return False
        self._screen.tell(f"{describe(decision)}{_stood(decision, draft.note)} ({decision.id})", "green")
        self._note = None
        if decision.new:
            self.taken.append((self.place, decision))
            self.touched = True
        return True

    def _undo(self) -> bool:
        place, decision = self.taken[-1]
        done = self._held(lambda ledger: withdraw_decision(ledger, decision.id, by=self._by, at=self._now()))
        if done is None:
            return False
        self.taken.pop()
        self._screen.tell(f"{'taken back' if done else 'was taken back already'}: {describe(decision)}", "green")
        self.place = place
        return True

    def _held(self, work: Callable[[Ledger], T], advice: str = _NOT_KEPT) -> T | None:
        """Does something with the ledger; None, and a word to the analyst, where a run goes on holding it."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                with open_for_review(self._config, now=self._now()) as ledger:
                    return work(ledger)
            except LockedError as error:
                if time.monotonic() > deadline:
                    self._screen.tell(advice.format(error), "yellow")
                    return None
                time.sleep(_PAUSE_S)


def _require_ledger(config: Config) -> None:
    if not config.ledger_path.is_file():
        raise ConfigError(f"there is no ledger at {config.ledger_path} yet; run: linewalker run -c {config.folder}")
