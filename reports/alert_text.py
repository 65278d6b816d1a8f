"""What an alert says: a title and a plain text of verified sentences, made harmless for mail and chat."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from nlp.lifecycle import UNDERWAY
from nlp.records import HAPPENED
from reports.alert_rules import AlertRule
from reports.alerts import Alert
from reports.attribution import tell_actors, tell_denials, tell_sureness
from reports.changes import tell_changes
from reports.desk import Desk
from reports.figures import tell_figures
from reports.headings import tell_heading
from reports.plain_text import plain
from reports.records import LEDGER_MARK, Sentence
from reports.sentences import state_of, tell_lead, tell_top
from reports.severity import LEVELS, grade_severity
from reports.text import safe_url, shorten
from reports.verify import verify_sentence
from reports.words import FIELD_LABELS, STATUS_WORDS, event_noun, format_day
from store.database import hash_id
from store.records import IncidentView, Quote

TITLE_CHARACTERS = 119
SENTENCE_CHARACTERS = 700
PARTS_SHOWN, SOURCES_SHOWN, FIGURES_SHOWN, CHANGES_SHOWN = 5, 4, 5, 6
_KIND_ORDER = {"fallen": 0, "worse": 1, "first": 2}
_FALLEN_TITLES = {"denied": "Denied", "disputed": "Now disputed", "retracted": "Retracted",
                  "dismissed": "Dismissed", "merged": "Merged", "foiled": "Foiled"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """One message as it is sent; the same one keeps its id whenever it is sent again."""

    id: str
    title: str
    body: str
    targets: tuple[str, ...]
    alerts: tuple[Alert, ...]
    withheld: int = 0  # sentences that were left out


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSettings:
    """How many alerts of one rule are told one by one, and how many lines their digest has."""

    digest_above: int = 10
    digest_lines: int = 25
    first_night: bool = False  # of the ledger: what the feeds still show is told at one glance


def write_messages(
    alerts: Sequence[Alert],
    views: Mapping[str, IncidentView],
    rules: Sequence[AlertRule],
    *,
    now: datetime,
    settings: MessageSettings | None = None,
) -> list[AlertMessage]:
    """The messages of one night, the gravest first: one an incident, whatever rules fire on it, or a rule's digest."""
    settings = settings or MessageSettings()
    targets = {rule.name: rule.targets for rule in rules}
    told = [alert for alert in alerts if alert.told]
    most = 1 if settings.first_night else settings.digest_above
    many = {name for name in targets if sum(one.rule == name for one in told) > most}
    points = {one: grade_severity(views[one])[2] for one in {alert.incident_id for alert in told}}
    messages = []
    single: dict[tuple[str, str, tuple[str, ...]], list[Alert]] = {}
    for alert in told:
        if alert.rule not in many:
            single.setdefault((alert.incident_id, alert.kind, alert.changes), []).append(alert)
    for group in sorted(single.values(), key=lambda group: _weight(group[0], points)):
        to = tuple(dict.fromkeys(target for alert in group for target in targets[alert.rule]))
        try:
            messages.append(_write_one(group, views, to, now))
        except Exception:  # a fault in the telling of one incident must cost neither its alert nor the others
            messages.append(_write_bare(group, views, to, now))
    for name in targets:
        if name in many:
            group = sorted((one for one in told if one.rule == name), key=lambda one: _weight(one, points))
            messages.append(_write_digest(name, group, views, targets[name], now, settings))
    return messages


def alert_id(alert: Alert, now: datetime) -> str:
    """The id of one firing: the same decision made again has the same."""
    return hash_id("alert", alert.rule, alert.incident_id, alert.kind, now.isoformat())


def write_test(now: datetime, target: str) -> AlertMessage:
    """A message that says that it is only a test."""
    body = (
        "This is a test of Linewalker's alerts. Nothing has happened.\n\n"
        f"It was sent to the target {plain(target)} at {_at(now)}.\n"
    )
    return AlertMessage(
        id=hash_id("test", target, now.isoformat()), title="Test: Linewalker can reach you", body=body,
        targets=(target,), alerts=(),
    )  # fmt: skip


