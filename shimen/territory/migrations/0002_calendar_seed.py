"""Working days of the known years."""

from django.db import migrations


def seed(apps, schema_editor):
    from shimen.territory import calendar

    calendar.seed(
        days=apps.get_model("territory", "CalendarDay").objects,
        years=apps.get_model("territory", "CalendarYear").objects,
    )


class Migration(migrations.Migration):
    dependencies = [("territory", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
