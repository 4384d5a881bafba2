"""The lawyer's papers: what lies ready for a day, briefs, envelopes, list of names, outcomes."""

from django.urls import path

from madoguchi.web.desk.clinic_papers import briefs, names, outcomes, prints, ready

urlpatterns = [
    path("clinic/pack/<slug:ref>/", ready.ready, name="clinic-packs"),
    path("clinic/pack/<slug:ref>/print/", prints.packs, name="clinic-pack-print"),
    path("clinic/sheet/<slug:ref>/", names.sheet, name="clinic-sheet"),
    path("clinic/brief/<uuid:booking_id>/", briefs.brief, name="clinic-brief"),
    path("clinic/outcome/<uuid:booking_id>/", outcomes.outcome, name="clinic-outcome"),
]
