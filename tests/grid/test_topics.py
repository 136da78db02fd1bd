"""Topics: proposed, supported once, put on an agenda, merged, resolved; the proposer is told."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from grid.chain.topic_states import TRANSITIONS, State, Verb, target
from grid.meetings import calling, minutes, resolutions
from grid.models import Matter, Topic, TopicSupport
from grid.topics import agenda, ending, proposing
from grid.topics.handling import TopicError
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from tests import make, sessions

pytestmark = pytest.mark.django_db
AT, TODAY = make.AT, make.TODAY
HOUR = dt.timedelta(hours=1)
WORDS = "骑手等单没有地方坐，冬天站在风口。"


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def topic(town):
    return _propose(town)


def _propose(town, title="给骑手留一处避风的地方", actor=None, **given):
    given = {"area": town.first_grid} | given
    return proposing.propose(
        street_id=town.street.pk, title=title, words=WORDS, actor=actor or town.visitor, at=AT, **given
    )


def _put_on(town, topic, **given):
    return agenda.put_on(**{"topic": topic, "body": "第一网格例会", "on": TODAY, "actor": town.staff, "at": AT} | given)


def test_whoever_proposes_supports(town, topic):
    assert (topic.number, topic.state) == ("议 2026-001", State.PROPOSED)
    counted = Topic.objects.with_voices().get()
    assert (counted.supporters, counted.voices) == (1, 0)
    assert AccessLog.objects.filter(verb="topics.propose", object_id=str(topic.pk)).count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"title": " "}, "写议题"), ({"title": "长" * 61}, "最多 60 字")],
)
def test_what_cannot_be_proposed_says_why(town, given, sentence):
    with pytest.raises(TopicError, match=sentence):
        _propose(town, **given)


def test_an_area_of_another_street_is_refused(town):
    with pytest.raises(TopicError, match="不在本街道"):
        _propose(town, area=make.area(town.stranger.street))


def test_the_same_title_is_proposed_once(town, topic):
    with pytest.raises(TopicError, match="已有同名的议题"):
        _propose(town, actor=town.secretary)
    _propose(town, area=town.second_grid)


def test_a_person_supports_once(town, topic):
    proposing.support(topic=topic, actor=town.secretary, at=AT)
    with pytest.raises(TopicError, match="已经支持过"):
        proposing.support(topic=topic, actor=town.secretary, at=AT)
    assert Topic.objects.with_voices().get().supporters == 2
    proposing.unsupport(topic=topic, actor=town.secretary, at=AT)
    proposing.unsupport(topic=topic, actor=town.secretary, at=AT)
    assert Topic.objects.with_voices().get().supporters == 1
    assert AccessLog.objects.filter(verb="topics.unsupport").count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_taps_at_once_are_one_support():
    town = make.town()
    topic = _propose(town)
    refused = []

    def tap():
        try:
            proposing.support(topic=topic, actor=town.secretary, at=AT)
        except TopicError as error:
            refused.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _ in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert TopicSupport.objects.filter(topic=topic, user=town.secretary).count() == 1
    assert refused == ["您已经支持过这个议题。"] * 9


def test_support_is_over_when_it_is_resolved(town, topic):
    row = ending.resolve(topic=_put_on(town, topic), outcome="放两条长凳", actor=town.staff, at=AT)
    with pytest.raises(TopicError, match="不再征集支持"):
        proposing.support(topic=row, actor=town.secretary, at=AT)


def test_on_an_agenda_and_off_again(town, topic):
    row = _put_on(town, topic)
    assert (row.state, row.agenda_body, row.agenda_on) == (State.SCHEDULED, "第一网格例会", TODAY)
    with pytest.raises(TopicError, match="写为什么撤下"):
        agenda.take_off(topic=row, why=" ", actor=town.staff, at=AT)
    row = agenda.take_off(topic=row, why="会期改了", actor=town.staff, at=AT)
    assert (row.state, row.agenda_body, row.agenda_on) == (State.PROPOSED, "", None)
    assert AccessLog.objects.filter(verb="topics.take_off", reason="会期改了").count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"body": ""}, "写列入哪个会"),
        ({"on": None}, "选会期"),
        ({"on": TODAY - dt.timedelta(days=1)}, "会期不能早于今天"),
    ],
)
def test_only_on_a_meeting_that_can_be(town, topic, given, sentence):
    with pytest.raises(TopicError, match=sentence):
        _put_on(town, topic, **given)
    assert Topic.objects.get().state == State.PROPOSED


def test_who_may_decide(town, topic):
    for person in (town.visitor, town.secretary, town.stranger):
        with pytest.raises(TopicError, match="不由您来定"):
            _put_on(town, topic, actor=person)
    convener = make.person(town.street, Role.CONVENER, area=town.first_grid)
    other = make.person(town.street, Role.CONVENER, area=town.second_grid)
    with pytest.raises(TopicError, match="不由您来定"):
        _put_on(town, topic, actor=other)
    assert _put_on(town, topic, actor=convener).state == State.SCHEDULED


def test_a_resolution_tells_the_proposer_until_they_have_read_it(town, topic):
    with pytest.raises(TopicError, match="列入议程、开过会"):
        ending.resolve(topic=topic, outcome="放长凳", actor=town.staff, at=AT)
    row = _put_on(town, topic)
    with pytest.raises(TopicError, match="写议定了什么"):
        ending.resolve(topic=row, outcome=" ", actor=town.staff, at=AT)
    row = ending.resolve(topic=row, outcome="放两条长凳，加挡风板", actor=town.staff, at=AT)
    assert list(Topic.objects.untold(town.visitor)) == [row]
    assert not Topic.objects.untold(town.secretary).exists()
    with pytest.raises(TopicError, match="不由您来定"):
        ending.hear(topic=row, actor=town.secretary, at=AT)
    ending.hear(topic=row, actor=town.visitor, at=AT)
    assert not Topic.objects.untold(town.visitor).exists()


def test_before_its_meeting_nothing_is_resolved(town, topic):
    row = _put_on(town, topic, on=TODAY + dt.timedelta(days=3))
    with pytest.raises(TopicError, match="开过会再写结果"):
        ending.resolve(topic=row, outcome="放长凳", actor=town.staff, at=AT)


def test_a_resolution_becomes_a_matter(town, topic):
    row = ending.resolve(topic=_put_on(town, topic), outcome="放长凳", raises_matter=True, actor=town.staff, at=AT)
    assert (row.matter.via, row.matter.area, row.matter.title) == (Matter.Via.TOPIC, town.first_grid, topic.title)
    other = _propose(town, title="全街道的事", area=None)
    with pytest.raises(TopicError, match="没有网格"):
        ending.resolve(topic=_put_on(town, other), outcome="办", raises_matter=True, actor=town.staff, at=AT)
    assert Matter.objects.count() == 1


def test_left_out_with_a_reason_and_taken_up_again(town, topic):
    with pytest.raises(TopicError, match="写为什么不列入"):
        ending.decline(topic=topic, why="", actor=town.staff, at=AT)
    row = ending.decline(topic=topic, why="上月刚议过", actor=town.staff, at=AT)
    assert list(Topic.objects.untold(town.visitor)) == [row]
    row = ending.reopen(topic=row, actor=town.staff, at=AT)
    assert (row.state, row.outcome, row.ended_at) == (State.PROPOSED, "", None)


def test_merged_support_counts_a_person_once_and_comes_apart_again(town, topic):
    other = _propose(town, title="骑手歇脚点", actor=town.secretary)
    proposing.support(topic=other, actor=town.visitor, at=AT)
    row = ending.merge(topic=other, into=topic, actor=town.staff, at=AT)
    assert Topic.objects.with_voices().get(pk=topic.pk).supporters == 2
    kept = ending.resolve(topic=_put_on(town, topic), outcome="放长凳", actor=town.staff, at=AT)
    assert list(Topic.objects.untold(town.secretary)) == [row]
    assert list(Topic.objects.untold(town.visitor)) == [kept]
    row = ending.unmerge(topic=row, actor=town.staff, at=AT)
    assert (row.state, row.merged_into) == (State.PROPOSED, None)
    assert Topic.objects.with_voices().get(pk=topic.pk).supporters == 1


def test_not_into_itself_nor_into_what_is_over(town, topic):
    with pytest.raises(TopicError, match="不能并入它自己"):
        ending.merge(topic=topic, into=topic, actor=town.staff, at=AT)
    other = _propose(town, title="骑手歇脚点")
    ending.decline(topic=other, why="议过", actor=town.staff, at=AT)
    with pytest.raises(TopicError, match="只能并入还在征集"):
        ending.merge(topic=topic, into=other, actor=town.staff, at=AT)


def test_only_the_proposer_withdraws_and_only_before_the_agenda(town, topic):
    with pytest.raises(TopicError, match="不由您来定"):
        proposing.withdraw(topic=topic, actor=town.staff, at=AT)
    row = _put_on(town, topic)
    with pytest.raises(TopicError, match="不能撤回"):
        proposing.withdraw(topic=row, actor=town.visitor, at=AT)


def test_who_saw_an_older_state_is_told(town, topic):
    _put_on(town, topic, seen=topic.revision)
    with pytest.raises(TopicError, match="刚刚有变动：列入"):
        agenda.take_off(topic=topic, why="改期", seen=topic.revision, actor=town.staff, at=AT)


# ---- decided by a meeting of the product


def _closed(town, topic, outcome):
    """A grid meeting that had the topic on its agenda, decided it as `outcome` and everything else as heard, and is closed."""
    meeting = sessions.grid_meeting(town)
    agenda.put_on(topic=topic, meeting=meeting, actor=town.staff, at=AT)
    begun = sessions.under_way(town, meeting)
    item = sessions.item(begun, f"{agenda.KEY}{topic.pk}")
    if outcome == "resolved":
        sessions.resolution(item, town, text="放两条长凳")
    for line in begun.items.filter(is_dropped=False, outcome=""):
        ours = line.pk == item.pk
        minutes.decide(item=line, outcome=outcome if ours else "heard", actor=town.staff, at=sessions.DURING)
    return calling.close(meeting=begun, actor=town.staff, at=sessions.DURING)


def test_a_meeting_that_closes_resolves_the_topic_on_its_agenda_and_the_proposer_is_told(town, topic):
    meeting = _closed(town, topic, "resolved")
    row = Topic.objects.get(pk=topic.pk)
    assert (row.state, row.outcome) == (State.RESOLVED, "放两条长凳（示例中队 何戌一，12-01 前）")
    assert (row.ended_at, row.ended_by, row.meeting) == (sessions.DURING, town.staff, meeting)
    assert list(Topic.objects.untold(town.visitor)) == [row]
    told = row.moments.latest("at")
    assert (told.sentence, told.words) == (f"{meeting.title}议定", row.outcome)
    assert AccessLog.objects.filter(verb="topics.resolve", object_id=str(row.pk)).count() == 1


def test_a_meeting_that_puts_the_topic_off_lets_it_gather_support_again(town, topic):
    meeting = _closed(town, topic, "put_off")
    row = Topic.objects.get(pk=topic.pk)
    assert (row.state, row.meeting, row.agenda_on) == (State.PROPOSED, None, None)
    assert row.moments.latest("at").sentence.startswith(f"{meeting.title}：")
    assert not Topic.objects.untold(town.visitor).exists()


def _closed_anew(town, meeting, topic, *, text=None, outcome=None):
    """The minutes are taken back, the topic's line gets other words or another outcome, and they are closed again."""
    row = calling.reopen(meeting=meeting, reason="记录有误", actor=town.staff, at=sessions.DURING)
    item = sessions.item(row, f"{agenda.KEY}{topic.pk}")
    if text is not None:
        item = minutes.save(item=item, seen=item.version, text=text, actor=town.staff, at=sessions.DURING)
    if outcome == "put_off":
        for made in item.resolutions.standing():
            resolutions.withdraw(resolution=made, actor=town.staff, at=sessions.DURING)
    elif outcome == "resolved":
        sessions.resolution(item, town, text="放两条长凳")
    if outcome:
        minutes.decide(item=item, outcome=outcome, actor=town.staff, at=sessions.DURING)
    calling.close(meeting=row, actor=town.staff, at=sessions.DURING + HOUR)
    return Topic.objects.get(pk=topic.pk)


