"""The verbs on what hangs on walls: publishing the notice, making, exchanging and stopping codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from coverage.collection import numbers
from grid.models import OpinionCode, OpinionNotice
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Area, Place, Street

VALID_DAYS = 365
SHORTEST_REASON = 4
TEXTS = ("organ", "contact", "notice", "consent", "retention_days")


class OpinionCodeError(DomainError):
    """A code or its notice cannot be made so."""


def current_notice(street: Street) -> OpinionNotice | None:
    """The version that is shown now: the last one published."""
    return OpinionNotice.objects.filter(street=street).order_by("-number").first()


def first_draft(street: Street) -> dict[str, Any]:
    """What the first version begins as; whom to ask must be filled in."""
    organ = f"{street.name}党工委"
    return {
        "organ": organ,
        "contact": "",
        "notice": _NOTICE.format(organ=organ),
        "consent": "留下电话，只用来问清这件事和回复我",
        "retention_days": 180,
    }


# What arts. 14, 17 and 44 to 50 of the 个人信息保护法 ask a notice to say, in plain words.
_NOTICE = """{organ}听大家说街上的事，用来发现问题、交给能办的人办。

说不说、留不留电话由您决定。不留姓名、不留电话一样受理，一样能凭查询码看结果。

只记下您写的话、地点和类别；您单独同意了，才记电话。不要姓名和身份证号，不拍照，不定位，不记您的手机型号和网络地址。

电话加密存放，工作页面上默认遮住，要看全号须写事由并留下记录。不提供给其他单位，不用于营销，不出境。到了上面写的天数自动删除。

您可以随时凭查询码查看办到哪一步、删掉电话、撤回整条意见。已转成事项的，事项照办，里面没有您的电话。

每周按网格汇总成一份街情周报，只有条数和天气，没有谁说的。

对我们的做法有意见，可以找下面的联系人，也可以向网信部门投诉。"""


@transaction.atomic
def publish_notice(*, street: Street, values: Mapping[str, Any], actor: User | None, at: dt.datetime) -> OpinionNotice:
    """Put a new version of the notice into use. The earlier ones stay as they were: people consented to them."""
    Street.objects.select_for_update().get(pk=street.pk)
    last = current_notice(street)
    if last is not None and all(getattr(last, key) == values.get(key) for key in TEXTS):
        raise OpinionCodeError("和现在的一版完全相同，不用再发布。")
    row = OpinionNotice(street=street, number=last.number + 1 if last else 1, published_at=at, published_by=actor)
    for key in TEXTS:
        setattr(row, key, values[key])
    row.save(force_insert=True)
    after = {"number": row.number, "retention_days": row.retention_days}
    record(verb="opinions.publish_notice", target=row, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def issue(
    *, street: Street, area: Area | None = None, place: Place | None = None, actor: User | None, at: dt.datetime
) -> OpinionCode:
    """The code of the street, of an area or of a place; made where there is none, or its year is over.

    Raises `OpinionCodeError`: no notice yet, a spot of another street, a place that was given up.
    """
    if current_notice(street) is None:
        raise OpinionCodeError("先发布告知书，再生成意见码：扫码的人要看到谁在听、电话留多久。")
    if any(spot is not None and spot.street_id != street.pk for spot in (area, place)):
        raise OpinionCodeError("这个网格或地点不在本街道。", field="area")
    if place is not None and place.closed_on is not None:
        raise OpinionCodeError("这个地点已撤销，不给它生成码。", field="place")
    if place is not None:
        area = place.area
    # Held while the code is looked for, so that two people who ask at once get the same one.
    Street.objects.select_for_update().get(pk=street.pk)
    known: OpinionCode | None = OpinionCode.objects.standing().filter(street=street, area=area, place=place).first()
    if known is not None and known.valid_until >= clock.day_of(at):
        return known
    if known is not None:
        _end(known, OpinionCode.End.ROTATED, "到期", actor, at)
    code = _new(street, area, place, actor, at)
    record(verb="opinions.issue", target=code, actor=actor, at=at, after={"generation": code.generation})
    return code


def _new(street: Street, area: Area | None, place: Place | None, actor: User | None, at: dt.datetime) -> OpinionCode:
    earlier = OpinionCode.objects.filter(street=street, area=area, place=place).count()
    today = clock.day_of(at)
    with as_sentences(OpinionCodeError):
        return OpinionCode.objects.create(
            street=street, area=area, place=place, token=numbers.new_token(), short=numbers.new_short(),
            generation=earlier + 1, valid_from=today, valid_until=today + dt.timedelta(days=VALID_DAYS), made_at=at,
            made_by=actor,
        )  # fmt: skip


def _end(code: OpinionCode, how: str, reason: str, actor: User | None, at: dt.datetime) -> None:
    code.ended_at, code.ended_by, code.ended_how, code.ended_reason = at, actor, how, reason
    code.save(update_fields=["ended_at", "ended_by", "ended_how", "ended_reason"])


def _held(code: OpinionCode, reason: str) -> tuple[OpinionCode, str]:
    """The code as it is now; raises without a reason, and when it stands no more."""
    reason = reason.replace("\x00", "").strip()[:200]
    if len(reason) < SHORTEST_REASON:
        raise OpinionCodeError("写一句为什么，至少 4 个字，例如“纸面破损”“张贴错了”。", field="reason")
    rows = OpinionCode.objects.select_for_update(of=("self",)).select_related("street", "area", "place")
    row = rows.get(pk=code.pk)
    if row.ended_at is not None:
        raise OpinionCodeError("这张码已经停用或换过了。")
    return row, reason


@transaction.atomic
def rotate(*, code: OpinionCode, reason: str, actor: User, at: dt.datetime) -> OpinionCode:
    """A new code in its place: the sheets that hang there now answer that they are outdated. Returns the new one."""
    row, reason = _held(code, reason)
    _end(row, OpinionCode.End.ROTATED, reason, actor, at)
    fresh = _new(row.street, row.area, row.place, actor, at)
    record(verb="opinions.rotate", target=row, actor=actor, at=at, reason=reason)
    return fresh


@transaction.atomic
def revoke(*, code: OpinionCode, reason: str, actor: User, at: dt.datetime) -> OpinionCode:
    """Stop a code without a new one; what came in through it stays."""
    row, reason = _held(code, reason)
    _end(row, OpinionCode.End.REVOKED, reason, actor, at)
    record(verb="opinions.revoke", target=row, actor=actor, at=at, reason=reason)
    return row
