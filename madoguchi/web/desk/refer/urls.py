"""Referring a person: choose an agency, say what is passed on, follow what comes of it.

No address names the agency or what was looked for: which agency a case is sent to is sealed.
"""

from django.urls import path

from madoguchi.web.desk.refer import choose, follow, letters, prepare

urlpatterns = [
    path("refer/<uuid:case_id>/", choose.choose, name="refer"),
    path("refer/<uuid:case_id>/new/", prepare.prepare, name="refer-new"),
    path("refer/<uuid:case_id>/<uuid:referral_id>/", follow.referral, name="referral"),
    path("refer/<uuid:case_id>/<uuid:referral_id>/show/", follow.show, name="referral-show"),
    path("refer/<uuid:case_id>/<uuid:referral_id>/draft/", letters.draft, name="referral-draft"),
    path("refer/<uuid:case_id>/<uuid:referral_id>/issue/", letters.issue, name="referral-issue"),
]
