"""Which entity of a registry a doubtful row is."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.matching import codes
from coverage.matching.calibration import Settled, calibrate
from coverage.matching.linker import DOUBTFUL, PRETICKED, Linker, reasons
from coverage.matching.profile import Profile, Record
from coverage.matching.weights import BUILT_IN, FEATURES


def code(number: int) -> str:
    stem = f"MA1T{number:04}"
    found = f"91990199{stem}{codes.organisation_check(stem)}"
    return found + codes.check_character(found)


FIRM = Record("1", code(1), "", "上海甲乙信息科技有限公司", "孙丙三", "上海市示例区望桥路45号201室", "19900000017")
PARENT = Record("2", code(2), "", "丙丁戊餐饮管理有限公司", "李丁四", "示例区清波路12号", "")
BRANCH = Record("3", code(3), "", "丙丁戊餐饮管理有限公司望桥路店", "李丁四", "示例区望桥路88号", "")
SISTER = Record("4", code(4), "", "丙丁戊餐饮管理有限公司清波路店", "李丁四", "示例区清波路90号", "")
TOWN = (
    FIRM,
    PARENT,
    BRANCH,
    SISTER,
    *(
        Record(f"9{n}", code(100 + n), "", f"上海庚{c}辛贸易有限公司", "", f"长堤路{n}号")
        for n, c in enumerate("子丑寅卯辰")
    ),
)


@pytest.fixture(scope="module")
def linker():
    return Linker(TOWN)


def best(linker: Linker, **written: str):
    found = linker.link(Record("q", **written))
    return (found[0].id, found[0].score) if found else ("", 0.0)


def test_a_name_alone_goes_to_a_person_and_with_one_more_field_is_preticked(linker):
    alone = best(linker, name="上海甲乙信息科技有限公司")
    assert alone[0] == "1"
    assert DOUBTFUL < alone[1] < PRETICKED
    both = best(linker, name="甲乙（上海）信息科技有限责任公司", address="望桥路四十五号201")
    assert both[0] == "1"
    assert both[1] >= PRETICKED


@pytest.mark.parametrize(
    "written",
    [
        {"code": code(1)[8:17]},
        {"code": f"{code(1)[8:16]}-{code(1)[16]}"},
        {"code": code(1)[2:17]},
        {"code": code(1).replace("1", "I", 1)},
        {"code": code(1)[:9] + code(1)[10:]},
        {"code": "无", "old_number": code(1)[8:17]},
    ],
    ids=["body", "hyphenated", "tax number", "lookalike", "lost", "under another heading"],
)
def test_every_form_of_a_code_finds_its_entity_and_with_the_name_is_preticked(linker, written):
    found = best(linker, **written, name="上海甲乙信息科技有限公司")
    assert found[0] == "1"
    assert found[1] >= PRETICKED


def test_the_organisation_code_alone_is_never_enough(linker):
    assert best(linker, code=code(1)[8:17])[1] < PRETICKED
    against = best(linker, code=code(1)[8:17], name="癸未建材经营部", legal_person="周戊一", address="清波路7号")
    assert against[1] < PRETICKED


def test_a_branch_that_is_not_registered_is_neither_its_parent_nor_its_sister(linker):
    row = {"name": "丙丁戊餐饮管理有限公司长堤路店", "legal_person": "李丁四", "address": "长堤路300号"}
    assert best(linker, **row)[1] < 0.5
    under_parent = best(linker, code=PARENT.code, **row)
    assert under_parent[1] < 0.5


def test_a_registered_branch_under_its_parents_code_is_found_as_itself(linker):
    found = best(linker, code=PARENT.code, name=BRANCH.name, legal_person="李丁四", address="望桥路88号")
    assert found[0] == BRANCH.id
    assert found[1] >= 0.5


def test_another_code_that_holds_speaks_against_an_equal_name(linker):
    stranger = best(linker, code=code(77), name=FIRM.name, legal_person="周戊一", address="清波路7号")
    assert stranger[1] < 0.5
    same = best(linker, code=code(77), name=FIRM.name, legal_person=FIRM.legal_person, address=FIRM.address)
    assert 0.5 < same[1] < PRETICKED


def test_two_entities_that_fit_equally_share_the_certainty():
    twins = [
        dataclasses.replace(FIRM, id=key, code=code(n), legal_person="", address="")
        for key, n in (("a", 51), ("b", 52))
    ]
    found = Linker(twins).link(Record("q", name=FIRM.name, legal_person="孙丙三"))
    assert len(found) == 2
    assert found[0].score == pytest.approx(found[1].score)
    assert found[0].score < 0.5


def test_an_entity_that_the_registry_holds_twice_counts_once():
    found = Linker([FIRM, dataclasses.replace(FIRM, id="1b")]).link(dataclasses.replace(FIRM, id="q", code=""))
    assert [link.id for link in found] == ["1"]
    assert found[0].score >= PRETICKED


def test_reasons_are_sentences_with_points_that_add_up_in_their_direction(linker):
    link = linker.link(Record("q", name=FIRM.name, legal_person="周戊一", address=FIRM.address))[0]
    said = {reason.sentence: reason for reason in reasons(link)}
    assert said["名称相同"].tone == said["地址相同"].tone == "for"
    assert said["名称相同"].points > 0
    assert said["法定代表人不同：孙丙三"].tone == "against"
    assert said["法定代表人不同：孙丙三"].points < 0


WORDS = st.text(alphabet="上海甲乙丙丁信息科技有限公司望桥路分店第二（）0123456789MAX-室号弄*", max_size=20)
ROWS = st.builds(Record, st.just("q"), WORDS, WORDS, WORDS, WORDS, WORDS, WORDS)


@given(ROWS)
def test_scores_are_shares_of_one_cake_and_links_are_repeatable(row):
    linker = Linker(TOWN)
    found = linker.link(row)
    assert all(0 <= link.score <= 1 for link in found)
    assert sum(link.score for link in found) <= 1 + 1e-9
    assert [(link.id, link.score) for link in found] == [(link.id, link.score) for link in linker.link(row)]
    for link in found:
        reasons(link)


@given(ROWS, st.lists(ROWS, max_size=4))
def test_a_missing_field_is_silent(row, others):
    linker = Linker([*others, FIRM])
    bare = dataclasses.replace(row, legal_person="", address="", phone="")
    for link in linker.compared(Profile(bare)):
        assert not [key for key in link.features if key.startswith(("person", "address", "phone", "founded"))]


def test_calibration_moves_what_was_seen_often_and_never_turns_a_sign():
    useless = {"base": 1.0, "name_same": 1.0, "phone_same": 1.0}
    good = {"base": 1.0, "name_same": 1.0, "person_same": 1.0}
    settled = [Settled((useless, good), 1)] * 60 + [Settled((useless,), None)] * 60
    found = calibrate(settled)
    assert found.weights["person_same"] > BUILT_IN["person_same"]
    assert 0 <= found.weights["phone_same"] < BUILT_IN["phone_same"]
    assert found.weights["tail_differs"] == BUILT_IN["tail_differs"]
    assert found.after.surprise < found.before.surprise
    signs = {feature.key: feature.sign for feature in FEATURES}
    assert all(value * signs[key] >= 0 for key, value in found.weights.items())


def test_calibration_without_rows_changes_nothing():
    found = calibrate([])
    assert found.weights == pytest.approx(dict(BUILT_IN))
    assert found.before == found.after


# The command.


def matched(folder: Path, registry: bytes, queries: bytes, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "registry.csv").write_bytes(registry)
    (folder / "queries.csv").write_bytes(queries)
    paths = [str(folder / name) for name in ("registry.csv", "queries.csv", "out.csv")]
    return subprocess.run(
        [sys.executable, "manage.py", "match_file", *paths, *more], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def test_two_files_are_matched_without_a_database_whatever_their_headings_and_encodings(tmp_path):
    registry = "编号,企业名称,统一社会信用代码,住所,法定代表人\n" + "".join(
        f"{one.id},{one.name},{one.code},{one.address},{one.legal_person}\n" for one in TOWN
    )
    queries = (
        "row_id,uscc,name,legal_person,address\n"
        f"r1,{code(1)[8:16]}-{code(1)[16]},上海甲乙信息科技有限公司,孙**,\n"
        f"r2,{code(88)},壬癸（示例）五金店,,清波路7号\n"
    )
    done = matched(tmp_path, registry.encode("gb18030"), queries.encode("utf-8-sig"), "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["registry"], summary["rows"], summary["preticked"], summary["new"]) == (len(TOWN), 2, 1, 1)
    header, first, second = (tmp_path / "out.csv").read_text().splitlines()
    assert header == "row_id,registry_id,score"
    assert first.startswith("r1,1,0.99")
    assert second.startswith("r2,,0.0")


@pytest.mark.parametrize(
    ("registry", "said"),
    [
        ("甲,乙\n1,2\n", "认不出每一行是哪一家"),
        ("1,甲乙丙贸易有限公司,望桥路4号\n2,丁戊商行,清波路1号\n", "没有表头"),
        ("id,地址\n1,望桥路4号\n", "认不出每一行是哪一家"),
        ("", "文件是空的"),
    ],
)
def test_a_file_that_cannot_be_matched_is_refused_with_what_to_do(tmp_path, registry, said):
    done = matched(tmp_path, registry.encode(), b"id,name\n1,x\n")
    assert done.returncode == 1
    assert said in done.stderr


def test_a_column_is_known_by_what_stands_in_it_and_what_is_not_used_is_said(tmp_path):
    registry = "row,corp,boss,where,colour\n" + "".join(
        f"{one.id},{one.name},{one.legal_person},{one.address},\n" for one in TOWN
    )
    done = matched(tmp_path, registry.encode(), "id,name\n1,上海甲乙信息科技有限公司\n".encode(), "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["registry_columns"]["name"] == "corp"
    assert summary["registry_columns"]["address"] == "where"
    assert any("没有用到的列：colour" in remark for remark in summary["remarks"])
