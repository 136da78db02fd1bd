"""Sessions of courses: planned, enrolled for without ever exceeding the places, cancelled; attendance and certificates."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from branches.models import Certificate, Course, Enrolment, Training
from branches.people import catalogue, certificates, enrolling
from branches.views import people_parts
from shimen.audit.models import AccessLog
from tests import make, organised, people

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def _last(verb: str) -> AccessLog:
    return AccessLog.objects.filter(verb=verb).latest("sequence")


def _planned(**given):
    starts = make.AT + 48 * HOUR
    return {"starts_at": starts, "ends_at": starts + 2 * HOUR, "enrol_until": starts - HOUR, "capacity": 10} | given


def test_a_session_is_planned_and_its_line_in_the_log_says_for_how_many(town):
    course = people.course(town.street)
    row = catalogue.plan(course=course, values=_planned(), actor=town.staff, at=make.AT)
    assert (row.left, row.is_open(make.AT)) == (10, True)
    assert _last("training.plan").after["capacity"] == 10


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"starts_at": make.AT - HOUR}, "已经过去"),
        ({"ends_at": make.AT}, "开始以后"),
        ({"ends_at": make.AT + 90 * HOUR}, "不超过 12 小时"),
        ({"enrol_until": make.AT + 49 * HOUR}, "截止"),
        ({"capacity": 0}, "名额写"),
    ],
)
def test_a_session_that_cannot_be_is_refused_in_words(town, given, words):
    with pytest.raises(catalogue.CatalogueError, match=words):
        catalogue.plan(course=people.course(town.street), values=_planned(**given), actor=town.staff, at=make.AT)


def test_a_lecturer_is_in_one_place_at_a_time_and_a_base_takes_no_more_than_it_holds(town):
    course, who, where = people.course(town.street), people.lecturer(town.street), people.base(town.street, holds=5)
    catalogue.plan(course=course, values=_planned(lecturer=who), actor=town.staff, at=make.AT)
    with pytest.raises(catalogue.CatalogueError, match="老师这段时间"):
        catalogue.plan(course=course, values=_planned(lecturer=who), actor=town.staff, at=make.AT)
    with pytest.raises(catalogue.CatalogueError, match="只能接待 5 人"):
        catalogue.plan(course=course, values=_planned(base=where), actor=town.staff, at=make.AT)


def test_whoever_comes_too_late_stands_in_line_moves_up_in_order_and_is_told(town, settings):
    of = people.training(people.course(town.street), capacity=1)
    first = people.enrolment(of, town, user=town.secretary)
    second = people.enrolment(of, town, user=town.visitor)
    third = people.enrolment(of, town, user=town.colleague)
    assert [entry.state for entry in (first, second, third)] == ["enrolled", "waiting", "waiting"]
    enrolling.withdraw(entry=first, actor=town.secretary, at=make.AT)
    second.refresh_from_db()
    third.refresh_from_db()
    of.refresh_from_db()
    assert (second.state, second.moved_up_at, third.state, of.taken) == ("enrolled", make.AT, "waiting", 1)
    assert _last("training.move_up").object_id == str(second.pk)
    settings.SHIMEN_NOW = make.AT
    told = [work.title for work in people_parts.moved_up(town.visitor, (), make.TODAY)]
    assert told == [f"候补补上了：{of.course.title}"]
    assert not list(people_parts.moved_up(town.colleague, (), make.TODAY))
    with pytest.raises(enrolling.EnrolError, match="已经取消"):
        enrolling.withdraw(entry=first, actor=town.secretary, at=make.AT)


def test_more_places_let_the_line_move_up_and_fewer_than_are_taken_are_refused(town):
    of = people.training(people.course(town.street), capacity=1)
    for user in (town.secretary, town.visitor, town.colleague):
        people.enrolment(of, town, user=user)
    done = catalogue.reschedule(training=of, values=_planned(capacity=3), actor=town.staff, at=make.AT)
    assert done.taken == Enrolment.objects.filter(training=of, state="enrolled").count() == 3
    with pytest.raises(catalogue.CatalogueError, match="已有 3 人"):
        catalogue.reschedule(training=of, values=_planned(capacity=2), actor=town.staff, at=make.AT)


def test_nobody_is_on_a_list_twice_as_a_member_and_by_their_account(town):
    of = people.training(people.course(town.street))
    member = organised.member(organised.organisation(town), user=town.secretary)
    people.enrolment(of, town, user=town.secretary)
    for who in ({"user": town.secretary}, {"member": member}):
        with pytest.raises(enrolling.EnrolError, match="已经报过"):
            people.enrolment(of, town, **who)


def test_nobody_is_put_down_after_the_last_hour_nor_for_what_is_called_off(town):
    of = people.training(people.course(town.street))
    with pytest.raises(enrolling.EnrolError, match="截止"):
        enrolling.enrol(training=of, member=None, user=town.visitor, actor=town.staff, at=of.starts_at)
    catalogue.cancel(training=of, reason="老师出差，另排", actor=town.staff, at=make.AT)
    with pytest.raises(enrolling.EnrolError, match="停办"):
        people.enrolment(of, town)
    assert catalogue.revive(training=of, actor=town.staff, at=make.AT).cancelled_at is None
    assert people.enrolment(of, town).state == "enrolled"


def test_a_cancelled_session_says_why_and_only_once(town):
    of = people.training(people.course(town.street))
    with pytest.raises(catalogue.CatalogueError, match="为什么"):
        catalogue.cancel(training=of, reason="", actor=town.staff, at=make.AT)
    catalogue.cancel(training=of, reason="老师出差，另排", actor=town.staff, at=make.AT)
    with pytest.raises(catalogue.CatalogueError, match="已经停办"):
        catalogue.cancel(training=of, reason="老师出差，另排", actor=town.staff, at=make.AT)
    assert _last("training.cancel").reason == "老师出差，另排"


def test_the_database_itself_refuses_more_names_than_places(town):
    of = people.training(people.course(town.street), capacity=2)
    with pytest.raises(IntegrityError, match="never_over_capacity"), transaction.atomic():
        Training.objects.filter(pk=of.pk).update(taken=3)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_for_three_places_are_three_and_a_line_of_five():
    town = make.town()
    of = people.training(people.course(town.street), capacity=3)
    users = [make.user(town.street) for _ in range(8)]
    start, failed = threading.Barrier(8), []

    def come(user) -> None:
        try:
            start.wait(20)
            people.enrolment(of, town, user=user)
        except Exception as error:  # noqa: BLE001 - told to the test's own thread
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    of.refresh_from_db()
    states = list(Enrolment.objects.filter(training=of).values_list("state", flat=True))
    assert failed == []
    assert (of.taken, states.count("enrolled"), states.count("waiting")) == (3, 3, 5)


@pytest.mark.django_db(transaction=True)
def test_two_who_leave_at_once_let_two_move_up():
    town = make.town()
    of = people.training(people.course(town.street), capacity=2)
    entries = [people.enrolment(of, town, user=make.user(town.street)) for _ in range(5)]
    start = threading.Barrier(2)

    def go(entry) -> None:
        try:
            start.wait(20)
            enrolling.withdraw(entry=entry, actor=town.staff, at=make.AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(entry,)) for entry in entries[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    of.refresh_from_db()
    enrolled = set(Enrolment.objects.filter(training=of, state="enrolled").values_list("pk", flat=True))
    assert (of.taken, enrolled) == (2, {entries[2].pk, entries[3].pk})


# ---- attendance and certificates


def _held(town):
    of = people.training(people.course(town.street), in_hours=-48, capacity=5)
    branch = organised.organisation(town)
    entries = [people.enrolment(of, town, member=organised.member(branch, name=name)) for name in ("赵甲一", "钱乙二")]
    return of, entries


def test_a_certificate_is_given_to_those_who_came_and_once(town):
    of, (came, stayed) = _held(town)
    with pytest.raises(certificates.CertificateError, match="没有要发的"):
        certificates.issue(training=of, actor=town.staff, at=make.AT)
    enrolling.mark_attendance(training=of, came=[came.pk], actor=town.staff, at=make.AT)
    [made] = certificates.issue(training=of, actor=town.staff, at=make.AT)
    assert (made.enrolment, made.name(), made.name_mask) == (came, "赵甲一", "赵**")
    assert certificates.check(made.number.lower().replace("-", "")) == "有效"
    with pytest.raises(certificates.CertificateError, match="都发过了"):
        certificates.issue(training=of, actor=town.staff, at=make.AT)
    with pytest.raises(enrolling.EnrolError, match="先作废证明"):
        enrolling.mark_attendance(training=of, came=[stayed.pk], actor=town.staff, at=make.AT)


def test_attendance_is_ticked_only_once_it_began_and_only_for_names_on_the_list(town):
    of, _ = _held(town)
    with pytest.raises(enrolling.EnrolError, match="名单变过"):
        enrolling.mark_attendance(training=of, came=["x"], actor=town.staff, at=make.AT)
    ahead = people.training(people.course(town.street))
    with pytest.raises(enrolling.EnrolError, match="开始以后"):
        enrolling.mark_attendance(training=ahead, came=[], actor=town.staff, at=make.AT)


def test_a_void_certificate_says_so_to_anybody_and_stands_again(client, town):
    row = people.certificate(town, organised.organisation(town))
    certificates.revoke(certificate=row, reason="名字写错了", actor=town.staff, at=make.AT)
    page = client.get(reverse("branches:certificate-check"), {"number": row.number}).content.decode()
    assert "已作废" in page
    assert row.name_mask not in page
    with pytest.raises(certificates.CertificateError, match="已经作废"):
        certificates.revoke(certificate=row, reason="名字写错了", actor=town.staff, at=make.AT)
    certificates.reinstate(certificate=row, actor=town.staff, at=make.AT)
    assert "有效" in client.get(reverse("branches:certificate-check"), {"number": row.number}).content.decode()
    assert "编号写错了" in client.get(reverse("branches:certificate-check"), {"number": "2026-KKKK"}).content.decode()


# ---- the pages


def test_a_secretary_puts_members_of_her_own_branch_down_and_no_others(client, town, settings):
    settings.SHIMEN_NOW = make.AT
    of = people.training(people.course(town.street), capacity=1)
    mine, theirs = organised.organisation(town), organised.organisation(town, area=town.second_grid)
    member, other = organised.member(mine, name="田甲一"), organised.member(theirs, name="何乙二")
    client.force_login(town.secretary)
    page = client.get(reverse("branches:training", args=[of.pk])).content.decode()
    assert "田甲一" in page
    assert "何乙二" not in page
    url = reverse("branches:training-enrol", args=[of.pk])
    assert client.post(url, {"people": [str(other.pk)]}).status_code == 422
    assert client.post(url, {"people": []}).status_code == 422
    assert client.post(url, {"people": ["myself", str(member.pk)]}).status_code == 302
    states = dict(Enrolment.objects.values_list("user__display_name", "state"))
    assert states == {"赵甲一": "enrolled", None: "waiting"}
    entry = Enrolment.objects.get(user=town.secretary)
    client.post(reverse("branches:enrolment-withdraw", args=[entry.pk]))
    assert Enrolment.objects.get(member=member).state == "enrolled"


def test_the_calendar_of_a_telephone_takes_the_session(client, town):
    client.force_login(town.visitor)
    of = people.training(people.course(town.street))
    answer = client.get(reverse("branches:training-calendar", args=[of.pk]))
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert f"UID:training-{of.pk}".encode() in answer.content


def test_the_catalogue_names_a_course_once_and_retires_it_with_an_undo(client, town):
    client.force_login(town.staff)
    form = {
        "title": "支委会怎么开（示例）",
        "level": "street",
        "subject": "party",
        "audience": "支委",
        "summary": "示例",
        "hours": 2,
    }
    url = reverse("branches:course-new")
    assert client.post(url, form).status_code == 302
    assert client.post(url, form).status_code == 422
    course = Course.objects.get()
    assert course.pinyin.startswith("zhi")
    page = client.post(reverse("branches:course-retire", args=[course.pk]), follow=True).content.decode()
    assert reverse("branches:course-restore", args=[course.pk]) in page
    with pytest.raises(catalogue.CatalogueError, match="停开"):
        catalogue.plan(course=Course.objects.get(), values=_planned(), actor=town.staff, at=make.AT)
    catalogue.restore(row=course, actor=town.staff, at=make.AT)
    catalogue.change(row=Course.objects.get(), values={"hours": 3}, actor=town.staff, at=make.AT)
    assert _last("training.change").after == {"hours": 3}


def test_the_list_of_sessions_costs_the_same_however_many_there_are(client, town, settings):
    settings.SHIMEN_NOW = make.AT
    client.force_login(town.staff)
    course, who = people.course(town.street), people.lecturer(town.street)
    people.training(course, lecturer=who)
    client.get(reverse("branches:trainings"))
    with make.counting() as few:
        client.get(reverse("branches:trainings"))
    for number in range(2, 7):
        people.training(people.course(town.street), lecturer=who, in_hours=48 * number)
    with make.counting() as many:
        client.get(reverse("branches:trainings"))
    assert len(few) == len(many)
    assert Certificate.objects.count() == 0
