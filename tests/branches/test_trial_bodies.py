"""The organised bodies of the trial street, counted from rows."""

from __future__ import annotations

from branches.models import Beacon, Founding, Member, Organisation, OrganisationUnit, Superior, Tie
from coverage.trial import words
from shimen.figures.values import values
from shimen.territory.models import Street
from tests import trial

TODAY = trial.NOW.date()


def test_the_organisations_are_those_of_the_campaign(trial_street):
    keys = ["organisations", "founded_street_block", "founded_building", "founded_enterprise", "organisation_members"]
    counted = {key: value.number for key, value in values(street=Street.objects.get(), on=TODAY, keys=keys).items()}
    members = counted.pop("organisation_members")
    assert counted == {"organisations": 87, "founded_street_block": 3, "founded_building": 1, "founded_enterprise": 3}
    assert 300 <= members <= 900
    assert Beacon.objects.on(TODAY).count() == 5
    assert Organisation.objects.preparing().count() == 2
    assert Organisation.objects.filter(dissolved_on__isnull=False).count() == 1


def test_everything_but_the_street_has_one_superior_and_stands_in_a_grid_or_for_the_whole_street(trial_street):
    top = Organisation.objects.get(kind=Organisation.Kind.STREET)
    placed = set(Superior.objects.on(TODAY).values_list("organisation_id", flat=True))
    assert set(Organisation.objects.standing(TODAY).exclude(pk=top.pk).values_list("pk", flat=True)) <= placed
    under_buildings = Superior.objects.filter(above__form=Organisation.Form.GENERAL).count()
    assert under_buildings >= 1


def test_every_branch_has_three_full_members_and_joint_ones_no_more_units_than_the_rule(trial_street):
    for row in Organisation.objects.standing(TODAY).branches():
        assert Member.objects.of(row).on(TODAY).full().count() >= 3, row.name
        units = OrganisationUnit.objects.filter(organisation=row).on(TODAY).count()
        assert units <= 5
        assert row.form != Organisation.Form.JOINT or units >= 2, row.name


def test_the_street_block_branches_are_hubs_and_many_members_are_known_workers(trial_street):
    for name in ("第一街区党支部", "第二街区党支部", "第三街区党支部"):
        hub = Organisation.objects.get(name=name)
        assert Tie.objects.filter(hub=hub).on(TODAY).count() >= 5
    assert Member.objects.filter(worker__isnull=False).count() >= 100


def test_no_name_is_anybodys(trial_street):
    for row in Member.objects.select_related("organisation")[:200]:
        assert words.PERSON.match(row.name()), row.name()


def test_the_seven_of_the_campaign_have_their_files_with_papers_and_two_are_on_their_way(trial_street):
    filed = Founding.objects.filter(state=Founding.State.FILED)
    assert filed.count() == 7
    assert all(row.documents.count() == 4 for row in filed)
    assert {row.organisation.founded_on for row in filed} == {row.decided_on for row in filed}
    late = Founding.objects.open().filter(due_on__lt=TODAY)
    assert [row.state for row in late] == [Founding.State.APPLIED]
    assert Founding.objects.open().count() == 2
