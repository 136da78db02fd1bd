"""The project itself as an app: templates tags, commands and system checks that belong to no single room."""

from django.apps import AppConfig


class ShimenConfig(AppConfig):
    name = "shimen"
    label = "shimen"
    verbose_name = "石门"

    def ready(self) -> None:
        # Web processes send tasks too, so the app must be the current one everywhere.
        from shimen import celery, health, navigation, plain_words  # noqa: F401
        from shimen.accounts.access import EVERY_WORKER

        plain_words.speak()

        navigation.add(
            navigation.Entry("总览", icon="layout-dashboard", url="overview", roles=EVERY_WORKER, place=10),
            navigation.Entry("地图", icon="map-2", url="territory:map", roles=EVERY_WORKER, place=30),
        )
