"""`manage.py open_street`: the first step of an installation; prints one link for each of the three administrators."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from shimen import clock
from shimen.accounts import opening
from shimen.errors import DomainError


class Command(BaseCommand):
    help = "开通一个街道，给系统、安全、审计三位管理员各生成一条一次性链接。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="街道代码（9 位或 12 位行政区划代码）")
        parser.add_argument("name", help="街道名称")
        parser.add_argument("--lon", type=float, required=True, help="中心经度（WGS-84）")
        parser.add_argument("--lat", type=float, required=True, help="中心纬度（WGS-84）")
        parser.add_argument("--rounds-from", type=dt.date.fromisoformat, required=True, help="首轮走访起始日（周一）")
        parser.add_argument("--site", default="", help="网址，默认 https:// 加 SHIMEN_HOSTS 的第一个")

    def handle(self, *args: Any, code: str, name: str, **options: Any) -> None:
        try:
            _street, invited = opening.open_street(
                code=code,
                name=name,
                division=code[:6],
                lon=options["lon"],
                lat=options["lat"],
                rounds_from=options["rounds_from"],
                at=clock.now(),
            )
        except DomainError as error:
            raise CommandError(error.sentence) from error
        if not invited:
            self.stdout.write("三位管理员都已经有了，其他人在“人员和权限”里邀请。")
            return
        site = (options["site"] or f"https://{settings.ALLOWED_HOSTS[0]}").rstrip("/")
        self.stdout.write("交给三个不同的人，每条链接用一次，7 天内有效，这里只显示这一次：")
        for one in invited:
            path = reverse("accounts:invitation", args=[one.token])
            self.stdout.write(f"  {one.invitation.get_role_display()}  账号 {one.invitation.username}  {site}{path}")
