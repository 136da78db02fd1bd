"""Documents of a founding file: what is kept, who opens it, taking out and putting back."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from branches import expiry
from branches.bodies import papers
from branches.bodies.papers import PaperError
from branches.models import FoundingDocument
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make, organised

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%made up\n"


def _attach(town: make.Town, content: bytes = PDF, **given) -> FoundingDocument:
    told = {"step": "apply", "name": "申请.pdf", "actor": town.staff, "at": make.AT}
    row = given.pop("founding", None) or organised.founding(town)
    return papers.attach(founding=row, content=content, **told | given)


def test_a_document_is_kept_sealed_and_leaves_as_it_came(town: make.Town, client: Client):
    row = _attach(town)
    assert PDF not in bytes(FoundingDocument.objects.get().content)
    client.force_login(town.staff)
    answer = client.get(reverse("branches:document", args=[row.pk]))
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert AccessLog.objects.filter(verb="founding.opened", actor=town.staff).count() == 1


def test_a_secretary_of_the_grid_who_does_not_look_after_it_opens_nothing(town: make.Town, client: Client):
    row = _attach(town)
    client.force_login(town.secretary)
    answer = client.get(reverse("branches:document", args=[row.pk]), follow=True)
    assert "只有街道党建办、本党组织的书记和放入的人能打开" in answer.content.decode()
    assert not AccessLog.objects.filter(verb="founding.opened").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"<html><script>", "看不出是 PDF"),
        (b"MZ\x90\x00", "看不出是 PDF"),
        (b"PK\x03\x04 not a zip", "看不出是 PDF"),
        (PDF + b"0" * papers.LARGEST, "最多 8 MB"),
    ],
)
def test_what_is_no_document_is_refused_whatever_its_name(town: make.Town, content: bytes, sentence: str):
    with pytest.raises(PaperError, match=sentence):
        _attach(town, content)


def test_a_workbook_with_macros_is_refused(town: make.Town):
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", "macro")
    with pytest.raises(PaperError, match="看不出是"):
        _attach(town, book.getvalue())


def test_a_name_that_leads_elsewhere_or_lies_about_its_kind_becomes_harmless(town: make.Town):
    assert _attach(town, name="../../etc/申请<1>.exe").name == "申请1.pdf"


def test_the_same_bytes_twice_are_one_document_and_there_are_not_too_many(town: make.Town):
    founding = organised.founding(town)
    first = _attach(town, founding=founding)
    assert _attach(town, founding=founding).pk == first.pk
    for number in range(papers.MOST - 1):
        _attach(town, PDF + bytes([number]), founding=founding)
    with pytest.raises(PaperError, match="最多 20 份"):
        _attach(town, PDF + b"one more", founding=founding)


def test_what_was_taken_out_is_put_back_within_a_month_and_then_gone(town: make.Town):
    row = _attach(town)
    papers.detach(document=row, reason="放错了材料", actor=town.staff, at=make.AT)
    with pytest.raises(PaperError, match="已移出"):
        papers.open_document(document=FoundingDocument.objects.get(), actor=town.staff, at=make.AT)
    papers.put_back(document=row, actor=town.staff, at=make.AT)
    papers.detach(document=row, reason="放错了材料", actor=town.staff, at=make.AT)
    rule = next(rule for rule in retention.rules() if rule.key == "founding.documents")
    assert not rule.due(town.street, make.TODAY + dt.timedelta(days=29)).exists()
    due = rule.due(town.street, make.TODAY + expiry.TAKEN_OUT + dt.timedelta(days=1))
    rule.erase(list(due.values_list("pk", flat=True)), make.AT)
    with pytest.raises(PaperError, match="满一个月"):
        papers.put_back(document=row, actor=town.staff, at=make.AT)
    assert [line.verb for line in AccessLog.objects.order_by("at", "pk")] == [
        "founding.attach", "founding.detach", "founding.put_back", "founding.detach",
    ]  # fmt: skip


def test_uploading_on_the_page(town: make.Town, client: Client):
    founding = organised.founding(town)
    client.force_login(town.secretary)
    url = reverse("branches:document-new", args=[founding.organisation_id])
    wrong = client.post(url, {"step": "apply", "file": SimpleUploadedFile("a.pdf", b"nonsense")})
    assert wrong.status_code == 422
    assert "换一种格式再传" in wrong.content.decode()
    client.post(url, {"step": "apply", "file": SimpleUploadedFile("申请.pdf", PDF)})
    assert FoundingDocument.objects.get().name == "申请.pdf"
