"""The project itself as an app: templates tags, commands and system checks that belong to no single room."""

from django.apps import AppConfig


class ShimenConfig(AppConfig):
    name = "shimen"
    label = "shimen"
    verbose_name = "石门"

    def ready(self) -> None:
        # Web processes send tasks too, so the app must be the current one everywhere.
        from shimen import celery, health  # noqa: F401
