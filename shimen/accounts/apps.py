from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shimen.accounts"
    verbose_name = "人员和权限"

    def ready(self) -> None:
        from shimen import navigation
        from shimen.accounts import checks, feedback_views, journal, second_factor, views  # noqa: F401 - checks register themselves
        from shimen.privacy import rotation

        rotation.also(second_factor.ROTATED)
        journal.connect()
        navigation.add(
            navigation.Entry(
                "人员和权限",
                icon="users",
                url="accounts:people",
                pillar=navigation.Pillar.GROUNDS,
                roles=views.READERS,
                place=80,
            ),
            navigation.Entry(
                "收到的意见",
                icon="message-circle",
                url="feedback-received",
                pillar=navigation.Pillar.GROUNDS,
                roles=feedback_views.READERS,
                place=85,
            ),
        )
