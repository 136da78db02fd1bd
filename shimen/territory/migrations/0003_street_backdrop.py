from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('territory', '0002_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='street',
            name='backdrop',
            field=models.JSONField(blank=True, default=dict, verbose_name='底图（街坊、绿地、水面、路名）'),
        ),
    ]
