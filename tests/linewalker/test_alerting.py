"""The alert step on real ledgers with real receivers: once each, again on escalation, and through every failure."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner
from werkzeug import Request, Response

from linewalker.alert_screen import show_dry_run
from linewalker.alert_targets import plan_alerts
from linewalker.cli import app
from linewalker.config import Config, load_config, template
from linewalker.errors import ConfigError
from linewalker.nightly import NightResult, run_night
from store.alerts import get_target_states
from store.database import open_ledger
from store.decisions import Draft, decide
from store.query import run_query
from tests.linewalker.nights import Collected
from tests.linewalker.receivers import Postbox, free_port, serve_mail
from tests.store.samples import (
    NIGHT,
    TEXT,
    add,
    annotate_all,
    make_article,
    make_full_annotation,
    make_source,
    resolve_all,
    sync_sources,
)

SECRET = "s3cretpw"
RULE = '[[alerts]]\nname = "Black Sea"\nto = "desk"\ncountry = "RU"\n'


@dataclass
class Watch:
    """A folder with a ledger, its configuration and a clock that the test sets."""

    folder: Path
    at: datetime = NIGHT

    def write(self, text: str, url: str = "$DESK_URL") -> None:
        targets = f'[alerting]\ntimeout_s = 5.0\n[alerting.targets]\ndesk = "{url}"\n'
        (self.folder / "linewalker.toml").write_text(f"{targets}{text}", encoding="utf-8")

    @property
    def config(self) -> Config:
        return load_config(self.folder / "linewalker.toml")

    def run(self, hours: float = 1) -> NightResult:
        """One run that only alerts, so many hours after the last."""
        self.at += timedelta(hours=hours)
        return run_night(self.config, (), now=lambda: self.at, output=Collected(), steps=("alert",))

    def tell(self, source: str, killed: int = 3) -> None:
        """One more article of the sample attack."""
        text = TEXT.replace("3 people", f"{killed} people")
        with open_ledger(self.config.ledger_path, now=self.at) as ledger:
            known = {row[0] for row in ledger.rows("SELECT source_id FROM source")}
            sync_sources(ledger, [make_source(one) for one in sorted({source, *known})])
            add(ledger, make_article(f"https://{source}.example/a", source=source, at=self.at, text=text))
            annotate_all(ledger, lambda document: make_full_annotation(text, killed=killed))
            resolve_all(ledger, now=self.at)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in run_query(self.config.published_path, sql).rows]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """A ledger on which the rules already run, so that what is told next is new."""
    return Watch(tmp_path)


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    with serve_mail() as opened:
        monkeypatch.setenv("DESK_URL", opened.url)
        yield opened


def subjects(box: Postbox) -> list[str]:
    return [str(mail["Subject"]) for mail in box.mails]


def test_an_alert_is_told_once_and_again_on_escalation_only(watch: Watch, box: Postbox) -> None:
    watch.write(RULE)
    watch.run()
    watch.tell("daily")
    assert watch.run().counts["alerts_delivered"] == 1
    assert watch.run().counts["alerts"] == 0
    watch.tell("herald")
    watch.run()
    assert len(box.mails) == 1  # a second paper says the same
    watch.tell("courier", killed=9)
    watch.tell("wire", killed=9)
    watch.run()
    watch.run()
    assert len(box.mails) == 2
    assert subjects(box)[1].startswith("Worse, ")
    assert "more people are said to be killed" in box.mails[1].get_content()
    kinds = watch.ask("SELECT kind, rule, delivered FROM alerts ORDER BY decided_at")
    assert kinds == [("first", "Black Sea", ["desk"]), ("worse", "Black Sea", ["desk"])]


def test_people_who_were_told_learn_that_it_fell(watch: Watch, box: Postbox) -> None:
    watch.write(RULE)
    watch.run()
    watch.tell("daily")
    watch.run()
    with open_ledger(watch.config.ledger_path) as ledger:
        (incident_id,) = (row[0] for row in ledger.rows("SELECT incident_id FROM incident"))
        draft = Draft(kind="dismiss", incident_id=incident_id, note="an exercise\r\nBcc: x@evil.example")
        decide(ledger, draft, by="ana", at=watch.at)
    watch.run()
    watch.run()
    assert [subject.split(":")[0] for subject in subjects(box)][1:] == ["Dismissed"]
    told = box.mails[1].get_content()
    assert "no longer stands: an analyst has dismissed it." in told
    assert "Decided by ana" in told
    assert box.mails[1]["Bcc"] is None


def test_a_receiver_that_was_down_gets_it_at_the_next_run_exactly_once(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    url = f"mailto://watcher:{SECRET}@127.0.0.1:{port}?from=a@b.example&to=duty@desk.example"
    monkeypatch.setenv("DESK_URL", url)
    watch.write(RULE)
    watch.run()
    watch.tell("daily")
    down = watch.run()
    assert down.exit_code == 3
    assert "to 'desk' not delivered" in down.reasons[-1]
    assert SECRET not in str(down)
    assert watch.ask("SELECT attempts, len(delivered) FROM alerts") == [(1, 0)]
    with serve_mail(port) as box:
        monkeypatch.setenv("DESK_URL", box.url)
        up = watch.run()
        again = watch.run()
        assert (up.counts["alerts_delivered"], again.counts["alerts_delivered"]) == (1, 0)
        assert len(box.mails) == 1
    assert SECRET.encode() not in watch.config.ledger_path.read_bytes()


def test_one_target_that_is_down_costs_the_other_nothing(watch: Watch, box: Postbox, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=500)
    watch.write(f'chief = "json://127.0.0.1:{httpserver.port}/hook"\n' + RULE.replace('"desk"', '["chief", "desk"]'))
    watch.run()
    watch.tell("daily")
    result = watch.run()
    assert (result.exit_code, len(box.mails)) == (3, 1)
    httpserver.clear()
    httpserver.expect_request("/hook").respond_with_data("ok")
    assert watch.run().counts["alerts_delivered"] == 1
    assert len(box.mails) == 1


def test_a_message_that_is_never_taken_is_given_up_and_told(watch: Watch, box: Postbox) -> None:
    watch.write(RULE)
    config = (watch.folder / "linewalker.toml").read_text(encoding="utf-8")
    limited = config.replace("timeout_s = 5.0", "timeout_s = 5.0\ngive_up_after = 2")
    (watch.folder / "linewalker.toml").write_text(limited, encoding="utf-8")
    watch.run()
    watch.tell("daily")
    box.refuses = True
    assert "retried at the next run" in watch.run().reasons[-1]
    assert "given up after 2 attempts" in watch.run().reasons[-1]
    box.refuses = False
    assert watch.run().exit_code == 0
    assert box.mails == []
    done = CliRunner().invoke(app, ["alerts", "-c", str(watch.folder), "--again"])
    assert (done.exit_code, len(box.mails)) == (0, 1)


def test_a_variable_that_is_not_set_costs_no_attempt(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESK_URL", raising=False)
    watch.write(RULE)
    watch.run()
    watch.tell("daily")
    assert "the environment variable DESK_URL is not set" in watch.run().reasons[-1]
    with open_ledger(watch.config.ledger_path) as ledger:
        (state,) = get_target_states(ledger)
    assert (state.waiting, state.error) == (1, None)


_SEND = """
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from linewalker.alert_targets import plan_alerts
from linewalker.alerting import alert_step
from linewalker.config import load_config
from store.database import open_ledger
from tests.linewalker.receivers import Quiet

