"""Measuring: CPU seconds of our process, of its children and of the database, medians of several runs, a table, a file.

A suite is a module `tests/bench/suite_<name>.py` with a function `run(bench)`. It measures with

    with bench.timed() as taken:          # taken.wall, taken.cpu, taken.database, in seconds
        …
    median = bench.median(lambda: …, times=5)

and reports with `bench.report("import.xlsx60k.preview_s", 3.2, beside="peer 41.0", limit="≤ 5")`. Names are flat; what is
reported ends up in var/bench/<suite>.json as name → number. Peers run beside ours in the same process, on the same rows.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
# Read before a suite stands up a database of its own in another folder.
RESULTS = Path(os.environ.get("SHIMEN_VAR", REPOSITORY / "var")) / "bench"


@dataclass
class Taken:
    """Seconds that something took: by the clock, and of the processor here and in the database's processes."""

    wall: float = 0.0
    cpu: float = 0.0
    database: float = 0.0

    @property
    def all_cpu(self) -> float:
        return self.cpu + self.database


@dataclass
class Line:
    """One reported number; `beside` names a peer or a reason, `limit` the aim."""

    name: str
    value: float
    beside: str = ""
    limit: str = ""


@dataclass
class Bench:
    """What a suite gets: ways to measure and a place to report."""

    suite: str
    lines: list[Line] = field(default_factory=list)
    _servers: list[psutil.Process] = field(default_factory=list)

    def watch_database(self, postmaster_pid: int) -> None:
        """Count the processor time of this server and all its backends from now on."""
        self._servers = [psutil.Process(postmaster_pid)]

    @contextlib.contextmanager
    def timed(self) -> Iterator[Taken]:
        taken = Taken()
        wall, cpu, database = time.perf_counter(), _own_cpu(), self._database_cpu()
        yield taken
        taken.wall = time.perf_counter() - wall
        taken.cpu = _own_cpu() - cpu
        taken.database = self._database_cpu() - database

    def median(self, work: Callable[[], object], *, times: int = 3) -> Taken:
        """The median of several runs, by each of the three measures."""
        runs = []
        for _ in range(times):
            with self.timed() as taken:
                work()
            runs.append(taken)
        return Taken(
            wall=statistics.median(run.wall for run in runs),
            cpu=statistics.median(run.cpu for run in runs),
            database=statistics.median(run.database for run in runs),
        )

    def report(self, name: str, value: float, *, beside: str = "", limit: str = "") -> None:
        """Put a number into the table and the file."""
        self.lines.append(Line(name, float(value), beside, limit))

    def say(self, sentence: str) -> None:
        """Tell the person who waits what is being measured."""
        print(f"  {sentence}", flush=True)

    def _database_cpu(self) -> float:
        """Processor seconds of the server and its backends; one that has ended is in its parent's children time."""
        total = 0.0
        for server in self._servers:
            times = server.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
            for backend in server.children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    own = backend.cpu_times()
                    total += own.user + own.system
        return total


def _own_cpu() -> float:
    """Processor seconds of this process, its threads and its finished children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def suites() -> list[str]:
    """Names of all suites, in order."""
    return sorted(path.stem.removeprefix("suite_") for path in HERE.glob("suite_*.py"))


def measure(suite: str) -> Bench:
    """Run one suite and write its file."""
    bench = Bench(suite)
    print(f"\n{suite}", flush=True)
    importlib.import_module(f"tests.bench.suite_{suite}").run(bench)
    _print_table(bench)
    _write(bench)
    return bench


def _print_table(bench: Bench) -> None:
    wide = max((len(line.name) for line in bench.lines), default=0)
    for line in bench.lines:
        aim = f"  aim {line.limit}" if line.limit else ""
        beside = f"  ({line.beside})" if line.beside else ""
        print(f"  {line.name:<{wide}}  {line.value:>12.4g}{aim}{beside}", flush=True)


def _write(bench: Bench) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    numbers = {line.name: line.value for line in bench.lines}
    (RESULTS / f"{bench.suite}.json").write_text(json.dumps(numbers, indent=2, ensure_ascii=False) + "\n")


def main(names: Sequence[str]) -> int:
    """Run the suites named (all without a name, or with `all`); 2 for a name that does not exist."""
    known = suites()
    wanted = known if not names or list(names) == ["all"] else list(names)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        print(f"no suite {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    for name in wanted:
        measure(name)
    return 0
