"""Tables of what can be offered to whom, by what they are about."""

from supply.models.deliveries import Delivery, DeliveryMoment, Serving
from supply.models.lists import Audience, Category, Link, Need, Project, Resource, Series, with_links
from supply.models.menus import ItemNeed, Menu, MenuItem, Order, Proposal
from supply.models.recipients import Recipient

__all__ = [
    "Audience",
    "Category",
    "Delivery",
    "DeliveryMoment",
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
    "with_links",
]
