"""Handing over to the district's platform over HTTP, and taking back what it answers; the platform is a stand-in."""

from __future__ import annotations

import datetime as dt

import pytest

from grid.chain.levels import Level
from grid.chain.transitions import State
from grid.handover import answers, cases, platform, sending
from grid.handover.cases import CaseError
from grid.handover.platform import PlatformError
from grid.matters import moving, raising
from grid.models import DistrictCase, DistrictPlatform, StrayAnswer
from shimen.outbox import jobs
from shimen.outbox.models import Job
from tests import make
from tests.grid import district as stand_in

pytestmark = pytest.mark.django_db
AT = make.AT
LATER = AT + dt.timedelta(hours=3)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def district():
    with stand_in.platform() as server:
        yield server


@pytest.fixture
def way(town, district):
    return platform.connect(street=town.street, endpoint=district.url, key=stand_in.KEY, actor=town.staff, at=AT)


@pytest.fixture
def case(town, way):
    raising.raise_matter(
        street_id=town.street.pk, words="路口信号灯时间太短", actor=town.staff, at=AT, area=town.first_grid,
        level=Level.DISTRICT,
    )  # fmt: skip
    return DistrictCase.objects.get()


def _again(kind: str) -> None:
    """The pause before the next try is over."""
    Job.objects.filter(kind=kind, state=Job.State.WAITING).update(due_at=LATER - dt.timedelta(days=400))
    jobs.run_due(at=LATER)


def _ask(at: dt.datetime = LATER) -> None:
    sending.ask_due(at=at)
    jobs.run_due(at=at)


def test_a_case_is_handed_over_with_what_was_tried_and_nobodys_name(town, district, case):
    jobs.run_due(at=AT)
    case.refresh_from_db()
    assert (case.delivery, case.platform_number) == ("sent", "QP-0001")
    sent = district.cases[case.number]
    assert sent["words"] == "路口信号灯时间太短"
    assert "raiser" not in sent
    assert Job.objects.get().state == Job.State.DONE


def test_what_does_not_arrive_is_tried_again_and_opens_one_case(district, case):
    district.mood = "down"
    jobs.run_due(at=AT)
    assert (Job.objects.get().state, Job.objects.get().attempts) == (Job.State.WAITING, 1)
    district.mood = "mute"  # it takes the case, and the answer is lost
    _again(cases.SEND)
    district.mood = "well"
    _again(cases.SEND)
    case.refresh_from_db()
    assert (case.delivery, case.platform_number) == ("sent", "QP-0001")
    assert len([line for line in district.requests if line == "POST /api/cases"]) == 3
    assert len(district.given) == 1


def test_what_was_tried_eight_times_says_so_and_is_sent_again_by_a_person(town, district, case):
    district.mood = "down"
    assert cases.given_up(case) == ""
    for _ in range(jobs.ATTEMPTS):
        _again(cases.SEND)
    assert "试了 8 次都没有成功" in cases.given_up(case)
    with pytest.raises(CaseError, match="由街道办理"):
        cases.send_again(case=case, actor=town.secretary, at=LATER)
    district.mood = "well"
    cases.send_again(case=case, actor=town.staff, at=LATER)
    assert cases.given_up(case) == ""
    jobs.run_due(at=LATER)
    case.refresh_from_db()
    assert case.delivery == "sent"


def test_the_sweeper_finds_a_case_whose_message_was_lost(case):
    Job.objects.update(due_at=LATER - dt.timedelta(days=400))
    assert jobs.overdue() == [Job.objects.get().pk]


def test_what_the_platform_refuses_waits_for_a_person_who_sends_it_again_or_goes_on_by_hand(town, district, case):
    district.mood = "refuse"
    jobs.run_due(at=AT)
    case.refresh_from_db()
    assert (case.delivery, case.trouble) == ("refused", "类别代码不对")
    district.mood = "well"
    cases.send_again(case=case, actor=town.staff, at=LATER)
    jobs.run_due(at=LATER)
    case.refresh_from_db()
    assert (case.delivery, case.trouble) == ("sent", "")
    with pytest.raises(CaseError, match="不用再送"):
        cases.send_again(case=case, actor=town.staff, at=LATER)
    with pytest.raises(CaseError, match="由平台回传"):
        cases.note(case=case, said="accepted", words="", actor=town.staff, at=LATER)
    cases.go_on_by_hand(case=case, actor=town.staff, at=LATER)
    cases.note(case=case, said="accepted", words="", actor=town.staff, at=LATER)


def test_the_whole_way_back_to_the_matter(district, case):
    jobs.run_due(at=AT)
    for state in ("accepted", "filed", "dispatched", "handling", "checking"):
        district.say(case.number, state)
    district.say(case.number, "finished", "加了 8 秒")
    _ask()
    case.refresh_from_db()
    assert case.state == "finished"
    assert (case.matter.state, case.matter.how_solved) == (State.SOLVED, "加了 8 秒")
    assert case.steps.exclude(event="").count() == 6


