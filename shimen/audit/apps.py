from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "shimen.audit"
    verbose_name = "操作记录"

    def ready(self) -> None:
        from shimen import navigation
        from shimen.accounts.models import Role
        from shimen.audit import views

        navigation.add(
            navigation.Entry(
                "操作记录",
                icon="history",
                url="audit:records",
                pillar=navigation.Pillar.GROUNDS,
                roles=views.READERS,
                place=90,
            ),
            navigation.Entry(
                "导出审批",
                icon="shield-lock",
                url="audit:export-requests",
                pillar=navigation.Pillar.GROUNDS,
                roles=(Role.SECURITY_ADMIN,),
                place=88,
                count=views.requests_waiting,
            ),
        )
