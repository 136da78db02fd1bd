"""What can be offered to whom: venues, lists, menus, deliveries."""