def test_returned_comes_back_to_the_grid_and_extended_defers(district, case):
    jobs.run_due(at=AT)
    district.say(case.number, "extended", "等材料", due_on="2027-01-20")
    _ask()
    case.matter.refresh_from_db()
    assert case.matter.due_on == dt.date(2027, 1, 20)
    district.say(case.number, "returned", "权属在街道")
    _ask(LATER + sending.EVERY)
    case.matter.refresh_from_db()
    assert case.matter.stage is Level.GRID


def test_an_answer_given_twice_counts_once_and_the_cursor_goes_on(district, way, case):
    district.page = 1
    for _ in range(2):
        district.say(case.number, "extended", "等", id="same", due_on="2027-01-20")
    district.say(case.number, "accepted")
    _ask()
    case.refresh_from_db()
    way.refresh_from_db()
    assert (case.extensions, case.state, way.cursor) == (1, "accepted", "3")


def test_answers_are_asked_for_once_a_quarter_of_an_hour(way):
    for _ in range(3):
        sending.ask_due(at=LATER)
    sending.ask_due(at=LATER + sending.EVERY)
    assert Job.objects.filter(kind=sending.ASK).count() == 2


def test_a_platform_that_is_down_or_talks_nonsense_is_asked_again_and_the_page_says_so(district, way):
    for mood in ("down", "garbage"):
        district.mood = mood
        _ask(LATER if mood == "down" else LATER + sending.EVERY)
        way.refresh_from_db()
        assert way.trouble
    district.mood = "well"
    _ask(LATER + 2 * sending.EVERY)
    way.refresh_from_db()
    assert way.trouble == ""


def test_an_answer_to_a_case_nobody_knows_is_kept_until_somebody_says_whose_it_is(town, district, case):
    district.say("nobody-1", "returned", "退", number="QP-99")
    _ask()
    stray = StrayAnswer.objects.get()
    assert (stray.platform_number, stray.settled_at) == ("QP-99", None)
    answers.settle(stray=stray, case=case, actor=town.staff, at=LATER)
    case.refresh_from_db()
    assert case.state == "returned"
    with pytest.raises(CaseError, match="已经处理过"):
        answers.settle(stray=stray, case=case, actor=town.staff, at=LATER)


def test_a_stray_answer_of_none_of_ours_is_put_aside(town, district, way):
    district.say("nobody-1", "accepted")
    district.say("", "what", "")
    _ask()
    with pytest.raises(CaseError, match="由街道处理"):
        answers.settle(stray=StrayAnswer.objects.get(), case=None, actor=town.secretary, at=LATER)
    answers.settle(stray=StrayAnswer.objects.get(), case=None, actor=town.staff, at=LATER)
    assert StrayAnswer.objects.get().settled_by == town.staff


def test_what_is_taken_back_is_told_to_the_platform(town, district, case):
    jobs.run_due(at=AT)
    moving.pass_down(matter=case.matter, why="街道能办", actor=town.staff, at=LATER)
    jobs.run_due(at=LATER)
    assert district.recalled == [case.number]


def test_what_is_taken_back_before_it_was_sent_is_not_sent(town, district, case):
    moving.pass_down(matter=case.matter, why="街道能办", actor=town.staff, at=LATER)
    jobs.run_due(at=LATER)
    assert district.cases == {}
    assert district.recalled == [case.number]


def test_a_request_that_was_signed_with_another_key_is_refused(town, way, district, case):
    platform.connect(street=town.street, endpoint=district.url, key="another-key-0123456789", actor=town.staff, at=AT)
    jobs.run_due(at=AT)
    case.refresh_from_db()
    assert (case.delivery, case.trouble) == ("refused", "签名不对")


@pytest.mark.parametrize(
    ("endpoint", "key", "sentence"),
    [
        ("ftp://example/", "x" * 20, "地址写成"),
        ("https://u:p@example/", "x" * 20, "地址写成"),
        ("https://example/?a=1", "x" * 20, "地址写成"),
        ("http://169.254.169.254/latest", "x" * 20, "不是区级平台"),
        ("https://example/api", "short", "至少 16 位"),
        ("https://example/api", "", "填和平台约定的密钥"),
    ],
)
def test_an_address_that_cannot_be_says_why(town, endpoint, key, sentence):
    with pytest.raises(PlatformError, match=sentence):
        platform.connect(street=town.street, endpoint=endpoint, key=key, actor=town.staff, at=AT)


def test_the_key_is_sealed_and_kept_when_none_is_typed(town, district, way):
    assert stand_in.KEY.encode() not in bytes(way.key_sealed)
    again = platform.connect(street=town.street, endpoint=district.url + "/v2", key="", actor=town.staff, at=AT)
    assert platform.link(again, at=AT).key == stand_in.KEY
    assert DistrictPlatform.objects.count() == 1
