from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.database import open_ledger
from store.errors import QueryError
from store.publish import publish
from store.query import run_query
from tests.store.samples import tell_night


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("query")
    with open_ledger(folder / "ledger.duckdb") as ledger:
        tell_night(ledger, ["daily", "herald"])
    publish(folder / "ledger.duckdb", folder / "published.duckdb")
    return folder / "published.duckdb"


def test_rows_come_with_names_and_types(published: Path) -> None:
    result = run_query(published, "SELECT publisher, published_at FROM articles ORDER BY publisher")
    assert result.columns == ("publisher", "published_at")
    assert result.types == ("VARCHAR", "TIMESTAMP WITH TIME ZONE")
    assert result.rows[0] == ("The Daily", datetime(2026, 3, 1, 23, 0, tzinfo=UTC))
    assert not result.truncated


def test_limit_cuts_and_says_so(published: Path) -> None:
    assert run_query(published, "SELECT * FROM range(5) t(i)", limit=3).rows == ((0,), (1,), (2,))
    assert run_query(published, "SELECT * FROM range(5) t(i)", limit=3).truncated
    assert not run_query(published, "SELECT * FROM range(3) t(i)", limit=3).truncated


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "-- a comment\nselect 1;",
        "with a as (select 1) from a",
        "from incidents",
        "table incidents",
        "values (1)",
        "show tables",
        "describe incidents",
        "summarize articles",
        "explain select * from incidents",
        "explain analyze select * from incidents",
        "select 'pragma', 'drop table articles'",
        "select date_trunc('week', published_at) from articles",
        "select counts->>'x' from runs",
    ],
)
def test_reading_statements_are_allowed(published: Path, sql: str) -> None:
    assert run_query(published, sql).columns


def test_show_tables_lists_the_views_alone(published: Path) -> None:
    names = [row[0] for row in run_query(published, "show tables").rows]
    assert {"articles", "incidents", "incident_reports", "incident_facts", "facilities", "source_health"} <= set(names)
    assert "article" not in names


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("drop table articles", "DROP is refused"),
        ("drop view articles", "DROP is refused"),
        ("select * from read_text('/etc/passwd')", "Files and the network are switched off"),
        ("select * from '/etc/passwd.csv'", "Files and the network are switched off"),
        ("select * from glob('/*')", "Files and the network are switched off"),
        ("select * from read_parquet('https://example.org/a.parquet')", "Files and the network are switched off"),
        ("explain analyze copy (select 1) to '/tmp/linewalker-test.csv'", "is refused|switched off"),
        ("copy articles to '/tmp/linewalker-test.csv'", "COPY is refused"),
        ("copy (select 1) to '/dev/stdout'", "COPY is refused"),
        ("export database '/tmp/linewalker-test'", "EXPORT is refused"),
        ("attach '/tmp/x.duckdb'", "ATTACH is refused"),
        ("install httpfs", "INSTALL is refused"),
        ("load httpfs", "LOAD is refused"),
        ("pragma version", "PRAGMA is refused"),
        ("/* c */ -- d\n pragma database_list", "PRAGMA is refused"),
        ("call pragma_version()", "CALL is refused"),
        ("set threads = 1", "SET is refused"),
        ("insert into stored.story select 1", "INSERT is refused"),
        ("update stored.article set url = 'x'", "UPDATE is refused"),
        ("delete from stored.article", "DELETE is refused"),
        ("create table x as select 1", "CREATE is refused"),
        ("create temp table x as select 1", "CREATE is refused"),
        ("begin", "BEGIN is refused"),
        ("checkpoint", "CHECKPOINT is refused"),
        ("select 1; drop table articles", "2 statements"),
        ("select 1; select 2", "2 statements"),
        ("", "empty"),
        (" -- nothing\n", "empty"),
        ("selec 1", "cannot be read"),
        ("select * from nosuch", "nosuch"),
        ("select nosuch from articles", "nosuch"),
        ("select * from sqlite_scan('a', 'b')", "failed"),
        ("select 1/'x'", "failed"),
    ],
)
def test_refusal_and_error_are_one_clear_sentence(published: Path, sql: str, message: str) -> None:
    before = published.read_bytes()
    with pytest.raises(QueryError, match=message) as caught:
        run_query(published, sql)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    assert "INSTALL" not in text or sql.startswith("install")
    assert not Path("/tmp/linewalker-test.csv").exists()
    assert published.read_bytes() == before


