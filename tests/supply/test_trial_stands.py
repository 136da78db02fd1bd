"""The trial street's coupons, meal points and volunteers: counted from rows, consistent, and visibly made up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.urls import reverse

from coverage.trial.words import PERSON
from shimen import clock
from shimen.accounts.models import User
from shimen.figures.values import values
from supply.coupons import issuing, settling
from supply.models import CallAnswer, CallUp, Coupon, CouponBatch, MealPoint, Redemption, Settlement, Volunteer
from supply.volunteers import roster

PAGES = (
    "supply:coupon-batches", "supply:redemptions", "supply:settlements", "supply:meal-points", "supply:volunteers",
    "supply:callups",
)  # fmt: skip


def test_more_than_five_hundred_volunteers_stand_and_none_of_them_is_anybody(trial_street):
    found = values(street=trial_street, on=clock.today(), keys=["volunteers", "meal_points"])
    assert (found["volunteers"].number, found["meal_points"].number) == (512, 12)
    states = dict(Volunteer.objects.order_by().values_list("state").annotate(Count("pk")))
    assert states == {"standing": 512, "waiting": 5, "deleted": 8}
    for row in Volunteer.objects.standing().order_by("pk")[:40]:
        assert PERSON.match(roster.opened(row, "name_sealed"))
        assert roster.opened(row, "phone_sealed").startswith("1990000")
    assert not Volunteer.objects.filter(joined_at__gt=clock.now()).exists()


def test_every_batch_counts_its_coupons_and_every_used_one_has_its_redemption(trial_street):
    assert CouponBatch.objects.count() == 5
    for batch in CouponBatch.objects.with_counts():
        assert batch.coupons.count() == batch.issued
        assert 0 < batch.used < batch.issued
    used = Coupon.objects.filter(state="redeemed")
    assert used.count() == Redemption.objects.standing().count() > 600
    assert not Redemption.objects.filter(redeemed_at__lt=F("coupon__issued_at")).exists()
    assert not Redemption.objects.filter(redeemed_at__gt=clock.now()).exists()
    for row in Redemption.objects.select_related("coupon__batch")[:200]:
        assert clock.day_of(row.redeemed_at) in row.coupon.batch.valid
        assert row.coupon.batch.merchants.filter(entity=row.entity_id).exists()


def test_settlements_are_the_sums_of_their_lines_and_leave_nothing_of_the_months_before(trial_street):
    for row in Settlement.objects.annotate(n=Count("lines"), total=Sum("lines__value")):
        assert (row.n, row.total) == (row.count, row.amount)
    first = dt.datetime.combine(clock.today().replace(day=1), dt.time.min, clock.SHANGHAI)
    assert not Redemption.objects.filter(settlement=None, redeemed_at__lt=first).exists()
    assert settling.owed(street=trial_street.pk, until=clock.today())


def test_call_ups_have_answers_of_those_whom_they_fit(trial_street):
    assert CallUp.objects.count() == 18
    assert CallUp.objects.filter(state="open", starts_at__gt=clock.now()).count() == 3
    assert CallAnswer.objects.filter(state="came").count() > 80
    assert not CallAnswer.objects.filter(Q(call__state="open"), state="came").exists()
    assert CallAnswer.objects.aggregate(total=Sum("hours"))["total"] > Decimal(100)


def test_the_pages_of_staff_hold_few_queries(trial_street, client, django_assert_max_num_queries):
    client.force_login(User.objects.get(username="zhouwuwu"))
    for name in PAGES:
        client.get(reverse(name))
        with django_assert_max_num_queries(25):
            assert client.get(reverse(name)).status_code == 200


def test_a_coupon_of_the_trial_opens_on_its_holder_s_phone(trial_street, client):
    coupon = Coupon.objects.usable(clock.today()).order_by("pk").first()
    page = client.get(reverse("supply:coupon-page", args=[issuing.page_token(coupon)]))
    assert "给店员扫" in page.content.decode()
    point = MealPoint.objects.order_by("pk").first()
    assert client.get(reverse("supply:meal-door", args=[point.token])).status_code == 200