if __name__ == "__main__":
    config, at = load_config(Path(sys.argv[1])), datetime.fromisoformat(sys.argv[2])
    with open_ledger(config.ledger_path) as ledger:
        alert_step(ledger, config, plan_alerts(config), run_id="killed", started_at=at, counts=Counter(),
                   now=lambda: at, output=Quiet())
"""


def test_a_kill_between_sending_and_recording_sends_the_same_once_more(watch: Watch, httpserver: HTTPServer) -> None:
    running: list[subprocess.Popen[bytes]] = []

    def take(request: Request) -> Response:
        for process in running:
            process.kill()
            process.wait()
        return Response("ok")

    httpserver.expect_request("/hook").respond_with_handler(take)
    watch.write(RULE, f"json://127.0.0.1:{httpserver.port}/hook")
    watch.run()
    watch.tell("daily")
    script = watch.folder / "send.py"
    script.write_text(_SEND, encoding="utf-8")
    path = str(Path(__file__).parent.parent.parent)
    process = subprocess.Popen(
        [sys.executable, str(script), str(watch.folder / "linewalker.toml"), watch.at.isoformat()],
        env=os.environ | {"PYTHONPATH": path},
        stderr=subprocess.DEVNULL,
    )
    running.append(process)
    assert process.wait(timeout=60) == -9
    running.clear()
    with open_ledger(watch.config.ledger_path) as ledger:
        (state,) = get_target_states(ledger)
    assert state.waiting == 1
    assert "it may have arrived" in str(state.error)
    assert watch.run().counts["alerts_delivered"] == 1
    assert watch.run().counts["alerts_delivered"] == 0
    ids = [request.headers["Idempotency-Key"] for request, _ in httpserver.log]
    assert (len(ids), len(set(ids))) == (2, 1)


def test_a_failure_while_alerting_leaves_the_night_as_it_is(watch: Watch, box: Postbox) -> None:
    watch.write(RULE)
    watch.run()
    watch.tell("daily")
    box.refuses = True
    result = run_night(watch.config, (), now=lambda: watch.at, output=Collected(), steps=("brief", "alert"))
    assert result.exit_code == 3
    assert result.briefing is not None
    assert result.briefing.files.markdown.is_file()


def test_a_rule_that_is_added_tells_nothing_old_unless_asked_to(watch: Watch, box: Postbox) -> None:
    watch.write("")
    watch.run()
    watch.tell("daily")
    watch.run()
    watch.write(RULE)
    watch.run()
    watch.run()
    assert box.mails == []
    day = (NIGHT - timedelta(days=5)).date().isoformat()
    done = CliRunner().invoke(app, ["alerts", "-c", str(watch.folder), "--since", day])
    assert (done.exit_code, len(box.mails)) == (0, 1)
    CliRunner().invoke(app, ["alerts", "-c", str(watch.folder), "--since", day])
    assert len(box.mails) == 1


def test_a_rule_with_other_conditions_does_not_tell_again_what_it_told(watch: Watch, box: Postbox) -> None:
    watch.write(RULE)
    watch.run()
    watch.tell("daily")
    watch.run()
    watch.write(RULE + 'risk = "physical_attack"\n')
    watch.run()
    assert len(box.mails) == 1


def test_a_dry_run_shows_and_sends_and_writes_nothing(watch: Watch, box: Postbox) -> None:
    watch.write("")
    watch.run()
    watch.tell("daily")
    watch.run()
    watch.tell("courier", killed=9)
    watch.tell("wire", killed=9)
    watch.run()
    watch.write(RULE)
    before = watch.config.published_path.read_bytes()
    config = watch.config
    shown = show_dry_run(config, plan_alerts(config), days=30, now=watch.at)
    assert "Black Sea: would have fired 2 times (1 first told, 1 worse)" in shown
    assert "127.0.0.1" not in shown
    assert (box.mails, watch.config.published_path.read_bytes() == before) == ([], True)


def test_the_command_lists_how_all_stands_and_sends_a_test(watch: Watch, box: Postbox) -> None:
    watch.write(RULE)
    watch.run()
    tested = CliRunner().invoke(app, ["alerts", "-c", str(watch.folder), "--test", "desk"])
    assert (tested.exit_code, subjects(box)) == (0, ["Test: Linewalker can reach you"])
    listed = CliRunner().invoke(app, ["alerts", "-c", str(watch.folder)])
    assert listed.exit_code == 0
    assert "Rules: Black Sea" in listed.output
    box.refuses = True
    assert CliRunner().invoke(app, ["alerts", "-c", str(watch.folder), "--test", "desk"]).exit_code == 3


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('to = "desk"', "'name' is needed"),
        ('name = "x"', "'to' is needed"),
        ('name = "x"\nto = "dsk"', "'to' holds 'dsk', which stands neither"),
        ('name = "x"\nto = "desk"\nsevrity = "serious"', "did you mean 'severity'?"),
        ('name = "x"\nto = "desk"\nseverity = "seriuos"', "did you mean 'serious'?"),
        ('name = "x"\nto = "desk"\nrisk = ["cybr"]', "did you mean 'cyber'?"),
        ('name = "x"\nto = "desk"\nrisk = []', "is an empty list"),
        ('name = "x"\nto = "desk"\ncountry = "Atlantis"', "which is no country"),
        ('name = "x"\nto = "desk"\nloss = "100000"', "write a figure with its unit"),
        ('name = "x"\nto = "desk"\nloss = "12 km"', "no loss is told in km"),
        ('name = "x"\nto = "desk"\nnear = "cpc-pipeline"', "'near' and 'km' belong together"),
        ('name = "x"\nto = "desk"\nnear = "cpc-pipeline"\nkm = -1', "kilometres above 0"),
        ('name = "x"\nto = "desk"\nwithin = { latitude = 95, longitude = 1, km = 5 }', "degrees from -90 to 90"),
        ('name = "x"\nto = "desk"\ncredibility = 9', "must be 1 (confirmed)"),
        ('name = "x"\nto = "desk"\nevidence = "rumour"', "known are: single_source, corroborated, official"),
        ('name = "x"\nto = "desk"\nfacility = "cpc-pipelin"', "the nearest is 'cpc-pipeline'"),
        ('name = "x"\nto = "desk"\nparts = "yes"', "must be true or false"),
        ('name = "x"\nto = "desk"\n[[alerts]]\nname = "x"\nto = "desk"', "have the name 'x'"),
    ],
)
def test_a_wrong_rule_is_named_with_its_file_and_key(watch: Watch, rule: str, words: str) -> None:
    watch.write(f"[[alerts]]\n{rule}\n", "json://127.0.0.1/x")
    with pytest.raises(ConfigError, match=r"linewalker\.toml: .*alerts") as caught:
        plan_alerts(watch.config)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (f'[[alerts]]\nname = "x"\nto = "mailto://u:{SECRET}@h"\n', "$DESK_URL"),
        ("", SECRET),
        (f'other = ["mailto://u:{SECRET}@h"]\n', "$DESK_URL"),
    ],
)
def test_an_address_stands_in_no_error(watch: Watch, text: str, url: str) -> None:
    watch.write(text, url)
    with pytest.raises(ConfigError) as caught:
        plan_alerts(watch.config)
    assert SECRET not in str(caught.value)


def test_names_and_units_are_understood(watch: Watch) -> None:
    watch.write(
        '[[alerts]]\nname = "x"\nto = "desk"\nfacility = ["Caspian Pipeline Consortium pipeline", "cpc-pipeline"]\n'
        'country = ["Nigeria", "UA"]\nloss = ["0.5 million barrels a day", "2 GW"]\n'
        '[[alerts]]\nname = "y"\nto = "desk"\nnear = "cpc-pipeline"\nkm = 50\n'
    )
    first, second = plan_alerts(watch.config).rules
    assert list(first.facilities or ()) == ["cpc-pipeline"]
    assert first.countries == ("NG", "UA")
    assert [(one.amount, one.unit) for one in first.losses] == [(500_000, "bbl/d"), (2000, "MW")]
    assert second.within is not None
    assert (second.within.facility_id, second.within.km) == ("cpc-pipeline", 50)


def test_a_file_of_addresses_must_be_private(watch: Watch) -> None:
    watch.write(RULE.replace('"desk"', '"chief"'))
    file = watch.folder / "alert-targets.toml"
    file.write_text(f'chief = "json://u:{SECRET}@h/x"\n', encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        plan_alerts(watch.config)
    file.chmod(0o600)
    plan = plan_alerts(watch.config)
    assert set(plan.targets) == {"chief", "desk"}
    assert SECRET not in repr(plan)
    assert SECRET not in repr(watch.config)


def test_the_template_shows_rules_that_can_be_read(watch: Watch) -> None:
    example = re.findall(r"^#   (.+)", template(), re.MULTILINE)
    (watch.folder / "linewalker.toml").write_text("\n".join(example), encoding="utf-8")
    assert len(plan_alerts(watch.config).rules) == 2
