"""`manage.py retention [--dry-run] [--on DAY]`: what has been kept long enough, counted or erased at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shimen import clock
from shimen.privacy import retention
from shimen.territory.models import Street


class Command(BaseCommand):
    """Normally beat and the outbox do this every day; the command shows it, or does it without waiting."""

    help = "到期的个人信息：--dry-run 只数不删；不加就马上删。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只数，什么也不动")
        parser.add_argument("--on", type=dt.date.fromisoformat, default=None, help="按哪一天算，默认今天")

    def handle(self, *args: Any, **options: Any) -> None:
        on: dt.date = options["on"] or clock.today()
        if not options["dry_run"] and on > clock.today():
            self.stderr.write("以后的日子只能加 --dry-run 预看。")
            raise SystemExit(2)
        for street in Street.objects.order_by("code"):
            self.stdout.write(f"{street}，按 {on.isoformat()} 算：")
            counts = {f.rule.label: f.due for f in retention.forecast(street=street, on=on)}
            for label, rows in counts.items():
                self.stdout.write(f"  {label}：{rows} 条{'（只数，没有删）' if options['dry_run'] and rows else ''}")
            if not options["dry_run"]:
                done = retention.run(street=street, on=on, at=clock.now())
                self.stdout.write(f"  已删 {sum(done.values())} 条，记在“删除记录”里")
