"""What a person told since, by field."""

from django.urls import path

from madoguchi.web.desk.heard.views import heard

urlpatterns = [path("heard/<uuid:case_id>/", heard, name="heard")]
