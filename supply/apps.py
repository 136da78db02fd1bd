from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "supply"
    verbose_name = "供给"

    def ready(self) -> None:
        from shimen.audit import reading
        from supply import figures, personal, verb_names
        from supply.trial import load
        from supply.views import stand_parts

        figures.register()
        reading.name_verbs(verb_names.VERBS, verb_names.KEYS)
        personal.declare_fields()
        load.declare()
        stand_parts.declare()
