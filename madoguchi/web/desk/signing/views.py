"""What waits for a second (署名): who asks, when, and what is signed; of no case, and no person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.steps.proposal import Outcome
from madoguchi.rules.validity import InForce
from madoguchi.tools.act.action import allowed
from madoguchi.tools.signin.colleagues import Colleague, colleagues
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.grants.summary import grant_number
from madoguchi.web.desk.settings.in_force import Row, current
from madoguchi.web.desk.settings.in_force import rows as rows_of
from madoguchi.web.desk.signing import acts
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import proposals
from madoguchi.work.notices.proposals import ProposalCard
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.holder import other_holder

ENDS = {"sign": acts.confirm, "drop": acts.drop}


@dataclass(frozen=True)
class Wish:
    """An act that waits; `href`: where to read more of it, or to act by it once it is signed.

    `rows`: what is signed, in words.
    """

    card: ProposalCard
    who: str
    own: bool
    href: str
    rows: tuple[Row, ...]

    @property
    def key(self) -> str:
        """The text key of its kind."""
        return f"desk.settings.kind.{self.card.kind}"

    @property
    def signed(self) -> bool:
        return self.card.outcome == Outcome.CONFIRMED


@require_safe
def signing(request: DeskRequest) -> HttpResponse:
    """What waits for this colleague's signature, and what they asked for themselves."""
    return _page(request)


def end(request: DeskRequest, proposal_id: UUID, verb: str) -> HttpResponse:
    """Sign or drop; 409 where somebody was faster, or it may not be done any more."""
    if request.method != "POST":
        return redirect("signing")
    found = proposals.waiting(request.actor, AtOffice(request.office.id), request.now)
    card = next((each for each in found if each.id == proposal_id), None)
    if card is None:
        return _page(request, (Reason("proposal.ended"),))
    try:
        ENDS[verb](request, card)
    except Refused as refused:
        return _page(request, refused.reasons)
    own = card.staff_id == request.actor.staff_id
    ended = "signed" if verb == "sign" else "dropped" if own else "unsigned"
    return go_on(request, reverse("signing"), f"desk.done.{ended}")


def _page(request: DeskRequest, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    people = colleagues(request.office.id, request.now)
    names, own_id = {each.id: each.name for each in people}, request.actor.staff_id
    in_force = current(request)
    wishes = tuple(
        Wish(
            card,
            names.get(card.staff_id, ""),
            card.staff_id == own_id,
            _way(request, card),
            _rows(request, in_force, card, people),
        )
        for card in proposals.waiting(request.actor, AtOffice(request.office.id), request.now)
    )
    values = {
        "page": "signing",
        "others": tuple(wish for wish in wishes if not wish.own),
        "own": tuple(wish for wish in wishes if wish.own),
        "grounds": reasons,
    }
    return render(request, "desk/signing/page.html", values, status=409 if reasons else 200)


def _rows(
    request: DeskRequest, in_force: InForce, card: ProposalCard, people: tuple[Colleague, ...]
) -> tuple[Row, ...]:
    """What is signed. Of a proposal's kind that is not published it says itself what it holds."""
    words, asked = texts_for(request), card.change

    def said(name: str, value: str) -> Row:
        return Row(f"desk.signing.said.{name}", "", value)

    def fixed(name: str) -> Row:
        return said(name, words.get(f"desk.signing.said.{name}_words").words)

    match card.kind:
        case "staff_added":
            role = words.get(f"desk.role.{asked['role']}").words
            new = said("name", str(asked["name"])), said("username", str(asked["username"]))
            return (*new, said("role", role))
        case "staff_renewed":
            whose = next((each for each in people if str(each.id) == card.about), None)
            if whose is None:
                return ()
            role = words.get(f"desk.role.{whose.role}").words
            return said("name", whose.name), said("role", role), fixed("renewed")
        case "grant_paid" | "grant_decided" if asked:
            number = grant_number(asked["fiscal_year"], asked["number"], words)
            act = words.get(f"desk.grant.do.{asked['verb']}").words
            rows = said("number", number), said("act", act), *_sums(asked, words)
            if card.kind == "grant_decided":
                return rows
            return (*rows, fixed("paid_on"), *_holder(request, card, words))
        case "ledger_names":
            return (said("year", wareki_fiscal_year(int(asked["fiscal_year"]))), fixed("names"))
        case "audit_looked_into":
            return (fixed("lines"),)
        case _:
            return rows_of(request, in_force, card.kind, asked)


def _sums(asked: Mapping[str, Any], words: Texts) -> tuple[Row, ...]:
    """The sums of a step on a grant: of a change before and after, of a refusal none."""

    def yen(name: str) -> str:
        sum_yen = asked.get(name)
        return "" if sum_yen is None else words.get("desk.grant.yen", yen=f"{sum_yen:,}").words

    match asked["verb"]:
        case Verb.REFUSE:
            return ()
        case Verb.REVOKE:
            back = (Row("desk.signing.said.repay_yen", "", yen("repay_yen")),)
            taken = Row("desk.signing.said.revoked_yen", "", yen("yen"))
            return (taken, *back) if asked.get("repay_yen") else (taken,)
        case _:
            return (Row("desk.signing.said.yen", yen("was_yen"), yen("yen")),)


def _holder(request: DeskRequest, card: ProposalCard, words: Texts) -> tuple[Row, ...]:
    """Of an account in another name, on what it was confirmed; whose, to who may read the grant."""
    why = card.change.get("holder")
    if not why:
        return ()
    how = Row("desk.signing.said.holder", "", words.get(f"desk.grant.form.holder.{why}").words)
    row = queries.find(request.actor, UUID(card.about.partition("/")[0]))
    holder = None
    if allowed(request.actor, "grant.read", row):
        holder = other_holder(queries.open_grant(request.actor, row.pk, now=request.now).steps)
    if holder is None:
        unread = words.get("desk.signing.said.holder_kana_words").words
        return how, Row("desk.signing.said.holder_kana", "", unread)
    proof = (Row("desk.grant.told.proof", "", holder.proof),) if holder.proof else ()
    return how, Row("desk.signing.said.holder_kana", "", holder.kana), *proof


def _way(request: DeskRequest, card: ProposalCard) -> str:
    """Where more of it can be read, or where it is acted by; a deputy has this page alone."""
    if card.kind == "year_law":
        return ""  # it is all here
    if card.signs in proposals.PUBLISHES:
        may = rights.may(request.actor.role, "notice.read", "office")
        return reverse("settings-proposal", args=[card.id]) if may else ""
    if card.staff_id != request.actor.staff_id:
        return ""
    match card.signs:
        case "subsidy.names_release":
            return reverse("grants-ledger")
        case "grant.second":
            return reverse("grant", args=[card.about.partition("/")[0]])
        case "staff.confirm":
            return reverse("staff")
        case _:
            return ""


urlpatterns = [
    path("signing/", signing, name="signing"),
    path("signing/<uuid:proposal_id>/sign/", end, {"verb": "sign"}, name="signing-sign"),
    path("signing/<uuid:proposal_id>/drop/", end, {"verb": "drop"}, name="signing-drop"),
]
