from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shimen.accounts"
    verbose_name = "账号与授权"
