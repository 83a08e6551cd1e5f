"""Distances, mean points and prediction sets on the sphere.

Points are (latitude, longitude) in degrees, distances great-circle kilometres.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_KM = 6371.0088
_STEP_KM = 1e-3
_MOST_STEPS = 1000


def haversine_km(a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distance in km between points `a` and `b` of shapes (..., 2), broadcast.

    The haversine formula (Sinnott, "Virtues of the Haversine", 1984) with the mean Earth radius
    of 6371.0088 km. By hand, because scikit-learn's takes no shapes but two lists, all against all.

    >>> delhi, mumbai = (28.61, 77.21), (19.08, 72.88)
    >>> round(float(haversine_km(delhi, mumbai)))
    1147
    """
    a, b = np.radians(a), np.radians(b)
    half = np.sin((b - a) / 2) ** 2
    chord = half[..., 0] + np.cos(a[..., 0]) * np.cos(b[..., 0]) * half[..., 1]
    distance: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(chord, 1)))
    return distance


def unit_vectors(points: ArrayLike) -> NDArray[np.float64]:
    """Points (..., 2) as unit vectors (..., 3) from the centre of the Earth."""
    latitude, longitude = np.moveaxis(np.radians(points), -1, 0)
    across = np.cos(latitude)
    return np.stack(
        [across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], axis=-1
    )


def weighted_mean(points: ArrayLike, weights: ArrayLike) -> tuple[float, float]:
    """The article's point: latitudes and longitudes averaged apart, by weight.

    `points` (n, 2) are usually the cells' centroids and `weights` (n,) their probabilities. This is
    the plain arithmetic mean of degrees, sound for one country away from poles and antimeridian.
    Raises ValueError when weights are negative, not finite, all zero or not one a point.
    """
    points, weights = _checked(points, weights)
    latitude, longitude = weights @ points
    return float(latitude), float(longitude)


def geometric_median(points: ArrayLike, weights: ArrayLike) -> tuple[float, float]:
    """The point (latitude, longitude) whose expected great-circle distance to `points` is least.

    `points` (n, 2) within one hemisphere, `weights` (n,). Weiszfeld's iteration carried to the
    sphere (Fletcher et al., "The geometric median on Riemannian manifolds", 2009), started as Vardi
    and Zhang (2000) do from the best of the given points, which is the answer if the others do not
    pull it away. By hand, because what libraries have is the median in a plane. Raises ValueError
    as `weighted_mean` does.
    """
    points, weights = _checked(points, weights)
    points, weights = points[weights > 0], weights[weights > 0]
    vectors = unit_vectors(points)
    angles = np.arccos(np.clip(vectors @ vectors.T, -1, 1))
    best = int((angles @ weights).argmin())
    here = vectors[best]
    apart = haversine_km(points, points[best]) > _STEP_KM
    pull, stiffness, _ = _slopes(here, vectors[apart], weights[apart])
    strength, resting = np.linalg.norm(pull), weights[~apart].sum()
    if strength <= resting:
        return float(points[best, 0]), float(points[best, 1])
    # from here on the sum of distances is below that at any given point: none is met again
    there = _walk(here, pull * float((1 - resting / strength) / stiffness))
    expected = _expected_angle(there, vectors, weights)
    for _ in range(_MOST_STEPS):
        if math.dist(there, here) * EARTH_KM < _STEP_KM:
            break
        here, before = there, expected
        pull, stiffness, curvature = _slopes(here, vectors, weights)
        there = _walk(here, np.linalg.solve(curvature, pull))  # Newton's step: far the faster
        expected = _expected_angle(there, vectors, weights)
        if expected > before:  # it need not descend, Weiszfeld's does
            there = _walk(here, pull / stiffness)
            expected = _expected_angle(there, vectors, weights)
    return float(np.degrees(np.arcsin(there[2]))), float(np.degrees(np.arctan2(there[1], there[0])))


def fewest_cells(probabilities: ArrayLike, share: float) -> tuple[int, ...]:
    """The fewest cells that together hold `share` of the probability, most likely first.

    `probabilities` (n,) need not sum to 1; ties go to the lower number. Raises ValueError when
    `share` is not in (0, 1] or the probabilities are negative, not finite or all zero.

    >>> fewest_cells([0.1, 0.6, 0.05, 0.25], 0.9)
    (1, 3, 0)
    """
    if not 0 < share <= 1:
        raise ValueError(f"the share must be above 0 and at most 1, not {share}")
    weights = _normalised(probabilities)
    order = np.argsort(-weights, kind="stable")
    held = np.cumsum(weights[order])
    # the tolerance keeps rounding in the sum from asking for one cell more
    count = int(np.searchsorted(held, share - 1e-12)) + 1
    return tuple(int(cell) for cell in order[:count])


def _normalised(weights: ArrayLike) -> NDArray[np.float64]:
    weights = np.asarray(weights, dtype=np.float64)
    if weights.ndim != 1 or not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("weights must be one row of finite numbers, none below zero")
    total = weights.sum()
    if total <= 0:
        raise ValueError("at least one weight must be above zero")
    normalised: NDArray[np.float64] = weights / total
    return normalised


def _checked(
    points: ArrayLike, weights: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points, weights = np.asarray(points, dtype=np.float64), _normalised(weights)
    if points.shape != (len(weights), 2):
        raise ValueError(f"{len(weights)} weights need as many points, not shape {points.shape}")
    return points, weights


def _slopes(
    here: NDArray[np.float64], vectors: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """How the weighted sum of angles to `vectors` (n, 3) falls around the unit vector `here`.

    Returns the pull (3,), its steepest descent; Weiszfeld's stiffness, the sum of weight / angle;
    and the curvature (3, 3), its Hessian on the sphere, made invertible along `here` itself.
    """
    cosine = vectors @ here
    tangent = vectors - cosine[:, None] * here
    sine = np.sqrt((tangent**2).sum(axis=1))
    direction = tangent / sine[:, None]
    bend = weights * cosine / sine
    curvature = bend.sum() * (np.eye(3) - np.outer(here, here)) - (direction.T * bend) @ direction
    stiffness = (weights / np.arctan2(sine, cosine)).sum()
    return weights @ direction, float(stiffness), curvature + np.outer(here, here)


def _expected_angle(
    here: NDArray[np.float64], vectors: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    return float(weights @ np.arccos(np.clip(vectors @ here, -1, 1)))


def _walk(here: NDArray[np.float64], step: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """From the unit vector `here` along the great circle of the tangent `step`, in radians."""
    length = math.hypot(*step)
    there = math.cos(length) * here + (math.sin(length) / length if length else 1.0) * step
    unit: NDArray[np.float64] = there / math.hypot(*there)
    return unit