def _weight(alert: Alert, points: Mapping[str, int]) -> tuple[int, int, int, str]:
    level = LEVELS.index(alert.state.level)
    return (_KIND_ORDER[alert.kind], level, -points[alert.incident_id], alert.incident_id)


def _write_one(
    group: Sequence[Alert], views: Mapping[str, IncidentView], targets: tuple[str, ...], now: datetime
) -> AlertMessage:
    alert = group[0]
    view = views[alert.incident_id]
    desk = Desk()
    lead = desk.reduced(lambda without: tell_lead(view, without), "what, where and when", view.id)
    blocks = [_notice(alert, view, views, desk), _what(view, lead, desk, alert, views)]
    if alert.kind == "worse":
        blocks.append(_changed(alert, view, desk))
    cited = {slot.text for one in (lead,) if one for slot in one.slots if slot.kind == "speaker"}
    sure = desk.sifted(tell_sureness(view, cited), "how sure it is", view.id)
    blocks.append(_block("How sure", [_told(one) for one in sure]))
    blocks.append(_block("Severity", [_severity(alert, view, views)]))
    blocks.append(_block("Who says so", _sources(view, lead)))
    blocks.append(_block("Why you get this", [_why(one) for one in group]))
    ids = [alert_id(one, now) for one in group]
    message_id = hash_id("message", *sorted(ids))
    blocks.append(_foot(message_id, now, [f"linewalker incident {view.id}"], blocks))
    return AlertMessage(
        id=message_id,
        title=_title(alert, view, lead),
        body="\n\n".join(block for block in blocks if block) + "\n",
        targets=targets,
        alerts=tuple(group),
        withheld=len(desk.withheld),
    )


def _write_bare(
    group: Sequence[Alert], views: Mapping[str, IncidentView], targets: tuple[str, ...], now: datetime
) -> AlertMessage:
    """What can be said without telling anything of the incident."""
    alert, view = group[0], views[group[0].incident_id]
    message_id = hash_id("message", *sorted(alert_id(one, now) for one in group))
    blocks = ["The words of this alert could not be made; the ledger and the articles have them."]
    blocks.append(_block("Why you get this", [_why(one) for one in group]))
    blocks.append(_foot(message_id, now, [f"linewalker incident {view.id}"], blocks))
    title = shorten(f"{_mark(alert, view)}: {_bare(view)}", TITLE_CHARACTERS)
    body = "\n\n".join(blocks) + "\n"
    return AlertMessage(id=message_id, title=title, body=body, targets=targets, alerts=tuple(group), withheld=1)


def _write_digest(
    rule: str,
    group: Sequence[Alert],
    views: Mapping[str, IncidentView],
    targets: tuple[str, ...],
    now: datetime,
    settings: MessageSettings,
) -> AlertMessage:
    desk = Desk()
    lines = [
        f"- {_digest_line(alert, views[alert.incident_id], desk)}\n  linewalker incident {alert.incident_id}"
        for alert in group[: settings.digest_lines]
    ]
    left = len(group) - len(lines)
    if left > 0:
        lines.append(f"- and {left} more, less severe: linewalker alerts lists them")
    if settings.first_night:
        notice = "This is the first run of this ledger: the rule found what the sources still show, told once and here."
    else:
        notice = f"More than {settings.digest_above} alerts of one rule in one night are sent as one message."
    message_id = hash_id("digest", *sorted(alert_id(one, now) for one in group))
    blocks = [notice, "\n".join(lines), _block("Why you get this", [f'rule "{plain(rule)}"'])]
    blocks.append(_foot(message_id, now, [], blocks))
    gravest = min((one.state.level for one in group), key=LEVELS.index)
    return AlertMessage(
        id=message_id,
        title=shorten(f"{len(group)} alerts, up to {gravest}: {plain(rule)}", TITLE_CHARACTERS),
        body="\n\n".join(block for block in blocks if block) + "\n",
        targets=targets,
        alerts=tuple(group),
        withheld=len(desk.withheld),
    )


