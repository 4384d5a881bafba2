"""What would be passed on, read by its person (渡す内容の確認): yes to exactly this, or no."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from django.http import HttpResponse
from django.urls import path

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.agency import Agency
from madoguchi.tools.vault import visit
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.kit.safe_contact import CONTACT, safe_contact
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.safety.visitor import draw, private, see, visitor
from madoguchi.work.cases import public as cases
from madoguchi.work.referrals import public as referrals

ANSWERS = {
    "yes": (referrals.approve, "referral.approve", "approved"),
    "no": (referrals.decline, "referral.decline", "declined"),
}


@dataclass(frozen=True)
class Asked:
    """A summary as the page shows it; `agency` of None: it is in no directory any more."""

    proposal: referrals.Proposal = field(repr=False)
    agency: Agency | None


@private
def agree(request: OfficeRequest) -> HttpResponse:
    """Shows every summary that waits for a yes, and takes yes or no for one of them."""
    now = request.now
    who = visitor(request)
    held = session.recall(who, now)
    if who is None or held is None:
        return see("follow")
    if request.method == "POST" and request.POST.get("case") == held.drawer.mark:
        return _answer(request, who, held)
    wishes = cases.wishes(held.drawer)  # the newest, whatever the desk wrote then
    now_safe = safe_contact(wishes, texts_for(request))
    agencies = {agency.id: agency for agency in request.programme.directory}
    asked = tuple(
        Asked(
            replace(each, summary=each.summary.safely(CONTACT, now_safe)), agencies.get(each.agency)
        )
        for each in referrals.proposals(held)
    )
    if not asked:
        return see("follow")
    return draw(request, "portal/agree/page.html", {"asked": asked, "mark": held.drawer.mark})


def _answer(request: OfficeRequest, who: visit.Holder, held: cases.Holding) -> HttpResponse:
    now, answer = request.now, ANSWERS.get(request.POST.get("answer", ""))
    if answer is None:
        return see("agree")
    proposal = request.POST.get("proposal", "")
    act, verb, note = answer
    try:
        act(
            cases.consultee(who.office_id),
            held,
            UUID(proposal),
            session.look_on(request),
            now=now,
            idempotency_key=session.idempotency_key(who, f"{verb}/{proposal}", now),
        )
    except (Absent, Refused, ValueError):  # taken back meanwhile, or no page of ours sent it
        note = "overtaken"
    session.note(who, note, now)
    return see("follow")


urlpatterns = [path("s/f/r/", agree, name="agree")]
