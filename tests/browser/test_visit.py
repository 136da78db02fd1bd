"""A visit on a phone, in Chromium at 390 × 844: three taps, without a signal, and everything that can go wrong."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import uuid

import pytest
from django.conf import settings
from playwright.sync_api import expect

from coverage.models import Demand, Question, Stop, Visit, VisitAnswer
from coverage.registry import entities as registry
from coverage.visiting.sent import Said
from coverage.visits import visits
from shimen import clock
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOPS = (
    ("丁卯水果店", "望桥路", 45, "郑庚七", "F"),
    ("寅卯咖啡（示例）店", "望桥路", 88, "周戊十一", "H"),
    ("申酉便利（示例）二店", "望桥路", 112, "", "F"),
    ("午未理发店", "西塘路", 7, "王辛八", "O"),
    ("辰巳五金经营部", "西塘路", 15, "冯壬九", "F"),
)
SHELL = ("css/visit.css", "phone/visit.js", "phone-icons.svg")


@pytest.fixture(autouse=True)
def _built_front_end():
    if not settings.STATICFILES_DIRS or not (settings.BASE_DIR / "static" / "dist" / "phone" / "visit.js").exists():
        pytest.skip("the front end is not built: make build")


@pytest.fixture
def day(settings):
    """A visitor's day: five doors on two roads, each special in its own way."""
    settings.SHIMEN_NOW = None
    now = clock.now()
    town = make.town()
    start = clock.day_of(now) - dt.timedelta(days=7)
    in_round = make.round_(town.street, period_start=start, period_end=start + dt.timedelta(days=13))
    make.team(town.street, town.visitor, town.secretary, name="甲组")
    stops = []
    for n, (sign, road, number, person, industry) in enumerate(SHOPS):
        south = road == "西塘路"
        place = make.place(
            town.first_grid, road=road, number=f"{number}号", address=f"{road}{number}号", address_key=f"{road}{number}号",
            lon=town.street.lon + (0.004 if south else number / 30_000), lat=town.street.lat - (number / 20_000 if south else 0),
        )  # fmt: skip
        entity = make.entity(
            town.first_grid, place=place, trade_sign=sign, legal_person=person, headcount=n + 2, industry=industry
        )
        registry.correct(
            entity=entity, field="phone", value=f"1990000{n:04}", source="staff", on=start, actor=town.staff, at=now
        )
        stops.append(make.stop(in_round, entity, town.visitor, planned_on=clock.today(), sequence=n + 1))
    last_round = make.round_(
        town.street, number=7, period_start=start - dt.timedelta(days=14), period_end=start - dt.timedelta(days=1),
        state="closed",
    )  # fmt: skip
    before = make.visit(make.stop(last_round, stops[0].entity, town.visitor, outcome="visited"), visited_at=now)
    make.demand(
        before, words="晚上居民的车停在门口，卸不了货", category="parking", raised_at=now, answered_at=now,
        answer="夜间居民停、白天商户卸货已议定。", answered_by=town.staff,
    )  # fmt: skip
    Question.objects.create(
        street=town.street, entity=stops[0].entity, field="legal_person", sentence="表格写“郑庚九”，请问一句",
        proposed="郑庚九", asked_at=now,
    )  # fmt: skip
    Stop.objects.filter(pk=stops[2].pk).update(is_first=True, due_on=clock.today() + dt.timedelta(days=1))
    town.stops, town.round = stops, in_round
    return town


def sign_in(page, client, user, url):
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": url}])


@pytest.fixture
def today(phone, client, day, live_server):
    """The phone with today's page open, its shell and pages kept."""
    phone.problems = []
    phone.on("console", lambda line: phone.problems.append(line.text) if line.type == "error" else None)
    phone.on("pageerror", lambda error: phone.problems.append(str(error)))
    sign_in(phone, client, day.visitor, live_server.url)
    phone.goto("/v/")
    return phone


