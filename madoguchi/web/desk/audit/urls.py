"""The audit as an auditor reads it (帳簿)."""

from django.urls import path

from madoguchi.web.desk.audit import views

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/verify/", views.verify, name="audit-verify"),
]
