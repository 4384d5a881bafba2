"""A lawyer's addresses: their own day, and what everybody has who signs in at the desk's host."""

from madoguchi.config.urls.found import errands
from madoguchi.web import lawyer
from madoguchi.web.desk.display import urls as display
from madoguchi.web.desk.hidden import urls as hidden
from madoguchi.web.desk.keys import urls as keys
from madoguchi.web.desk.signin import urls as signin

OF_EVERYBODY = (signin, hidden, display, keys)

urlpatterns = [
    *(pattern for one in OF_EVERYBODY for pattern in one.urlpatterns),
    *errands(lawyer),
]
handler400 = "madoguchi.web.kit.refusals.bad_request"
handler404 = "madoguchi.web.kit.refusals.not_found"
handler500 = "madoguchi.web.kit.refusals.broken"
