"""Sealed fields: opened only where they were sealed, unharmed, with the key at hand; and keys that change."""

from __future__ import annotations

import uuid
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from coverage.models import Entity, Worker
from coverage.registry import entities as registry
from shimen.privacy import register, rotation, sealing
from shimen.privacy.sealing import SealError
from tests import make
from tests.make import AT, TODAY

ROW = uuid.UUID(int=7)
PLACE = {"table": "coverage_worker", "column": "phone_sealed", "row": ROW}


@pytest.fixture(params=["aes", "sm4"])
def cipher(request, settings) -> str:
    settings.SHIMEN_FIELD_CIPHER = request.param
    return request.param


def test_what_was_sealed_opens_again(cipher):
    assert sealing.open_sealed(sealing.seal("19900000017", **PLACE), **PLACE) == "19900000017"


def test_the_same_text_is_sealed_differently_every_time(cipher):
    assert sealing.seal("19900000017", **PLACE) != sealing.seal("19900000017", **PLACE)


@pytest.mark.parametrize("moved", [{"row": uuid.UUID(int=8)}, {"table": "coverage_entity"}, {"column": "note_sealed"}])
def test_a_ciphertext_does_not_open_in_another_place(cipher, moved):
    sealed = sealing.seal("19900000017", **PLACE)
    with pytest.raises(SealError, match="不属于这条记录"):
        sealing.open_sealed(sealed, **PLACE | moved)


@pytest.mark.parametrize("at", range(0, 40, 3))
def test_a_changed_byte_is_noticed(cipher, at):
    sealed = bytearray(sealing.seal("19900000017", **PLACE))
    sealed[at] ^= 1
    with pytest.raises(SealError):
        sealing.open_sealed(bytes(sealed), **PLACE)


@given(st.binary(max_size=60))
def test_rubbish_is_refused_with_a_sentence(rubbish):
    with pytest.raises(SealError):
        sealing.open_sealed(rubbish, **PLACE)


@given(st.integers(0, 43))
def test_a_truncated_value_is_refused(length):
    sealed = sealing.seal("19900000017", **PLACE)
    with pytest.raises(SealError):
        sealing.open_sealed(sealed[: min(length, len(sealed) - 1)], **PLACE)


def test_a_lost_key_is_named_as_such(settings):
    sealed = sealing.seal("19900000017", **PLACE)
    settings.SHIMEN_FIELD_KEYS = {"other": b"\x01" * 32}
    with pytest.raises(SealError, match="缺少打开这一项的密钥"):
        sealing.open_sealed(sealed, **PLACE)


def test_one_cipher_reads_what_the_other_wrote(settings):
    settings.SHIMEN_FIELD_CIPHER = "aes"
    sealed = sealing.seal("19900000017", **PLACE)
    settings.SHIMEN_FIELD_CIPHER = "sm4"
    assert sealing.open_sealed(sealed, **PLACE) == "19900000017"


def test_the_index_is_of_the_number_and_needs_the_key(settings):
    one = sealing.seal_phone("199 0000 0017转12", **PLACE)
    assert one.index == sealing.phone_index("+86 19900000017")
    assert len(one.index) == 16
    settings.SHIMEN_INDEX_KEY = b"another key"
    assert one.index != sealing.phone_index("19900000017")


def test_no_number_is_three_empty_columns():
    assert tuple(sealing.seal_phone(" 无 ", **PLACE)) == (None, None, "")


def test_many_are_sealed_in_their_order():
    rows = [(uuid.UUID(int=n), f"199000000{n:02d}") for n in range(20)]
    sealed = sealing.seal_phones(rows, table="t", column="c")
    assert [
        sealing.open_sealed(s.sealed, table="t", column="c", row=r) for s, (r, _) in zip(sealed, rows, strict=True)
    ] == [number for _, number in rows]


def test_every_sealed_column_is_in_the_register():
    declared = {(field.model_class, field.sealed) for field in register.sealed_fields()}
    found = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.BinaryField)
        and field.name.endswith("_sealed")
        and not hasattr(model, "pgh_tracked_model")
    }
    assert found <= declared


