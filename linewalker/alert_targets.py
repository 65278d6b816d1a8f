"""Who can be told: the targets' addresses, from the configuration, a private file or the environment."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from linewalker.alert_config import resolve_rules
from linewalker.config import CONFIG_NAME, Config
from linewalker.deliver import Courier, Outgoing, Sent
from linewalker.errors import ConfigError
from nlp.gazetteer import load_gazetteer
from reports.alert_rules import AlertRule
from reports.alert_text import write_test


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPlan:
    """The rules with their facilities found, and the addresses by target; these never leave the shell."""

    rules: tuple[AlertRule, ...]
    targets: Mapping[str, str]  # name -> URL, or "$VARIABLE" that holds it

    def __repr__(self) -> str:
        """Without the addresses."""
        return f"AlertPlan(rules={[rule.name for rule in self.rules]}, targets={sorted(self.targets)})"


def plan_alerts(config: Config) -> AlertPlan:
    """The rules and targets of a configuration; raises ConfigError naming the file and the key."""
    path = str(config.folder / CONFIG_NAME)
    targets = _read_targets(config, path)
    rules = resolve_rules(config.alerts, lambda: load_gazetteer(config.gazetteer_paths), tuple(targets), path)
    return AlertPlan(rules=rules, targets=targets)


def _read_targets(config: Config, path: str) -> dict[str, str]:
    targets = _checked(config.alerting.targets, f"{path}: [alerting.targets]")
    name = config.alerting.targets_file
    if name is None or not (file := config.folder / name).is_file():
        return targets
    own = _checked(_read_file(file), str(file))
    for twice in sorted(set(own) & set(targets)):
        raise ConfigError(f"{file}: the target {twice!r} stands in {path} too; keep one of them")
    return targets | own


def _read_file(file: Path) -> dict[str, object]:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            raise ConfigError(f"{file}: others can read the addresses in it; run: chmod 600 {file}")
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {type(error).__name__}") from None


def _checked(targets: Mapping[str, object], where: str) -> dict[str, str]:
    checked = {}
    for name, url in targets.items():
        # The value is never repeated: it holds passwords and tokens.
        if not isinstance(url, str) or not (url.startswith("$") or "://" in url):
            raise ConfigError(f'{where}: {name!r} must be an Apprise URL, or "$NAME" of the variable that holds it')
        checked[name] = url
    return checked


def find_address(given: str) -> tuple[str | None, str]:
    """The URL that a target's entry means, or why there is none."""
    if not given.startswith("$"):
        return given, ""
    url = os.environ.get(given[1:].strip("{}"), "").strip()
    if not url:
        return None, f"the environment variable {given[1:].strip('{}')} is not set"
    if "://" not in url:
        return None, f"the environment variable {given[1:].strip('{}')} holds no Apprise URL"
    return url, ""


def send_test(config: Config, target: str, now: datetime) -> Sent:
    """Sends a test message to one target; raises ConfigError where it has no address."""
    plan = plan_alerts(config)
    if target not in plan.targets:
        known = ", ".join(sorted(plan.targets)) or "none yet: write them under [alerting.targets]"
        raise ConfigError(f"there is no target {target!r}; known are: {known}")
    url, problem = find_address(plan.targets[target])
    if url is None:
        raise ConfigError(f"target {target!r}: {problem}")
    message = write_test(now, target)
    with Courier(url, timeout_s=config.alerting.timeout_s) as courier:
        return courier.send(Outgoing(id=message.id, title=message.title, body=message.body))
