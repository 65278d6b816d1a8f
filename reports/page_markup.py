"""A page as Markdown and as one self-contained HTML file; everything that came from outside is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from reports.page_records import Entry, Page, Quoted, Section
from reports.text import escape_markdown

_STYLE = """\
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin-top:2rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;margin:0}dt{font-weight:600}dd{margin:0}
blockquote{margin:.5rem 0 .75rem;padding-left:.75rem;border-left:.2rem solid #8a8a8a}
blockquote p{margin:0}footer{font-size:.9rem}mark{background:#ffe08a;color:#1a1a1a}
@media (max-width:34rem){dl{display:block}dd{margin:0 0 .5rem}}
@media print{a{color:inherit;text-decoration:none}}
"""


def render_markdown(page: Page) -> str:
    """The page in CommonMark; quoted words are block quotes with the value in bold."""
    lines: list[str] = [f"# {escape_markdown(page.title)}", "", f"Incident `{_code(page.id)}`", ""]
    for notice in page.notices:
        lines += [str(escape_markdown(notice)), ""]
    lines += _rows_markdown(page.summary)
    for section in page.sections:
        lines += ["", f"## {escape_markdown(section.title)}", "", *_rows_markdown(section.rows)]
        for entry in section.entries:
            lines += _entry_markdown(entry)
        lines += ["", str(escape_markdown(section.note))] if section.note else []
    return "\n".join(lines).rstrip() + "\n"


def render_html(page: Page) -> str:
    """The page as one file that loads nothing, for light and dark screens, phones and printers."""
    out = [
        Markup("<!doctype html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n"),
        Markup("<meta name='viewport' content='width=device-width, initial-scale=1'>\n"),
        Markup("<meta http-equiv='Content-Security-Policy'"),
        Markup(" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"),
        Markup("<meta name='referrer' content='no-referrer'>\n<title>{}</title>\n<style>\n").format(page.title),
        Markup(_STYLE),  # noqa: S704 - this module's own
        Markup("</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n<p>Incident <code>{}</code></p>\n").format(
            page.title, page.id
        ),
        *(Markup("<p>{}</p>\n").format(notice) for notice in page.notices),
        _rows_html(page.summary),
    ]
    for section in page.sections:
        out.append(_section_html(section))
    out.append(Markup("</main>\n</body>\n</html>\n"))
    return str(Markup("").join(out))


def _rows_markdown(rows: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    lines: list[str] = []
    for label, told in rows:
        lines.append(f"- **{escape_markdown(label)}:** {escape_markdown(told[0])}")
        lines += [f"  - {escape_markdown(text.removeprefix('- '))}" for text in told[1:]]
    return lines


def _entry_markdown(entry: Entry) -> list[str]:
    text = escape_markdown(entry.text)
    lines = [f"- [{text}](<{_target(entry.url)}>)" if entry.url else f"- {text}"]
    lines += [f"  - {escape_markdown(one)}" for one in entry.under]
    for quoted in entry.quotes:
        lines += _quoted_markdown(quoted)
    return [*lines, f"  - {escape_markdown(entry.after)}"] if entry.after else lines


def _quoted_markdown(quoted: Quoted) -> list[str]:
    number = f"\\[{quoted.number}\\] " if quoted.number else ""
    words = "".join(
        f"**{escape_markdown(piece)}**" if marked else _spaced(piece) for piece, marked in quoted.pieces if piece
    )
    source = escape_markdown(quoted.source + (f"; {quoted.also}" if quoted.also else ""))
    if quoted.again:
        return [f"  - {number}“{words}” {source}" if words else f"  - {number}{source}, as above"]
    linked = f"[{source}](<{_target(quoted.url)}>)" if quoted.url else f"{source} (its address is not safe to print)"
    return ["", f"  > {number}“{words}”\\", f"  > {linked}", ""]


def _spaced(piece: str) -> str:
    """Escaped text that keeps the space before and after a marked value."""
    left, right = " " * (piece[:1] == " "), " " * (piece[-1:] == " " and len(piece) > 1)
    return f"{left}{escape_markdown(piece)}{right}"


def _target(url: str | None) -> str:
    return quote(url or "", safe="/:?&=;,%+~@!$-._#[]")


def _code(text: str) -> str:
    return text.replace("`", "'")


def _rows_html(rows: Sequence[tuple[str, tuple[str, ...]]]) -> Markup:
    if not rows:
        return Markup("")
    told = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>\n").format(label, Markup("<br>").join(escape(text) for text in texts))
        for label, texts in rows
    )
    return Markup("<dl>\n{}</dl>\n").format(told)


def _section_html(section: Section) -> Markup:
    entries = Markup("").join(_entry_html(entry) for entry in section.entries)
    listed = Markup("<ul>\n{}</ul>\n").format(entries) if section.entries else Markup("")
    note = Markup("<p>{}</p>\n").format(section.note) if section.note else Markup("")
    head = Markup("<section>\n<h2>{}</h2>\n").format(section.title)
    return head + _rows_html(section.rows) + listed + note + Markup("</section>\n")


def _entry_html(entry: Entry) -> Markup:
    text = Markup("<a href='{}'>{}</a>").format(entry.url, entry.text) if entry.url else escape(entry.text)
    under = Markup("").join(Markup("<br>{}").format(one) for one in entry.under)
    after = Markup("<p>{}</p>").format(entry.after) if entry.after else Markup("")
    return Markup("<li>{}{}{}{}</li>\n").format(text, under, Markup("").join(map(_quoted_html, entry.quotes)), after)


def _quoted_html(quoted: Quoted) -> Markup:
    words = Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if marked else escape(piece) for piece, marked in quoted.pieces
    )
    number = f"[{quoted.number}] " if quoted.number else ""
    told = Markup("“{}”").format(words) if words else Markup("")
    source = quoted.source + (f"; {quoted.also}" if quoted.also else "")
    if quoted.again:
        return Markup("<p>{}{} {}{}</p>").format(number, told, source, "" if words else ", as above")
    linked = Markup("<a href='{}'>{}</a>").format(quoted.url, source) if quoted.url else escape(source)
    return Markup("<blockquote><p>{}{}</p><footer>{}</footer></blockquote>").format(number, told, linked)
