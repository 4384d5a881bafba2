"""The portal's addresses."""

from madoguchi.config.urls.found import errands
from madoguchi.web import portal

urlpatterns = errands(portal)
handler400 = "madoguchi.web.kit.refusals.bad_request"
handler404 = "madoguchi.web.kit.refusals.not_found"
handler500 = "madoguchi.web.kit.refusals.broken"
