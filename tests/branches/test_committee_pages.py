"""Pages of committees and of the clock of terms."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from branches.models import Committee, Organisation, Seat
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from tests import make, organised

pytestmark = pytest.mark.django_db
NAMES = "一二三四五六七八九十"


@pytest.fixture
def branch(town: make.Town) -> Organisation:
    row = organised.organisation(town, name="第一街区党支部（示例）", founded_on=dt.date(2022, 1, 10))
    for n in range(8):
        organised.member(row, name=f"赵甲{NAMES[n]}")
    return row


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(branch: Organisation, *rows: dict, **head) -> dict[str, str]:
    """What the election's form posts."""
    given = {"elected_on": "2026-11-20", "how": "elected", "after": "", "step": "preview"} | head
    given |= {"seat-TOTAL_FORMS": str(len(rows)), "seat-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        given |= {f"seat-{number}-{key}": str(value) for key, value in row.items()}
    return given


def three(branch: Organisation) -> list[dict]:
    people = list(branch.members.order_by("pk"))
    return [{"role": role, "member": people[n].pk} for n, role in enumerate(("secretary", "organiser", "publicity"))]


def elect_url(branch: Organisation) -> str:
    return reverse("branches:committee-elect", args=[branch.pk])


def test_an_election_is_looked_at_and_then_registered(town: make.Town, branch: Organisation):
    client = signed_in(town.staff)
    assert "赵甲一" in client.get(elect_url(branch)).content.decode()
    preview = client.post(elect_url(branch), typed(branch, *three(branch)))
    assert preview.status_code == 200
    assert "还没有登记" in preview.content.decode()
    assert "2029-11-20" in preview.content.decode()
    assert "街区党支部班子里，下沉或交叉任职的至少 1 人" in preview.content.decode()
    assert not Committee.objects.exists()
    done = client.post(elect_url(branch), typed(branch, *three(branch), step="elect"))
    assert done.headers["Location"] == reverse("branches:organisation-committee", args=[branch.pk])
    assert Seat.objects.count() == 3
    assert AccessLog.objects.filter(verb="committees.elect").count() == 1


def test_going_back_from_the_preview_keeps_what_was_typed(town: make.Town, branch: Organisation):
    page = signed_in(town.staff).post(elect_url(branch), typed(branch, *three(branch), step="back", note="批复 12 号"))
    assert "批复 12 号" in page.content.decode()
    assert not Committee.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"elected_on": "2021-12-31"}, "早于成立日期 2022-01-10"),
        ({"elected_on": "不是日子"}, "选举日期"),
        ({"elected_on": "2099-12-31"}, "选举日期还没到"),
    ],
)
def test_a_wrong_day_is_said_at_its_field(town: make.Town, branch: Organisation, change, words):
    page = signed_in(town.staff).post(elect_url(branch), typed(branch, *three(branch), **change))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()


def test_everything_wrong_about_seats_is_said_at_once_with_its_row(town: make.Town, branch: Organisation):
    rows = three(branch)
    rows[1]["member"] = rows[0]["member"]
    rows.append({"role": "discipline", "name": "陈癸十"})
    page = signed_in(town.staff).post(elect_url(branch), typed(branch, *rows))
    assert page.status_code == 422
    assert "写上陈癸十原来的单位" in page.content.decode()
    rows[3]["unit"] = "城管中队"
    rows.append({"name": "没有职务"})
    page = signed_in(town.staff).post(elect_url(branch), typed(branch, *rows))
    assert "第 5 行，职务：选一个职务。" in page.content.decode()
    rows[4] = {"role": "discipline", "member": rows[2]["member"], "name": "两样都填"}
    page = signed_in(town.staff).post(elect_url(branch), typed(branch, *rows))
    assert "只填一样" in page.content.decode()
    page = signed_in(town.staff).post(elect_url(branch), typed(branch, *rows[:4]))
    assert "一个人在一个班子里只占一个席位" in page.content.decode()


def test_a_committee_of_nine_is_refused_with_the_rule(town: make.Town, branch: Organisation):
    rows = [*three(branch), *({"role": "member", "name": f"示例{n}", "unit": "城管中队"} for n in range(6))]
    page = signed_in(town.staff).post(elect_url(branch), typed(branch, *rows))
    assert page.status_code == 422
    assert "支部委员会最多 7 人（" in page.content.decode()


