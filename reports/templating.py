"""Templates, the shipped ones and a user's own that take their place by name; a broken one is told with its line."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from reports.citations import CitedWords, markdown_url
from reports.text import clean_text, escape_markdown, safe_url, slug, visible
from reports.words import format_day

SHIPPED = Path(__file__).parent / "templates"
Kind = Literal["html", "md"]


class TemplateProblemError(Exception):
    """A user's template cannot be used; the message names the file and the line."""


def render_template(name: str, kind: Kind, values: dict[str, Any], own: Path | None = None) -> str:
    """Renders a template; `own` is the folder of those that take the place of shipped ones.

    Raises TemplateProblemError for what a template of that folder does wrong. Jinja's sandbox keeps all templates from
    what lies under the values given; autoescaping and the escaping of Markdown are the same for all of them.
    """
    if own is None:
        return _shipped(kind).get_template(name).render(values)
    if not own.is_dir():
        raise TemplateProblemError(f"{own}: there is no such folder of templates")
    try:
        return _environment(kind, _loader(own)).get_template(name).render(values)
    except Exception as error:  # whatever a template does wrong is its user's to mend
        raise TemplateProblemError(_told(error, own)) from error


def read_asset(name: str, own: Path | None = None) -> str:
    """A style sheet or script, the user's own where there is one, without empty lines.

    Raises TemplateProblemError where it could not stand inside its element.
    """
    path = own / name if own is not None and (own / name).is_file() else SHIPPED / name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateProblemError(f"{path}: cannot be read: {error}") from error
    ending = re.search(r"(?i)</(?:style|script)|<!--", text)
    if ending:
        line = text.count("\n", 0, ending.start()) + 1
        raise TemplateProblemError(f"{path}, line {line}: {ending.group()} would end the element that it stands in")
    return re.sub(r"\n\s*\n+", "\n", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def content_policy(style: str, script: str) -> str:
    """A policy (CSP level 3): nothing is fetched, only this style and this script count; an empty script is none."""
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{_digest(style)}'; {scripts}base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _shipped(kind: Kind) -> Environment:
    return _environment(kind, FileSystemLoader(SHIPPED))


def _loader(own: Path) -> BaseLoader:
    return ChoiceLoader([FileSystemLoader(own), FileSystemLoader(SHIPPED)])


def _environment(kind: Kind, loader: BaseLoader) -> Environment:
    """HTML is escaped by Jinja, and hidden characters are taken out; Markdown goes through our own escaping."""
    environment = SandboxedEnvironment(
        loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=kind == "html",
        finalize=_escaped if kind == "md" else _seen,
    )  # fmt: skip
    environment.filters.update(
        clean=clean_text,
        safe_url=safe_url,
        day=lambda at: format_day(at.date()) if at else "",
        on=lambda day: format_day(day) if day else "never",
        link=_markdown_link,
        target=_markdown_target,
        slug=slug,
    )
    return environment


def _escaped(value: object) -> Markup:
    return value if isinstance(value, Markup) else escape_markdown(str(value))


def _seen(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _told(error: Exception, own: Path) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name or own}, line {error.lineno}: {words}"
    where = _innermost(error.__traceback__, (str(own), str(SHIPPED)))
    return f"{where}: {words}" if where else f"{own}: {words}"


def _innermost(traceback: TracebackType | None, folders: tuple[str, str]) -> str:
    """The template and line at which an error arose; Jinja names both in the traceback."""
    found = ""
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name.startswith(folders) and not name.endswith(".py"):
            found = f"{name}, line {traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


def _markdown_link(text: str, url: str) -> Markup:
    safe = safe_url(url)
    label = escape_markdown(text)
    return Markup(f"[{label}]({markdown_url(safe)})") if safe else label  # noqa: S704


def _markdown_target(entry: CitedWords) -> Markup:
    """The address of a reference, on a line that is not shown."""
    safe = safe_url(entry.first.url)
    return Markup(f"[{entry.number}]: {markdown_url(safe)}\n") if safe else Markup("")  # noqa: S704
