"""Supply learns of the organisations that stand already."""

from django.db import migrations

# The words of the kinds as they were when this was written.
KINDS = {
    "street_block": "街区", "building": "楼宇", "enterprise": "非公企业", "social": "社会组织", "industry": "行业",
    "residential": "居民区", "street": "街道",
}  # fmt: skip
EMERGING = {"street_block", "building", "enterprise", "social", "industry"}
SAME = ("id", "street_id", "name", "short_name", "pinyin", "initials", "area_id", "place_id")


def tell(apps, schema_editor):
    recipient = apps.get_model("supply", "Recipient")
    rows = apps.get_model("branches", "Organisation").objects.filter(founded_on__isnull=False)
    recipient.objects.bulk_create(
        [
            recipient(
                **{name: getattr(row, name) for name in SAME}, kind=KINDS[row.kind], is_emerging=row.kind in EMERGING,
                since=row.founded_on, until=row.dissolved_on,
            )
            for row in rows.iterator()
        ]
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("branches", "0008_divisions"), ("supply", "0001_recipients")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
