"""Replies to a batch: making a sheet in the department's layout, taking it out, saying that it was sent, and undoing that."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from coverage.forms.differences import ReplyForm
from coverage.models import Batch, Discrepancy, Reply
from coverage.replies import replies
from coverage.views.compare import get_batch
from shimen import clock, sheets
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.web import refuse, render


def get_reply(request: HttpRequest, pk: uuid.UUID) -> Reply:
    """The reply if it is of the user's street, else 404."""
    rows = Reply.objects.visible_to(request.user).select_related("batch__department", "made_by")
    return get_object_or_404(rows.defer("batch__layout"), pk=pk)


@allow(*OFFICE)
def batch_replies(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """What a batch's department has been told, what waits to be told, and a new sheet."""
    current, may_work = get_batch(request, batch), scope_of(request.user).has(Role.DATA_ADMIN)
    form = ReplyForm(request.POST or None)
    if form.is_bound and not may_work:
        form.add_error(None, "回复表由数据管理员来做。")
    if form.is_bound and form.is_valid():
        try:
            reply = replies.make(batch=current, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            if reply.state == Reply.State.READY:
                messages.success(request, f"回复表做好了，{reply.rows:,} 行，编号 {reply.mark}。")
            return redirect("coverage:replies", batch=current.pk)
    status = 422 if form.errors else 200
    context = {"batch": current, "form": form, "may_work": may_work, **_listed(current)}
    return render(request, "coverage/replies.html", context, part="replies", status=status)


def _listed(batch: Batch) -> dict[str, Any]:
    rows = list(batch.replies.select_related("made_by", "sent_by").defer("content").order_by("-made_at"))
    lives = Discrepancy.objects.filter(last_batch=batch)
    making = next((row for row in rows if row.state == Reply.State.MAKING), None)
    return {
        "replies": rows,
        "to_tell": lives.to_tell().count(),
        "waiting": lives.waiting().count(),
        "told": lives.filter(state=Discrepancy.State.TOLD).count(),
        "making": making,
        "job": replies.job_of(making) if making else None,
    }


@require_GET
@allow(Role.DATA_ADMIN)
def download(request: HttpRequest, reply: uuid.UUID) -> HttpResponse:
    """The sheet itself; who took it out is kept."""
    row = get_reply(request, reply)
    try:
        content = replies.taken(reply=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("coverage:replies", batch=row.batch_id)
    response = HttpResponse(content, content_type=sheets.XLSX if row.form == "xlsx" else sheets.CSV)
    name = f"{row.batch.department}{row.batch.as_of:%Y%m%d}核对回复-{row.mark}.{row.form}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@allow(Role.DATA_ADMIN)
def tell(request: HttpRequest, reply: uuid.UUID) -> HttpResponse:
    """It has been sent."""
    row = get_reply(request, reply)
    try:
        number = replies.tell(reply=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{number} 项记为已回复{row.batch.department}。没有发出去的话，在下面撤销。")
    return redirect("coverage:replies", batch=row.batch_id)


@require_POST
@allow(Role.DATA_ADMIN)
def untell(request: HttpRequest, reply: uuid.UUID) -> HttpResponse:
    """It was not sent after all."""
    row = get_reply(request, reply)
    try:
        back, gone_on = replies.untell(reply=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        more = f"，{gone_on} 项后来又有变化，没有动" if gone_on else ""
        messages.success(request, f"撤销了，{back} 项又在等着回复{more}。")
    return redirect("coverage:replies", batch=row.batch_id)
