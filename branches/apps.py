from django.apps import AppConfig


class BranchesConfig(AppConfig):
    name = "branches"
    verbose_name = "党组织"

    def ready(self) -> None:
        from branches import personal
        from branches.duty import following
        from branches.models import OrganisationUnit
        from branches.trial import load
        from coverage.registry.relations import follows

        personal.declare_fields()
        follows(OrganisationUnit, "entity", "组建的党组织")
        following.register()
        load.declare()
