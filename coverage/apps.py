from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "coverage"
    verbose_name = "覆盖"

    def ready(self) -> None:
        from coverage import figures, overview, personal, verb_names
        from coverage.views import compare_parts, demands, registry_parts, round_parts
        from shimen import navigation
        from shimen.accounts.models import Role
        from shimen.audit import reading

        figures.register()
        overview.declare()
        reading.name_verbs(verb_names.VERBS, verb_names.KEYS)
        personal.declare_fields()
        self._take_jobs()
        navigation.add(*registry_parts.ENTRIES)
        navigation.tell(round_parts.top_bar)
        navigation.add(*round_parts.ENTRIES)
        navigation.add(
            navigation.Entry(
                "今天要走的",
                icon="map-pin",
                url="coverage:today",
                roles=(Role.SECRETARY, Role.VISITOR),
                place=20,
            ),
            navigation.Entry(
                "诉求",
                icon="message-dots",
                url="coverage:demands",
                pillar=navigation.Pillar.INTEGRATION,
                roles=demands.READERS,
                place=10,
                under=("/demands/",),
                count=demands.waiting,
            ),
        )
        navigation.add(
            navigation.Entry(
                "数据比对",
                icon="file-diff",
                url="coverage:compare",
                pillar=navigation.Pillar.COVERAGE,
                roles=(Role.STAFF, Role.DATA_ADMIN),
                place=30,
                under=("/compare/",),
                count=compare_parts.waiting,
            )
        )

    def _take_jobs(self) -> None:
        from coverage import plans
        from coverage.comparison import apply, batches
        from shimen import outbox

        outbox.handle("rounds.plan", plans.plan_job, long=True)
        outbox.handle("feed.stage", batches.stage_job, long=True)
        outbox.handle("feed.apply", batches.apply_job)
        outbox.handle("feed.undo", batches.undo_job)
        outbox.handle("feed.search", apply.search_job)
