"""Who may open what, written down: roles against the names of addresses.

`tests/access/test_table.py` compares it with every view, so that opening a page to more people, or making a new one, is a
decision that shows in a review. A name not here: add it to the line of its roles.
"""

from __future__ import annotations

WHO_MAY_OPEN: dict[str, str] = {
    "signed-in": """
        home gallery coverage:door coverage:visit-reason coverage:visit theme feedback accounts:me
    """,
    "staff secretary visitor data_admin convener station_master seconded": """
        supply:venues supply:venue supply:bookings supply:booking supply:booking-ics supply:series supply:rota supply:rules
        overview overview-work overview-map overview-cards coverage:entities coverage:entity coverage:entity-history coverage:search figures:index
        figures:editions figures:edition figures:figure figures:export territory:map territory:areas
        territory:places territory:area-list territory:area territory:place calendar:year
        branches:organisations branches:organisation branches:organisation-ties branches:hierarchy branches:rules
        branches:entity-covering branches:place-branch
        branches:courses branches:lecturers branches:bases branches:course branches:trainings branches:training
        branches:training-calendar branches:handbook branches:handbook-section branches:handbook-versions
        branches:handbook-difference branches:handbook-print branches:methods branches:method
        grid:councils grid:council grid:grids grid:grid
        supply:meal-points supply:meal-point
    """,
    "staff data_admin secretary station_master convener seconded": """
        supply:lists supply:lists-export supply:need supply:resource supply:project supply:unmatched supply:project-series
        supply:menu supply:menus supply:menu-week supply:menu-item supply:menu-print
    """,
    "staff data_admin secretary station_master": """
        supply:deliveries supply:delivery supply:served supply:recipient
    """,
    "staff secretary data_admin": """
        branches:gaps branches:gaps-table branches:coverings branches:covering branches:findings
        branches:organisation-area branches:duty
        branches:activities branches:activities-export branches:activities-due branches:activity branches:activity-ics
        branches:activity-file branches:projects branches:project branches:tour-sheet branches:organisation-activities
        coverage:entity-new coverage:entity-edit coverage:entity-undo coverage:entity-phone
        coverage:entity-workers coverage:worker-new coverage:workers coverage:worker coverage:worker-left
        coverage:worker-back coverage:worker-phone coverage:rounds coverage:round coverage:round-planning
        coverage:round-roster coverage:round-export coverage:round-finds coverage:round-sheets
        coverage:round-arrange coverage:contradictions coverage:contradiction-settle
        coverage:differences coverage:difference coverage:demands coverage:demands-export coverage:demand
        coverage:collection coverage:submission coverage:submission-accept coverage:submission-refuse
        coverage:submission-reopen coverage:submission-reveal coverage:submission-erase coverage:codes
        coverage:codes-print coverage:code-prints coverage:code-sheet
        branches:organisation-founding branches:document branches:members branches:organisation-members
        branches:talents branches:talent branches:help-requests branches:help-request branches:mentor-pairs
        branches:mentor-pair
        supply:volunteers supply:volunteer supply:callups supply:callup
    """,
    "staff data_admin": """
        coverage:departments coverage:department coverage:rules
        coverage:entities-export coverage:entity-remove coverage:entity-restore coverage:compare coverage:batch
        coverage:batch-progress coverage:replies coverage:batch-export coverage:batch-refused calendar:notice
        coverage:codes-change coverage:collection-form
        territory:place-new territory:place-edit territory:place-move territory:place-close territory:place-reopen
        territory:redrawing-undo
        coverage:duplicates coverage:distinct-undo coverage:merge-undo coverage:merge-choose coverage:merge
        coverage:tell-apart coverage:batch-review coverage:batch-people
        branches:organisations-export branches:gaps-export branches:coverings-export
        branches:talents-export branches:trainings-export
        grid:councils-export
        supply:coupon-batches supply:coupon-batch supply:redemptions supply:redemptions-export supply:settlements
        supply:settlement supply:settlement-export supply:volunteers-export
    """,
    "data_admin": """
        coverage:department-new coverage:department-edit coverage:department-retire coverage:department-restore
        coverage:layout-forget coverage:rule coverage:rule-reset coverage:columns coverage:columns-preview
        coverage:recognise coverage:batch-suggestions coverage:batch-apply coverage:batch-again
        coverage:batch-allow-gone coverage:batch-undo coverage:batch-reapply coverage:batch-discard coverage:difference-decide
        coverage:difference-settle coverage:person-decide coverage:people-refused coverage:differences-decide coverage:difference-reopen coverage:asked-fields
        coverage:reply-download coverage:reply-tell coverage:reply-untell
    """,
    "staff": """
        supply:list-files supply:list-file supply:list-file-blank supply:list-file-apply supply:list-file-undo
        supply:list-file-discard supply:list-file-decide
        grid:case-note grid:case-act grid:strays grid:stray-settle grid:baseline grid:ledger grid:platform-codes
        supply:venue-new supply:venue-edit supply:venue-close supply:venue-reopen supply:rule supply:rule-withdraw
        supply:need-link supply:link-end supply:menu-draft supply:menu-publish supply:menu-hold supply:menu-take-up
        supply:menu-add supply:menu-withdraw supply:item-change supply:item-cancel
        branches:area-add branches:division-new
        branches:committee-elect branches:committee-withdraw branches:term-extend branches:terms-export
        branches:committee-sheets branches:committee-sheet-blank branches:committee-sheet-filled
        branches:committee-sheet branches:committee-sheet-apply branches:committee-sheet-undo
        branches:committee-sheet-discard branches:committee-sheet-decide branches:seat-correct branches:seat-take-back
        branches:seat-fill branches:seat-end branches:seat-resume branches:seat-account
        coverage:round-plan coverage:round-replan coverage:round-people coverage:round-close
        coverage:stop-arrange coverage:rearrangement-undo figures:freeze
        territory:area-new territory:area-edit territory:area-border territory:area-close territory:area-reopen
        branches:organisation-edit branches:organisation-superior branches:unit-new branches:unit-end
        branches:beacon-give branches:beacon-end branches:organisation-dissolve branches:organisation-restore
        branches:founding-decide branches:founding-file branches:founding-back branches:rule branches:rule-withdraw
        branches:help-fields branches:help-field-rename branches:help-field-retire branches:help-field-restore
        branches:talent-notice branches:mentor-pair-new branches:mentor-pair-edit branches:mentor-pair-end
        branches:mentor-pair-resume branches:course-new branches:course-edit branches:course-retire
        branches:course-restore branches:lecturer-new branches:lecturer-edit branches:lecturer-retire
        branches:lecturer-restore branches:base-new branches:base-edit branches:base-retire branches:base-restore
        branches:training-new branches:training-edit branches:training-cancel branches:training-revive
        branches:training-roll branches:certificates-issue branches:certificate-revoke
        branches:certificate-reinstate branches:handbook-begin branches:handbook-draft branches:handbook-section-new
        branches:handbook-discard branches:handbook-reclaim branches:handbook-section-edit
        branches:handbook-section-move branches:handbook-section-remove branches:handbook-section-back
        branches:methods-prepare branches:method-edit
        grid:council-new grid:council-dissolve grid:council-restore grid:council-account
        grid:grid-member-new grid:grid-member-end grid:grid-part-new grid:grid-part-end
        grid:secondments-export grid:secondment-new grid:secondment-duties grid:secondment-renew grid:secondment-end
        grid:secondment-move
        supply:coupon-batch-new supply:coupon-batch-edit supply:coupon-issue supply:coupon-slips supply:coupon-merchants
        supply:coupon-batch-stop supply:coupon-batch-resume supply:coupon-merchant-leave supply:coupon-void
        supply:redemption-back supply:settle supply:settlement-pay supply:settlement-unpay supply:merchant-devices
        supply:merchant-device-end supply:volunteer-notice
    """,
    "secretary": """
        branches:home branches:home-phone branches:home-worker
    """,
    "staff seconded": """
        grid:my-grid
    """,
    "staff secretary": """
        supply:list-new supply:list-edit supply:list-move supply:menu-order supply:order-cancel supply:proposal-decline
        supply:menu-order-for supply:menu-phone supply:menu-phone-dish supply:delivery-new
        branches:divisions branches:division branches:division-progress branches:division-away branches:division-back
        branches:division-export branches:division-take-back branches:division-within branches:division-doors
        branches:division-edit branches:division-hand branches:division-undo branches:division-adopt
        branches:activity-new branches:activity-edit branches:activity-move branches:activity-cancel branches:activity-hold
        branches:activity-minutes branches:activity-minutes-settle branches:activity-minutes-reopen branches:activity-print
        branches:activity-decide branches:activity-file-add branches:activity-file-remove branches:meetings-today
        branches:attendance branches:attendance-code branches:project-new branches:project-edit branches:project-step-add
        branches:project-step branches:project-end branches:tour-shops branches:tour-shop-remove branches:offer-add
        branches:offer branches:organisation-calendar
        branches:gap-accept branches:gaps-accept branches:gap-building branches:gap-reach branches:covering-end
        branches:area-change branches:duty-release branches:duty-card
        coverage:round-reassign
        branches:organisation-committee branches:committee branches:terms
        branches:organisation-new branches:founding-elect branches:document-new branches:document-out
        branches:document-back branches:tie-new branches:tie-end branches:member-new branches:members-export
        branches:member branches:member-transfer branches:member-leave branches:member-back branches:member-reveal
        branches:talent-new branches:talent-edit branches:talent-renew branches:talent-take-in
        branches:talent-reveal branches:talent-withdraw branches:help-ask branches:help-reopen
        branches:mentor-session-new branches:mentor-session-back branches:mentor-session-restore
        branches:training-enrol branches:enrolment-withdraw branches:enrolments branches:certificate
        branches:case-new branches:case-withdraw branches:case-restore
        branches:rosters branches:roster-blank branches:roster branches:roster-apply branches:roster-undo
        branches:roster-discard branches:roster-decide branches:group-new branches:group-edit branches:group-end
        supply:volunteer-new supply:volunteer-edit supply:volunteer-renew supply:volunteer-take-in
        supply:volunteer-reveal supply:volunteer-withdraw supply:callup-new supply:callup-edit supply:callup-cancel
        supply:callup-close supply:callup-answer
    """,
    "staff secretary visitor": """
        coverage:stop coverage:today coverage:results coverage:day-map coverage:find-door coverage:new-shop
        coverage:receipts coverage:contradiction coverage:visit-call coverage:visit-withdraw
    """,
    "staff data_admin secretary convener seconded station_master": """
        grid:matters grid:matters-export grid:matter grid:entity-matters
        grid:matter-meetings
        grid:secondments grid:secondment
        grid:solved grid:cases grid:case grid:case-sheet
    """,
    "staff secretary convener seconded": """
        grid:matter-act grid:matter-slip
        grid:meetings grid:meetings-export grid:meeting grid:meeting-notice grid:meeting-ics grid:meeting-minutes
        grid:meeting-docx grid:resolutions
    """,
    "staff secretary convener seconded visitor": """
        grid:resolution
    """,
    "staff convener": """
        grid:meeting-new grid:meeting-edit grid:meeting-act grid:meeting-part grid:meeting-decide grid:meeting-resolve
        grid:meeting-vote grid:resolution-withdraw
        grid:my-councils
        grid:council-edit grid:council-places grid:council-charter grid:council-seat grid:council-unseat
        grid:council-resume grid:council-delegation grid:council-convener
    """,
    "staff secretary convener": """
        grid:matter-new
        grid:meeting-step grid:meeting-item-new grid:meeting-arrange grid:meeting-word grid:meeting-text
        grid:meeting-follow grid:meeting-people grid:meeting-person-new grid:meeting-person-strike
    """,
    # ---- opinions and topics
    "staff secretary visitor data_admin convener station_master seconded ": """
        grid:opinion-new grid:digests grid:digest grid:digest-print
        grid:topics grid:topic grid:topic-new grid:topic-support grid:topic-heard grid:topic-act
    """,
    "staff secretary convener seconded station_master": """
        grid:opinions grid:opinions-export grid:opinion grid:digest-rows
    """,
    "staff secretary ": """
        grid:opinion-sort grid:opinion-join grid:opinion-reopen grid:opinion-reveal
        grid:opinion-codes grid:opinion-poster
    """,
    "staff ": """
        grid:opinion-erase grid:opinion-code-change grid:opinion-notice
    """,
    "public": """
        grid:tell-start grid:tell-receipt grid:tell grid:matter-receipt
        supply:venue-public supply:venue-photo supply:door-of-space supply:feed
        supply:menu-public
        branches:door branches:sign-in-code branches:sign-in-token branches:tour-shop branches:calendar
        coverage:collect-start coverage:collect coverage:collect-notice coverage:collect-receipt
        coverage:visit-token coverage:visit-worker accounts:invitation accounts:new_password healthz readyz
        account_set_password account_reset_password trial_sign_in
        branches:certificate-check branches:talent-join branches:talent-receipt
        supply:coupon-claim supply:coupon-page supply:merchant-home supply:merchant-sign-in supply:merchant-take
        supply:merchant-reserve supply:merchant-confirm supply:merchant-release supply:merchant-worker
        supply:meal-door supply:meals-public supply:volunteer-join supply:volunteer-receipt supply:callup-door
    """,
    "staff audit_admin": """
        audit:records
    """,
    "audit_admin": """
        audit:export
    """,
    "staff system_admin": """
        feedback-received feedback-answer accounts:invite accounts:password_link
    """,
    "staff system_admin security_admin audit_admin": """
        accounts:people accounts:person
    """,
    "staff security_admin": """
        accounts:approve_invitation accounts:grant_role accounts:end_grant
    """,
    "staff system_admin security_admin": """
        accounts:revoke_invitation
    """,
    "system_admin security_admin": """
        accounts:suspend
    """,
    "system_admin": """
        accounts:restore grid:platform
    """,
    "security_admin": """
        accounts:clear_second_factor audit:export-approve audit:export-refuse
    """,
    "staff secretary visitor data_admin convener station_master seconded security_admin": """
        audit:export-requests
    """,
    "staff secretary visitor data_admin convener station_master seconded system_admin security_admin audit_admin": """
        privacy:fields
    """,
    "data_admin security_admin audit_admin": """
        privacy:erasures
    """,
    "staff secretary station_master convener": """
        supply:booking-new supply:series-new supply:booking-move supply:booking-cancel supply:booking-take
    """,
    "staff station_master": """
        supply:order-mark
        supply:space-new supply:space-edit supply:space-hours supply:space-retire supply:space-restore
        supply:day-hours supply:day-hours-withdraw supply:equipment-new supply:equipment-retire supply:venue-picture
        supply:venue-sheet supply:venue-code-renew supply:feed-issue supply:feed-stop supply:booking-agree
        supply:booking-refuse supply:booking-check-in supply:station supply:hand-over supply:handover-read
        supply:rota-plan supply:rota-anew supply:master-new supply:master-end supply:swap-ask supply:swap-accept
        supply:swap-decline supply:swap-withdraw
    """,
    "staff secretary station_master": """
        supply:delivery-act
        supply:meal-point-new supply:meal-point-edit supply:meal-pause supply:meal-end supply:meal-reopen
        supply:meal-resume supply:meal-answer supply:meal-report-reopen
    """,
}
