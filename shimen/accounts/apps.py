from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shimen.accounts"
    verbose_name = "人员和权限"

    def ready(self) -> None:
        from shimen.accounts import checks, journal  # noqa: F401

        journal.connect()