def shot(page, name):
    folder = settings.VAR.parent / "shimen-shots"
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def test_nothing_changed_takes_three_taps_from_opening_the_page(today, day):
    expect(today.locator("#left .big")).to_have_text("5")
    shot(today, "today")
    today.get_by_role("link", name="丁卯水果店").tap()
    shot(today, "form")
    today.get_by_role("button", name="一切如旧，记下").tap()
    expect(today.locator(".said").first).to_contain_text("丁卯水果店：一切如旧，已记下")
    shot(today, "after")
    expect(today.locator("#left .big")).to_have_text("4")
    visit = Visit.objects.get(stop=day.stops[0])
    assert (visit.outcome, visit.visitor) == ("same", day.visitor)
    assert today.problems == []
    today.goto("/v/map/")
    shot(today, "map")
    today.goto("/v/receipts/")
    shot(today, "receipts")
    today.goto("/v/new/")
    shot(today, "new")
    today.goto("/v/find/?q=" + "咖啡")
    shot(today, "find")


def ready_for_no_signal(page, day):
    """Wait until the worker holds the shell and the pages of today's doors."""
    page.evaluate("navigator.serviceWorker.ready")
    last = f"/v/{day.stops[-1].pk}/"
    held = f"caches.open('pages').then((c) => c.match('{last}')).then(Boolean)"
    for _ in range(100):
        if page.evaluate(held):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the last door's page never came into the phone")


def stored(page):
    return page.evaluate(
        """() => new Promise((done) => { const asked = indexedDB.open('shimen-visits', 1); asked.onsuccess = () => {
        const all = asked.result.transaction('outbox').objectStore('outbox').getAll();
        all.onsuccess = () => { asked.result.close(); done(all.result); }; }; })"""
    )


def wait_until_nothing_is_stored(page):
    """Survives the page's loading itself anew once something was delivered."""
    page.wait_for_function(
        """() => new Promise((done) => { const asked = indexedDB.open('shimen-visits', 1); asked.onsuccess = () => {
        const all = asked.result.transaction('outbox').objectStore('outbox').getAll();
        all.onsuccess = () => { asked.result.close(); done(all.result.length === 0); }; }; })"""
    )


def log_same(page, name):
    page.get_by_role("link", name=name).tap()
    page.get_by_role("button", name="一切如旧").tap()
    page.wait_for_url(re.compile(r"/v/\?did="))


def test_without_a_signal_visits_wait_in_the_phone_and_go_out_by_themselves(today, day):
    ready_for_no_signal(today, day)
    today.context.set_offline(True)
    log_same(today, "丁卯水果店")
    log_same(today, "午未理发店")
    expect(today.locator("#net")).to_have_text(re.compile("没有信号，照常记，2 份存在手机里"))
    expect(today.locator("#left .big")).to_have_text("3")
    expect(today.locator(".said.wait")).to_contain_text("午未理发店：一切如旧，存在手机里")
    shot(today, "offline")
    assert not Visit.objects.filter(round=day.round).exists()
    today.context.set_offline(False)
    expect(today.locator("#net")).to_contain_text("都已送达")
    assert stored(today) == []
    assert Visit.objects.filter(round=day.round, outcome="same").count() == 2


def test_corrections_and_a_demand_made_without_a_signal_arrive_whole(today, day):
    ready_for_no_signal(today, day)
    today.context.set_offline(True)
    today.get_by_role("link", name="寅卯咖啡").tap()
    today.get_by_role("radiogroup", name="从业人数").get_by_role("radio", name="不对").check()
    today.get_by_label("现在几个人").fill("6")
    today.get_by_label("他怎么说，照原话记").fill("门口路灯坏了三天，晚上客人看不清台阶。")
    today.get_by_role("radiogroup", name="类别").get_by_role("radio", name="环境").check()
    shot(today, "offline-form")
    today.get_by_role("button", name="存在手机里", exact=True).tap()
    today.wait_for_url(re.compile(r"/v/\?did="))
    today.context.set_offline(False)
    expect(today.locator("#net")).to_contain_text("都已送达")
    entity = day.stops[1].entity
    entity.refresh_from_db()
    assert entity.headcount == 6
    demand = Demand.objects.get(entity=entity)
    assert (demand.category, demand.solved_on_spot) == ("surroundings", False)


