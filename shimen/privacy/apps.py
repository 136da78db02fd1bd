from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "shimen.privacy"
    verbose_name = "个人信息"

    def ready(self) -> None:
        from shimen import navigation
        from shimen.privacy import views

        navigation.add(
            navigation.Entry(
                "个人信息清单",
                icon="shield-lock",
                url="privacy:fields",
                pillar=navigation.Pillar.GROUNDS,
                roles=views.READERS,
                place=60,
            )
        )
