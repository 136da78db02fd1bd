"""`manage.py trial_workbooks DIR`: the made-up departments' workbooks for the trial street as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coverage.trial.load import SEED
from coverage.trial.workbooks import make
from shimen import clock
from shimen.territory.models import Street


class Command(BaseCommand):
    help = "写出示例街道四个部门的表格（全部虚构），旁边写明比对后应当看到什么。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="写到哪个文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        street = Street.objects.filter(is_trial=True).first()
        if street is None:
            raise CommandError("库里没有示例街道；真实街道的数据不能拿来做样表。")
        for one in make.write(street, options["folder"], seed=SEED, on=clock.today()):
            self.stdout.write(f"{one.name}  {one.counts['rows']:,} 行")