def test_an_answer_lost_on_the_way_does_not_make_two_visits(today, day):
    today.route("**/v/*/", lambda route: lose_answer(route) if route.request.method == "POST" else route.continue_())
    today.get_by_role("link", name="丁卯水果店").tap()
    today.get_by_role("button", name="一切如旧，记下").tap()
    today.wait_for_url(re.compile(r"/v/\?did="))
    expect(today.locator("#net")).to_contain_text("没有信号，照常记，1 份存在手机里")
    assert Visit.objects.filter(round=day.round).count() == 1
    today.unroute_all(behavior="wait")
    today.goto("/v/")
    expect(today.locator("#net")).to_contain_text("都已送达")
    wait_until_nothing_is_stored(today)
    assert Visit.objects.filter(round=day.round).count() == 1


def lose_answer(route):
    route.fetch(max_redirects=0)
    route.abort("connectionreset")


def test_what_waits_survives_a_restart_of_the_browser(browser, client, day, live_server, tmp_path):
    options = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
    start = browser.browser_type.launch_persistent_context
    launch = {"executable_path": browser_path(), "args": ["--no-sandbox"], "base_url": live_server.url}
    context = start(tmp_path, **launch, **options)
    page = context.new_page()
    sign_in(page, client, day.visitor, live_server.url)
    page.goto("/v/")
    ready_for_no_signal(page, day)
    context.set_offline(True)
    log_same(page, "丁卯水果店")
    context.close()
    assert not Visit.objects.filter(round=day.round).exists()
    context = start(tmp_path, **launch, **options)
    page = context.new_page()
    sign_in(page, client, day.visitor, live_server.url)
    page.goto("/v/")
    expect(page.locator("#net")).to_contain_text("都已送达")
    assert Visit.objects.get(round=day.round).stop == day.stops[0]
    context.close()


def browser_path():
    from tests.conftest import find_chromium

    return find_chromium()


def test_an_expired_session_keeps_the_visit_and_asks_to_sign_in(today, day, client, live_server):
    ready_for_no_signal(today, day)
    today.get_by_role("link", name="丁卯水果店").tap()
    expect(today.get_by_role("heading", name="丁卯水果店")).to_be_visible()
    today.context.clear_cookies()
    today.get_by_role("button", name="一切如旧，记下").tap()
    today.wait_for_url(re.compile(r"/accounts/login/"))
    assert not Visit.objects.filter(round=day.round).exists()
    sign_in(today, client, day.visitor, live_server.url)
    today.goto("/v/")
    expect(today.locator("#net")).to_contain_text("都已送达")
    assert Visit.objects.filter(round=day.round).count() == 1


def test_another_person_on_the_same_phone_does_not_send_my_visits(today, day, client, live_server):
    ready_for_no_signal(today, day)
    today.context.set_offline(True)
    log_same(today, "丁卯水果店")
    today.context.set_offline(False)
    today.context.clear_cookies()
    sign_in(today, client, day.secretary, live_server.url)
    today.goto("/v/")
    expect(today.locator("#net")).to_contain_text("手机里有 1 份是孙丙三记的，由本人登录后送")
    assert not Visit.objects.filter(round=day.round).exists()
    today.context.clear_cookies()
    sign_in(today, client, day.visitor, live_server.url)
    today.goto("/v/")
    expect(today.locator("#net")).to_contain_text("都已送达")
    assert Visit.objects.get(round=day.round).visitor == day.visitor


def test_two_tabs_deliver_a_visit_once(today, day):
    ready_for_no_signal(today, day)
    other = today.context.new_page()
    other.goto("/v/")
    today.context.set_offline(True)
    log_same(today, "丁卯水果店")
    today.context.set_offline(False)
    expect(today.locator("#net")).to_contain_text("都已送达")
    assert Visit.objects.filter(round=day.round).count() == 1


