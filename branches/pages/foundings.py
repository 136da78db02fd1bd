"""What the page of a founding file shows: four steps, each with its day, until when it is due, and its documents."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branches.duty.gaps import known_members
from branches.models import Committee, Founding, FoundingDocument, Organisation, Rule
from coverage.models import Entity
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.territory.addresses import spaced

if TYPE_CHECKING:
    from shimen.accounts.models import User
    from shimen.territory.models import Area

State, Papers = Founding.State, FoundingDocument.Step


@dataclass(frozen=True, slots=True)
class Step:
    """A step: `state` is past, now or "" (later); `url` names the page that takes it, '' for those who may not."""

    key: str
    title: str
    state: str
    on: dt.date | None
    words: str
    due_on: dt.date | None
    rule: str
    url: str
    button: str
    documents: list[FoundingDocument]


def of_unit(code: str, user: User, areas: list[Area]) -> dict[str, Any]:
    """What an application says when it begins at an enterprise that has members enough (`code`, its id); {} without one."""
    try:
        seen = Entity.objects.visible_to(user).filter(pk=uuid.UUID(code))
    except ValueError:
        return {}
    entity = seen.select_related("place", "area").annotate(n=known_members()).first()
    if entity is None:
        return {}
    lineage = entity.area.lineage if entity.area else []
    is_social = entity.kind == Entity.Kind.SOCIAL
    return {
        "name": f"{entity.name}党支部",
        "kind": Organisation.Kind.SOCIAL if is_social else Organisation.Kind.ENTERPRISE,
        "form": Organisation.Form.BRANCH,
        "area": next((area for area in areas if area.pk in lineage), None),
        "place": spaced(entity.place.address) if entity.place else "",
        "units": entity.name,
        "reason": f"已知党员 {entity.n} 名，没有自己的或联合的党支部",
    }


_STEPS = (
    (Papers.APPLY, "申请", "", "", ""),
    (Papers.DECIDE, "批复", "decide_months", "branches:founding-decide", "记下批复"),
    (Papers.ELECT, "选举", "elect_months", "branches:founding-elect", "记下选举"),
    (Papers.FILE, "备案", "file_months", "branches:founding-file", "备案成立"),
)
_DONE = {State.APPLIED: 1, State.APPROVED: 2, State.ELECTED: 3, State.FILED: 4, State.REFUSED: 2}
_OPEN_TO = {"branches:founding-elect": (Role.STAFF, Role.SECRETARY)}


def about(founding: Founding | None, user: User, *, today: dt.date) -> dict[str, Any]:
    """The steps, what was taken out, and what may be done (four queries)."""
    scope = scope_of(user)
    context: dict[str, Any] = {"founding": founding, "may_attach": scope.has(Role.STAFF, Role.SECRETARY), "steps": []}
    if founding is None:
        return context
    documents = list(founding.documents.listed().select_related("uploaded_by"))
    rules = Rule.objects.book(street=founding.street_id, on=founding.applied_on)
    done = _DONE[State(founding.state)]
    days = (founding.applied_on, founding.decided_on, founding.elected_on, founding.filed_on)
    words = (founding.reason, founding.decided_note, founding.elected_note, founding.filed_number)
    for number, (key, title, rule, url, button) in enumerate(_STEPS):
        is_now = number == done and founding.state != State.REFUSED
        may = is_now and scope.has(*_OPEN_TO.get(url, (Role.STAFF,)))
        context["steps"].append(
            Step(
                key, title, "past" if number < done else "now" if is_now else "", days[number], words[number],
                founding.due_on if is_now else None, rules.sentence(rule) if rule else "", url if may else "", button,
                [each for each in documents if each.step == key and each.removed_at is None],
            )
        )  # fmt: skip
    context["lacks_committee"] = founding.state == State.FILED and _lacks_committee(founding)
    context["removed"] = [each for each in documents if each.removed_at is not None]
    context["is_late"] = founding.due_on is not None and founding.due_on < today
    context["may_step_back"] = scope.has(Role.STAFF) and founding.state != State.APPLIED
    return context


def _lacks_committee(founding: Founding) -> bool:
    """Founded, and nobody has written down who was elected."""
    return not Committee.objects.registered().filter(organisation=founding.organisation_id).exists()


def sentence(founding: Founding, key: str) -> str:
    """A rule as it is said, by the day of the application."""
    return Rule.objects.book(street=founding.street_id, on=founding.applied_on).sentence(key)
