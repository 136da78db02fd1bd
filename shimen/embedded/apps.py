from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    name = "shimen.embedded"
    verbose_name = "内置服务"
