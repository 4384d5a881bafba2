"""How contact is safe (連絡の安全) as a list may say it, which opens nothing.

The wish is sealed. Beside it stand in the clear `contact_asked`, which the person's window writes,
and `contact_rule`, which the desk alone writes once it has opened the newest wish. A list goes by
the rule only while both agree and no wish waits to be opened. So any change makes it say `UNSURE`
at once, which is no contact, and only an opening at the desk makes it say more than that.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import batched
from uuid import UUID

from django.db.models import Case as Either
from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery, Value, When

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.case import CONTACT_RULES, NO_CONTACT, UNSURE, WAYS_OUT, forbids
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.tools.vault.seal import SHARED, Drawer
from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Case, Wish
from madoguchi.work.cases.public import Wishes, write_next_wishes

AT_ONCE = 500  # cases of which the wishes are opened in one transaction


@cache
def shown() -> Either:
    """What lists say of a case: its rule, or `UNSURE`."""
    waiting = Exists(Wish.objects.filter(case_id=OuterRef("pk"), adopted=False))
    agreed = Q(contact_asked=F("contact_rule")) & ~Q(waiting)
    return Either(
        When(agreed, then=F("contact_rule")), default=Value(UNSURE), output_field=CharField()
    )


def listed(office_id: UUID, case_id: UUID) -> str:
    """What a list says of one case: its rule, or `UNSURE`."""
    row = Case.of(office_id).filter(pk=case_id).annotate(listed=shown())
    return row.values_list("listed", flat=True).first() or UNSURE


@dataclass(frozen=True)
class Against:
    """Why somebody reaches out against a wish, after a second look at this rule."""

    rule: str
    why: str = field(repr=False)


@dataclass(frozen=True)
class Newest:
    """A case's newest wish: whether lists follow it, what it says; None where it cannot be read."""

    number: int
    adopted: bool
    wishes: Wishes | None

    @property
    def rule(self) -> str:
        """Its rule; no contact where it says nothing that is known."""
        known = self.wishes is not None and self.wishes.contact_rule in CONTACT_RULES
        return self.wishes.contact_rule if self.wishes and known else NO_CONTACT

    def forbids(self, way: str) -> bool:
        """Whether the desk may not reach out so: `call`, `mail`, `letter`."""
        mail = self.wishes is not None and bool(self.wishes.mail)
        return forbids(self.rule, way, mail=mail)

    def otherwise(self, *, number: bool, phone: bool) -> str:
        """The kind of due in place of one that it forbids.

        A mail, where it lets one come to somebody who does not want to be left alone; else a call,
        where it lets one come. `number`: the person can read an answer under theirs; `phone`: the
        desk knows where to ring.
        """
        if self.rule != NO_CONTACT and not self.forbids("mail"):
            return "mail"
        if phone and not self.forbids("call"):
            return "call"
        return dues.OUT_OF_REACH if number else dues.NO_WAY


def require(case: Case, shared: Drawer, way: str, against: Against | None = None) -> None:
    """Raise Refused if the newest wish forbids this way, and nobody said why all the same.

    Raises:
        Refused: so it is, or what was said was about another rule than the newest.
    """
    if not allows(case, shared, way, against):
        raise Refused(Reason("contact.forbidden"))


def allows(case: Case, shared: Drawer, way: str, against: Against | None) -> bool:
    """Whether the newest wish lets the desk reach out so, or it was said why all the same."""
    wish = newest(case, shared)
    said = against is not None and against.rule == wish.rule and against.why.strip()
    return not wish.forbids(way) or bool(said)


def newest(case: Case, shared: Drawer | None) -> Newest:
    """The newest wish of a case; `shared`: its drawer, if that opens."""
    row = Wish.of(case.office_id).filter(case_id=case.id).order_by("-number").first()
    return read(row, shared) if row else Newest(0, adopted=True, wishes=None)


