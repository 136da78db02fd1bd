import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

import shimen.models
from shimen.migrating import Together

CLOSED_RING = """
ALTER TABLE territory_area ADD CONSTRAINT area_ring_is_closed CHECK (
  jsonb_typeof(boundary) = 'array'
  AND (jsonb_array_length(boundary) = 0 OR (jsonb_array_length(boundary) >= 4 AND boundary -> 0 = boundary -> -1)))
"""
# Reads the area with a share lock, so that a place that comes in and a closing that happens at once see each other.
OPEN_AREA = """
CREATE FUNCTION territory_place_in_open_area() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed date;
BEGIN
  SELECT closed_on INTO closed FROM territory_area WHERE id = NEW.area_id FOR SHARE;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'place % would stand in a closed area', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER place_in_open_area BEFORE INSERT OR UPDATE OF area_id, closed_on ON territory_place
  FOR EACH ROW WHEN (NEW.closed_on IS NULL) EXECUTE FUNCTION territory_place_in_open_area();
CREATE FUNCTION territory_area_closed_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM territory_place WHERE area_id = NEW.id AND closed_on IS NULL) THEN
    RAISE EXCEPTION 'area % still has places', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER area_closed_empty BEFORE UPDATE OF closed_on ON territory_area
  FOR EACH ROW WHEN (NEW.closed_on IS NOT NULL) EXECUTE FUNCTION territory_area_closed_empty();
"""
DROP_OPEN_AREA = """
DROP TRIGGER place_in_open_area ON territory_place;
DROP FUNCTION territory_place_in_open_area();
DROP TRIGGER area_closed_empty ON territory_area;
DROP FUNCTION territory_area_closed_empty();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                TrigramExtension(),
                BtreeGistExtension(),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False, verbose_name="日期")),
                        ("is_working", models.BooleanField(verbose_name="上班")),
                        ("name", models.CharField(blank=True, max_length=40, verbose_name="名称")),
                    ],
                    options={
                        "verbose_name": "调休日",
                    },
                ),
                migrations.CreateModel(
                    name="CalendarYear",
                    fields=[
                        (
                            "year",
                            models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="年"),
                        ),
                        ("is_official", models.BooleanField(default=False, verbose_name="按国务院办公厅通知")),
                        ("notice", models.TextField(blank=True, verbose_name="通知原文或说明")),
                    ],
                    options={
                        "verbose_name": "工作日历年度",
                    },
                ),
                migrations.CreateModel(
                    name="Street",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=12, unique=True, verbose_name="代码")),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("division", models.CharField(max_length=6, verbose_name="行政区划代码")),
                        ("district", models.CharField(blank=True, max_length=40, verbose_name="所在区")),
                        ("lon", models.FloatField(verbose_name="中心经度（WGS-84）")),
                        ("lat", models.FloatField(verbose_name="中心纬度（WGS-84）")),
                        ("rounds_from", models.DateField(verbose_name="首轮走访起始日（周一）")),
                        ("is_trial", models.BooleanField(default=False, verbose_name="试用数据")),
                        (
                            "backdrop",
                            models.JSONField(blank=True, default=dict, verbose_name="底图（街坊、绿地、水面、路名）"),
                        ),
                        (
                            "outline",
                            models.JSONField(
                                blank=True, default=list, verbose_name="街道边界（GeoJSON 多边形环，WGS-84）"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "街道",
                    },
                ),
                migrations.CreateModel(
                    name="Area",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("grid", "网格"),
                                    ("residential", "居民区"),
                                    ("block", "街区"),
                                    ("cluster", "楼宇群"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        ("code", models.CharField(max_length=20, verbose_name="代码")),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("sort", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                        (
                            "lineage",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None, verbose_name="自身和上级"
                            ),
                        ),
                        ("boundary", models.JSONField(default=list, verbose_name="边界（GeoJSON 多边形环，WGS-84）")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="territory.area",
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
                        "verbose_name": "区域",
                    },
                ),
                migrations.CreateModel(
                    name="Place",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("shopfront", "沿街门面"),
                                    ("building", "楼宇"),
                                    ("room", "室"),
                                    ("other", "其他"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=80, verbose_name="名称")),
                        ("road", models.CharField(blank=True, max_length=40, verbose_name="路")),
                        ("lane", models.CharField(blank=True, max_length=20, verbose_name="弄")),
                        ("number", models.CharField(blank=True, max_length=20, verbose_name="号")),
                        ("floor", models.SmallIntegerField(blank=True, null=True, verbose_name="层")),
                        ("room", models.CharField(blank=True, max_length=30, verbose_name="室")),
                        ("address", models.CharField(max_length=200, verbose_name="地址")),
                        ("address_key", models.CharField(max_length=120, verbose_name="地址键")),
                        ("lon", models.FloatField(verbose_name="经度")),
                        ("lat", models.FloatField(verbose_name="纬度")),
                        ("is_located_by_hand", models.BooleanField(default=False, verbose_name="位置经人工校正")),
                        ("is_start", models.BooleanField(default=False, verbose_name="走访出发点（服务站）")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="places",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "building",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rooms",
                                to="territory.place",
                                verbose_name="所在楼宇",
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
                        "verbose_name": "地点",
                    },
                ),
                migrations.CreateModel(
                    name="Redrawing",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("sentence", models.CharField(max_length=200, verbose_name="改了什么")),
                        ("before", models.JSONField(default=dict, verbose_name="原来")),
                        ("after", models.JSONField(default=dict, verbose_name="改后")),
                        ("made_at", models.DateTimeField(verbose_name="时间")),
                        ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="redrawings",
                                to="territory.area",
                                verbose_name="区域",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="经手人",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="redrawings",
                                to="territory.place",
                                verbose_name="地点",
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="撤销人",
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
                        "verbose_name": "地域变动",
                        "indexes": [models.Index(fields=["street", "area", "-made_at"], name="redrawing_by_area")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="redrawing_undone_by_somebody",
                            )
                        ],
                    },
                ),
                migrations.AddIndex(
                    model_name="place",
                    index=models.Index(fields=["street", "area"], name="place_by_area"),
                ),
                migrations.AddConstraint(
                    model_name="place",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("address_key"), name="place_address_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="place",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("lat__gte", -90), ("lat__lte", 90), ("lon__gte", -180), ("lon__lte", 180)),
                        name="place_on_the_globe",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="area",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("code"), name="area_code_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="area",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("closed_on__isnull", True)),
                        fields=("street", "kind", "name"),
                        name="area_name_once_per_street",
                    ),
                ),
                migrations.RunSQL(CLOSED_RING, "ALTER TABLE territory_area DROP CONSTRAINT area_ring_is_closed"),
                migrations.RunSQL(OPEN_AREA, DROP_OPEN_AREA),
            ]
        )
    ]
