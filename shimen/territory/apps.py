from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "shimen.territory"
    verbose_name = "地域"
