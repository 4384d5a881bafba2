"""A lawyer's addresses: their own day, and what everybody has who signs in at the desk's host."""

from madoguchi.config.urls.found import errands
from madoguchi.web import lawyer
from madoguchi.web.desk.display.urls import urlpatterns as display
from madoguchi.web.desk.hidden.views import urlpatterns as hidden
from madoguchi.web.desk.keys.views import urlpatterns as keys
from madoguchi.web.desk.signin.views import urlpatterns as signin

OF_EVERYBODY = (signin, hidden, display, keys)

urlpatterns = [
    *(pattern for errand in OF_EVERYBODY for pattern in errand),
    *errands(lawyer),
]
handler400 = "madoguchi.web.kit.refusals.bad_request"
handler404 = "madoguchi.web.kit.refusals.not_found"
handler500 = "madoguchi.web.kit.refusals.broken"
