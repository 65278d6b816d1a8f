"""Places that a query found, on the world's outline, as SVG or PNG."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from reports.drawing import STYLE, Shape, label, number, png, shape, svg
from reports.outline import Panel, frame_of, outline

# Shapes and colours of groups, no two alike in both.
_GROUPS: tuple[tuple[Shape, str], ...] = (
    ("dot", "k-changed"),
    ("diamond", "k-new"),
    ("triangle", "k-good"),
    ("square", "k-changed"),
    ("ring", "k-open"),
    ("triangle", "k-ahead"),
    ("square", "k-new"),
    ("diamond", "k-good"),
)


def dots_svg(dots: Sequence[tuple[float, float, str]], title: str, *, alone: bool) -> str:
    """Places (degrees north, degrees east, group) on the outline; `alone`: with a style of its own, for a file."""
    inner, height = _dots(dots, title)
    ground = f'<style>{STYLE}</style><rect class="paper" width="720" height="{number(height)}"/>' if alone else ""
    return svg(ground + inner, 720, height, title)


def dots_png(dots: Sequence[tuple[float, float, str]], title: str) -> bytes:
    """The same as PNG on white."""
    inner, height = _dots(dots, title)
    return png(inner, 720, height)


def _dots(dots: Sequence[tuple[float, float, str]], title: str) -> tuple[str, float]:
    """One mark a place and group, larger the more rows it stands for."""
    counted = Counter(dots)
    panel = Panel.of(frame_of([(dot[1], dot[0]) for dot in counted]), 720)
    groups = sorted({dot[2] for dot in counted}) if any(dot[2] for dot in counted) else []
    inner, x, top = [label(title, 0, 15, "off", ' style="text-anchor:start;font-size:15px"')], 8.0, 44.0
    for n, group in enumerate(groups):
        if x + 34 + 6.4 * len(group) > 720:
            x, top = 8.0, top + 20
        inner += [shape(*_GROUPS[n % len(_GROUPS)], x, top - 10, 6), label(group, x + 12, top - 6, "m-text")]
        x += 34 + 6.4 * len(group)
    drawn = [outline(panel)]
    most = max(counted.values())
    for (latitude, longitude, group), count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        kind, style = _GROUPS[groups.index(group) % len(_GROUPS)] if groups else _GROUPS[0]
        radius = 4 + (9 * math.sqrt(count / most) if most > 1 else 1.5)
        drawn.append(shape(kind, style, *panel.at(longitude, latitude), radius))
    clip = f'<svg x="0" y="{number(top)}" width="720" height="{panel.height:g}">{"".join(drawn)}</svg>'
    return "".join(inner) + clip, top + panel.height
