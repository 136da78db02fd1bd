"""Street, areas, places, and the days on which people work."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shimen.models import ScopedQuerySet, StreetRow, new_id


class Street(models.Model):
    """A sub-district (街道): the tenant to which every business row belongs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField("代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    division = models.CharField("行政区划代码", max_length=6)
    district = models.CharField("所在区", max_length=40, blank=True)
    lon = models.FloatField("中心经度（WGS-84）")
    lat = models.FloatField("中心纬度（WGS-84）")
    rounds_from = models.DateField("首轮走访起始日（周一）")
    is_trial = models.BooleanField("试用数据", default=False)
    # What lies under the dots on a map without tiles, in WGS-84 degrees: {"blocks" | "parks" | "water": [{"name", "ring"}],
    # "roads": [{"name", "line"}]}; a ring is closed, as in GeoJSON.
    backdrop = models.JSONField("底图（街坊、绿地、水面、路名）", default=dict, blank=True)

    class Meta:
        verbose_name = "街道"

    def __str__(self) -> str:
        return self.name


class AreaQuerySet(ScopedQuerySet):
    """Areas; the scope of a person includes everything below the areas that were granted."""

    area_path = "id"

    def grids(self):
        return self.filter(kind=Area.Kind.GRID)

    def in_order(self):
        return self.order_by("sort", "code")


class Area(StreetRow):
    """A piece of the street in the area tree: grid, residents' area, street block, or a cluster of buildings."""

    class Kind(models.TextChoices):
        GRID = "grid", "网格"
        RESIDENTIAL = "residential", "居民区"
        BLOCK = "block", "街区"
        CLUSTER = "cluster", "楼宇群"

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=60)
    sort = models.PositiveSmallIntegerField("次序", default=0)
    lineage = ArrayField(models.UUIDField(), verbose_name="自身和上级", default=list)
    boundary = models.JSONField("边界（GeoJSON 多边形环，WGS-84）", default=list)  # one closed ring: [[lon, lat], …]

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "区域"
        constraints = [models.UniqueConstraint("street", "code", name="area_code_once_per_street")]

    def __str__(self) -> str:
        return self.name


class PlaceQuerySet(ScopedQuerySet):
    """Doors, buildings and rooms."""

    area_path = "area_id"

    def street_front(self):
        return self.filter(kind=Place.Kind.SHOPFRONT)


class Place(StreetRow):
    """A door one can stand before: a shop front, a building, or a room in one.

    `address_key` is the normalised 路+弄+号+室 of `shimen.territory.addresses`; `walk_order` sorts doors along their
    road. Coordinates are WGS-84 degrees.
    """

    class Kind(models.TextChoices):
        SHOPFRONT = "shopfront", "沿街门面"
        BUILDING = "building", "楼宇"
        ROOM = "room", "室"
        OTHER = "other", "其他"

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="places", verbose_name="网格")
    building = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="rooms", verbose_name="所在楼宇"
    )
    kind = models.CharField("类别", max_length=12, choices=Kind)
    name = models.CharField("名称", max_length=80, blank=True)
    road = models.CharField("路", max_length=40, blank=True)
    lane = models.CharField("弄", max_length=20, blank=True)
    number = models.CharField("号", max_length=20, blank=True)
    floor = models.SmallIntegerField("层", null=True, blank=True)
    room = models.CharField("室", max_length=30, blank=True)
    address = models.CharField("地址", max_length=200)
    address_key = models.CharField("地址键", max_length=120)
    lon = models.FloatField("经度")
    lat = models.FloatField("纬度")
    is_located_by_hand = models.BooleanField("位置经人工校正", default=False)
    is_start = models.BooleanField("走访出发点（服务站）", default=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "地点"
        constraints = [models.UniqueConstraint("street", "address_key", name="place_address_once_per_street")]
        indexes = [models.Index(fields=["street", "area"], name="place_by_area")]

    def __str__(self) -> str:
        return self.name or self.address


class CalendarYear(models.Model):
    """Whether a year's working days are those of the official notice or only our guess."""

    year = models.PositiveSmallIntegerField("年", primary_key=True)
    is_official = models.BooleanField("按国务院办公厅通知", default=False)
    notice = models.TextField("通知原文或说明", blank=True)

    class Meta:
        verbose_name = "工作日历年度"

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from the plain week: a holiday on a weekday, or a make-up day on a weekend."""

    day = models.DateField("日期", primary_key=True)
    is_working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40, blank=True)

    class Meta:
        verbose_name = "调休日"

    def __str__(self) -> str:
        return self.day.isoformat()