def read(row: Wish, shared: Drawer | None) -> Newest:
    wishes = None
    if shared:  # what the portal sealed may be anything
        with suppress(Tampered, Unreadable, LookupError, TypeError, ValueError):
            wishes = Wishes.from_json(shared.open("wish", row.id, row.wishes))
    return Newest(row.number, row.adopted, wishes)


def rule_at(shared: Drawer, at: datetime) -> str:
    """The rule of the wish that held at a moment; of the first one, if a clock went back since."""
    rows = Wish.of(shared.office_id).filter(case_id=shared.case_id).order_by("-number")
    row = rows.filter(at__lte=at).first() or rows.last()
    return read(row, shared).rule if row else NO_CONTACT


def follows(case: Case, wish: Newest) -> bool:
    """Whether both columns say what the newest wish says."""
    return case.contact_rule == case.contact_asked == wish.rule


def adopt(case: Case, wish: Newest, now: datetime) -> str:
    """Let lists follow the newest wish, which the act at hand has opened.

    Where it forbids what was promised, or is another while a referral is under way, the desk looks
    at that today (連絡の方法が変わりました).

    What somebody made a column say although this wish was adopted already; empty where nobody did.
    The portal writes a wish and its column together, so it is never the person.
    """
    if wish.adopted and follows(case, wish):
        return ""
    row = Case.of(case.office_id).select_for_update(skip_locked=True).filter(pk=case.id).first()
    if row is None:  # whoever holds it makes nobody wait: lists say `UNSURE` a little longer
        return ""
    waiting = Wish.of(case.office_id).filter(case_id=case.id, adopted=False)
    waiting.filter(number__lte=wish.number).update(adopted=True)
    other = case.contact_rule not in ("", wish.rule)
    case.contact_rule = case.contact_asked = wish.rule
    case.save(update_fields=["contact_rule", "contact_asked"])
    no_contact = wish.rule == NO_CONTACT  # then all that was promised to the person is looked at
    forbidden = [way for way in WAYS_OUT if no_contact or wish.forbids(way)]
    if no_contact:
        forbidden.append(dues.NO_WAY_NAMED)
    touched = [*forbidden, *(dues.OF_REFERRAL if other else ())]
    to_look_at = dues.waiting(case).filter(kind__in=touched).exists()
    if to_look_at and not dues.waiting(case).filter(kind=dues.CHANGED).exists():
        dues.add(case, dues.CHANGED, now.date(), "today")
        dues.show(case, dues.CHANGED, now)
    said = (row.contact_asked, row.contact_rule) if wish.adopted else ()
    return next((rule for rule in said if rule and rule != wish.rule), "")


def write(case: Case, shared: Drawer, wishes: Wishes, now: datetime) -> None:
    """Seal what the desk wrote down, and let lists follow it at once.

    It is not read back: what an act seals does not open before the act's line is written.
    """
    number = write_next_wishes(shared, wishes, "desk", now)
    adopt(case, Newest(number, adopted=False, wishes=wishes), now)


def unadopted() -> tuple[Case, ...]:
    """Cases with a wish that waits, locked; of those whose keys lie with the office, some at once.

    Inside a transaction.
    """
    waiting = Wish.objects.filter(adopted=False).values("case_id")
    ours = DrawerKey.objects.filter(case_id=OuterRef("pk"), drawer=SHARED, by="office")
    found = Case.objects.filter(Exists(ours), pk__in=waiting).order_by("office_id", "id")
    return tuple(found.select_for_update(skip_locked=True)[:AT_ONCE])


def with_newest(office_id: UUID) -> Iterator[tuple[Case, Wish]]:
    """All cases of an office, each with its newest wish."""
    rows = Wish.objects.filter(case_id=OuterRef("pk")).order_by("-number")
    cases = Case.of(office_id).annotate(newest=Subquery(rows.values("pk")[:1]))
    for some in batched(cases.order_by("id").iterator(), AT_ONCE):
        wishes = Wish.objects.in_bulk([case.newest for case in some if case.newest])
        yield from ((case, wishes[case.newest]) for case in some if case.newest in wishes)
