"""splink on the same rows: it gets our normalised fields (the peer shall not lose for want of a dash), estimates its weights
without labels, as its documentation advises, and proposes the likeliest entity of each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

from coverage.matching.profile import Profile, Record


def _table(records: Iterable[Record]) -> pa.Table:
    columns: dict[str, list[str | None]] = {}
    for record in records:
        one = Profile(record)
        fields = {
            "unique_id": one.id,
            "name": one.name.text,
            "core": one.name.whole,
            "start": one.name.core[:2],
            "code": one.code,
            "body": one.bodies[0] if one.bodies else "",
            "tail": one.code[-6:],
            "number": one.number,
            "person": one.person,
            "road": one.address.road or one.address.text[:6],
            "door": one.address.door or one.address.text,
            "place": one.address.key or one.address.text,
            "phone": one.phone,
        }
        for key, value in fields.items():
            columns.setdefault(key, []).append(value or None)
    return pa.table(columns)


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("core", [0.96, 0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("code", [1, 2]),
            cl.ExactMatch("body"),
            cl.ExactMatch("person").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("place", [1, 3]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("body"),
            block_on("name"),
            block_on("core"),
            block_on("tail"),
            block_on("number"),
            block_on("phone"),
            block_on("place", "start"),
            block_on("person", "road"),
            block_on("person", "start"),
            block_on("place", "person"),
            block_on("start", "road"),
        ],
    )


def link(registry: Sequence[Record], rows: Sequence[Record]) -> dict[str, list[tuple[str, float]]]:
    """Row id → (entity id, probability), the likelier first."""
    api = DuckDBAPI()
    frames = [api.register(_table(records)) for records in (registry, rows)]
    linker = Linker(frames, _settings(), log_level=50)
    linker.training.estimate_probability_two_random_records_match([block_on("name", "place")], recall=0.4)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("core"), block_on("place")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.01).as_record_list()
    found: dict[str, list[tuple[str, float]]] = {}
    for pair in pairs:
        left, right = pair["unique_id_l"], pair["unique_id_r"]
        row, entity = (left, right) if left.startswith("R") else (right, left)
        found.setdefault(row, []).append((entity, pair["match_probability"]))
    return {row: sorted(candidates, key=lambda found: -found[1]) for row, candidates in found.items()}
