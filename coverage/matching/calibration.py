"""Weights learnt from settled rows: what a person has decided moves the table of `weights`, as far as the evidence goes. Pure.

Each settled row is a choice among its candidates and "none of them". The weights that make the choices likeliest are found
by Newton's method on the conditional logit likelihood, held to where they start from by a penalty of
`strength` / 2 × (change)²: a feature seen three times hardly moves, one seen a thousand times goes where it must. No weight
may change its sign: an equal telephone never comes to speak against.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverage.matching.weights import BUILT_IN, FEATURES, KEYS, Weights

STRENGTH = 4.0
STEPS = 40
CLOSE = 1e-5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settled:
    """A row that a person (or a generator) has settled: the features of its candidates, and which one was right.

    `right` is a place in `candidates`, None where the row was none of them.
    """

    candidates: tuple[Mapping[str, float], ...]
    right: int | None


@dataclass(frozen=True, slots=True)
class Worth:
    """How well weights explain settled rows. `surprise` is the mean of -ln(score of what was right); shares are of all rows.

    `wrongly_sure` counts rows whose best candidate had .99 and was wrong, `surely_right` those where it was right.
    """

    rows: int
    surprise: float
    right: float
    surely_right: int
    wrongly_sure: int


@dataclass(frozen=True, slots=True)
class Calibrated:
    """New weights beside what they and the old ones are worth on the same rows."""

    weights: dict[str, float]
    before: Worth
    after: Worth
    seen: dict[str, int]


def _tensor(settled: Sequence[Settled]) -> tuple[Floats, NDArray[np.bool_], NDArray[np.intp]]:
    """Features as rows × candidates × features; which candidates exist; the place of what was right (last: none)."""
    most = max((len(row.candidates) for row in settled), default=1) or 1
    column = {key: place for place, key in enumerate(KEYS)}
    features = np.zeros((len(settled), most, len(KEYS)))
    exists = np.zeros((len(settled), most), dtype=bool)
    right = np.full(len(settled), most, dtype=np.intp)
    for number, row in enumerate(settled):
        for place, candidate in enumerate(row.candidates):
            exists[number, place] = True
            for key, value in candidate.items():
                features[number, place, column[key]] = value
        if row.right is not None:
            right[number] = row.right
    return features, exists, right


def _shares(features: Floats, exists: NDArray[np.bool_], weights: Floats) -> Floats:
    """The scores of each row's candidates, and of none in the last column."""
    totals = np.where(exists, features @ weights, -np.inf)
    totals = np.concatenate([totals, np.zeros((len(totals), 1))], axis=1)
    totals -= totals.max(axis=1, keepdims=True)
    odds = np.exp(totals)
    shares: Floats = odds / odds.sum(axis=1, keepdims=True)
    return shares


