"""Tables of what can be offered to whom, by what they are about."""

from supply.models.bookings import Booking, BookingSeries, CalendarFeed, Hold, Speaker
from supply.models.coupons import (
    Coupon,
    CouponBatch,
    CouponMerchant,
    MerchantDevice,
    Redemption,
    Reservation,
    Settlement,
)
from supply.models.deliveries import Delivery, DeliveryMoment, Serving
from supply.models.list_files import ListFile, ListFileRow
from supply.models.lists import Audience, Category, Link, Need, Project, Resource, Series, with_links
from supply.models.meals import MealHours, MealPause, MealPoint, MealReport
from supply.models.menus import ItemNeed, Menu, MenuItem, Order, Proposal
from supply.models.recipients import Recipient
from supply.models.rota import HandoverNote, Shift, StationMaster, Swap
from supply.models.rules import SupplyRule
from supply.models.venues import DayHours, Equipment, Hours, Space, Venue
from supply.models.volunteers import CallAnswer, CallUp, Volunteer, VolunteerNotice

__all__ = [
    "Audience",
    "Booking",
    "BookingSeries",
    "CalendarFeed",
    "CallAnswer",
    "CallUp",
    "Category",
    "Coupon",
    "CouponBatch",
    "CouponMerchant",
    "DayHours",
    "Delivery",
    "DeliveryMoment",
    "Equipment",
    "HandoverNote",
    "Hold",
    "Hours",
    "ItemNeed",
    "Link",
    "ListFile",
    "ListFileRow",
    "MealHours",
    "MealPause",
    "MealPoint",
    "MealReport",
    "Menu",
    "MenuItem",
    "MerchantDevice",
    "Need",
    "Order",
    "Project",
    "Proposal",
    "Recipient",
    "Redemption",
    "Reservation",
    "Resource",
    "Series",
    "Serving",
    "Settlement",
    "Shift",
    "Space",
    "Speaker",
    "StationMaster",
    "SupplyRule",
    "Swap",
    "Venue",
    "Volunteer",
    "VolunteerNotice",
    "with_links",
]
