"""差异 and 回复: the list, one difference's page, and what goes back to the department, as people use them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from coverage.comparison import apply
from coverage.differences import ageing
from coverage.models import AskedField, Batch, Discrepancy, Entity, Question, Reply
from coverage.pages import chain
from coverage.registry import entities as registry
from coverage.replies import replies
from shimen import clock
from shimen.figures.values import values
from shimen.outbox import jobs
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db
State = Discrepancy.State
LIST = "coverage:differences"


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def batch(town) -> Batch:
    """Two contradictions, one in each grid, a change taken over, and a shop that is missing."""
    department = steps.department(town.street, name="示例市监", gone_limit_percent=100)
    for number in (1, 2, 4):
        steps.shop(town.first_grid, number)
    steps.shop(town.second_grid, 3)
    registry.index_search(street_id=town.street.pk)
    for number in (1, 3):
        registry.correct(
            entity=Entity.objects.get(code=books.code(number)), field="legal_person", value="孙丙三", source="visit",
            on=make.TODAY, actor=town.visitor, at=make.AT,
        )  # fmt: skip
    rows = [books.row(1, person="孙丙六"), books.row(2, person="孙丙七"), books.row(3, person="孙丙八")]
    found = steps.compare(department, books.xlsx(rows))
    return apply.apply(batch=found, actor=town.data_admin, at=make.AT)


def life(number: int) -> Discrepancy:
    return Discrepancy.objects.get(code=books.code(number))


def grown_old(days: int = 30) -> None:
    Discrepancy.objects.update(opened_on=clock.today() - dt.timedelta(days=days))


def test_the_list_counts_and_filters(client, town, batch):
    client.force_login(town.data_admin)
    page = client.get(reverse(LIST))
    assert page.status_code == 200
    assert len(page.context["lines"]) == 4
    counts = {value: n for value, _, n in page.context["counts"]}
    assert (counts["ask"], counts["accepted"]) == (3, 1)
    [account] = page.context["balances"]
    assert (account.sent, account.answered, account.waiting, account.closed, account.to_tell) == (4, 1, 3, 0, 1)
    for query, number in (
        ("state=waiting", 3), ("state=to_tell", 1), ("kind=gone", 1), ("field=legal_person", 3), ("q=甲乙丙2", 1),
        (f"area={town.second_grid.pk}", 1), (f"department={batch.department_id}", 4), ("age=2", 0), ("state=nonsense", 4),
    ):  # fmt: skip
        assert len(client.get(f"{reverse(LIST)}?{query}").context["lines"]) == number, query


def test_the_account_of_a_department_balances_when_something_is_closed(client, town, batch):
    Discrepancy.objects.filter(pk=Discrepancy.objects.waiting().first().pk).update(state="closed")
    client.force_login(town.staff)
    [account] = client.get(reverse(LIST)).context["balances"]
    assert account.sent == account.answered + account.waiting + account.closed
    assert account.closed == 1


def test_what_waits_for_two_rounds_is_badged_brought_forward_once_and_shown_on_the_first_pages(client, town, batch):
    grown_old()
    client.force_login(town.staff)
    page = client.get(f"{reverse(LIST)}?age=2")
    assert page.content.decode().count(">2 轮没有答复<") == 3
    overview = client.get(reverse("overview-work")).content.decode()
    assert "3 项差异满两轮没有答复" in overview
    client.force_login(town.secretary)
    assert "2 项差异满两轮没有答复" in client.get(reverse("coverage:today")).content.decode()
    client.force_login(town.visitor)
    assert "满两轮没有答复" not in client.get(reverse("coverage:today")).content.decode()
    at = clock.now()
    for _ in range(3):
        ageing.escalate_due(street=town.street, at=at)
    jobs.run_due(at=at)
    assert Discrepancy.objects.filter(escalated_at__isnull=False).count() == 3
    assert sum(row.steps.filter(verb="escalate").count() for row in Discrepancy.objects.all()) == 3
    assert ageing.escalate_due(street=town.street, at=at + dt.timedelta(days=1)) is False


def test_nothing_young_is_brought_forward(town, batch):
    assert ageing.escalate_due(street=town.street, at=clock.now()) is False


def test_a_secretary_sees_those_of_her_areas_and_answers_them(client, town, batch):
    client.force_login(town.secretary)
    page = client.get(reverse(LIST))
    assert {line.row.code for line in page.context["lines"]} == {books.code(1), books.code(2), books.code(4)}
    assert "verb" not in page.content.decode().partition('id="list"')[2]
    url = reverse("coverage:difference", args=[life(1).pk])
    assert client.post(url, {"verdict": "theirs", "reason": ""}).status_code == 422
    assert client.post(url, {"verdict": "theirs", "reason": "问过了，换了老板"}).status_code == 302
    assert (life(1).state, Entity.objects.get(code=books.code(1)).legal_person) == (State.ANSWERED, "孙丙六")
    gone = reverse("coverage:difference", args=[life(4).pk])
    assert client.post(gone, {"value": "open", "reason": "问过了，还在"}).status_code == 302
    assert client.get(gone).status_code == 200
    outside = reverse("coverage:difference", args=[life(3).pk])
    assert client.get(outside).status_code == 404
    assert client.post(outside, {"verdict": "ours", "reason": "问过了，没换"}).status_code == 404
    assert life(3).state == State.ASK


def test_a_secretary_does_not_decide_for_the_registry(client, town, batch):
    client.force_login(town.secretary)
    assert client.post(reverse("coverage:differences-decide"), {"row": life(1).pk, "verb": "accept"}).status_code == 403
    assert client.post(reverse("coverage:difference-reopen", args=[life(1).pk])).status_code == 403


def test_many_are_decided_at_once(client, town, batch):
    client.force_login(town.data_admin)
    url = reverse("coverage:differences-decide")
    answer = client.post(
        url, {"row": [life(1).pk, life(3).pk, "garbage"], "verb": "accept", "next": "/differences/?state=ask"}
    )
    assert answer.headers["Location"] == "/differences/?state=ask"
    assert {life(1).state, life(3).state} == {State.ACCEPTED}
    assert Entity.objects.get(code=books.code(3)).legal_person == "孙丙八"
    client.post(url, {"row": [life(1).pk, life(4).pk], "verb": "refuse", "next": "https://elsewhere.invalid/"})
    assert (life(1).state, life(4).state) == (State.ACCEPTED, State.REFUSED)
    shown = client.get(reverse(LIST)).content.decode()
    assert "1 项不采用" in shown
    assert "已采用，不能再不采用" in shown
    client.post(url, {"row": [life(4).pk], "verb": "burn"})
    assert "选一种处理" in client.get(reverse(LIST)).content.decode()
    client.post(reverse("coverage:difference-reopen", args=[life(4).pk]))
    assert life(4).state == State.OPEN


def test_a_list_left_open_overwrites_no_decision_taken_meanwhile(client, town, batch):
    """Two people, or two windows of one: the later click says what has happened instead of undoing it."""
    client.force_login(town.data_admin)
    url, shown = reverse("coverage:differences-decide"), f"{life(1).pk}:{life(1).state}"
    client.post(url, {"row": shown, "verb": "refuse"})
    client.post(url, {"row": shown, "verb": "refuse"})
    assert "刚才已改为" not in client.get(reverse(LIST)).content.decode()
    client.post(url, {"row": shown, "verb": "accept"})
    assert life(1).state == State.REFUSED
    assert "刚才已改为“不采用”，看过再定" in client.get(reverse(LIST)).content.decode()
    client.post(url, {"row": f"{life(1).pk}:refused", "verb": "accept"})
    assert life(1).state == State.ACCEPTED


def test_one_page_tells_the_whole_way(client, town, batch):
    client.force_login(town.staff)
    page = client.get(reverse("coverage:difference", args=[life(1).pk]))
    assert [link.name for link in page.context["links"]] == [
        "部门报来", "街道比对", "交到支部", "上门问", "有了结论", "告知部门",
    ]  # fmt: skip
    assert [link.state for link in page.context["links"]] == ["past", "past", "past", "now", "next", "next"]
    text = page.content.decode()
    assert "示例市监" in text
    assert "名册是“孙丙三”" in text
    entity = client.get(reverse("coverage:entity", args=[life(1).entity_id])).content.decode()
    assert reverse("coverage:difference", args=[life(1).pk]) in entity


@pytest.mark.parametrize("state", State.values)
def test_every_state_has_a_way_that_can_be_shown(client, town, batch, state):
    Discrepancy.objects.update(state=state, told_from=State.REFUSED, told_on=make.TODAY)
    client.force_login(town.data_admin)
    for row in Discrepancy.objects.all():
        page = client.get(reverse("coverage:difference", args=[row.pk]))
        assert page.status_code == 200
        assert len(page.context["links"]) == 6
    assert client.get(reverse(LIST)).status_code == 200


def test_the_fields_that_are_asked_about_are_set_on_a_page(client, town):
    client.force_login(town.data_admin)
    url = reverse("coverage:asked-fields")
    assert client.get(url).status_code == 200
    assert client.post(url, {"fields_asked": ["legal_person", "scope"]}).status_code == 302
    assert AskedField.objects.get(field="scope").is_asked
    assert not AskedField.objects.get(field="headcount").is_asked
    assert client.post(url, {"fields_asked": ["nonsense"]}).status_code == 422


def test_a_reply_is_made_taken_out_told_and_taken_back(client, town, batch):
    client.force_login(town.data_admin)
    url = reverse("coverage:replies", args=[batch.pk])
    assert client.post(url, {"form": "xlsx", "purpose": ""}).status_code == 422
    assert client.post(url, {"form": "xlsx", "purpose": "回复示例市监"}).status_code == 302
    reply = Reply.objects.get()
    Reply.objects.update(made_at=clock.now() + dt.timedelta(minutes=1))
    taken = client.get(reverse("coverage:reply-download", args=[reply.pk]))
    assert taken.content[:2] == b"PK"
    assert "attachment" in taken.headers["Content-Disposition"]
    client.post(reverse("coverage:reply-tell", args=[reply.pk]))
    assert life(2).state == State.TOLD
    assert "已回复" in client.get(url).content.decode()
    client.post(reverse("coverage:reply-tell", args=[reply.pk]))
    client.post(reverse("coverage:reply-untell", args=[reply.pk]))
    assert life(2).state == State.ACCEPTED
    client.force_login(town.staff)
    assert client.get(url).status_code == 200
    assert client.post(url, {"form": "csv", "purpose": "回复示例市监"}).status_code == 422
    assert client.post(reverse("coverage:reply-tell", args=[reply.pk])).status_code == 403
    assert client.get(reverse("coverage:reply-download", args=[reply.pk])).status_code == 403


def test_the_figures_open_to_their_rows(client, town, batch):
    grown_old(31)
    keys = ["differences_sent", "differences_open", "differences_answered_share", "differences_oldest_days"]
    told = values(street=town.street, on=clock.today(), keys=keys)
    assert [float(told[key].number) for key in keys] == [4, 3, 25.0, 31]
    hers = values(street=town.street, on=clock.today(), keys=keys, user=town.secretary)
    assert [float(hers[key].number) for key in keys] == [3, 2, 33.3, 31]
    client.force_login(town.staff)
    assert (
        reverse("coverage:difference", args=[life(1).pk])
        in client.get(reverse("figures:figure", args=["differences_open"])).content.decode()
    )


def test_the_list_asks_the_same_questions_however_long_it_is(client, town, batch):
    client.force_login(town.staff)
    client.get(reverse(LIST))
    with make.counting() as few:
        client.get(reverse(LIST))
    for number in range(25):
        entity = make.entity(town.first_grid)
        Discrepancy.objects.create(
            street=town.street, key=f"k{number}", kind="changed", entity=entity, department=batch.department,
            field="name", value="甲", held="乙", opened_on=make.TODAY, changed_at=make.AT, last_batch=batch,
        )  # fmt: skip
    with make.counting() as many:
        client.get(reverse(LIST))
    assert len(many) == len(few)


def test_a_telephone_number_is_shown_by_its_mask():
    assert chain.worded("phone", "199****0017 ab12") == "199****0017"


def test_questions_of_a_batch_are_open_on_the_entity_page(town, batch):
    assert Question.objects.open().count() == 3
    assert replies.FORMS == ("xlsx", "csv")
