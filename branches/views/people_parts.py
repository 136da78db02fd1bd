"""What the room of people puts into the frame, the log, the overview and the background."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from branches.models import Enrolment, Talent, Training
from branches.pages import home_parts
from branches.people import leaving
from coverage.registry.relations import follows
from shimen import clock, navigation, outbox, overview, waiting
from shimen.accounts.access import EVERY_WORKER, scope_of
from shimen.accounts.models import Role
from shimen.audit import reading
from shimen.figures.registry import Pillar
from shimen.overview import Work

if TYPE_CHECKING:
    from branches.models import Organisation
    from shimen.accounts.models import User

READERS = (Role.STAFF, Role.SECRETARY, Role.DATA_ADMIN)
EDITORS = (Role.STAFF, Role.SECRETARY)
VERBS = {
    "talents.register": "登记能人",
    "talents.join": "本人填写能人库",
    "talents.take_in": "收进能人库",
    "talents.correct": "更正能人资料",
    "talents.renew": "续签能人同意",
    "talents.withdraw": "撤回能人同意",
    "talents.erase": "删除能人信息",
    "talents.ask": "请能人帮忙",
    "talents.note_help": "记帮忙的进展",
    "talents.reopen_help": "重开求助",
    "talents.add_field": "新增帮忙领域",
    "talents.rename_field": "改帮忙领域的名称",
    "talents.retire_field": "停用帮忙领域",
    "talents.restore_field": "恢复帮忙领域",
    "talents.publish_notice": "发布能人库告知书",
    "mentoring.begin": "传帮带结对",
    "mentoring.change": "更正传帮带结对",
    "mentoring.end": "结束传帮带",
    "mentoring.resume": "恢复传帮带",
    "mentoring.hold": "记传帮带活动",
    "mentoring.take_back": "撤销传帮带活动",
    "mentoring.put_back": "恢复传帮带活动",
    "training.add": "登记课程、师资、基地",
    "training.change": "更正课程、师资、基地",
    "training.retire": "停用课程、师资、基地",
    "training.restore": "恢复课程、师资、基地",
    "training.tell_again": "补齐可预订的讲师",
    "training.plan": "排课",
    "training.reschedule": "改排课",
    "training.cancel": "停办一堂课",
    "training.revive": "恢复一堂课",
    "training.enrol": "报名",
    "training.withdraw": "取消报名",
    "training.move_up": "候补补上",
    "training.mark_attendance": "记到课",
    "training.issue_certificates": "发学习证明",
    "training.revoke_certificate": "作废学习证明",
    "training.reinstate_certificate": "恢复学习证明",
    "handbook.begin_draft": "起草手册",
    "handbook.add_section": "手册加一篇",
    "handbook.write": "改手册一篇",
    "handbook.move": "移动手册一篇",
    "handbook.remove": "删去手册一篇",
    "handbook.bring_back": "恢复手册一篇",
    "handbook.publish": "发布手册",
    "handbook.discard": "作废手册草稿",
    "handbook.reclaim": "恢复手册草稿",
    "methods.prepare": "列出工作十法",
    "methods.write": "填写工作方法",
    "methods.add_case": "加方法案例",
    "methods.withdraw_case": "撤下方法案例",
    "methods.restore_case": "恢复方法案例",
}
KEYS = {
    "version": "版次", "consented_on": "同意日期", "helps_with": "领域", "skill": "专长", "workplace": "在哪里工作", "letters": "字数",
    "title": "标题", "body": "正文", "goals": "带什么", "every_days": "隔几天", "held_on": "哪天", "starts_at": "开始",
    "capacity": "名额", "course": "课程", "direction": "方向", "name": "名称", "level": "级别", "topics": "内容", "holds": "接待人数",
    "summary": "讲什么", "audience": "对象", "hours": "学时", "gives_certificate": "发证明", "address": "地址", "contact": "联系",
}  # fmt: skip


def talents_in_sight(request: HttpRequest) -> QuerySet[Any]:
    """How many people offer to help within one's areas; the number beside the entry of the side."""
    return Talent.objects.visible_to(request.user).consenting()


ENTRIES = (
    navigation.Entry(
        "能人达人",
        icon="heart-handshake",
        url="branches:talents",
        pillar=navigation.Pillar.INTEGRATION,
        roles=READERS,
        place=50,
        under=("/branches/talents/",),
        count=talents_in_sight,
    ),
    navigation.Entry(
        "培训",
        icon="school",
        url="branches:trainings",
        pillar=navigation.Pillar.EMPOWERMENT,
        roles=EVERY_WORKER,
        place=40,
        under=("/branches/training/", "/branches/mentoring/", "/branches/handbook/", "/branches/methods/"),
    ),
)


TOLD_FOR = dt.timedelta(days=7)


def moved_up(user: User, led: Sequence[Organisation], on: dt.date) -> Iterable[Work]:
    """Who moved up from the waiting list of a course this last week: told to them, to who put them down, and to their
    secretary, until the course begins (one query)."""
    theirs = Q(user=user) | Q(enrolled_by=user) | Q(organisation__in=[row.pk for row in led])
    rows = _moved_up(user).filter(theirs) if waiting.how_many(user, "moved_up") else Enrolment.objects.none()
    found: dict[Training, list[Enrolment]] = {}
    for row in rows.select_related("training__course", "member", "user").order_by("training__starts_at", "pk"):
        found.setdefault(row.training, []).append(row)
    for training, entries in found.items():
        who = "、".join(str(entry.user or entry.member) for entry in entries[:3])
        yield Work(
            f"候补补上了：{training.course.title}", reverse("branches:training", args=[training.pk]), icon="school",
            reason=f"{who}{f'等 {len(entries)} 人' if len(entries) > 3 else ''}，到时候去上课",
            due=clock.day_of(training.starts_at),
        )  # fmt: skip


def _moved_up(user: User) -> QuerySet[Enrolment]:
    """Everybody in sight who moved up and whose course has not begun."""
    now = clock.now()
    rows: QuerySet[Enrolment] = Enrolment.objects.visible_to(user).filter(
        state=Enrolment.State.ENROLLED, moved_up_at__gte=now - TOLD_FOR, training__starts_at__gt=now,
        training__cancelled_at__isnull=True,
    )  # fmt: skip
    return rows


def work(user: User) -> Iterable[Work]:
    """The same on the overview, for who has no home of their own."""
    if scope_of(user).has(Role.STAFF, Role.DATA_ADMIN, Role.VISITOR):
        yield from moved_up(user, (), clock.today())


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    navigation.add(*ENTRIES)
    overview.add_work(work)
    waiting.about(moved_up=_moved_up)
    home_parts.add_tasks(moved_up)
    reading.name_verbs(VERBS, KEYS)
    outbox.handle(leaving.KIND, leaving.erase_job)
    leaving.declare()
    follows(Talent, "entity", "能人达人")
    overview.mention(Pillar.INTEGRATION, "talents")
    overview.lead(Pillar.EMPOWERMENT, "courses")
    overview.lead(Pillar.EMPOWERMENT, "mentor_pairs")