def test_a_form_without_its_rows_is_refused_and_nothing_falls_over(town: make.Town, branch: Organisation):
    client = signed_in(town.staff)
    page = client.post(elect_url(branch), {"step": "elect", "elected_on": "2026-11-20", "how": "elected"})
    assert page.status_code == 422
    rows = [{"role": "secretary", "member": "不是党员"}, {"role": "nonsense"}]
    assert client.post(elect_url(branch), typed(branch, *rows, after="x")).status_code == 422
    assert not Committee.objects.exists()


def test_the_form_of_a_re_election_begins_with_those_in_office(town: make.Town, branch: Organisation):
    committee = organised.committee(branch, "secretary", "discipline")
    organised.seat(committee, member=branch.members.first(), name="赵甲一")
    organised.seat(committee, "discipline", name="陈癸十", origin="seconded", home_unit="城管中队")
    page = signed_in(town.staff).get(elect_url(branch)).content.decode()
    assert 'value="陈癸十"' in page
    assert f'value="{branch.members.first().pk}" selected' in page


def test_a_secretary_reads_their_branch_and_registers_nothing(town: make.Town, branch: Organisation):
    committee = organised.committee(branch)
    seat = organised.seat(committee, name="赵甲一")
    client = signed_in(town.secretary)
    page = client.get(reverse("branches:organisation-committee", args=[branch.pk])).content.decode()
    assert "赵甲一" in page
    assert "登记换届选举" not in page
    for name, pk in (("committee-elect", branch.pk), ("seat-end", seat.pk), ("term-extend", committee.pk)):
        assert client.post(reverse(f"branches:{name}", args=[pk])).status_code == 403


def test_a_committee_of_another_grid_is_not_there(town: make.Town, branch: Organisation):
    committee = organised.committee(branch)
    other = make.person(town.street, Role.SECRETARY, area=town.second_grid)
    assert signed_in(other).get(reverse("branches:committee", args=[committee.pk])).status_code == 404
    assert branch.name not in signed_in(other).get(reverse("branches:terms") + "?state=all").content.decode()


def test_the_tab_says_what_is_missing_and_what_to_do(town: make.Town, branch: Organisation):
    page = signed_in(town.staff).get(reverse("branches:organisation-committee", args=[branch.pk])).content.decode()
    assert "还没有登记班子" in page
    committee = organised.committee(branch, "secretary", "deputy")
    organised.seat(committee)
    page = signed_in(town.staff).get(reverse("branches:organisation-committee", args=[branch.pk])).content.decode()
    assert "超期未换届" in page
    assert "马上筹备选举" in page
    assert "暂缺" in page
    assert "支部委员会最少 3 人" in page


def test_seats_are_ended_resumed_filled_and_linked_on_pages(town: make.Town, branch: Organisation):
    committee = organised.committee(branch, "secretary", "deputy", elected_on=dt.date(2025, 7, 1))
    seat, client = organised.seat(committee), signed_in(town.staff)
    url = reverse("branches:seat-end", args=[seat.pk])
    assert client.post(url, {"on": "2026-11-25", "reason": "调动"}).status_code == 422
    assert client.post(url, {"on": "2026-11-20", "reason": "调动"}).status_code == 302
    assert client.post(reverse("branches:seat-resume", args=[seat.pk])).status_code == 302
    seat.refresh_from_db()
    assert seat.until is None
    client.post(reverse("branches:seat-account", args=[seat.pk]), {"user": str(town.secretary.pk)})
    seat.refresh_from_db()
    assert seat.user == town.secretary
    url = reverse("branches:seat-fill", args=[committee.pk])
    given = {"role": "deputy", "since": "2026-11-20", "name": "钱乙二", "unit": "党群服务中心", "also": "discipline"}
    answer = client.post(url, given)
    assert answer.status_code == 422
    assert "纪检委员兼任书记、副书记、组织委员的最多 0 人" in answer.content.decode()
    assert client.post(url, given | {"also": ""}).status_code == 302
    assert committee.seats.count() == 2
    assert "现在没有缺额" in client.get(url).content.decode()


