"""Background jobs in the administration pages: what was given up, why, and once more."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from shimen import clock
from shimen.accounts.admin_site import ScopedAdmin
from shimen.outbox import jobs
from shimen.outbox.models import Job


@admin.register(Job)
class JobAdmin(ScopedAdmin):
    """Read only, but for one action."""

    list_display = ("kind", "state", "attempts", "enqueued_at", "done_at", "error")
    list_filter = ("state", "kind")
    ordering = ("-enqueued_at",)
    actions = ("try_again",)

    @admin.action(description="再试一次", permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Give every chosen job that failed another round of attempts."""
        for job in queryset:
            try:
                jobs.retry(job=job, actor=request.user, at=clock.now())
            except jobs.JobError as refusal:
                self.message_user(request, refusal.sentence, messages.WARNING)
            else:
                self.message_user(request, f"“{job.kind}”已重新排队。")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Job | None = None) -> list[str]:
        return [field.name for field in Job._meta.fields]
