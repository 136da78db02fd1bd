"""提意见: the form that every page leads to, one's own remarks with their answers, and the office's list."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from shimen import clock
from shimen.accounts import feedback as verbs
from shimen.accounts.access import Gate, allow
from shimen.accounts.feedback import FeedbackError
from shimen.accounts.models import Feedback, Role
from shimen.web import paginate, refuse, render

READERS = (Role.STAFF, Role.SYSTEM_ADMIN)


class FeedbackForm(forms.Form):
    """What somebody has to say."""

    kind = forms.ChoiceField(label="是哪一类", choices=Feedback.Kind.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="怎么回事", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="照直说。不要写别人的电话和证件号。",
    )  # fmt: skip
    page = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """The office's answer."""

    answer = forms.CharField(label="答复", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


@allow(Gate.SIGNED_IN)
def feedback(request: HttpRequest) -> HttpResponse:
    """Say it; below stand one's earlier remarks and what became of them."""
    form = FeedbackForm(request.POST or None, initial={"page": request.GET.get("page", "")})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.send(**form.cleaned_data, actor=request.user, at=clock.now())
        except FeedbackError as error:
            refuse(form, error)
        else:
            messages.success(request, "收到了。有了答复，会写在这一页下面。")
            return redirect("feedback")
    mine = Feedback.objects.by(request.user).newest_first()[:20]
    context = {"form": form, "mine": mine, "page": form["page"].value()}
    return render(request, "accounts/feedback.html", context, status=422 if form.errors else 200)


@allow(*READERS)
def received(request: HttpRequest) -> HttpResponse:
    """Everything that was sent, the unanswered first; nobody's remarks are counted against them."""
    rows = Feedback.objects.visible_to(request.user).select_related("sent_by", "answered_by")
    context = {"page": paginate(request, rows.order_by("answered_at", "-sent_at"), size=20), "form": AnswerForm()}
    return render(request, "accounts/feedback_received.html", context)


@allow(*READERS)
@require_POST
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer one of them."""
    row = get_object_or_404(Feedback.objects.visible_to(request.user), pk=pk)
    try:
        verbs.answer(feedback=row, words=request.POST.get("answer", ""), actor=request.user, at=clock.now())
    except FeedbackError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"已答复{row.sent_by}，他打开“提意见”就能看到。")
    return redirect("feedback-received")


urlpatterns: list[URLPattern] = [
    path("", feedback, name="feedback"),
    path("received/", received, name="feedback-received"),
    path("<uuid:pk>/answer/", answer, name="feedback-answer"),
]
