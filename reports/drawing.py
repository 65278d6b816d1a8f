"""What our own drawings share: shapes, marks that do not cover each other, and a style for pictures without a page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Literal

import vl_convert

from reports.charts import FONT, PNG_SCALE
from reports.text import clean_text

Shape = Literal["dot", "ring", "diamond", "tick", "triangle", "square"]
TARGET = 24.0  # CSS pixels between the centres of two marks that can be touched (WCAG 2.2, 2.5.8)
_STEPS, _ANGLES = 7, 12

# The light values of the page's style sheet, for a picture that stands alone.
STYLE = f"""text {{ font-family: {FONT}; font-size: 12px; fill: #1c2125; }}
.paper {{ fill: #ffffff; }} .land {{ fill: #e4e7e4; }} .border {{ fill: none; stroke: #fbfcfb; stroke-width: .7; }}
.m-text {{ fill: #57626a; }} .line {{ fill: none; stroke: #d8dcdd; }} .lead {{ fill: none; stroke: #57626a; }}
.end {{ fill: #57626a; }}
.frame {{ fill: none; stroke: #57626a; }} .lane {{ fill: #f3f4f1; }}
.today {{ stroke: #57626a; stroke-dasharray: 2 3; }}
.k-new {{ fill: #b3261e; stroke: #ffffff; }} .k-changed {{ fill: #0072b2; stroke: #ffffff; }}
.k-open, .k-more {{ fill: #ffffff; stroke: #57626a; stroke-width: 1.8; }}
.k-good {{ fill: #00705a; stroke: #ffffff; }} .k-ahead {{ fill: #ffffff; stroke: #8a4a00; stroke-width: 1.8; }}
.on {{ fill: #ffffff; font-weight: 700; font-size: 11.5px; text-anchor: middle; }}
.off {{ fill: #1c2125; font-weight: 700; font-size: 11px; text-anchor: middle; }}
.check {{ fill: none; stroke: #ffffff; stroke-width: 2; }}
"""


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def safe(text: str) -> str:
    """Text for the inside of an element or an attribute of a drawing."""
    return escape(clean_text(text), quote=True)


def shape(kind: Shape, style: str, x: float, y: float, radius: float) -> str:
    """One mark of a class of the style sheet; shapes differ so that colour is never the only difference."""
    if kind in ("dot", "ring"):
        return f'<circle class="{style}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>'
    if kind == "tick":
        check = f"M{number(x - radius * 0.45)} {number(y)}l{number(radius * 0.35)} {number(radius * 0.4)}"
        check += f"l{number(radius * 0.6)} {number(-radius * 0.75)}"
        return f'{shape("dot", style, x, y, radius)}<path class="check" d="{check}"/>'
    r = radius * 1.15
    corners = {
        "diamond": ((0, -r), (r, 0), (0, r), (-r, 0)),
        "triangle": ((0, -r), (r, r * 0.8), (-r, r * 0.8)),
        "square": ((-radius, -radius), (radius, -radius), (radius, radius), (-radius, radius)),
    }[kind]
    return f'<polygon class="{style}" points="{" ".join(f"{number(x + a)},{number(y + b)}" for a, b in corners)}"/>'


def label(text: str, x: float, y: float, style: str, more: str = "") -> str:
    """One line of text at its baseline."""
    return f'<text class="{style}" x="{number(x)}" y="{number(y)}"{more}>{safe(text)}</text>'


def linked(drawn: str, address: str | None, name: str) -> str:
    """A mark that leads to its item, with a name for those who cannot see it; without an address it has a title."""
    if address is None:
        return f"<g><title>{safe(name)}</title>{drawn}</g>" if name else drawn
    return f'<a href="#{safe(address)}" aria-label="{safe(name)}"><title>{safe(name)}</title>{drawn}</a>'


def spread(
    places: Sequence[tuple[float, float]], width: float, height: float, *, radius: float, apart: float = TARGET
) -> list[tuple[float, float]]:
    """Moves marks that would lie on each other to the nearest free spot; the first ones keep their places.

    A mark that finds no free spot within a few steps stays where it is.
    """
    kept: list[tuple[float, float]] = []
    for x, y in places:
        found = (x, y)
        for step in range(_STEPS + 1):
            free = [
                spot
                for spot in _ring(x, y, step * apart * 0.55)
                if radius <= spot[0] <= width - radius and radius <= spot[1] <= height - radius
                and all(math.dist(spot, other) >= apart for other in kept)
            ]  # fmt: skip
            if free:
                found = free[0]
                break
        kept.append(found)
    return kept


def _ring(x: float, y: float, distance: float) -> list[tuple[float, float]]:
    if not distance:
        return [(x, y)]
    angles = [2 * math.pi * n / _ANGLES for n in range(_ANGLES)]
    return [(x + distance * math.cos(angle), y - distance * math.sin(angle)) for angle in angles]


def svg(inner: str, width: float, height: float, name: str) -> str:
    """A drawing for a page; its links stay reachable, so it is a named group and no image."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-label="{safe(name)}" width="{number(width)}" '
        f'height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}">{inner}</svg>'
    )


def png(inner: str, width: float, height: float) -> bytes:
    """The same drawing as PNG on white, with a margin."""
    margin = 14.0
    whole_width, whole_height = width + 2 * margin, height + 2 * margin
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(whole_width)}" height="{number(whole_height)}" '
        f'viewBox="{-margin:g} {-margin:g} {number(whole_width)} {number(whole_height)}"><style>{STYLE}</style>'
        f'<rect class="paper" x="{-margin:g}" y="{-margin:g}" width="{number(whole_width)}" '
        f'height="{number(whole_height)}"/>{inner}</svg>'
    )
    return bytes(vl_convert.svg_to_png(text, scale=PNG_SCALE))
