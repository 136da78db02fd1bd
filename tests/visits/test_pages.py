"""The phone's pages and postings: who may, whose doors, and what a script is answered."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from coverage.models import Demand, Entity, Question, Stop, Visit, VisitAnswer
from coverage.registry import entities as registry
from coverage.views import doors
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.SHIMEN_NOW = make.AT


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def stop(town):
    place = make.place(town.first_grid, number="45号", address="望桥路45号", address_key="望桥路45号")
    entity = make.entity(town.first_grid, place=place, headcount=3, legal_person="郑庚七", trade_sign="丁卯水果店")
    return make.stop(make.round_(town.street), entity, town.visitor, sequence=1)


def url(stop):
    return reverse("coverage:visit", args=[stop.pk])


def form(**values):
    return {"id": str(uuid.uuid4()), "outcome": "same", "s-headcount": "3"} | values


def post(client, stop, user=None, headers=None, **values):
    client.force_login(user or stop.visitor)
    return client.post(url(stop), form(**values), headers=headers or {})


def test_today_shows_my_doors_in_the_order_of_the_walk(client, stop, town):
    second = make.stop(
        stop.round, make.entity(town.first_grid, place=make.place(town.first_grid)), town.visitor, sequence=2
    )
    make.stop(stop.round, make.entity(town.first_grid), town.secretary)
    client.force_login(town.visitor)
    page = client.get("/v/")
    assert [row.stop for row in page.context["today"].left] == [stop, second]
    assert "望桥路 45 号" in page.text


def test_doors_left_over_from_yesterday_are_todays_and_tomorrows_are_not(client, stop, town):
    day = dt.timedelta(days=1)
    Stop.objects.filter(pk=stop.pk).update(planned_on=make.TODAY - day)
    make.stop(stop.round, make.entity(town.first_grid), town.visitor, planned_on=make.TODAY + day)
    client.force_login(town.visitor)
    today = client.get("/v/").context["today"]
    assert [row.stop for row in today.left] == [stop]
    assert today.next_day == (make.TODAY + day, 1)


@pytest.mark.parametrize("path", ["/v/", "/v/results/", "/v/map/", "/v/receipts/", "/v/find/", "/v/new/"])
def test_pages_are_for_those_who_visit(client, town, path):
    for name, person in town.everyone().items():
        client.force_login(person)
        allowed = name in {"staff", "secretary", "visitor", "colleague", "stranger"}
        assert client.get(path).status_code == (200 if allowed else 403), name
    client.logout()
    assert client.get(path).status_code == 302


def test_today_costs_the_same_number_of_queries_however_many_doors(client, stop, town, django_assert_max_num_queries):
    client.force_login(town.visitor)
    client.get("/v/")  # the session's own first query is not the list's
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(30) as seen:
            client.get("/v/")
        counts.append(len(seen))
        for n in range(6):
            entity = make.entity(town.first_grid, place=make.place(town.first_grid))
            make.stop(stop.round, entity, town.visitor, sequence=n + 2)
            Question.objects.create(street=town.street, entity=entity, sentence="还在不在", asked_at=make.AT)
    assert counts[0] == counts[1]


def test_a_door_outside_my_area_is_not_found(client, stop, town):
    for person in (town.colleague, town.stranger):
        client.force_login(person)
        assert client.get(url(stop)).status_code == 404
        assert client.get(reverse("coverage:door", args=[stop.entity_id])).status_code == 404
        assert post(client, stop, person).status_code == 404
    assert not Visit.objects.exists()


def test_a_door_that_was_shown_to_me_takes_my_visit_after_it_went_to_a_colleague(client, stop, town):
    given = doors.pass_for(town.colleague, stop.entity_id)
    answer = post(client, stop, town.colleague, **{"pass": given})
    assert answer.status_code == 302
    assert Visit.objects.get().visitor == town.colleague


def test_a_role_that_has_ended_does_not_lose_what_was_found_before(client, stop, town):
    given = doors.pass_for(town.visitor, stop.entity_id)
    town.visitor.grants.all().delete()
    client.force_login(town.visitor)
    assert client.get(url(stop)).status_code == 403
    assert client.post(url(stop), form(), headers=JSON).status_code == 403
    answer = client.post(url(stop), form(**{"pass": given}), headers=JSON)
    assert answer.status_code == 201
    assert Visit.objects.get().visitor == town.visitor


def test_those_who_do_not_visit_log_nothing_though_they_see_the_whole_street(client, stop, town):
    client.force_login(town.data_admin)
    for path in (url(stop), reverse("coverage:door", args=[stop.entity_id])):
        assert client.get(path).status_code == 403
        assert client.post(path, form()).status_code == 403
    assert not Visit.objects.exists()


def test_a_pass_is_for_one_person_and_one_door(client, stop, town):
    for given in (doors.pass_for(town.visitor, stop.entity_id), doors.pass_for(town.colleague, uuid.uuid4()), "x"):
        assert post(client, stop, town.colleague, **{"pass": given}).status_code == 404


def test_everything_as_it_was_as_a_plain_form(client, stop):
    answer = post(client, stop)
    visit = Visit.objects.get()
    assert answer.url == f"/v/?did={visit.pk}"
    assert visit.answers.get(field="headcount").is_right
    assert "丁卯水果店" in client.get(answer.url).text


def test_a_script_gets_the_id_back_and_the_same_again_for_the_same(client, stop):
    same = str(uuid.uuid4())
    first = post(client, stop, headers=JSON, id=same, visited_at="2026-11-23T01:00:00.000Z", keep="1")
    again = post(client, stop, headers=JSON, id=same, visited_at="2026-11-23T01:00:00.000Z", keep="1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] == same
    assert first.json()["receipt"].startswith("8-")
    assert Visit.objects.get().visited_at == dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)


def test_other_content_under_the_same_id_says_so(client, stop):
    same = str(uuid.uuid4())
    post(client, stop, headers=JSON, id=same)
    other = post(client, stop, headers=JSON, id=same, note="另有一句")
    assert other.status_code == 201
    assert other.json()["conflict"]


def test_what_another_stored_on_this_phone_is_not_taken_as_mine(client, stop, town):
    answer = post(client, stop, headers=JSON, who=str(town.secretary.pk))
    assert answer.status_code == 409
    assert not Visit.objects.exists()


def test_typed_words_turn_everything_as_it_was_into_a_change(client, stop):
    post(client, stop, demand="路灯坏了")
    assert Visit.objects.get().outcome == "changed"
    assert Demand.objects.get().words == "路灯坏了"


def test_an_unreadable_number_is_said_at_its_field_and_nothing_typed_is_lost(client, stop):
    values = {"outcome": "changed", "f-phone": "0", "s-phone": "", "v-phone": "十二三", "demand": "路灯坏了"}
    answer = post(client, stop, **values)
    assert answer.status_code == 422
    assert "看不出是电话" in answer.text
    assert "十二三" in answer.text
    assert "路灯坏了" in answer.text
    assert not Visit.objects.exists()


def test_a_stored_visit_with_an_unreadable_number_is_kept_all_the_same(client, stop):
    answer = post(
        client, stop, headers=JSON, outcome="changed", keep="1", **{"f-phone": "0", "s-phone": "", "v-phone": "十二三"}
    )
    assert answer.status_code == 201
    assert VisitAnswer.objects.get(field="phone").state == "refused"


@pytest.mark.parametrize("broken", [{"id": "x"}, {"id": ""}, {"outcome": ""}, {"outcome": "gone"}])
def test_what_is_no_visit_is_refused_with_a_sentence(client, stop, broken):
    answer = post(client, stop, headers=JSON, **broken)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_people_met_come_in_with_the_visit(client, stop):
    post(client, stop, **{"p0-name": "王辛八", "p0-post": "店员", "p0-phone": "199 0000 0236", "outcome": "changed"})
    assert Visit.objects.get().found.get().phone_mask == "199****0236"


def test_a_removed_entity_says_so_and_still_takes_the_visit(client, stop, town):
    registry.remove(entity=stop.entity, reason="注销，名册已无", actor=town.staff, at=make.AT)
    client.force_login(town.visitor)
    assert "已移出名册" in client.get(url(stop)).text
    assert post(client, stop).status_code == 302


def test_a_late_visit_says_that_it_counts(client, stop):
    type(stop.round).objects.update(state="closed")
    answer = post(client, stop)
    assert "照样算您走的" in client.get(answer.url).text


def test_the_three_facts_are_the_doubts_and_then_the_usual_ones(client, stop, town):
    Question.objects.create(
        street=town.street,
        entity=stop.entity,
        field="address",
        sentence="表格写 86 号",
        proposed="望桥路86号",
        asked_at=make.AT,
    )
    client.force_login(town.visitor)
    page = client.get(url(stop))
    assert [fact.key for fact in page.context["door"].facts] == ["address", "legal_person", "headcount"]
    assert "表格写 86 号" in page.text


def test_a_question_about_no_single_field_is_asked_and_answered(client, stop, town):
    question = Question.objects.create(
        street=town.street, entity=stop.entity, sentence="表格写注销，看还在不在", asked_at=make.AT
    )
    client.force_login(town.visitor)
    assert "表格写注销，看还在不在" in client.get(url(stop)).text
    post(client, stop, outcome="changed", **{f"s-{question.key}": "", f"f-{question.key}": "1"})
    question.refresh_from_db()
    assert question.answered_in == Visit.objects.get()


def test_the_answer_we_owe_comes_first(client, stop, town):
    before = make.visit(stop, town.visitor)
    make.demand(before, answer="弄口划了 6 个车位", answered_at=make.AT, answered_by=town.staff)
    client.force_login(town.visitor)
    page = client.get(url(stop)).text
    assert page.index("先把答复带到") < page.index("一切如旧，记下")
    assert "带答复：其他" in client.get("/v/").text


def test_the_number_never_stands_on_the_page(client, stop, town):
    registry.correct(
        entity=stop.entity, field="phone", value="19900000719", source="staff", on=make.TODAY, actor=None, at=make.AT
    )
    client.force_login(town.visitor)
    page = client.get(url(stop)).text
    assert "199****0719" in page
    assert "19900000719" not in page


def test_a_call_shows_the_number_once_and_writes_down_who_and_why(client, stop, town):
    registry.correct(
        entity=stop.entity, field="phone", value="19900000719", source="staff", on=make.TODAY, actor=None, at=make.AT
    )
    client.force_login(town.visitor)
    page = client.post(reverse("coverage:visit-call", args=[stop.entity_id]))
    assert "tel:19900000719" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert AccessLog.objects.get(verb="coverage.revealed").reason == "走访联系"


def test_a_call_is_no_link_that_a_page_could_follow_by_itself(client, stop, town):
    client.force_login(town.visitor)
    assert client.get(reverse("coverage:visit-call", args=[stop.entity_id])).status_code == 405


def test_a_shop_outside_the_roster_becomes_an_entity_once(client, stop, town):
    client.force_login(town.visitor)
    values = {
        "id": str(uuid.uuid4()),
        "trade_sign": "子丑面馆",
        "address": "望桥路 41 号",
        "headcount": "2",
        "demand": "要办证",
    }
    for status in (201, 200):
        assert client.post("/v/new/", values, headers=JSON).status_code == status
    entity = Entity.objects.get(trade_sign="子丑面馆")
    assert (entity.area, entity.presence, entity.headcount) == (town.first_grid, "open", 2)
    assert entity.provenance["name"]["source"] == "visit"
    visit = Visit.objects.get()
    assert (visit.entity, visit.stop, visit.round) == (entity, None, stop.round)
    assert visit.demands.get().words == "要办证"


def test_a_shop_without_sign_or_address_says_what_is_missing(client, town):
    client.force_login(town.visitor)
    answer = client.post("/v/new/", {"id": str(uuid.uuid4()), "trade_sign": "", "address": ""})
    assert answer.status_code == 422
    assert "写招牌上的字" in answer.text


def test_search_finds_doors_of_my_area_only(client, stop, town):
    other = make.entity(town.second_grid, trade_sign="丁卯水果二店")
    registry.index_search(entity_ids=[stop.entity_id, other.pk])
    client.force_login(town.visitor)
    assert [row.pk for row in client.get("/v/find/", {"q": "水果"}).context["rows"]] == [stop.entity_id]


def test_receipts_put_contradictions_first_and_both_sides_see_them(client, stop, town):
    post(client, stop, outcome="changed", **{"f-headcount": "0", "v-headcount": "5"})
    post(client, stop, town.secretary, outcome="changed", **{"f-headcount": "0", "v-headcount": "8"})
    for person, other in ((town.visitor, "赵甲一"), (town.secretary, "孙丙三")):
        client.force_login(person)
        page = client.get("/v/receipts/").text
        assert f"你和{other}都记了，从业人数不同" in page
        assert page.index("去核对") < page.index("回执号")


def test_a_contradiction_is_settled_by_one_tap(client, stop, town):
    post(client, stop, outcome="changed", **{"f-headcount": "0", "v-headcount": "5"})
    post(client, stop, town.secretary, outcome="changed", **{"f-headcount": "0", "v-headcount": "8"})
    held = VisitAnswer.objects.held().get()
    page = reverse("coverage:contradiction", args=[held.pk])
    client.force_login(town.colleague)
    assert client.get(page).status_code == 404
    client.force_login(town.visitor)
    assert "8 人 对" in client.get(page).text
    assert client.post(page, {"keep": "second"}).status_code == 302
    stop.entity.refresh_from_db()
    assert stop.entity.headcount == 8
    assert client.post(page, {"keep": "first"}).status_code == 422


def test_only_my_own_visit_can_be_withdrawn_or_explained(client, stop, town):
    post(client, stop, outcome="no_answer")
    visit = Visit.objects.get()
    for name in ("visit-reason", "visit-withdraw"):
        client.force_login(town.secretary)
        assert client.post(reverse(f"coverage:{name}", args=[visit.pk]), {"reason": "x"}).status_code == 404
        client.force_login(town.visitor)
        assert client.get(reverse(f"coverage:{name}", args=[visit.pk])).status_code == 405


def test_a_reason_from_the_phones_store_is_answered_with_its_own_id(client, stop):
    post(client, stop, outcome="no_answer")
    visit, sending = Visit.objects.get(), str(uuid.uuid4())
    answer = client.post(
        reverse("coverage:visit-reason", args=[visit.pk]), {"reason": "门锁着", "id": sending}, headers=JSON
    )
    assert answer.json() == {"id": sending}


def test_withdrawing_too_late_says_what_to_do(client, stop, settings):
    post(client, stop)
    settings.SHIMEN_NOW = make.AT + dt.timedelta(minutes=6)
    answer = client.post(reverse("coverage:visit-withdraw", args=[Visit.objects.get().pk]))
    assert answer.status_code == 422
    assert "再记一次" in answer.text


def test_the_token_names_who_is_signed_in_and_nobody_else(client, town):
    assert client.get("/v/token/").json() == {"who": "", "name": "", "csrf": ""}
    client.force_login(town.visitor)
    token = client.get("/v/token/").json()
    assert (token["who"], token["name"]) == (str(town.visitor.pk), "孙丙三")
    assert token["csrf"]


def test_the_worker_names_the_shell_and_may_serve_the_visitors_pages(client):
    answer = client.get("/v/worker.js")
    assert answer.headers["Service-Worker-Allowed"] == "/v/"
    assert "phone/visit.js" in answer.text
    assert "no-cache" in answer.headers["Cache-Control"]
