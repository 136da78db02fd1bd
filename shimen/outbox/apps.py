from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "shimen.outbox"
    verbose_name = "后台任务"
