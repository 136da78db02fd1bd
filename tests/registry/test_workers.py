"""The verbs on workers and the pages that call them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from coverage.models import Entity, Worker
from coverage.registry import entities as registry
from coverage.registry.entities import RegistryError
from coverage.registry.workers import WorkerError
from shimen.audit.models import AccessLog
from shimen.privacy.sealing import PhoneError, SealError
from tests import make
from tests.make import AT, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(town) -> Entity:
    return make.entity(town.first_grid, trade_sign="子丑面馆")


def add(shop, town, name="王辛八", **values) -> Worker:
    return registry.add_worker(entity=shop, name=name, source="staff", on=TODAY, actor=town.staff, at=AT, **values)


def change(worker, town, consented=False, **values) -> Worker:
    return registry.correct_worker(
        worker=worker, values=values, source="staff", on=TODAY, actor=town.staff, at=AT, consented=consented
    )


def test_somebody_is_kept_with_spelling_mask_and_source(town, shop):
    worker = add(shop, town, post="厨师", phone="199 0000 0236")
    worker.refresh_from_db()
    assert (worker.pinyin, worker.initials, worker.phone_mask) == ("wangxinba", "wxb", "199****0236")
    assert worker.provenance["phone"]["by"] == str(town.staff.pk)
    line = AccessLog.objects.get(verb="coverage.add_worker")
    assert "19900000236" not in f"{line.before}{line.after}"


def test_the_same_person_met_twice_is_one_person(town, shop):
    first = add(shop, town, phone="19900000236")
    assert add(shop, town, phone="+86 199-0000-0236") == first
    assert add(shop, town, name="冯壬九", phone="19900000236") != first
    assert Worker.objects.count() == 2


def test_standing_is_kept_only_with_consent(town, shop):
    with pytest.raises(WorkerError) as refused:
        add(shop, town, standing="member")
    assert refused.value.field == "standing"
    worker = add(shop, town, standing="member", is_affiliated_elsewhere=True, consented=True)
    assert worker.is_affiliated_elsewhere
    assert add(shop, town, name="冯壬九", standing="declined").standing == "declined"


def test_the_log_says_that_a_standing_changed_but_not_to_what(town, shop):
    worker = add(shop, town)
    change(worker, town, standing="member", consented=True)
    line = AccessLog.objects.get(verb="coverage.correct_worker")
    assert line.after == {"standing": "已更新"}
    assert "member" not in f"{line.before}"


def test_affiliation_elsewhere_is_for_members_only(town, shop):
    worker = add(shop, town)
    with pytest.raises(WorkerError):
        change(worker, town, is_affiliated_elsewhere=True)
    change(worker, town, standing="member", is_affiliated_elsewhere=True, consented=True)
    change(worker, town, standing="declined")
    worker.refresh_from_db()
    assert not worker.is_affiliated_elsewhere


def test_a_worker_is_corrected_and_history_keeps_both(town, shop):
    worker = add(shop, town)
    change(worker, town, name="单雄信", phone="021-62530017", post="店长")
    worker.refresh_from_db()
    assert (worker.pinyin, worker.phone_mask, worker.post) == ("shanxiongxin", "021-****0017", "店长")
    assert registry.open_phone(worker) == "02162530017"
    names = (
        Worker.pgh_event_model.objects.filter(pgh_obj_id=worker.pk).order_by("pgh_id").values_list("name", flat=True)
    )
    assert list(names) == ["王辛八", "单雄信"]
    change(worker, town, name="单雄信")
    assert AccessLog.objects.filter(verb="coverage.correct_worker").count() == 1


def test_what_cannot_be_kept_of_a_worker_is_refused(town, shop):
    worker = add(shop, town, phone="19900000236")
    other = add(shop, town, name="冯壬九", phone="19900000541")
    for values, kind in (({"name": " "}, WorkerError), ({"phone": "问老板"}, PhoneError), ({"birthday": "1"}, WorkerError),
                         ({"standing": "x"}, WorkerError)):  # fmt: skip
        with pytest.raises(kind):
            change(worker, town, **values)
    with pytest.raises(WorkerError, match="同名同号"):
        change(other, town, name="王辛八", phone="19900000236")


def test_nobody_is_entered_into_an_entity_that_has_left(town, shop):
    registry.remove(entity=shop, reason="注销，名册已无", actor=town.staff, at=AT)
    with pytest.raises(WorkerError, match="移出名册"):
        add(shop, town)


def test_somebody_leaves_and_comes_back(town, shop):
    worker = add(shop, town)
    registry.mark_left(worker=worker, on=TODAY, actor=town.staff, at=AT, reason="换工作")
    assert not Worker.objects.current().exists()
    with pytest.raises(WorkerError, match="已登记离开"):
        change(worker, town, post="店长")
    registry.bring_back(worker=worker, actor=town.staff, at=AT)
    assert list(Worker.objects.current()) == [worker]
    with pytest.raises(WorkerError, match="不用恢复"):
        registry.bring_back(worker=worker, actor=town.staff, at=AT)
    assert AccessLog.objects.get(verb="coverage.mark_left").reason == "换工作"


@pytest.mark.parametrize("days", [1, -1])
def test_a_day_of_leaving_before_entering_or_after_today_is_refused(town, shop, days):
    worker = add(shop, town)
    with pytest.raises(WorkerError) as refused:
        registry.mark_left(worker=worker, on=TODAY + dt.timedelta(days=days), actor=town.staff, at=AT)
    assert refused.value.field == "left_on"


def test_workers_of_removed_entities_are_not_counted_as_current(town, shop):
    add(shop, town)
    registry.remove(entity=shop, reason="注销，名册已无", actor=town.staff, at=AT)
    assert not Worker.objects.current().exists()


def test_people_see_the_workers_of_their_own_areas(town, shop):
    worker = add(shop, town)
    elsewhere = add(make.entity(town.second_grid), town, name="冯壬九")
    lost = add(_without_area(town), town, name="陈癸十")
    assert set(Worker.objects.visible_to(town.staff)) == {worker, elsewhere, lost}
    assert set(Worker.objects.visible_to(town.secretary)) == {worker}
    assert set(Worker.objects.visible_to(town.colleague)) == {elsewhere}
    assert not Worker.objects.visible_to(town.stranger).exists()
    assert not Worker.objects.visible_to(town.nobody).exists()
    assert set(Worker.objects.in_area(town.second_grid.pk)) == {elsewhere}


def _without_area(town) -> Entity:
    entity = make.entity(town.first_grid)
    Entity.objects.filter(pk=entity.pk).update(area=None)
    return entity


@pytest.mark.parametrize("typed", ["王", "王辛八", "wangx", "WXB", "wang xin", "199-0000-0236"])
def test_a_worker_is_found_by_name_spelling_or_whole_number(client, town, shop, typed):
    add(shop, town, phone="19900000236")
    add(shop, town, name="冯壬九", phone="19900000541")
    client.force_login(town.staff)
    page = client.get(reverse("coverage:workers"), {"q": typed}).context["page"]
    assert [str(worker) for worker in page.object_list] == ["王辛八"]


def test_a_part_of_a_number_finds_nobody(client, town, shop):
    add(shop, town, phone="19900000236")
    client.force_login(town.staff)
    for typed in ("0236", "1990000023", "199****0236"):
        assert client.get(reverse("coverage:workers"), {"q": typed}).context["page"].paginator.count == 0


def test_a_number_is_shown_for_a_reason_that_is_kept(client, town, shop):
    worker = add(shop, town, phone="19900000236")
    client.force_login(town.staff)
    url = reverse("coverage:worker-phone", args=[worker.pk])
    assert "19900000236" not in client.get(url).content.decode()
    refused = client.post(url, {"reason": "看"})
    assert refused.status_code == 422
    assert "19900000236" not in refused.content.decode()
    shown = client.post(url, {"reason": "约走访时间"})
    assert "19900000236" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    line = AccessLog.objects.get(verb="coverage.revealed")
    assert (line.actor, line.reason, line.object_id) == (town.staff, "约走访时间", str(worker.pk))
    assert "19900000236" not in f"{line.after}"


def test_a_number_moved_from_another_row_does_not_open(town, shop):
    worker, other = add(shop, town, phone="19900000236"), add(shop, town, name="冯壬九", phone="19900000541")
    other.refresh_from_db()
    Worker.objects.filter(pk=worker.pk).update(phone_sealed=other.phone_sealed)
    worker.refresh_from_db()
    with pytest.raises(SealError):
        registry.reveal_phone(target=worker, reason="约走访时间", actor=town.staff, at=AT)
    assert not AccessLog.objects.filter(verb="coverage.revealed").exists()


def test_there_is_nothing_to_show_without_a_number(town, shop):
    with pytest.raises(RegistryError, match="没有登记电话"):
        registry.reveal_phone(target=add(shop, town), reason="约走访时间", actor=town.staff, at=AT)


def test_a_worker_is_entered_corrected_and_marked_left_on_the_pages(client, town, shop):
    client.force_login(town.secretary)
    new = reverse("coverage:worker-new", args=[shop.pk])
    wrong = client.post(new, {"name": "王辛八", "phone": "问老板", "standing": "unknown"})
    assert wrong.status_code == 422
    assert "看不出是电话" in wrong.content.decode()
    assert 'value="王辛八"' in wrong.content.decode()
    client.post(new, {"name": "王辛八", "phone": "19900000236", "standing": "unknown"})
    worker = Worker.objects.get()
    page = reverse("coverage:worker", args=[worker.pk])
    client.post(page, {"name": "王辛八", "post": "店长", "standing": "unknown", "phone": ""})
    worker.refresh_from_db()
    assert (worker.post, worker.phone_mask) == ("店长", "199****0236")
    left = reverse("coverage:worker-left", args=[worker.pk])
    assert client.post(left, {"left_on": "2099-01-01"}).status_code == 422
    client.post(left, {"left_on": worker.joined_on.isoformat()})
    worker.refresh_from_db()
    assert worker.left_on is not None
    client.post(reverse("coverage:worker-back", args=[worker.pk]))
    worker.refresh_from_db()
    assert worker.left_on is None


@pytest.mark.parametrize("name", ["worker", "worker-phone", "worker-left", "worker-back"])
def test_workers_pages_are_closed_to_others(client, town, shop, name):
    worker = add(shop, town, phone="19900000236")
    url = reverse(f"coverage:{name}", args=[worker.pk])
    for person, status in ((town.visitor, 403), (town.audit_admin, 403), (town.stranger, 404)):
        client.force_login(person)
        assert client.post(url).status_code == status
