"""The bench's own promises: it names what it does not know, and leaves a flat file of numbers."""

from __future__ import annotations

import json

from tests.bench import harness


def test_an_unknown_suite_is_named_and_nothing_runs(capsys):
    assert harness.main(["nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_the_plan_suite_is_found():
    assert "plan" in harness.suites()


def test_what_is_reported_ends_up_in_a_flat_file(tmp_path, monkeypatch, capsys):
    class Suite:
        @staticmethod
        def run(bench):
            taken = bench.median(lambda: sum(range(1000)), times=3)
            bench.report("made.up", 1.5, beside="peer 2", limit="≤ 2")
            bench.report("made.cpu_s", taken.all_cpu)

    monkeypatch.setattr(harness, "RESULTS", tmp_path)
    monkeypatch.setattr(harness.importlib, "import_module", lambda name: Suite)
    harness.measure("made")
    written = json.loads((tmp_path / "made.json").read_text())
    assert written["made.up"] == 1.5
    assert written["made.cpu_s"] >= 0
    assert "aim ≤ 2" in capsys.readouterr().out