def _digest_line(alert: Alert, view: IncidentView, desk: Desk) -> str:
    try:
        told = _first(desk, (tell_top(view), tell_heading(view)), "heading", view.id)
    except Exception:  # as in write_messages
        told = None
    return f"{_mark(alert, view)}: {_told(told) if told else _bare(view)}"


def _mark(alert: Alert, view: IncidentView) -> str:
    if alert.kind == "fallen":
        return _FALLEN_TITLES.get(alert.state.state, "No longer so")
    state = state_of(view)
    words = ["worse"] if alert.kind == "worse" else []
    # What has not happened must not read as if it had.
    words += [STATUS_WORDS.get(state, state)] if state not in UNDERWAY | HAPPENED else []
    told = ", ".join([*words, alert.state.level])
    return told[0].upper() + told[1:]


def _severity(alert: Alert, view: IncidentView, views: Mapping[str, IncidentView]) -> str:
    """The level with its reasons, of the whole or of the part that has it."""
    if alert.kind == "fallen":
        return f"{alert.state.level} when it was told"
    members = [view, *(views[one] for one in alert.parts if one in views)]
    graded = [grade_severity(one) for one in members]
    why = next((why for level, why, _ in graded if level == alert.state.level), "")
    return f"{alert.state.level}: {why}" if why else alert.state.level


def _title(alert: Alert, view: IncidentView, lead: Sentence | None) -> str:
    # The marks of what only the ledger knows stand in the lead, where that names the same.
    said = {slot.ledger for slot in lead.slots} if lead is not None else set()
    bare = tell_heading(view)
    echoed = lead is not None and all(slot.ledger in said for slot in bare.slots if not slot.quotes)
    told = _first(None, (tell_top(view, echoed=echoed), tell_heading(view, echoed=echoed), bare), "title", view.id)
    return shorten(f"{_mark(alert, view)}: {_told(told) if told else _bare(view)}", TITLE_CHARACTERS)


def _bare(view: IncidentView) -> str:
    """What can always be said: the kind of event and the id."""
    return f"{event_noun(view)} ({view.id})"


def _notice(alert: Alert, view: IncidentView, views: Mapping[str, IncidentView], desk: Desk) -> str:
    """The first lines of a message that is not the first on its incident."""
    when = f"the alert of {_at(alert.since)}" if alert.since else "an earlier alert"
    if alert.kind == "worse":
        return f"Worse than at {when}: {'; '.join(alert.changes)}."
    if alert.kind != "fallen":
        return f"Known before and not told; told now, because: {'; '.join(alert.changes)}." if alert.changes else ""
    lines = [f"{when[0].upper()}{when[1:]} no longer stands: {'; '.join(alert.changes)}."]
    if view.merged_into is not None:
        into = views.get(view.merged_into)
        told = _first(desk, (tell_top(into), tell_heading(into)), "heading", into.id) if into is not None else None
        lines.append(f"It is told now as: {_told(told)}" if told else "It is told now under another id.")
        lines.append(f"linewalker incident {view.merged_into}")
    if alert.state.state in ("dismissed", "merged"):
        made = [one for one in view.decisions if not one.withdrawn]
        if made:
            last = made[-1]
            note = f": {shorten(plain(last.note), 300)}" if last.note else ""
            lines.append(f"Decided by {shorten(plain(last.by), 60)} at {_at(last.at)}{note}")
    lines += [_told(one) for one in desk.sifted(tell_denials(view), "a denial", view.id)]
    return "\n".join(lines)


