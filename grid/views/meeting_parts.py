"""What is done on the page of a meeting: arranging the agenda, the list of people, minutes, results, resolutions, votes."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from grid.chain.sessions import Verb
from grid.forms import meetings as forms
from grid.meetings import agenda, attendance, handling, minutes, resolutions, votes
from grid.models import AgendaItem, Attendee, Matter, Meeting, Resolution
from grid.views.meetings import HELPERS, READERS, RUNNERS, page_of, seen
from shimen import clock
from shimen.accounts.access import allow
from shimen.answering import attempt, press, status_of
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.web import refuse, render

MATTERS_OFFERED = 300


def _address(row: Meeting, key: str = "") -> str:
    """The page of a meeting, at one line of its agenda."""
    address = reverse("grid:meeting", args=[row.pk])
    return f"{address}?{urlencode({'item': key})}#item" if key else address


def _item(row: Meeting, key: str) -> AgendaItem:
    found = agenda.find(row, key, clock.today())
    if found is None:
        raise Http404
    return found


# ---- the agenda


@require_http_methods(["GET", "POST"])
@allow(*HELPERS)
def add_item(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Put a matter or something else on the agenda."""
    row = seen(request, meeting)
    open_ = Matter.objects.visible_to(request.user).open().by_due()[:MATTERS_OFFERED]
    matters = Matter.objects.filter(pk__in=[each.pk for each in open_]).by_due()
    form = forms.ItemForm(request.POST or None, matters=matters)
    given = form.cleaned_data if form.is_valid() else {}
    if given.get("matter"):
        done = attempt(request, form, agenda.put_matter, meeting=row, matter=given["matter"])
    else:
        values = {"title": given.get("title", ""), "lead": given.get("lead", ""), "minutes": given.get("minutes") or 8}
        done = attempt(request, form, agenda.propose, meeting=row, **values)
    if done is not None:
        messages.success(request, "已列在议程最后，可以换序。")
        return redirect(_address(row, done.key))
    context = {
        "form": form,
        "meeting": row,
        "title": "加议题",
        "hint": "在办的事项，或别的要议的事。",
        "button": "加议题",
    }
    return render(request, "grid/meeting_form.html", context | {"back": _address(row)}, status=status_of(form))


@require_POST
@allow(*HELPERS)
def arrange(request: HttpRequest, meeting: uuid.UUID, key: str) -> HttpResponse:
    """Put a line higher or lower, take it off, bring it back."""
    row, do = seen(request, meeting), request.POST.get("do", "")
    given: dict[str, Any] = {"meeting": row, "key": key}
    if do == "drop":
        return press(request, agenda.drop, done="拿下了。要再议，点“放回议程”。", back=_address(row), **given)
    if do == "back":
        return press(request, agenda.bring_back, done="放回议程了。", back=_address(row), **given)
    keys = [line.key for line in agenda.lines(row, clock.today())]
    if key not in keys or do not in ("up", "down"):
        raise Http404
    to = keys.index(key) + (0 if do == "up" else 2)
    return press(request, agenda.move, done="换好了。", back=_address(row, key), to=to, **given)


@require_http_methods(["GET", "POST"])
@allow(*HELPERS)
def word(request: HttpRequest, meeting: uuid.UUID, key: str) -> HttpResponse:
    """How a line reads: title, who reports, minutes."""
    row = seen(request, meeting)
    item = _item(row, key)
    form = forms.WordForm(
        request.POST or None, initial={"title": item.title, "lead": item.lead, "minutes": item.minutes}
    )
    given = form.cleaned_data if form.is_valid() else {}
    if attempt(request, form, agenda.word, meeting=row, key=key, **given) is not None:
        return redirect(_address(row, key))
    context = {"form": form, "meeting": row, "title": "改议题", "button": "保存", "back": _address(row, key)}
    return render(request, "grid/meeting_form.html", context, status=status_of(form))


# ---- people


