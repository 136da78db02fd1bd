import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
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
                    name="Edition",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="名称")),
                        ("as_of", models.DateField(verbose_name="截至")),
                        ("frozen_at", models.DateTimeField(verbose_name="冻结时间")),
                        (
                            "frozen_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        "verbose_name": "数字版本",
                    },
                ),
                migrations.CreateModel(
                    name="EditionFigure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=60)),
                        ("title", models.CharField(max_length=60, verbose_name="名称")),
                        ("definition", models.TextField(verbose_name="口径")),
                        ("unit", models.CharField(max_length=12, verbose_name="单位")),
                        ("qualifier", models.CharField(blank=True, max_length=12, verbose_name="限定")),
                        ("value", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="数值")),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="figures",
                                to="figures.edition",
                            ),
                        ),
                    ],
                ),
                migrations.AddConstraint(
                    model_name="edition",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("name"),
                        name="edition_name_once_per_street",
                        violation_error_message="已经有一版叫这个名字。",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="edition",
                    trigger=pgtrigger.compiler.Trigger(
                        name="edition_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="35b30f15dd579dc451050e511252ffca49ceac75",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_edition_kept_96d27",
                            table="figures_edition",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="editionfigure",
                    constraint=models.UniqueConstraint(
                        models.F("edition"), models.F("key"), name="figure_once_per_edition"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="editionfigure",
                    trigger=pgtrigger.compiler.Trigger(
                        name="edition_figure_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="2b3612681b402925eced3e891f397cccd1cbe87b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_edition_figure_kept_8670f",
                            table="figures_editionfigure",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        )
    ]