def _what(
    view: IncidentView, lead: Sentence | None, desk: Desk, alert: Alert, views: Mapping[str, IncidentView]
) -> str:
    told = [lead] if lead is not None else desk.sifted([tell_heading(view)], "heading", view.id)
    figures = tell_figures(view, partial(desk.passes, about="a figure", view_id=view.id))
    told = [*told, *[one for one, _ in figures[:FIGURES_SHOWN]]]
    told += desk.sifted(tell_actors(view), "who is behind it", view.id)
    lines = [_told(one) for one in told]
    if not lines:
        lines = [f"{event_noun(view)}: what the articles say of it could not be borne out by their words; read them."]
    parts = [views[one] for one in alert.parts if one in views]
    if parts:
        lines.append("Parts of it that the rule holds for:")
        shown = [(part, _first(desk, (tell_top(part), tell_heading(part)), "a part", part.id)) for part in parts]
        lines += [f"- {_told(one) if one else _bare(part)} ({part.id})" for part, one in shown[:PARTS_SHOWN]]
        if len(parts) > PARTS_SHOWN:
            lines.append(f"- and {len(parts) - PARTS_SHOWN} more")
    return "\n".join(lines)


def _changed(alert: Alert, view: IncidentView, desk: Desk) -> str:
    told = desk.sifted(tell_changes(view, alert.since), "a change", view.id) if alert.since else []
    shown = [one for one in told if any(one.text.startswith(label) for label in _telling())]
    return _block("What changed", [_told(one) for one in shown[:CHANGES_SHOWN]])


def _telling() -> Collection[str]:
    """The labels of changes that a reader in a hurry needs."""
    kept = ("status", "killed", "injured", "missing", "lost", "customers", "evidence_tier", "event_type", "facilities",
            "claimed_by", "actors")  # fmt: skip
    return {FIELD_LABELS[one] for one in kept}


def _sources(view: IncidentView, lead: Sentence | None) -> list[str]:
    """Each publisher once with a link to its article, those first whose words the first sentence rests on."""
    quotes = [*(lead.quotes if lead is not None else ()), *(fact.quote for fact in view.facts)]
    once: dict[str, Quote] = {}
    for quote in quotes:
        once.setdefault(quote.family, quote)
    lines = [_source(quote.publisher, quote.published_at, quote.url) for quote in list(once.values())[:SOURCES_SHOWN]]
    if not lines:
        lines = [_source(one.publisher, one.published_at, one.url) for one in view.reports[:SOURCES_SHOWN]]
    if len(once) > SOURCES_SHOWN:
        lines.append(f"and {len(once) - SOURCES_SHOWN} more")
    return lines


def _source(publisher: str, published_at: datetime | None, url: str) -> str:
    day = f", {format_day(published_at.date())}" if published_at else ""
    link = (safe_url(url) or "(its address is not safe to print)").replace("@", "%40")  # a chat reads a mention in it
    return f"{shorten(plain(publisher), 80)}{day}: {link}"


def _why(alert: Alert) -> str:
    return f'rule "{plain(alert.rule)}"' + (f": {plain('; '.join(alert.reasons))}" if alert.reasons else "")


def _foot(message_id: str, now: datetime, commands: Sequence[str], blocks: Iterable[str]) -> str:
    lines = [f"More: {command}" for command in commands]
    lines.append(f"Alert {message_id}, {_at(now)}. Read by a machine from published articles.")
    if any(LEDGER_MARK in block for block in blocks):
        lines.append(f"{LEDGER_MARK} the ledger's own knowledge, not in the words cited.")
    return "\n".join(lines)


def _block(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title.upper(), *lines]) if lines else ""


def _first(desk: Desk | None, told: Iterable[Sentence], about: str, view_id: str) -> Sentence | None:
    """The first of several ways to say it that the verifier passes."""
    for one in told:
        if not verify_sentence(one):
            return one
        if desk is not None:
            desk.passes(one, about, view_id)
    return None


def _told(sentence: Sentence) -> str:
    return shorten(plain(sentence.text), SENTENCE_CHARACTERS)


def _at(instant: datetime) -> str:
    return f"{format_day(instant.date())}, {instant:%H:%M} UTC"
