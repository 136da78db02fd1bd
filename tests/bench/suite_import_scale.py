"""The comparison on 600,000 rows: wall time, growth with the size of the workbook, and what the processes need in memory.

A workbook of all rows against a registry of as many, as in `suite_import`; the registry is written at once. Takes some
minutes, nearly all of it for making the files.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench import database, workbooks
from tests.bench.harness import REPOSITORY, Bench

SMALL, LARGE = 2_000, 600_000
TIMES_SMALL = 9


def run(bench: Bench) -> None:
    database.stand(bench)
    from tests.bench.suite_import import Ours

    small = _Size(bench, Ours(bench, code="990199002"), SMALL)
    cpu_small = sorted(small.once()[2] for _ in range(TIMES_SMALL))[TIMES_SMALL // 2]
    large = _Size(bench, Ours(bench, code="990199003"), LARGE)
    preview, apply, cpu_large = large.once()
    bench.report("import.csv600k.preview_s", preview, limit="≤ 10")
    bench.report("import.csv600k.apply_s", apply, limit="≤ 3")
    bench.report("import.csv600k.cpu_us_per_row", 1e6 * cpu_large / LARGE, beside="preview, apply and search texts")
    exponent = math.log(cpu_large / cpu_small) / math.log(LARGE / SMALL)
    bench.report("import.exponent", exponent, limit="≤ 1.1", beside=f"processor time, {SMALL:,} to {LARGE:,} rows")
    _report_memory(bench, large)


class _Size:
    """A registry of some size and the workbook that comes for it."""

    def __init__(self, bench: Bench, ours: Any, rows: int) -> None:
        from tests.bench import registry
        from tests.bench.suite_import import FIRST_DAY

        self.bench, self.ours = bench, ours
        before = workbooks.firms(rows, seed=rows)
        registry.fill(ours.street, before, on=FIRST_DAY)
        self.found = workbooks.later(before, seed=rows + 1)
        self.content = workbooks.as_csv(self.found.rows, seed=rows + 2)
        bench.say(f"{len(self.found.rows):,} rows, {len(self.content) / 1e6:.1f} MB of CSV")

    def once(self) -> tuple[float, float, float]:
        """Wall seconds of preview and apply, processor seconds of all; everything is as before afterwards."""
        from coverage.comparison import undo
        from shimen.outbox import jobs
        from tests.bench.suite_import import AT, DAY

        with self.bench.timed() as preview:
            batch = self.ours.compare(self.content, DAY)
        self.bench.say(f"compared in {preview.wall:.1f} s")
        seen = tuple(batch.counts[part] for part in ("changed", "gone", "new"))
        if seen != (self.found.changed, self.found.gone, self.found.new):
            raise AssertionError(f"put in {self.found.changed, self.found.gone, self.found.new}, found {seen}")
        with self.bench.timed() as applied:
            batch = self.ours.apply(batch)
        self.bench.say(f"applied in {applied.wall:.1f} s")
        with self.bench.timed() as searched:
            jobs.run_due(at=AT)
        undo.undo(batch=batch, actor=None, at=AT)
        jobs.run_due(at=AT)
        return preview.wall, applied.wall, sum(part.all_cpu for part in (preview, applied, searched))


def _report_memory(bench: Bench, large: _Size) -> None:
    from coverage.comparison import batches
    from shimen.accounts.models import Role
    from tests import make
    from tests.bench.suite_import import AT, DAY

    ours = large.ours
    with tempfile.TemporaryDirectory() as folder:
        csv = Path(folder) / "large.csv"
        csv.write_bytes(large.content + b" ")  # another file than the one that was undone
        person = make.person(ours.street, Role.DATA_ADMIN)
        taken = _measured("web", str(ours.department.pk), str(person.pk), str(csv))
        if taken["status"] != 302:
            raise AssertionError(f"the upload was answered {taken['status']}")
    bench.report("import.csv600k.web_mb", taken["growth"], limit="≤ 50", beside=f"{len(large.content) / 1e6:.0f} MB")
    content = workbooks.quick_xlsx(large.found.rows, seed=5)
    batch = batches.receive(
        department=ours.department, name="large.xlsx", content=content, as_of=DAY, actor=None, at=AT, on=DAY
    )
    peaks = _measured("worker", str(batch.pk))
    # The reading process has ended before the worker compares.
    together = max(peaks["reading"] + peaks["child"], peaks["worker"])
    beside = (
        f"worker {peaks['reading']:.0f} beside a reading process of {peaks['child']:.0f}, then {peaks['worker']:.0f}"
    )
    bench.report("import.xlsx600k.worker_mb", together, limit="≤ 600", beside=beside)


def _measured(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.memory", *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, env=dict(os.environ), check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
