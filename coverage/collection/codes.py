"""The verbs on codes: publishing the notice behind them, making, exchanging and stopping them, printing sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models, transaction

from coverage.collection import numbers
from coverage.models import CodePrint, CollectionCode, CollectionForm, Entity
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Place, Street

VALID_DAYS = 365
MOST_AT_ONCE = 600
SHORTEST_REASON = 4
TEXTS = (
    "title", "organ", "purpose", "rights", "contact", "notice", "consent", "separate_consent", "asks_post",
    "asks_standing", "retention_days", "waiting_days",
)  # fmt: skip


class CodeError(DomainError):
    """A code, its notice or its sheet cannot be made so."""


def current_form(street: Street) -> CollectionForm | None:
    """The version that is shown now: the last one published."""
    return CollectionForm.objects.filter(street=street).order_by("-number").first()


def first_draft(street: Street) -> dict[str, Any]:
    """What the first version of a street's notice begins as; who to ask must be filled in."""
    return {
        "title": "党员信息采集",
        "organ": f"{street.name}党工委",
        "purpose": "联系您参加组织生活，转接组织关系",
        "rights": "随时查看、更正、撤回、删除",
        "contact": "",
        "consent": "按上面的说明使用我填的信息",
        "separate_consent": "使用“是不是党员”这一项。它属于敏感个人信息，不勾选也能提交，这一项不会保存",
        "notice": _NOTICE.format(organ=f"{street.name}党工委"),
        "asks_post": True,
        "asks_standing": True,
        "retention_days": 180,
        "waiting_days": 30,
    }


# What arts. 14, 17, 23, 28 to 30 and 44 to 50 of the 个人信息保护法 ask a notice to say, in plain words.
_NOTICE = """{organ}收集您填写的信息，只用来联系您参加组织生活、转接组织关系。

填不填由您决定。不填、少填、以后撤回，都不影响经营、办证、领券和任何服务。

只收集您写下的这几项：姓名、手机号、在店里做什么、是不是党员。不要身份证号，不拍照，不定位，不记您的手机型号和网络地址。

“是不是党员”属于敏感个人信息，要您单独勾选同意才保存；不勾选，这一项不留。

能看到的只有街道党工委的数据管理员、党务干部和所在片区的支部书记。手机号和姓名加密存放，工作页面上默认遮住，要看全号须写事由并留下记录。不提供给其他单位，不用于营销，不出境。

您离开本街道后，按上面写的天数自动删除；填了没有被采用的，也按上面写的天数自动删除。

您可以随时凭查询码查看、撤回同意、要求删除；撤回前已经做的事不受影响。填错了，撤回后重填。查询码丢了，找下面的联系人，核对本人后一样办。

对我们的做法有意见，可以找下面的联系人，也可以向网信部门投诉。删除后只留一条没有姓名的删除记录；操作记录依法另存，供审计用。"""


@transaction.atomic
def publish_form(*, street: Street, values: Mapping[str, Any], actor: User | None, at: dt.datetime) -> CollectionForm:
    """Put a new version of the notice into use. The earlier ones stay as they were: people consented to them."""
    Street.objects.select_for_update().get(pk=street.pk)
    last = current_form(street)
    if last is not None and all(getattr(last, key) == values.get(key) for key in TEXTS):
        raise CodeError("和现在的一版完全相同，不用再发布。")
    form = CollectionForm(street=street, number=last.number + 1 if last else 1, published_at=at, published_by=actor)
    for key in TEXTS:
        setattr(form, key, values[key])
    form.save(force_insert=True)
    before = {"number": last.number} if last else {}
    record(
        verb="collection.publish_form",
        target=form,
        actor=actor,
        at=at,
        before=before,
        after={"number": form.number, "retention_days": form.retention_days},
    )
    return form


@transaction.atomic
def issue(
    *,
    street: Street,
    entities: Sequence[Entity] = (),
    places: Sequence[Place] = (),
    actor: User | None,
    at: dt.datetime,
) -> list[CollectionCode]:
    """The codes of these doors, made where there is none or its year is over; doors of another street are refused."""
    if current_form(street) is None:
        raise CodeError("先发布采集告知书，再生成采集码：扫码的人要看到谁在用、用来做什么、留多久。")
    if any(row.street_id != street.pk for row in (*entities, *places)):
        raise CodeError("有不在本街道的店或地点，重新选。")
    if gone := [entity for entity in entities if entity.removed_at is not None]:
        raise CodeError(f"“{gone[0]}”已移出名册，不给它生成码。")
    if closed := [place for place in places if place.closed_on is not None]:
        raise CodeError(f"“{closed[0]}”已撤销，不给它生成码。")
    # Held while their codes are looked for, so that two people who print at once print the same code. The street's row
    # would do as well, but would keep two offices of one street waiting for each other.
    list(Entity.objects.select_for_update(of=("self",)).filter(pk__in=[e.pk for e in entities]).order_by("pk"))
    list(Place.objects.select_for_update(of=("self",)).filter(pk__in=[p.pk for p in places]).order_by("pk"))
    doors: list[tuple[str, Any]] = [("entity", e) for e in entities] + [("place", p) for p in places]
    known = _standing(entities, places)
    today = clock.day_of(at)
    made, found = [], []
    for kind, door in doors:
        code = known.get((kind, door.pk))
        if code is not None and code.valid_until >= today:
            found.append(code)
            continue
        if code is not None:
            _end(code, CollectionCode.End.ROTATED, "到期", actor, at)
        made.append(
            _new(street, kind, door, (code.generation if code else _last_generation(kind, door)) + 1, actor, at)
        )
    CollectionCode.objects.bulk_create(made)
    if made:
        record(verb="collection.issue", target=CollectionCode, actor=actor, at=at, after={"rows": len(made)})
    return [*found, *made]


