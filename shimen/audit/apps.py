from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "shimen.audit"
    verbose_name = "操作记录"

    def ready(self) -> None:
        from shimen import navigation
        from shimen.audit import views

        navigation.add(
            navigation.Entry(
                "操作记录",
                icon="history",
                url="audit:records",
                pillar=navigation.Pillar.GROUNDS,
                roles=views.READERS,
                place=90,
            )
        )
