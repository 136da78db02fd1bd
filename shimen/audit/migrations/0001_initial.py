import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shimen.models
from shimen.migrating import Together

ORDER = """
CREATE SEQUENCE audit_accesslog_order OWNED BY audit_accesslog.sequence;

CREATE FUNCTION audit_number_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sequence := nextval('audit_accesslog_order');
    NEW.written_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER number_line BEFORE INSERT ON audit_accesslog
    FOR EACH ROW EXECUTE FUNCTION audit_number_line();
"""
UNDO_ORDER = """
DROP TRIGGER number_line ON audit_accesslog;
DROP FUNCTION audit_number_line();
DROP SEQUENCE audit_accesslog_order;
"""
GUARD = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit records are append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_accesslog
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
UNDO_GUARD = """
DROP TRIGGER append_only ON audit_accesslog;
DROP TRIGGER append_only ON audit_seal;
DROP FUNCTION audit_refuse();
"""


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
                    name="Seal",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False, verbose_name="日期")),
                        ("upto", models.BigIntegerField(verbose_name="至序号")),
                        ("rows", models.PositiveIntegerField(verbose_name="条数")),
                        ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                        ("previous", models.CharField(blank=True, max_length=64, verbose_name="前一封存的摘要")),
                        ("sealed_at", models.DateTimeField(verbose_name="封存时间")),
                    ],
                    options={
                        "verbose_name": "封存",
                    },
                ),
                migrations.CreateModel(
                    name="AccessLog",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "sequence",
                            models.BigIntegerField(editable=False, null=True, unique=True, verbose_name="序号"),
                        ),
                        ("written_at", models.DateTimeField(editable=False, null=True, verbose_name="写入时间")),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("verb", models.CharField(max_length=60, verbose_name="动作")),
                        ("object_type", models.CharField(max_length=40, verbose_name="对象")),
                        ("object_id", models.CharField(blank=True, max_length=60, verbose_name="对象编号")),
                        ("object_name", models.CharField(blank=True, max_length=120, verbose_name="对象名称")),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="事由")),
                        ("result", models.CharField(default="ok", max_length=20, verbose_name="结果")),
                        ("before", models.JSONField(default=dict, verbose_name="原值")),
                        ("after", models.JSONField(default=dict, verbose_name="新值")),
                        ("origin", models.CharField(blank=True, max_length=60, verbose_name="来源地址")),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "操作记录",
                        "indexes": [
                            models.Index(fields=["street", "-at"], name="accesslog_by_time"),
                            models.Index(fields=["object_type", "object_id"], name="accesslog_by_object"),
                            models.Index(fields=["actor", "-at"], name="accesslog_by_actor"),
                        ],
                    },
                ),
                migrations.RunSQL(ORDER, UNDO_ORDER),
                migrations.RunSQL(GUARD, UNDO_GUARD),
            ]
        )
    ]
