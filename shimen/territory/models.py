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
    # The street's own border, one closed ring as in Area.boundary; what is drawn must lie inside it. Empty = not known.
    outline = models.JSONField("街道边界（GeoJSON 多边形环，WGS-84）", default=list, blank=True)

    class Meta:
        verbose_name = "街道"

    def __str__(self) -> str:
        return self.name


class AreaQuerySet(ScopedQuerySet):
    """Areas; the scope of a person includes everything below the areas that were granted."""

    area_path = "id"

    def standing(self):
        """Areas that have not been closed."""
        return self.filter(closed_on__isnull=True)

    def grids(self):
        return self.standing().filter(kind=Area.Kind.GRID)

    def below(self, area: Area):
        """The area itself and everything under it."""
        return self.filter(lineage__contains=[area.pk])

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
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "区域"
        # That a ring is closed, and that no place stands in a closed area, is checked by the database too
        # (migration 0005_keeping): neither can be said here.
        constraints = [
            models.UniqueConstraint("street", "code", name="area_code_once_per_street"),
            models.UniqueConstraint(
                fields=["street", "kind", "name"],
                condition=models.Q(closed_on__isnull=True),
                name="area_name_once_per_street",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceQuerySet(ScopedQuerySet):
    """Doors, buildings and rooms."""

    area_path = "area_id"

    def street_front(self):
        return self.filter(kind=Place.Kind.SHOPFRONT)

    def standing(self):
        """Places that are still there."""
        return self.filter(closed_on__isnull=True)


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
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "地点"
        constraints = [
            models.UniqueConstraint("street", "address_key", name="place_address_once_per_street"),
            models.CheckConstraint(
                condition=models.Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90), name="place_on_the_globe"
            ),
        ]
        indexes = [models.Index(fields=["street", "area"], name="place_by_area")]

    def __str__(self) -> str:
        return self.name or self.address


class RedrawingQuerySet(ScopedQuerySet):
    """Redrawn borders and moved places."""

    area_path = "area_id"

    def newest_first(self):
        return self.order_by("-made_at", "-pk")


class Redrawing(StreetRow):
    """A border that was redrawn or a place that was moved, with what it takes to put it back.

    `before` and `after` are {"rings": {area id: ring}, "points": {place id: [lon, lat, by hand]}, "areas": {place id:
    area id}}; only what changed stands in them.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="redrawings", verbose_name="区域")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="redrawings", verbose_name="地点"
    )
    sentence = models.CharField("改了什么", max_length=200)
    before = models.JSONField("原来", default=dict)
    after = models.JSONField("改后", default=dict)
    made_at = models.DateTimeField("时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="经手人")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )

    objects = RedrawingQuerySet.as_manager()

    class Meta:
        verbose_name = "地域变动"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="redrawing_undone_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["street", "area", "-made_at"], name="redrawing_by_area")]

    def __str__(self) -> str:
        return self.sentence


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