def test_an_extension_and_a_withdrawal_are_registered_on_pages(town: make.Town, branch: Organisation):
    client = signed_in(town.staff)
    client.post(elect_url(branch), typed(branch, *three(branch), step="elect", elected_on="2023-12-01"))
    committee = Committee.objects.get()
    url = reverse("branches:committee-withdraw", args=[committee.pk])
    assert "支部回到没有班子" in client.get(url).content.decode()
    late = {"until": "2028-01-01", "approved_by": "示例街道党工委", "approved_on": "2026-11-01", "reason": "筹备中"}
    extend = reverse("branches:term-extend", args=[committee.pk])
    assert "最多延到 2027-12-01" in client.post(extend, late).content.decode()
    assert client.post(extend, late | {"until": "2027-06-01"}).status_code == 302
    assert "不能再撤销" in client.get(url).content.decode()
    assert "延期中" in client.get(reverse("branches:terms")).content.decode()


def _standing(town: make.Town, number: int) -> None:
    for n in range(number):
        row = organised.organisation(town, founded_on=dt.date(2023, 1, 1))
        member = organised.member(row, name=f"钱乙{NAMES[n % 10]}")
        organised.seat(organised.committee(row, elected_on=dt.date(2023, 12, 15)), member=member, name=member.name())


def test_the_list_shows_first_what_asks_to_be_looked_at_and_keeps_its_filters(town: make.Town, branch: Organisation):
    _standing(town, 2)
    fine = organised.organisation(town, name="任期内支部（示例）")
    organised.seat(organised.committee(fine, elected_on=make.TODAY - dt.timedelta(days=10)))
    client, url = signed_in(town.staff), reverse("branches:terms")
    page = client.get(url).content.decode()
    assert "即将届满" in page
    assert "向上级党组织请示换届" in page
    assert branch.name in page
    assert fine.name not in page
    assert fine.name in client.get(f"{url}?state=running").content.decode()
    assert fine.name in client.get(f"{url}?state=all").content.decode()
    assert fine.name not in client.get(f"{url}?state=none").content.decode()
    assert client.get(f"{url}?state=nonsense&grid=x").status_code == 200


def test_the_list_asks_the_database_the_same_number_of_questions_however_long_it_is(town: make.Town):
    client, url = signed_in(town.staff), reverse("branches:terms") + "?state=all"
    _standing(town, 2)
    client.get(url)
    with make.counting() as few:
        client.get(url)
    _standing(town, 12)
    with make.counting() as many:
        client.get(url)
    assert len(many) == len(few)


def test_what_is_seen_is_exported_with_a_purpose(town: make.Town, branch: Organisation):
    _standing(town, 2)
    client, url = signed_in(town.staff), reverse("branches:terms-export")
    assert client.post(url, {"purpose": "", "kind": "csv"}).status_code == 422
    answer = client.post(f"{url}?state=soon", {"purpose": "报送换届计划", "kind": "csv"})
    text = answer.content.decode("utf-8-sig")
    assert "报送换届计划" in text
    assert text.count("即将届满") == 2
    assert branch.name not in text
    assert "钱乙一" not in text
    assert AccessLog.objects.filter(object_type="branches.organisation", result="ok").exists()


def test_what_is_due_stands_on_the_overview_of_staff(town: make.Town, branch: Organisation):
    organised.seat(organised.committee(branch, "secretary", "organiser", "publicity"))
    page = signed_in(town.staff).get(reverse("overview-work")).content.decode()
    assert f"{branch}超期未换届" in page
    assert "班子有缺额" in page


def test_figures_count_the_rows_behind_them(town: make.Town, branch: Organisation):
    from shimen.figures.values import values

    committee = organised.committee(branch, "secretary", "organiser", "publicity")
    organised.seat(committee, origin="seconded", home_unit="城管中队")
    keys = ["terms_overdue", "seats_vacant", "committees_seconded"]
    counted = {key: value.number for key, value in values(street=town.street, on=make.TODAY, keys=keys).items()}
    assert counted == {"terms_overdue": 1, "seats_vacant": 2, "committees_seconded": 1}
    client = signed_in(town.staff)
    for key in keys:
        assert branch.name in client.get(reverse("figures:figure", args=[key])).content.decode()
