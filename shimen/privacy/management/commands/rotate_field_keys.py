"""Seal every personal field again with the first key of SHIMEN_FIELD_KEYS and the chosen cipher."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shimen.errors import DomainError
from shimen.privacy import rotation


class Command(BaseCommand):
    """`manage.py rotate_field_keys [--check]`; safe to stop and to run again."""

    help = "用当前密钥重新加密所有个人信息字段；中断后可以再运行。旧密钥在完成之前不要删除。"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="只看还有多少条用的是旧密钥")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            try:
                for column, done in rotation.rotate():
                    self.stdout.write(f"{column}  {done} 条")
            except DomainError as error:
                raise CommandError(error.sentence) from error
        for column, left in rotation.waiting().items():
            self.stdout.write(f"{column}  还有 {left} 条用旧密钥" if left else f"{column}  都用当前密钥")
