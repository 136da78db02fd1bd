"""`manage.py verify_seals`: says whether the log is as it was sealed; exit status 1 when it is not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shimen import clock
from shimen.audit import sealing
from shimen.audit.models import AccessLog, Seal


class Command(BaseCommand):
    help = "核对操作记录的封存；有改动时退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seal", action="store_true", help="先封存到此刻，再核对")

    def handle(self, *args: Any, seal: bool, **options: Any) -> None:
        if seal:
            sealing.seal(at=clock.now())
        breaks = sealing.verify()
        for broken in breaks:
            self.stderr.write(
                f"{broken.day}：{broken.reason}（封存 {broken.rows_sealed} 条，现有 {broken.rows_found} 条）"
            )
        if breaks:
            raise CommandError("操作记录与封存不符，保留现场并报告审计管理员。")
        last = Seal.objects.order_by("-day").first()
        if last is None:
            self.stdout.write("还没有封存过。每天零点后自动封存一次，也可以加 --seal 现在封存。")
            return
        after = AccessLog.objects.filter(sequence__gt=last.upto).count()
        self.stdout.write(f"封存都对得上。最近一次 {last.day}，摘要 {last.digest}；其后又有 {after} 条未封存。")
