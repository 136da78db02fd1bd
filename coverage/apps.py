from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "coverage"
    verbose_name = "覆盖"

    def ready(self) -> None:
        from coverage import expiry, figures, personal, verb_names
        from coverage.pages import overview
        from coverage.registry import following, ground
        from coverage.views import collection, compare_parts, day, demands, differences, registry_parts, round_parts
        from shimen import navigation
        from shimen.audit import reading

        figures.register()
        overview.declare()
        following.register()
        ground.declare()
        reading.name_verbs(verb_names.VERBS, verb_names.field_names() | verb_names.KEYS, verb_names.values())
        personal.declare_fields()
        expiry.declare()
        self._take_jobs()
        self._listen()
        navigation.add(*registry_parts.ENTRIES)
        navigation.tell(round_parts.top_bar)
        navigation.add(*round_parts.ENTRIES)
        navigation.add(*day.ENTRIES)
        navigation.add(*demands.ENTRIES)
        navigation.add(*compare_parts.ENTRIES)
        navigation.add(*differences.ENTRIES)
        navigation.add(*collection.ENTRIES)

    def _listen(self) -> None:
        """What is said at doors becomes the answer to what departments have said differently."""
        from coverage import signals
        from coverage.comparison import differences

        signals.question_answered.connect(differences.hear_answer, dispatch_uid="differences")
        signals.question_reopened.connect(differences.hear_withdrawal, dispatch_uid="differences")
        signals.entity_closed.connect(differences.hear_leaving, dispatch_uid="differences")

    def _take_jobs(self) -> None:
        from coverage.collection import erasing
        from coverage.comparison import apply, batches
        from coverage.differences import ageing
        from coverage.replies import replies
        from coverage.rounds import plans
        from shimen import outbox

        outbox.handle("rounds.plan", plans.plan_job, long=True)
        outbox.handle(erasing.KIND, erasing.erase_job)
        outbox.handle("feed.stage", batches.stage_job, long=True)
        outbox.handle("feed.apply", batches.apply_job)
        outbox.handle("feed.undo", batches.undo_job)
        outbox.handle("feed.search", apply.search_job)
        outbox.handle("differences.escalate", ageing.escalate_job)
        outbox.handle("replies.make", replies.make_job, long=True)
