"""`manage.py figures [--json]`: every published number, counted now."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shimen import clock, figures
from shimen.territory.models import Street


class Command(BaseCommand):
    help = "列出所有公布的数字：从明细行现数，附口径。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="输出 JSON（对象的列表）")
        parser.add_argument("--street", default=settings.SHIMEN_STREET, help="街道代码；库里只有一个街道时不用写")

    def handle(self, *args: Any, **options: Any) -> None:
        counted = figures.values(street=_street(options["street"]), on=clock.today())
        if options["json"]:
            self.stdout.write(json.dumps([v.as_dict() for v in counted.values()], ensure_ascii=False, indent=1))
            return
        for value in counted.values():
            qualifier = f"{value.qualifier} " if value.qualifier else ""
            self.stdout.write(f"{value.key:<28}{qualifier}{value.number:,} {value.unit}  {value.title}")


def _street(code: str) -> Street:
    found = Street.objects.filter(code=code) if code else Street.objects.all()
    if len(streets := list(found[:2])) != 1:
        raise CommandError("没有这个街道。" if not streets else "库里有几个街道，用 --street 写明代码。")
    return streets[0]
