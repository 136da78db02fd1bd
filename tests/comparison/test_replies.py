"""Reply sheets: the department's own layout with what we found, told once, taken back, read again as it was."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from python_calamine import CalamineWorkbook

from coverage.comparison import apply, differences, settle
from coverage.models import Batch, Difference, Discrepancy, DiscrepancyStep, Entity, Reply
from coverage.registry import entities as registry
from coverage.replies import replies
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from shimen.privacy import retention
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db
LATER = make.AT + dt.timedelta(hours=2)
STILL_LATER = make.AT + dt.timedelta(days=1)
State = Discrepancy.State
HEADINGS = ("序号", "统一社会信用代码", "企业名称", "法定代表人", "登记状态", "住所", "成立日期", "备注栏")


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, gone_limit_percent=100)


def row(number: int, note: str = "", **values: object) -> list[object]:
    return [str(number), *books.row(number, **values), note]


@pytest.fixture
def batch(town, department) -> Batch:
    """One row of each kind of outcome, applied."""
    steps.shops(town.first_grid, 6)
    registry.correct(
        entity=Entity.objects.get(code=books.code(2)), field="legal_person", value="孙丙三", source="visit",
        on=make.TODAY, actor=town.visitor, at=make.AT,
    )  # fmt: skip
    rows = [
        row(1, "@SUM(A1)", person="孙丙六"),  # accepted
        row(2, "+86 199 0000 0017", person="孙丙七"),  # contradicts a visit
        row(3),
        row(4, code="9.19902E+17"),  # in doubt
        row(7),  # new
        row(0, code="", name=""),  # refused
    ]
    content = books.xlsx(rows, headings=HEADINGS, titles=[["某局名册"]])
    found = steps.compare(department, content)
    doubt = found.differences.get(kind="doubt")
    settle.settle_aside(difference=doubt, settled="not_ours", actor=town.data_admin, at=make.AT)
    found = apply.apply(batch=found, actor=town.data_admin, at=make.AT)
    life = Discrepancy.objects.get(field="legal_person", value="孙丙七")
    differences.answer(row=life, verdict="ours", reason="问过了，没换人", actor=town.secretary, at=make.AT)
    return found


def sheet(reply: Reply, number: int = 0) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes(reply.content)))
    return book.get_sheet_by_index(number).to_python(skip_empty_area=False)


def made(batch: Batch, town: make.Town, form: str = "xlsx") -> Reply:
    return replies.make(batch=batch, form=form, purpose="回复市场监管所", actor=town.data_admin, at=LATER)


def test_the_sheet_is_in_the_departments_own_columns_with_ours_behind(batch, town):
    lines = sheet(made(batch, town))
    assert "钱乙二" in lines[0][0]
    assert "用途：回复市场监管所" in lines[0][0]
    assert lines[1] == [*HEADINGS, "核对结果", "我们核实的值", "核实日期", "依据"]
    told = {line[0]: line[8:] for line in lines[2:]}
    assert told["1"] == ["经营者：已采用", "孙丙六", "2026-11-23", "比对采用"]
    assert told["2"] == ["经营者：核实过，以我们登记的为准", "孙丙三", "2026-11-23", "街道核实"]
    assert told["4"][0] == "不是本街道的"
    assert told["7"][0] == "新主体，已进名册"
    assert told["0"][0] == "拒收"
    assert "3" not in told


def test_codes_and_formulas_are_text_as_the_department_wrote_them(batch, town):
    lines = {line[0]: line for line in sheet(made(batch, town))[2:]}
    assert lines["1"][1] == books.code(1)
    assert lines["1"][7] == "@SUM(A1)"
    assert lines["2"][7] == "+86 199 0000 0017"


def test_the_missing_stand_on_a_sheet_of_their_own_once_somebody_has_looked(batch, town):
    gone = Discrepancy.objects.filter(kind="gone").order_by("code")
    differences.answer(row=gone[0], verdict="", value="open", reason="问过了，还在", actor=town.secretary, at=make.AT)
    lines = sheet(made(batch, town), 1)
    assert lines[1][:3] == ["我们登记的代码", "我们登记的名称", "核对结果"]
    assert lines[2][0] == gone[0].code
    assert lines[2][2:4] == ["核实过", "在营"]
    assert len(lines) == 3


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_reply_fed_back_is_the_workbook_that_it_answers(batch, town, department, form):
    """What was taken over compares as the same; what was refused is the same matter and no new one."""
    gone = Discrepancy.objects.filter(kind="gone")
    for each in gone:
        differences.answer(row=each, verdict="", value="open", reason="问过了，还在", actor=town.secretary, at=make.AT)
    known = set(Discrepancy.objects.values_list("key", flat=True))
    reply = made(batch, town, form)
    again = steps.compare(department, bytes(reply.content), name=f"回复.{form}", is_full=False)
    assert again.state == Batch.State.READY, again.error
    assert set(again.differences.exclude(key="").values_list("key", flat=True)) <= known
    lines = {Entity.objects.get(code=books.code(n)).pk for n in (1, 7)}
    assert not again.differences.filter(entity_id__in=lines).exists()
    assert again.counts["rows"] == len({d.line for d in batch.differences.all() if d.line})
    assert again.counts["same"] == 2
    assert steps.balanced(again)


def test_told_with_date_and_person_and_taken_back(batch, town):
    reply = made(batch, town)
    number = replies.tell(reply=reply, actor=town.data_admin, at=LATER)
    told = Discrepancy.objects.filter(state=State.TOLD)
    assert number == told.count() == 4
    assert set(told.values_list("told_on", "reply")) == {(make.TODAY, reply.pk)}
    assert set(told.values_list("told_from", flat=True)) == {"accepted", "answered", "refused"}
    assert DiscrepancyStep.objects.filter(verb="tell", actor=town.data_admin).count() == 4
    with pytest.raises(replies.ReplyError, match="已回复"):
        replies.tell(reply=reply, actor=town.data_admin, at=LATER)
    assert replies.untell(reply=reply, actor=town.data_admin, at=LATER) == (4, 0)
    assert not told.exists()
    with pytest.raises(replies.ReplyError, match="不用撤销"):
        replies.untell(reply=reply, actor=town.data_admin, at=LATER)
    assert replies.tell(reply=reply, actor=town.data_admin, at=STILL_LATER) == 4
    verbs = list(
        AccessLog.objects.filter(verb__startswith="replies.").order_by("sequence").values_list("verb", flat=True)
    )
    assert verbs == ["replies.make", "replies.tell", "replies.untell", "replies.tell"]


def test_what_was_answered_after_the_sheet_was_made_is_not_told_by_it(batch, town):
    reply = made(batch, town)
    life = Discrepancy.objects.filter(kind="gone").first()
    differences.answer(row=life, verdict="", value="open", reason="问过了，还在", actor=town.secretary, at=STILL_LATER)
    assert replies.tell(reply=reply, actor=town.data_admin, at=STILL_LATER) == 4
    life.refresh_from_db()
    assert life.state == State.ANSWERED


def test_the_download_is_in_the_log_and_old_bytes_are_forgotten(batch, town):
    reply = made(batch, town)
    assert replies.taken(reply=reply, actor=town.data_admin, at=LATER) == bytes(reply.content)
    line = AccessLog.objects.get(verb="coverage.exported")
    assert (line.reason, line.after["sha256"]) == ("回复市场监管所", reply.sha256)
    on = make.TODAY + dt.timedelta(days=40)
    assert retention.run(street=town.street, on=on, at=LATER)["replies.sheet"] == 1
    reply.refresh_from_db()
    with pytest.raises(replies.ReplyError, match="30 天"):
        replies.taken(reply=reply, actor=town.data_admin, at=LATER)


def test_a_large_reply_is_written_in_the_background(batch, town, monkeypatch):
    monkeypatch.setattr(replies, "AT_ONCE", 1)
    reply = made(batch, town)
    assert (reply.state, reply.content) == (Reply.State.MAKING, None)
    with pytest.raises(replies.ReplyError, match="还在做"):
        replies.taken(reply=reply, actor=town.data_admin, at=LATER)
    job = replies.job_of(reply)
    assert jobs.run(job_id=job.pk, at=LATER)
    assert jobs.run(job_id=job.pk, at=LATER) is False
    reply.refresh_from_db()
    job.refresh_from_db()
    assert (reply.state, reply.rows, job.progress["total"]) == (Reply.State.READY, 5, batch.differences.count())


def test_a_telephone_number_of_ours_does_not_leave(town, department):
    entity = steps.shop(town.first_grid, 1)
    registry.index_search(entity_ids=[entity.pk])
    registry.correct(
        entity=entity, field="phone", value="19900000017", source="visit", on=make.TODAY, actor=town.visitor, at=make.AT
    )
    headings = (*books.HEADINGS, "联系电话")
    found = steps.compare(department, books.xlsx([[*books.row(1), "19900000236"]], headings=headings))
    found = apply.apply(batch=found, actor=None, at=make.AT)
    line = sheet(made(found, town))[2]
    assert line[6] == "19900000236"
    assert line[8] == "199****0017"
    assert "19900000017" not in str(line)


@pytest.mark.parametrize(("values", "sentence"), [({"purpose": "看"}, "至少 4 个字"), ({"form": "pdf"}, "选一种格式")])
def test_a_reply_needs_a_form_and_a_purpose(batch, town, values, sentence):
    given = {"form": "xlsx", "purpose": "回复市场监管所"} | values
    with pytest.raises(replies.ReplyError, match=sentence):
        replies.make(batch=batch, actor=town.data_admin, at=LATER, **given)


def test_a_batch_that_was_not_applied_has_nothing_to_say(town, department):
    steps.shops(town.first_grid, 1)
    waiting = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    with pytest.raises(replies.ReplyError, match="应用以后"):
        made(waiting, town)
    assert waiting.differences.get().kind == Difference.Kind.CHANGED


def test_names_in_settled_differences_are_let_go_after_their_time(batch, town):
    waiting = Discrepancy.objects.create(
        street=town.street, key="w", kind="changed", field="legal_person", value="孙丙九", opened_on=make.TODAY,
        changed_at=make.AT,
    )  # fmt: skip
    on = make.TODAY + dt.timedelta(days=3 * 365)
    early = retention.run(street=town.street, on=on - dt.timedelta(days=1), at=LATER)
    assert early["differences.settled"] == 0
    assert retention.run(street=town.street, on=on, at=LATER)["differences.settled"] == 2
    assert set(Discrepancy.objects.filter(field="legal_person").values_list("value", flat=True)) == {"", "孙丙九"}
    assert Discrepancy.objects.get(pk=waiting.pk).value == "孙丙九"
