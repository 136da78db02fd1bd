"""The pages of founding files: applying, the file with its steps, the steps themselves, and documents."""

from __future__ import annotations

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.bodies import founding as verbs
from branches.bodies import papers
from branches.forms.founding import DecideForm, DocumentForm, ElectForm, FileForm
from branches.forms.organisations import ApplyForm, ReasonForm
from branches.models import Founding, FoundingDocument, Organisation, Rule
from branches.pages import foundings
from branches.pages.heads import head
from branches.views.acting import Act, act, run
from branches.views.organisations import get_organisation
from shimen import clock
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import refuse, render

GET_POST = ["GET", "POST"]
READERS = (*OFFICE, Role.SECRETARY)
WRITERS = (Role.STAFF, Role.SECRETARY)


def _get(request: HttpRequest, organisation: uuid.UUID) -> Founding:
    rows = Founding.objects.visible_to(request.user).select_related("organisation__area", "organisation__place")
    return get_object_or_404(rows, organisation=organisation)


def _page(founding: Founding) -> str:
    return reverse("branches:organisation-founding", args=[founding.organisation_id])


@require_http_methods(GET_POST)
@allow(*WRITERS)
def new(request: HttpRequest) -> HttpResponse:
    """Apply for an organisation."""
    today, street = clock.today(), request.user.street
    areas = Area.objects.visible_to(request.user).grids().in_order()
    above = Organisation.objects.filter(street=street, form__in=["general", "committee"]).standing(today).in_order()
    initial = {"on": today, "area": areas.first() if scope_of(request.user).area_ids is not None else None}
    initial |= foundings.of_unit(request.GET.get("unit", ""), request.user, list(areas))
    form = ApplyForm(request.POST or None, user=request.user, areas=areas, above=above, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {key: form.cleaned_data[key] for key in ("units", "above", "reason", "on")}
        try:
            made = verbs.apply(street=street, values=form.values(), actor=request.user, at=clock.now(), **said)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已记下申请，最迟 {made.due_on:%m-%d} 批复")
            return redirect(_page(made))
    rules = Rule.objects.book(street=street.pk, on=today)
    sentences = [rules.sentence(key) for key in ("founding_members", "joint_units", "decide_months")]
    context = {"form": form, "rules": sentences}
    return render(request, "branches/organisation_form.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@allow(*READERS)
def file_page(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """The founding file of an organisation: four steps with their days, deadlines and documents."""
    found = get_organisation(request, organisation)
    founding = Founding.objects.filter(organisation=found).first()
    context = {**head(request, found), **foundings.about(founding, request.user, today=clock.today())}
    return render(request, "branches/founding.html", context | {"upload": DocumentForm()})


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def decide(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """The higher organisation decides."""
    founding = _get(request, organisation)
    form = DecideForm(request.POST or None, initial={"on": clock.today(), "agreed": "yes"})
    words = Act("批复成立申请", "记下批复", "已记下批复", foundings.sentence(founding, "founding_members"))

    def verb(said: dict[str, object]) -> object:
        agreed = said.pop("agreed") == "yes"
        return verbs.decide(founding=founding, agreed=agreed, actor=request.user, at=clock.now(), **said)  # type: ignore[arg-type]

    return act(request, founding.organisation, form, words, verb, to=_page(founding))


@require_http_methods(GET_POST)
@allow(*WRITERS)
def elect(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """The members have elected."""
    founding = _get(request, organisation)
    form = ElectForm(request.POST or None, initial={"on": clock.today()})
    words = Act("登记选举", "记下选举", "已记下选举", foundings.sentence(founding, "founding_members"))
    verb = partial(verbs.elect, founding=founding, actor=request.user, at=clock.now())
    return act(request, founding.organisation, form, words, lambda said: verb(**said), to=_page(founding))


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def file(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """File the founding: from then on the organisation stands."""
    founding = _get(request, organisation)
    form = FileForm(request.POST or None, initial={"on": clock.today(), "founded_on": founding.decided_on})
    done = f"“{founding.organisation}”成立了。接着登记选出来的第一届班子"
    words = Act("备案成立", "备案成立", done, "备案以后算已成立，计入统计")
    verb = partial(verbs.file, founding=founding, actor=request.user, at=clock.now())
    return act(request, founding.organisation, form, words, lambda said: verb(**said), to=_page(founding))


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def step_back(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Take the last step of the file back."""
    founding = _get(request, organisation)
    form = ReasonForm(request.POST or None)
    note = f"现在是“{founding.get_state_display()}”；材料都留着，日期要重新登记"
    words = Act("退回一步", "退回一步", "已退回一步", note, is_stop=True)
    verb = partial(verbs.step_back, founding=founding, actor=request.user, at=clock.now())
    return act(request, founding.organisation, form, words, lambda said: verb(**said), to=_page(founding))


# ---- documents


@require_POST
@allow(*WRITERS)
def attach(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Keep a document with a step."""
    founding = _get(request, organisation)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        try:
            _too_large(said["file"].size)
            made = papers.attach(
                founding=founding, step=said["step"], name=said["file"].name, content=said["file"].read(),
                actor=request.user, at=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(
                request, f"已放入“{made.name}”", extra_tags=f"undo={reverse('branches:document-out', args=[made.pk])}"
            )
            return redirect(_page(founding))
    context = {**head(request, founding.organisation), **foundings.about(founding, request.user, today=clock.today())}
    return render(request, "branches/founding.html", context | {"upload": form}, status=422)


def _too_large(size: int | None) -> None:
    """Refuse before the bytes are read into memory."""
    if size is not None and size > papers.LARGEST:
        raise papers.PaperError(f"文件有 {size / 1024 / 1024:.1f} MB，最多 8 MB；扫描件可以降低分辨率。", field="file")


def _document(request: HttpRequest, document: uuid.UUID) -> FoundingDocument:
    rows = FoundingDocument.objects.visible_to(request.user).select_related("founding__organisation")
    return get_object_or_404(rows, pk=document)


@require_GET
@allow(*READERS)
def download(request: HttpRequest, document: uuid.UUID) -> HttpResponse:
    """A document as a download; never shown inside our pages."""
    found = _document(request, document)
    try:
        content = papers.open_document(document=found, actor=request.user, at=clock.now())
    except papers.PaperError as error:
        messages.error(request, error.sentence)
        return redirect(_page(found.founding))
    response = HttpResponse(content, content_type=found.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
@allow(*WRITERS)
def take_out(request: HttpRequest, document: uuid.UUID) -> HttpResponse:
    """Take a document out; it can be put back for a month."""
    found = _document(request, document)
    reason = request.POST.get("reason") or "放错了材料"
    undo = reverse("branches:document-back", args=[found.pk])
    return run(
        request, lambda: papers.detach(document=found, reason=reason, actor=request.user, at=clock.now()),
        f"已移出“{found}”", to=_page(found.founding), undo=undo,
    )  # fmt: skip


@require_POST
@allow(*WRITERS)
def put_back(request: HttpRequest, document: uuid.UUID) -> HttpResponse:
    """Put a document back that was taken out."""
    found = _document(request, document)
    return run(
        request, lambda: papers.put_back(document=found, actor=request.user, at=clock.now()), f"已放回“{found}”",
        to=_page(found.founding),
    )  # fmt: skip


URLS = [
    path("organisations/new/", new, name="organisation-new"),
    path("organisations/<uuid:organisation>/founding/", file_page, name="organisation-founding"),
    path("organisations/<uuid:organisation>/founding/decide/", decide, name="founding-decide"),
    path("organisations/<uuid:organisation>/founding/elect/", elect, name="founding-elect"),
    path("organisations/<uuid:organisation>/founding/file/", file, name="founding-file"),
    path("organisations/<uuid:organisation>/founding/back/", step_back, name="founding-back"),
    path("organisations/<uuid:organisation>/founding/documents/", attach, name="document-new"),
    path("organisations/documents/<uuid:document>/", download, name="document"),
    path("organisations/documents/<uuid:document>/out/", take_out, name="document-out"),
    path("organisations/documents/<uuid:document>/back/", put_back, name="document-back"),
]
