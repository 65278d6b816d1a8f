"""Which two URLs are the same article: conservative, two become one only where no site tells them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.urls import DEFAULT_PORTS, Url, UrlError, legal, registrable_domain, split_url

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

# Parameters that name the way a reader came, never what is read. Ambiguous names (id, ref, cid, s) are not here.
_TRACKING_PREFIXES = ("utm_", "at_custom", "hsa_", "mtm_", "piwik_", "matomo_", "__hs", "itm_", "fb_action_", "amp_js")
_TRACKING_NAMES = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid twclid ttclid yclid ysclid igshid igsh li_fat_id mc_cid mc_eid "
    "_hsenc _hsmi mkt_tok vero_id vero_conv oly_enc_id oly_anon_id at_medium at_campaign at_link_id at_link_type "
    "at_link_origin at_format at_ptr_name at_bbc_team wt_mc wt.mc_id wt_zmc cmp ncid smid smtyp sr_share ref_src "
    "ref_url __twitter_impression guccounter guce_referrer guce_referrer_sig ftag cvosrc cmpid ito xtor "
    "ns_mchannel ns_source ns_campaign ns_linkname ns_fee pk_campaign pk_kwd pk_source pk_medium "
    "phpsessid jsessionid aspsessionid _ga _gl ftcamp srsltid mibextid ck_subscriber_id s_cid ocid taid "
    "wprov spm epik __s sref spref fb_source fb_ref trk trkinfo traffic_source int_source int_medium int_campaign maca "
    "_branch_match_id _openstat rb_clickid s_kwcid irclickid cjevent dm_i hss_channel nr_email_referer usqp".split()
)
_WAYS = frozenset(
    "rss rssfeed rss_feed feed feeds atom twitter facebook linkedin telegram whatsapp newsletter email".split()
)
_WAY_NAMES = frozenset("source src from ref partner via share shared mod cid sid emc feed".split())
# Whatever the parameter is called: who comes from a feed is told so. Names of what is read are excepted.
_FEED_WAYS = re.compile(r"(?:from)?rss(?:2|feeds?|[-_]feeds?)?\Z")
_FEED_WAY = re.compile(r"rss[-_][\w-]*\Z")  # of a parameter that can only tell the way: "source=rss-home"
_ONLY_WAYS = frozenset("source src from ref partner via mod".split())
_SESSION = re.compile(r"[0-9a-z-]*\Z")
_WHAT_IS_READ = frozenset("slug title tag q s query search category section topic name page view type format p".split())
_YES = frozenset(("", "1", "yes", "true", "on"))
_FEED_FLAGS = frozenset("rss fromrss from_rss isrss".split())  # with such a value
_AMP_FLAGS = frozenset("amp isamp is_amp".split())  # another dress of the same article
_AMP_NAMES = frozenset("output outputtype".split())
_PATH_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)

# A query that names the article: a canonical link that drops it points at a list, not at this article.
_IDENTITY_NAME = re.compile(
    r"(?:.*id|p|no|nr|article|story|news|item|doc|post|page_?no|key|slug|title)\Z", re.IGNORECASE
)
# Where a template's canonical link goes astray: an error, a form, a list, a name that was not filled in.
_ASTRAY = re.compile(
    r"\A(?:404|error|errors|not-?found|login|log-in|signin|sign-in|search|undefined|null|none|false|nan|"
    r".*(?:%7B%7B|%3C%|\$%7B).*)(?:\.\w{2,5})?\Z",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|authors?|archives?|sections?|label|page)/[^/]+/?\Z", re.IGNORECASE
)
_PLAIN_WORD = re.compile(r"[A-Za-z]{1,20}\Z")  # of a section rather than of an article
_EXTENSION = re.compile(r"(?:\.amp)?\.\w{2,5}\Z")
_REHEARSAL = re.compile(r"\A(?:staging|stage|dev|test|preview|local|origin)\d*[.-]", re.IGNORECASE)
_AMP_CACHE = re.compile(r"\.cdn\.ampproject\.org\Z|\.bing-amp\.com\Z|\A(?:www\.)?google\.[a-z.]+\Z")
# What a page's path may hold beyond its canonical one: the same article in another dress.
_DRESS = re.compile(r"(?:amp|amphtml|print|printable|m|mobile|index\.(?:html?|php)|amp\.html)\Z", re.IGNORECASE)


def canonical_url(url: str) -> str:
    """The one spelling under which an article at this URL is kept; UrlError where it cannot be opened.

    Normalises as RFC 3986 section 6.2.2 allows, and drops tracking and session parameters and the fragment, but for
    one that is a route of a single-page site ("#!/…", "#/…").
    """
    parts = split_url(url)
    path = _without_dot_segments(_normal_escapes(_PATH_SESSION.sub("", parts.path))) or "/"
    # "&amp;" that was escaped twice is an ampersand that publishers meant.
    given = (_normal_escapes(pair).removeprefix("amp;") for pair in (parts.query or "").split("&"))
    pairs = [pair for pair in given if pair and not _is_tracking(pair)]
    route = ""
    if parts.fragment and parts.fragment.startswith(("!", "/")):
        route = f"#{_normal_escapes(legal(parts.fragment))}"
    query = f"?{'&'.join(pairs)}" if pairs else ""
    return f"{parts.origin}{path}{query}{route}"


def choose_canonical(page_url: str, declared: str | None, *, passed: Iterable[str] = ()) -> str:
    """The article's canonical URL: the one its page declares where that can be trusted, else the page's own.

    Not trusted: another owner's domain, the homepage, a URL that redirected here (`passed`: a loop), a directory above
    the page, one that drops the query by which the page is found, and the page's own URL with only a query added,
    which tells how a reader came (`?ref=og`). A wrong merge loses an article for good, while a missed one is met again
    by the near-duplicate search.
    """
    own = canonical_url(page_url)
    if not declared:
        return own
    try:
        wanted = canonical_url(declared)
    except UrlError:
        return own
    if wanted == own or wanted in {_canonical_or_none(hop) for hop in passed}:
        return own
    here, there = split_url(own), split_url(wanted)
    if registrable_domain(here.host) != registrable_domain(there.host) and not _is_cached_copy(here, there):
        return own
    if there.port != DEFAULT_PORTS[there.scheme] and there.port != here.port:
        return own
    if _REHEARSAL.match(there.host) and not _REHEARSAL.match(here.host):
        return own
    if here.scheme == "https" and there.scheme == "http" and here.host == there.host and there.port == 80:
        # Templates from before the site had a certificate; the page has just shown that it has one.
        wanted = canonical_url(f"https{wanted[4:]}")
    if _only_adds_query(own, wanted):
        return own
    if is_homepage(wanted) or _is_directory_above(there.path, here.path) or _drops_identity(here, there):
        return own
    if _leads_astray(here, there):
        return own
    return wanted


def is_homepage(url: str) -> bool:
    """Whether a URL is a site's front page, or a language's, which is never an article."""
    try:
        parts = split_url(url)
    except UrlError:
        return False
    path = parts.path.rstrip("/").lower()
    return (
        not parts.query
        and (
            path in {"", "/index.html", "/index.htm", "/index.php", "/home", "/default.aspx"}
            or re.fullmatch(r"/[a-z]{2}(?:[-_][a-z]{2})?", path) is not None
        )
        and not (parts.fragment or "").startswith(("!", "/"))
    )


def leads_away(asked: str, found: str) -> bool:
    """Whether a redirect ends at something that by its address is no article: what sites do with removed pages.

    A directory above what was asked for, a list, an error page, a form, or a section's plain word.
    """
    try:
        here, there = split_url(asked), split_url(found)
    except UrlError:
        return False
    if (here.path.rstrip("/"), here.query) == (there.path.rstrip("/"), there.query):
        return False
    return _is_directory_above(there.path, here.path) or _leads_astray(here, there)


def spellings(url: str) -> tuple[str, ...]:
    """Other canonical URLs under which the same page may already be kept: the other scheme, then the other slash."""
    parts = split_url(url)
    default = parts.port == DEFAULT_PORTS[parts.scheme]
    rest = url.split("://", 1)[1]
    schemes = [parts.scheme]
    if default:
        schemes.append("http" if parts.scheme == "https" else "https")
    slashed = [rest]
    if parts.query is None and not parts.fragment and parts.path not in {"", "/"}:
        slashed.append(rest[:-1] if rest.endswith("/") else f"{rest}/")
    found = [f"{scheme}://{tail}" for tail in slashed for scheme in schemes]
    return tuple(spelling for spelling in found if spelling != url)


def _normal_escapes(text: str) -> str:
    def normal(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(normal, text)


def _without_dot_segments(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for position, segment in enumerate(segments):
        if segment in {".", ".."}:
            if segment == ".." and len(kept) > 1:
                kept.pop()
            if position == len(segments) - 1:
                kept.append("")
        else:
            kept.append(segment)
    return "/".join(kept)


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower()
    if name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES):
        return True
    value = value.lower()
    if name == "sessionid":  # of a reader; that of a parliament is short
        return len(value) >= 16 and _SESSION.match(value) is not None
    if name in _ONLY_WAYS and _FEED_WAY.match(value):
        return True
    if (name in _WAY_NAMES and value in _WAYS) or (name in _FEED_FLAGS | _AMP_FLAGS and value in _YES):
        return True
    if name in _AMP_NAMES:
        return value == "amp"
    return name not in _WHAT_IS_READ and not _IDENTITY_NAME.match(name) and _FEED_WAYS.match(value) is not None


def _is_cached_copy(here: Url, there: Url) -> bool:
    """Whether a page is an AMP cache's copy of one on the other host, which its path names."""
    return bool(_AMP_CACHE.search(here.host)) and f"/{there.host}/" in f"{here.path}/"


