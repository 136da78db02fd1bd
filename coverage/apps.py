from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "coverage"
    verbose_name = "覆盖"

    def ready(self) -> None:
        from coverage import personal, plans
        from shimen import outbox

        personal.declare_fields()
        outbox.handle("rounds.plan", plans.plan_job, long=True)