@require_http_methods(["GET", "POST"])
@allow(*HELPERS)
def people(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The list: who will come, who is excused, who came. It shows names, so looking at it is kept."""
    row = seen(request, meeting)
    if request.method == "POST":
        marks = forms.marks_of(request.POST)
        back = reverse("grid:meeting-people", args=[row.pk])
        return press(request, attendance.mark_all, done="记下了。", back=back, meeting=row, marks=marks)
    audit.seen(target=row, actor=request.user, at=clock.now(), rows=row.attendees.count(), reason="参会名单")
    return render(request, "grid/meeting_people.html", page_of(request, row) | {"form": forms.PersonForm()})


@require_POST
@allow(*HELPERS)
def add_person(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Put somebody on the list."""
    row = seen(request, meeting)
    form = forms.PersonForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    if attempt(request, form, attendance.ask, meeting=row, **given) is not None:
        return redirect("grid:meeting-people", row.pk)
    return render(request, "grid/meeting_people.html", page_of(request, row) | {"form": form}, status=422)


@require_POST
@allow(*HELPERS)
def strike_person(request: HttpRequest, meeting: uuid.UUID, attendee: uuid.UUID) -> HttpResponse:
    """Take somebody off the list."""
    row = seen(request, meeting)
    person = get_object_or_404(Attendee.objects.select_related("meeting"), pk=attendee, meeting=row)
    back = reverse("grid:meeting-people", args=[row.pk])
    return press(request, attendance.strike, done=f"{person.name}移出了名单。", back=back, attendee=person)


# ---- minutes of a line


@require_POST
@allow(*HELPERS)
def save_text(request: HttpRequest, meeting: uuid.UUID, key: str) -> HttpResponse:
    """Save what was typed, by a pause in typing or by the button; a newer text is shown beside it, not overwritten."""
    row = seen(request, meeting)
    item, form = _item(row, key), forms.TextForm(request.POST, auto_id="t_%s")
    newer, status = None, 422
    if form.is_valid():
        try:
            text = form.cleaned_data["text"]
            item = minutes.save(item=item, seen=form.seen, text=text, actor=request.user, at=clock.now())
            status = 200
        except minutes.NewerText as news:
            newer = news
        except DomainError as error:
            refuse(form, error)
    return _saved(request, row, item, form, newer, status)


def _saved(
    request: HttpRequest,
    row: Meeting,
    item: AgendaItem,
    form: forms.TextForm,
    newer: minutes.NewerText | None,
    status: int,
) -> HttpResponse:
    """To htmx the line below the text; to a plain form the page, or on with the next line."""
    htmx = getattr(request, "htmx", None)
    state = {"text_form": form, "newer": newer, "item": item, "saved": status == 200}
    if htmx and not htmx.boosted:
        return render(request, "grid/item_state.html", state, status=status)
    if status == 200:
        following = request.POST.get("next", "")
        return redirect(_address(row, following or item.key))
    return render(request, "grid/meeting.html", page_of(request, row, key=item.key) | state, status=422)


# ---- what comes of it


def _back(request: HttpRequest, row: Meeting, key: str, name: str, form: Any) -> HttpResponse:
    """The page again, with the form that did not go through."""
    return render(request, "grid/meeting.html", page_of(request, row, key=key, **{name: form}), status=422)


@require_POST
@allow(*RUNNERS)
def decide(request: HttpRequest, meeting: uuid.UUID, key: str) -> HttpResponse:
    """Say what came of a line."""
    row = seen(request, meeting)
    item, form = _item(row, key), forms.OutcomeForm(request.POST, auto_id="o_%s")
    if attempt(request, form, minutes.decide, item=item, **(form.cleaned_data if form.is_valid() else {})) is not None:
        messages.success(request, "会上结果记下了。")
        return redirect(_address(row, key))
    return _back(request, row, key, "outcome_form", form)


@require_POST
@allow(*RUNNERS)
def resolve(request: HttpRequest, meeting: uuid.UUID, key: str) -> HttpResponse:
    """Write down what is resolved; the matter gets its owner and day."""
    row = seen(request, meeting)
    item, form = _item(row, key), forms.ResolveForm(request.POST, street=row.street_id, auto_id="r_%s")
    given = form.cleaned_data if form.is_valid() else {}
    if attempt(request, form, resolutions.resolve, item=item, **given) is not None:
        messages.success(request, "议定事项记下了，责任人和期限已写进事项。" if item.matter_id else "议定事项记下了。")
        return redirect(_address(row, key))
    return _back(request, row, key, "resolve_form", form)


@require_POST
@allow(*RUNNERS)
def withdraw(request: HttpRequest, meeting: uuid.UUID, resolution: uuid.UUID) -> HttpResponse:
    """Take a resolution back while the meeting is under way."""
    row = seen(request, meeting)
    made = get_object_or_404(Resolution.objects.select_related("meeting", "item"), pk=resolution, meeting=row)
    back = _address(row, made.item.key)
    return press(
        request, resolutions.withdraw, done="撤回了。事项的责任人没有动，要改到事项那一页。", back=back, resolution=made
    )


@require_POST
@allow(*RUNNERS)
def vote(request: HttpRequest, meeting: uuid.UUID, key: str) -> HttpResponse:
    """Note the counts of a vote."""
    row = seen(request, meeting)
    item, form = _item(row, key), forms.VoteForm(request.POST, auto_id="v_%s")
    given = form.cleaned_data if form.is_valid() else {}
    made = attempt(request, form, votes.vote, item=item, **given)
    if made is not None:
        messages.success(request, "通过了。" if made.is_passed else "没有通过。")
        return redirect(_address(row, key))
    return _back(request, row, key, "vote_form", form)


@require_POST
@allow(*HELPERS)
def follow(request: HttpRequest, meeting: uuid.UUID, key: str) -> HttpResponse:
    """At this meeting: what became of an earlier resolution."""
    row = seen(request, meeting)
    item, form = _item(row, key), forms.FollowUpForm(request.POST, auto_id="f_%s")
    if item.carried is None:
        raise Http404
    given = form.cleaned_data if form.is_valid() else {}
    if attempt(request, form, resolutions.follow_up, resolution=item.carried, meeting=row, **given) is not None:
        messages.success(request, "落实情况记下了。")
        return redirect(_address(row, key))
    return _back(request, row, key, "follow_form", form)


def may_follow(request: HttpRequest, resolution: Resolution) -> bool:
    """Whether a person may say what became of a resolution."""
    return resolution.owner_user_id == request.user.pk or handling.is_for(request.user, Verb.FOLLOW, resolution.meeting)


LINE = "meetings/<uuid:meeting>/items/<str:key>"
URLS = [
    path("meetings/<uuid:meeting>/items/", add_item, name="meeting-item-new"),
    path(f"{LINE}/arrange/", arrange, name="meeting-arrange"),
    path(f"{LINE}/word/", word, name="meeting-word"),
    path(f"{LINE}/text/", save_text, name="meeting-text"),
    path(f"{LINE}/decide/", decide, name="meeting-decide"),
    path(f"{LINE}/resolve/", resolve, name="meeting-resolve"),
    path(f"{LINE}/vote/", vote, name="meeting-vote"),
    path(f"{LINE}/follow/", follow, name="meeting-follow"),
    path("meetings/<uuid:meeting>/people/", people, name="meeting-people"),
    path("meetings/<uuid:meeting>/people/add/", add_person, name="meeting-person-new"),
    path("meetings/<uuid:meeting>/people/<uuid:attendee>/strike/", strike_person, name="meeting-person-strike"),
    path("meetings/<uuid:meeting>/resolutions/<uuid:resolution>/withdraw/", withdraw, name="resolution-withdraw"),
]
__all__ = ["READERS", "URLS", "may_follow"]
