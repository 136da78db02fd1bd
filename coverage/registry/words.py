"""Hearing what a source says of an entity: the word that holds is written to the registry, the other one is kept.

Everything here works on one locked entity inside the caller's transaction; the verbs of `coverage.registry` call it
and save. The format is described in `coverage.models.entities`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coverage.facts import fields as facts
from coverage.facts.precedence import RULES, Rule, Source, Verdict, Word, contradicts, judge, rule_for, vouches
from coverage.matching.values import UnreadableError
from coverage.models import Entity, EntitySource, FactRule
from coverage.models.entities import Industry
from shimen.errors import DomainError
from shimen.privacy import sealing

TABLE = "coverage_entity"
PHONE_COLUMN = "phone_sealed"
CHOICES = {
    "kind": frozenset(Entity.Kind.values),
    "registration_status": frozenset(Entity.Registration.values),
    "industry": frozenset(Industry.values),
}


class WordError(DomainError):
    """What was said of a field cannot be read."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something: `by` is a department's code or a user's id, `on` the day for which they vouch."""

    source: str
    by: str
    on: dt.date
    ref: str = ""

    def provenance(self) -> dict[str, str]:
        return {"source": self.source, "by": self.by, "on": self.on.isoformat(), "ref": self.ref}

    @property
    def kept_as(self) -> str:
        """`EntitySource.by`: departments stay apart, the next visit replaces the last one's word."""
        return self.by if self.source == "department" else ""


@dataclass(slots=True)
class Heard:
    """What became of what was said, per field in canonical text."""

    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    kept: dict[str, tuple[str, str]] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)

    @property
    def before(self) -> dict[str, str]:
        return {key: facts.shown(key, old) for key, (old, _) in self.taken.items()}

    @property
    def after(self) -> dict[str, str]:
        return {key: facts.shown(key, new) for key, (_, new) in self.taken.items()}


def rules_of(street_id: uuid.UUID) -> dict[str, Rule]:
    """The street's rules: the defaults with its own rows laid over them (one query)."""
    own = FactRule.objects.filter(street_id=street_id).values_list("field", "order", "fresh_days")
    return {**RULES, **{key: Rule(tuple(map(tuple, order)), days) for key, order, days in own}}


def text_of(entity: Entity, key: str) -> str:
    """The canonical text of what the registry holds."""
    if key == "phone":
        return facts.phone_text(entity.phone_mask, entity.phone_index)
    if key == "place":
        return str(entity.place_id or "")
    return facts.as_text(getattr(entity, key))


def held_word(entity: Entity, key: str) -> Word | None:
    """The word that holds a field, None where nobody vouches for what stands there."""
    said = entity.provenance.get(key)
    if not said:
        return None
    return Word(text_of(entity, key), said["source"], said["by"], dt.date.fromisoformat(said["on"]))


def hear(entity: Entity, said: Mapping[str, object], speaker: Speaker, rules: Mapping[str, Rule]) -> Heard:
    """Hear one source on several facts and change `entity` in memory. Raises `WordError` at the first unreadable one.

    The caller saves. What does not hold is kept in `EntitySource` at once.
    """
    heard = Heard()
    keep: dict[str, EntitySource] = {}
    agreed: list[str] = []
    for key, raw in said.items():
        text, sealed = _read(entity, key, raw)
        if not text and speaker.source != Source.STAFF:
            continue  # only a person at a desk can mean "nothing" by it
        _hear_one(entity, key, text, sealed, speaker, rule_for(key, rules), heard, keep, agreed)
    for column, value in facts.derived({key: new for key, (_, new) in heard.taken.items()}).items():
        setattr(entity, column, value)
    _remember(entity, keep.values())
    _agree(entity, agreed, speaker)
    return heard


def vouch(entity: Entity, keys: Iterable[str], speaker: Speaker, rules: Mapping[str, Rule]) -> list[str]:
    """Confirm what stands, as it stands; returns the facts that had something to confirm. The caller saves."""
    confirmed = []
    for key in keys:
        text = text_of(entity, key)
        if not text:
            continue
        confirmed.append(key)
        new = Word(text, speaker.source, speaker.by, speaker.on)
        if vouches(new, held_word(entity, key), rule_for(key, rules)):
            entity.provenance[key] = speaker.provenance()
    _agree(entity, confirmed, speaker)
    return confirmed


def _agree(entity: Entity, keys: list[str], speaker: Speaker) -> None:
    """A source that once said something else now says what the registry holds."""
    if not keys:
        return
    for row in EntitySource.objects.filter(entity=entity, source=speaker.source, by=speaker.kept_as, field__in=keys):
        row.value, row.on, row.ref = text_of(entity, row.field), speaker.on, speaker.ref
        row.save()


