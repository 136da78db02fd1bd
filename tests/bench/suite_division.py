"""Dividing 389 shops into 3 areas on three made-up streets and on the trial street, and 30,000 shops into 231.

Beside it, on the same shops: k-means-constrained, on straight lines as it works, bounded by the least and the greatest
load that we reached, so that both are equally even; its areas are then measured along the street from their best door, as
ours are. Each street is thrown three times.
"""

from __future__ import annotations

import random
import statistics
import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from k_means_constrained import KMeansConstrained

from branches.division import (
    Area,
    Division,
    Figures,
    Measure,
    Rules,
    Shop,
    Streets,
    divide,
    founding,
    responsibilities,
    variants,
    weigh,
)
from branches.division.problem import PRICE_OF_CHANGE
from tests.bench import shops
from tests.bench.harness import Bench

AREAS, MEMBERS = 3, 20
SEEDS = (1, 2, 3)
CHANGES = 10  # times that a twentieth of the shops closes and as many open, on each street
SINGLE = 8  # shops that close, and as many that open, each alone
TOWN, TOWN_AREAS = 30_000, 231


def run(bench: Bench) -> None:
    """Measure; where streets differ the worst is reported, or the mean where that is said."""
    found: dict[str, list[float]] = {}
    beside: list[str] = []
    for name in [*shops.SHAPES, "trial street"]:
        bench.say(name)
        ratios: list[float] = []
        for seed in SEEDS:
            for key, value in _street(bench, name, seed).items():
                found.setdefault(key, []).append(value)
            ratios.append(found["ratio"][-1])
        beside.append(f"{name} {statistics.mean(ratios):.3f}")
    _report(bench, found, beside)
    bench.say(f"a town of {TOWN:,} shops")
    _town(bench)


def _report(bench: Bench, found: dict[str, list[float]], ratios: Sequence[str]) -> None:
    metres = found["metres_cpu"]
    after = f"the worst of {len(found['cpu'])}; links and distances {statistics.median(metres):.3f} before"
    bench.report("division.cpu_s", max(found["cpu"]), limit="≤ 0.1", beside=after)
    bench.report("division.imbalance", max(found["imbalance"]), limit="≤ 0.02", beside="the worst")
    bench.report(
        "division.cut_off_pieces", sum(found["pieces"]), limit="0", beside="all divisions of this suite together"
    )
    theirs = f"{', '.join(ratios)}; theirs {statistics.median(found['their_cpu']):.2f} CPU s, {sum(found['their_pieces']):.0f} pieces"
    bench.report("division.distance_vs_kmeans", max(found["ratio"]), limit="≤ 1", beside=f"the worst; means: {theirs}")
    free = "pieces may be cut off in ours too, as they may in theirs; the worst"
    bench.report("division.distance_vs_kmeans_in_pieces", max(found["free_ratio"]), beside=free)
    changes = f"mean of {CHANGES * len(found['moved'])} changes of 5 %; the worst {max(found['most_moved']):.3f}"
    bench.report("division.moved_on_change", statistics.mean(found["moved"]), limit="≤ 0.01", beside=changes)
    alone = f"one shop closes or opens; the worst of {2 * SINGLE * len(found['moved_alone'])}"
    bench.report("division.moved_on_one_change", max(found["moved_alone"]), limit="≤ 0.01", beside=alone)
    bench.report("division.imbalance_on_change", max(found["change_imbalance"]), beside="the worst of those")
    bench.report(
        "division.change_cpu_s", max(found["change_cpu"]), beside="one such change, links and distances included"
    )
    bench.report(
        "division.imbalance_workers", max(found["workers"]), beside="balanced by workers, 1 to 40 a shop; the worst"
    )
    bench.report(
        "division.variants_cpu_s", max(found["variants_cpu"]), beside="nearest, balanced, few changes, by grid"
    )
    bench.report("division.founding_cpu_s", max(found["founding_cpu"]), beside="a fourth branch")
    between = f"of all shops, between the three others; the worst {max(found['between']):.3f}"
    bench.report("division.founding_moved_between", statistics.mean(found["between"]), beside=between)
    spread = f"{MEMBERS} members share a branch, links and distances included; loads differ by {max(found['member_spread']):.0f}"
    bench.report("division.members20_cpu_s", max(found["members_cpu"]), limit="≤ 0.1", beside=spread)


def _shops(name: str, seed: int, first: str = "s") -> list[Shop]:
    if name == "trial street":
        return shops.trial(seed=seed, first=first)
    return shops.street(name, seed=seed, first=first)