def test_a_field_is_declared_once():
    field = register.declared()[0]
    register.declare(field)
    with pytest.raises(ValueError, match="declared twice"):
        register.declare(register.PersonalField(**{**_values(field), "purpose": "别的"}))


def _values(field: register.PersonalField) -> dict[str, object]:
    return {name: getattr(field, name) for name in field.__dataclass_fields__}


@pytest.fixture
def worker(town) -> Worker:
    shop = make.entity(town.first_grid)
    registry.correct(entity=shop, field="phone", value="19900000017", source="staff", on=TODAY, actor=town.staff, at=AT)
    return registry.add_worker(
        entity=shop, name="王辛八", phone="19900000236", source="staff", on=TODAY, actor=town.staff, at=AT
    )


def _new_key(settings) -> None:
    settings.SHIMEN_FIELD_KEYS = {"k2": b"\x02" * 32, **settings.SHIMEN_FIELD_KEYS}


@pytest.mark.django_db
def test_after_rotation_the_old_key_is_not_needed_any_more(settings, worker):
    old = dict(settings.SHIMEN_FIELD_KEYS)
    _new_key(settings)
    assert sum(rotation.waiting().values()) == 2
    out = StringIO()
    call_command("rotate_field_keys", stdout=out)
    assert "都用当前密钥" in out.getvalue()
    settings.SHIMEN_FIELD_KEYS = {"k2": b"\x02" * 32}
    worker.refresh_from_db()
    assert registry.open_phone(worker) == "19900000236"
    assert registry.open_phone(worker.entity) == "19900000017"
    assert old.keys().isdisjoint(settings.SHIMEN_FIELD_KEYS)


@pytest.mark.django_db
def test_rotation_takes_history_along_and_adds_nothing_to_it(settings, worker):
    events = Worker.pgh_event_model.objects
    before = events.count()
    _new_key(settings)
    assert dict(rotation.rotate(chunk=1))["coverage_workerevent.phone_sealed"] == 1
    settings.SHIMEN_FIELD_KEYS = {"k2": b"\x02" * 32}
    event = events.get(pgh_obj_id=worker.pk)
    place = {"table": "coverage_worker", "column": "phone_sealed", "row": worker.pk}
    assert sealing.open_sealed(event.phone_sealed, **place) == "19900000236"
    assert events.count() == before
    assert Entity.pgh_event_model.objects.filter(pgh_obj_id=worker.entity_id).count() == 2


@pytest.mark.django_db
def test_changing_the_cipher_is_a_rotation_too(settings, worker):
    settings.SHIMEN_FIELD_CIPHER = "sm4"
    assert sum(rotation.waiting().values()) == 2
    call_command("rotate_field_keys", stdout=StringIO())
    worker.refresh_from_db()
    assert bytes(worker.phone_sealed)[0] == sealing.CIPHERS["sm4"]


@pytest.mark.django_db
def test_rotation_stops_at_a_value_that_does_not_open(settings, worker):
    Worker.objects.filter(pk=worker.pk).update(phone_sealed=bytes(worker.phone_sealed)[:-1] + b"x")
    _new_key(settings)
    with pytest.raises(CommandError, match="打不开"):
        call_command("rotate_field_keys", stdout=StringIO())


@pytest.mark.django_db
def test_a_look_only_counts(settings, worker):
    _new_key(settings)
    out = StringIO()
    call_command("rotate_field_keys", "--check", stdout=out)
    assert "coverage_worker.phone_sealed  还有 1 条用旧密钥" in out.getvalue()


@pytest.mark.django_db
def test_the_register_says_purpose_ground_and_retention(client, town, worker, settings):
    client.force_login(town.staff)
    page = client.get(reverse("privacy:fields")).content.decode()
    for said in ("政治面貌", "本人单独同意", "离开所在单位起 1 年", "显示全号要写事由"):
        assert said in page
    _new_key(settings)
    assert "rotate_field_keys" in client.get(reverse("privacy:fields")).content.decode()
    client.force_login(town.visitor)
    assert "rotate_field_keys" not in client.get(reverse("privacy:fields")).content.decode()
    client.force_login(town.nobody)
    assert client.get(reverse("privacy:fields")).status_code == 403
