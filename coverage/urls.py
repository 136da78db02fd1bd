"""Addresses of coverage, by subject."""

from __future__ import annotations

from django.urls import URLPattern, path

from coverage.views import codes as code_views
from coverage.views import collect as collect_views
from coverage.views import collection as collection_views
from coverage.views import columns as column_views
from coverage.views import compare as compare_views
from coverage.views import contradictions as contradiction_views
from coverage.views import demands as demand_views
from coverage.views import departments as department_views
from coverage.views import differences as difference_views
from coverage.views import entities as entity_views
from coverage.views import merging as merging_views
from coverage.views import people_lists as people_list_views
from coverage.views import replies as reply_views
from coverage.views import review as review_views
from coverage.views import roster as roster_views
from coverage.views import rounds as round_views
from coverage.views import search as search_views
from coverage.views import visits as visit_views
from coverage.views import workers as worker_views

app_name = "coverage"

registry: list[URLPattern] = [
    path("entities/", entity_views.entities, name="entities"),
    path("entities/new/", entity_views.add, name="entity-new"),
    path("entities/export/", entity_views.export_entities, name="entities-export"),
    path("entities/duplicates/", merging_views.duplicates, name="duplicates"),
    path("entities/distinct/<uuid:distinct>/undo/", merging_views.doubt_again, name="distinct-undo"),
    path("entities/merges/<uuid:merge>/undo/", merging_views.unmerge, name="merge-undo"),
    path("entities/<uuid:entity>/", entity_views.entity, name="entity"),
    path("entities/<uuid:entity>/merge/", merging_views.choose, name="merge-choose"),
    path("entities/<uuid:entity>/merge/<uuid:other>/", merging_views.merge, name="merge"),
    path("entities/<uuid:entity>/apart/<uuid:other>/", merging_views.apart, name="tell-apart"),
    path("entities/<uuid:entity>/edit/", entity_views.edit, name="entity-edit"),
    path("entities/<uuid:entity>/history/", entity_views.history, name="entity-history"),
    path("entities/<uuid:entity>/undo/<int:event>/", entity_views.undo, name="entity-undo"),
    path("entities/<uuid:entity>/phone/", entity_views.phone, name="entity-phone"),
    path("entities/<uuid:entity>/remove/", entity_views.remove, name="entity-remove"),
    path("entities/<uuid:entity>/restore/", entity_views.restore, name="entity-restore"),
    path("entities/<uuid:entity>/workers/", worker_views.of_entity, name="entity-workers"),
    path("entities/<uuid:entity>/workers/new/", worker_views.add, name="worker-new"),
    path("workers/", worker_views.workers, name="workers"),
    path("workers/<uuid:worker>/", worker_views.worker, name="worker"),
    path("workers/<uuid:worker>/left/", worker_views.left, name="worker-left"),
    path("workers/<uuid:worker>/back/", worker_views.back, name="worker-back"),
    path("workers/<uuid:worker>/phone/", worker_views.phone, name="worker-phone"),
    path("search/", search_views.search, name="search"),
]

comparison: list[URLPattern] = [
    path("compare/", compare_views.compare, name="compare"),
    path("compare/<uuid:batch>/", compare_views.batch_page, name="batch"),
    path("compare/<uuid:batch>/people/", people_list_views.people, name="batch-people"),
    path("compare/<uuid:batch>/people/refused/", people_list_views.refused, name="people-refused"),
    path("compare/<uuid:batch>/people/<uuid:person>/", people_list_views.decide, name="person-decide"),
    path("compare/<uuid:batch>/review/", review_views.review, name="batch-review"),
    path("compare/<uuid:batch>/suggestions/", review_views.suggestions, name="batch-suggestions"),
    path("compare/<uuid:batch>/progress/", compare_views.progress, name="batch-progress"),
    path("compare/<uuid:batch>/apply/", compare_views.apply_batch, name="batch-apply"),
    path("compare/<uuid:batch>/again/", compare_views.compare_again, name="batch-again"),
    path("compare/<uuid:batch>/allow-gone/", compare_views.allow_gone, name="batch-allow-gone"),
    path("compare/<uuid:batch>/undo/", compare_views.undo_batch, name="batch-undo"),
    path("compare/<uuid:batch>/reapply/", compare_views.reapply_batch, name="batch-reapply"),
    path("compare/<uuid:batch>/discard/", compare_views.discard, name="batch-discard"),
    path("compare/<uuid:batch>/export/", compare_views.export, name="batch-export"),
    path("compare/<uuid:batch>/refused/", compare_views.refused, name="batch-refused"),
    path("compare/<uuid:batch>/differences/<int:difference>/decide/", compare_views.decide, name="difference-decide"),
    path(
        "compare/<uuid:batch>/differences/<int:difference>/settle/", compare_views.settle_row, name="difference-settle"
    ),
]

feeds: list[URLPattern] = [
    path("compare/departments/", department_views.department_list, name="departments"),
    path("compare/departments/new/", department_views.add, name="department-new"),
    path("compare/departments/<uuid:department>/", department_views.department, name="department"),
    path("compare/departments/<uuid:department>/edit/", department_views.edit, name="department-edit"),
    path("compare/departments/<uuid:department>/retire/", department_views.retire, name="department-retire"),
    path("compare/departments/<uuid:department>/restore/", department_views.restore, name="department-restore"),
    path("compare/layouts/<uuid:layout>/forget/", department_views.forget_layout, name="layout-forget"),
    path("compare/rules/", department_views.rule_list, name="rules"),
    path("compare/rules/<slug:field>/", department_views.rule, name="rule"),
    path("compare/rules/<slug:field>/reset/", department_views.reset_rule, name="rule-reset"),
    path("compare/recognise/", compare_views.recognise, name="recognise"),
    path("compare/<uuid:batch>/columns/", column_views.columns, name="columns"),
    path("compare/<uuid:batch>/columns/preview/", column_views.preview, name="columns-preview"),
]

