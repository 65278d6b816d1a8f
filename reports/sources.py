"""What the monitor could not see: failing, blocked, quiet and truncated sources, entries without an article."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from crawler.habits import in_words
from crawler.records import UNVERIFIED
from crawler.secrets import redact
from reports.countries import language_name
from reports.records import BriefingSettings, Missed, Sentence, SourceGroup, SourceLine, SourceState
from reports.slots import Part, count, sentence
from reports.text import clean_text, shorten
from reports.words import format_day
from store.records import Snapshot, SourceCount, SourceHealth

_GROUPS = (
    ("disabled", "Gone for good"),
    ("never", "Never answered so far"),
    ("blocked", "Blocked or refused"),
    ("failing", "Failing"),
    ("truncated", "Cut short or unreadable"),
    ("short", "Brought far fewer articles than usual"),
    ("quiet", "Quieter than usual"),
    ("unverified", "Read without verifying the TLS certificate"),
    ("skipped", "Not asked this time"),
)
_OUTCOME_WORDS = {
    "http_error": "the server answered with an error",
    "timeout": "no answer in time",
    "unreachable": "no connection",
    "too_large": "larger than the limit",
    "broken": "could not be decoded or parsed",
    "too_costly": "stopped at its time or memory limit",
    "refused": "address not allowed",
    "disallowed": "robots.txt says no",
    "not_article": "not an article",
    "skipped": "not asked this time",
}
_BLOCKING = frozenset({401, 402, 403, 407, 429, 451})
_ANSWERED = ("ok", "not_modified")
_NO_NETWORK = ("unreachable", "timeout")
_HABIT_DAYS = 7.0  # a shorter habit says nothing
_LEAST_EXPECTED = 3.0  # articles; fewer may well not come
_SHORT = 0.25  # of what was expected
_BLIND = 0.6  # of all that was expected: told among the first lines below this


def trouble_of(health: SourceHealth) -> str | None:
    """The group that a source belongs to; None where it did what was expected."""
    if health.disabled:
        return "disabled"
    if health.succeeded_at is None and health.failures > 1:
        return "never"
    if health.outcome in ("disallowed", "refused") or (
        health.outcome == "http_error" and health.http_status in _BLOCKING
    ):
        return "blocked"
    if health.outcome in ("broken", "too_large", "too_costly"):
        return "truncated"
    if health.outcome in ("http_error", "timeout", "unreachable"):
        return "failing"
    if health.outcome == "skipped":
        return "skipped"
    if health.quiet:
        return "quiet"
    return "unverified" if UNVERIFIED in (health.reason or "") else None


def describe_sources(snapshot: Snapshot, settings: BriefingSettings) -> SourceState:
    """Groups the sources by what is wrong with them and says what share of them answered."""
    grouped: dict[str, list[SourceLine]] = defaultdict(list)
    short = {one.source_id: one for one in snapshot.expected if _is_short(one, snapshot)}
    named: set[str] = set()
    for health in sorted(snapshot.health, key=lambda health: (-health.failures, health.publisher, health.feed_url)):
        trouble = trouble_of(health)
        if is_offline(snapshot) and trouble != "disabled":
            continue  # one line for all: nothing could be reached
        if trouble in (None, "quiet") and health.source_id in short:
            if health.source_id not in named:
                named.add(health.source_id)
                grouped["short"].append(_short_line(health, short[health.source_id], snapshot))
        elif trouble:
            grouped[trouble].append(_line(health, trouble))
    groups = []
    for key, title in _GROUPS:
        lines = grouped.get(key, [])
        shown = tuple(lines[: settings.source_rows])
        if lines:
            more = f", {len(shown)} of {len(lines)} shown" if len(lines) > len(shown) else f" ({len(lines)})"
            groups.append(SourceGroup(title=title + more, lines=shown))
    languages = tuple(
        sorted(
            ((language_name(code), n) for code, n in snapshot.languages_skipped), key=lambda pair: (-pair[1], pair[0])
        )
    )
    missed = _missed(snapshot)
    return SourceState(
        coverage=_coverage(snapshot),
        groups=tuple(groups),
        languages=languages,
        missed=tuple(missed[: settings.missed_rows]),
        missed_total=len(snapshot.not_articles),
        offline=is_offline(snapshot),
    )


def _line(health: SourceHealth, trouble: str) -> SourceLine:
    said = clean_text(health.reason or "") or _OUTCOME_WORDS.get(health.outcome or "", "")
    if trouble == "quiet":
        last = health.last_entry_at
        said = f"last entry {format_day(last.date())}" if last else "no entry so far"
        if health.usual_gap_hours is not None:
            said += f"; usual is one every {in_words(health.usual_gap_hours)}"
    elif health.http_status and str(health.http_status) not in said:
        said = f"HTTP {health.http_status}: {said}" if said else f"HTTP {health.http_status}"
    if health.failures > 1:
        said += f"; {health.failures} failures in a row"
    return SourceLine(
        publisher=clean_text(health.publisher),
        url=redact(health.feed_url),
        problem=shorten(said, 200),
        since=health.succeeded_at.date() if health.succeeded_at else None,
    )


def is_offline(snapshot: Snapshot) -> bool:
    """Whether no feed could be reached at all: the fault of this side, and no source's."""
    asked = [health for health in snapshot.health if not health.disabled and health.outcome != "skipped"]
    return bool(asked) and all(health.outcome in _NO_NETWORK for health in asked)


def expected_of(one: SourceCount, snapshot: Snapshot) -> float | None:
    """How many articles a source's habit lets expect in the period; None where it is not known well enough."""
    if snapshot.since is None or one.days < _HABIT_DAYS:
        return None
    return one.before / one.days * ((snapshot.generated_at - snapshot.since) / timedelta(days=1))


