"""街情气象站 for those inside: the queue, sorting one opinion after another, and writing down what was heard."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.forms.collection import WhyForm
from coverage.models import Entity
from grid.chain.opinion_states import Verb
from grid.forms import opinions as forms
from grid.models import Matter, Opinion, Topic
from grid.opinions import codes, erasing, receiving, sorting
from grid.pages import opinions as pages
from grid.pages.matters import first_words
from shimen import clock, navigation, sheets
from shimen.accounts.access import EVERY_WORKER, allow
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

READERS = (Role.STAFF, Role.SECRETARY, Role.CONVENER, Role.SECONDED, Role.STATION_MASTER)
SALT = "opinions.write-down"
OPEN_FOR = 12 * 3600


def count(request: HttpRequest) -> QuerySet[Any]:
    """How many opinions wait to be sorted in one's areas; the number beside the entry of the side."""
    return Opinion.objects.visible_to(request.user).waiting()


ENTRIES = (
    navigation.Entry(
        "街情气象站", icon="cloud", url="grid:opinions", pillar=navigation.Pillar.INTEGRATION, roles=READERS, place=8,
        under=("/grid/opinions/", "/grid/digests/"), count=count,
    ),
)  # fmt: skip


def _get(request: HttpRequest, opinion: uuid.UUID) -> Opinion:
    return get_object_or_404(Opinion.objects.visible_to(request.user).with_doors(), pk=opinion)


def _areas(request: HttpRequest) -> QuerySet[Area]:
    return Area.objects.visible_to(request.user).grids().in_order()


def _listed(request: HttpRequest) -> tuple[forms.QueueFilter, QuerySet[Opinion]]:
    form = forms.QueueFilter(request.GET, areas=_areas(request))
    days = pages.sort_days(request.user.street_id, clock.today())
    rows = form.rows(Opinion.objects.visible_to(request.user), now=clock.now(), sort_days=days)
    return form, rows.with_result().with_doors()


@require_GET
@allow(*READERS)
def opinions(request: HttpRequest) -> HttpResponse:
    """What waits in one's own areas, or what the filter asks for."""
    form, rows = _listed(request)
    days = pages.sort_days(request.user.street_id, clock.today())
    late = forms.sorted_by(clock.now(), days)
    context = {"form": form, "page": paginate(request, rows), "late": late, "days": days, "tab": "queue"}
    return render(request, "grid/opinions.html", context, part="list")


