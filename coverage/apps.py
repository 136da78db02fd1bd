from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "coverage"
    verbose_name = "覆盖"

    def ready(self) -> None:
        from coverage import personal

        personal.declare_fields()
