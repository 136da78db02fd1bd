"""The registry: entities and the people who work in them.

Values are stored in canonical form (`coverage.facts.fields`, which reads with `coverage.matching` and
`shimen.territory.addresses`). Three things are kept about who said what:

`Entity.provenance`, per field the word that holds:
    {"legal_person": {"source": "visit", "by": "<user id>", "on": "2026-11-18", "ref": "<visit id>"}}
    source  department | visit | staff | collection (`coverage.facts.precedence.Source`)
    by      department code, or user id
    on      the day for which the source vouches; the latest day on which the same value was confirmed
    ref     batch id, visit id, or "" for an edit on the page
    Keys are those of `coverage.facts.fields.FACTS` ("phone", not its three columns) and "presence" and "place".
`EntitySource`, what a source last said where that is not, or once was not, what the registry holds: the losing word of
    a contradiction, and the earlier winner when it was overruled. `value` is canonical text; `by` is the department's
    code and "" for the other sources (the next visit replaces the last one's word). A source that comes to agree
    updates its row if it has one; agreement alone makes none. So a contradiction is a row whose value differs from the
    registry's and whose day is not before the day of provenance.
`EntityEvent` (history), every version with the context of its change: actor, path, verb, and `batch` or `visit` where
    one of these caused it.

Which word holds is `coverage.facts.precedence.judge`: strength per field first, freshness second, never order of arrival.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import pghistory
from django.apps import apps
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from coverage.matching.pinyin import is_letters, query, reading_of
from shimen.accounts.access import scope_of
from shimen.models import ScopedQuerySet, StreetRow
from shimen.privacy.sealing import phone_index

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class Industry(models.TextChoices):
    """Sections of GB/T 4754-2017."""

    A = "A", "农、林、牧、渔业"
    B = "B", "采矿业"
    C = "C", "制造业"
    D = "D", "电力、热力、燃气及水生产和供应业"
    E = "E", "建筑业"
    F = "F", "批发和零售业"
    G = "G", "交通运输、仓储和邮政业"
    H = "H", "住宿和餐饮业"
    I = "I", "信息传输、软件和信息技术服务业"  # noqa: E741 - the letter is the code
    J = "J", "金融业"
    K = "K", "房地产业"
    L = "L", "租赁和商务服务业"
    M = "M", "科学研究和技术服务业"
    N = "N", "水利、环境和公共设施管理业"
    O = "O", "居民服务、修理和其他服务业"  # noqa: E741
    P = "P", "教育"
    Q = "Q", "卫生和社会工作"
    R = "R", "文化、体育和娱乐业"
    S = "S", "公共管理、社会保障和社会组织"
    T = "T", "国际组织"


# What a table has room for.
IN_SHORT = {
    "A": "农林牧渔", "B": "采矿", "C": "制造", "D": "电热燃水", "E": "建筑", "F": "批发零售", "G": "交通仓储邮政", "H": "住宿餐饮",
    "I": "信息软件", "J": "金融", "K": "房地产", "L": "租赁商务", "M": "科研技术", "N": "水利环境", "O": "居民服务修理", "P": "教育",
    "Q": "卫生社会工作", "R": "文体娱乐", "S": "公共管理", "T": "国际组织",
}  # fmt: skip


class EntityQuerySet(ScopedQuerySet):
    """Entities; the usual chain is `visible_to(user).listed()...`."""

    area_path = "area_id"

    def listed(self):
        """Entities in the registry now (removed ones stay in history)."""
        return self.filter(removed_at__isnull=True)

    def operating(self):
        """在营: registered as existing, not suspended, and not found closed or moved at the door."""
        return self.listed().filter(
            registration_status=Entity.Registration.EXISTING,
            is_suspended=False,
            presence__in=[Entity.Presence.UNKNOWN, Entity.Presence.OPEN],
        )

    def street_shops(self):
        """沿街商铺: listed entities whose door opens to the street."""
        return self.listed().filter(place__kind="shopfront")

    def by_pinyin(self):
        return self.order_by("pinyin", "id")

    def search(self, typed: str):
        """Found by name, trade sign, code, address, operator, pinyin or its initials; several words must all be found.
        A whole telephone number is found through its index."""
        index = phone_index(typed)
        if index:
            return self.filter(phone_index=index)
        words = query(typed).split()
        if words and all(is_letters(word) for word in words):
            words = ["".join(words)]
        found = Q()
        for word in words:
            found &= Q(search__text__contains=word)
        return self.filter(found)

    def never_visited(self):
        """Entities at whose door nobody has been yet."""
        visits = apps.get_model("coverage", "Visit").objects.filter(entity=OuterRef("pk"))
        return self.filter(~Exists(visits))

    def unconfirmed_since(self, day: dt.date):
        """Entities whose state at the door was last seen before `day`, or never."""
        return self.filter(Q(presence_on__isnull=True) | Q(presence_on__lt=day))

    def contradicted(self):
        """Entities of which a source said something else on or after the day for which the registry's word stands."""
        return self.filter(pk__in=RawSQL(_CONTRADICTED, []))  # noqa: S611 - a constant without parameters


