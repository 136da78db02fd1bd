"""What the pages of merging post."""

from __future__ import annotations

from typing import Any

from django import forms

from coverage.pages.duplicates import Line


class MergeForm(forms.Form):
    """Per differing fact whose value holds, and why the two are one."""

    reason = forms.CharField(label="凭什么认定是同一家", max_length=200)

    def __init__(self, *args: Any, lines: list[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.chosen = [line for line in lines if line.is_choice]

    def taken(self) -> set[str]:
        """The facts for which the absorbed one's value was chosen; untouched ones as proposed."""
        chosen = {line.key: self.data.get(f"take_{line.key}") for line in self.lines}
        return {
            line.key for line in self.lines if (line.takes if not chosen[line.key] else chosen[line.key] == "absorbed")
        }

    def rows(self) -> list[tuple[Line, bool]]:
        """Each line with whether the absorbed one's value is chosen now."""
        taken = self.taken() if self.is_bound else {line.key for line in self.chosen if line.takes}
        return [(line, line.key in taken) for line in self.lines]