def _standing(entities: Sequence[Entity], places: Sequence[Place]) -> dict[tuple[str, Any], CollectionCode]:
    rows = CollectionCode.objects.standing().select_related("entity", "place")
    at_entities = rows.filter(entity__in=entities)
    at_places = rows.filter(place__in=places)
    return {("entity", code.entity_id): code for code in at_entities} | {
        ("place", code.place_id): code for code in at_places
    }


def _last_generation(kind: str, door: Any) -> int:
    last: int | None = CollectionCode.objects.filter(**{kind: door}).aggregate(last=models.Max("generation"))["last"]
    return last or 0


def _new(street: Street, kind: str, door: Any, generation: int, actor: User | None, at: dt.datetime) -> CollectionCode:
    today = clock.day_of(at)
    return CollectionCode(
        street=street,
        token=numbers.new_token(),
        short=numbers.new_short(),
        generation=generation,
        valid_from=today,
        valid_until=today + dt.timedelta(days=VALID_DAYS),
        made_at=at,
        made_by=actor,
        **{kind: door},
    )


def _end(code: CollectionCode, how: str, reason: str, actor: User | None, at: dt.datetime) -> None:
    code.ended_at, code.ended_by, code.ended_how, code.ended_reason = at, actor, how, reason
    code.save(update_fields=["ended_at", "ended_by", "ended_how", "ended_reason"])


def _held(codes: Iterable[CollectionCode], reason: str) -> tuple[list[CollectionCode], str]:
    """The codes among these that still stand, held; raises without a reason or when none stands."""
    reason = reason.strip()[:200]
    if len(reason) < SHORTEST_REASON:
        raise CodeError("写一句为什么，至少 4 个字，例如“纸面破损”“张贴错了”。", field="reason")
    rows = CollectionCode.objects.select_for_update(of=("self",)).standing().select_related("entity", "place")
    held = list(rows.filter(pk__in=[code.pk for code in codes]).order_by("pk"))
    if not held:
        raise CodeError("选的码都已经停用或换过了。")
    return held, reason


@transaction.atomic
def rotate(*, codes: Iterable[CollectionCode], reason: str, actor: User, at: dt.datetime) -> list[CollectionCode]:
    """Give doors a new code: the sheets that hang there now answer that they are outdated. Returns the new codes."""
    held, reason = _held(codes, reason)
    fresh = []
    for code in held:
        _end(code, CollectionCode.End.ROTATED, reason, actor, at)
        kind = "entity" if code.entity_id else "place"
        fresh.append(_new(code.street, kind, getattr(code, kind), code.generation + 1, actor, at))
    CollectionCode.objects.bulk_create(fresh)
    _record_all("collection.rotate", held, reason, actor, at)
    return fresh


@transaction.atomic
def revoke(*, codes: Iterable[CollectionCode], reason: str, actor: User, at: dt.datetime) -> list[CollectionCode]:
    """Stop codes without new ones; what came in through them stays."""
    held, reason = _held(codes, reason)
    for code in held:
        _end(code, CollectionCode.End.REVOKED, reason, actor, at)
    _record_all("collection.revoke", held, reason, actor, at)
    return held


def _record_all(verb: str, held: list[CollectionCode], reason: str, actor: User, at: dt.datetime) -> None:
    """One line: about the code, or about how many."""
    target = held[0] if len(held) == 1 else CollectionCode
    after: dict[str, Any] = {"rows": len(held)}
    if len(held) > 1:
        after["doors"] = [code.subject for code in held[:20]]
    record(verb=verb, target=target, actor=actor, at=at, reason=reason, after=after)


@transaction.atomic
def print_codes(
    *,
    street: Street,
    entities: Sequence[Entity] = (),
    places: Sequence[Place] = (),
    chosen: str,
    actor: User,
    at: dt.datetime,
) -> CodePrint:
    """Put the codes of these doors onto sheets, made where they are missing; who printed what for whom is kept."""
    count = len(entities) + len(places)
    if not count:
        raise CodeError("没有选中任何一家。勾几家，或放宽筛选。")
    if count > MOST_AT_ONCE:
        raise CodeError(f"一次最多打 {MOST_AT_ONCE} 张，现在选了 {count} 张。按网格或路分几次打。")
    codes = issue(street=street, entities=entities, places=places, actor=actor, at=at)
    run = CodePrint.objects.create(street=street, chosen=chosen[:200], rows=len(codes), made_at=at, made_by=actor)
    run.codes.set(codes)
    record(verb="collection.print", target=run, actor=actor, at=at, after={"rows": len(codes)}, reason=chosen[:200])
    return run