def test_minutes_closed_anew_with_other_words_amend_the_result_and_the_proposer_is_told_again(town, topic):
    meeting = _closed(town, topic, "resolved")
    ending.hear(topic=topic, actor=town.visitor, at=sessions.DURING)
    row = _closed_anew(town, meeting, topic, text="放三条长凳。")
    assert (row.state, row.ended_at) == (State.RESOLVED, sessions.DURING)
    assert row.outcome.startswith("放三条长凳。")
    assert list(Topic.objects.untold(town.visitor)) == [row]
    assert row.moments.latest("at").sentence == f"{meeting.title}重新定稿：议定有改动"
    log = AccessLog.objects.get(verb="topics.amend", object_id=str(row.pk))
    assert log.before["outcome"].startswith("放两条长凳")


def test_minutes_closed_anew_with_the_same_words_change_nothing(town, topic):
    meeting = _closed(town, topic, "resolved")
    ending.hear(topic=topic, actor=town.visitor, at=sessions.DURING)
    before = Topic.objects.get(pk=topic.pk)
    row = _closed_anew(town, meeting, topic)
    assert (row.revision, row.heard_at, row.outcome) == (before.revision, before.heard_at, before.outcome)


def test_minutes_closed_anew_may_put_off_what_they_resolved_and_resolve_it_once_more(town, topic):
    meeting = _closed(town, topic, "resolved")
    row = _closed_anew(town, meeting, topic, outcome="put_off")
    assert (row.state, row.outcome, row.ended_at, row.meeting) == (State.PROPOSED, "", None, None)
    assert not Topic.objects.untold(town.visitor).exists()
    row = _closed_anew(town, meeting, topic, outcome="resolved")
    assert (row.state, row.meeting) == (State.RESOLVED, meeting)


