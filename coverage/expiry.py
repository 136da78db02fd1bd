"""When the personal data of coverage have been kept long enough: one rule per event from which their periods count.

The periods are those of the register (`coverage.personal`); for what people wrote behind a code they are those of the
notice to which they consented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import Q, QuerySet

from coverage.collection import erasing
from coverage.comparison.people import forgetting as people_forgetting
from coverage.differences import forgetting as comparison_forgetting
from coverage.feeds import forgetting as feed_forgetting
from coverage.models import (
    Batch,
    CollectionForm,
    Department,
    Discrepancy,
    Entity,
    FeedFile,
    Question,
    Reply,
    Submission,
    VisitAnswer,
    Worker,
)
from coverage.registry import forgetting
from coverage.visits import forgetting as visit_forgetting
from shimen import clock
from shimen.privacy import register
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street

# 个人信息保护法 art. 56: records of processing are kept for three years.
PROOF = dt.timedelta(days=3 * 365)


def _last_day(model: str, name: str, on: dt.date) -> dt.date:
    """The event must lie on or before this day for the period to be over on `on`."""
    field = next(field for field in register.declared() if (field.model, field.name) == (model, name))
    return on - dt.timedelta(days=field.retention_days)


def _end_of(day: dt.date) -> dt.datetime:
    """The first instant after a day in Shanghai."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)


def _left(last: dt.date, at: str = "") -> Q:
    """Those who left by a day, or whose entity left the registry without anybody saying that they did."""
    went = Q(**{f"{at}left_on__lte": last})
    return went | Q(**{f"{at}left_on__isnull": True, f"{at}entity__removed_at__lt": _end_of(last)})


def _workers(street: Street, on: dt.date) -> QuerySet[Worker]:
    rows = Worker.objects.filter(street=street).exclude(name=forgetting.FORGOTTEN)
    return rows.filter(_left(_last_day("coverage.Worker", "name", on)))


def _standing(street: Street, on: dt.date) -> QuerySet[Worker]:
    rows = Worker.objects.filter(street=street).exclude(standing=Worker.Standing.UNKNOWN)
    return rows.filter(_left(_last_day("coverage.Worker", "standing", on)))


def _entities(street: Street, on: dt.date) -> QuerySet[Entity]:
    last = _end_of(_last_day("coverage.Entity", "phone", on))
    held = ~Q(legal_person="") | Q(phone_sealed__isnull=False)
    return Entity.objects.filter(held, street=street, removed_at__lt=last)


def _answers(street: Street, on: dt.date) -> QuerySet[VisitAnswer]:
    last = _end_of(_last_day("coverage.VisitAnswer", "sealed", on))
    return VisitAnswer.objects.filter(visit__street=street, sealed__isnull=False, visit__visited_at__lt=last)


def _lists(street: Street, on: dt.date) -> QuerySet[FeedFile]:
    last = _end_of(_last_day("coverage.FeedFile", "sealed", on))
    return FeedFile.objects.filter(street=street, sealed__isnull=False, uploaded_at__lt=last)


def _workbooks(street: Street, on: dt.date) -> QuerySet[FeedFile]:
    last = _end_of(_last_day("coverage.FeedPart", "content", on))
    rows = FeedFile.objects.filter(street=street, expired_at__isnull=True, uploaded_at__lt=last)
    return rows.exclude(batches__subject=Batch.Subject.PEOPLE)


def _questions(street: Street, on: dt.date) -> QuerySet[Question]:
    last = _end_of(_last_day("coverage.Question", "proposed", on))
    over = Q(answered_in__visited_at__lt=last) | Q(withdrawn_at__lt=last)
    rows = Question.objects.filter(over, street=street, field__in=feed_forgetting.ABOUT_PEOPLE)
    return rows.exclude(proposed="")


def _contacts(street: Street, on: dt.date) -> QuerySet[Department]:
    last = _end_of(_last_day("coverage.Department", "contact", on))
    return Department.objects.filter(feed_forgetting.reachable(), street=street, retired_at__lt=last)


def _discrepancies(street: Street, on: dt.date) -> QuerySet[Discrepancy]:
    last = _end_of(_last_day("coverage.Discrepancy", "value", on))
    rows = Discrepancy.objects.filter(street=street, field__in=comparison_forgetting.ABOUT_PEOPLE, changed_at__lt=last)
    return rows.exclude(state__in=Discrepancy.WAITING).exclude(value="", held="")


