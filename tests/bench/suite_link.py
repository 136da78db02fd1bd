"""Finding the same entity: 3,000 doubtful rows of a made-up city against a registry of 60,000, splink on the same rows.

The weights were fitted on another city, with other words (see docs/matching.md). A row counts as right when the best
candidate of .5 or more is the true entity, or when there is none and the row's entity is not registered. F1 is of the
proposed links: precision is the share of proposed ones that are right, recall the share of registered entities found.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from coverage.matching import codes, judge, names
from coverage.matching.evidence import Known, Written
from coverage.matching.linker import DOUBTFUL, LIKELIER, PRETICKED, Linker
from shimen.territory import addresses
from tests.bench import link_rows, link_words
from tests.bench.harness import Bench
from tests.bench.link_rows import Case, Labelled

SEEDS = (5, 6)
FIRMS, ROWS = 60_000, 3_000

Proposal = tuple[str, float] | None


@dataclass(frozen=True)
class Score:
    """What proposals for labelled rows are worth."""

    f1: float
    precision: float
    recall: float
    preticked_precision: float
    preticked_recall: float
    review: float
    found: float  # share of registered entities that are among the candidates at all


def judged(cases: Sequence[Case], proposals: Sequence[Proposal], found: float = 0.0) -> Score:
    """The score of the best candidate of each row."""
    known = sum(case.truth is not None for case in cases)
    linked = [(case, best) for case, best in zip(cases, proposals, strict=True) if best and best[1] >= LIKELIER]
    right = sum(best[0] == case.truth for case, best in linked)
    sure = [(case, best) for case, best in linked if best[1] >= PRETICKED]
    surely_right = sum(best[0] == case.truth for case, best in sure)
    review = sum(1 for best in proposals if best and DOUBTFUL <= best[1] < PRETICKED)
    precision, recall = right / max(1, len(linked)), right / known
    return Score(
        2 * precision * recall / max(1e-9, precision + recall),
        precision,
        recall,
        surely_right / max(1, len(sure)),
        surely_right / known,
        review / len(cases),
        found,
    )


def run(bench: Bench) -> None:
    """Two cities; the figures are means, of wrong repairs the sum."""
    ours: list[Score] = []
    speeds, whole, peers, wrong, repaired = [], [], [], 0, 0
    for seed in SEEDS:
        bench.say(f"city {seed}: {FIRMS:,} firms, {ROWS:,} doubtful rows")
        city = link_rows.labelled(link_words.MEASURING, seed=seed, firms=FIRMS, rows=ROWS)
        with bench.timed() as built:
            linker = Linker(city.registry)
        with bench.timed() as asked:
            links = [linker.link(case.row) for case in city.cases]
        best = [(found[0].id, found[0].score) if found else None for found in links]
        there = sum(any(link.id == case.truth for link in found) for case, found in zip(city.cases, links, strict=True))
        ours.append(judged(city.cases, best, there / sum(case.truth is not None for case in city.cases)))
        speeds.append(ROWS / asked.cpu)
        whole.append(ROWS / (asked.cpu + built.cpu))
        done, slips = repairs(city)
        repaired, wrong = repaired + done, wrong + slips
    bench.say("splink on the last city")
    with bench.timed() as peer_time:
        peers.append(_peer(city))
    _report(bench, ours, (speeds, whole), (repaired, wrong))
    beside = f"pre-ticked P {peers[0].preticked_precision:.4f} R {peers[0].preticked_recall:.3f}, {ROWS / peer_time.cpu:.0f} rows/s"
    bench.report("link.splink_f1", peers[0].f1, beside=beside)


def _report(bench: Bench, ours: list[Score], speed: tuple[list[float], list[float]], repair: tuple[int, int]) -> None:
    def mean(name: str) -> float:
        return statistics.mean(getattr(score, name) for score in ours)

    bench.report("link.f1", mean("f1"), limit="≥ 0.97", beside=f"P {mean('precision'):.4f}, R {mean('recall'):.4f}")
    bench.report("link.preticked_precision", mean("preticked_precision"), limit="≥ 0.998")
    bench.report("link.preticked_recall", mean("preticked_recall"), limit="≥ 0.85")
    bench.report("link.review_share", mean("review"), limit="≤ 0.12")
    bench.report("link.candidates", mean("found"), beside="registered entities among the five candidates shown")
    beside = f"{statistics.median(speed[1]):.0f} with building the index"
    bench.report("link.rows_per_cpu_s", statistics.median(speed[0]), limit="≥ 1000", beside=beside)
    bench.report("link.wrong_repairs", repair[1], limit="0", beside=f"of {repair[0]} codes repaired without a person")


def repairs(city: Labelled) -> tuple[int, int]:
    """Codes that the comparison of a workbook repairs by itself on these rows, and how many of them wrongly."""
    written = [
        Written(number, row.code, row.old_number, "", row.name, row.legal_person, row.address)
        for number, row in enumerate(case.row for case in city.cases)
    ]
    directory = judge.Directory(
        Known(one.id, one.code, codes.organisation_code(one.code), one.old_number, names.canonical(one.name),
              names.person(one.legal_person), addresses.canonical(one.address))
        for one in city.registry
    )  # fmt: skip
    made = wrong = 0
    for row, case in zip(written, city.cases, strict=True):
        verdict = judge.judge(row, directory)
        if verdict.verdict == "repaired":
            made += 1
            wrong += verdict.entity_id != case.truth
    return made, wrong


def _peer(city: Labelled) -> Score:
    from tests.bench import link_peer

    found = link_peer.link(city.registry, [case.row for case in city.cases])
    return judged(city.cases, [found[case.row.id][0] if case.row.id in found else None for case in city.cases])
