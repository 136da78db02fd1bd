"""Puts our own administration site in the place of Django's. Apart from the site itself, which needs models."""

from django.contrib.admin.apps import SimpleAdminConfig


class OfficeAdminConfig(SimpleAdminConfig):
    default_site = "shimen.accounts.admin_site.OfficeAdmin"
