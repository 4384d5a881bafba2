"""The ledger of the grants, and what the auditor reads of them (補助金台帳・監査)."""

from django.urls import path

from madoguchi.web.desk.grants_ledger import audit, views

urlpatterns = [
    path("grants/ledger/", views.ledger, name="grants-ledger"),
    path("grants/ledger/<int:year>.xlsx", views.save, {"kind": "xlsx"}, "grants-ledger-workbook"),
    path("grants/ledger/<int:year>.csv", views.save, {"kind": "csv"}, "grants-ledger-csv"),
    path("grants/ledger/<int:year>/names/", views.ask, name="grants-names-ask"),
    path("grants/ledger/names/<uuid:request_id>/take/", views.take, name="grants-names-take"),
    path("grants/audit/", audit.newest, name="grants-audit"),
    path("grants/audit/<int:year>/", audit.population, name="grants-audit-year"),
    path("grants/audit/<uuid:grant_id>/", audit.file, name="grants-audit-file"),
    path(
        "grants/audit/<uuid:grant_id>/papers/<uuid:issued_id>/",
        audit.paper,
        name="grants-audit-paper",
    ),
    path(
        "grants/audit/<uuid:grant_id>/files/<uuid:file_id>/",
        audit.attached,
        name="grants-audit-attached",
    ),
    path("grants/<uuid:grant_id>/bundle/", audit.bundle, name="grant-bundle"),
]
