"""`manage.py load_trial`: fill an empty database with the made-up street."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coverage.trial import load
from coverage.trial.workbooks import make
from shimen import clock
from shimen.territory.models import Street


class Command(BaseCommand):
    help = "载入示例街道（全部虚构）；库里已有街道时什么也不做。"

    def handle(self, *args: Any, **options: Any) -> None:
        if Street.objects.exists():
            self.stdout.write("库里已经有街道，不再载入。")
            return
        began = time.monotonic()
        self._began = began
        folder = Path(settings.VAR) / "trial"
        try:
            street = load.load(at=clock.now(), say=self._say)
        except load.TrialError as refused:
            raise CommandError(refused.sentence) from refused
        load.analyse()
        load.write_sign_ins(folder)
        self._say(f"三个部门的表格，在 {folder}")
        make.write(street, folder, seed=load.SEED, on=clock.today())
        self._say("载入完毕")

    def _say(self, text: str) -> None:
        self.stdout.write(f"  {time.monotonic() - self._began:5.1f} 秒  {text}")
        self.stdout.flush()