def test_a_visit_that_waits_can_be_taken_back_on_the_phone(today, day):
    ready_for_no_signal(today, day)
    today.context.set_offline(True)
    log_same(today, "丁卯水果店")
    today.get_by_role("button", name="撤回").tap()
    today.wait_for_url(re.compile(rf"/v/{day.stops[0].pk}/"))
    assert stored(today) == []


def test_a_form_opened_again_says_that_its_visit_waits_and_takes_it_back(today, day):
    ready_for_no_signal(today, day)
    today.context.set_offline(True)
    log_same(today, "丁卯水果店")
    today.get_by_role("link", name="丁卯水果店").tap()
    expect(today.locator("#kept-here")).to_contain_text("记过“一切如旧”，存在手机里，还没送出")
    shot(today, "offline-form-again")
    today.get_by_role("button", name="撤回这一份").tap()
    expect(today.locator("#kept-here")).to_have_count(0)
    assert stored(today) == []


def test_a_reason_goes_with_the_visit_that_is_taken_back(today, day):
    ready_for_no_signal(today, day)
    today.context.set_offline(True)
    today.get_by_role("link", name="午未理发店").tap()
    today.get_by_role("button", name="没人应").tap()
    today.wait_for_url(re.compile(r"/v/\?did="))
    with today.expect_navigation():
        today.get_by_role("button", name="门锁着").tap()
    expect(today.locator("#net")).to_contain_text("2 份存在手机里")
    today.get_by_role("button", name="撤回").tap()
    today.wait_for_url(re.compile(rf"/v/{day.stops[3].pk}/"))
    assert stored(today) == []


def test_a_reason_for_a_visit_taken_back_elsewhere_does_not_stay_in_the_phone(today, day):
    ready_for_no_signal(today, day)
    today.get_by_role("link", name="午未理发店").tap()
    today.get_by_role("button", name="没人应").tap()
    today.wait_for_url(re.compile(r"/v/\?did="))
    expect(today.locator(".said").first).to_contain_text("已记下")
    today.context.set_offline(True)
    with today.expect_navigation():
        today.get_by_role("button", name="门锁着").tap()
    expect(today.locator("#net")).to_contain_text("1 份存在手机里")
    Visit.objects.filter(round=day.round).update(withdrawn_at=clock.now())
    today.context.set_offline(False)
    expect(today.locator("#net")).not_to_contain_text("手机里")
    assert stored(today) == []


def test_without_a_signal_the_form_says_where_a_visit_goes_and_shows_what_waits(today, day):
    ready_for_no_signal(today, day)
    today.context.set_offline(True)
    log_same(today, "丁卯水果店")
    today.get_by_role("link", name="寅卯咖啡").tap()
    main = today.locator(".btn.main")
    expect(main).to_have_text("一切如旧，存在手机里")
    today.get_by_role("radiogroup", name="从业人数").get_by_role("radio", name="不对").check()
    expect(main).to_have_text("存在手机里")
    expect(main.locator("use")).to_have_attribute("href", re.compile("device-floppy"))
    expect(today.locator("#net")).to_contain_text("没有信号，照常记，1 份存在手机里")
    expect(today.locator("#rc")).to_contain_text("丁卯水果店")
    shot(today, "offline-form-waiting")
    today.context.set_offline(False)
    expect(today.get_by_role("button", name="一切如旧，记下")).to_be_visible()
    expect(today.locator("#rc")).to_be_hidden()


def test_no_answer_takes_one_tap_and_the_reason_another(today, day):
    today.get_by_role("link", name="午未理发店").tap()
    today.get_by_role("button", name="没人应").tap()
    expect(today.locator(".said").first).to_contain_text("午未理发店：没人应，已记下")
    today.get_by_role("button", name="门锁着").tap()
    expect(today.locator(".said").first).to_contain_text("原因：门锁着")
    stop = Stop.objects.get(pk=day.stops[3].pk)
    assert (stop.outcome, stop.outcome_reason) == ("no_answer", "门锁着")


