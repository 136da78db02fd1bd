"""Material of activities: told by its bytes, limited, downloaded and never shown; links to calendars."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from branches.life import files, links, tours
from branches.life.files import FileError
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make, organised
from tests.make import AT


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name in names:
            book.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0....", "jpg"),
        ("会议通知".encode(), "txt"),
        (archive("word/document.xml"), "docx"),
        (archive("xl/workbook.xml"), "xlsx"),
        (archive("ppt/presentation.xml"), "pptx"),
        (archive("word/document.xml", "word/vbaProject.bin"), ""),
        (archive("anything.exe"), ""),
        (b"PK\x03\x04 broken", ""),
        (b"<html><script>alert(1)</script>", ""),
        ("\ufeff  <svg onload=x>".encode(), ""),
        (b"MZ\x90\x00", ""),
        (b"\x00\x01", ""),
    ],
)
def test_a_file_is_what_its_bytes_are(content, kind):
    assert files.kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("通知.docx", "通知.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\a.pdf.exe", "a.pdf.pdf"),
        ("\u202egnp.exe", "gnp.pdf"),
        ("...", "材料.pdf"),
    ],
)
def test_a_name_has_no_folder_no_trick_and_the_ending_of_what_it_is(name, safe):
    assert files.safe_name(name, "pdf") == safe


@pytest.mark.django_db
def test_material_is_kept_once_and_its_bytes_go_when_it_is_taken_away(town):
    activity = organised.activity(organised.organisation(town))
    row = files.add(activity=activity, name="a.txt", content=b"abc", actor=town.secretary, at=AT)
    with pytest.raises(FileError, match="已经在这里"):
        files.add(activity=activity, name="b.txt", content=b"abc", actor=town.secretary, at=AT)
    files.remove(file=row, actor=town.secretary, at=AT)
    row.refresh_from_db()
    assert row.content is None
    files.add(activity=activity, name="b.txt", content=b"abc", actor=town.secretary, at=AT)
    assert [line.verb for line in AccessLog.objects.order_by("pk")] == [
        "life.add_file", "life.remove_file", "life.add_file",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "是空的"), (b"MZ\x90\x00", "只收"), (b"a" * (files.LARGEST + 1), "最大 8 MB")],
)
def test_what_is_not_taken_is_said(town, content, sentence):
    with pytest.raises(FileError, match=sentence):
        files.add(
            activity=organised.activity(organised.organisation(town)),
            name="a",
            content=content,
            actor=town.secretary,
            at=AT,
        )


# ---- calendars


@pytest.mark.django_db
def test_a_calendar_link_is_kept_as_a_hash_and_a_new_one_ends_the_old(town):
    organisation = organised.organisation(town)
    first = links.issue(organisation=organisation, actor=town.secretary, at=AT)
    assert links.find(first).organisation == organisation
    second = links.issue(organisation=organisation, actor=town.secretary, at=AT)
    assert links.find(first) is None
    assert first not in str(organisation.calendar_links.values())
    assert links.stop(organisation=organisation, actor=town.secretary, at=AT)
    assert links.find(second) is None
    assert links.find("") is None


# ---- letting go


@pytest.mark.django_db
def test_nicknames_go_after_ninety_days_and_lists_and_names_after_three_years(town):
    branch = organised.organisation(town)
    tour = organised.activity(branch, kind="shop_visit", starts_at=AT, guests="示例来宾")
    shop = tours.add_shops(activity=tour, entities=[make.entity(town.first_grid)], actor=None, at=AT)[0]
    row, _ = tours.check_in(shop=shop, nickname="示例小鱼", at=AT)
    tour.attendance.create(
        street=town.street, member=organised.member(branch), state="present", how="hand", marked_at=AT
    )
    for days, gone in ((89, 0), (90, 1), (91, 0)):
        on = make.TODAY + dt.timedelta(days=days)
        assert retention.run(street=town.street, on=on, at=AT)["life.nicknames"] == gone
    row.refresh_from_db()
    assert row.nickname == tours.FORGOTTEN
    done = retention.run(street=town.street, on=make.TODAY + dt.timedelta(days=3 * 365), at=AT)
    assert (done["life.guests"], done["life.attendance"]) == (1, 1)
    tour.refresh_from_db()
    assert (tour.guests, tour.attendance.count()) == ("", 0)
