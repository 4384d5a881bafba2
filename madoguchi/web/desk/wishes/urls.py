"""How contact is safe, written down by a colleague (連絡の安全)."""

from django.urls import path

from madoguchi.web.desk.wishes import views

urlpatterns = [path("wishes/<uuid:case_id>/", views.wishes, name="case-wishes")]
