from django.apps import AppConfig


class BranchesConfig(AppConfig):
    name = "branches"
    verbose_name = "党组织"

    def ready(self) -> None:
        from branches import expiry, figures, personal, verb_names
        from branches.bodies import groups
        from branches.committees import forgetting
        from branches.committees import reading as reading_led
        from branches.duty import following
        from branches.life import following as hosting
        from branches.models import OrganisationUnit, VisitedShop
        from branches.people.speakers import teaching
        from branches.views import organisations, parts
        from coverage.registry.relations import follows, stays
        from coverage.trial import parts as trial_parts
        from shimen import navigation
        from shimen.audit import reading
        from supply.bookings.speakers import let_know
        from supply.serving import speaking

        figures.register()
        reading.name_verbs(verb_names.VERBS, verb_names.KEYS, verb_names.values())
        personal.declare_fields()
        forgetting.declare()
        expiry.declare()
        follows(OrganisationUnit, "entity", "组建的党组织")
        stays(VisitedShop, "entity", "the tour went there under that entry, and may have gone to the other as well")
        following.register()
        speaking.let(reading_led.ids_led_by)
        let_know(teaching)
        hosting.register()
        groups.register()
        trial_parts.then("branches", "branches.trial.load")
        parts.declare()
        navigation.add(*organisations.ENTRIES)
