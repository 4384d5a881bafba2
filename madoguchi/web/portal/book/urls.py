"""Where a place is asked for; the addresses say nothing."""

from django.urls import path

from madoguchi.web.portal.book.done import done
from madoguchi.web.portal.book.sending import check
from madoguchi.web.portal.book.views import dates, lines, step

urlpatterns = [
    path("s/l/", dates, name="book"),
    path("s/l/<int:number>/", step, name="book-step"),
    path("s/l/lines/", lines, name="book-lines"),
    path("s/l/check/", check, name="book-check"),
    path("s/l/done/", done, name="book-done"),
]
