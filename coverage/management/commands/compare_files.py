"""`manage.py compare_files OLD NEW [--json]`: what changed between two workbooks. Needs no database."""

from __future__ import annotations

import faulthandler
import json
import multiprocessing
import os
import resource
from argparse import ArgumentParser
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coverage.pairing import between
from coverage.pairing.report import report
from coverage.reading import contents, fields, layouts, readers

LIMITS = readers.Limits(rows=1_100_000, seconds=120)


class Command(BaseCommand):
    """The same readers, headings and notations as the import; the files are read side by side, each in a process of
    its own, because a broken workbook can bring its reader down."""

    help = "比较两份表格，逐行说清哪些没变、只是写法不同、变更、新增、消失、代码损坏、重复、拒收。不用数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", help="旧表：xlsx、xls、CSV、网页表格")
        parser.add_argument("new", help="新表")
        parser.add_argument("--json", action="store_true", help="输出 JSON，键见 docs/comparison.md")
        parser.add_argument("--lines", type=int, default=20, help="文字报告里每一类最多列几行，默认 20")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = Path(options["old"]), Path(options["new"])
        old, new = _read_both(*paths)
        result = between.compare(old, new)
        if options["json"]:
            self.stdout.write(json.dumps(between.as_json(result), ensure_ascii=False))
        else:
            self.stdout.write(report(result, names=(paths[0].name, paths[1].name), most=options["lines"]))


def _read_both(old: Path, new: Path) -> tuple[contents.Contents, contents.Contents]:
    context = multiprocessing.get_context("fork")
    with (
        ProcessPoolExecutor(1, mp_context=context, initializer=_confine) as one,
        ProcessPoolExecutor(1, mp_context=context, initializer=_confine) as other,
    ):
        first, second = one.submit(_read, old), other.submit(_read, new)
        return _result(old, first), _result(new, second)


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (4 * LIMITS.memory, 4 * LIMITS.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(LIMITS.seconds), int(LIMITS.seconds) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.disable()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a reader that aborts has its say in our sentence, not in its own


def _read(path: Path) -> contents.Contents:
    book = readers.open_book(path.read_bytes(), name=path.name, limits=LIMITS)
    return contents.read(book, layouts.prepare(fields.built_in_aliases()))


def _result(path: Path, future: Future[contents.Contents]) -> contents.Contents:
    try:
        return future.result()
    except readers.FileRefusedError as refusal:
        raise CommandError(f"{path.name}：{refusal}。") from None
    except OSError as error:
        raise CommandError(f"打不开文件 {path}：{error.strerror}。") from None
    except (BrokenProcessPool, MemoryError):
        raise CommandError(
            f"读 {path.name} 用的时间或内存超出上限，已停下。多半是很远的单元格里误填了内容，请删掉数据以外的行和列再试。"
        ) from None