chain: list[URLPattern] = [
    path("differences/", difference_views.differences_list, name="differences"),
    path("differences/decide/", difference_views.decide_many, name="differences-decide"),
    path("differences/asked/", difference_views.asked_fields, name="asked-fields"),
    path("differences/<uuid:discrepancy>/", difference_views.difference, name="difference"),
    path("differences/<uuid:discrepancy>/reopen/", difference_views.reopen, name="difference-reopen"),
    path("compare/<uuid:batch>/replies/", reply_views.batch_replies, name="replies"),
    path("replies/<uuid:reply>/download/", reply_views.download, name="reply-download"),
    path("replies/<uuid:reply>/tell/", reply_views.tell, name="reply-tell"),
    path("replies/<uuid:reply>/untell/", reply_views.untell, name="reply-untell"),
]

rounds: list[URLPattern] = [
    path("rounds/", round_views.rounds, name="rounds"),
    path("rounds/<uuid:round>/", round_views.round_page, name="round"),
    path("rounds/<uuid:round>/planning/", round_views.planning, name="round-planning"),
    path("rounds/<uuid:round>/plan/", round_views.plan_again, name="round-plan"),
    path("rounds/<uuid:round>/replan/", round_views.replan, name="round-replan"),
    path("rounds/<uuid:round>/people/", round_views.people, name="round-people"),
    path("rounds/<uuid:round>/close/", round_views.close, name="round-close"),
    path("rounds/<uuid:round>/roster/", roster_views.roster, name="round-roster"),
    path("rounds/<uuid:round>/roster/export/", roster_views.export, name="round-export"),
    path("rounds/<uuid:round>/roster/reassign/", roster_views.reassign, name="round-reassign"),
    path("rounds/<uuid:round>/finds/", roster_views.finds, name="round-finds"),
    path("rounds/<uuid:round>/sheets/", roster_views.sheets, name="round-sheets"),
    path("rounds/<uuid:round>/arrange/", roster_views.to_arrange, name="round-arrange"),
    path("stops/<uuid:stop>/", roster_views.stop, name="stop"),
    path("stops/<uuid:stop>/arrange/", roster_views.arrange, name="stop-arrange"),
    path("rearrangements/<uuid:rearrangement>/undo/", round_views.undo, name="rearrangement-undo"),
]

visits: list[URLPattern] = [
    path("v/", visit_views.today, name="today"),
    path("v/results/", visit_views.results, name="results"),
    path("v/map/", visit_views.day_map, name="day-map"),
    path("v/find/", visit_views.find_door, name="find-door"),
    path("v/new/", visit_views.new_shop, name="new-shop"),
    path("v/receipts/", visit_views.receipts, name="receipts"),
    path("v/receipts/<int:answer>/", visit_views.contradiction, name="contradiction"),
    path("v/token/", visit_views.token, name="visit-token"),
    path("v/worker.js", visit_views.worker, name="visit-worker"),
    path("v/door/<uuid:entity>/", visit_views.door, name="door"),
    path("v/door/<uuid:entity>/call/", visit_views.call, name="visit-call"),
    path("v/visits/<uuid:visit>/reason/", visit_views.reason, name="visit-reason"),
    path("v/visits/<uuid:visit>/withdraw/", visit_views.withdraw, name="visit-withdraw"),
    path("v/<uuid:stop>/", visit_views.visit, name="visit"),
    path("contradictions/", contradiction_views.contradictions, name="contradictions"),
    path("contradictions/<int:answer>/settle/", contradiction_views.settle, name="contradiction-settle"),
    path("demands/", demand_views.demands, name="demands"),
    path("demands/export/", demand_views.export, name="demands-export"),
    path("demands/<uuid:demand>/", demand_views.demand, name="demand"),
]

collection: list[URLPattern] = [
    path("c/", collect_views.start, name="collect-start"),
    path("c/receipt/", collect_views.receipt, name="collect-receipt"),
    path("c/<str:token>/", collect_views.collect, name="collect"),
    path("c/<str:token>/notice/", collect_views.notice, name="collect-notice"),
    path("collection/", collection_views.queue, name="collection"),
    path("collection/codes/", code_views.codes_list, name="codes"),
    path("collection/codes/print/", code_views.print_codes, name="codes-print"),
    path("collection/codes/change/", code_views.change, name="codes-change"),
    path("collection/prints/", code_views.prints, name="code-prints"),
    path("collection/prints/<uuid:run>/", code_views.sheet, name="code-sheet"),
    path("collection/form/", code_views.versions, name="collection-form"),
    path("collection/<uuid:submission>/", collection_views.submission, name="submission"),
    path("collection/<uuid:submission>/accept/", collection_views.accept, name="submission-accept"),
    path("collection/<uuid:submission>/refuse/", collection_views.refuse_submission, name="submission-refuse"),
    path("collection/<uuid:submission>/reopen/", collection_views.reopen, name="submission-reopen"),
    path("collection/<uuid:submission>/reveal/", collection_views.reveal, name="submission-reveal"),
    path("collection/<uuid:submission>/erase/", collection_views.erase, name="submission-erase"),
]

urlpatterns = registry + comparison + chain + feeds + rounds + visits + collection
