"""Jobs that were given up, in the administration pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shimen.audit.models import AccessLog
from shimen.clock import machine_now
from shimen.outbox.models import Job
from tests import make

pytestmark = pytest.mark.django_db
LIST = "admin:outbox_job_changelist"


@pytest.fixture
def town():
    return make.town()


def failed(street, key="a", **more):
    values = {"kind": "feeds.stage", "effect_key": key, "state": "failed", "error": "网断了", "attempts": 8}
    return Job.objects.create(street=street, due_at=machine_now(), enqueued_at=make.AT, **values | more)


def try_again(client, person, *chosen):
    client.force_login(person)
    body = {"action": "try_again", "_selected_action": [str(job.pk) for job in chosen]}
    return client.post(reverse(LIST), body, follow=True)


def test_the_system_administrator_sees_why_and_tries_again(client, town):
    job = failed(town.street)
    client.force_login(town.system_admin)
    assert "网断了" in client.get(reverse(LIST)).content.decode()
    assert try_again(client, town.system_admin, job).status_code == 200
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    assert AccessLog.objects.get(verb="outbox.retry").actor == town.system_admin


def test_staff_have_no_business_there(client, town):
    job = failed(town.street)
    assert try_again(client, town.staff, job).status_code in {403, 404}
    job.refresh_from_db()
    assert job.state == "failed"


def test_jobs_of_another_street_are_not_found(client, town):
    job = failed(town.stranger.street)
    try_again(client, town.system_admin, job)
    job.refresh_from_db()
    assert job.state == "failed"


def test_a_job_that_has_not_failed_is_refused_in_words(client, town):
    job = failed(town.street, state="done")
    assert "没有失败，不用重试" in try_again(client, town.system_admin, job).content.decode()


def test_a_job_cannot_be_added_changed_or_deleted_by_hand(client, town):
    job = failed(town.street)
    client.force_login(town.system_admin)
    assert client.get(reverse("admin:outbox_job_add")).status_code == 403
    assert client.get(reverse("admin:outbox_job_delete", args=[job.pk])).status_code == 403
    client.post(reverse("admin:outbox_job_change", args=[job.pk]), {"state": "done"})
    job.refresh_from_db()
    assert job.state == "failed"
