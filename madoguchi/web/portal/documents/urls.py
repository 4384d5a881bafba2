"""The published files."""

from django.urls import path

from madoguchi.web.portal.documents.views import documents

urlpatterns = [path("documents/", documents, name="documents")]
