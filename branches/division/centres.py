"""Where the middles of the areas are: first guesses, and the medians of what an area holds."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

from branches.division.task import NOBODY, Task

GUESSES = 8  # first guesses for few areas
FEW = 8  # of more areas each matters less: half as many guesses
GUESSED_ROUNDS = 10
CANDIDATES = 24  # on a large street only so many doors in the middle of an area are tried as its median


def medians(task: Task, owner: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The door of each area from which its shops are nearest on the whole; given centres and empty areas stay."""
    order = np.argsort(owner, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(owner, minlength=len(before)))[:-1])
    return np.array(
        [
            task.fixed[j] if task.fixed[j] != NOBODY else _median(task, mine) if len(mine) else before[j]
            for j, mine in enumerate(members)
        ]
    )


def _median(task: Task, members: np.ndarray) -> int:
    tried = members
    if not task.streets.is_small and len(members) > CANDIDATES:
        at = task.streets.at[members]
        middle = np.average(at, axis=0, weights=task.shops[members])
        tried = members[np.sort(np.argsort(((at - middle) ** 2).sum(axis=1), kind="stable")[:CANDIDATES])]
    walked = task.streets.between(tried, members) @ task.shops[members]
    return int(tried[np.argmin(np.round(walked, 2))])


def guesses(task: Task, seed: int) -> list[np.ndarray]:
    """First centres, each once; a single guess where nothing is left to guess or the street is large."""
    known = _known(task)
    keeps = task.rules.price_of_change > 0 or not task.streets.is_small
    if (known != NOBODY).all() and (keeps or (task.fixed != NOBODY).all()):
        return [known]
    if not task.streets.is_small:
        return [_spread_far(task, known, seed)]
    chance = random.Random(seed)
    held = known if keeps else task.fixed
    begun = [_spread(task, held, chance) for _ in range(GUESSES if len(held) <= FEW else GUESSES // 2)]
    if (known != NOBODY).all():
        begun.append(known)
    settled = {tuple(_settle(task, centres, held).tolist()) for centres in begun}
    return [np.array(centres) for centres in sorted(settled)]


def _known(task: Task) -> np.ndarray:
    """Given centres, and the medians of today's areas; NOBODY for a new area."""
    here = task.now != NOBODY
    known = task.fixed.copy()
    for j in np.flatnonzero(known == NOBODY):
        mine = np.flatnonzero(here & (task.now == j))
        if len(mine):
            known[j] = _median(task, mine)
    return _distinct(task, known)


def _distinct(task: Task, centres: np.ndarray) -> np.ndarray:
    """Centres that are not given must not stand on one door: the later ones are unknown again."""
    seen: set[int] = set(task.fixed[task.fixed != NOBODY].tolist())
    for j, door in enumerate(centres.tolist()):
        if task.fixed[j] == NOBODY and door != NOBODY:
            if door in seen:
                centres[j] = NOBODY
            seen.add(door)
    return centres


def _spread(task: Task, known: np.ndarray, chance: random.Random) -> np.ndarray:
    """Unknown centres drawn far from the others (k-means++: Arthur and Vassilvitskii 2007)."""
    centres = known.copy()
    free = set(range(len(task.streets))) - set(centres.tolist())
    for j in np.flatnonzero(centres == NOBODY):
        far = task.shops.astype(float)
        placed = centres[centres != NOBODY]
        if len(placed):
            far = far * task.streets.nearest(placed) ** 2
        doors = sorted(free)
        weights = far[doors]
        chosen = doors[chance.choices(range(len(doors)), weights=weights.tolist() if weights.sum() > 0 else None)[0]]
        centres[j] = chosen
        free.discard(chosen)
    return centres


def _settle(task: Task, centres: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Centres moved to the medians of what is nearest to them, without regard to loads; those held stay."""
    for _ in range(GUESSED_ROUNDS):
        owner = task.metres(centres).argmin(axis=1)
        moved = np.where(held != NOBODY, held, medians(task, owner, centres))
        if (moved == centres).all():
            break
        centres = moved
    return centres


def _spread_far(task: Task, known: np.ndarray, seed: int) -> np.ndarray:
    """For a large street: by straight lines, to save time."""
    at, chance = task.streets.at, np.random.default_rng(seed)
    centres = known.copy()
    near = np.full(len(at), np.inf)
    for door in centres[centres != NOBODY]:
        near = np.minimum(near, ((at - at[door]) ** 2).sum(axis=1))
    for j in np.flatnonzero(centres == NOBODY):
        weight = task.shops * np.where(np.isinf(near), 1.0, near)
        centres[j] = int(chance.choice(len(at), p=weight / weight.sum()))
        near = np.minimum(near, ((at - at[centres[j]]) ** 2).sum(axis=1))
    free = np.flatnonzero(known == NOBODY)
    middles = at[centres].copy()
    for _ in range(GUESSED_ROUNDS):
        owner = cKDTree(middles).query(at)[1]
        count = np.maximum(np.bincount(owner, weights=task.shops, minlength=len(middles)), 1)
        sums = np.column_stack(
            [np.bincount(owner, weights=at[:, c] * task.shops, minlength=len(middles)) for c in (0, 1)]
        )
        middles[free] = (sums / count[:, None])[free]
    return _snapped(at, centres, middles, free)


def _snapped(at: np.ndarray, centres: np.ndarray, middles: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The door next to each middle, no door twice."""
    taken = set(np.delete(centres, free).tolist())
    near = cKDTree(at).query(middles, k=min(len(centres) + 1, 16, len(at)))[1].reshape(len(middles), -1)
    for j in free:
        door = next((d for d in near[j].tolist() if d not in taken), None)
        if door is None:
            door = next(d for d in range(len(at)) if d not in taken)
        centres[j] = door
        taken.add(door)
    return centres


def labelled(task: Task, owner: np.ndarray) -> np.ndarray:
    """New number of each area, k: as today where most shops stay, otherwise numbered from west to east.

    Areas with a given centre or pinned doors keep their number.
    """
    k = len(task.areas)
    kept = {int(j) for j in np.flatnonzero(task.fixed != NOBODY)} | set(task.pin[task.pin != NOBODY].tolist())
    overlap = sorted(_overlaps(task, owner), key=lambda o: (-o[0], o[1], o[2]))
    new = {j: j for j in kept}
    used = set(kept)
    for _, made, today in overlap:
        if made not in new and today not in used:
            new[made] = today
            used.add(today)
    middles = {j: tuple(task.streets.at[owner == j].mean(axis=0).round(1).tolist()) for j in range(k) if j not in new}
    spare = iter(j for j in range(k) if j not in used)
    for made in sorted(middles, key=lambda j: (middles[j], j)):
        new[made] = next(spare)
    return np.array([new[j] for j in range(k)])


def _overlaps(task: Task, owner: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """(shops, area made, area today) for every pair that has shops in common."""
    here = task.now != NOBODY
    count = np.zeros((len(task.areas), len(task.areas)), dtype=int)
    np.add.at(count, (owner[here], task.now[here]), task.shops[here])
    for made, today in np.argwhere(count):
        yield int(count[made, today]), int(made), int(today)
