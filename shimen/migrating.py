"""A migration operation that makes many tables at once."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """The operations of a first migration: new tables as they are at its end, and what else there is, in order.

    Django takes one operation after the other and builds the classes of all related models anew for each, which for some
    three hundred models that all know their street and their people is half a minute of processor time. Here they are
    built once, and a table is made with all that the later operations of the group add to it.

        operations = [Together([migrations.CreateModel(…), …, migrations.AddField(…), migrations.RunSQL(…)])]
    """

    serialization_expand_args = ["operations"]
    _ADDITIONS = (AddField, AddIndex, AddConstraint)

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [], {"operations": self.operations})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Classes that are not there need not be built anew; whoever asks for them next builds them all.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        made = {operation.name_lower for operation in self.operations if isinstance(operation, CreateModel)}
        for operation in self.operations:
            if not (isinstance(operation, self._ADDITIONS) and operation.model_name_lower in made):
                operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        made = {operation.name_lower for operation in self.operations if isinstance(operation, CreateModel)}
        for operation in reversed(self.operations):
            if not (isinstance(operation, self._ADDITIONS) and operation.model_name_lower in made):
                operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Make {sum(isinstance(operation, CreateModel) for operation in self.operations)} tables at once"
