"""The project itself as an app: templates tags, commands and system checks that belong to no single room."""

from django.apps import AppConfig


class ShimenConfig(AppConfig):
    name = "shimen"
    label = "shimen"
    verbose_name = "石门"
