"""Comparison: the data administrator's first page, a batch from upload to apply."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from coverage.comparison import batches, heard, settle
from coverage.comparison import recognise as recognising
from coverage.forms.feeds import DifferenceForm, UploadForm
from coverage.models import Batch, Department, Difference, Entity
from coverage.pages import departments as desks
from coverage.replies import reply
from coverage.views import compare_parts as parts
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.web import paginate, refuse, render

READERS = (Role.DATA_ADMIN, Role.STAFF)
LINES = 10
SETTLED = Difference.Settled


def get_batch(request: HttpRequest, pk: uuid.UUID) -> Batch:
    """The batch if it is of the user's street, else 404; without the bytes of its file."""
    rows = Batch.objects.visible_to(request.user).select_related(
        "department", "file", "street", "created_by", "applied_by"
    )
    return get_object_or_404(rows.defer("file__content", "file__sealed"), pk=pk)


def get_register(request: HttpRequest, pk: uuid.UUID) -> Batch:
    """`get_batch` of a list of entities: what is exported of a list of people is nothing."""
    found = get_batch(request, pk)
    if found.subject == Batch.Subject.PEOPLE:
        raise Http404
    return found


def get_difference(request: HttpRequest, batch: uuid.UUID, pk: int) -> Difference:
    rows = Difference.objects.visible_to(request.user).filter(batch=batch)
    return get_object_or_404(rows.select_related("batch"), pk=pk)


def _departments(request: HttpRequest) -> Any:
    return Department.objects.visible_to(request.user).sending()


