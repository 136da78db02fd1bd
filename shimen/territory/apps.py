from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "shimen.territory"
    verbose_name = "地域"

    def ready(self) -> None:
        from shimen import navigation
        from shimen.accounts.access import EVERY_WORKER, OFFICE

        navigation.add(
            navigation.Entry(
                "网格和地点",
                icon="map-2",
                url="territory:area-list",
                pillar=navigation.Pillar.GROUNDS,
                roles=EVERY_WORKER,
                place=60,
                under=("/map/areas/", "/map/places/"),
            ),
            navigation.Entry(
                "工作日历",
                icon="calendar-week",
                url="calendar:year",
                pillar=navigation.Pillar.GROUNDS,
                roles=OFFICE,
                place=70,
                under=("/calendar/",),
            ),
        )