def _replies(street: Street, on: dt.date) -> QuerySet[Reply]:
    last = _end_of(_last_day("coverage.Reply", "content", on))
    kept = Q(content__isnull=False) | Q(sealed__isnull=False)
    return Reply.objects.filter(kept, street=street, made_at__lt=last)


def _by_form(street: Street, when: Callable[[CollectionForm], Q]) -> Q:
    """The condition that `when(form)` makes, for the submissions of each version of the notice."""
    found = Q(pk__in=[])
    for form in CollectionForm.objects.filter(street=street):
        found |= Q(form=form) & when(form)
    return found


def _undecided(street: Street, on: dt.date) -> QuerySet[Submission]:
    def when(form: CollectionForm) -> Q:
        last = _end_of(on - dt.timedelta(days=form.waiting_days))
        waits = Q(state=Submission.State.WAITING, received_at__lt=last)
        return waits | Q(state=Submission.State.REFUSED, decided_at__lt=last)

    return Submission.objects.filter(_by_form(street, when), street=street)


def _departed(street: Street, on: dt.date) -> QuerySet[Submission]:
    def when(form: CollectionForm) -> Q:
        return _left(on - dt.timedelta(days=form.retention_days), "worker__")

    return Submission.objects.filter(_by_form(street, when), street=street, state=Submission.State.ACCEPTED)


def _proof(street: Street, on: dt.date) -> QuerySet[Submission]:
    last = _end_of(on - PROOF)
    return Submission.objects.filter(street=street, state=Submission.State.DELETED, emptied_at__lt=last)


def _of(model: str, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((model, name) for name in names)


_WRITTEN = _of("coverage.Submission", "name", "phone", "post", "standing", "before")


def _of_workbooks() -> tuple[Rule, ...]:
    """What departments sent, and what was said to them about it."""
    return (
        Rule(
            "people.list", "部门送来的人员名单",
            (*_of("coverage.FeedFile", "sealed"), *_of("coverage.PersonDifference", "sealed")), _lists,
            people_forgetting.expire_lists,
        ),
        Rule(
            "workbook.kept", "部门送来的表格原件",
            (*_of("coverage.FeedPart", "content"), *_of("coverage.Difference", "row", "old")), _workbooks,
            feed_forgetting.expire_workbooks,
        ),
        Rule(
            "questions.asked", "上门问过的经营者、电话", _of("coverage.Question", "proposed"), _questions,
            feed_forgetting.expire_questions,
        ),
        Rule(
            "department.contact", "停用部门的联系人", _of("coverage.Department", "contact"), _contacts,
            feed_forgetting.expire_contacts,
        ),
        Rule(
            "differences.settled", "了结的差异：两边写的经营者", _of("coverage.Discrepancy", "value"), _discrepancies,
            comparison_forgetting.expire_discrepancies,
        ),
        Rule(
            "replies.sheet", "发出的回复表", _of("coverage.Reply", "content", "sealed"), _replies,
            comparison_forgetting.expire_replies,
        ),
    )  # fmt: skip


def declare() -> None:
    """Called once from `CoverageConfig.ready()`."""
    declare_rules(
        Rule("collection.undecided", "采集码填写的信息：没有采用的", _WRITTEN, _undecided, erasing.expire),
        Rule("collection.departed", "采集码填写的信息：离开本街道的", _WRITTEN, _departed, erasing.expire),
        Rule("collection.proof", "采集码的同意记录（不含姓名）", (), _proof, erasing.drop_proof),
        Rule(
            "worker.standing", "离开的从业人员：政治面貌", _of("coverage.Worker", "standing"), _standing,
            forgetting.expire_standing,
        ),
        Rule(
            "worker.left", "离开的从业人员：姓名、岗位、电话", _of("coverage.Worker", "name", "post", "phone"), _workers,
            forgetting.expire_workers,
        ),
        Rule(
            "entity.removed", "移出名册的主体：经营者、联系电话", _of("coverage.Entity", "legal_person", "phone"), _entities,
            forgetting.expire_entities,
        ),
        *_of_workbooks(),
        Rule(
            "visit.answer", "走访时说的电话", _of("coverage.VisitAnswer", "sealed"), _answers,
            visit_forgetting.expire_answers,
        ),
    )  # fmt: skip
