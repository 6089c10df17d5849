"""Throughput and the 99th percentile over concurrency, as SVG. Nothing but the standard library."""

import math

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, GAP = 420, 300, 70, 45, 30, 40
COLORS = {"raw": "#666666", "rust": "#b7410e", "threads": "#2f6fb0", "almanet": "#8a5aa8", "python": "#4a8f3c"}


def draw(series: dict[str, list[tuple[int, float, float]]]) -> str:
    """`series`: for each system (in flight, a second, p99 in us), in the order of the first."""
    panels = (("calls a second", 1, 0), ("p99 in microseconds", 2, LEFT + WIDTH + GAP))
    body = [part for title, column, x in panels for part in panel(series, title, column, x)]
    size = (2 * (LEFT + WIDTH) + GAP + 20, TOP + HEIGHT + BOTTOM)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{size[0]}" height="{size[1]}" fill="white"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def panel(series: dict, title: str, column: int, x: int) -> list[str]:
    points = [point for line in series.values() for point in line]
    across = Axis([point[0] for point in points], x + LEFT, x + LEFT + WIDTH)
    up = Axis([point[column] for point in points], TOP + HEIGHT, TOP)
    parts = [f'<text x="{x + LEFT}" y="18" font-weight="bold">{title}</text>']
    for tick in up.ticks():
        y = up.at(tick)
        parts.append(f'<line x1="{x + LEFT}" x2="{x + LEFT + WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x + LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:,.0f}</text>')
    for in_flight in sorted({point[0] for point in points}):
        parts.append(f'<text x="{across.at(in_flight):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{in_flight}</text>')
    parts.append(f'<text x="{x + LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 36}" text-anchor="middle">calls in flight</text>')
    for number, (name, line) in enumerate(series.items()):
        color = COLORS.get(name, "black")
        way = " ".join(f"{across.at(point[0]):.1f},{up.at(point[column]):.1f}" for point in line)
        parts.append(f'<polyline points="{way}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts.append(f'<text x="{x + LEFT + 8}" y="{TOP + 16 + 15 * number}" fill="{color}">{name}</text>')
    return parts


class Axis:
    """A logarithmic scale from values to places."""

    def __init__(self, values: list[float], start: float, end: float) -> None:
        self.low, self.high = math.log10(min(values)), math.log10(max(values) * 1.05)
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        return self.start + (math.log10(value) - self.low) / (self.high - self.low or 1) * (self.end - self.start)

    def ticks(self) -> list[float]:
        powers = range(math.floor(self.low), math.ceil(self.high) + 1)
        ticks = [step * 10.0**power for power in powers for step in (1, 2, 5)]
        return [tick for tick in ticks if self.low <= math.log10(tick) <= self.high]
