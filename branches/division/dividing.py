"""Dividing: one division, several side by side, one area more, shares of members, and a division made by hand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from branches.division import centres as middle
from branches.division import figures, flow
from branches.division.problem import (
    PRICE_OF_CHANGE,
    PRICE_OF_CUT,
    STANDARD,
    Area,
    Division,
    Measure,
    NotDivisible,
    Rules,
    Shop,
    Variant,
)
from branches.division.repair import UNWALKED, Patchwork
from branches.division.streets import Streets
from branches.division.task import NOBODY, Task

ROUNDS = 12
ROUNDS_LARGE = 6
REPAIRS = 3
TRIED = 3  # beginnings that are worked out to the end where the best is not whole and even
PRICES = (50.0, 200.0, 800.0, 1e5)  # metres per changed shop at which a division with few changes is sought
RESERVE = 0.5  # part of the tolerance that a division uses when nobody's area is to be kept
KEEPING = Rules(price_of_change=PRICE_OF_CHANGE)
WHOLE_GRIDS = 1e6  # metres: what leaving its grid costs a shop where grids are to stay whole


@dataclass(frozen=True, slots=True)
class _Flow:
    """What flow and medians came to: owner of each door, centres, area of each grid's majority, and what it costs."""

    owner: np.ndarray
    centres: np.ndarray
    main: np.ndarray | None
    price: float


@dataclass(frozen=True, slots=True)
class _Found:
    """Owner of each door, centres, what it costs, and the doors that were moved in order not to be cut off."""

    owner: np.ndarray
    centres: np.ndarray
    wrong: int
    pieces: int
    price: float
    main: np.ndarray | None
    joined: set[int]

    @property
    def rank(self) -> tuple[int, int, float]:
        return self.pieces, self.wrong, round(self.price, 3)


def divide(streets: Streets, areas: int | Sequence[Area], rules: Rules = STANDARD, *, seed: int = 0) -> Division:
    """Every shop in exactly one area: whole, then even, then near.

    `areas` as a number keeps the areas that shops have today (the largest of them if that is fewer) and adds new ones
    named by numbers. Raises NotDivisible with a Chinese sentence when there are fewer shops than areas. The same
    arguments always give the same answer, whatever the order of the shops and wherever the plane has its origin.
    """
    task = Task.of(streets, named(streets, areas), rules)
    return _answer(task, _best(task, None, seed))


def named(streets: Streets, areas: int | Sequence[Area]) -> list[Area]:
    """The areas meant by a number; a list of areas is what it says."""
    if not isinstance(areas, int):
        return list(areas)
    if areas < 1:
        raise NotDivisible("至少要分成 1 片。")
    count = Counter(shop.area for door in streets.doors for shop in door.shops if shop.area is not None)
    keys = sorted(count, key=lambda key: (-count[key], key))[:areas]
    wide = len(str(areas))
    spare = (name for i in range(1, 2 * areas + 1) if (name := f"{i:0{wide}}") not in keys)
    return [Area(key) for key in keys] + [Area(next(spare)) for _ in range(areas - len(keys))]


def variants(streets: Streets, areas: int | Sequence[Area], rules: Rules = STANDARD, *, seed: int = 0) -> list[Variant]:
    """Proposals to be set side by side: nearest, balanced, and where they make sense least change and whole grids.

    The measure, the tolerance and whether pieces may be cut off are those of `rules`; its prices are used where they are
    not zero. "change" needs shops that have an area today, "grids" shops of at least two grids.
    """
    wanted = named(streets, areas)
    plain = replace(rules, price_of_change=0.0, price_of_cut=0.0)
    asked = [
        ("nearest", "就近", replace(plain, tolerance=math.inf)),
        ("balanced", "均衡", plain),
    ]
    keys = {area.key for area in wanted}
    if any(door.area in keys for door in streets.doors):
        asked.append(("change", "少变动", replace(plain, price_of_change=rules.price_of_change or PRICE_OF_CHANGE)))
    made = [Variant(name, label, r, divide(streets, wanted, r, seed=seed)) for name, label, r in asked]
    if len({door.grid for door in streets.doors if door.grid}) > 1:
        by_grid = replace(plain, price_of_cut=rules.price_of_cut or PRICE_OF_CUT)
        made.append(Variant("grids", "沿网格", by_grid, _along_grids(streets, wanted, by_grid, seed)))
    return made


