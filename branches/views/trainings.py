"""Sessions of courses: the calendar, one session with its list of names, enrolling, planning, cancelling."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.forms.people import WhyForm
from branches.forms.training import EnrolForm, EnrolmentFilter, SessionForm, TrainingFilter
from branches.models import Course, Enrolment, Lecturer, Member, Organisation, Training, TrainingBase
from branches.people import catalogue, enrolling
from branches.views.people_parts import EDITORS
from branches.views.talents import organisations
from coverage.forms.registry import ExportForm
from shimen import clock, ics
from shimen.accounts.access import EVERY_WORKER, OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.audit import record as audit
from shimen.exports import Column, ExportError, export
from shimen.web import paginate, refuse, render

COLUMNS = (
    Column("课程", lambda row: row.course.title, 28),
    Column("级别", lambda row: row.course.get_level_display()),
    Column("类别", lambda row: row.course.get_subject_display()),
    Column("开始", lambda row: row.starts_at, 18),
    Column("结束", lambda row: row.ends_at, 18),
    Column("地点", lambda row: row.where, 28),
    Column("老师", lambda row: str(row.lecturer or "")),
    Column("名额", lambda row: row.capacity),
    Column("已报", lambda row: row.taken),
    Column("状态", lambda row: "停办" if row.cancelled_at else ""),
)
CHOICES = 200  # members of one organisation on the form


def get_training(request: HttpRequest, training: uuid.UUID) -> Training:
    return get_object_or_404(Training.objects.visible_to(request.user).with_all(), pk=training)


def _filtered(request: HttpRequest) -> tuple[TrainingFilter, Any]:
    form = TrainingFilter(request.GET)
    return form, form.rows(Training.objects.visible_to(request.user), at=clock.now())


@require_GET
@allow(*EVERY_WORKER)
def trainings(request: HttpRequest) -> HttpResponse:
    """What is on, and where there are places."""
    form, rows = _filtered(request)
    scope = scope_of(request.user)
    context = {
        "form": form,
        "page": paginate(request, rows),
        "now": clock.now(),
        "export": ExportForm(),
        "may_export": scope.has(*OFFICE),
        "may_plan": scope.has(Role.STAFF),
    }
    return render(request, "branches/trainings.html", context, part="list")


@require_POST
@allow(*OFFICE)
def export_trainings(request: HttpRequest) -> HttpResponse:
    """What the list shows, as a file that names its maker and purpose."""
    form, rows = _filtered(request)
    purpose = ExportForm(request.POST)
    if purpose.is_valid():
        try:
            return export(
                rows=rows, columns=COLUMNS, title="培训安排", filters=form.used(), actor=request.user, at=clock.now(),
                **purpose.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(purpose, error)
    context = {"form": form, "page": paginate(request, rows), "now": clock.now(), "export": purpose, "may_export": True}
    return render(request, "branches/trainings.html", context, status=422)


def _chosen_organisation(request: HttpRequest) -> Organisation | None:
    """The organisation whose members may be put on the list: the one asked for, or the only one in sight."""
    rows = organisations(request).branches()
    asked = request.GET.get("organisation") or request.POST.get("organisation") or ""
    try:
        found = rows.filter(pk=uuid.UUID(asked)).first() if asked else None
    except ValueError:
        found = None
    if found is not None or asked:
        return found
    few = list(rows[:2])
    return few[0] if len(few) == 1 else None


def _members(organisation: Organisation | None, training: Training) -> list[tuple[Member, str]]:
    """Members who are not on the list yet, with their names."""
    if organisation is None:
        return []
    there = Enrolment.objects.filter(training=training).standing().exclude(member=None).values("member")
    rows = Member.objects.on(clock.today()).of(organisation).exclude(pk__in=there).in_order()[:CHOICES]
    return [(member, f"{member.name()}（{member.get_standing_display()}）") for member in rows]


def _enrol_form(request: HttpRequest, training: Training) -> tuple[EnrolForm, Organisation | None]:
    chosen = _chosen_organisation(request)
    mine = Enrolment.objects.filter(training=training).standing()
    is_on_list = mine.filter(Q(user=request.user) | Q(member__user=request.user)).exists()
    members = _members(chosen, training)
    if members:
        audit.seen(target=chosen, actor=request.user, at=clock.now(), rows=len(members), reason="培训报名")
    given = request.POST if request.method == "POST" else None
    return EnrolForm(given, members=members, myself="" if is_on_list else f"本人（{request.user}）"), chosen


def _page(request: HttpRequest, found: Training, form: EnrolForm | None, chosen: Organisation | None) -> HttpResponse:
    names = Enrolment.objects.visible_to(request.user).filter(training=found).standing().in_line()
    now = clock.now()
    context = {
        "training": found,
        "names": names.select_related("member", "user", "organisation", "certificate"),
        "waiting": Enrolment.objects.filter(training=found, state=Enrolment.State.WAITING).count(),
        "form": form,
        "chosen": chosen,
        "organisations": organisations(request).branches() if form is not None else (),
        "is_open": found.is_open(now),
        "has_begun": found.starts_at <= now,
        "is_over": found.ends_at <= now,
        "may_edit": scope_of(request.user).has(Role.STAFF),
        "may_enrol": scope_of(request.user).has(*EDITORS),
    }
    return render(request, "branches/training.html", context, status=status_of(form) if form is not None else 200)


@require_GET
@allow(*EVERY_WORKER)
def training(request: HttpRequest, training: uuid.UUID) -> HttpResponse:
    """One session: when, where, by whom; the names in one's own sight; putting names down."""
    found = get_training(request, training)
    if scope_of(request.user).has(*EDITORS) and found.is_open(clock.now()):
        return _page(request, found, *_enrol_form(request, found))
    return _page(request, found, None, None)


