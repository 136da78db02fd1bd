from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shimen.accounts"
    verbose_name = "人员和权限"

    def ready(self) -> None:
        from shimen import navigation
        from shimen.accounts import checks, journal, views  # noqa: F401 - checks register themselves

        journal.connect()
        navigation.add(
            navigation.Entry(
                "人员和权限",
                icon="users",
                url="accounts:people",
                pillar=navigation.Pillar.GROUNDS,
                roles=views.READERS,
                place=80,
            )
        )
