"""Tables of what can be offered to whom, by what they are about."""

from supply.models.bookings import Booking, BookingSeries, CalendarFeed, Hold, Speaker
from supply.models.deliveries import Delivery, DeliveryMoment, Serving
from supply.models.lists import Audience, Category, Link, Need, Project, Resource, Series, with_links
from supply.models.menus import ItemNeed, Menu, MenuItem, Order, Proposal
from supply.models.recipients import Recipient
from supply.models.rota import HandoverNote, Shift, StationMaster, Swap
from supply.models.rules import SupplyRule
from supply.models.venues import DayHours, Equipment, Hours, Space, Venue

__all__ = [
    "Audience",
    "Booking",
    "BookingSeries",
    "CalendarFeed",
    "Category",
    "DayHours",
    "Delivery",
    "DeliveryMoment",
    "Equipment",
    "HandoverNote",
    "Hold",
    "Hours",
    "ItemNeed",
    "Link",
    "Menu",
    "MenuItem",
    "Need",
    "Order",
    "Project",
    "Proposal",
    "Recipient",
    "Resource",
    "Series",
    "Serving",
    "Shift",
    "Space",
    "Speaker",
    "StationMaster",
    "SupplyRule",
    "Swap",
    "Venue",
    "with_links",
]
