"""The administration pages of coverage: batches, and the workbook's front door."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from import_export.admin import ImportMixin
from import_export.forms import ImportForm

from coverage.import_export import BatchResult, BatchStorage, Feed, WorkbookFormat, WorkbookResource
from coverage.models import Batch, Department
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.admin_site import ScopedAdmin
from shimen.accounts.models import Role
from shimen.errors import DomainError


class FeedForm(ImportForm):
    """The library's upload form with what a workbook needs to be understood."""

    department = forms.ModelChoiceField(label="哪个部门的", queryset=Department.objects.none())
    as_of = forms.DateField(label="数据截至")
    is_full = forms.BooleanField(label="这是全量名册", required=False, initial=True)
    field_order = ["department", "as_of", "is_full", "import_file", "format"]

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["department"].queryset = Department.objects.visible_to(request.user)  # type: ignore[attr-defined]
        self.fields["as_of"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        file = data.get("import_file")
        if file is not None and data.get("department") and data.get("as_of"):
            # The library hands only the file on to its storage, so what was said about it travels with it.
            file.feed = Feed(data["department"], data["as_of"], data["is_full"], self.request.user, file.name)
        return data


@admin.register(Batch)
class BatchAdmin(ImportMixin, ScopedAdmin):
    """Batches are looked at here and imported here; deciding and undoing have pages of their own."""

    list_display = ("__str__", "as_of", "state", "created_at", "page")
    list_select_related = ("department",)
    resource_classes = [WorkbookResource]
    import_form_class = FeedForm
    import_template_name = "admin/coverage/import.html"
    tmp_storage_class = BatchStorage
    skip_admin_log = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("layout", "counts")

    @admin.display(description="差异")
    def page(self, batch: Batch) -> str:
        return format_html('<a href="{}">看差异</a>', reverse("coverage:batch", args=[batch.pk]))

    def has_import_permission(self, request: HttpRequest) -> bool:
        return scope_of(request.user).has(Role.DATA_ADMIN)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_import_formats(self) -> list[type[WorkbookFormat]]:
        return [WorkbookFormat]

    def get_import_form_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_import_form_kwargs(request), "request": request}

    def write_to_tmp_storage(self, import_file: UploadedFile, input_format: WorkbookFormat) -> BatchStorage:
        storage = BatchStorage(feed=import_file.feed)  # type: ignore[attr-defined]
        storage.save(import_file.read())
        return storage

    def add_data_read_fail_error_to_form(self, form: FeedForm, error: Exception) -> None:
        if not isinstance(error, DomainError):
            raise error
        form.add_error("import_file", error.sentence)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The second step names a batch: it must be one of the person's own street."""
        try:
            batch_id = uuid.UUID(request.POST.get("import_file_name", ""))
        except ValueError:
            batch_id = uuid.UUID(int=0)
        if not Batch.objects.visible_to(request.user).filter(pk=batch_id).exists():
            raise PermissionDenied("没有这一批，请重新上传。")
        response: HttpResponse = super().process_import(request, **kwargs)
        return response

    def process_result(self, result: BatchResult, request: HttpRequest) -> HttpResponse:
        for error in result.base_errors:
            messages.error(request, str(error.error))
        if not result.base_errors:
            words = "正在后台应用，完成后在本页看结果。" if result.is_queued else "已应用。"
            messages.success(request, f"{result.batch}{words}")
        return HttpResponseRedirect(reverse("coverage:batch", args=[result.batch.pk]))