def _along_grids(streets: Streets, areas: Sequence[Area], rules: Rules, seed: int) -> Division:
    """Grids left whole, as evenly as whole grids can be; cut only where there are fewer grids than areas.

    The grids are divided first, each as one heavy door; then each door goes to its grid's area unless it would be cut off.
    """
    grids = {door.grid for door in streets.doors if door.grid}
    task = Task.of(streets, areas, rules)
    if len(grids) < len(areas):
        return _answer(task, _best(task, None, seed))
    coarse = Streets.of(replace(s, place=d.grid, pinned=None) for d in streets.doors for s in d.shops if d.grid)
    has_load = any(s.load(rules.measure) for d in coarse.doors for s in d.shops)
    plain = replace(rules, price_of_cut=0.0, measure=rules.measure if has_load else Measure.SHOPS)
    whole = Task.of(coarse, areas, plain)
    best = _best(whole, None, seed)
    main = best.owner[np.argsort([door.shops[0].place for door in coarse.doors], kind="stable")]
    stiff = replace(rules, price_of_cut=WHOLE_GRIDS, tolerance=math.inf)
    free = replace(task, rules=stiff, bounds=(0, int(task.load.sum())))
    homes = np.where(task.grid == NOBODY, NOBODY, main[task.grid])
    begun = middle.medians(task, np.where(homes == NOBODY, 0, homes), np.arange(len(areas)))
    return _answer(replace(free, bounds=task.bounds), _repaired(free, _settled(free, begun, main)))


def founding(
    streets: Streets,
    key: str,
    *,
    at: tuple[float, float] | None = None,
    rules: Rules = STANDARD,
    seed: int = 0,
) -> Division:
    """One area more than today, the others hardly touched: what founding the branch `key` would mean.

    `at` is the new branch's venue in metres; without it the best place is looked for. Shops may join the new area for
    nothing and change between the others at `rules.price_of_change`, or `PRICE_OF_CHANGE` when that is zero. Raises
    NotDivisible when no shop has an area today or the area exists already.
    """
    today = sorted({shop.area for door in streets.doors for shop in door.shops if shop.area is not None})
    if not today:
        raise NotDivisible("商铺现在还没有归属，不能在现有划分上增设一片：请先划分。")
    if key in today:
        raise NotDivisible(f"已经有“{key}”这一片，不能重复增设。")
    new = Area(key, *at) if at is not None else Area(key)
    priced = replace(rules, price_of_change=rules.price_of_change or PRICE_OF_CHANGE)
    return divide(streets, [*(Area(name) for name in today), new], priced, seed=seed)


def responsibilities(
    streets: Streets,
    keys: Iterable[str],
    members: int | Sequence[Area],
    *,
    today: Mapping[str, str] = MappingProxyType({}),
    rules: Rules = KEEPING,
    seed: int = 0,
) -> Division:
    """The second level: the shops `keys` of one branch shared out among its members, one area each.

    `today` says who answers for a shop now (shop key to member key). Raises NotDivisible with fewer shops than members.
    """
    part = streets.part(keys)
    own = (replace(s, area=today.get(s.key), pinned=None) for door in part.doors for s in door.shops)
    return divide(Streets.of(own, barriers=streets.barriers), members, rules, seed=seed)


def weigh(
    streets: Streets,
    area_of: Mapping[str, str],
    areas: Sequence[Area] = (),
    rules: Rules = STANDARD,
) -> Division:
    """The figures of a division that a person made or changed: every shop must have an area in `area_of`.

    `areas` adds those that hold no shop, and given centres. Raises KeyError for a shop without an area and NotDivisible
    where shops of one place would lie in two areas.
    """
    keys = [_one([area_of[s.key] for s in d.shops], d.shops[0]) for d in streets.doors]
    known = {area.key: area for area in areas}
    for key in sorted(set(keys)):
        known.setdefault(key, Area(key))
    task = Task.of(streets, list(known.values()), rules)
    number = {key: j for j, key in enumerate(task.areas)}
    owner = np.array([number[key] for key in keys])
    centres = middle.medians(task, owner, np.zeros(len(number), dtype=int))
    return figures.division(task, owner, centres, None)


def _one(areas: Sequence[str], shop: Shop) -> str:
    if len(set(areas)) > 1:
        raise NotDivisible(f"“{shop.place}”的商铺在同一处，不能分在“{areas[0]}”和“{max(areas)}”两片。")
    return areas[0]


