"""A night's resolution with an analyst's decisions followed: every report where they put it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nlp.decisions import Partition
from nlp.resolve import Assignment, Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerLink:
    """An article's report in an incident, as the ledger holds it before the night."""

    incident_id: str  # where it belongs
    resolved_id: str  # where the resolver put it
    current: bool
    left: bool = False  # has just stopped being current
    reread: bool = False  # although the words it stands in are current: a newer model reads them otherwise


def follow(
    resolution: Resolution,
    article_of: Mapping[str, str],
    former: Mapping[str, Sequence[FormerLink]],
    partition: Partition,
) -> Resolution:
    """The machine's resolution with every report where the analyst's decisions put it.

    An unedited article whose report was in a decided incident, and whose one new reading would go elsewhere, stays
    where the decision put it: the same words, read otherwise, must not undo what a person has said of them. Of two
    incidents that a split made, even an edited one stays in its own: to the machine they look alike.
    """
    held, kept = _held(resolution, article_of, former, partition)
    assignments = []
    for one in resolution.assignments:
        article = article_of[one.event_id]
        decided = held.get(one.incident_id) or kept.get((one.event_id, one.incident_id))
        if decided is not None:
            one = replace(one, incident_id=decided, founded=False, reason="an analyst's decision holds it here")
        links = former.get(article, ())
        resolved = next((link.resolved_id for link in links if link.incident_id == one.incident_id), one.incident_id)
        place = partition.place(resolved, article)
        assignments.append(
            replace(one, incident_id=place, resolved_id=resolved, founded=one.founded and place == one.incident_id)
        )
    renamed = {one: partition.survivor(held.get(one, one)) for pair in resolution.parents for one in pair}
    parents = {renamed[child]: renamed[parent] for child, parent in resolution.parents}
    suggestions = [
        replace(s, incident_id=a, other_id=b)
        for s in resolution.suggestions
        for a, b in [
            (
                partition.survivor(held.get(s.incident_id, s.incident_id)),
                partition.survivor(held.get(s.other_id, s.other_id)),
            )
        ]
        if a != b and not partition.are_apart(a, b)
    ]
    return Resolution(
        assignments=tuple(assignments),
        parents=tuple(sorted((child, parent) for child, parent in parents.items() if child != parent)),
        suggestions=tuple(suggestions),
        withdrawn=resolution.withdrawn,
        followings=tuple(
            replace(one, incident_id=partition.survivor(held.get(one.incident_id, one.incident_id)))
            for one in resolution.followings
        ),
    )


def _held(
    resolution: Resolution,
    article_of: Mapping[str, str],
    former: Mapping[str, Sequence[FormerLink]],
    partition: Partition,
) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """What an article's new reading would leave against a decision: it was in a decided incident, and is in none now.

    Gives the incidents that tonight would found for it, each with the decided one, and the single reports that would
    move to a known incident: (event, incident) with the decided one.
    """
    parts = {one.event_id for one in resolution.assignments if one.facility_id is not None}
    told: dict[str, list[Assignment]] = {}
    for one in resolution.assignments:
        told.setdefault(article_of[one.event_id], []).append(one)
    held: dict[str, str] = {}
    kept: dict[tuple[str, str], str] = {}
    for article, new in told.items():
        links = former.get(article, ())
        known = {link.incident_id for link in links if link.left or link.current}
        standing = {link.incident_id for link in links if link.current} | {one.incident_id for one in new}
        left = {link.incident_id: link.reread for link in links if link.left and link.incident_id in partition.decided}
        open_ends = [one for one in left if one not in standing]
        moved = [one for one in new if one.incident_id not in known]
        if len(open_ends) != 1 or len(moved) != 1 or moved[0].event_id in parts:
            continue
        (decided,), (move,) = open_ends, moved
        if move.founded and left[decided]:
            held[move.incident_id] = decided
        elif left[decided] or partition.are_split(move.incident_id, decided):
            kept[move.event_id, move.incident_id] = decided
    return held, kept
