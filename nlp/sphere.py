"""Distances and bearings on a sphere of radius 6,371 km, which is good to half a per cent."""

from __future__ import annotations

import math

EARTH_RADIUS_KM = 6371.0  # mean radius R1 of the GRS80 ellipsoid (Moritz 1980), rounded


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance between two points in degrees, in kilometres (haversine, Sinnott 1984)."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half = (
        math.sin((other_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def project(latitude: float, longitude: float, bearing: float, kilometres: float) -> tuple[float, float]:
    """The point at a bearing (degrees, clockwise from north) and distance (Snyder, Map Projections, 1987, 5-5, 5-6)."""
    arc, azimuth, phi = kilometres / EARTH_RADIUS_KM, math.radians(bearing), math.radians(latitude)
    there = math.asin(math.sin(phi) * math.cos(arc) + math.cos(phi) * math.sin(arc) * math.cos(azimuth))
    east = math.atan2(
        math.sin(azimuth) * math.sin(arc) * math.cos(phi), math.cos(arc) - math.sin(phi) * math.sin(there)
    )
    return math.degrees(there), (longitude + math.degrees(east) + 540) % 360 - 180
