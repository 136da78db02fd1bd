"""Departments with areas and an end; layouts remembered whole in place of single headings; batches that wait for one."""

import hashlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import shimen.models


def headings_to_layouts(apps, schema_editor):
    """What was said of single headings, as one decided layout per department: a file's own layout is added when it comes."""
    alias, layout = apps.get_model("coverage", "HeadingAlias"), apps.get_model("coverage", "Layout")
    for department in apps.get_model("coverage", "Department").objects.all():
        told = {}
        for row in alias.objects.filter(street_id=department.street_id).order_by("department_id"):
            if row.department_id in (None, department.pk) and (row.department_id or row.heading not in told):
                told[row.heading] = row.field
        if not told:
            continue
        now = timezone.now()
        layout.objects.create(
            street_id=department.street_id,
            department=department,
            fingerprint=hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()[:32],
            columns=[{"heading": key, "key": key, "field": field, "by": "person"} for key, field in told.items()],
            decided_at=now,
            first_seen_at=now,
            last_seen_at=now,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0012_merging"),
        ("territory", "0002_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(model_name="department", old_name="precedence", new_name="sort"),
        migrations.AlterField(
            model_name="department",
            name="sort",
            field=models.PositiveSmallIntegerField(default=50, verbose_name="排列次序（小的在前）"),
        ),
        migrations.AddField(
            model_name="department",
            name="contact_way",
            field=models.CharField(blank=True, max_length=80, verbose_name="办公电话或邮箱"),
        ),
        migrations.AddField(
            model_name="department",
            name="areas",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="territory.area", verbose_name="名册覆盖的区域"
            ),
        ),
        migrations.AddField(
            model_name="department",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="停用时间"),
        ),
        migrations.AddField(
            model_name="department",
            name="retired_reason",
            field=models.CharField(blank=True, max_length=120, verbose_name="停用原因"),
        ),
        migrations.RemoveConstraint(model_name="department", name="department_code_once_per_street"),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint(
                models.F("street"),
                models.F("code"),
                name="department_code_once_per_street",
                violation_error_message="已有部门用这个代码。",
            ),
        ),
        migrations.AlterField(
            model_name="batch",
            name="state",
            field=models.CharField(
                choices=[
                    ("received", "已上传"),
                    ("reading", "识别和比对中"),
                    ("refused", "读不了"),
                    ("mapping", "待认表头"),
                    ("ready", "待确认"),
                    ("applying", "应用中"),
                    ("applied", "已应用"),
                    ("undone", "已撤销"),
                    ("discarded", "已作废"),
                ],
                default="received",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.CreateModel(
            name="Layout",
            fields=[
                (
                    "id",
                    models.UUIDField(default=shimen.models.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("fingerprint", models.CharField(max_length=32, verbose_name="表头指纹")),
                ("columns", models.JSONField(default=list, verbose_name="各列")),
                ("is_skipped", models.BooleanField(default=False, verbose_name="不是名册，不读")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="认定时间")),
                ("first_seen_at", models.DateTimeField(verbose_name="首次收到")),
                ("last_seen_at", models.DateTimeField(verbose_name="最近收到")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="layouts",
                        to="coverage.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.street",
                        verbose_name="街道",
                    ),
                ),
            ],
            options={
                "verbose_name": "表头",
                "indexes": [models.Index(fields=["street", "fingerprint"], name="layout_by_fingerprint")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("department"), models.F("fingerprint"), name="layout_once_per_department"
                    )
                ],
            },
        ),
        migrations.RunPython(headings_to_layouts, migrations.RunPython.noop),
        migrations.DeleteModel(name="HeadingAlias"),
    ]