@require_POST
@allow(*EDITORS)
def enrol(request: HttpRequest, training: uuid.UUID) -> HttpResponse:
    """Put names on the list."""
    found = get_training(request, training)
    form, chosen = _enrol_form(request, found)
    done = attempt(
        request, form, enrolling.enrol_all, training=found,
        members=lambda: [form.members[key] for key in form.cleaned_data["people"] if key != form.MYSELF],
        user=lambda: request.user if form.MYSELF in form.cleaned_data["people"] else None,
    )  # fmt: skip
    if done is None:
        return _page(request, found, form, chosen)
    waiting = sum(entry.state == Enrolment.State.WAITING for entry in done)
    words = f"报上 {len(done) - waiting} 人" if len(done) > waiting else ""
    line = f"候补 {waiting} 人，有人取消就按先后补上" if waiting else ""
    messages.success(request, "，".join(filter(None, (words, line))))
    return redirect("branches:training", found.pk)


@require_POST
@allow(*EDITORS)
def leave(request: HttpRequest, enrolment: uuid.UUID) -> HttpResponse:
    """Take a name off the list."""
    found = get_object_or_404(Enrolment.objects.visible_to(request.user).select_related("training"), pk=enrolment)
    back = reverse("branches:training", args=[found.training_id])
    return press(request, enrolling.withdraw, done=f"已取消{found}的报名", back=back, entry=found)


@require_GET
@allow(*EDITORS)
def enrolments(request: HttpRequest) -> HttpResponse:
    """The names that one's own organisations put on lists, and one's own."""
    form = EnrolmentFilter(request.GET)
    rows = form.rows(Enrolment.objects.visible_to(request.user), at=clock.now())
    context = {"form": form, "page": paginate(request, rows), "now": clock.now()}
    return render(request, "branches/enrolments.html", context, part="list")


