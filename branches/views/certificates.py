"""The lecturer's list, certificates and their printed page, and the public check of a number."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.forms.people import WhyForm
from branches.models import Certificate, Enrolment
from branches.people import certificates as verbs
from branches.people import enrolling
from branches.views.people_parts import EDITORS
from branches.views.trainings import get_training
from shimen import clock, limits
from shimen.accounts.access import Gate, allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.audit import record as audit
from shimen.audit.record import origin
from shimen.web import render

CHECKING = limits.Limit("certificate-check", tries=30, seconds=600)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def roll(request: HttpRequest, training: uuid.UUID) -> HttpResponse:
    """The lecturer's list with names: to print before, to tick after. Attendance is for the certificate only."""
    found = get_training(request, training)
    back = reverse("branches:training-roll", args=[found.pk])
    if request.method == "POST":
        came = request.POST.getlist("came")
        return press(
            request, enrolling.mark_attendance, done=f"已记 {len(came)} 人到课", back=back, training=found, came=came
        )
    rows = Enrolment.objects.filter(training=found, state=Enrolment.State.ENROLLED).in_line()
    entries = list(rows.select_related("member", "user", "organisation", "certificate"))
    audit.seen(target=found, actor=request.user, at=clock.now(), rows=len(entries), reason="点名册")
    names = [(entry, entry.member.name() if entry.member else str(entry.user)) for entry in entries]
    now = clock.now()
    context = {
        "training": found,
        "names": names,
        "has_begun": found.starts_at <= now and found.cancelled_at is None,
        "is_over": found.ends_at <= now,
        "to_issue": sum(bool(entry.attended) and not hasattr(entry, "certificate") for entry in entries),
    }
    return render(request, "branches/training_roll.html", context)


@require_POST
@allow(Role.STAFF)
def issue(request: HttpRequest, training: uuid.UUID) -> HttpResponse:
    """Issue what is missing to those who came."""
    found = get_training(request, training)
    back = reverse("branches:training-roll", args=[found.pk])
    return press(request, verbs.issue, done="学习证明已发，名单右边可以打印", back=back, training=found)


def _get(request: HttpRequest, certificate: uuid.UUID) -> Certificate:
    rows = Certificate.objects.visible_to(request.user)
    with_all = ("enrolment__training__course", "enrolment__training__lecturer", "enrolment__organisation", "street")
    return get_object_or_404(rows.select_related(*with_all), pk=certificate)


@require_GET
@allow(*EDITORS)
def certificate(request: HttpRequest, certificate: uuid.UUID) -> HttpResponse:
    """The page to print, with the name in clear."""
    found = _get(request, certificate)
    audit.seen(target=found, actor=request.user, at=clock.now())
    context = {
        "certificate": found,
        "training": found.enrolment.training,
        "check_url": request.build_absolute_uri(reverse("branches:certificate-check")),
        "may_revoke": scope_of(request.user).has(Role.STAFF),
    }
    response = render(request, "branches/certificate.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def revoke(request: HttpRequest, certificate: uuid.UUID) -> HttpResponse:
    """Declare a certificate void."""
    found = _get(request, certificate)
    form = WhyForm(request.POST or None)
    done = attempt(request, form, verbs.revoke, certificate=found, reason=lambda: form.cleaned_data["reason"])
    if done is not None:
        url = reverse("branches:certificate-reinstate", args=[found.pk])
        messages.success(request, f"{found} 已作废", extra_tags=f"undo={url}")
        return redirect("branches:training-roll", found.enrolment.training_id)
    context = {"form": form, "certificate": found, "training": found.enrolment.training}
    return render(request, "branches/certificate_revoke.html", context, status=status_of(form))


@require_POST
@allow(Role.STAFF)
def reinstate(request: HttpRequest, certificate: uuid.UUID) -> HttpResponse:
    """Take back that a certificate was declared void."""
    found = _get(request, certificate)
    back = reverse("branches:training-roll", args=[found.enrolment.training_id])
    return press(request, verbs.reinstate, done=f"{found} 恢复有效", back=back, certificate=found)


@require_GET
@allow(Gate.PUBLIC)
def check(request: HttpRequest) -> HttpResponse:
    """Whether a number is a certificate that stands; nothing about whose it is."""
    typed = request.GET.get("number", "").replace("\x00", "")[:40]
    context: dict[str, object] = {"typed": typed}
    status = 200
    if typed and limits.exceeded(CHECKING, origin.get()):
        context["error"], status = f"查得太多了，过 {CHECKING.minutes} 分钟再来。", 429
    elif typed:
        context["answer"] = verbs.check(typed)
    response = render(request, "branches/certificate_check.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


URLS = [
    path("training/<uuid:training>/roll/", roll, name="training-roll"),
    path("training/<uuid:training>/certificates/", issue, name="certificates-issue"),
    path("training/certificates/<uuid:certificate>/", certificate, name="certificate"),
    path("training/certificates/<uuid:certificate>/revoke/", revoke, name="certificate-revoke"),
    path("training/certificates/<uuid:certificate>/reinstate/", reinstate, name="certificate-reinstate"),
    path("certificates/", check, name="certificate-check"),
]
