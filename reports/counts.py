"""The first line and the five under it: what is told to one who reads nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports.attribution import tell_denials
from reports.changes import tell_changes
from reports.desk import Desk
from reports.headings import tell_heading
from reports.records import BriefingSettings, Sentence
from reports.resolved import tell_length
from reports.sections import echoed, join_sentences
from reports.selection import Selection
from reports.sentences import tell_top
from reports.severity import grade_severity
from reports.slots import Part, count, listed, phrase, sentence
from reports.sources import tell_blindness
from store.records import IncidentView, Snapshot

LINES = 5
# What a change of it weighs in the choice of the gravest, by the word that begins its sentence.
_WEIGHTS = {"Killed": 5, "Status": 4, "Type": 4, "Lost": 4, "Affected": 3, "Claimed": 3, "Missing": 3, "Injured": 2,
            "Said": 2, "At": 2}  # fmt: skip


def tally(snapshot: Snapshot, selection: Selection) -> dict[str, int]:
    """The numbers of the briefing. One incident is one happening; the parts of a salvo are counted in their whole."""
    return {
        "new": len(selection.new),
        "changed": len(selection.changed),
        "resolved": len(selection.resolved),
        "disputed": len(selection.disputed) + len(selection.turned),
        "warnings_new": len(selection.warnings),
        "warnings_standing": len(selection.standing),
        "open": len(selection.open),
        "articles_new": snapshot.articles_new,
        "articles_relevant": snapshot.articles_relevant_new,
    }


def tell_counts(selection: Selection, settings: BriefingSettings) -> list[Sentence]:
    """How many are new, changed, resolved, still open, threatened, and disputed."""
    told = []
    if not selection.anything:
        since = " since the last briefing." if settings.since_last else " in this period."
        told.append(sentence("nothing new: no incident was added and none changed", since))
        if selection.open:
            told.append(sentence(count(len(selection.open)), " still open."))
    else:
        rest = (
            (len(selection.changed), " changed"),
            (len(selection.resolved), " resolved"),
            (len(selection.open), " still open"),
        )
        new = len(selection.new)
        first: list[Part] = [count(new), " new incident" if new == 1 else " new incidents"]
        parts: list[list[Part]] = [first if new else ["no new incident"]]
        parts += [[count(number), words] for number, words in rest if number]
        told.append(sentence(*listed(parts, last=", "), "."))
    less: list[list[Part]] = []
    warned, standing = len(selection.warnings), len(selection.standing)
    if warned:
        words = " new warning, threat or plan" if warned == 1 else " new warnings, threats or plans"
        less.append([count(warned), words])
    if standing:
        words = " threat or plan still stands" if standing == 1 else " threats or plans still stand"
        less.append([count(standing), words])
    disputed = len(selection.disputed) + len(selection.turned)
    if disputed:
        less.append([count(disputed), " denied or disputed"])
    if less:
        told.append(sentence(*listed(less, last="; "), "."))
    return told


def tell_five(
    desk: Desk, snapshot: Snapshot, selection: Selection, notes: Sequence[Sentence], settings: BriefingSettings
) -> list[tuple[str, Sentence]]:
    """At most five lines, each with its incident's id.

    The gravest new incident, the gravest change, what is disputed, policy or market, and what could not be seen;
    further new incidents that are serious take the places of those that are missing.
    """
    rest: list[tuple[str, Sentence]] = []
    for found in (
        _gravest_change(desk, selection, snapshot),
        _gravest_dispute(desk, selection),
        ("", notes[0]) if notes else None,
        _unseen(desk, snapshot),
    ):
        rest += [found] if found is not None else []
    lines: list[tuple[str, Sentence]] = []
    for number, view in enumerate(selection.new[: settings.full_items]):
        if len(lines) + len(rest) >= LINES or (number and grade_severity(view)[0] not in ("severe", "serious")):
            break
        told = desk.sifted([tell_top(view, echoed=echoed(view))], "one line", view.id)
        told = told or desk.sifted([tell_heading(view)], "heading", view.id)
        lines += [(view.id, one) for one in told[:1]]
    return [*lines, *rest][:LINES]


def _gravest_change(desk: Desk, selection: Selection, snapshot: Snapshot) -> tuple[str, Sentence] | None:
    ranked = []
    for view in (*selection.changed, *selection.resolved):
        changes = [told for told in tell_changes(replace(view, reports=()), snapshot.since) if " → " in told.text]
        if changes:
            best = max(changes, key=_weight)
            ranked.append((_weight(best) + grade_severity(view)[2], view, best))
    for _, view, best in sorted(ranked, key=lambda one: (-one[0], one[1].id)):
        out = tell_length(view) if best.text.startswith("Status") else None
        line = join_sentences(tell_heading(view), [best, *([out] if out else [])])
        line = replace(line, text=line.text.removesuffix("."))
        if desk.passes(line, "one line", view.id):
            return view.id, line
    return None


def _weight(told: Sentence) -> int:
    return _WEIGHTS.get(told.text.split(":")[0].split(",")[0].split(" ")[0], 1)


def _gravest_dispute(desk: Desk, selection: Selection) -> tuple[str, Sentence] | None:
    for view in (*selection.disputed, *selection.turned):
        line = _dispute(view)
        if desk.passes(line, "one line", view.id):
            return view.id, line
    return None


def _dispute(view: IncidentView) -> Sentence:
    heading = tell_heading(view)
    denials = tell_denials(view)[:1]
    if not denials:
        return phrase("Disputed: ", *_parts(heading))
    denial = replace(denials[0], text=denials[0].text[:1].lower() + denials[0].text[1:].removesuffix("."))
    return join_sentences(heading, [denial], " — ")


def _parts(told: Sentence) -> list[Part]:
    """A sentence taken apart again, so that another may hold it."""
    parts: list[Part] = []
    at = 0
    for slot in told.slots:
        start = told.text.index(slot.text, at)
        parts += [told.text[at:start], slot]
        at = start + len(slot.text)
    return [part for part in [*parts, told.text[at:]] if part]


def _unseen(desk: Desk, snapshot: Snapshot) -> tuple[str, Sentence] | None:
    told = tell_blindness(snapshot)
    return ("", told) if told is not None and desk.passes(told, "one line", None) else None
