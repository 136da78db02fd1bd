"""The pages of those inside: the queue, sorting by key, writing down, codes and posters, topics."""

from __future__ import annotations

import re
import uuid

import pytest
from django.urls import reverse

from grid.models import Matter, Opinion, OpinionCode, OpinionNotice, Topic, TopicSupport
from grid.opinions import codes, sorting
from grid.topics import agenda, ending
from shimen.audit.models import AccessLog
from tests import make, station

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def opinion(town):
    return station.opinion(town, town.first_grid, words="望桥路晚上路灯不亮，骑车看不见坑。")


def _sort(opinion, verb):
    return reverse("grid:opinion-sort", args=[opinion.pk, verb])


def _page(client, name, *args, **query):
    return client.get(reverse(f"grid:{name}", args=args), query).content.decode()


def test_the_queue_shows_what_waits_the_longest_first(client, town, opinion):
    done = station.opinion(town, town.first_grid, words="公厕几点关门？")
    sorting.answer(opinion=done, words="22 点", actor=town.staff, at=make.AT)
    client.force_login(town.secretary)
    page = _page(client, "opinions")
    assert "路灯不亮" in page
    assert "公厕几点" not in page
    assert "公厕几点" in _page(client, "opinions", state="answered")
    assert "公厕几点" in _page(client, "opinions", state="all", q=done.number)
    assert "路灯不亮" not in _page(client, "opinions", state="late")


def test_the_queue_costs_the_same_however_long_it_is(client, town, opinion):
    client.force_login(town.staff)
    client.get(reverse("grid:opinions"))
    with make.counting() as few:
        client.get(reverse("grid:opinions"))
    for _ in range(12):
        station.opinion(town, town.first_grid)
    with make.counting() as many:
        client.get(reverse("grid:opinions"))
    assert len(many) == len(few)
    assert len(many) <= 25


def test_of_another_grid_nothing_is_seen(client, town, opinion):
    other = make.person(town.street, "secretary", area=town.second_grid)
    client.force_login(other)
    assert "路灯" not in _page(client, "opinions", state="all")
    assert client.get(reverse("grid:opinion", args=[opinion.pk])).status_code == 404
    assert client.post(_sort(opinion, "matter")).status_code == 404
    client.force_login(town.visitor)
    assert client.get(reverse("grid:opinions")).status_code == 403


