"""The published files."""

from django.urls import path

from madoguchi.web.portal.documents.views import document, documents

urlpatterns = [
    path("documents/", documents, name="documents"),
    path("documents/<slug:name>.pdf", document, name="document"),
]
