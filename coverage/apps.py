from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "coverage"
    verbose_name = "覆盖"

    def ready(self) -> None:
        from coverage import figures, personal, plans
        from coverage.comparison import batches
        from shimen import outbox

        figures.register()
        personal.declare_fields()
        outbox.handle("rounds.plan", plans.plan_job, long=True)
        outbox.handle("feed.stage", batches.stage_job, long=True)
        outbox.handle("feed.apply", batches.apply_job)
        outbox.handle("feed.undo", batches.undo_job)