@allow(*READERS)
def compare(request: HttpRequest) -> HttpResponse:
    """Whose workbook is awaited, where each stands, what waits for me, and the place to drop the next one."""
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*posted, departments=_departments(request), today=clock.today())
    twin = None
    if form.is_bound and not scope_of(request.user).has(Role.DATA_ADMIN):
        form.add_error(None, "上传表格由数据管理员来做。")
    if form.is_bound and form.is_valid():
        try:
            return redirect("coverage:batch", batch=_received(request, form).pk)
        except batches.BatchError as error:
            refuse(form, error)
            twin = error.batch
    street_batches = Batch.objects.visible_to(request.user)
    shelves = desks.by_need(desks.shelves(_departments(request), request.user, today=clock.today()))
    context = {
        "form": form,
        "twin": twin,
        "shelves": shelves,
        "late": sum(shelf.awaited.is_late for shelf in shelves),
        "recent": [(batch, parts.applied_sentence(batch)) for batch in parts.recent(street_batches)],
        "may_work": scope_of(request.user).has(Role.DATA_ADMIN),
    }
    return render(request, "coverage/compare.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Role.DATA_ADMIN)
def recognise(request: HttpRequest) -> HttpResponse:
    """Of which department the chosen file seems to be: the rest of the form anew, with that filled in."""
    file = request.FILES.get("file")
    rows = _departments(request)
    found = recognising.recognise(
        departments=rows,
        name=(file.name if file else "") or "",
        content=file.read() if file and file.size and file.size <= recognising.LARGEST else b"",
        today=clock.today(),
    )
    form = UploadForm(departments=rows, today=clock.today(), found=found, said=request.POST)
    return render(request, "coverage/compare.html#which", {"form": form, "found": found})


@transaction.atomic
def _received(request: HttpRequest, form: UploadForm) -> Batch:
    """Keep the file and promise the comparison, both or neither."""
    file: UploadedFile = form.cleaned_data["file"]
    batch = batches.receive(
        department=form.cleaned_data["department"],
        name=file.name or "未命名",
        content=file,
        as_of=form.cleaned_data["as_of"],
        is_full=form.cleaned_data["is_full"],
        subject=form.cleaned_data["subject"],
        actor=request.user,
        at=clock.now(),
        on=clock.today(),
    )
    return batches.request_comparison(batch=batch, actor=request.user, at=clock.now())


@require_GET
@allow(*READERS)
def batch_page(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """One batch: being read, refused with its sentence, or its sums, differences and doubtful rows."""
    current = get_batch(request, batch)
    if current.subject == Batch.Subject.PEOPLE:
        return redirect("coverage:batch-people", batch=current.pk)
    if current.state == Batch.State.MAPPING and scope_of(request.user).has(Role.DATA_ADMIN):
        return redirect("coverage:columns", batch=current.pk)
    context: dict[str, Any] = {
        "batch": current,
        "steps": parts.STEPS,
        "step": parts.step_of(current),
        "progress": parts.progress_of(current),
        "may_work": scope_of(request.user).has(Role.DATA_ADMIN),
        "file_sentence": parts.file_sentence(current),
        "remarks": parts.remarks_of(current),
        "news": current.layout.get("news", []),
        "limit": current.department.gone_limit_percent,
        "recent": [
            (each, parts.applied_sentence(each)) for each in parts.recent(Batch.objects.visible_to(request.user))
        ],
    }
    if current.counts:
        context |= _preview(request, current, may_work=context["may_work"])
    return render(request, "coverage/batch.html", context, part="batch")


def _preview(request: HttpRequest, batch: Batch, *, may_work: bool) -> dict[str, Any]:
    form = DifferenceForm(request.GET)
    page = paginate(request, form.rows(batch), size=LINES)
    now = parts.tally(batch)
    doubt = parts.doubt_of(batch, request.GET.get("row", ""))
    may_decide = may_work and batch.state in settle.OPEN_STATES and batch.file.expired_at is None
    return {
        "form": form,
        "page": page,
        "lines": parts.lines_of(batch, page, may_decide=may_decide),
        "now": now,
        "missing": f"还有 {now.waiting:,} 行"
        if now.waiting and may_decide and batch.state != Batch.State.APPLIED
        else "",
        "sum": parts.sum_of(batch, now),
        "registry_sentence": parts.registry_sentence(batch),
        "doubt": doubt,
        "selected": doubt.difference.pk if doubt else None,
        "may_decide": may_decide,
        "gone_over": batch.counts["gone_percent"] > batch.department.gone_limit_percent
        and not batch.gone_allowed_by_id,
        "unapplied": may_decide and batch.state == Batch.State.APPLIED and batches.unapplied(batch),
        "applied_sentence": parts.applied_sentence(batch),
        **parts.skipped_of(batch),
    }


@require_GET
@allow(*READERS)
def progress(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """How far reading, applying or undoing is; the page loads anew when it has ended."""
    current = get_batch(request, batch)
    shown = parts.progress_of(current)
    response = render(request, "coverage/batch.html#progress", {"batch": current, "progress": shown})
    if shown is None or shown["failed"]:
        response.headers["HX-Refresh"] = "true"
    return response


def back(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """To where the button stood, with the filters and the page."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(wanted)
    return redirect("coverage:batch", batch=batch)


def _done(request: HttpRequest, batch: uuid.UUID, verb: Callable[[], Any], sentence: str = "") -> HttpResponse:
    """Call a verb; say what was done, or its refusal; and go back."""
    try:
        verb()
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        if sentence:
            messages.success(request, sentence)
    return back(request, batch)


@require_POST
@allow(Role.DATA_ADMIN)
def decide(request: HttpRequest, batch: uuid.UUID, difference: int) -> HttpResponse:
    """Accept, refuse, or ask on visit."""
    row, decision = get_difference(request, batch, difference), request.POST.get("decision", "")
    return _done(
        request, batch, lambda: settle.decide(difference=row, decision=decision, actor=request.user, at=clock.now())
    )


@require_POST
@allow(Role.DATA_ADMIN)
def settle_row(request: HttpRequest, batch: uuid.UUID, difference: int) -> HttpResponse:
    """Say what a doubtful row is: one of the candidates, new, not ours, to be asked; or take that back."""
    row, at = get_difference(request, batch, difference), clock.now()
    answer = request.POST.get("answer", "")
    if entity := request.POST.get("entity"):
        known = get_object_or_404(Entity.objects.visible_to(request.user), pk=uuid.UUID(entity))
        return _done(
            request, batch, lambda: settle.settle_same(difference=row, entity=known, actor=request.user, at=at)
        )
    if answer == "heard":
        return _done(request, batch, lambda: heard.take(difference=row, actor=request.user, at=at))
    if answer == SETTLED.NEW:
        return _done(request, batch, lambda: settle.settle_new(difference=row, actor=request.user, at=at))
    if answer == "reopen":
        return _done(request, batch, lambda: settle.reopen(difference=row, actor=request.user, at=at))
    aside = SETTLED(answer) if answer in SETTLED.values else SETTLED.NOT_OURS
    return _done(request, batch, lambda: settle.settle_aside(difference=row, settled=aside, actor=request.user, at=at))


@require_POST
@allow(Role.DATA_ADMIN)
def apply_batch(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """Have the accepted differences written."""
    current, leave = get_batch(request, batch), request.POST.get("leave_doubt") == "1"
    return _done(
        request,
        batch,
        lambda: batches.request_apply(batch=current, actor=request.user, at=clock.now(), leave_doubt=leave),
    )


@require_POST
@allow(Role.DATA_ADMIN)
def compare_again(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """Read and compare once more, because the registry or the aliases have changed."""
    current = get_batch(request, batch)
    return _done(request, batch, lambda: batches.request_comparison(batch=current, actor=request.user, at=clock.now()))


@require_POST
@allow(Role.DATA_ADMIN)
def allow_gone(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """Vouch that the workbook is complete although much of the registry is missing from it."""
    current = get_batch(request, batch)
    return _done(request, batch, lambda: batches.allow_gone(batch=current, actor=request.user, at=clock.now()))


def _beforehand(
    request: HttpRequest, batch: Batch, preview: Callable[[Batch], dict[str, int] | None], template: str
) -> HttpResponse:
    """What a step on a whole batch would touch; back to the batch, with the sentence, where it cannot be taken."""
    try:
        context = {"batch": batch, "preview": preview(batch), "waiting": batches.waiting(batch)}
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("coverage:batch", batch=batch.pk)
    return render(request, template, context)


@allow(Role.DATA_ADMIN)
def undo_batch(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """What undoing would touch, then undoing."""
    current = get_batch(request, batch)
    if request.method == "POST":
        return _done(request, batch, lambda: batches.request_undo(batch=current, actor=request.user, at=clock.now()))
    if current.state != Batch.State.APPLIED:
        return redirect("coverage:batch", batch=batch)
    return _beforehand(request, current, batches.preview_undo, "coverage/batch_undo.html")


@allow(Role.DATA_ADMIN)
def reapply_batch(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """What applying an undone batch again would touch, then doing it."""
    current, leave = get_batch(request, batch), request.POST.get("leave_doubt") == "1"
    if request.method == "POST":
        return _done(
            request,
            batch,
            lambda: batches.request_reapply(batch=current, actor=request.user, at=clock.now(), leave_doubt=leave),
        )
    if current.state != Batch.State.UNDONE:
        return redirect("coverage:batch", batch=batch)
    return _beforehand(request, current, batches.preview_again, "coverage/batch_reapply.html")


@allow(Role.DATA_ADMIN)
def discard(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """What putting a batch away means, then doing it."""
    current = get_batch(request, batch)
    if request.method == "POST":
        return _done(
            request,
            batch,
            lambda: batches.discard(batch=current, actor=request.user, at=clock.now()),
            f"{current}已作废，名册没有动；文件和已作的判断都留着。",
        )
    context = {"batch": current, "settled": batches.settled(current), "waiting": batches.waiting(current)}
    return render(request, "coverage/batch_discard.html", context)


@require_GET
@allow(*READERS)
def export(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """What the table of differences shows, all pages of it, as CSV."""
    current = get_register(request, batch)
    content, number = reply.differences_as_csv(current, DifferenceForm(request.GET).rows(current))
    return as_download(request, current, content, number, "差异清单", f"differences-{current.number}.csv")


@require_GET
@allow(*READERS)
def refused(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """The rows that were not taken, in the workbook's own columns, each with its reason, for the department."""
    current = get_register(request, batch)
    try:
        content, number = reply.refused_as_csv(current)
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("coverage:batch", batch=batch)
    return as_download(request, current, content, number, "拒收行", f"refused-{current.number}.csv")


def as_download(request: HttpRequest, batch: Batch, content: bytes, rows: int, purpose: str, name: str) -> HttpResponse:
    filters = {key: value for key, value in request.GET.items() if value}
    digest = hashlib.sha256(content).hexdigest()
    audit.exported(
        target=batch, actor=request.user, at=clock.now(), purpose=purpose, rows=rows, filters=filters, digest=digest
    )
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
