"""Search by what troubles a person; posted, so that the words stay out of the history."""

from django.urls import path

from madoguchi.web.portal.search.views import search

urlpatterns = [path("search/", search, name="search")]
