"""The made-up year of venues, lists, menus and coupons."""