def test_minutes_closed_anew_do_not_resolve_what_waits_for_another_meeting(town, topic):
    meeting = _closed(town, topic, "put_off")
    agenda.put_on(topic=topic, body="街道联席会", on=sessions.DUE, actor=town.staff, at=sessions.DURING)
    with pytest.raises(TopicError, match="已另有安排（街道联席会）"):
        _closed_anew(town, meeting, topic, outcome="resolved")
    assert Topic.objects.get(pk=topic.pk).state == State.SCHEDULED


def test_a_result_that_a_person_wrote_is_not_overwritten_by_minutes(town, topic):
    meeting = sessions.grid_meeting(town)
    agenda.put_on(topic=topic, meeting=meeting, actor=town.staff, at=AT)
    begun = sessions.under_way(town, meeting)
    ending.resolve(topic=topic, outcome="先放一条试试", actor=town.staff, at=sessions.DURING)
    for line in begun.items.filter(is_dropped=False, outcome=""):
        minutes.decide(item=line, outcome="heard", actor=town.staff, at=sessions.DURING)
    calling.close(meeting=begun, actor=town.staff, at=sessions.DURING)
    assert Topic.objects.get(pk=topic.pk).outcome == "先放一条试试"


def test_a_meeting_that_is_not_held_gives_its_topics_back(town, topic):
    meeting = sessions.grid_meeting(town)
    agenda.put_on(topic=topic, meeting=meeting, actor=town.staff, at=AT)
    calling.cancel(meeting=meeting, reason="场地检修", actor=town.staff, at=AT)
    row = Topic.objects.get(pk=topic.pk)
    assert (row.state, row.meeting, row.agenda_body) == (State.PROPOSED, None, "")
    assert row.moments.latest("at", "pk").sentence == f"{meeting.title}不开了"
    assert AccessLog.objects.filter(verb="topics.take_off", reason="场地检修").count() == 1


def test_the_table_and_its_sentences_agree():
    for verb in Verb:
        states, _ = TRANSITIONS[verb]
        for state in State:
            if state in states:
                target(verb, state)
            else:
                with pytest.raises(ValueError, match=r"这个议题.+，.+。"):
                    target(verb, state)
