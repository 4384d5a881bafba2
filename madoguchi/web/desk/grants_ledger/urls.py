"""The ledger of the grants, and what the auditor reads of them (補助金台帳・監査)."""

from django.urls import path

from madoguchi.web.desk.grants_ledger import views

urlpatterns = [
    path("grants/ledger/", views.ledger, name="grants-ledger"),
    path("grants/ledger/<int:year>.xlsx", views.workbook, name="grants-ledger-workbook"),
    path("grants/ledger/<int:year>/names/", views.ask, name="grants-names-ask"),
    path("grants/ledger/names/<uuid:release_id>/", views.release, name="grants-names-release"),
    path("grants/ledger/names/<uuid:release_id>/take/", views.take, name="grants-names-take"),
]
