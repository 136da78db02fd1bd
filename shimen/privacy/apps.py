from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "shimen.privacy"
    verbose_name = "个人信息"

    def ready(self) -> None:
        from shimen import navigation, outbox
        from shimen.audit import reading
        from shimen.privacy import retention, views

        outbox.handle(retention.KIND, retention.retain_job, long=True)
        reading.name_verbs(
            {"privacy.retain": "删除到期的个人信息"}, {"rule": "按哪一条", "what": "删了", "kept": "留下"}
        )
        navigation.add(
            navigation.Entry(
                "个人信息清单",
                icon="shield-lock",
                url="privacy:fields",
                pillar=navigation.Pillar.GROUNDS,
                roles=views.READERS,
                place=60,
            ),
            navigation.Entry(
                "删除记录",
                icon="eraser",
                url="privacy:erasures",
                pillar=navigation.Pillar.GROUNDS,
                roles=views.KEEPERS,
                place=61,
            ),
        )
