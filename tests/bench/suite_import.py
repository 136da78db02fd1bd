"""A 60,000-row workbook against a registry of 60,000: preview and apply, and what django-import-export costs for it.

The peers get it easier: the same firms on a clean sheet in canonical values, no titles, no noise, no change set, no
undo, no search texts. Both write to the same table with the same history triggers, and preview and apply as its admin
does (the file is parsed for each). They are slow, so they take the first rows of the workbook; all is per row.
"""

from __future__ import annotations

import datetime as dt
import statistics
from typing import Any

from tests.bench import database, workbooks
from tests.bench.harness import Bench, Taken

ROWS = 60_000
TIMES = 3
DEFAULT_ROWS, TUNED_ROWS = 1_000, 6_000
AT = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
FIRST_DAY, DAY = dt.date(2026, 11, 9), dt.date(2026, 11, 23)


def run(bench: Bench) -> None:
    database.stand(bench)
    ours = Ours(bench)
    before = workbooks.firms(ROWS, seed=1)
    ours.fill(before)
    found = workbooks.later(before, seed=2)
    content = workbooks.as_sent(found.rows, seed=3)
    bench.say(f"{len(found.rows):,} rows, {len(content) / 1e6:.1f} MB: {found.changed:,} changed, {found.gone:,} gone")
    previews, applies, rows_cpu = ours.measure(content, found)
    bench.report("import.xlsx60k.preview_s", statistics.median(previews), limit="≤ 5")
    bench.report("import.xlsx60k.apply_s", statistics.median(applies), limit="≤ 1")
    per_row = statistics.median(rows_cpu)
    bench.report("import.xlsx60k.cpu_us_per_row", per_row, beside="preview, apply and search texts, database included")
    with_history, without = ours.apply_cpu(content), ours.apply_cpu(content, has_history=False)
    bench.report(
        "import.history_factor",
        with_history / without,
        limit="≤ 2",
        beside="processor time of applying, with and without",
    )
    default = Peer(bench, found.rows[:DEFAULT_ROWS], ours.street, tuned=False).per_row()
    tuned = Peer(bench, found.rows[:TUNED_ROWS], ours.street, tuned=True).per_row()
    bench.report("import.xlsx60k.cpu_ratio_default", default / per_row, limit="≥ 100", beside=f"{default:.0f} µs a row")
    bench.report("import.xlsx60k.cpu_ratio_tuned", tuned / per_row, limit="≥ 20", beside=f"{tuned:.0f} µs a row")


class Ours:
    """The product's own way, through the same verbs as the page and the command."""

    def __init__(self, bench: Bench, *, code: str = "990199001") -> None:
        from coverage.models import Department
        from shimen.territory.models import Street

        self.bench = bench
        self.street = Street.objects.create(
            code=code, name="示例街道", division="990199", lon=121.5, lat=31.2, rounds_from=FIRST_DAY
        )
        self.department = Department.objects.create(
            street=self.street, code="sj", name="市场监管", scope_kinds=["enterprise"]
        )

    def compare(self, content: bytes, day: dt.date) -> Any:
        from coverage.comparison import batches

        batch = batches.receive(
            department=self.department, name="名册.xlsx", content=content, as_of=day, actor=None, at=AT, on=DAY
        )
        return batches.read_and_compare(batch=batch, at=AT)

    def apply(self, batch: Any) -> Any:
        from coverage.comparison import apply

        return apply.apply(batch=batch, actor=None, at=AT)

    def fill(self, firms: list[workbooks.Firm]) -> None:
        """The registry comes from a first workbook, in which everything is new."""
        from django.db import connection

        from shimen.outbox import jobs

        content = workbooks.as_sent(firms, seed=4)
        with self.bench.timed() as preview:
            batch = self.compare(content, FIRST_DAY)
        with self.bench.timed() as applied:
            self.apply(batch)
        jobs.run_due(at=AT)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE coverage_entity")
        self.bench.report("import.first60k.preview_s", preview.wall, beside="all rows new")
        self.bench.report("import.first60k.apply_s", applied.wall, beside="all rows new")

    def measure(self, content: bytes, found: workbooks.Later) -> tuple[list[float], list[float], list[float]]:
        """Wall seconds of preview and apply, CPU microseconds per row of all that follows from a workbook."""
        from coverage.comparison import undo
        from shimen.outbox import jobs

        previews, applies, rows_cpu = [], [], []
        for _ in range(TIMES):
            with self.bench.timed() as preview:
                batch = self.compare(content, DAY)
            counts = batch.counts
            seen = (counts["changed"], counts["gone"], counts["new"], counts["doubt"] + counts["refused"])
            if seen != (found.changed, found.gone, found.new, 0):
                raise AssertionError(f"put in {found.changed, found.gone, found.new, 0}, found {seen}")
            with self.bench.timed() as applied:
                batch = self.apply(batch)
            with self.bench.timed() as searched:
                jobs.run_due(at=AT)
            previews.append(preview.wall)
            applies.append(applied.wall)
            spent = sum(part.all_cpu for part in (preview, applied, searched))
            rows_cpu.append(1e6 * spent / len(found.rows))
            undo.undo(batch=batch, actor=None, at=AT)
            jobs.run_due(at=AT)
        return previews, applies, rows_cpu

    def apply_cpu(self, content: bytes, *, has_history: bool = True) -> float:
        """Processor seconds of applying the workbook; without history, with its triggers switched off for the while."""
        from django.db import connection, transaction

        from coverage.comparison import undo
        from shimen.outbox import jobs

        spent = []
        batch = self.compare(content, DAY)
        for _ in range(TIMES):
            # Undone by rolling back: the undo of what has no history would leave the new entities alone.
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"ALTER TABLE coverage_entity {'ENABLE' if has_history else 'DISABLE'} TRIGGER USER")
                with self.bench.timed() as applied:
                    self.apply(batch)
                    with connection.cursor() as cursor:
                        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                transaction.set_rollback(True)
            spent.append(applied.all_cpu)
        undo.undo(batch=self.apply(batch), actor=None, at=AT)
        jobs.run_due(at=AT)
        return statistics.median(spent)


