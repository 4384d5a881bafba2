"""An entry of a case, written anew."""

from django.urls import path

from madoguchi.web.desk.correct.views import correct

urlpatterns = [
    path("cases/<uuid:case_id>/entries/<uuid:entry_id>/", correct, name="entry-correct"),
]
