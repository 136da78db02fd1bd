import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shimen.models
from shimen.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Erasure",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(max_length=120, unique=True, verbose_name="效果键")),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("expired", "到期"),
                                    ("withdrawn", "本人撤回同意"),
                                    ("asked", "本人要求，工作人员经办"),
                                ],
                                max_length=10,
                                verbose_name="缘由",
                            ),
                        ),
                        ("label", models.CharField(max_length=120, verbose_name="什么")),
                        (
                            "what",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                default=list,
                                size=None,
                                verbose_name="删了哪些",
                            ),
                        ),
                        (
                            "kept",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                default=list,
                                size=None,
                                verbose_name="留下哪些",
                            ),
                        ),
                        ("rows", models.PositiveIntegerField(default=0, verbose_name="条数")),
                        ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                        ("due_on", models.DateField(verbose_name="最迟")),
                        ("done_at", models.DateTimeField(null=True, verbose_name="删除时间")),
                        (
                            "handled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="经办人",
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
                        "verbose_name": "删除记录",
                        "indexes": [models.Index(fields=["street", "-asked_at"], name="erasure_by_time")],
                    },
                ),
            ]
        )
    ]
