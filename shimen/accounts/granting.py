"""Who may open accounts, who may hand out which roles, and where: the rules as two tables. Reads no clock.

Three administrators are kept apart (三员分立, docs/decisions): the system administrator opens accounts and decides
nothing about authority; the security administrator decides about authority and opens no account; the audit
administrator reads what both did. Street staff look after the people at the doors in their own areas by themselves.
"""

from __future__ import annotations

import uuid

from shimen.accounts.access import Scope
from shimen.accounts.models import FIELD_ROLES, SEPARATE_ROLES, Role

EVERY_ROLE = frozenset(Role.values)
# These see or decide across the street; a piece of it makes no sense for them.
STREET_WIDE_ROLES = frozenset({Role.DATA_ADMIN, *SEPARATE_ROLES})

INVITES: dict[str, frozenset[str]] = {
    Role.SYSTEM_ADMIN: EVERY_ROLE,
    Role.STAFF: frozenset(FIELD_ROLES),
}
GRANTS: dict[str, frozenset[str]] = {
    Role.SECURITY_ADMIN: EVERY_ROLE,
    Role.STAFF: frozenset(FIELD_ROLES),
}


def may_invite(scope: Scope, *, street_id: uuid.UUID | None, area_id: uuid.UUID | None) -> frozenset[str]:
    """The roles for which the holder of `scope` may open an account over an area (None = the whole street)."""
    return _allowed(INVITES, scope, street_id, area_id)


def may_grant(scope: Scope, *, street_id: uuid.UUID | None, area_id: uuid.UUID | None) -> frozenset[str]:
    """The roles that the holder of `scope` may hand out and take back over an area (None = the whole street)."""
    return _allowed(GRANTS, scope, street_id, area_id)


def offered(table: dict[str, frozenset[str]], scope: Scope) -> list[str]:
    """The roles of `table` that a form may offer to the holder of `scope`, in the order of Role."""
    roles = frozenset().union(*(table[holder] for holder in table if scope.has(holder)))
    return [role for role in Role.values if role in roles]


def areas_offered(table: dict[str, frozenset[str]], scope: Scope) -> frozenset[uuid.UUID] | None:
    """The areas over which the holder of `scope` may act by `table`; None = the whole street."""
    areas = [scope.areas_of(holder) for holder in table if scope.has(holder)]
    if None in areas:
        return None
    return frozenset().union(*(some for some in areas if some))


def _allowed(
    table: dict[str, frozenset[str]], scope: Scope, street_id: uuid.UUID | None, area_id: uuid.UUID | None
) -> frozenset[str]:
    held = (roles for holder, roles in table.items() if scope.covers(street_id, area_id, role=holder))
    return frozenset().union(*held)
