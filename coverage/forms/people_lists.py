"""Forms of the page of a list of people."""

from __future__ import annotations

from django import forms

from coverage.models import PersonDifference
from coverage.models.people import PersonDifferenceQuerySet


class PersonFilter(forms.Form):
    """What is seen of a list's rows; kept in the address."""

    kind = forms.ChoiceField(label="种类", required=False, choices=[("", "全部种类"), *PersonDifference.Kind.choices])

    def rows(self, people: PersonDifferenceQuerySet) -> PersonDifferenceQuerySet:
        """The rows that the filter leaves, by line; those without a line (not named any more) last."""
        kind = self.cleaned_data.get("kind", "") if self.is_valid() else ""
        return people.of_kind(kind).in_order()
