"""The pages of meetings: the list, one meeting, planning one of a council, and the steps from the call to final minutes."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grid.chain.sessions import Verb
from grid.forms import meetings as forms
from grid.meetings import agenda, calling, handling
from grid.models import Council, Meeting, MeetingHost
from grid.pages import meetings as pages
from shimen import clock, navigation, sheets
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render
from supply.models import Space

READERS = (Role.STAFF, Role.SECRETARY, Role.CONVENER, Role.SECONDED)
HELPERS = (Role.STAFF, Role.SECRETARY, Role.CONVENER)
RUNNERS = (Role.STAFF, Role.CONVENER)


def count(request: HttpRequest) -> QuerySet[Any]:
    """How many meetings are ahead or under way; the number beside the entry of the side."""
    return Meeting.objects.visible_to(request.user).open()


ENTRIES = (
    navigation.Entry(
        "会议", icon="gavel", url="grid:meetings", pillar=navigation.Pillar.INTEGRATION, roles=READERS, place=8,
        under=("/grid/meetings/",), count=count,
    ),
)  # fmt: skip


def seen(request: HttpRequest, pk: uuid.UUID) -> Meeting:
    """A meeting within one's areas."""
    rows = Meeting.objects.visible_to(request.user).select_related(
        "area", "council", "street", "closed_by", "booking__space__venue"
    )
    return get_object_or_404(rows, pk=pk)


def page_of(request: HttpRequest, row: Meeting, **given: Any) -> dict[str, Any]:
    """What the page of a meeting is drawn from: the page itself, and its forms as they are given or fresh."""
    key = given.pop("key", "") or request.GET.get("item", "")
    page = pages.MeetingPage(row, request.user, clock.now(), key=key)
    item = page.item
    version = {"text": item.text, "version": item.version} if item is not None else {}
    return {
        "meeting": row, "page": page, "text_form": forms.TextForm(initial=version, auto_id="t_%s"),
        "outcome_form": forms.OutcomeForm(initial={"outcome": item.outcome if item else ""}, auto_id="o_%s"),
        "resolve_form": forms.ResolveForm(street=row.street_id, auto_id="r_%s"), "vote_form": forms.VoteForm(auto_id="v_%s"),
    } | given  # fmt: skip


def _listed(request: HttpRequest) -> tuple[forms.MeetingFilter, QuerySet[Meeting]]:
    areas = Area.objects.visible_to(request.user).grids().in_order()
    councils = Council.objects.visible_to(request.user).standing(clock.today()).in_order()
    form = forms.MeetingFilter(request.GET or None, areas=areas, councils=councils)
    rows = pages.rows_of(request.GET.get("state", ""), Meeting.objects.visible_to(request.user), clock.now())
    return form, form.rows(rows).select_related("area", "council").with_counts()  # type: ignore[attr-defined]


