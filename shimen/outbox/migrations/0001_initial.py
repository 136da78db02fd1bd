import django.db.models.deletion
from django.db import migrations, models

import shimen.models
from shimen.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("territory", "0001_initial"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=60, verbose_name="种类")),
                        ("effect_key", models.CharField(max_length=200, unique=True, verbose_name="效果键")),
                        ("payload", models.JSONField(default=dict, verbose_name="参数")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "等待"),
                                    ("running", "进行中"),
                                    ("done", "完成"),
                                    ("failed", "失败"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                        ("due_at", models.DateTimeField(verbose_name="不早于")),
                        ("lease_until", models.DateTimeField(null=True, verbose_name="占用至")),
                        ("progress", models.JSONField(default=dict, verbose_name="进度")),
                        ("error", models.TextField(blank=True, verbose_name="错误")),
                        ("enqueued_at", models.DateTimeField(verbose_name="登记时间")),
                        ("done_at", models.DateTimeField(null=True, verbose_name="完成时间")),
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
                        "verbose_name": "后台任务",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["done", "failed"]), _negated=True),
                                fields=["due_at"],
                                name="job_open_by_due",
                            )
                        ],
                    },
                ),
            ]
        )
    ]