def _is_short(one: SourceCount, snapshot: Snapshot) -> bool:
    expected = expected_of(one, snapshot)
    return expected is not None and expected >= _LEAST_EXPECTED and one.came < _SHORT * expected


def _short_line(health: SourceHealth, one: SourceCount, snapshot: Snapshot) -> SourceLine:
    expected = round(expected_of(one, snapshot) or 0)
    return SourceLine(
        publisher=clean_text(health.publisher),
        url=redact(health.feed_url),
        problem=f"{one.came} {_plural('article', one.came)} where about {expected} are usual",
        since=health.succeeded_at.date() if health.succeeded_at else None,
    )


def tell_blindness(snapshot: Snapshot) -> Sentence | None:
    """What could not be seen, in one line; None where nothing to speak of was missing."""
    if is_offline(snapshot):
        return _tell_offline(snapshot)
    feeds = [health for health in snapshot.health if not health.disabled]
    since = snapshot.since
    if feeds and since and not any(health.checked_at and health.checked_at > since for health in feeds):
        return sentence("not seen: the sources were not asked in this period.")
    silent = [health for health in feeds if health.outcome not in _ANSWERED]
    parts: list[Part] = []
    looked, days = _days_looked(snapshot)
    if looked < days:
        parts += ["the sources were asked on ", count(looked), " of ", count(days), " days"]
    if silent:
        parts += ["; "] if parts else []
        parts += [count(len(silent)), " of ", count(len(feeds)), " feeds gave no answer"]
    came, expected = _share(snapshot)
    if expected >= _LEAST_EXPECTED and came < _BLIND * expected:
        parts += ["; " if parts else "", count(came), _plural(" article", came), " came where about "]
        parts += [count(round(expected)), " are usual"]
    return sentence("not seen: ", *(part for part in parts if part), ".") if parts else None


def _tell_offline(snapshot: Snapshot) -> Sentence:
    feeds = sum(not health.disabled for health in snapshot.health)
    return sentence("nothing could be reached: none of ", count(feeds), " feeds answered; look at the network first.")


def _days_looked(snapshot: Snapshot) -> tuple[int, int]:
    """On how many days of the period a run asked, and how many days it has; of one night's period nothing is said."""
    if snapshot.since is None:
        return 0, 0
    days = round((snapshot.generated_at - snapshot.since) / timedelta(days=1))
    moments = [*snapshot.watched, *([snapshot.record_since] if snapshot.record_since else [])]
    looked = len({moment.date() for moment in moments if snapshot.since < moment <= snapshot.generated_at})
    return (min(looked, days), days) if days > 1 else (0, 0)


def _share(snapshot: Snapshot) -> tuple[int, float]:
    """Articles that came from the sources whose habit is known, and how many were to be expected of them."""
    known = [(one.came, expected) for one in snapshot.expected if (expected := expected_of(one, snapshot)) is not None]
    return sum(came for came, _ in known), sum(expected for _, expected in known)


def _coverage(snapshot: Snapshot) -> tuple[Sentence, ...]:
    feeds = [health for health in snapshot.health if not health.disabled]
    answered = [health for health in feeds if health.outcome in _ANSWERED]
    told: list[Sentence] = []
    if not feeds:
        return (sentence("no source was checked."),)
    if is_offline(snapshot):
        told.append(_tell_offline(snapshot))
    else:
        share = round(100 * len(answered) / len(feeds))
        told.append(sentence(count(len(answered)), " of ", count(len(feeds)), " feeds answered (", count(share), "%)."))
    looked, days = _days_looked(snapshot)
    if days:
        told.append(sentence("the sources were asked on ", count(looked), " of ", count(days), " days."))
    told.append(
        sentence(
            count(snapshot.articles_new),
            _plural(" new article", snapshot.articles_new),
            ", ",
            count(snapshot.articles_relevant_new),
            " of them on energy security; ",
            count(snapshot.articles_total),
            " in the ledger.",
        )
    )
    told += _tell_expected(snapshot)
    skipped = sum(number for _, number in snapshot.languages_skipped)
    if skipped:
        told.append(sentence(count(skipped), _plural(" article", skipped), " not read: language not English."))
    if snapshot.old_news:
        old = snapshot.old_news
        told.append(
            sentence(count(old), _plural(" incident", old), " of imported older articles in the ledger, not told here.")
        )
    if snapshot.not_articles:
        number = len(snapshot.not_articles)
        told.append(sentence(count(number), " entry" if number == 1 else " entries", " gave no article."))
    return tuple(told)


def _tell_expected(snapshot: Snapshot) -> list[Sentence]:
    """What share of the articles came that the sources' own habit of four weeks lets expect."""
    unknown = sum(expected_of(one, snapshot) is None for one in snapshot.expected)
    came, expected = _share(snapshot)
    told = []
    if round(expected) >= 1:
        share = round(100 * came / expected)
        told.append(
            sentence(
                count(came), _plural(" article", came), " came where about ", count(round(expected)),
                " were to be expected (", count(share), "%).",
            )
        )  # fmt: skip
    if unknown and snapshot.since is not None:
        words = (
            " source is too new to say how much it brings."
            if unknown == 1
            else (" sources are too new to say how much they bring.")
        )
        told.append(sentence(count(unknown), words))
    return told


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else noun + "s"


def _missed(snapshot: Snapshot) -> list[Missed]:
    counted: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for url, outcome, reason in snapshot.not_articles:
        key = (outcome, shorten(clean_text(reason), 140))
        counted[key] += 1
        example[key] = min(url, example.get(key, url))
    return [
        Missed(
            outcome=_OUTCOME_WORDS.get(outcome, clean_text(outcome)),
            reason=reason,
            entries=number,
            example=example[(outcome, reason)],
        )
        for (outcome, reason), number in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
