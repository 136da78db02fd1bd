"""Call-ups: the list, one call-up with its answers, making, changing, cancelling, writing down who came."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.collection import qr
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.answering import press
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.web import paginate, render
from supply.forms.volunteers import CallUpFilter, CallUpForm, WhyForm, read_came
from supply.models import CallAnswer, CallUp, Volunteer
from supply.views.stand_acting import Words, form_page
from supply.views.volunteers import EDITORS, READERS, grids
from supply.volunteers import calling


def get_call(request: HttpRequest, callup: uuid.UUID) -> CallUp:
    """One call-up within the person's sight."""
    rows = CallUp.objects.visible_to(request.user).with_counts().select_related("area", "made_by", "street")
    found: CallUp = get_object_or_404(rows, pk=callup)
    return found


def _home(call: CallUp) -> str:
    return reverse("supply:callup", args=[call.pk])


def _above(call: CallUp | None = None) -> tuple[tuple[str, str], ...]:
    top = ("召集", reverse("supply:callups"))
    return (top, (str(call), _home(call))) if call else (top,)


@require_GET
@allow(*READERS)
def callups(request: HttpRequest) -> HttpResponse:
    """What volunteers were asked to, and how many came."""
    form = CallUpFilter(request.GET)
    page = paginate(request, form.rows(CallUp.objects.visible_to(request.user)))
    context = {"form": form, "page": page, "now": clock.now(), "may_edit": scope_of(request.user).has(*EDITORS)}
    return render(request, "supply/callups.html", context, part="list")


def _subject(request: HttpRequest) -> calling.Subject | None:
    """What an app above sent along in the address: kind, id, title of one of its rows."""
    kind, title = request.GET.get("kind", "")[:20], request.GET.get("title", "")[:80]
    try:
        return calling.Subject(kind, uuid.UUID(request.GET.get("subject", "")), title) if kind and title else None
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def callup_new(request: HttpRequest) -> HttpResponse:
    """Ask volunteers to come."""
    subject = _subject(request)
    form = CallUpForm(request.POST if request.method == "POST" else None, areas=grids(request))
    if subject is not None:
        form.initial["title"] = subject.title[:60]
    note = f"为“{subject.title}”召集。" if subject else ""
    words = Words(
        "发起召集", "发起召集", "已发起，把地址发到群里", _above(), note=f"{note}来不来由各人定，不记谁没来"
    )  # fmt: skip
    return form_page(
        request, form, words, calling.call, to=_home, street=request.user.street, said=form.read, subject=subject
    )  # fmt: skip


@require_GET
@allow(*READERS)
def callup(request: HttpRequest, callup: uuid.UUID) -> HttpResponse:
    """One call-up: for whom, who answered what; once it has begun, who came."""
    return _page(request, get_call(request, callup))


def _page(request: HttpRequest, found: CallUp, error: str = "") -> HttpResponse:
    at = clock.now()
    answers = (
        CallAnswer.objects.visible_to(request.user).filter(call=found).select_related("volunteer__area").in_order()
    )
    listed = list(answers)
    audit.seen(target=found, actor=request.user, at=at, rows=len(listed))
    address = request.build_absolute_uri(reverse("supply:callup-door", args=[found.token]))
    groups = [str(Volunteer.Group(key).label) for key in found.groups if key in Volunteer.Group.values]
    helps = [str(Volunteer.Help(key).label) for key in found.helps if key in Volunteer.Help.values]
    context = {
        "call": found, "answers": listed, "error": error, "address": address, "drawing": qr.draw(address),
        "fitting": Volunteer.objects.visible_to(request.user).fitting(found).count(),
        "for_whom": "、".join([*groups, *helps]), "has_begun": found.starts_at <= at, "is_over": found.ends_at <= at,
        "usual": round((found.ends_at - found.starts_at).total_seconds() / 3600, 1),
        "may_edit": scope_of(request.user).has(*EDITORS),
    }  # fmt: skip
    return render(request, "supply/callup.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def callup_edit(request: HttpRequest, callup: uuid.UUID) -> HttpResponse:
    """Change what is asked."""
    found = get_call(request, callup)
    form = CallUpForm(request.POST if request.method == "POST" else None, areas=grids(request), call=found)
    words = Words("改召集", "保存", "已保存；答应来的人打开地址看得到新的时间地点", _above(found))
    return form_page(request, form, words, calling.change, call=found, said=form.read)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def callup_cancel(request: HttpRequest, callup: uuid.UUID) -> HttpResponse:
    """It does not take place."""
    found = get_call(request, callup)
    form = WhyForm(request.POST if request.method == "POST" else None)
    words = Words(
        "取消召集", "取消这次召集", "已取消，打开地址的人会看到原因", _above(found), is_stop=True,
        lines=(("做什么", str(found)), ("答应来的", f"{found.agreed} 人")),  # type: ignore[attr-defined]
    )  # fmt: skip
    return form_page(request, form, words, calling.cancel, call=found, reason=lambda: form.cleaned_data["reason"])


@require_POST
@allow(*EDITORS)
def callup_close(request: HttpRequest, callup: uuid.UUID) -> HttpResponse:
    """Write down who came and for how long."""
    found = get_call(request, callup)
    rows = CallAnswer.objects.visible_to(request.user).filter(call=found)
    seen = set(rows.values_list("volunteer_id", flat=True))
    try:
        came = read_came(request.POST, seen)
        calling.close(call=found, came=came, among=seen, actor=request.user, at=clock.now())
    except DomainError as error:
        return _page(request, found, error.sentence)
    messages.success(request, f"已记下，来了 {len(came)} 人")
    return redirect(_home(found))


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def callup_answer(request: HttpRequest, callup: uuid.UUID) -> HttpResponse:
    """What somebody said on the telephone: found by their whole number, as on the roster's page."""
    found = get_call(request, callup)
    typed = request.POST.get("phone", "")[:40]
    rows = Volunteer.objects.visible_to(request.user).standing().search(typed) if typed else Volunteer.objects.none()
    if request.method == "POST" and (person := rows.first()) is not None:
        comes = request.POST.get("comes") == "yes"
        done = f"已记下{person}{'能来' if comes else '来不了'}"
        return press(request, calling.answer, done=done, back=_home(found), call=found, volunteer=person, comes=comes)
    error = "名册里没有这个号码，先登记志愿者" if request.method == "POST" else ""
    context = {"call": found, "typed": typed, "error": error}
    return render(request, "supply/callup_answer.html", context, status=422 if error else 200)


URLS = [
    path("callups/", callups, name="callups"),
    path("callups/new/", callup_new, name="callup-new"),
    path("callups/<uuid:callup>/", callup, name="callup"),
    path("callups/<uuid:callup>/edit/", callup_edit, name="callup-edit"),
    path("callups/<uuid:callup>/cancel/", callup_cancel, name="callup-cancel"),
    path("callups/<uuid:callup>/close/", callup_close, name="callup-close"),
    path("callups/<uuid:callup>/answer/", callup_answer, name="callup-answer"),
]
