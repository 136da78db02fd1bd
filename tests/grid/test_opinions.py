"""Opinions: taken in once, sorted, taken back, forgotten; what the teller reads by the receipt."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from coverage.collection import numbers
from grid.chain.opinion_states import State
from grid.matters import ending
from grid.matters import moving as matter_moving
from grid.matters.handling import MatterError
from grid.models import Matter, Opinion, OpinionCode, OpinionNotice, Topic
from grid.opinions import codes, erasing, receiving, sorting
from grid.opinions.codes import OpinionCodeError
from grid.opinions.receiving import OpinionError, Said
from grid.pages import told
from grid.topics import proposing
from grid.topics.handling import TopicError
from shimen.audit.models import AccessLog
from shimen.privacy import register, retention
from shimen.privacy.models import Erasure
from tests import make, station

pytestmark = pytest.mark.django_db
AT, LATER = make.AT, make.AT + dt.timedelta(hours=3)
WORDS = "望桥路晚上路灯不亮，骑车看不见坑。"


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def code(town):
    return station.opinion_code(town, town.first_grid)


def _tell(code, words=WORDS, *, pk=None, **said):
    notice = codes.current_notice(code.street)
    return receiving.tell(id=pk or uuid.uuid4(), code=code, notice=notice, said=Said(words=words, **said), at=AT)


def _opinion(town, **said):
    return station.opinion(town, town.first_grid, **said)


def _logged(verb, row):
    return AccessLog.objects.filter(verb=verb, object_id=str(row.pk)).count()


# ---- taking in


def test_without_a_name_it_is_taken_and_found_by_its_receipt(code):
    taken = _tell(code)
    row = taken.opinion
    assert (row.number, row.state, row.area, row.teller, row.phone_mask) == (
        "2026-0001",
        State.WAITING,
        code.area,
        "",
        "",
    )
    assert receiving.find(f" {taken.receipt[:5].lower()}-{taken.receipt[5:]} ") == row
    assert receiving.find(taken.receipt[:-1]) is None
    line = AccessLog.objects.get(verb="opinions.tell")
    assert (line.origin, line.actor) == ("", None)


def test_the_same_form_twice_is_one_opinion_and_the_same_receipt(code):
    pk = uuid.uuid4()
    first, second = _tell(code, pk=pk), _tell(code, pk=pk)
    assert (first.receipt, second.is_known) == (second.receipt, True)
    assert Opinion.objects.count() == 1


def test_the_same_words_through_another_form_are_one_opinion_without_a_second_receipt(code):
    _tell(code)
    again = _tell(code)
    assert (again.receipt, again.is_known) == ("", True)
    assert Opinion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_sendings_at_once_are_one_opinion():
    town = make.town()
    code, pk, receipts = station.opinion_code(town, town.first_grid), uuid.uuid4(), []

    def send():
        try:
            receipts.append(_tell(code, pk=pk).receipt)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Opinion.objects.count() == 1
    assert len(receipts) == 10
    assert len(set(receipts)) == 1


@pytest.mark.parametrize(
    ("words", "sentence"), [("路灯", "至少 4 个字"), ("长" * 1001, "最多 1000 字"), ("\x00 \n", "至少")]
)
def test_too_little_or_too_much_says_so(code, words, sentence):
    with pytest.raises(OpinionError, match=sentence):
        _tell(code, words)


def test_a_number_is_kept_only_with_consent_and_sealed(code):
    with pytest.raises(OpinionError, match="勾选同意"):
        _tell(code, phone="19900000017")
    row = _tell(code, phone="19900000017", consents=True).opinion
    assert (row.phone_mask, row.consented_at) == ("199****0017", AT)
    assert b"19900000017" not in bytes(row.phone_sealed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=row.pk).update(consented_at=None)


def test_somebody_inside_writes_down_what_they_heard(town, code):
    notice = codes.current_notice(town.street)
    shop = make.entity(town.first_grid, place=make.place(town.first_grid))
    given = {"street": town.street, "way": "visit", "notice": notice, "actor": town.visitor, "at": AT}
    taken = receiving.write_down(id=uuid.uuid4(), said=Said(words=WORDS, entity=shop, teller="面馆老板"), **given)
    row = taken.opinion
    assert (row.area, row.place, row.received_by, row.teller) == (town.first_grid, shop.place, town.visitor, "面馆老板")
    assert receiving.find(taken.receipt) == row
    with pytest.raises(OpinionError, match="选怎么听到的"):
        receiving.write_down(id=uuid.uuid4(), said=Said(words=WORDS), **given | {"way": "code"})
    with pytest.raises(OpinionError, match="选网格"):
        receiving.write_down(id=uuid.uuid4(), said=Said(words=WORDS), **given)
    elsewhere = make.area(town.stranger.street)
    with pytest.raises(OpinionError, match="不在本街道"):
        receiving.write_down(id=uuid.uuid4(), said=Said(words=WORDS, area=elsewhere), **given)


# ---- sorting


def test_it_becomes_a_matter_and_the_teller_reads_its_answer(town):
    row = _opinion(town)
    assert told.of(row).title == "收到了，等分拣"
    row = sorting.to_matter(opinion=row, category="facilities", actor=town.secretary, at=LATER)
    matter = row.matter
    assert (matter.via, matter.words, matter.category, matter.area) == (
        "opinion",
        row.words,
        "facilities",
        town.first_grid,
    )
    assert (row.decided_by, _logged("opinions.to_matter", row)) == (town.secretary, 1)
    assert told.of(row).words.startswith("党支部在办")
    ending.solve(matter=matter, how="换了灯泡", actor=town.staff, at=LATER)
    ending.answer(matter=matter, words="灯已换好，请放心骑。", way="notice", is_final=True, actor=town.staff, at=LATER)
    seen = told.of(Opinion.objects.get(pk=row.pk))
    assert seen.title == "已解决"
    assert "灯已换好" in seen.lines[0].words
    assert Opinion.objects.with_result().get(pk=row.pk).settled_at == LATER


def test_without_an_area_one_must_be_chosen(town):
    row = station.opinion(town, None)
    with pytest.raises(MatterError, match="选地点、主体或网格"):
        sorting.to_matter(opinion=row, actor=town.staff, at=LATER)
    assert Opinion.objects.get().state == State.WAITING
    assert sorting.to_matter(opinion=row, area=town.second_grid, actor=town.staff, at=LATER).area == town.second_grid


def test_it_joins_a_matter_that_is_open_and_none_that_is_over(town):
    first = sorting.to_matter(opinion=_opinion(town), actor=town.staff, at=LATER)
    second = sorting.to_matter(opinion=_opinion(town), into=first.matter, actor=town.staff, at=LATER)
    assert (second.matter, second.is_own, Matter.objects.count()) == (first.matter, False, 1)
    ending.withdraw(matter=first.matter, why="记错了", actor=town.staff, at=LATER)
    with pytest.raises(OpinionError, match="只能并到还在办"):
        sorting.to_matter(opinion=_opinion(town), into=first.matter, actor=town.staff, at=LATER)


def test_it_becomes_a_topic_or_a_voice_of_one(town):
    row = sorting.to_topic(opinion=_opinion(town), title="路灯几点开", actor=town.secretary, at=LATER)
    sorting.to_topic(opinion=_opinion(town), into=row.topic, actor=town.secretary, at=LATER)
    topic = Topic.objects.with_voices().get()
    assert (topic.title, topic.supporters, topic.voices, topic.proposed_by) == ("路灯几点开", 0, 2, None)
    assert told.of(row).title == "作为议题征集意见"
    with pytest.raises(TopicError, match="已有同名"):
        sorting.to_topic(opinion=_opinion(town), title="路灯几点开", actor=town.secretary, at=LATER)


def test_it_is_answered_or_sent_elsewhere_in_words(town):
    one, two = _opinion(town), _opinion(town)
    for verb in (sorting.answer, sorting.send_elsewhere):
        with pytest.raises(OpinionError, match="凭查询码看得到"):
            verb(opinion=one, words=" ", actor=town.secretary, at=LATER)
    one = sorting.answer(opinion=one, words="17:30 <b>亮灯</b>", actor=town.secretary, at=LATER)
    assert told.of(one).lines == [told.Line("答复", "17:30 <b>亮灯</b>", make.TODAY)]
    two = sorting.send_elsewhere(opinion=two, words="拨 12345", actor=town.secretary, at=LATER)
    assert told.of(two).title == "不归街道办"
    with pytest.raises(OpinionError, match="先“退回待分拣”"):
        sorting.answer(opinion=two, words="再答", actor=town.secretary, at=LATER)


def test_who_said_the_same_reads_what_became_of_the_first(town):
    first, second, third = _opinion(town), _opinion(town), _opinion(town)
    with pytest.raises(OpinionError, match="不能和它自己相同"):
        sorting.same_as(opinion=first, other=first, actor=town.staff, at=LATER)
    second = sorting.same_as(opinion=second, other=first, actor=town.staff, at=LATER)
    third = sorting.same_as(opinion=third, other=second, actor=town.staff, at=LATER)
    assert third.same_as == first
    with pytest.raises(OpinionError, match="不能作准"):
        sorting.same_as(opinion=first, other=second, actor=town.staff, at=LATER)
    sorting.answer(opinion=first, words="明天来修", actor=town.staff, at=LATER)
    seen = told.of(Opinion.objects.get(pk=third.pk))
    assert (seen.title, seen.words[:13]) == ("已答复", "和别人说的是同一件事，一起")
    assert seen.lines[0].words == "明天来修"


def test_who_may_sort(town):
    row = _opinion(town)
    for person in (town.visitor, town.colleague, town.data_admin, town.stranger):
        with pytest.raises(OpinionError, match="不由您来分拣"):
            sorting.answer(opinion=row, words="好", actor=person, at=LATER)
    other = make.person(town.street, "secretary", area=town.second_grid)
    with pytest.raises(OpinionError, match="不由您来分拣"):
        sorting.answer(opinion=row, words="好", actor=other, at=LATER)
    nowhere = station.opinion(town, None)
    with pytest.raises(OpinionError, match="不由您来分拣"):
        sorting.answer(opinion=nowhere, words="好", actor=town.secretary, at=LATER)


# ---- taking a decision back


def test_a_matter_that_nobody_has_touched_goes_back_with_the_decision(town):
    row = sorting.to_matter(opinion=_opinion(town), actor=town.secretary, at=LATER)
    matter = row.matter
    row = sorting.reopen(opinion=row, actor=town.secretary, at=LATER)
    matter.refresh_from_db()
    assert (row.state, row.matter, matter.state) == (State.WAITING, None, "withdrawn")
    assert _logged("opinions.reopen", row) == 1


def test_a_matter_in_hand_stays(town):
    row = sorting.to_matter(opinion=_opinion(town), actor=town.secretary, at=LATER)
    matter_moving.report(matter=row.matter, words="去看过了", actor=town.secretary, at=LATER)
    with pytest.raises(OpinionError, match="已经有人在办"):
        sorting.reopen(opinion=row, actor=town.secretary, at=LATER)
    joined = sorting.to_matter(opinion=_opinion(town), into=row.matter, actor=town.secretary, at=LATER)
    sorting.reopen(opinion=joined, actor=town.secretary, at=LATER)
    assert Matter.objects.get().state == "open"


def test_a_topic_with_support_stays_one_without_goes_back(town):
    row = sorting.to_topic(opinion=_opinion(town), actor=town.secretary, at=LATER)
    proposing.support(topic=row.topic, actor=town.visitor, at=LATER)
    with pytest.raises(OpinionError, match="已经有人支持"):
        sorting.reopen(opinion=row, actor=town.secretary, at=LATER)
    proposing.unsupport(topic=row.topic, actor=town.visitor, at=LATER)
    sorting.reopen(opinion=row, actor=town.secretary, at=LATER)
    assert Topic.objects.get().state == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sort_at_once_one_wins():
    town = make.town()
    row, said = station.opinion(town, town.first_grid), []

    def decide(verb, **more):
        try:
            verb(opinion=row, actor=town.staff, at=LATER, **more)
        except OpinionError as error:
            said.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(sorting.to_matter,))]
    threads += [threading.Thread(target=decide, args=(sorting.answer,), kwargs={"words": "修好了"})]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(said) == 1
    row.refresh_from_db()
    assert (row.state == State.MATTER) == Matter.objects.exists()


# ---- forgetting


def test_the_number_goes_at_once_and_the_opinion_stays(town):
    row = _opinion(town, phone="19900000017", consents=True)
    row = erasing.forget_phone(opinion=row, actor=None, at=LATER)
    row = erasing.forget_phone(opinion=row, actor=None, at=LATER)
    assert (row.phone_sealed, row.phone_index, row.phone_mask, row.unconsented_at) == (None, None, "", LATER)
    trace = Erasure.objects.get()
    assert (trace.what, trace.done_at, trace.cause) == (["电话"], LATER, "withdrawn")
    assert AccessLog.objects.filter(verb="opinions.forget_phone").count() == 1


def test_what_is_taken_back_is_empty_and_its_matter_goes_on(town):
    row = _opinion(town, phone="19900000017", consents=True)
    row = sorting.to_matter(opinion=row, actor=town.staff, at=LATER)
    row = erasing.withdraw(opinion=row, actor=None, at=LATER)
    assert (row.state, row.words, row.phone_sealed, row.emptied_at) == (State.WITHDRAWN, "", None, LATER)
    assert Matter.objects.get().state == "open"
    assert told.of(row).title == "已撤回"
    erasing.withdraw(opinion=row, actor=None, at=LATER)
    assert Erasure.objects.count() == 1
    with pytest.raises(OpinionError, match="本人已经撤回"):
        sorting.reopen(opinion=row, actor=town.staff, at=LATER)


def test_staff_erase_only_with_a_reason(town):
    row = _opinion(town)
    with pytest.raises(OpinionError, match="本人怎么提出的"):
        erasing.withdraw(opinion=row, actor=town.staff, at=LATER, reason="删")
    erasing.withdraw(opinion=row, actor=town.staff, at=LATER, reason="本人来电要求")
    assert Erasure.objects.get().handled_by == town.staff


def test_a_number_goes_when_its_notice_promised(town):
    row = _opinion(town, phone="19900000017", consents=True)
    last = make.TODAY + dt.timedelta(days=180)
    retention.run(street=town.street, on=last - dt.timedelta(days=1), at=LATER)
    assert Opinion.objects.get(pk=row.pk).phone_mask
    retention.run(street=town.street, on=last, at=LATER)
    kept = Opinion.objects.get(pk=row.pk)
    assert (kept.phone_mask, kept.words) == ("", row.words)


def test_who_said_it_goes_after_three_years(town):
    row = _opinion(town)
    Opinion.objects.filter(pk=row.pk).update(teller="面馆老板")
    retention.run(street=town.street, on=make.TODAY + dt.timedelta(days=erasing.TELLER_DAYS), at=LATER)
    assert Opinion.objects.get().teller == ""
    assert {"grid.Opinion"} <= {field.model for field in register.declared()}


def test_the_number_is_shown_for_a_reason_that_is_kept(town):
    row = _opinion(town, phone="19900000017", consents=True)
    with pytest.raises(OpinionError, match="至少 4 个字"):
        sorting.reveal(opinion=row, reason="看", actor=town.staff, at=LATER)
    assert sorting.reveal(opinion=row, reason="打电话问清地点", actor=town.staff, at=LATER) == "19900000017"
    assert AccessLog.objects.get(verb="grid.revealed").reason == "打电话问清地点"


# ---- codes


def test_a_spot_has_one_code_and_a_new_one_ends_the_old(town, code):
    assert codes.issue(street=town.street, area=town.first_grid, actor=town.staff, at=AT) == code
    with pytest.raises(OpinionCodeError, match="至少 4 个字"):
        codes.rotate(code=code, reason="破", actor=town.staff, at=AT)
    fresh = codes.rotate(code=code, reason="纸面破损", actor=town.staff, at=AT)
    code.refresh_from_db()
    assert (fresh.generation, code.ended_how, code.opens_on(make.TODAY)) == (2, "rotated", False)
    with pytest.raises(OpinionCodeError, match="已经停用或换过"):
        codes.revoke(code=code, reason="纸面破损", actor=town.staff, at=AT)
    codes.revoke(code=fresh, reason="不再张贴了", actor=town.staff, at=AT)
    assert not OpinionCode.objects.standing().exists()


def test_a_year_later_the_code_is_made_anew(town, code):
    late = AT + dt.timedelta(days=codes.VALID_DAYS + 1)
    assert not code.opens_on(late.date())
    assert codes.issue(street=town.street, area=town.first_grid, actor=town.staff, at=late).generation == 2


def test_no_code_without_a_notice_nor_of_another_street(town):
    with pytest.raises(OpinionCodeError, match="先发布告知书"):
        codes.issue(street=town.street, actor=town.staff, at=AT)
    station.opinion_code(town)
    with pytest.raises(OpinionCodeError, match="不在本街道"):
        codes.issue(street=town.street, area=make.area(town.stranger.street), actor=town.staff, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_who_make_a_code_at_once_get_the_same():
    town = make.town()
    station.opinion_code(town)
    made = []

    def issue():
        try:
            made.append(codes.issue(street=town.street, area=town.first_grid, actor=town.staff, at=AT).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(5)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(made) == 5
    assert len(set(made)) == 1


def test_a_notice_is_published_once_and_stands(town, code):
    values = codes.first_draft(town.street) | {"contact": "示例街道党建办 021-0000-0000"}
    with pytest.raises(OpinionCodeError, match="完全相同"):
        codes.publish_notice(street=town.street, values=values, actor=town.staff, at=AT)
    second = codes.publish_notice(street=town.street, values=values | {"retention_days": 90}, actor=town.staff, at=AT)
    assert second.number == 2
    with pytest.raises(Exception, match="annot"), transaction.atomic():
        OpinionNotice.objects.filter(pk=second.pk).update(contact="别处")


def test_tokens_mean_nothing(code):
    assert numbers.is_token(code.token)
    assert str(code.pk)[:8] not in code.token
