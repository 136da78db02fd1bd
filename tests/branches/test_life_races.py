"""Two people at the same minutes, list or shop at the same moment: real threads, real transactions."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from branches.life import activities, attendance, minutes, tours
from branches.models import Attendance, CheckIn, Minutes
from shimen.errors import DomainError
from shimen.privacy.sealing import phone_index
from tests import make, organised
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def town():
    return make.town()


def at_once(*works):
    """What each returned, or the sentence with which it was refused."""
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            return work()
        except DomainError as refusal:
            return refusal.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_two_who_save_the_same_version_one_is_told_of_the_other(town):
    meeting = organised.activity(organised.organisation(town), starts_at=AT)

    def save(actor, text):
        return lambda: minutes.save(activity=meeting, seen=0, chair="", recorder="", text=text, actor=actor, at=AT).text

    done = at_once(save(town.staff, "干部写的"), save(town.secretary, "书记写的"))
    kept = Minutes.objects.get()
    assert kept.version == 1
    assert kept.text in done
    assert sum("保存过" in one for one in done) == 1


def test_a_member_who_signs_in_while_the_secretary_ticks_is_noted_once(town):
    branch = organised.organisation(town)
    member = organised.member(branch, phone_index=phone_index("19900000017"))
    meeting = organised.activity(branch, starts_at=AT)
    meeting = attendance.show_code(activity=meeting, actor=town.secretary, at=AT)
    at_once(
        lambda: attendance.mark(activity=meeting, marks={member.pk: "present"}, actor=town.secretary, at=AT),
        lambda: attendance.sign_in(activity=meeting, user=None, phone="19900000017", at=AT) and None,
        lambda: attendance.sign_in(activity=meeting, user=None, phone="19900000017", at=AT) and None,
    )
    assert [row.state for row in Attendance.objects.all()] == ["present"]


def test_the_same_name_at_the_same_shop_at_once_is_one_check_in(town):
    tour = organised.activity(organised.organisation(town), kind="shop_visit", starts_at=AT)
    shop = tours.add_shops(activity=tour, entities=[make.entity(town.first_grid)], actor=None, at=AT)[0]
    done = at_once(*[lambda: tours.check_in(shop=shop, nickname="示例小鱼", at=AT)[1]] * 4)
    assert sorted(done) == [False, False, False, True]
    assert CheckIn.objects.count() == 1


def test_held_and_cancelled_at_once_is_one_of_the_two(town):
    meeting = organised.activity(organised.organisation(town), starts_at=AT - HOUR)
    done = at_once(
        lambda: activities.hold(activity=meeting, actor=town.staff, at=AT).state,
        lambda: activities.cancel(activity=meeting, reason="台风停办", actor=town.secretary, at=AT).state,
    )
    meeting.refresh_from_db()
    assert meeting.state in done
    assert sum("已经" in one for one in done) == 1
