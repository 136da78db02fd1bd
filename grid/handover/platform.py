"""How the street reaches the district's platform: the address and key, and what the platform calls categories and areas."""

from __future__ import annotations

import datetime as dt
import urllib.parse
import uuid
from collections.abc import Mapping

from django.db import transaction

from grid.handover.client import Link
from grid.models import DistrictPlatform, Matter
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.privacy import sealing
from shimen.territory.models import Area, Street

SHORTEST_KEY = 16
_TABLE, _COLUMN = "grid_districtplatform", "key_sealed"
# Addresses that answer inside a machine or a cloud, not a district's platform.
_FORBIDDEN = ("169.254.", "metadata.", "[fe80")


class PlatformError(DomainError):
    """The platform cannot be reached so."""


def of(street_id: uuid.UUID) -> DistrictPlatform:
    """The street's way to the platform; one that was never set up has no endpoint and no codes."""
    found = DistrictPlatform.objects.filter(street_id=street_id).first()
    return found or DistrictPlatform(street_id=street_id)


def link(way: DistrictPlatform, *, at: dt.datetime) -> Link:
    """What requests are made with. Raises `PlatformError` where nothing is set up."""
    if not way.is_online or way.key_sealed is None:
        raise PlatformError("还没有接上区级平台。")
    key = sealing.open_sealed(way.key_sealed, table=_TABLE, column=_COLUMN, row=way.pk)
    return Link(way.endpoint, key, at)


@transaction.atomic
def connect(*, street: Street, endpoint: str, key: str, actor: User, at: dt.datetime) -> DistrictPlatform:
    """Set where the platform is and the agreed key; without an address its answers are typed by hand.

    An empty `key` keeps the one that is there. Cases under way stay as they are. Raises `PlatformError`.
    """
    row = _mine(street)
    before = row.endpoint
    row.endpoint = _checked(endpoint)
    if key:
        if len(key) < SHORTEST_KEY:
            raise PlatformError(f"密钥至少 {SHORTEST_KEY} 位。", field="key")
        row.key_sealed = sealing.seal(key, table=_TABLE, column=_COLUMN, row=row.pk)
    if row.endpoint and row.key_sealed is None:
        raise PlatformError("填和平台约定的密钥。", field="key")
    if row.endpoint != before:
        row.cursor, row.trouble, row.asked_at = "", "", None
    row.save()
    record(verb="grid.connect_platform", target=row, actor=actor, at=at, before={"endpoint": before},
           after={"endpoint": row.endpoint, "key": "换了" if key else "没动"})  # fmt: skip
    return row


def _checked(endpoint: str) -> str:
    endpoint = endpoint.strip().rstrip("/")
    if not endpoint:
        return ""
    try:
        parts = urllib.parse.urlsplit(endpoint)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right or parts.username or parts.query or parts.fragment:
        raise PlatformError("地址写成 https://主机/路径，不带账号和参数。", field="endpoint")
    if parts.netloc.lower().startswith(_FORBIDDEN):
        raise PlatformError("这个地址不是区级平台的。", field="endpoint")
    return endpoint


@transaction.atomic
def set_codes(
    *,
    street: Street,
    region_code: str,
    other_code: str,
    category_codes: Mapping[str, str],
    area_codes: Mapping[str, str],
    actor: User,
    at: dt.datetime,
) -> DistrictPlatform:
    """Set what the platform calls the street, the categories and the areas. Cases opened before keep their codes."""
    row = _mine(street)
    areas = {str(pk) for pk in Area.objects.filter(street=street).values_list("pk", flat=True)}
    before = {"region": row.region_code, "categories": row.category_codes, "areas": row.area_codes}
    row.region_code, row.other_code = region_code.strip()[:30], other_code.strip()[:30]
    row.category_codes = {k: v.strip()[:30] for k, v in category_codes.items() if k in Matter.Category and v.strip()}
    row.area_codes = {key: code.strip()[:30] for key, code in area_codes.items() if key in areas and code.strip()}
    row.save()
    record(verb="grid.set_platform_codes", target=row, actor=actor, at=at, before=before,
           after={"region": row.region_code, "categories": row.category_codes, "areas": row.area_codes})  # fmt: skip
    return row


def _mine(street: Street) -> DistrictPlatform:
    DistrictPlatform.objects.get_or_create(street=street)
    return DistrictPlatform.objects.select_for_update().get(street=street)
