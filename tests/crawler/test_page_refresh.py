"""Pages that hold no article and send their reader on, as a browser would go."""

from __future__ import annotations

import lxml.html
import pytest

from crawler.page_metadata import refresh_link
from tests.crawler.servers import Route, answer, serving
from tests.crawler.test_crawl import HOST, feed_answer, night, page, rss

_URL = "https://wire.example/go/17"


@pytest.mark.parametrize(
    ("content", "link"),
    [
        ("0;url=/story", "https://wire.example/story"),
        ("0; URL='https://wire.example/story'", "https://wire.example/story"),
        ('5 ; url = "story?a=b"tail', "https://wire.example/go/story?a=b"),
        ("0,/story", "https://wire.example/story"),
        ("0 /story", "https://wire.example/story"),
        ("1.5;url=//other.example/story", "https://other.example/story"),
        (".5;url=/story", "https://wire.example/story"),
        ("30;url=/story", "https://wire.example/story"),
        ("31;url=/story", None),  # a reader has read by then, and is shown the news of the next hour
        ("600", None),
        ("0;", None),
        ("0;url=", None),
        ("0;url=/go/17", None),
        ("0;url=#top", None),
        ("url=/story", None),
        ("-1;url=/story", None),
        ("0;url=javascript:alert(1)", None),
        ("0;url=data:text/html,x", None),
        ("0;url=http://[x", None),
        ("", None),
    ],
)
def test_where_a_page_sends_its_reader_is_read_as_browsers_do(content: str, link: str | None) -> None:
    tree = lxml.html.document_fromstring("<html><head><meta http-equiv=Refresh></head><body>Wait.</body></html>")
    tree.find(".//meta").set("content", content)
    assert refresh_link(tree, _URL) == link


def test_a_base_is_kept_to_and_what_is_for_readers_without_scripts_is_not() -> None:
    head = '<base href="https://other.example/a/"><meta http-equiv="refresh" content="0;url=story">'
    tree = lxml.html.document_fromstring(f"<html><head>{head}</head><body>Wait.</body></html>")
    assert refresh_link(tree, _URL) == "https://other.example/a/story"
    head = '<noscript><meta http-equiv="refresh" content="0;url=/no-scripts"></noscript>'
    tree = lxml.html.document_fromstring(f"<html><head>{head}</head><body>Wait.</body></html>")
    assert refresh_link(tree, _URL) is None


def _sends_to(url: str, title: str = "Redirecting", seconds: int = 0) -> bytes:
    return answer(
        f'<html><head><title>{title}</title><meta http-equiv="refresh" content="{seconds};url={url}"></head>'
        "<body><p>If nothing happens, click here.</p></body></html>"
    )


def _feed() -> bytes:
    return feed_answer(rss((f"http://{HOST}/go/17", "Pump fire at Varna", "Short.")))


async def test_the_article_behind_such_a_page_is_stored_under_its_own_address() -> None:
    routes: dict[str, Route] = {
        "/feed": _feed(),
        "/go/17": _sends_to("/go/18"),
        "/go/18": answer(status=302, headers={"Location": "/go/19"}),
        "/go/19": _sends_to("/oil/pump-fire", title="Pump fire at Varna", seconds=3),
        "/oil/pump-fire": page("Pump fire at Varna"),
    }
    async with serving(routes) as server:
        found = await night(server)
    assert [(outcome.outcome, outcome.url) for outcome in found.articles] == [("ok", f"http://{HOST}/oil/pump-fire")]


@pytest.mark.parametrize("target", ["/", "/go/", "/search?q=17", "/404"])
async def test_a_page_that_sends_its_reader_where_error_pages_do_is_not_followed(target: str) -> None:
    routes: dict[str, Route] = {
        "/feed": _feed(),
        "/go/17": _sends_to(target, title="Page not found", seconds=5),
        target: page("Oil and gas"),
    }
    async with serving(routes) as server:
        found = await night(server)
        assert server.paths().count(target) == 0
    assert [outcome.outcome for outcome in found.articles] == ["not_article"]


async def test_what_robots_disallow_is_not_reached_in_this_way_either() -> None:
    routes: dict[str, Route] = {
        "/robots.txt": answer("User-agent: *\nDisallow: /members\n", kind="text/plain"),
        "/feed": _feed(),
        "/go/17": _sends_to("/members/17"),
        "/members/17": page("Pump fire at Varna"),
    }
    async with serving(routes) as server:
        found = await night(server)
        assert "/members/17" not in server.paths()
    assert [outcome.outcome for outcome in found.articles] == ["disallowed"]


async def test_pages_that_send_their_reader_in_a_circle_or_without_end_are_left() -> None:
    circle: dict[str, Route] = {"/feed": _feed(), "/go/17": _sends_to("/go/18"), "/go/18": _sends_to("/go/17")}
    async with serving(circle) as server:
        found = await night(server)
        assert server.paths().count("/go/17") == 1
    assert [outcome.outcome for outcome in found.articles] == ["not_article"]
    chain: dict[str, Route] = {f"/go/{n}": _sends_to(f"/go/{n + 1}") for n in range(17, 99)}
    async with serving({"/feed": _feed(), **chain}) as server:
        found = await night(server)
        assert len(server.paths()) < 13
    assert [outcome.outcome for outcome in found.articles] == ["not_article"]


async def test_an_article_that_reloads_or_goes_on_to_the_next_one_is_read_itself() -> None:
    refresh = '<meta http-equiv="refresh" content="20;url=/oil/next">'
    routes: dict[str, Route] = {
        "/feed": _feed(),
        "/go/17": page("Pump fire at Varna", head=refresh),
        "/oil/next": page("Another story"),
    }
    async with serving(routes) as server:
        found = await night(server)
        assert "/oil/next" not in server.paths()
    assert found.titles() == ["Pump fire at Varna"]
