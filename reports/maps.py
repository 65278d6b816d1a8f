"""Draws incidents on a world outline, numbered as in the briefing; where many lie together a second map shows them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.drawing import TARGET, Shape, label, linked, number, png, shape, spread, svg
from reports.outline import WHOLE, Frame, Panel, frame_around, frame_of, outline, widened
from reports.records import MapPoint
from reports.text import slug

_STATES: dict[str, tuple[str, Shape]] = {"new": ("New", "dot"), "changed": ("Changed", "diamond"),
                                         "open": ("Still open", "ring")}  # fmt: skip
_NUMBERED = 30  # more numbers than this hide each other
_SINGLE = 90  # more marks than this are drawn as counts
_CROWD = 4  # so many marks pushed off their places in one region get a map of their own
_LEGEND = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDrawing:
    """The map for a page: the outlines once, and the map for a desk and for a phone that use them."""

    outlines: str
    wide: str
    narrow: str


def draw_map(points: Sequence[MapPoint], names: Mapping[str, str], reachable: Iterable[str] = ()) -> MapDrawing | None:
    """The map of a briefing; None where no incident has a position.

    `names` gives each incident's heading, `reachable` the incidents that the page tells, to which their marks lead.
    """
    if not points:
        return None
    frames = find_frames(points, 720)
    outlines = "".join(f'<g id="land-{n}">{outline(Panel.of(frame, 720))}</g>' for n, frame in enumerate(frames))
    told = frozenset(reachable)
    title = map_summary(points, 0)
    drawn = []
    for width, name in ((720, "wide"), (350, "narrow")):
        inner, height = _draw(points, frames, width, name, names, told)
        drawn.append(svg(inner, width, height, title))
    hidden = f'<svg class="defs" aria-hidden="true" width="0" height="0"><defs>{outlines}</defs></svg>'
    return MapDrawing(outlines=hidden, wide=drawn[0], narrow=drawn[1])


def map_png(points: Sequence[MapPoint]) -> bytes:
    """The map as PNG on white, 720 points wide."""
    frames = find_frames(points, 720)
    inner, height = _draw(points, frames, 720, "", {}, frozenset())
    return png(inner, 720, height)


def find_frames(points: Sequence[MapPoint], width: float) -> list[Frame]:
    """The frame of the map, then those of up to two regions in which marks would push each other off their places."""
    frames = [frame_of([place_of(point) for point in points])]
    rest = list(points) if len(points) <= _SINGLE else [point for point in points if _numbered(point)]
    while len(frames) < 3 and frames[0][2] - frames[0][0] > 100:
        panel = Panel.of(frames[0], width)
        places = [panel.at(point.longitude, point.latitude) for point in rest]
        spots = spread(places, panel.width, panel.height, radius=10)
        moved = [p for p, a, b in zip(rest, places, spots, strict=True) if math.dist(a, b) > TARGET / 2]
        region, inside = _densest(moved, rest)
        if len([point for point in moved if point in inside]) < _CROWD:
            break
        frames.append(region)
        shown = frozenset(inside)
        rest = [point for point in rest if point not in shown]
    return frames


def _densest(moved: Sequence[MapPoint], points: Sequence[MapPoint]) -> tuple[Frame, list[MapPoint]]:
    """The region around the pushed mark that has most of them about it, with a margin."""
    best: list[MapPoint] = []
    for middle in moved:
        near = [
            p for p in points if abs(p.longitude - middle.longitude) <= 13 and abs(p.latitude - middle.latitude) <= 7
        ]
        if len(near) > len(best):
            best = near
    return (widened(frame_around([place_of(point) for point in best], 4, 3, 30, 12), 0.4) if best else WHOLE), best


def _draw(
    points: Sequence[MapPoint], frames: Sequence[Frame], width: int, name: str, names: Mapping[str, str],
    told: frozenset[str],
) -> tuple[str, float]:  # fmt: skip
    """The legend, the map and the regions under it; returns the drawing and its height."""
    inner = [_legend(points)]
    top = _LEGEND
    beside = width >= 500 and len(frames) == 3
    panels = [Panel.of(frames[0], width)]
    panels += [Panel.of(frame, width / 2 - 6 if beside else width) for frame in frames[1:]]
    inset = [
        [p for p in points if panel.holds(*place_of(p)) and (len(points) <= _SINGLE or _numbered(p))]
        for panel in panels[1:]
    ]
    elsewhere = {point for shown in inset for point in shown}
    regions = [(chr(64 + n), panel) for n, panel in enumerate(panels[1:], start=1)]
    left, tallest = 0.0, 0.0
    for n, panel in enumerate(panels):
        shown = [p for p in points if p not in elsewhere] if n == 0 else inset[n - 1]
        drawn = _land(panel, n, name)
        if n == 0:
            drawn += "".join(_small(panel, p) for p in points if p in elsewhere) + "".join(
                _region(panel, *one) for one in regions
            )
        else:
            drawn += (
                f'<rect class="frame" x=".5" y=".5" width="{number(panel.width - 1)}" height="{panel.height - 1}"/>'
            )
            drawn += label(chr(64 + n), 12, 17, "off")
        drawn += _marks(panel, shown, names, told)
        clip = f'<svg x="{number(left)}" y="{number(top)}" width="{number(panel.width)}" height="{panel.height}">'
        inner.append(f"{clip}{drawn}</svg>")
        tallest = max(tallest, panel.height) if beside and n else panel.height
        if beside and n == 1:
            left = width / 2 + 6
        else:
            left, top = 0.0, top + tallest + 10
            tallest = 0.0
    return "".join(inner), top - 10


def _land(panel: Panel, n: int, name: str) -> str:
    if not name:
        return outline(panel)
    return f'<use href="#land-{n}" transform="scale({panel.width / 720:.4f})"/>'


def _marks(panel: Panel, points: Sequence[MapPoint], names: Mapping[str, str], told: frozenset[str]) -> str:
    """Numbered marks last, so that they lie on top; a line leads from a moved mark to its place."""
    single = points if len(points) <= _SINGLE else [point for point in points if _numbered(point)]
    ranked = sorted(single, key=lambda p: (list(_STATES).index(p.state), p.number or 10**6, p.id))
    # On a crowded map the numbers come first; what is left shares its marks by place.
    places = [panel.at(point.longitude, point.latitude) for point in ranked]
    spots = spread(places, panel.width, panel.height, radius=10)
    leads = [
        f'<path class="lead" d="M{number(x)} {number(y)}L{number(a)} {number(b)}"/>'
        f'<circle class="end" cx="{number(x)}" cy="{number(y)}" r="2.5"/>'
        for (x, y), (a, b) in zip(places, spots, strict=True)
        if math.dist((x, y), (a, b)) > 3
    ]
    drawn = []
    for point, (x, y) in zip(ranked, spots, strict=True):
        kind = _STATES[point.state][1]
        mark = shape(kind, f"k-{point.state}", x, y, 10 if _numbered(point) else 7)
        if _numbered(point):
            mark += label(str(point.number), x, y + 4, "on")
        name = f"{point.number}: " if point.number else f"{_STATES[point.state][0]}: "
        name += names.get(point.id, "incident")
        drawn.append(linked(mark, f"i-{slug(point.id)}" if point.id in told else None, name if names else ""))
    kept = frozenset(single)
    others = [point for point in points if point not in kept]
    return _counts(panel, others, spots) + "".join(leads) + "".join(reversed(drawn))


def _counts(panel: Panel, points: Sequence[MapPoint], taken: Sequence[tuple[float, float]]) -> str:
    """Marks that share a cell of the map as one mark with their number."""
    cells: Counter[tuple[int, int]] = Counter()
    for point in points:
        x, y = panel.at(point.longitude, point.latitude)
        cells[int(x // 36), int(y // 24)] += 1
    drawn = []
    for (column, row), count in sorted(cells.items(), key=lambda cell: (cell[1], cell[0])):
        x, y = column * 36 + 18.0, row * 24 + 12.0
        if any(math.dist((x, y), other) < 18 for other in taken):
            x, y = x + 8, y + 8
        told = f"+{count}" if count < 1000 else "999+"
        half = 4.0 * len(told)
        box = (
            f'<rect class="k-more" x="{number(x - half)}" y="{number(y - 8)}" width="{number(2 * half)}" height="16"/>'
        )
        drawn.append(box + label(told, x, y + 4, "off") if count > 1 else shape("square", "k-more", x, y, 4))
    return "".join(drawn)


def _small(panel: Panel, point: MapPoint) -> str:
    x, y = panel.at(point.longitude, point.latitude)
    return shape(_STATES[point.state][1], f"k-{point.state}", x, y, 3)


def _region(panel: Panel, name: str, region: Panel) -> str:
    west, south, east, north = region.frame
    (x, y), (right, bottom) = panel.at(west, north), panel.at(east, south)
    box = f'<rect class="frame" x="{number(x)}" y="{number(y)}" width="{number(right - x)}" '
    return f'{box}height="{number(bottom - y)}"/>{label(name, right + 8, y + 10, "off")}'


def _legend(points: Sequence[MapPoint]) -> str:
    drawn, x = [], 9.0
    for state, (name, kind) in _STATES.items():
        if any(point.state == state for point in points):
            drawn.append(shape(kind, f"k-{state}", x, 10, 7 if kind != "diamond" else 6))
            drawn.append(label(name, x + 13, 14, "m-text"))
            x += 38 + 6.4 * len(name)
    if len(points) > _SINGLE:
        drawn.append(shape("square", "k-more", x, 10, 7))
        drawn.append(label("+n: more in this place", x + 13, 14, "m-text"))
    return "".join(drawn)


def _numbered(point: MapPoint) -> bool:
    return point.number is not None and point.number <= _NUMBERED


def place_of(point: MapPoint) -> tuple[float, float]:
    """Degrees east and north."""
    return point.longitude, point.latitude


def map_summary(points: Sequence[MapPoint], unplaced: int) -> str:
    """One line that tells what the map shows, for those who cannot see it."""
    told = ", ".join(
        f"{sum(point.state == state for point in points)} {name.lower()}"
        for state, (name, _) in _STATES.items()
        if any(point.state == state for point in points)
    )
    missing = f" {unplaced} without a known position are not shown." if unplaced else ""
    return f"Incidents on a map: {told or 'none'}.{missing}"
