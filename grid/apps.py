from django.apps import AppConfig


class GridConfig(AppConfig):
    name = "grid"
    verbose_name = "网格"

    def ready(self) -> None:
        from coverage import signals
        from coverage.registry.relations import follows
        from coverage.trial import parts
        from grid import figures, verb_names
        from grid import signals as own_signals
        from grid.handover import cases, sending
        from grid.matters import raising
        from grid.meetings import forgetting
        from grid.models import CouncilMember, Matter, Opinion
        from grid.opinions import erasing
        from grid.pages import demands as demand_pages
        from grid.pages import home
        from grid.pages import meetings as meeting_pages
        from grid.pages import overview as own_overview
        from grid.views import declaring, matters, meetings, solved, station
        from shimen import navigation
        from shimen.audit import reading

        navigation.add(*matters.ENTRIES, *solved.ENTRIES, *solved.ADMIN_ENTRIES, *meetings.ENTRIES)
        declaring.declare()
        figures.register()
        own_overview.declare()
        home.declare()
        meeting_pages.declare()
        forgetting.declare()
        reading.name_verbs(verb_names.VERBS)
        parts.then("grid", "grid.trial.load")
        follows(Matter, "entity", "事项")
        follows(CouncilMember, "entity", "议事会成员")
        follows(Opinion, "entity", "意见")
        erasing.declare_erasing()
        station.declare()
        signals.demand_raised.connect(raising.hear_demand, dispatch_uid="grid.matters")
        signals.demand_withdrawn.connect(raising.hear_withdrawal, dispatch_uid="grid.matters")
        signals.demands_taken_up.connect(demand_pages.hear_asked, dispatch_uid="grid.matters")
        own_signals.leg_begun.connect(cases.hear_leg_begun, dispatch_uid="grid.cases")
        own_signals.leg_ended.connect(cases.hear_leg_ended, dispatch_uid="grid.cases")
        sending.register()
