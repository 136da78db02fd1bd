from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "shimen.privacy"
    verbose_name = "个人信息"
