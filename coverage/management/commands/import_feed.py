"""`manage.py import_feed FILE --department CODE --as-of DAY [--apply]`: a department's workbook from the command line."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.urls import reverse

from coverage.comparison import batches
from coverage.models import Batch, Department
from shimen import clock
from shimen.accounts.models import User
from shimen.errors import DomainError

PARTS = (
    ("same", "一致"),
    ("changed", "变更"),
    ("new", "新增"),
    ("repaired", "代码修正"),
    ("back", "又出现"),
    ("doubt", "待确认"),
    ("duplicate", "重复"),
    ("refused", "拒收"),
)


class Command(BaseCommand):
    """Same engine as the page; nothing is written to the registry without --apply."""

    help = "读一份部门表格，和名册比对，打印对账；加 --apply 才写入名册。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="表格文件：xlsx、xls、CSV")
        parser.add_argument("--department", required=True, help="部门的代码或名称")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, help="数据截至哪一天，如 2026-11-23；默认今天")
        parser.add_argument("--partial", action="store_true", help="不是全量名册，不找“疑似消失”")
        parser.add_argument(
            "--people", action="store_true", help="是人员名单（一行一个人，有姓名和单位），不是主体名册"
        )
        parser.add_argument("--by", default="", help="以哪个账号的名义")
        parser.add_argument("--apply", action="store_true", help="比对后写入名册")
        parser.add_argument("--leave-doubt", action="store_true", help="有待确认的行也先应用，这些行留着")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(username=options["by"]).first() if options["by"] else None
        if options["by"] and actor is None:
            raise CommandError(f"没有账号“{options['by']}”。")
        path = Path(options["file"])
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"打不开文件 {path}：{error.strerror}。") from error
        try:
            self._run(content, path.name, actor, options)
        except DomainError as error:
            raise CommandError(error.sentence) from error

    def _run(self, content: bytes, name: str, actor: User | None, options: dict[str, Any]) -> None:
        at = clock.now()
        batch = batches.receive(
            department=_department(options["department"]),
            name=name,
            content=content,
            as_of=options["as_of"] or clock.today(),
            is_full=not options["partial"],
            subject=Batch.Subject.PEOPLE if options["people"] else Batch.Subject.ENTITIES,
            actor=actor,
            at=at,
            on=clock.today(),
        )
        batch = batches.read_and_compare(batch=batch, at=at)
        if batch.state == Batch.State.REFUSED:
            raise CommandError(f"{batch}读不了：{batch.error}")
        if batch.state == Batch.State.MAPPING:
            page = reverse("coverage:columns", args=[batch.pk])
            raise CommandError(f"{batch}的表头要先认一次：{batch.error}请在网页上打开 {page}")
        self._account(batch)
        if options["apply"]:
            writer = batches.writer_of(batch)
            batch = writer.apply(batch=batch, actor=actor, at=clock.now(), leave_doubt=options["leave_doubt"])
            self.stdout.write(_applied(batch.counts["applied"]))
        self.stdout.write(f"本批：{reverse('coverage:batch', args=[batch.pk])}")

    def _account(self, batch: Batch) -> None:
        counts = batch.counts
        parts = " + ".join(
            f"{words} {counts[key]:,}" for key, words in PARTS if counts.get(key) or key in {"same", "changed", "new"}
        )
        self.stdout.write(f"{batch}，{batch.file.name}")
        self.stdout.write(f"文件行数 {counts['rows']:,} = {parts}")
        if told := counts.get("registry"):
            self.stdout.write(
                f"名册 {told['total']:,} = 表里有的 {told['named']:,} + 待确认占用 {told['occupied']:,} + 疑似消失 {told['gone']:,}"
                f" + 早已不在表里 {told['absent']:,} + 不归这份表管 {told['outside']:,}"
            )
        else:
            self.stdout.write(f"单位 {counts['employers']:,} 家；以前报过、表里不再有的 {counts['gone']:,} 人")
        for remark in batch.layout.get("remarks", []):
            self.stdout.write(f"注意：{remark}")


def _applied(done: dict[str, int]) -> str:
    if "left" in done:
        return f"已应用：变更 {done['changed']:,} 人，新增 {done['new']:,} 人，登记离开 {done['left']:,} 人"
    return f"已应用：变更 {done['changed']:,} 家，新增 {done['new']:,} 家，交支部核实 {done['asked']:,} 件"


def _department(wanted: str) -> Department:
    found = list(Department.objects.filter(Q(code=wanted) | Q(name=wanted)).select_related("street")[:2])
    if not found:
        known = "、".join(f"{code}（{name}）" for code, name in Department.objects.values_list("code", "name")[:20])
        raise CommandError(f"没有部门“{wanted}”。已登记的有：{known or '还没有'}。")
    if len(found) > 1:
        raise CommandError(f"有几个街道都有部门“{wanted}”，请在网页上传。")
    return found[0]