class Peer:
    """django-import-export on the same table: as it comes, or with everything its manual advises for speed."""

    def __init__(self, bench: Bench, firms: list[workbooks.Firm], street: Any, *, tuned: bool) -> None:
        self.bench, self.rows, self.tuned = bench, len(firms), tuned
        self.content = workbooks.as_a_peer_needs_it(firms)
        self.resource = _resource(street, tuned=tuned)

    def per_row(self) -> float:
        """CPU microseconds per row of a preview and an import, rolled back afterwards."""
        self.bench.say(f"django-import-export, {'tuned' if self.tuned else 'default'}, {self.rows:,} rows")
        taken = [self._once() for _ in range(TIMES)]
        return 1e6 * statistics.median(each.all_cpu for each in taken) / self.rows

    def _once(self) -> Taken:
        from django.db import transaction
        from import_export.formats.base_formats import XLSX

        with transaction.atomic(), self.bench.timed() as taken:
            for dry_run in (True, False):
                dataset = XLSX().create_dataset(self.content)
                result = self.resource.import_data(dataset, dry_run=dry_run, raise_errors=True)
            transaction.set_rollback(True)
        done = result.totals["new"] + result.totals["update"] + result.totals["skip"]
        if done != self.rows:
            raise AssertionError(f"the peer took {done} of {self.rows} rows")
        return taken


def _resource(street: Any, *, tuned: bool) -> Any:
    from import_export import instance_loaders, resources

    from coverage.models import Entity

    class EntityResource(resources.ModelResource):
        class Meta:
            model = Entity
            fields = workbooks.FIELDS
            import_id_fields = ("code",)

        def before_save_instance(self, instance: Entity, row: Any, **kwargs: Any) -> None:
            instance.street, instance.kind, instance.name_key = street, "enterprise", instance.name
            instance.registered_on = instance.registered_on or DAY

        def get_queryset(self) -> Any:
            # With the condition of the unique index, so that the peer finds its rows by it and not by scanning.
            return Entity.objects.filter(street=street, removed_at__isnull=True).exclude(code="")

    if tuned:

        class TunedResource(EntityResource):
            class Meta(EntityResource.Meta):
                use_bulk = True
                batch_size = 1000
                skip_unchanged = True
                report_skipped = True
                skip_diff = True
                skip_html_diff = True
                force_init_instance = False
                store_instance = False
                instance_loader_class = instance_loaders.CachedInstanceLoader
                use_transactions = True

        return TunedResource()
    return EntityResource()