@require_GET
@allow(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV, without names and numbers; who took it and by which filter is kept."""
    _, rows = _listed(request)
    content = sheets.as_csv(pages.COLUMNS, (pages.cells(row) for row in rows.iterator(chunk_size=500)))
    filters = {key: value for key, value in request.GET.items() if value}
    audit.exported(
        target=Opinion, actor=request.user, at=clock.now(), purpose="意见清单", rows=rows.count(), filters=filters,
        digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    response = HttpResponse(content, content_type=sheets.CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="opinions-{clock.today():%Y%m%d}.csv"'
    return response


@require_GET
@allow(*READERS)
def opinion(request: HttpRequest, opinion: uuid.UUID) -> HttpResponse:
    """One opinion beside what says much the same, and a key for everything that may become of it."""
    row = _get(request, opinion)
    if row.phone_mask:
        audit.seen(target=row, actor=request.user, at=clock.now())
    return _page(request, row, {})


def _page(request: HttpRequest, row: Opinion, more: dict[str, Any], *, status: int = 200) -> HttpResponse:
    areas = _areas(request)
    start = {"area": row.area_id, "category": row.category}
    context = {
        "row": row, "page": pages.SortPage(row, request.user), "matter_form": forms.ToMatterForm(areas=areas, initial=start),
        "headline": pages.headline_of(row), **more,
    }  # fmt: skip
    return render(request, "grid/opinion.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a key decides: its form, the verb, and what is said when it is done."""

    form: Callable[[HttpRequest], django_forms.Form]
    do: Callable[..., Opinion]
    done: Callable[[Opinion], str]


def _of_matter(request: HttpRequest) -> django_forms.Form:
    return forms.ToMatterForm(request.POST, areas=_areas(request))


DECISIONS: dict[str, Decision] = {
    Verb.TO_MATTER: Decision(_of_matter, sorting.to_matter, lambda row: f"已转事项 {row.matter.number}"),
    Verb.TO_TOPIC: Decision(
        lambda request: forms.ToTopicForm(request.POST), sorting.to_topic, lambda row: f"已转议题“{row.topic}”"
    ),
    Verb.ANSWER: Decision(lambda request: forms.ReplyForm(request.POST), sorting.answer, lambda _: "已答复"),
    Verb.ELSEWHERE: Decision(
        lambda request: forms.ReplyForm(request.POST), sorting.send_elsewhere, lambda _: "已告知去处"
    ),
}


@require_POST
@allow(*pages.SORTERS)
def sort(request: HttpRequest, opinion: uuid.UUID, verb: str) -> HttpResponse:
    """One decision, and on to the next that waits."""
    row = _get(request, opinion)
    decision = DECISIONS.get(verb)
    if decision is None:
        raise Http404
    form = decision.form(request)
    if not form.is_valid():
        wrong = "；".join(str(error) for errors in form.errors.values() for error in errors)
        return _page(request, row, {"wrong": wrong, "typed": request.POST}, status=422)
    try:
        done = decision.do(opinion=row, actor=request.user, at=clock.now(), **form.cleaned_data)
    except DomainError as error:
        return _page(request, row, {"wrong": error.sentence, "typed": request.POST}, status=422)
    return _onward(request, done, decision.done(done))


@require_POST
@allow(*pages.SORTERS)
def join(request: HttpRequest, opinion: uuid.UUID) -> HttpResponse:
    """Add it to an opinion, a matter or a topic that says the same."""
    row = _get(request, opinion)
    at, actor = clock.now(), request.user
    try:
        if chosen := _uuid(request.POST.get("same")):
            other = get_object_or_404(Opinion.objects.visible_to(actor), pk=chosen)
            done = sorting.same_as(opinion=row, other=other, actor=actor, at=at)
        elif chosen := _uuid(request.POST.get("matter")):
            matter = get_object_or_404(Matter.objects.visible_to(actor), pk=chosen)
            done = sorting.to_matter(opinion=row, into=matter, actor=actor, at=at)
        else:
            topic = get_object_or_404(Topic.objects.visible_to(actor), pk=_uuid(request.POST.get("topic")))
            done = sorting.to_topic(opinion=row, into=topic, actor=actor, at=at)
    except DomainError as error:
        return _page(request, row, {"wrong": error.sentence}, status=422)
    return _onward(request, done, f"{done.get_state_display()}：{done.same_as or done.matter or done.topic}")


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _onward(request: HttpRequest, done: Opinion, words: str) -> HttpResponse:
    """Say what was done, with a way back, and go on to the next that waits."""
    navigation.forget(request.user.pk)
    messages.success(request, words, extra_tags=f"undo={reverse('grid:opinion-reopen', args=[done.pk])}")
    following = Opinion.objects.visible_to(request.user).waiting().in_order().first()
    return redirect("grid:opinion", following.pk) if following else redirect("grid:opinions")


@require_POST
@allow(*pages.SORTERS)
def reopen(request: HttpRequest, opinion: uuid.UUID) -> HttpResponse:
    """Take a decision back."""
    row = _get(request, opinion)
    try:
        sorting.reopen(opinion=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        navigation.forget(request.user.pk)
        messages.success(request, "已退回待分拣")
    return redirect("grid:opinion", row.pk)


@require_http_methods(["GET", "POST"])
@allow(*EVERY_WORKER)
def write_down(request: HttpRequest) -> HttpResponse:
    """What somebody inside heard: one form for everybody; sent twice it is one opinion."""
    entities = Entity.objects.visible_to(request.user).listed()
    given = request.POST if request.method == "POST" else None
    begun = {
        "teller" if key == "raiser" else key: v for key, v in first_words(request, entities, _areas(request)).items()
    }
    form = forms.WriteDownForm(given, areas=_areas(request), entities=entities, initial=begun)
    if given is not None and form.is_valid() and (taken := _written(request, form)) is not None:
        return render(request, "grid/opinion_written.html", {"taken": taken})
    context = {"form": form, "pass": signing.dumps([new_id().hex, str(request.user.pk)], salt=SALT)}
    return render(request, "grid/opinion_new.html", context, status=422 if form.is_bound else 200)


def _written(request: HttpRequest, form: forms.WriteDownForm) -> receiving.Taken | None:
    """What became of the form; None when it goes back with a sentence."""
    try:
        shown, who = signing.loads(request.POST.get("pass", ""), salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        shown, who = "", ""
    if who != str(request.user.pk):
        form.add_error(None, "这一页放得太久。再点一次“记下意见”，写过的都在。")
        return None
    street = request.user.street
    try:
        return receiving.write_down(
            id=uuid.UUID(shown), street=street, way=form.cleaned_data["way"], said=form.said(),
            notice=codes.current_notice(street), actor=request.user, at=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        refuse(form, error)
        return None


@require_http_methods(["GET", "POST"])
@allow(*pages.SORTERS)
def reveal(request: HttpRequest, opinion: uuid.UUID) -> HttpResponse:
    """The telephone number, in full, for a reason that is kept."""
    row = _get(request, opinion)
    form = WhyForm(request.POST if request.method == "POST" else None)
    number, status = "", 200
    if request.method == "POST":
        try:
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            number = sorting.reveal(opinion=row, reason=reason, actor=request.user, at=clock.now())
        except DomainError as error:
            form.errors.clear()
            refuse(form, error)
            status = 422
    response = render(request, "grid/opinion_reveal.html", {"form": form, "row": row, "number": number}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def erase(request: HttpRequest, opinion: uuid.UUID) -> HttpResponse:
    """Erase it because the person asked somebody of us instead of using their receipt."""
    row = _get(request, opinion)
    form = WhyForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        verb = erasing.forget_phone if request.POST.get("what") == "phone" else erasing.withdraw
        try:
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            verb(opinion=row, actor=request.user, at=clock.now(), reason=reason)
        except DomainError as error:
            form.errors.clear()
            refuse(form, error)
            status = 422
        else:
            messages.success(request, "已删除，只留一条没有姓名的删除记录")
            return redirect("grid:opinion", row.pk)
    return render(request, "grid/opinion_erase.html", {"form": form, "row": row}, status=status)


URLS = [
    path("opinions/", opinions, name="opinions"),
    path("opinions/export/", export, name="opinions-export"),
    path("opinions/new/", write_down, name="opinion-new"),
    path("opinions/<uuid:opinion>/", opinion, name="opinion"),
    path("opinions/<uuid:opinion>/join/", join, name="opinion-join"),
    path("opinions/<uuid:opinion>/reopen/", reopen, name="opinion-reopen"),
    path("opinions/<uuid:opinion>/reveal/", reveal, name="opinion-reveal"),
    path("opinions/<uuid:opinion>/erase/", erase, name="opinion-erase"),
    path("opinions/<uuid:opinion>/<slug:verb>/", sort, name="opinion-sort"),
]
