import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

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
    dependencies = [
        ("audit", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="accesslog", name="append_only"),
        pgtrigger.migrations.RemoveTrigger(model_name="accesslog", name="no_truncate"),
        pgtrigger.migrations.RemoveTrigger(model_name="seal", name="append_only_seal"),
        migrations.AddField(
            model_name="accesslog",
            name="sequence",
            field=models.BigIntegerField(editable=False, null=True, unique=True, verbose_name="序号"),
        ),
        migrations.AddField(
            model_name="accesslog",
            name="written_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="写入时间"),
        ),
        migrations.AddField(
            model_name="seal",
            name="upto",
            field=models.BigIntegerField(default=0, verbose_name="至序号"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="seal",
            name="previous",
            field=models.CharField(blank=True, max_length=64, verbose_name="前一封存的摘要"),
        ),
        migrations.AddIndex(
            model_name="accesslog",
            index=models.Index(fields=["actor", "-at"], name="accesslog_by_actor"),
        ),
        # Lines of an installation that ran before there was an order: number them as their ids sort.
        migrations.RunSQL(
            "WITH ordered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM audit_accesslog)"
            " UPDATE audit_accesslog line SET sequence = n FROM ordered WHERE ordered.id = line.id",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(ORDER, UNDO_ORDER),
        migrations.RunSQL(
            "SELECT setval('audit_accesslog_order', coalesce(max(sequence), 0) + 1, false) FROM audit_accesslog",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(GUARD, UNDO_GUARD),
    ]