def _street(bench: Bench, name: str, seed: int) -> dict[str, float]:
    made = _shops(name, seed)
    walls = shops.barriers(name)
    with bench.timed() as metres:
        streets = _walked(made, name)
    divided: list[Division] = []
    cpu = bench.median(lambda: divided.append(divide(streets, AREAS)))
    ours = divided[0]
    theirs, their_cpu = _kmeans(bench, streets, made, ours.figures)
    free = divide(streets, AREAS, Rules(is_whole=False)).figures
    workers = divide(streets, AREAS, Rules(measure=Measure.WORKERS)).figures
    today = [replace(shop, area=ours.area_of[shop.key]) for shop in made]
    known = Streets.of(today, barriers=walls)
    known.metres  # noqa: B018  (worked out once, outside what is timed)
    several = bench.median(lambda: variants(known, AREAS))
    fourth: list[Figures] = []
    founded = bench.median(lambda: fourth.append(founding(known, "4").figures))
    keys = [shop.key for shop in made if ours.area_of[shop.key] == ours.areas[0]]
    shared: list[Figures] = []
    members = bench.median(lambda: shared.append(responsibilities(streets, keys, MEMBERS).figures))
    changed = _changes(bench, name, today, [Area(key) for key in ours.areas])
    figures = [ours.figures, workers, fourth[0], shared[0]]
    return changed | {
        "moved_alone": _alone(name, today, [Area(key) for key in ours.areas]),
        "metres_cpu": metres.cpu,
        "cpu": cpu.cpu,
        "imbalance": ours.figures.imbalance,
        "pieces": changed["pieces"] + sum(f.cut_off_pieces for f in figures),
        "ratio": ours.figures.mean / theirs.mean,
        "free_ratio": free.mean / theirs.mean,
        "their_cpu": their_cpu,
        "their_pieces": theirs.cut_off_pieces,
        "workers": workers.imbalance,
        "variants_cpu": several.cpu,
        "founding_cpu": founded.cpu,
        "between": fourth[0].moved_between / len(made),
        "members_cpu": members.cpu,
        "member_spread": shared[0].spread,
    }


def _walked(made: Sequence[Shop], name: str) -> Streets:
    """The street with everything worked out that does not depend on how it is divided."""
    streets = Streets.of(made, barriers=shops.barriers(name))
    streets.metres, streets.neighbours  # noqa: B018
    return streets


def _kmeans(bench: Bench, streets: Streets, made: Sequence[Shop], ours: Figures) -> tuple[Figures, float]:
    loads = [area.load for area in ours.areas]
    peer = KMeansConstrained(len(loads), size_min=min(loads), size_max=max(loads), random_state=0, n_init=10)
    with bench.timed() as taken, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        label = peer.fit_predict(np.array([(shop.x, shop.y) for shop in made]))
    by_hand = {shop.key: str(area) for shop, area in zip(made, label, strict=True)}
    return weigh(streets, by_hand).figures, taken.cpu


def _changes(bench: Bench, name: str, today: Sequence[Shop], areas: Sequence[Area]) -> dict[str, float]:
    """Shops close and open; how many of the others have to move, in the mean and at most."""
    rules = Rules(price_of_change=PRICE_OF_CHANGE)
    moved, uneven, pieces, cpu = [], [], 0, []
    for seed in range(CHANGES):
        later = shops.changed(today, _shops(name, 100 + seed, "n"), seed=seed)
        stayed = sum(shop.area is not None for shop in later)
        with bench.timed() as taken:
            figures = divide(_walked(later, name), areas, rules).figures
        cpu.append(taken.cpu)
        moved.append(figures.moved / stayed)
        uneven.append(figures.imbalance)
        pieces += figures.cut_off_pieces
    return {
        "moved": statistics.mean(moved),
        "most_moved": max(moved),
        "change_imbalance": max(uneven),
        "pieces": pieces,
        "change_cpu": statistics.median(cpu),
    }


def _alone(name: str, today: Sequence[Shop], areas: Sequence[Area]) -> float:
    """The largest part of the others that moves when one shop closes, or one opens."""
    chance = random.Random(0)
    closed = [[s for s in today if s is not gone] for gone in chance.sample(list(today), SINGLE)]
    opened = [[*today, replace(s, area=None)] for s in chance.sample(_shops(name, 100, "n"), SINGLE)]
    rules = Rules(price_of_change=PRICE_OF_CHANGE)
    return max(
        divide(_walked(later, name), areas, rules).figures.moved / sum(s.area is not None for s in later)
        for later in closed + opened
    )


def _town(bench: Bench) -> None:
    town = shops.town(TOWN, seed=1)
    random.Random(1).shuffle(town)
    with bench.timed() as links:
        streets = Streets.of(town)
    made: list[Division] = []
    with bench.timed() as taken:
        made.append(divide(streets, TOWN_AREAS))
    figures = made[0].figures
    about = f"{TOWN_AREAS} areas, {links.cpu:.1f} of it for the links; imbalance {figures.imbalance:.3f}, {figures.cut_off_pieces} pieces"
    bench.report("division.shops30k_cpu_s", links.cpu + taken.cpu, limit="≤ 15", beside=about)
