from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "supply"
    verbose_name = "供给"

    def ready(self) -> None:
        from coverage.registry.relations import follows
        from coverage.trial import parts
        from shimen import outbox
        from shimen.audit import reading
        from supply import figures, personal, verb_names
        from supply.menus import drafting, publishing
        from supply.models import Resource
        from supply.views import serving_parts, stand_parts, venue_works

        figures.register()
        reading.name_verbs(verb_names.VERBS, verb_names.KEYS)
        personal.declare_fields()
        parts.then("supply", "supply.trial.load")
        follows(Resource, "entity", "资源")
        outbox.handle(drafting.KIND, drafting.draft_job)
        outbox.handle(publishing.KIND, publishing.publish_job)
        serving_parts.declare()
        stand_parts.declare()
        venue_works.declare()
