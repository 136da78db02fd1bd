"""Direct deliveries, from the request to the rating."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from supply.deliveries import delivering
from supply.deliveries.delivering import DeliveryError
from supply.models import Delivery, Serving
from supply.rules.delivery_flow import MOVES, Side, State, Verb, offered, target
from tests import make, supplying

DAY = dt.timedelta(days=1)
FRIDAY = make.TODAY + 4 * DAY


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def recipient(town):
    row = supplying.recipient(town)
    supplying.led_by(town.secretary, row)
    return row


def ask(recipient, actor, **given):
    values = {"title": "送课上门", "category": "course", "wanted_on": FRIDAY, "address": "望桥路 41 号"} | given
    return delivering.request(recipient=recipient, actor=actor, at=make.AT, **values)


@pytest.mark.django_db
def test_from_request_to_rating_with_the_code_that_the_receiver_says(town, recipient):
    row = ask(recipient, town.secretary)
    assert (row.state, row.number_words) == ("requested", "2026-0001")
    delivering.accept(delivery=row, planned_on=FRIDAY, provider="区委党校讲师组", actor=town.staff, at=make.AT)
    delivering.dispatch(delivery=row, actor=town.staff, at=make.AT + 4 * DAY)
    with pytest.raises(DeliveryError, match="送达码不对"):
        delivering.deliver(delivery=row, code="x", actor=town.staff, at=make.AT + 4 * DAY)
    delivering.deliver(delivery=row, code=row.code, actor=town.staff, at=make.AT + 4 * DAY)
    served = Serving.objects.get()
    assert (served.recipient, served.on, served.via) == (recipient, FRIDAY, "door")
    with pytest.raises(DeliveryError, match="申请的党组织来办"):
        delivering.rate(delivery=row, rating="good", actor=town.staff, at=make.AT + 5 * DAY)
    rated = delivering.rate(delivery=row, rating="good", words="讲得明白", actor=town.secretary, at=make.AT + 5 * DAY)
    assert (rated.state, rated.proof) == ("rated", "code")
    told = list(row.moments.order_by("pk").values_list("sentence", flat=True))
    assert told == ["提出申请", "接单，11-27，区委党校讲师组", "出发", "送达", "评价：满意"]
    assert AccessLog.objects.filter(verb__startswith="delivery.").count() == 5


@pytest.mark.django_db
def test_without_a_code_a_note_is_enough_and_nothing_is_not(town, recipient):
    row = supplying.delivery(recipient, state="dispatched", planned_on=FRIDAY)
    with pytest.raises(DeliveryError, match="填送达码，或者写一句"):
        delivering.deliver(delivery=row, note="好", actor=town.staff, at=make.AT)
    done = delivering.deliver(delivery=row, note="二十本书，交给前台", actor=town.staff, at=make.AT)
    assert (done.state, done.proof) == ("delivered", "note")


@pytest.mark.django_db
def test_a_code_cannot_be_tried_out(town, recipient):
    row = supplying.delivery(recipient, state="dispatched", planned_on=FRIDAY)
    for _ in range(5):
        delivering.try_code(delivery=row, code="9999", at=make.AT)
    with pytest.raises(DeliveryError, match="错了太多次"):
        delivering.try_code(delivery=row, code=row.code, at=make.AT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"wanted_on": make.TODAY}, "wanted_on", "日子要在 11-24 和"),
        ({"wanted_on": make.TODAY + 61 * DAY}, "wanted_on", "日子要在"),
        ({"address": " "}, "address", "写明送到哪里"),
        ({"title": ""}, "title", "写一句要什么"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_in_a_sentence(town, recipient, given, field, words):
    with pytest.raises(DeliveryError, match=words) as refused:
        ask(recipient, town.secretary, **given)
    assert refused.value.field == field
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_what_does_not_come_to_the_door_is_not_asked_for_there(town, recipient):
    with pytest.raises(DeliveryError, match="不上门"):
        ask(recipient, town.secretary, source=supplying.resource(town))
    row = ask(recipient, town.secretary, title="", source=supplying.resource(town, is_door=True, category="policy"))
    assert (row.title, row.category, row.provider) == ("示例律师驻点", "policy", "示例律师事务所")


@pytest.mark.django_db
def test_only_the_right_people_ask_and_accept(town, recipient):
    with pytest.raises(DeliveryError, match="您不是"):
        ask(recipient, town.visitor)
    row = ask(recipient, town.secretary)
    with pytest.raises(DeliveryError, match="街道和站长来办"):
        delivering.accept(delivery=row, planned_on=FRIDAY, provider="甲", actor=town.secretary, at=make.AT)
    master = make.person(town.street, Role.STATION_MASTER, area=town.first_grid)
    delivering.accept(delivery=row, planned_on=FRIDAY, provider="党群站", actor=master, at=make.AT)
    elsewhere = make.person(town.street, Role.STATION_MASTER, area=town.second_grid)
    with pytest.raises(DeliveryError, match="街道和站长来办"):
        delivering.dispatch(delivery=row, actor=elsewhere, at=make.AT)


@pytest.mark.django_db
def test_a_wrong_state_a_changed_page_a_past_day_and_a_missing_reason_are_refused(town, recipient):
    row = ask(recipient, town.secretary)
    with pytest.raises(DeliveryError, match="等接单，不能再出发"):
        delivering.dispatch(delivery=row, actor=town.staff, at=make.AT)
    with pytest.raises(DeliveryError, match="不能早于今天"):
        delivering.accept(delivery=row, planned_on=make.TODAY - DAY, provider="甲", actor=town.staff, at=make.AT)
    with pytest.raises(DeliveryError, match="写明谁来送"):
        delivering.accept(delivery=row, planned_on=FRIDAY, actor=town.staff, at=make.AT)
    with pytest.raises(DeliveryError, match="写明原因"):
        delivering.refuse(delivery=row, reason="", actor=town.staff, at=make.AT)
    delivering.cancel(delivery=row, reason="自己解决了", actor=town.secretary, at=make.AT)
    with pytest.raises(DeliveryError, match="刚刚有变动，现在是“已取消”"):
        delivering.accept(delivery=row, planned_on=FRIDAY, provider="甲", seen=1, actor=town.staff, at=make.AT)


@pytest.mark.django_db
def test_nobody_at_the_door_means_another_day(town, recipient):
    row = supplying.delivery(recipient, state="dispatched", planned_on=make.TODAY)
    back = delivering.bring_back(
        delivery=row, planned_on=FRIDAY, reason="门关着，打电话没人接", actor=town.staff, at=make.AT
    )
    assert (back.state, back.planned_on) == ("accepted", FRIDAY)


@given(st.sampled_from(list(State)), st.sampled_from(list(Verb)))
def test_every_verb_leads_only_from_where_it_is_offered(state, verb):
    is_offered = verb in offered(state, list(Side))
    if is_offered:
        assert target(verb, state) in State
    else:
        with pytest.raises(ValueError, match="不能再"):
            target(verb, state)
    assert MOVES[verb].sides
