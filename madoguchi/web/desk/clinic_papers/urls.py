"""The lawyer's papers: what is ready for a day, briefs, envelopes, list of names, outcomes."""

from django.urls import path

from madoguchi.web.desk.clinic_papers import briefs, day

urlpatterns = [
    path("clinic/pack/<slug:ref>/", day.ready, name="clinic-packs"),
    path("clinic/pack/<slug:ref>/print/", day.packs, name="clinic-pack-print"),
    path("clinic/sheet/<slug:ref>/", day.sheet, name="clinic-sheet"),
    path("clinic/brief/<uuid:booking_id>/", briefs.brief, name="clinic-brief"),
    path("clinic/outcome/<uuid:booking_id>/", briefs.outcome, name="clinic-outcome"),
]