def test_variables_of_the_process_are_not_read(published: Path) -> None:
    import pyarrow as pa

    secret = pa.table({"x": [1]})
    with pytest.raises(QueryError, match="secret"):
        run_query(published, "select * from secret")
    assert secret.num_rows == 1


def test_endless_query_is_stopped(published: Path) -> None:
    with pytest.raises(QueryError, match=r"stopped after 0\.2 seconds"):
        run_query(published, "select sum(a.i * b.i) from range(10000000) a(i), range(10000000) b(i)", time_limit_s=0.2)


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from range(1000000) a(i), range(1000000) b(i), range(1000) c(i)",
        "select a.i, b.i from range(10000000) a(i), range(10000000) b(i) order by hash(a.i + b.i)",
        "select count(*) from range(3000000) a(i) join range(3000000) b(i) on a.i + b.i < 10",
        "with recursive t(n) as (select 1 union all select n + 1 from t) select max(n) from t",
    ],
)
def test_a_heavy_join_is_stopped(published: Path, sql: str) -> None:
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"stopped after 0\.2 seconds|needs more than"):
        run_query(published, sql, 1000, time_limit_s=0.2)
    assert time.monotonic() - started < 3


DEAF = """
import sys
from pathlib import Path
import store.query
store.query.GRACE_S = 0.3
try:
    store.query.run_query(Path(sys.argv[1]), "select len(list_sort(range(200000000)))", time_limit_s=0.2)
except store.query.QueryError as error:
    sys.exit(str(error))
"""


def test_a_query_that_heeds_no_interruption_holds_up_neither_its_caller_nor_the_end_of_the_process(
    published: Path,
) -> None:
    # One call of one function over one row: DuckDB looks for an interruption only between rows. It takes minutes.
    done = subprocess.run(
        [sys.executable, "-c", DEAF, str(published)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
    )
    assert (done.returncode, done.stderr.strip()) == (1, "The query was stopped after 0.2 seconds; narrow it down.")


def test_parameters_are_values_and_never_sql(published: Path) -> None:
    told = "x' OR 1 = 1 --"
    assert run_query(published, "select $told as told", parameters={"told": told}).rows == ((told,),)
    assert run_query(published, "select url from articles where url = $told", parameters={"told": told}).rows == ()


def test_missing_ledger_and_foreign_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="no ledger to query"):
        run_query(tmp_path / "published.duckdb", "select 1")
    (tmp_path / "x.duckdb").write_text("no database" * 1000)
    with pytest.raises(QueryError, match="is no DuckDB file"):
        run_query(tmp_path / "x.duckdb", "select 1")


@pytest.mark.parametrize(
    ("asked", "advice"),
    [("incident", '"incidents"'), ("incident_fact", '"incident_facts"'), ("stored.articles", '"articles"')],
)
def test_misspelt_view_is_answered_with_a_view_and_never_with_a_table(published: Path, asked: str, advice: str) -> None:
    with pytest.raises(QueryError) as told:
        run_query(published, f"SELECT * FROM {asked}")
    assert f"did you mean {advice}?" in str(told.value)
    assert "stored." not in str(told.value).partition("did you mean")[2]


def test_table_unlike_any_view_is_answered_with_all_of_them(published: Path) -> None:
    with pytest.raises(QueryError, match=r"there is no view zebra; All views: .*incidents, .*suggestions"):
        run_query(published, "FROM zebra")