def _best(task: Task, main: np.ndarray | None, seed: int) -> _Found:
    """The best division found; areas that no price holds are named after those of today.

    With a price of change, divisions are sought at some fixed prices and then judged by the one asked for. Therefore a
    higher price never moves more shops, which a search at that price alone could not promise.
    """
    if not task.rules.price_of_change:
        best = _with_reserve(task, main, seed)
        new = middle.labelled(task, best.owner)
        return replace(best, owner=new[best.owner], centres=best.centres[np.argsort(new)])
    if not task.streets.is_small or not task.changes.any():
        return _sought(task, main, seed)
    found = []
    for price in PRICES:
        other = replace(task, rules=replace(task.rules, price_of_change=price))
        sought = _sought(other, main, seed)
        found.append(replace(sought, price=_price(task, sought.owner, sought.centres, sought.main)))
    return min(found, key=lambda f: (f.rank, task.shops[task.now != f.owner].sum()))


def _with_reserve(task: Task, main: np.ndarray | None, seed: int) -> _Found:
    """Half the tolerance is left to the shops that close and open later, unless loads cannot be that even."""
    if not task.rules.tolerance or math.isinf(task.rules.tolerance):
        return _sought(task, main, seed)
    halved = replace(task.rules, tolerance=task.rules.tolerance * RESERVE)
    best = _sought(replace(task, bounds=halved.band(int(task.load.sum()), len(task.areas))), main, seed)
    if not best.wrong:
        return best
    return _sought(task, main, seed)


def _sought(task: Task, main: np.ndarray | None, seed: int) -> _Found:
    """The best of what several first guesses lead to."""
    flows = [_settled(task, begun, main) for begun in middle.guesses(task, seed)]
    first, *others = sorted(flows, key=lambda f: (round(f.price, 1), f.centres.tolist()))
    best = _repaired(task, first)
    for tried, settled in enumerate(others, 1):
        # Repairing makes nothing cheaper worth mentioning, so what is dearer already need not be tried.
        is_wanting = best.rank[:2] > (0, 0) and tried < TRIED
        if is_wanting or settled.price < best.price - 1.0:
            best = min(best, _repaired(task, settled), key=lambda f: f.rank)
    return best


def _settled(task: Task, centres: np.ndarray, main: np.ndarray | None) -> _Flow:
    """Flow and centres in turn until the centres stay."""
    owner = np.full(len(task.streets), NOBODY)
    homes, price = main, 0.0
    for _ in range(ROUNDS if task.streets.is_small else ROUNDS_LARGE):
        metres = task.metres(centres)
        if main is None and task.rules.price_of_cut:
            homes = task.main_areas(metres.argmin(axis=1) if owner[0] == NOBODY else owner)
        cost = task.cost(metres, homes)
        owner = cost.argmin(axis=1) if math.isinf(task.rules.tolerance) else flow.share(cost, task.load, task.bounds)
        price = float(cost[np.arange(len(owner)), owner].sum())
        moved = middle.medians(task, owner, centres)
        if (moved == centres).all():
            break
        centres = moved
    return _Flow(owner, centres, homes, price)


def _repaired(task: Task, settled: _Flow) -> _Found:
    """What is cut off is joined and loads are evened out, with centres in turn until they stay."""
    owner, centres, main = settled.owner, settled.centres, settled.main
    joined: set[int] = set()
    for _ in range(REPAIRS if task.streets.is_small else 1):
        cost = task.cost(task.metres(centres), main)
        work = Patchwork(task, owner, cost, centres)
        work.fill()
        if task.rules.is_whole:
            joined |= work.join()
        work.even()
        if task.rules.is_whole and task.streets.is_small:
            work.polish()
        owner = np.array(work.owner)
        moved = middle.medians(task, owner, centres)
        if (moved == centres).all():
            break
        centres = moved
    pieces = sum(len(task.streets.pieces(mine)) - 1 for mine in work.members)
    return _Found(
        owner=owner,
        centres=centres,
        wrong=work.wrong(),
        pieces=pieces if task.rules.is_whole else 0,
        price=_price(task, owner, centres, main),
        main=main,
        joined=joined,
    )


def _price(task: Task, owner: np.ndarray, centres: np.ndarray, main: np.ndarray | None) -> float:
    """Metres walked by all shops, with the prices of changes and cuts."""
    each = task.cost(task.metres(centres), main)[np.arange(len(owner)), owner]
    return float(np.where(np.isfinite(each), each, UNWALKED).sum())


def _answer(task: Task, found: _Found) -> Division:
    return figures.division(task, found.owner, found.centres, found.joined)
