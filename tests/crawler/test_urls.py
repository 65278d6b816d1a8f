"""Which URLs may be opened, and which are one."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sameness import canonical_url, choose_canonical, is_homepage, spellings
from crawler.urls import UrlError, check_url, join_url, registrable_domain, request_url, split_url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "empty"),
        ("news.example/a", "not an absolute"),
        ("/a", "not an absolute"),
        ("//news.example/a", "not an absolute"),
        ("http:/news.example", "not an absolute"),
        ("http:///a", "no host"),
        ("http://", "no host"),
        ("ftp://news.example/", "scheme ftp"),
        ("file:///etc/passwd", "scheme file"),
        ("javascript://news.example/%0aalert(1)", "scheme javascript"),
        ("http://127.1/", "disguised"),
        ("http://0x7f000001/", "disguised"),
        ("http://0X7F.0.0.1/", "disguised"),
        ("http://2130706433/", "disguised"),
        ("http://017700000001/", "disguised"),
        ("http://127.0.0.01/", "disguised"),
        ("http://127.0.0.1./", "disguised"),
        ("http://1.2.3.4.5/", "disguised"),
        ("http://256.1.1.1/", "disguised"),
        ("http://news.0x/", "disguised"),
        ("http://127。0。0。1/", "disguised"),
        ("http://①②⑦.⓪.⓪.①/", "look-alike"),
        ("http://１２７.0.0.1/", "look-alike"),
        ("http://ⓝews.example/", "look-alike"),
        ("http://ℌost.example/", "look-alike"),
        ("http://user@news.example/", "user information"),
        ("http://user:pw@news.example/", "user information"),
        ("http://@news.example/", "user information"),
        ("http://news.example\\@127.0.0.1/", "backslash"),
        ("http:\\\\news.example/", "backslash"),
        ("http://news.example/a\\b", "backslash"),
        ("http://news.example/a\nb", "control"),
        ("http://news.example/\x00", "control"),
        ("http://ne\tws.example/", "control"),
        ("http://news.example/\x85", "control"),
        ("http://news.example:0/", "port"),
        ("http://news.example:65536/", "port"),
        ("http://news.example:8a/", "port"),
        ("http://news.example:٨٠/", "port"),
        ("http://%6eews.example/", "not a host name"),
        ("http://news example/", "not a host name"),
        ("http://news..example/", "not a host name"),
        ("http://-news.example/", "not a host name"),
        ("http://a,b.example/", "not a host name"),
        ("http://[::1", "not an IPv6"),
        ("http://[fe80::1%25eth0]/", "not an IPv6"),
        ("http://[127.0.0.1]/", "not an IPv6"),
        ("http://" + "a" * 64 + ".example/", "not a host name"),
        ("http://" + "a." * 130 + "example/", "longer than 253"),
        ("http://news.example/" + "a" * 5000, "longer than 4096"),
        ("http://\u00ad.example/", "host"),
    ],
)
def test_odd_urls_are_refused_with_a_clear_reason(url: str, words: str) -> None:
    reason = check_url(url)
    assert reason is not None
    assert words in reason
    with pytest.raises(UrlError, match=r".+"):
        canonical_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example",
        "HTTPS://News.Example:8443/a?b#c",
        "http://8.8.8.8/",
        "http://[2606:4700::1]:80/",
        "http://a_b.example/",
        "http://localhost/",
        "http://bücher.example/",
        "http://xn--bcher-kva.example/",
        "http://новости.рф/статья",
        "http://news.example./",
        " http://news.example/ \n",
        "http://news.example/a b|c",
        "http://news.example/?q=a@b",
        "http://3com.example/",
        "http://news.1x/",
    ],
)
def test_ordinary_urls_are_open(url: str) -> None:
    assert check_url(url) is None


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://News.Example:80/A", "http://news.example/A"),
        ("https://news.example:443/", "https://news.example/"),
        ("http://news.example:443/", "http://news.example:443/"),
        ("http://news.example.", "http://news.example/"),
        ("http://news.example?a=1", "http://news.example/?a=1"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://news.example/%7euser/%c3%bc%2f", "http://news.example/~user/%C3%BC%2F"),
        ("http://news.example/100%", "http://news.example/100%25"),
        ("http://news.example/a/./b/../c", "http://news.example/a/c"),
        ("http://news.example/../../a", "http://news.example/a"),
        ("http://news.example/a/%2e%2e/b", "http://news.example/b"),
        ("http://news.example/a#comments", "http://news.example/a"),
        ("http://news.example/#!/story/1", "http://news.example/#!/story/1"),
        ("http://news.example/a?utm_source=rss&utm_medium=x", "http://news.example/a"),
        ("http://news.example/a?id=7&utm_source=rss", "http://news.example/a?id=7"),
        ("http://news.example/a?UTM_Source=x&b=2&a=1", "http://news.example/a?b=2&a=1"),
        ("http://news.example/a?fbclid=x&gclid=y&mc_cid=z", "http://news.example/a"),
        ("http://news.example/a?at_medium=RSS&at_campaign=KARANGA", "http://news.example/a"),
        ("http://news.example/a?source=rss", "http://news.example/a"),
        ("http://news.example/a;jsessionid=8F2?x=1", "http://news.example/a?x=1"),
        ("http://news.example/a?", "http://news.example/a"),
        ("http://[2606:4700:0:0::1]/", "http://[2606:4700::1]/"),
        ("http://news.example/a?srsltid=Af", "http://news.example/a"),
        ("http://news.example/a?itm_source=x&int_source=y&b=1", "http://news.example/a?b=1"),
        ("http://news.example/a?mod=rss_markets_main", "http://news.example/a"),
        ("http://news.example/a?cid=rss", "http://news.example/a"),
        ("http://news.example/a?partner=rss&emc=rss", "http://news.example/a"),
        ("http://news.example/a?rss=1", "http://news.example/a"),
        ("http://news.example/a?fromrss=yes", "http://news.example/a"),
        ("http://news.example/a?amp", "http://news.example/a"),
        ("http://news.example/a?amp=1&id=3", "http://news.example/a?id=3"),
        ("http://news.example/a?outputType=amp", "http://news.example/a"),
        ("http://news.example/a?share=twitter", "http://news.example/a"),
        ("http://news.example/a?utm%5Fsource=rss", "http://news.example/a"),
        ("http://news.example/a?id=1&amp;utm_source=rss", "http://news.example/a?id=1"),
        ("http://news.example/a?id=1&amp;page=2", "http://news.example/a?id=1&page=2"),
        ("http://news.example/a#xtor=RSS-1", "http://news.example/a"),
        ("http://news.example/a#:~:text=oil", "http://news.example/a"),
    ],
)
def test_one_spelling_for_one_article(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://news.example/a", "http://news.example/A"),
        ("http://news.example/a?id=1", "http://news.example/a?id=2"),
        ("http://news.example/a?ref=12", "http://news.example/a?ref=13"),
        ("http://news.example/a?source=reuters", "http://news.example/a?source=ap"),
        ("http://news.example/a?p=1&q=2", "http://news.example/a?q=2&p=1"),
        ("http://news.example/a%2Fb", "http://news.example/a/b"),
        ("http://news.example/a%3Fb", "http://news.example/a?b"),
        ("http://news.example/a?b=%26", "http://news.example/a?b=&"),
        ("http://www.news.example/a", "http://news.example/a"),
        ("http://news.example/a", "http://news.example/a/"),
        ("http://news.example/a//b", "http://news.example/a/b"),
        ("http://news.example:8080/a", "http://news.example/a"),
        ("http://news.example/#/story/1", "http://news.example/#/story/2"),
        ("http://news.example/a?s=1", "http://news.example/a"),
        ("http://news.example/a?page=2", "http://news.example/a"),
        ("http://news.example/a?cid=17", "http://news.example/a?cid=18"),
        ("http://news.example/?mod=news", "http://news.example/?mod=press"),
        ("http://news.example/a?rss=12", "http://news.example/a?rss=13"),
        ("http://news.example/a?amp=2", "http://news.example/a?amp=3"),
        ("http://news.example/a?share=1", "http://news.example/a?share=2"),
        ("http://news.example/a?tag=rss", "http://news.example/a"),
        ("http://news.example/a?output=pdf", "http://news.example/a"),
        ("http://news.example/a?feed=12", "http://news.example/a?feed=13"),
    ],
)
def test_what_may_be_two_articles_stays_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


TEXT = st.text(alphabet=string.printable + "éü%/?#&=.;öЖ漢\u0301", max_size=60)


@given(TEXT)
def test_a_canonical_url_is_its_own_canonical_url(tail: str) -> None:
    try:
        once = canonical_url(f"http://news.example/{tail}")
    except UrlError:
        return
    assert canonical_url(once) == once
    assert once.isascii()
    assert check_url(once) is None


@given(st.text(max_size=80))
def test_any_text_is_refused_or_split(text: str) -> None:
    for url in (text, f"http://{text}", f"https://{text}/a"):
        reason = check_url(url)
        if reason is None:
            parts = split_url(url)
            assert parts.host.isascii()
            assert parts.host == parts.host.lower()
            assert str(split_url(request_url(url))) == request_url(url)
        else:
            assert "\n" not in reason or "\n" in text


def test_what_is_sent_keeps_the_path_as_the_publisher_wrote_it() -> None:
    assert request_url("http://news.example/a/%7E?utm_source=x&é#f") == "http://news.example/a/%7E?utm_source=x&%C3%A9"


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.news.example.co.uk", "example.co.uk"),
        ("a.blogspot.com", "a.blogspot.com"),
        ("news.com.kz", "news.com.kz"),
        ("edition.news.com", "news.com"),
        ("8.8.8.8", "8.8.8.8"),
        ("localhost", "localhost"),
    ],
)
def test_the_registrable_domain_is_the_owners(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


PAGE = "https://www.news.com/2026/03/pump-fire?id=7"


@pytest.mark.parametrize(
    ("page", "declared", "chosen"),
    [
        ("https://www.news.com/amp/pump-fire", "https://www.news.com/pump-fire", "https://www.news.com/pump-fire"),
        ("https://www.news.com/pump-fire/amp", "https://www.news.com/pump-fire", "https://www.news.com/pump-fire"),
        ("https://amp.news.com/pump-fire", "https://www.news.com/pump-fire", "https://www.news.com/pump-fire"),
        ("http://news.com/pump-fire", "https://news.com/pump-fire", "https://news.com/pump-fire"),
        ("https://news.com/a?x=1&utm_id=2", "https://news.com/a", "https://news.com/a"),
        ("https://news.com/a", "https://news.com/a?utm_source=canonical", "https://news.com/a"),
        ("https://news.com/2026/03/story", "https://news.com/2026/03/story?ref=og", "https://news.com/2026/03/story"),
        ("https://news.com/story", "https://news.com/story/?v=2&ref=og", "https://news.com/story"),
        ("https://news.com/s?id=7", "https://news.com/s?ref=og&id=7", "https://news.com/s?id=7"),
        ("http://news.com/story", "https://news.com/story?ref=og", "http://news.com/story"),
        ("https://news.com/s?id=7", "https://news.com/s?id=8&ref=og", "https://news.com/s?id=7"),
        ("https://amp.news.com/story", "https://news.com/story?v=2", "https://news.com/story?v=2"),
        ("https://news.com/a", None, "https://news.com/a"),
        ("https://news.com/a", "", "https://news.com/a"),
        ("https://news.com/a", "https://news.com/", "https://news.com/a"),
        ("https://news.com/en/a", "https://news.com/en/", "https://news.com/en/a"),
        ("https://news.com/a", "https://wire.com/a", "https://news.com/a"),
        ("https://one.blogspot.com/a", "https://two.blogspot.com/a", "https://one.blogspot.com/a"),
        ("https://news.com/a", "http://news.com/a", "https://news.com/a"),
        ("https://news.com/amp/a", "http://news.com/a", "https://news.com/a"),
        ("https://news.com/energy/pump-fire", "https://news.com/energy/", "https://news.com/energy/pump-fire"),
        ("https://news.com/story.php?id=7", "https://news.com/story.php", "https://news.com/story.php?id=7"),
        ("https://news.com/a", "http://127.1/a", "https://news.com/a"),
        ("https://news.com/a", "not a url", "https://news.com/a"),
        ("https://news.com/x.amp.html", "https://news.com/x.html", "https://news.com/x.html"),
        ("https://news.com/x/print", "https://news.com/x", "https://news.com/x"),
        ("https://news.com/en/story", "https://news.com/story", "https://news.com/story"),
        ("https://news.com/a/12/old-title", "https://news.com/a/12/new-title", "https://news.com/a/12/new-title"),
        ("https://news.com/news.php?id=3", "https://news.com/oil/fire-3", "https://news.com/oil/fire-3"),
        ("https://news-com.cdn.ampproject.org/c/s/news.com/x", "https://news.com/x", "https://news.com/x"),
        (
            "https://news-com.cdn.ampproject.org/c/s/news.com/x",
            "https://wire.com/x",
            "https://news-com.cdn.ampproject.org/c/s/news.com/x",
        ),
        ("https://news.com/oil-fire", "https://news.com/404", "https://news.com/oil-fire"),
        ("https://news.com/oil-fire", "https://news.com/login", "https://news.com/oil-fire"),
        ("https://news.com/oil-fire", "https://news.com/search?q=oil", "https://news.com/oil-fire"),
        ("https://news.com/oil-fire", "https://news.com/undefined", "https://news.com/oil-fire"),
        ("https://news.com/oil-fire", "https://news.com/{{slug}}", "https://news.com/oil-fire"),
        ("https://news.com/oil-fire", "https://news.com/tag/oil-fire", "https://news.com/oil-fire"),
        ("https://news.com/2026/oil-fire", "https://news.com/energy", "https://news.com/2026/oil-fire"),
        ("https://news.com/2026/oil-fire", "https://news.com/category/energy", "https://news.com/2026/oil-fire"),
        ("https://news.com/news/oil-fire", "https://news.com/news/page/2", "https://news.com/news/oil-fire"),
        ("https://news.com/oil-fire", "https://staging.news.com/oil-fire", "https://news.com/oil-fire"),
        ("https://news.com/oil-fire", "https://news.com:8443/oil-fire", "https://news.com/oil-fire"),
    ],
)
def test_a_canonical_link_is_followed_only_where_it_can_be_true(page: str, declared: str | None, chosen: str) -> None:
    assert choose_canonical(page, declared) == chosen


def test_a_canonical_link_that_redirects_to_its_page_is_a_loop() -> None:
    page, declared = "https://news.com/new", "https://news.com/old"
    assert choose_canonical(page, declared, passed=(declared,)) == page
    assert choose_canonical(page, declared) == declared


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://news.com", True),
        ("https://news.com/index.html", True),
        ("https://news.com/en/", True),
        ("https://news.com/pt-br", True),
        ("https://news.com/?p=7", False),
        ("https://news.com/oil", False),
        ("https://news.com/#!/story", False),
        ("nonsense", False),
    ],
)
def test_a_homepage_is_known_by_its_path(url: str, home: bool) -> None:
    assert is_homepage(url) is home


def test_other_spellings_differ_in_scheme_and_slash_only() -> None:
    assert set(spellings("https://news.com/a")) == {"http://news.com/a", "https://news.com/a/", "http://news.com/a/"}
    assert spellings("https://news.com/a?b=1") == ("http://news.com/a?b=1",)
    assert spellings("https://news.com/") == ("http://news.com/",)
    assert spellings("https://news.com:8443/a/") == ("https://news.com:8443/a",)


def test_a_reference_that_cannot_be_joined_is_given_back_for_the_check_to_refuse() -> None:
    assert join_url("http://news.com/a/b", "../c") == "http://news.com/c"
    assert check_url(join_url("http://news.com/", "http://[broken")) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://wire.example/news.php?story=rss-chief-speaks", "https://wire.example/news.php?story=rss-leader-held"),
        ("https://wire.example/?id=rss-4711", "https://wire.example/?id=rss-4712"),
        ("https://parliament.example/bill.aspx?sessionid=57", "https://parliament.example/bill.aspx?sessionid=58"),
    ],
)
def test_what_names_the_article_is_no_way_to_it(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "query", ["source=rss-home", "ref=rss", "feed=rss2", "sessionid=0123456789abcdef0123456789abcdef"]
)
def test_how_a_reader_came_is_left_out(query: str) -> None:
    assert canonical_url(f"https://wire.example/a?{query}") == "https://wire.example/a"