@require_GET
@allow(*READERS)
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings ahead, held, not held."""
    form, rows = _listed(request)
    view = request.GET.get("state", "") if request.GET.get("state") in pages.VIEWS else ""
    views = pages.views(Meeting.objects.visible_to(request.user), clock.now())
    context = {"form": form, "page": paginate(request, rows), "views": views, "view": view, "now": clock.now()}
    return render(request, "grid/meetings.html", context, part="list")


@require_GET
@allow(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV; who took it and by which filter is kept."""
    _, rows = _listed(request)
    content = sheets.as_csv(pages.COLUMNS, (pages.cells(row) for row in rows.iterator(chunk_size=500)))
    filters = {key: value for key, value in request.GET.items() if value}
    audit.exported(
        target=Meeting, actor=request.user, at=clock.now(), purpose="会议清单", rows=rows.count(), filters=filters,
        digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    response = HttpResponse(content, content_type=sheets.CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="meetings-{clock.today():%Y%m%d}.csv"'
    return response


@require_GET
@allow(*READERS)
def meeting(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """One meeting: its agenda with why each line is there, the minutes of the open one, the last resolutions, who comes."""
    row = seen(request, meeting)
    return render(request, "grid/meeting.html", page_of(request, row), part="item")


def _spaces(request: HttpRequest) -> Any:
    """The spaces in which a meeting can be held: those of the whole street, because venues serve everybody."""
    return Space.objects.visible_to(request.user).bookable().select_related("venue").in_order()


@require_http_methods(["GET", "POST"])
@allow(*RUNNERS)
def new(request: HttpRequest) -> HttpResponse:
    """Plan a meeting of a council."""
    councils = pages.councils_to_call(request.user)
    begun = {"council": request.GET.get("council", ""), "kind": request.GET.get("kind", "")}
    form = forms.PlanForm(
        request.POST or None, councils=councils, spaces=_spaces(request), initial={k: v for k, v in begun.items() if v}
    )
    said = form.cleaned_data if form.is_valid() else {}
    made = attempt(
        request, form, calling.plan, council=said.get("council"), kind=said.get("kind"), time=lambda: form.time
    )
    if made is not None:
        messages.success(request, "排好了，成员已列入参会名单。审过议程就发通知。")
        return redirect("grid:meeting", made.pk)
    context = {"form": form, "title": "排一次议事会的会", "button": "排会", "back": reverse("grid:meetings")}
    return render(request, "grid/meeting_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*RUNNERS)
def edit(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Time, place, chair."""
    row = seen(request, meeting)
    form = forms.TimeForm(request.POST or None, spaces=_spaces(request), initial=forms.TimeForm.of(row))
    if attempt(request, form, calling.edit, meeting=row, time=lambda: form.time) is not None:
        messages.success(request, "改好了。通知已经发过的，再打印一份给大家。")
        return redirect("grid:meeting", row.pk)
    context = {"form": form, "meeting": row, "title": "改时间、地点、主持", "button": "保存", "back": _address(row)}
    return render(request, "grid/meeting_form.html", context, status=status_of(form))


def _address(row: Meeting) -> str:
    return reverse("grid:meeting", args=[row.pk])


# ---- steps


STEPS: dict[str, tuple[Callable[..., Any], str]] = {
    "call": (calling.call, "议程定了，通知可以打印、可以下日历文件。"),
    "begin": (calling.begin, "开始了。先记到会，再逐项记。"),
    "close": (calling.close, "纪要定稿了，可以打印、下 Word 文件。"),
    "restore": (calling.restore, "恢复了，议程按现在的事项重排。"),
    "refresh": (agenda.refresh, "新提出的已列在最后。"),
}


@require_POST
@allow(*HELPERS)
def step(request: HttpRequest, meeting: uuid.UUID, verb: str) -> HttpResponse:
    """Call, begin, close, restore, or put on the agenda what has come up."""
    row = seen(request, meeting)
    if verb not in STEPS:
        raise Http404
    do, done = STEPS[verb]
    return press(request, do, done=done, back=_address(row), meeting=row)


@dataclass(frozen=True, slots=True)
class Act:
    """A step that asks for something: its form, what the page says, the verb, what is said when it is done."""

    form: type[forms.ReasonForm] | type[forms.AddendumForm] | type[forms.JoinForm]
    verb: Verb
    do: Callable[..., Any]
    title: str
    hint: str
    button: str
    done: str


ACTS = {
    "cancel": Act(
        forms.ReasonForm, Verb.CANCEL, calling.cancel, "这次不开了", "事项留到下一次，议题回到征集支持；原因写在记录里。以后还能恢复。", "改成不开",
        "改成不开了。",
    ),
    "reopen": Act(
        forms.ReasonForm, Verb.REOPEN, calling.reopen, "退回纪要，再改", "原因会记在操作记录里。只是补一句，用“补记”。", "退回",
        "退回了，改好再定稿。",
    ),
    "add": Act(forms.AddendumForm, Verb.ADD, calling.add_to_minutes, "补记", "定稿的纪要不动，补记写在最后，注明谁、什么时候。", "补记", "补记好了。"),
    "join": Act(forms.JoinForm, Verb.EDIT, calling.join, "设为联席", "居委会、楼务会、街委会坐在一起议。成员会列入参会名单，他们那里的事也列进议程。", "设为联席", "设好了。"),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow(*RUNNERS)
def act(request: HttpRequest, meeting: uuid.UUID, verb: str) -> HttpResponse:
    """A step that asks for something. What is not for this person or this state is not found."""
    row, what = seen(request, meeting), ACTS.get(verb)
    if what is None or not handling.is_for(request.user, what.verb, row):
        raise Http404
    more: dict[str, Any] = {"councils": pages.councils_to_join(row)} if what.form is forms.JoinForm else {}
    form = what.form(request.POST or None, **more)
    if form.is_valid():
        try:
            what.do(meeting=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, what.done)
            return redirect("grid:meeting", row.pk)
    context = {"form": form, "meeting": row, "title": what.title, "hint": what.hint, "button": what.button}
    return render(request, "grid/meeting_form.html", context | {"back": _address(row)}, status=status_of(form))


@require_POST
@allow(*RUNNERS)
def part_company(request: HttpRequest, meeting: uuid.UUID, host: uuid.UUID) -> HttpResponse:
    """A council leaves a joint session."""
    row = seen(request, meeting)
    other = get_object_or_404(MeetingHost.objects.select_related("council"), pk=host, meeting=row)
    return press(request, calling.part, done="退出了联席，它的成员也移出了名单。", back=_address(row), host=other)


URLS = [
    path("meetings/", meetings, name="meetings"),
    path("meetings/export/", export, name="meetings-export"),
    path("meetings/new/", new, name="meeting-new"),
    path("meetings/<uuid:meeting>/", meeting, name="meeting"),
    path("meetings/<uuid:meeting>/edit/", edit, name="meeting-edit"),
    path("meetings/<uuid:meeting>/step/<slug:verb>/", step, name="meeting-step"),
    path("meetings/<uuid:meeting>/act/<slug:verb>/", act, name="meeting-act"),
    path("meetings/<uuid:meeting>/hosts/<uuid:host>/part/", part_company, name="meeting-part"),
]