def _leads_astray(here: Url, there: Url) -> bool:
    """Whether a canonical link names something that is no article; where the last words agree, only a list is none."""
    if _LIST.search(there.path) and not _LIST.search(here.path):
        return True
    wanted, own = _segments(there.path), _segments(here.path)
    if wanted[-1:] == own[-1:]:
        return False
    if _ASTRAY.match(wanted[-1] if wanted else ""):
        return True
    if there.query or not wanted or not own or not _PLAIN_WORD.match(wanted[-1]):
        return False
    return len(wanted) < len(own) or not _PLAIN_WORD.match(own[-1])


def _segments(path: str) -> list[str]:
    """The parts of a path without what only tells its dress: extension, amp, print."""
    return [_EXTENSION.sub("", part) for part in path.split("/") if part and not _DRESS.match(part)]


def _canonical_or_none(url: str) -> str | None:
    try:
        return canonical_url(url)
    except UrlError:
        return None


def _is_directory_above(wanted: str, own: str) -> bool:
    above = [segment for segment in wanted.split("/") if segment]
    segments = [segment for segment in own.split("/") if segment]
    if len(above) >= len(segments) or segments[: len(above)] != above:
        return False
    return not all(_DRESS.match(segment) for segment in segments[len(above) :])


def _only_adds_query(own: str, wanted: str) -> bool:
    # By value alone (?v=2, ?ref=og) a query cannot be told from an id; but at this URL the page was found without it.
    here, there = split_url(own), split_url(wanted)
    if (here.netloc, here.path.rstrip("/"), here.fragment) != (there.netloc, there.path.rstrip("/"), there.fragment):
        return False
    before, after = (set((parts.query or "").split("&")) - {""} for parts in (here, there))
    return before < after


def _drops_identity(here: Url, there: Url) -> bool:
    if here.query is None or here.path.rstrip("/") != there.path.rstrip("/"):
        return False
    kept = set((there.query or "").split("&"))
    return any(pair not in kept and _IDENTITY_NAME.match(pair.partition("=")[0]) for pair in here.query.split("&"))
