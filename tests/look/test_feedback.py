"""提意见: from every page, kept, answered, read by whoever sent it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from shimen.accounts import feedback
from shimen.accounts.feedback import FeedbackError
from shimen.accounts.models import Feedback, User
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(user: User, **values: str) -> Feedback:
    said = {"kind": "burden", "words": "同样的数填三遍", "page": "/v/"} | values
    return feedback.send(**said, actor=user, at=make.AT)


def test_a_remark_is_kept_with_its_page_and_a_line_in_the_log(town: make.Town) -> None:
    answer = signed_in(town.visitor).post(
        reverse("feedback"), {"kind": "burden", "words": " 同样的数填三遍 ", "page": "/v/"}, follow=True
    )
    row = Feedback.objects.get()
    assert (row.words, row.page, row.sent_by, row.street) == ("同样的数填三遍", "/v/", town.visitor, town.street)
    assert "收到了" in answer.content.decode()
    assert "同样的数填三遍" in answer.content.decode()
    assert AccessLog.objects.filter(verb="feedback.send", object_id=str(row.pk), actor=town.visitor).count() == 1


def test_an_empty_remark_is_refused_and_what_was_chosen_stays(town: make.Town) -> None:
    answer = signed_in(town.visitor).post(reverse("feedback"), {"kind": "hard", "words": "", "page": "/v/"})
    assert answer.status_code == 422
    assert 'value="hard"' in answer.content.decode()
    assert "checked" in answer.content.decode()
    with pytest.raises(FeedbackError, match="写一句"):
        send(town.visitor, words="   ")
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("page", ["//evil.example/x", "https://evil.example/", "javascript:alert(1)", "v/"])
def test_only_a_page_of_ours_is_kept(town: make.Town, page: str) -> None:
    assert send(town.visitor, page=page).page == ""


def test_the_office_answers_and_the_sender_reads_it(town: make.Town) -> None:
    row = send(town.visitor)
    signed_in(town.staff).post(reverse("feedback-answer", args=[row.pk]), {"answer": "下周改成只填一次。"})
    row.refresh_from_db()
    assert (row.answer, row.answered_by) == ("下周改成只填一次。", town.staff)
    assert AccessLog.objects.filter(verb="feedback.answer", actor=town.staff).count() == 1
    assert "下周改成只填一次。" in signed_in(town.visitor).get(reverse("feedback")).content.decode()


def test_an_empty_answer_changes_nothing(town: make.Town) -> None:
    row = send(town.visitor)
    signed_in(town.staff).post(reverse("feedback-answer", args=[row.pk]), {"answer": " "})
    row.refresh_from_db()
    assert row.answered_at is None


@pytest.mark.parametrize("who", ["visitor", "secretary", "data_admin", "audit_admin"])
def test_others_neither_read_nor_answer(town: make.Town, who: str) -> None:
    row, client = send(town.colleague), signed_in(getattr(town, who))
    assert client.get(reverse("feedback-received")).status_code == 403
    assert client.post(reverse("feedback-answer", args=[row.pk]), {"answer": "x"}).status_code == 403
    assert "同样的数" not in client.get(reverse("feedback")).content.decode()


def test_another_streets_office_does_not_find_it(town: make.Town) -> None:
    row, client = send(town.visitor), signed_in(town.stranger)
    assert client.post(reverse("feedback-answer", args=[row.pk]), {"answer": "x"}).status_code == 404
    assert "同样的数" not in client.get(reverse("feedback-received")).content.decode()
