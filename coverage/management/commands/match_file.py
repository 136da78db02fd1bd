"""`manage.py match_file REGISTRY QUERIES OUT`: which entity of a registry each row of a table is. Needs no database."""

from __future__ import annotations

import csv
import json
import math
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coverage.pairing import match_files


class Command(BaseCommand):
    help = (
        "逐行认出一张表里写的是名册里的哪一家。写出三列：row_id、registry_id、score。"
        "score 在 0 到 1 之间：0.99 以上可以预先勾选，0.05 到 0.99 要人看，0.05 以下是新的；"
        "0.5 以上才填 registry_id。表头用部门表格里的叫法或英文都行。不需要数据库。"
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "registry", type=Path, help="名册（csv 或 xlsx）；编号取 id 或 registry_id 列，没有就取第一列"
        )
        parser.add_argument("queries", type=Path, help="要认的表；编号取 row_id 或 id 列，没有就取第一列")
        parser.add_argument("out", type=Path, help="结果写到哪里（csv，UTF-8）")
        parser.add_argument("--json", action="store_true", help="把合计写成 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.process_time()
        try:
            registry = match_files.read_table(options["registry"], role="registry")
            queries = match_files.read_table(options["queries"], role="queries")
        except match_files.FileError as error:
            raise CommandError(str(error)) from None
        counted: Counter[str] = Counter()
        try:
            with options["out"].open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(("row_id", "registry_id", "score"))
                for found in match_files.answers(registry, queries):
                    # Rounded down, so that nothing below the line appears to have reached it.
                    writer.writerow((found.row_id, found.registry_id, f"{math.floor(found.score * 1e6) / 1e6:.6f}"))
                    counted[found.kind] += 1
                    counted["linked"] += bool(found.registry_id)
        except OSError as error:
            raise CommandError(f"写不了 {options['out']}：{error.strerror}") from None
        summary = {
            "registry": len(registry.records),
            "rows": len(queries.records),
            "preticked": counted["preticked"],
            "review": counted["review"],
            "new": counted["new"],
            "linked": counted["linked"],
            "cpu_seconds": round(time.process_time() - started, 2),
            "registry_columns": registry.columns,
            "query_columns": queries.columns,
            "remarks": [*registry.remarks, *queries.remarks],
        }
        self._tell(summary, is_json=options["json"])

    def _tell(self, summary: dict[str, Any], *, is_json: bool) -> None:
        if is_json:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
            return
        self.stdout.write(
            f"名册 {summary['registry']:,} 家，表里 {summary['rows']:,} 行：预先勾选 {summary['preticked']:,}，"
            f"待人工看 {summary['review']:,}，新的 {summary['new']:,}。"
        )
        for remark in summary["remarks"]:
            self.stdout.write(f"  {remark}")
