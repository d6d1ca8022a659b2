"""The order in which a day's visits are made: nearest neighbour, then 2-opt, over distances as the crow flies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]
EARTH_KM = 6371.0088  # mean radius
MOST_ROUNDS = 50


@dataclass(frozen=True)
class Route:
    """order: indices of the points in the order of visiting; km: from the start through all of them and back."""

    order: tuple[int, ...]
    km: float


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance between two points (latitude, longitude in degrees)."""
    lat1, lon1, lat2, lon2 = (radians(value) for value in (*a, *b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def plan_route(start: Point, points: Sequence[Point]) -> Route:
    """A short round trip. Not always the shortest there is; never longer than nearest neighbour alone."""
    order = _nearest(start, points)
    return Route(tuple(_two_opt(start, points, order)), round(length_km(start, points, order), 2))


def length_km(start: Point, points: Sequence[Point], order: Sequence[int]) -> float:
    """Length of the round trip in this order."""
    stops = [start, *(points[index] for index in order), start]
    return sum(distance_km(a, b) for a, b in zip(stops, stops[1:], strict=False))


def _nearest(start: Point, points: Sequence[Point]) -> list[int]:
    left, order, here = set(range(len(points))), [], start
    while left:
        nearest = min(left, key=lambda index: (distance_km(here, points[index]), index))
        order.append(nearest)
        left.remove(nearest)
        here = points[nearest]
    return order


def _two_opt(start: Point, points: Sequence[Point], order: list[int]) -> list[int]:
    """Turns stretches round as long as that makes the trip shorter. Changes and returns `order`."""
    for _ in range(MOST_ROUNDS):
        better = False
        for first in range(len(order) - 1):
            for last in range(first + 1, len(order)):
                before = start if first == 0 else points[order[first - 1]]
                after = start if last == len(order) - 1 else points[order[last + 1]]
                a, b = points[order[first]], points[order[last]]
                gain = distance_km(before, a) + distance_km(b, after) - distance_km(before, b) - distance_km(a, after)
                if gain > 1e-9:
                    order[first : last + 1] = reversed(order[first : last + 1])
                    better = True
        if not better:
            break
    return order