def test_a_delivered_visit_can_be_taken_back(today, day):
    log_same(today, "丁卯水果店")
    today.get_by_role("button", name="撤回，5 分钟内有效").tap()
    today.wait_for_url(re.compile(rf"/v/{day.stops[0].pk}/"))
    assert Stop.objects.get(pk=day.stops[0].pk).outcome == "due"


def test_everything_works_as_a_plain_form(browser, client, day, live_server):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=live_server.url, java_script_enabled=False, locale="zh-CN"
    )
    page = context.new_page()
    sign_in(page, client, day.visitor, live_server.url)
    page.goto("/v/")
    page.get_by_role("link", name="寅卯咖啡").click()
    page.get_by_role("radiogroup", name="从业人数").get_by_role("radio", name="不对").check()
    page.get_by_label("现在几个人").fill("6")
    page.get_by_label("他怎么说，照原话记").fill("路灯坏了")
    shot(page, "plain-form")
    page.get_by_role("button", name="记下有变化的").last.click()
    expect(page.locator(".said").first).to_contain_text("有变化，已记下")
    entity = day.stops[1].entity
    entity.refresh_from_db()
    assert entity.headcount == 6
    assert Demand.objects.get(entity=entity).words == "路灯坏了"
    page.get_by_role("link", name="名单外的店").click()
    page.get_by_label("招牌上的字").fill("子丑面馆")
    page.get_by_label("门牌").fill("望桥路 41 号")
    page.get_by_role("button", name="记下这家店").click()
    expect(page.locator(".said").first).to_contain_text("子丑面馆")
    assert Visit.objects.get(entity__trade_sign="子丑面馆").stop is None
    context.close()


def test_the_number_is_shown_for_a_call_and_who_looked_is_kept(today, day):
    from shimen.audit.models import AccessLog

    today.get_by_role("link", name="丁卯水果店").tap()
    today.get_by_role("button", name="打电话").tap()
    expect(today.get_by_role("link", name="拨打")).to_have_attribute("href", "tel:19900000000")
    row = AccessLog.objects.get(verb="coverage.revealed")
    assert (row.actor, row.reason) == (day.visitor, "走访联系")


def test_the_phone_page_weighs_at_most_fifteen_kilobytes(client, day):
    client.force_login(day.visitor)
    dist = settings.BASE_DIR / "static" / "dist"
    shell = sum(len(gzip.compress((dist / name).read_bytes())) for name in SHELL)
    for url in ("/v/", f"/v/{day.stops[0].pk}/"):
        page = client.get(url, headers={"Accept-Encoding": "gzip"})
        assert page.headers["Content-Encoding"] == "gzip"
        assert shell + len(page.content) <= 15_000
        print(url, shell, len(page.content))


def test_axe_finds_nothing_on_the_phones_pages(today, day):
    from axe_playwright_python.sync_playwright import Axe

    today.wait_for_load_state("networkidle")
    door = day.stops[0].pk
    entity = day.stops[0].entity_id
    for actor, value in ((day.visitor, "5"), (day.secretary, "8")):
        said = Said("headcount", is_right=False, shown="3", value=value)
        visits.log(
            id=uuid.uuid4(), entity=day.stops[1].entity, stop=day.stops[1], outcome="changed", answers=[said], actor=actor,
            at=clock.now(),
        )  # fmt: skip
    held = VisitAnswer.objects.held().get()

    def passes(where):
        for scheme in ("light", "dark"):
            today.emulate_media(color_scheme=scheme)
            shot(today, f"axe-{where.strip('/').replace('/', '-')[:20]}-{scheme}")
            found = Axe().run(today).response["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], (where, scheme)
            assert today.evaluate("document.documentElement.scrollWidth") <= 390, where

    for path in (
        "/v/",
        f"/v/{door}/",
        f"/v/door/{entity}/",
        "/v/map/",
        "/v/results/",
        "/v/receipts/",
        f"/v/receipts/{held.pk}/",
        "/v/new/",
        "/v/find/?q=x",
    ):
        today.goto(path)
        passes(path)
    today.goto(f"/v/{door}/")
    today.get_by_role("button", name="打电话").tap()
    today.wait_for_url(re.compile("/call/"))
    passes("call")