def test_every_decision_has_a_key_and_leads_to_the_next(client, town, opinion):
    following = station.opinion(town, town.first_grid, words="后巷油水味道重，下水道堵了。")
    client.force_login(town.secretary)
    page = _page(client, "opinion", opinion.pk)
    assert set(re.findall(r'data-key="(\w)"', page)) >= set("jmtaqwero")
    answer = client.post(_sort(opinion, "matter"), {"category": "facilities"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("grid:opinion", args=[following.pk])
    text = answer.content.decode()
    assert "已转事项 2026-0001" in text
    assert reverse("grid:opinion-reopen", args=[opinion.pk]) in text
    client.post(reverse("grid:opinion-reopen", args=[opinion.pk]))
    assert Opinion.objects.get(pk=opinion.pk).state == "waiting"


@pytest.mark.parametrize(
    ("verb", "data", "state"),
    [
        ("topic", {"title": "路灯几点开"}, "topic"),
        ("answer", {"words": "今晚来修"}, "answered"),
        ("elsewhere", {"words": "拨 12345"}, "elsewhere"),
    ],
)
def test_the_other_decisions(client, town, opinion, verb, data, state):
    client.force_login(town.staff)
    assert client.post(_sort(opinion, verb), data).url == reverse("grid:opinions")
    assert Opinion.objects.get().state == state


def test_an_empty_answer_comes_back_with_a_sentence(client, town, opinion):
    client.force_login(town.staff)
    answer = client.post(_sort(opinion, "answer"), {"words": ""})
    assert answer.status_code == 422
    assert "写答复，说的人凭查询码看得到。" in answer.content.decode()
    assert client.post(_sort(opinion, "nonsense"), {}).status_code == 404


def test_what_says_the_same_is_offered_by_number_and_joined(client, town, opinion):
    matter = sorting.to_matter(opinion=opinion, actor=town.staff, at=make.AT).matter
    again = station.opinion(town, town.first_grid, words="望桥路的路灯晚上还是不亮。")
    client.force_login(town.secretary)
    page = _page(client, "opinion", again.pk)
    assert f'name="same" value="{opinion.pk}"' in page
    assert f'name="matter" value="{matter.pk}"' in page
    join = reverse("grid:opinion-join", args=[again.pk])
    client.post(join, {"matter": matter.pk})
    assert (Opinion.objects.get(pk=again.pk).matter, Matter.objects.count()) == (matter, 1)
    client.post(reverse("grid:opinion-reopen", args=[again.pk]))
    client.post(join, {"same": opinion.pk})
    assert Opinion.objects.get(pk=again.pk).same_as == opinion
    assert client.post(join, {"topic": "x"}).status_code == 404
    assert client.post(join, {"same": uuid.uuid4()}).status_code == 404


def test_a_visitor_writes_down_what_they_heard_once(client, town):
    codes.publish_notice(street=town.street, values=codes.first_draft(town.street), actor=None, at=make.AT)
    client.force_login(town.visitor)
    page = _page(client, "opinion-new")
    shown = re.search(r'name="pass" value="([^"]+)"', page).group(1)
    sent = {
        "pass": shown,
        "words": "台阶松了，老人绊过一跤",
        "way": "visit",
        "area": town.first_grid.pk,
        "category": "safety",
    }
    first = client.post(reverse("grid:opinion-new"), sent).content.decode()
    assert "查询码" in first
    client.post(reverse("grid:opinion-new"), sent)
    row = Opinion.objects.get()
    assert (row.received_by, row.way, row.category) == (town.visitor, "visit", "safety")
    wrong = client.post(reverse("grid:opinion-new"), sent | {"phone": "19900000017"})
    assert "要留电话就勾选同意" in wrong.content.decode()
    assert client.post(reverse("grid:opinion-new"), sent | {"pass": "x"}).status_code == 422
    assert client.post(reverse("grid:opinion-new"), sent | {"area": town.second_grid.pk}).status_code == 422


def test_the_number_is_masked_shown_for_a_reason_and_deleted_on_request(client, town):
    row = station.opinion(town, town.first_grid, phone="19900000017", consents=True)
    client.force_login(town.staff)
    assert "19900000017" not in _page(client, "opinion", row.pk)
    assert AccessLog.objects.filter(verb="grid.seen", object_id=str(row.pk)).count() == 1
    reveal = reverse("grid:opinion-reveal", args=[row.pk])
    assert client.post(reveal, {"reason": "看"}).status_code == 422
    shown = client.post(reveal, {"reason": "打电话问清地点"})
    assert "19900000017" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    erase = reverse("grid:opinion-erase", args=[row.pk])
    assert client.post(erase, {"reason": "", "what": "all"}).status_code == 422
    client.post(erase, {"reason": "本人来电要求", "what": "phone"})
    assert (Opinion.objects.get().phone_mask, Opinion.objects.get().state) == ("", "waiting")


def test_the_export_holds_no_number_and_is_kept_in_the_log(client, town):
    station.opinion(town, town.first_grid, words="=1+1 路灯不亮", phone="19900000017", consents=True)
    client.force_login(town.staff)
    text = client.get(reverse("grid:opinions-export")).content.decode("utf-8-sig")
    assert "路灯不亮" in text
    assert "19900000017" not in text
    assert "199****" not in text
    assert AccessLog.objects.get(verb="grid.exported").after["rows"] == 1


def test_codes_are_made_printed_and_exchanged(client, town):
    client.force_login(town.staff)
    notice = reverse("grid:opinion-notice")
    values = codes.first_draft(town.street) | {"contact": "示例街道党建办 021-0000-0000"}
    assert client.post(notice, values | {"retention_days": 3}).status_code == 422
    client.post(notice, values)
    assert OpinionNotice.objects.get().number == 1
    door = make.place(town.first_grid)
    page = reverse("grid:opinion-codes")
    client.post(page, {"area": "", "place": ""})
    client.post(page, {"area": town.second_grid.pk, "place": ""})
    client.post(page, {"area": "", "place": door.address})
    assert OpinionCode.objects.count() == 3
    assert client.post(page, {"place": "没有这条路"}).status_code == 422
    code = OpinionCode.objects.get(place=door)
    sheet = client.get(reverse("grid:opinion-poster", args=[code.pk])).content.decode()
    assert f"{code.short[:3]} {code.short[3:]}" in sheet
    assert "<svg" in sheet
    client.post(reverse("grid:opinion-code-change", args=[code.pk]), {"reason": "纸面破损"})
    assert "已换过、停用或到期" in _page(client, "opinion-poster", code.pk)


def test_a_secretary_makes_codes_in_their_own_grid_only(client, town):
    station.opinion_code(town)
    client.force_login(town.secretary)
    page = reverse("grid:opinion-codes")
    assert client.post(page, {"area": "", "place": ""}).status_code == 422
    assert client.post(page, {"area": town.second_grid.pk}).status_code == 422
    client.post(page, {"area": town.first_grid.pk})
    assert OpinionCode.objects.filter(area=town.first_grid).count() == 1


def test_who_has_opinions_to_sort_is_told_at_home(client, town, opinion):
    client.force_login(town.staff)
    assert "1 条意见待分拣" in client.get(reverse("overview-work")).content.decode()


# ---- topics


def test_a_topic_is_proposed_supported_and_its_result_told(client, town):
    client.force_login(town.visitor)
    answer = client.post(
        reverse("grid:topic-new"),
        {"title": "给骑手一处避风的地方", "words": "站在风口等单", "area": "", "category": "other"},
    )
    row = Topic.objects.get()
    assert answer.url == reverse("grid:topic", args=[row.pk])
    client.force_login(town.secretary)
    support = reverse("grid:topic-support", args=[row.pk])
    client.post(support)
    assert "您已经支持过这个议题。" in client.post(support, follow=True).content.decode()
    assert TopicSupport.objects.count() == 2
    client.post(support, {"do": "unsupport"})
    assert TopicSupport.objects.count() == 1
    assert client.get(reverse("grid:topic-act", args=[row.pk, "put_on"])).status_code == 404
    client.force_login(town.staff)
    act = reverse("grid:topic-act", args=[row.pk, "put_on"])
    assert client.post(act, {"seen": row.revision}).status_code == 422
    assert client.post(act, {"seen": row.revision, "body": "第一网格例会", "on": make.TODAY}).status_code == 302
    row.refresh_from_db()
    client.post(reverse("grid:topic-act", args=[row.pk, "resolve"]), {"seen": row.revision, "outcome": "放两条长凳"})
    client.force_login(town.visitor)
    page = _page(client, "topic", row.pk)
    assert "您提的议题有结果了：放两条长凳" in page
    assert "您提的议题有结果了" in _page(client, "topics")
    client.post(reverse("grid:topic-heard", args=[row.pk]))
    assert "您提的议题有结果了" not in _page(client, "topics", state="own")


def test_every_verb_of_a_topic_has_a_page_that_fits_its_state(client, town):
    from grid.views.topics import ACTIONS

    row = station.topic(town, actor=town.staff, area=town.first_grid)
    client.force_login(town.staff)
    for verb in ACTIONS:
        assert client.get(reverse("grid:topic-act", args=[row.pk, verb])).status_code == 200, verb
    assert client.get(reverse("grid:topic-act", args=[row.pk, "nonsense"])).status_code == 404


def test_the_list_of_topics_costs_the_same_however_long_it_is(client, town):
    station.topic(town, area=town.first_grid)
    client.force_login(town.secretary)
    client.get(reverse("grid:topics"))
    with make.counting() as few:
        client.get(reverse("grid:topics"))
    for _ in range(8):
        station.topic(town, area=town.first_grid)
    with make.counting() as many:
        client.get(reverse("grid:topics"))
    assert len(many) == len(few)
    assert len(many) <= 25


def test_of_another_grid_a_topic_is_not_seen_unless_one_proposed_it(client, town):
    row = station.topic(town, area=town.second_grid)
    client.force_login(town.secretary)
    assert client.get(reverse("grid:topic", args=[row.pk])).status_code == 404
    client.force_login(town.visitor)
    assert client.get(reverse("grid:topic", args=[row.pk])).status_code == 200


def test_a_proposer_whose_topic_was_merged_reads_the_result_of_the_other(client, town):
    kept = station.topic(town, actor=town.staff, area=town.first_grid)
    mine = station.topic(town, area=town.first_grid)
    ending.merge(topic=mine, into=kept, actor=town.staff, at=make.AT)
    row = agenda.put_on(topic=kept, body="第一网格例会", on=make.TODAY, actor=town.staff, at=make.AT)
    ending.resolve(topic=row, outcome="放两条长凳", actor=town.staff, at=make.AT)
    client.force_login(town.visitor)
    page = _page(client, "topic", mine.pk)
    assert "并入了" in page
    assert "放两条长凳" in page