_CONTRADICTED = """
SELECT s.entity_id FROM coverage_entitysource s JOIN coverage_entity e ON e.id = s.entity_id
WHERE s.value <> '' AND s.field NOT IN ('phone', 'is_suspended', 'is_irregular')
  AND s.value <> coalesce(to_jsonb(e) ->> s.field, '')
  AND s."on" >= coalesce((e.provenance -> s.field ->> 'on')::date, 'epoch')
"""


class Entity(StreetRow):
    """市场主体: an enterprise, sole trader or social organisation with premises (or none) on the street."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", "企业"
        SOLE_TRADER = "sole_trader", "个体工商户"
        SOCIAL = "social", "社会组织"
        OTHER = "other", "其他"

    class Registration(models.TextChoices):
        """登记状态, numbered as in the departments' code table."""

        EXISTING = "1", "存续"
        REVOKED = "2", "吊销未注销"
        REVOKED_CANCELLED = "3", "吊销已注销"
        CANCELLED = "4", "注销"
        WITHDRAWN = "5", "撤销"
        MOVED_OUT = "6", "迁出"
        OTHER = "9", "其他"

    class Presence(models.TextChoices):
        """What was found at the door."""

        UNKNOWN = "unknown", "未访到"
        OPEN = "open", "在营"
        CLOSED = "closed", "关闭"
        MOVED = "moved", "搬走"

    code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    organisation_code = models.CharField("组织机构代码（9 位）", max_length=9, blank=True)
    old_number = models.CharField("旧注册号", max_length=20, blank=True)
    name = models.CharField("名称", max_length=160)
    name_key = models.CharField("名称键", max_length=160)
    trade_sign = models.CharField("招牌", max_length=80, blank=True)
    kind = models.CharField("类型", max_length=12, choices=Kind)
    legal_person = models.CharField("法定代表人（经营者）", max_length=80, blank=True)
    registration_status = models.CharField(
        "登记状态", max_length=1, choices=Registration, default=Registration.EXISTING
    )
    is_suspended = models.BooleanField("歇业", default=False)
    is_irregular = models.BooleanField("列入经营异常", default=False)
    industry = models.CharField("行业门类", max_length=1, choices=Industry, blank=True)
    industry_code = models.CharField("行业代码", max_length=6, blank=True)
    scope = models.TextField("经营范围", blank=True)
    address = models.CharField("住所（经营场所）", max_length=200, blank=True)
    address_key = models.CharField("地址键", max_length=120, blank=True)
    established_on = models.DateField("成立日期", null=True, blank=True)
    capital = models.DecimalField("注册资本（万元）", max_digits=16, decimal_places=4, null=True, blank=True)
    headcount = models.PositiveIntegerField("从业人数", null=True, blank=True)
    opening_hours = models.CharField("营业时间", max_length=60, blank=True)
    phone_sealed = models.BinaryField("联系电话（加密）", null=True, editable=False)
    phone_index = models.BinaryField("联系电话索引", max_length=16, null=True, editable=False)
    phone_mask = models.CharField("联系电话", max_length=20, blank=True)
    place = models.ForeignKey(
        "territory.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entities",
        verbose_name="地点",
        db_index=False,
    )
    area = models.ForeignKey(
        "territory.Area",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entities",
        verbose_name="网格",
        db_index=False,  # found by street and area
    )
    presence = models.CharField("实地情况", max_length=8, choices=Presence, default=Presence.UNKNOWN)
    presence_on = models.DateField("实地情况截至", null=True, blank=True)
    missing_since = models.DateField("部门名册中不再出现，自", null=True, blank=True)
    pinyin = models.CharField("拼音", max_length=240, blank=True)
    initials = models.CharField("拼音首字母", max_length=80, blank=True)
    provenance = models.JSONField("来源", default=dict)
    registered_on = models.DateField("进入名册日期")
    removed_at = models.DateTimeField("移出名册时间", null=True, blank=True)
    removed_reason = models.CharField("移出原因", max_length=200, blank=True)

    objects = EntityQuerySet.as_manager()

    class Meta:
        verbose_name = "市场主体"
        constraints = [
            models.UniqueConstraint(
                "street",
                "code",
                condition=Q(removed_at__isnull=True) & ~Q(code=""),
                name="entity_code_once_per_street",
                violation_error_message="名册里已有这个统一社会信用代码。",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "pinyin", "id"], name="entity_by_pinyin"),
            models.Index(fields=["street", "area"], name="entity_by_area"),
            # Looked up as a whole and nearly unique: without the street, and where long as hashes, they are a third as large.
            models.Index(fields=["organisation_code"], name="entity_by_org_code"),
            HashIndex(fields=["address_key"], name="entity_by_address_key"),
            # Every index is written anew with an entity's name or address: not where there is nothing to find.
            models.Index(fields=["place"], name="entity_by_place", condition=Q(place__isnull=False)),
            models.Index(
                fields=["street", "phone_index"], name="entity_by_phone", condition=Q(phone_index__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.trade_sign or self.name

    @property
    def industry_in_short(self) -> str:
        return IN_SHORT.get(self.industry, "")


class EntitySearch(models.Model):
    """What a search box finds an entity by. Narrow and apart: a trigram index on the registry itself makes every
    write several times dearer."""

    entity = models.OneToOneField(Entity, on_delete=models.CASCADE, primary_key=True, related_name="search")
    street = models.ForeignKey("territory.Street", on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()

    class Meta:
        indexes = [GinIndex(fields=["text"], opclasses=["gin_trgm_ops"], name="entitysearch_trigram")]


class EntitySource(models.Model):
    """What a source last said of a field, kept also where it did not win: contradictions are seen, not forgotten."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="sources")
    field = models.CharField(max_length=30)
    source = models.CharField(max_length=12)
    by = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    on = models.DateField()
    ref = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("entity", "field", "source", "by", name="one_word_per_source_and_field")]


class FactRule(StreetRow):
    """A street's own order of sources and limit of freshness for a field, in place of `coverage.facts.precedence.RULES`."""

    field = models.CharField("字段", max_length=30)
    order = models.JSONField("来源次序", default=list)
    fresh_days = models.PositiveSmallIntegerField("多少天内算新")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "来源次序"
        constraints = [models.UniqueConstraint("street", "field", name="fact_rule_once_per_street")]


class WorkerQuerySet(ScopedQuerySet):
    """People at work; a person is seen by whoever sees their entity."""

    area_path = "entity__area_id"

    # Whose entities are out of sight is subtracted instead of joining every worker to an entity: PostgreSQL hashes the
    # entities once and walks the index in order, so that a page of 50 among 58,782 costs what it takes to reach it.

    def visible_to(self, user: User | AnonymousUser):
        scope = scope_of(user)
        if scope.street_id is None:
            return self.none()
        rows = self.filter(street_id=scope.street_id)
        if scope.area_ids is None:
            return rows
        inside = Entity.objects.filter(street_id=scope.street_id).exclude(area_id__in=scope.area_ids)
        return rows.exclude(entity_id__in=inside.values("pk"))

    def in_area(self, area_id: uuid.UUID | str):
        """Those who work in an area or below it."""
        elsewhere = Entity.objects.exclude(area__lineage__contains=[area_id])
        return self.exclude(entity_id__in=elsewhere.values("pk"))

    def current(self):
        """Those who have not left, in entities that have not left."""
        removed = Entity.objects.filter(removed_at__isnull=False)
        return self.filter(left_on__isnull=True).exclude(entity_id__in=removed.values("pk"))

    def by_pinyin(self):
        return self.order_by("pinyin", "id")

    def search(self, typed: str):
        """Found by the beginning of the name, of its pinyin or initials, or by a whole telephone number."""
        index = phone_index(typed)
        if index:
            return self.filter(phone_index=index)
        text = query(typed).replace(" ", "")
        if not is_letters(text):
            return self.filter(name__startswith="".join(typed.split()))
        ways = Q()
        for column in reading_of(text):
            ways |= Q(**{f"{column}__startswith": text})
        return self.filter(ways)


class Worker(StreetRow):
    """从业人员. Minimal by intent: no identity-card number, no birthday, no location.

    `standing` (政治面貌) is sensitive personal information: kept only when the person said so with consent.
    """

    class Standing(models.TextChoices):
        UNKNOWN = "unknown", "未登记"
        MEMBER = "member", "中共党员"
        PROBATIONARY = "probationary", "预备党员"
        LEAGUE = "league", "共青团员"
        OTHER = "other", "其他"
        DECLINED = "declined", "不愿提供"

    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="workers", verbose_name="市场主体")
    name = models.CharField("姓名", max_length=60)
    post = models.CharField("岗位", max_length=40, blank=True)
    phone_sealed = models.BinaryField("电话（加密）", null=True, editable=False)
    phone_index = models.BinaryField("电话索引", max_length=16, null=True, editable=False)
    phone_mask = models.CharField("电话", max_length=20, blank=True)
    standing = models.CharField("政治面貌", max_length=12, choices=Standing, default=Standing.UNKNOWN)
    is_affiliated_elsewhere = models.BooleanField("组织关系在外", default=False)
    pinyin = models.CharField("拼音", max_length=120, blank=True)
    initials = models.CharField("拼音首字母", max_length=30, blank=True)
    provenance = models.JSONField("来源", default=dict)
    joined_on = models.DateField("登记日期")
    left_on = models.DateField("离开日期", null=True, blank=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "从业人员"
        indexes = [
            models.Index(fields=["street", "pinyin", "id"], name="worker_by_pinyin"),
            models.Index(fields=["entity"], name="worker_by_entity"),
            models.Index(fields=["street", "phone_index"], name="worker_by_phone"),
            models.Index(fields=["street", "name"], name="worker_by_name"),
            models.Index(fields=["street", "initials"], name="worker_by_initials"),
            models.Index(
                fields=["street", "pinyin", "id"],
                include=["entity"],
                condition=Q(left_on__isnull=True),
                name="worker_in_order",
            ),
            models.Index(
                fields=["street", "standing", "pinyin", "id"],
                include=["entity"],
                condition=Q(left_on__isnull=True),
                name="worker_by_standing",
            ),
            models.Index(
                fields=["street", "pinyin", "id"],
                include=["entity"],
                condition=Q(left_on__isnull=True, is_affiliated_elsewhere=True),
                name="worker_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _tracked(model: type[models.Model], *, exclude: list[str]) -> None:
    """History by one trigger per statement: 58,782 updated rows cost one insert, not as many."""
    level = pghistory.Statement
    pghistory.track(
        pghistory.InsertEvent(level=level),
        pghistory.UpdateEvent(level=level),
        pghistory.DeleteEvent(level=level),
        exclude=exclude,
        append_only=True,
        # Nobody looks along it, and every version would be entered.
        context_field=pghistory.ContextForeignKey(db_index=False),
    )(model)


_tracked(Entity, exclude=["pinyin", "initials", "phone_index", "name_key", "address_key"])
_tracked(Worker, exclude=["pinyin", "initials", "phone_index"])