@require_GET
@allow(*EVERY_WORKER)
def calendar(request: HttpRequest, training: uuid.UUID) -> HttpResponse:
    """The session for the calendar of a telephone."""
    found = get_training(request, training)
    event = ics.Event(
        uid=f"training-{found.pk}",
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        title=found.course.title,
        changed_at=clock.now(),
        location=found.where,
        words=f"{found.lecturer or ''} {found.note}".strip(),
        is_cancelled=found.cancelled_at is not None,
    )
    body = ics.calendar([event], name=event.title, is_withdrawal=event.is_cancelled)
    response = HttpResponse(body, content_type=ics.CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="training-{found.starts_at:%Y%m%d}.ics"'
    return response


# ---- planning


def _session_form(request: HttpRequest, **begin: Any) -> SessionForm:
    given = request.POST if request.method == "POST" else None
    lecturers = Lecturer.objects.visible_to(request.user).offered().by_name()
    bases = TrainingBase.objects.visible_to(request.user).offered().by_name()
    return SessionForm(given, lecturers=lecturers, bases=bases, **begin)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def plan(request: HttpRequest, listing: uuid.UUID) -> HttpResponse:
    """Set a session of a course."""
    course = get_object_or_404(Course.objects.visible_to(request.user), pk=listing)
    form = _session_form(request)
    done = attempt(request, form, catalogue.plan, course=course, values=lambda: form.cleaned_data)
    if done is not None:
        messages.success(request, "已排上，书记可以报名了")
        return redirect("branches:training", done.pk)
    return render(request, "branches/training_form.html", {"form": form, "course": course}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def edit(request: HttpRequest, training: uuid.UUID) -> HttpResponse:
    """Change a session that has not begun."""
    found = get_training(request, training)
    form = _session_form(request, initial={key: getattr(found, key) for key in SessionForm.base_fields})
    done = attempt(request, form, catalogue.reschedule, training=found, values=lambda: form.cleaned_data)
    if done is not None:
        messages.success(request, "已改。时间、地点变了的，请告诉报名的人")
        return redirect("branches:training", found.pk)
    context = {"form": form, "course": found.course, "training": found}
    return render(request, "branches/training_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def cancel(request: HttpRequest, training: uuid.UUID) -> HttpResponse:
    """Do not hold a session: first whom that touches, then the reason."""
    found = get_training(request, training)
    form = WhyForm(request.POST or None)
    done = attempt(request, form, catalogue.cancel, training=found, reason=lambda: form.cleaned_data["reason"])
    if done is not None:
        url = reverse("branches:training-revive", args=[found.pk])
        messages.success(request, "已停办，名单还在，请告诉报名的人", extra_tags=f"undo={url}")
        return redirect("branches:training", found.pk)
    names = Enrolment.objects.filter(training=found).standing().select_related("member", "user", "organisation")
    context = {"form": form, "training": found, "names": names.in_line()}
    return render(request, "branches/training_cancel.html", context, status=status_of(form))


@require_POST
@allow(Role.STAFF)
def revive(request: HttpRequest, training: uuid.UUID) -> HttpResponse:
    """Hold a cancelled session after all."""
    found = get_training(request, training)
    back = reverse("branches:training", args=[found.pk])
    return press(request, catalogue.revive, done="已恢复，照原时间办", back=back, training=found)


URLS = [
    path("training/", trainings, name="trainings"),
    path("training/export/", export_trainings, name="trainings-export"),
    path("training/enrolments/", enrolments, name="enrolments"),
    path("training/enrolments/<uuid:enrolment>/withdraw/", leave, name="enrolment-withdraw"),
    path("training/courses/<uuid:listing>/plan/", plan, name="training-new"),
    path("training/<uuid:training>/", training, name="training"),
    path("training/<uuid:training>/enrol/", enrol, name="training-enrol"),
    path("training/<uuid:training>/edit/", edit, name="training-edit"),
    path("training/<uuid:training>/cancel/", cancel, name="training-cancel"),
    path("training/<uuid:training>/revive/", revive, name="training-revive"),
    path("training/<uuid:training>/calendar.ics", calendar, name="training-calendar"),
]
