from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "shimen.audit"
    verbose_name = "操作记录"
