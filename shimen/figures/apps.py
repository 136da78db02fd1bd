from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "shimen.figures"
    verbose_name = "数字与口径"

    def ready(self) -> None:
        from shimen import navigation
        from shimen.accounts.access import EVERY_WORKER

        navigation.add(
            navigation.Entry(
                "数字与口径",
                icon="chart-bar",
                url="figures:index",
                pillar=navigation.Pillar.GROUNDS,
                roles=EVERY_WORKER,
                place=10,
            )
        )
