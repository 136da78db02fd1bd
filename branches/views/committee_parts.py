"""What committees bring to the frame, to an organisation's page and to the overview."""

from __future__ import annotations

from branches.models import Organisation
from branches.pages import tabs, terms
from branches.views import terms as views
from shimen import navigation, overview
from shimen.accounts.models import Role

_UNDER = (
    "committee",
    "committee-elect",
    "seat-fill",
    "term-extend",
    "committee-withdraw",
    "seat-end",
    "seat-account",
    "seat-correct",
)
TABS = (
    tabs.Tab(
        "班子", url="branches:organisation-committee", place=30, roles=(Role.STAFF, Role.SECRETARY),
        under=tuple(f"branches:{name}" for name in _UNDER), shown=lambda o: o.kind != Organisation.Kind.STREET,
    ),
)  # fmt: skip


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    tabs.add(*TABS)
    navigation.add(*views.ENTRIES)
    overview.add_work(terms.work)