def _read(entity: Entity, key: str, raw: object) -> tuple[str, sealing.SealedPhone | None]:
    if key in {"presence", "place"}:
        return str(raw or ""), None
    try:
        if key != "phone":
            return facts.read(key, raw, choices=CHOICES.get(key, frozenset())), None
        sealed = sealing.seal_phone(str(raw or ""), table=TABLE, column=PHONE_COLUMN, row=entity.pk)
    except (UnreadableError, sealing.PhoneError) as error:
        raise WordError(f"{error}。", field=key) from error
    return facts.phone_text(sealed.mask, sealed.index), sealed


def _hear_one(
    entity: Entity,
    key: str,
    text: str,
    sealed: sealing.SealedPhone | None,
    speaker: Speaker,
    rule: Rule,
    heard: Heard,
    keep: dict[str, EntitySource],
    agreed: list[str],
) -> None:
    new, held, current = (
        Word(text, speaker.source, speaker.by, speaker.on),
        held_word(entity, key),
        text_of(entity, key),
    )
    verdict = Verdict.SAME if text == current else judge(new, held, rule)
    if verdict is Verdict.SAME:
        heard.same.append(key)
        agreed.append(key)
        if vouches(new, held, rule):
            entity.provenance[key] = speaker.provenance()
        return
    if verdict is Verdict.KEEP:
        heard.kept[key] = (current, text)
        keep[key] = _row(entity, key, text, speaker)
        return
    if held is not None and held.value:
        earlier = _speaker_of(entity, key)
        if (earlier.source, earlier.kept_as) != (speaker.source, speaker.kept_as):
            keep[key] = _row(entity, key, held.value, earlier)
    heard.taken[key] = (current, text)
    agreed.append(key)
    _put(entity, key, text, sealed)
    entity.provenance[key] = speaker.provenance()


def _put(entity: Entity, key: str, text: str, sealed: sealing.SealedPhone | None) -> None:
    if sealed is not None:
        entity.phone_sealed, entity.phone_index, entity.phone_mask = sealed
    elif key == "place":
        entity.place_id = uuid.UUID(text) if text else None
    elif key == "presence":
        entity.presence = text
    else:
        setattr(entity, key, facts.parse(key, text))


def _row(entity: Entity, key: str, value: str, speaker: Speaker) -> EntitySource:
    return EntitySource(
        entity=entity, field=key, source=speaker.source, by=speaker.kept_as, value=value, on=speaker.on, ref=speaker.ref
    )


def _remember(entity: Entity, rows: Iterable[EntitySource]) -> None:
    EntitySource.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["entity", "field", "source", "by"],
        update_fields=["value", "on", "ref"],
    )


def take_over(entity: Entity, other: Entity, keys: Iterable[str]) -> None:
    """Write the values of `other` into `entity`, each with the word that holds it there; the words they replace are
    kept beside. The caller saves."""
    keep: list[EntitySource] = []
    texts = {key: text_of(other, key) for key in keys}
    for key, text in texts.items():
        held = held_word(entity, key)
        if held is not None and held.value:
            keep.append(_row(entity, key, held.value, _speaker_of(entity, key)))
        sealed = None
        if key == "phone" and other.phone_sealed:
            number = sealing.open_sealed(other.phone_sealed, table=TABLE, column=PHONE_COLUMN, row=other.pk)
            sealed = sealing.seal_phone(number, table=TABLE, column=PHONE_COLUMN, row=entity.pk)
        _put(entity, key, text, sealed)
        entity.provenance.pop(key, None)
        if key in other.provenance:
            entity.provenance[key] = dict(other.provenance[key])
    for column, value in facts.derived(texts).items():
        setattr(entity, column, value)
    _remember(entity, keep)


def keep_beside(entity: Entity, other: Entity, keys: Iterable[str]) -> list[int]:
    """Keep what sources said of `other` beside what `entity` holds: the words that hold there, and those that did not.

    A word that the same source has said of `entity` itself stays. Returns the ids of the rows made.
    """
    rows = [
        _row(entity, key, text_of(other, key), _speaker_of(other, key))
        for key in keys
        if key in other.provenance and text_of(other, key)
    ]
    rows += [
        EntitySource(
            entity=entity, field=row.field, source=row.source, by=row.by, value=row.value, on=row.on, ref=row.ref
        )
        for row in other.sources.all()
    ]
    known = set(entity.sources.values_list("field", "source", "by"))
    fresh = {(row.field, row.source, row.by): row for row in rows if (row.field, row.source, row.by) not in known}
    return [row.pk for row in EntitySource.objects.bulk_create(fresh.values())]


def _speaker_of(entity: Entity, key: str) -> Speaker:
    said = entity.provenance[key]
    return Speaker(said["source"], said["by"], dt.date.fromisoformat(said["on"]), said.get("ref", ""))


def contradictions(entity: Entity, sources: Iterable[EntitySource]) -> dict[str, list[EntitySource]]:
    """Per field the words that stand against the registry: something else, said on or after the day of provenance."""
    found: dict[str, list[EntitySource]] = {}
    for row in sources:
        held = held_word(entity, row.field) or Word(text_of(entity, row.field), "", "", dt.date.min)
        if contradicts(Word(row.value, row.source, row.by, row.on), held):
            found.setdefault(row.field, []).append(row)
    return found