def _slope(features: Floats, shares: Floats, right: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Gradient and Hessian of the negative log likelihood."""
    of_candidates = shares[:, :-1]
    expected = np.einsum("nc,nck->nk", of_candidates, features)
    seen = np.zeros_like(expected)
    known = right < features.shape[1]
    seen[known] = features[known, right[known]]
    weighed = features * np.sqrt(of_candidates)[:, :, None]
    flat = weighed.reshape(-1, weighed.shape[2])
    return (expected - seen).sum(axis=0), flat.T @ flat - expected.T @ expected


def _loss(shares: Floats, right: NDArray[np.intp]) -> float:
    return float(-np.log(np.maximum(shares[np.arange(len(right)), right], 1e-300)).sum())


def calibrate(
    settled: Sequence[Settled],
    *,
    start: Weights = BUILT_IN,
    strength: float = STRENGTH,
    fixed: Collection[str] = (),
) -> Calibrated:
    """Weights fitted to settled rows, with before and after. With few rows little moves; with none, nothing.

    `fixed` names features that keep their worth.
    """
    features, exists, right = _tensor(settled)
    first = np.array([start[key] for key in KEYS])
    may_move = np.array([key not in fixed for key in KEYS])
    signs = np.array([feature.sign for feature in FEATURES])
    weights = first.copy()
    shares = _shares(features, exists, weights)
    loss = _loss(shares, right)
    for _ in range(STEPS):
        gradient, curve = _slope(features, shares, right)
        gradient = gradient + strength * (weights - first)
        held = ((signs > 0) & (weights <= 0) & (gradient > 0)) | ((signs < 0) & (weights >= 0) & (gradient < 0))
        free = may_move & ~held
        step = np.zeros_like(weights)
        lifted = curve[np.ix_(free, free)] + np.eye(int(free.sum())) * strength
        step[free] = np.linalg.solve(lifted, gradient[free])
        weights, shares, better = _walk(features, exists, right, (weights, first, signs, step), (loss, strength))
        if loss - better < CLOSE * max(1.0, loss):
            break
        loss = better
    found = {key: round(float(value), 3) for key, value in zip(KEYS, weights, strict=True)}
    seen = {key: int(count) for key, count in zip(KEYS, (features != 0).any(axis=1).sum(axis=0), strict=True)}
    before = _worth(_shares(features, exists, first), right)
    return Calibrated(found, before, _worth(_shares(features, exists, weights), right), seen)


def held_out(settled: Sequence[Settled], *, start: Weights = BUILT_IN, strength: float = STRENGTH) -> Worth:
    """What fitted weights are worth on rows that they were not fitted to: fit on each half, measure on the other."""
    halves = settled[::2], settled[1::2]
    worths = []
    for fitted, measured in (halves, halves[::-1]):
        weights = calibrate(fitted, start=start, strength=strength).weights
        features, exists, right = _tensor(measured)
        worths.append(_worth(_shares(features, exists, np.array([weights[key] for key in KEYS])), right))
    one, other = worths
    rows = max(1, one.rows + other.rows)
    return Worth(
        one.rows + other.rows,
        round((one.surprise * one.rows + other.surprise * other.rows) / rows, 4),
        round((one.right * one.rows + other.right * other.rows) / rows, 4),
        one.surely_right + other.surely_right,
        one.wrongly_sure + other.wrongly_sure,
    )


def _walk(
    features: Floats,
    exists: NDArray[np.bool_],
    right: NDArray[np.intp],
    way: tuple[Floats, Floats, NDArray[np.int_], Floats],
    goal: tuple[float, float],
) -> tuple[Floats, Floats, float]:
    """As far along the step as the penalised loss falls, signs kept."""
    weights, first, signs, step = way
    loss, strength = goal
    best = loss if strength == 0 else np.inf
    length = 1.0
    now = (weights, _shares(features, exists, weights))
    floor = loss + strength / 2 * float(((weights - first) ** 2).sum())
    while length > 1e-3:
        tried = weights - length * step
        tried = np.where(signs > 0, np.maximum(tried, 0), np.where(signs < 0, np.minimum(tried, 0), tried))
        shares = _shares(features, exists, tried)
        best = _loss(shares, right)
        if best + strength / 2 * float(((tried - first) ** 2).sum()) <= floor:
            return tried, shares, best
        length /= 2
    return now[0], now[1], loss


def _worth(shares: Floats, right: NDArray[np.intp]) -> Worth:
    rows = len(right)
    if not rows:
        return Worth(0, 0.0, 0.0, 0, 0)
    candidates = shares[:, :-1]
    best = candidates.argmax(axis=1)
    top = candidates[np.arange(rows), best]
    guess = np.where(top >= 0.5, best, candidates.shape[1])
    sure = top >= 0.99
    return Worth(
        rows,
        round(_loss(shares, right) / rows, 4),
        round(float((guess == right).mean()), 4),
        int((sure & (best == right)).sum()),
        int((sure & (best != right)).sum()),
    )
