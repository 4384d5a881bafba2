"""What takes two, and nothing else; with one of two away the deputy signs, the house goes on."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

import madoguchi
from madoguchi.ops import accounts
from madoguchi.rules import rights
from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.changes import ClinicDayAdded
from madoguchi.rules.programme.law import YearLaw
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.steps.proposal import ACTS
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import masterkey
from madoguchi.web.desk.grants import opened
from madoguchi.web.desk.signing.acts import CONFIRM
from madoguchi.web.kit import arrival
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions as clinic
from madoguchi.work.clinic.actions import Announcement
from madoguchi.work.notices import actions as notices
from madoguchi.work.notices import proposals, public
from madoguchi.work.notices.actions import NewDecision
from madoguchi.work.notices.models import Proposal
from madoguchi.work.staff import actions as staff
from madoguchi.work.subsidy import second
from madoguchi.work.subsidy.budget.law import ask_law
from madoguchi.work.subsidy.releasing import actions as releasing
from madoguchi.work.trail import actions as trail
from tests.answers import Response, squeezed
from tests.badinputs.test_at_once import at_once
from tests.offices import actor_of
from tests.two import signed
from tests.web.desk.colleagues import asked, colleague, do, inside
from tests.web.desk.granted import Seat
from tests.web.desk.test_settings import FIRST
from tests.web.lawyer.addresses import addresses
from tests.work.clinic.coming import DECEMBER
from tests.work.clinic.test_days import NEXT_DAY, whole
from tests.work.subsidy import lawful
from tests.work.subsidy.filed import YEAR, filed
from tests.work.subsidy.granting import YEN, Desk, opened_year, sent, terms
from tests.work.subsidy.test_account_holder import FATHERS, confirm
from tests.work.subsidy.test_applying import APPLIED
from tests.work.subsidy.test_granted import IN_TOOL

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
SAID = Announcement("日程が変わります", "")
OLD, NEW = "0279-25-8526", "0279-00-1111"
ASKED_YEN = 98_000
TODAY = {"decided_on": "今日", "enforced_on": "今日", "decision_class": "delegated"}
FROM = {"from_on": "2026-12-07"}
CONTACT = {"postal_code": "377-0000", "address": "渋川市1番地", "phone": NEW, "fax": NEW, **FROM}

PRACTICE = {
    "a new number": {
        *("number", "contact", "words", "paragraph"),  # texts as far as they hold one
        *("number_hidden", "agency_hidden", "agency_shown"),  # the first two: to show it again
    },
    "a public clinic day": {"clinic_year", "clinic_moved", "clinic_cancelled", "clinic_added"},
    "year's law": {"year_law"},
    "paying": {"grant_decided", "grant_paid"},
    "bulk export": {"ledger_names"},
    "staff and roles": {"staff_added", "staff_renewed"},
    "a forged line": {"audit_looked_into"},  # decision 40
}
"""The house rule, as far as there are such acts."""


SAID_OF: Mapping[str, tuple[str, ...]] = {
    "number": (OLD, NEW),
    "contact": (NEW, "377-0000"),
    "words": (NEW,),
    "paragraph": (NEW,),
    "number_hidden": (OLD,),
    "clinic_moved": ("1月16日", "1月23日"),
    "clinic_cancelled": ("12月19日",),
    "clinic_added": (f"{NEXT_DAY.month}月{NEXT_DAY.day}日",),
    "staff_added": ("hayashi", "林", "補助金担当"),
    "staff_renewed": ("仮のパスワードから始め直す",),
    "grant_paid": ("支払を記録する", "98,000円", "整理番号"),
    "grant_decided": ("交付の決裁を記録する", "98,000円"),
    "year_law": ("令和8年度", "規則第61号", "告示第31号", "まだ決めていない"),
    "ledger_names": ("令和8年度",),
}
"""What a second reads of each kind: enough to know what they sign."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)


@pytest.fixture
def deputy(office: OfficeCard, now: datetime) -> Client:
    return colleague(office, "deputy", now)[1]


def test_the_acts_of_two_are_those_of_the_house_rule() -> None:
    assert set().union(*PRACTICE.values()) == set(ACTS)
    signs = {act.signs for act in ACTS.values()}
    assert set(CONFIRM) == signs
    for verb, row in rights.table().items():
        assert ("deputy" in row) == (verb in signs | {"proposal.list", "proposal.drop"}), verb
    for act in ACTS.values():
        assert rights.table()[act.asks].keys() & set(rights.STAFF)


BY_WHOM = {
    "work/notices/proposals.py",
    "work/cases/queries.py",  # how a colleague is named in a case's access: no act
    "work/subsidy/second.py",  # which acts on a grant are one's own, before a second is asked
    "work/interviews/queries.py",  # one's own kept place, here and below: no act
    "work/clinic/bookings/queries.py",
}


def test_nothing_else_asks_who_did_it_before() -> None:
    """No rule beside the acts of two compares the colleague with who acted earlier."""
    package, found = Path(madoguchi.__file__).parent, set()
    for room in ("rules", "work", "tools"):
        for file in (package / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Compare) and any(
                    isinstance(each, ast.Eq | ast.NotEq) for each in node.ops
                ):
                    sides = map(ast.unparse, (node.left, *node.comparators))
                    if any(side.endswith("actor.staff_id") for side in sides):
                        found.add(str(file.relative_to(package)))
    assert found == BY_WHOM


def test_a_deputy_signs_and_finds_nothing_else(
    office: OfficeCard, now: datetime, deputy: Client
) -> None:
    """Every address of the desk, looked at and pressed."""
    own = re.compile(r"/(signing|me|display|sign-in|sign-out|hidden|keys)/")
    tried = 0
    for path in sorted(addresses("madoguchi.config.urls.desk")):
        if own.match(path) or path.startswith(("/static", "/.well-known")):
            continue
        for method in ("GET", "POST"):
            answer = deputy.generic(method, path)
            allowed = (404, 405) if path != "/" else (302, 404, 405)
            assert answer.status_code in allowed or to_their_page(answer), (method, path)
            tried += 1
    assert tried > 150
    for act in ACTS.values():
        assert not rights.may("deputy", act.asks, "office"), act


def to_their_page(answer: object) -> bool:
    """A press on a page that is only looked at leads there, and there is nothing."""
    return getattr(answer, "status_code", 0) == 302


def waits_for(desk: Desk, verb: Verb, who: Actor, now: datetime) -> UUID:
    return second.ask(who, desk.grant, verb, {"yen": ASKED_YEN}, now=now)


def sign(browser: Client, proposal: UUID) -> Response:
    """Press 署名する on the page as this colleague sees it."""
    page = squeezed(browser.get("/signing/")).partition(f'id="p-{proposal}"')[2]
    shown = re.search(r'name="shown" value="(\w+)"', page.partition("</tr>")[0])
    data = {"shown": shown[1]} if shown else {}
    return browser.post(f"/signing/{proposal}/sign/", data)


def ways(office: OfficeCard, now: datetime, who: Actor) -> Iterator[tuple[str, UUID]]:
    """One act of each kind that this colleague may ask for."""
    at = AtOffice(office.id)

    def may(kind: str, *situations: str) -> bool:
        verb = ACTS[kind].asks
        return any(rights.may(who.role, verb, each) for each in situations or ("office",))

    number = {"was": OLD, "now": NEW, **FROM}
    with_number = f"電話は{NEW}です。"
    texts_of: dict[str, Mapping[str, object]] = {
        "number": number,
        "contact": CONTACT,
        "agency_shown": {"agency": "ihaho", **FROM},
        "words": {"key": "kit.home", "words": {"ja": with_number}, **FROM},
        "paragraph": {"page": "privacy", "column": "ja", "was": FIRST, "now": with_number, **FROM},
    }
    for kind, change in texts_of.items():
        yield kind, notices.propose(who, at, NewDecision(kind, change), now=now)
    for kind, hiding in (
        ("number_hidden", {"number": OLD, **FROM}),
        ("agency_hidden", {"agency": "ihaho", **FROM}),
    ):
        hidden = notices.publish(who, at, kind, "", "", now.date(), hiding, now=now)
        yield kind, notices.propose_withdrawal(who, at, hidden, now=now)
    yield "clinic_year", clinic.publish(who, at, whole(2027), SAID, now=now)
    yield "clinic_moved", clinic.move(who, at, "2027-01-16", date(2027, 1, 23), "", SAID, now=now)
    yield "clinic_cancelled", clinic.cancel_day(who, at, DECEMBER, SAID, now=now)
    yield "clinic_added", clinic.add_day(who, at, ClinicDayAdded(NEXT_DAY), SAID, now=now)
    if may("year_law"):
        law = YearLaw(2026, now.date(), "規則第61号", "要領", "告示第31号", "渋安第3号", now.date())
        yield "year_law", ask_law(who, at, law, now=now)
    if may("ledger_names"):
        yield "ledger_names", releasing.ask(who, at, 2026, now=now)
    if may("staff_added"):
        new = staff.NewAccount("hayashi", "林", "subsidy_officer")
        yield "staff_added", staff.propose(who, at, new, now=now)
        away = (
            Staff.objects.filter(office_id=office.id)
            .exclude(pk=str(who.staff_id))
            .get(role="counsellor")
        )
        yield "staff_renewed", staff.propose_renewal(who, at, away.pk, now=now)
    if may("audit_looked_into"):
        yield "audit_looked_into", trail.ask(who, at, now=now)
    if may("grant_paid", "applied", "assigned", "unit"):
        opened_year(office)
        paid = sent(office, now).until("reported")
        paid.fix(who=who)
        yield "grant_paid", waits_for(paid, Verb.PAY, who, now)
        drafted = replace(sent(office, now), life=IN_TOOL).until("received")
        drafted.check_all()
        drafted.draft(who=who)
        yield "grant_decided", waits_for(drafted, Verb.DECIDE, who, now)


@pytest.mark.parametrize(
    ("present", "away"), [("supervisor", "counsellor"), ("counsellor", "supervisor")]
)
def test_in_a_house_of_two_with_one_away_each_ends_by_the_deputy(
    office: OfficeCard, now: datetime, deputy: Client, present: str, away: str
) -> None:
    who, _ = (colleague(office, role, now) for role in (present, away))
    actor, at = actor_of(who[0]), AtOffice(office.id)
    signed(clinic.publish, actor, at, whole(), SAID, now=now)
    begun = Proposal.objects.count()
    made = dict(ways(office, now, actor))
    assert Proposal.objects.count() - begun == len(made)
    if present == "supervisor":
        assert made.keys() == ACTS.keys()
    page = squeezed(deputy.get("/signing/"))
    assert page.count("署名する</button>") == len(made)
    assert who[0].name in page
    for kind, said in SAID_OF.items():
        if kind in made:
            (row,) = re.findall(rf'<tr id="p-{made[kind]}".*?</tr>', page, re.DOTALL)
            assert all(each in row for each in said), (kind, row)
    assert APPLIED.name not in page
    assert APPLIED.phone not in page
    for kind, proposal in made.items():
        with pytest.raises(Refused, match=r"proposal\.own"):
            CONFIRM[ACTS[kind].signs](actor, at, proposal, now=now)
        blind = deputy.post(f"/signing/{proposal}/sign/")
        assert blind.status_code == 409, kind
        assert "いまの内容をもう一度見てから" in squeezed(blind), kind
        answer = sign(deputy, proposal)
        assert answer.status_code == 303, (kind, squeezed(answer))
    outcomes = Proposal.objects.filter(pk__in=made.values()).values_list("outcome", flat=True)
    assert set(outcomes) == {"confirmed"}
    days = [type(each).__name__ for each in public.changes(office.id)]
    assert {"ClinicDayMoved", "ClinicDayCancelled", "NumberReplaced", "ContactFrom"} <= set(days)
    assert "NumberHidden" not in days
    if present == "supervisor":
        assert releasing.take(actor, at, made["ledger_names"], now=now).names
        assert staff.add(actor, at, made["staff_added"], now=now)
        with pytest.raises(Refused, match=r"proposal\.used"):
            staff.add(actor, at, made["staff_added"], now=now)


def test_the_cases_and_promises_of_who_is_away_are_everybodys(
    office: OfficeCard, now: datetime
) -> None:
    """Nobody states an absence: who is there sees all of it and takes it over."""
    case = asked(office, now)
    (away, theirs), (here, browser) = (colleague(office, "counsellor", now) for _ in range(2))
    assert do(theirs, case, "take").status_code == 303
    plan = {"plan_kind": "call", "plan_days": "1", "plan_why": "きょうかけ直す約束"}
    assert do(theirs, case, "plan", **plan).status_code == 303
    case.refresh_from_db()
    assert case.next_on == now.date()
    listed = squeezed(browser.get("/"))
    assert case.short_name in listed
    assert away.name in listed
    assert do(browser, case, "take").status_code == 303
    case.refresh_from_db()
    assert case.assignee_id == here.pk
    assert "きょうかけ直す約束" in squeezed(browser.get(f"/cases/{case.pk}/"))
    note = do(browser, case, "note", note_text="引き継いだ")
    assert note.status_code == 303


def test_who_lost_the_telephone_begins_anew_by_two(
    office: OfficeCard, now: datetime, deputy: Client
) -> None:
    _, boss = colleague(office, "supervisor", now)
    lost, theirs = colleague(office, "counsellor", now)
    Authenticator.objects.create(user=lost, type="totp", data={"secret": "x"})
    assert theirs.get("/").status_code == 200
    assert theirs.post(f"/staff/{lost.pk}/renew/").status_code == 404
    assert boss.post(f"/staff/{lost.pk}/renew/").status_code == 303
    row = Proposal.objects.get()
    assert sign(boss, row.pk).status_code == 409
    early = boss.post(f"/staff/agreed/{row.pk}/")
    assert early.status_code == 422
    assert "まだ署名がありません" in squeezed(early)
    assert Authenticator.objects.count() == 1
    assert "職員のサインインをやり直す" in squeezed(deputy.get("/signing/"))
    assert sign(deputy, row.pk).status_code == 303
    assert f'action="/staff/agreed/{row.pk}/"' in squeezed(boss.get("/staff/"))
    done = squeezed(boss.post(f"/staff/agreed/{row.pk}/"))
    (password,) = re.findall(r"<code>([\w-]{20})</code>", done)
    lost.refresh_from_db()
    assert lost.check_password(password)
    assert lost.temporary_password
    assert not Authenticator.objects.exists()
    assert theirs.get("/")["Location"].startswith("/sign-in/")
    assert password not in squeezed(boss.get("/staff/"))
    again = boss.post(f"/staff/agreed/{row.pk}/")
    assert again.status_code == 422
    assert "この署名は、もう使いました" in squeezed(again)
    assert theirs.post(f"/staff/agreed/{row.pk}/").status_code != 200, "why is said to who asked"


@pytest.mark.parametrize(
    ("outcome", "why"),
    [("dropped", "この求めは、取りやめになりました"), ("confirmed", "署名から1日がたったため")],
)
def test_who_may_not_begin_anew_by_it_any_more_hears_why(
    office: OfficeCard, now: datetime, deputy: Client, outcome: str, why: str
) -> None:
    _, boss = colleague(office, "supervisor", now)
    lost, _ = colleague(office, "counsellor", now)
    assert boss.post(f"/staff/{lost.pk}/renew/").status_code == 303
    row = Proposal.objects.get()
    if outcome == "dropped":
        assert deputy.post(f"/signing/{row.pk}/drop/").status_code == 303
    else:
        assert sign(deputy, row.pk).status_code == 303
    if outcome == "confirmed":
        Proposal.objects.update(ended_at=now - timedelta(days=1))
    answer = boss.post(f"/staff/agreed/{row.pk}/")
    assert answer.status_code == 422
    assert why in squeezed(answer)


def test_a_subsidy_officer_is_appointed_at_the_desk(
    office: OfficeCard, now: datetime, deputy: Client
) -> None:
    boss = colleague(office, "supervisor", now)[1]
    typed = {"username": "Takai", "name": "高井", "role": "subsidy_officer"}
    wrong = boss.post("/staff/new/", typed)
    assert wrong.status_code == 422
    assert "半角の小文字" in squeezed(wrong)
    assert boss.post("/staff/new/", {**typed, "username": "takai"}).status_code == 303
    row = Proposal.objects.get()
    assert sign(deputy, row.pk).status_code == 303
    done = squeezed(boss.post(f"/staff/agreed/{row.pk}/"))
    made = Staff.objects.get(username="takai")
    assert (made.role, made.name) == ("subsidy_officer", "高井")
    (password,) = re.findall(r"<code>([\w-]{20})</code>", done)
    assert made.check_password(password)
    assert inside(made).get("/grants/")["Location"].startswith("/me/")


def test_the_paper_lets_begin_anew_where_no_two_others_are(
    office: OfficeCard, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    row, alone = Office.objects.get(pk=office.id), colleague(office, "supervisor", now)[0]
    key = masterkey.read(settings.MASTER_KEY_FILE)
    with pytest.raises(accounts.Declined, match="鍵ではありません"):
        accounts.renew(row, alone.username, bytes(32))
    accounts.renew(row, alone.username, key)
    alone.refresh_from_db()
    assert alone.temporary_password
    assert alone.username in capsys.readouterr().out
    for role in ("administrator", "deputy"):
        other = colleague(office, role, now)[0]
        Authenticator.objects.create(user=other, type="totp", data={"secret": "x"})
    with pytest.raises(accounts.Declined, match="職員の画面"):
        accounts.renew(row, alone.username, key)


def again(who: Actor, row: Proposal, now: datetime) -> UUID:
    """Ask for the same, with another notice."""
    with transaction(), chain.telling():
        return proposals.ask(
            who,
            row.office_id,
            row.kind,
            row.change,
            title="別の題名",
            about=row.about,
            takes_back=row.takes_back,
            now=now,
        )


def test_the_same_is_asked_for_once_and_who_asks_again_is_led_to_the_first(
    office: OfficeCard, now: datetime
) -> None:
    (first, browser), (second_one, _) = (colleague(office, "supervisor", now) for _ in range(2))
    colleague(office, "counsellor", now)
    actor = actor_of(first)
    signed(clinic.publish, actor, AtOffice(office.id), whole(), SAID, now=now)
    for kind, made in ways(office, now, actor):
        row = Proposal.objects.get(pk=made)
        if kind == "audit_looked_into":  # its lines stand in no proposal
            assert again(actor, row, now) != made
            continue
        with pytest.raises(Refused) as refused:
            again(actor, row, now)
        (reason,) = refused.value.reasons
        assert (reason.code, reason.values) == ("proposal.asked", {"first": made}), kind
        if ACTS[kind].signs in proposals.PUBLISHES:
            with pytest.raises(Refused, match="asked"):
                again(actor_of(second_one), row, now)
        else:  # by this signature only whoever asked can act
            assert again(actor_of(second_one), row, now) != made
        assert f'id="p-{made}"' in squeezed(browser.get("/signing/")), kind


def test_what_was_signed_is_what_was_shown_and_is_done_with_afterwards(
    office: OfficeCard, now: datetime, deputy: Client
) -> None:
    who, browser = colleague(office, "supervisor", now)
    decided = NewDecision("number", {"was": OLD, "now": NEW, **FROM})
    made = notices.propose(actor_of(who), AtOffice(office.id), decided, now=now)
    page = squeezed(deputy.get("/signing/"))
    (shown,) = re.findall(r'name="shown" value="(\w+)"', page)
    other = {**Proposal.objects.get().change, "now": "0279-00-2222"}
    Proposal.objects.update(change=other)
    late = deputy.post(f"/signing/{made}/sign/", {"shown": shown})
    assert late.status_code == 409
    assert "0279-00-2222" in squeezed(late)
    assert Proposal.objects.get().outcome == "open"
    assert sign(deputy, made).status_code == 303
    left = squeezed(browser.get("/signing/"))
    assert "署名がそろいました" not in left, "it is published: there is nothing to go on with"


def test_a_payment_is_signed_with_its_sum_and_names_who_signed(
    office: OfficeCard, now: datetime, deputy: Client
) -> None:
    opened_year(office)
    person, boss = colleague(office, "supervisor", now)
    desk, actor = sent(office, now).until("reported"), actor_of(person)
    desk.fix(who=actor)
    desk.claim()
    page = f"/grants/{desk.id}/"
    with transaction(), chain.telling():  # over another sum: it pays nothing
        other = second.ask(actor, desk.grant, Verb.PAY, {"yen": ASKED_YEN}, now=now)
    assert sign(deputy, other).status_code == 303
    with pytest.raises(Refused, match=r"grant\.own_fixing"):
        desk.pay(who=actor)
    Proposal.objects.all().delete()
    assert boss.post(f"{page}second/pay/").status_code == 303
    row = Proposal.objects.get()
    shown = squeezed(deputy.get("/signing/"))
    assert f"{YEN:,}円" in shown
    assert APPLIED.name not in shown
    assert sign(deputy, row.pk).status_code == 303
    ready = squeezed(boss.get(f"{page}?do=pay"))
    assert "もう1人が署名しました" in ready
    assert "記録できません" not in ready
    assert f'href="{page}"' in squeezed(boss.get("/signing/")), "it goes on from there"
    desk.pay(who=actor)
    row.refresh_from_db()
    assert row.outcome == "used"
    assert "署名がそろいました" not in squeezed(boss.get("/signing/")), "it is done with"
    told = squeezed(boss.get(page)).partition("2人目として署名した人")[2].partition("</div>")[0]
    assert Staff.objects.get(role="deputy").name in told


def test_who_signs_a_payment_to_another_name_reads_whose_and_on_what_it_was_confirmed(
    office: OfficeCard, now: datetime, deputy: Client
) -> None:
    """The name itself only who may read the grant; a deputy is to be shown the paper."""
    opened_year(office)
    person, boss = colleague(office, "supervisor", now)
    _, officer = colleague(office, "subsidy_officer", now)
    desk, actor = sent(office, now).until("reported"), actor_of(person)
    desk.fix(who=actor)
    lawful.claim(desk, FATHERS)
    confirm(desk, "entrusted", "委任状 簿冊12", asked=True)
    assert f"申請者と違う「{FATHERS.holder_kana}」です" in squeezed(boss.get(f"/grants/{desk.id}/"))
    assert boss.post(f"/grants/{desk.id}/second/pay/").status_code == 303
    shown = squeezed(officer.get("/signing/"))
    for words in (FATHERS.holder_kana, "申請者と別の名義", "委任した人の口座", "委任状 簿冊12"):
        assert words in shown
    unnamed = squeezed(deputy.get("/signing/"))
    assert "申請者と別の名義" in unnamed
    assert "委任した人の口座" in unnamed
    assert FATHERS.holder_kana not in unnamed
    assert FATHERS.holder_kana not in str(Proposal.objects.values())
    assert sign(officer, Proposal.objects.get().pk).status_code == 303
    desk.pay(who=actor)
    assert desk.state == "paid"


def drafted_by(
    actor: Actor, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """A grant that this colleague drafted and another decided, in a city that decides here."""

    def of_city(_office: UUID, _subsidy: object, on: date) -> Terms:
        known = terms(on)
        assert known.version
        return replace(known, version=replace(known.version, life=IN_TOOL))

    monkeypatch.setattr(opened, "terms_on", of_city)
    opened_year(office)
    desk = replace(sent(office, now), life=IN_TOOL).until("received")
    desk.check_all()
    desk.draft(who=actor)
    desk.decide(desk.supervisor)
    return desk


def test_a_change_is_signed_with_the_new_sum_and_holds_for_no_other(
    office: OfficeCard, now: datetime, deputy: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, boss = colleague(office, "supervisor", now)
    desk = drafted_by(actor_of(person), office, now, monkeypatch)
    here = Seat(boss, desk.id, person.pk)
    asking = f"{here.path}second/change/"
    for empty in ({}, {"signed_yen": ""}, {"signed_yen": "たくさん"}):
        answer = boss.post(asking, empty)
        assert answer.status_code == 422, empty
        assert 'id="f-signed_yen"' in squeezed(answer)
    assert not Proposal.objects.exists()
    assert boss.post(asking, {"signed_yen": "120,000"}).status_code == 303
    assert "もう1人に署名を求める" not in here.page("?do=change")
    assert "もう1人に署名を求める" in here.page("?do=revoke"), "that is another act"
    (row,) = re.findall(r'<tr id="p-.*?</tr>', squeezed(deputy.get("/signing/")), re.DOTALL)
    assert re.search(r"150,000円 →.*120,000円", row), row
    assert sign(deputy, Proposal.objects.get().pk).status_code == 303
    ready = here.page("?do=change")
    assert "もう1人が署名しました" in ready
    assert 'name="amount_yen" value="120,000"' in ready
    typed = {**TODAY, "why": "見積りが変わったため"}
    other = here.do("change", **typed, amount_yen="130,000")
    assert other.status_code == 422
    assert "もう1人の署名を求めて" in squeezed(other)
    here.done("change", **typed)
    assert desk.opened.granted_yen == 120_000


def test_a_revocation_is_signed_with_what_has_to_come_back(
    office: OfficeCard, now: datetime, deputy: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, boss = colleague(office, "supervisor", now)
    desk = drafted_by(actor_of(person), office, now, monkeypatch)
    for step in (desk.contract, desk.report, desk.fix, desk.claim, desk.pay):
        step()
    here = Seat(boss, desk.id, person.pk)
    assert boss.post(f"{here.path}second/revoke/").status_code == 422
    assert boss.post(f"{here.path}second/revoke/", {"signed_yen": "100,000"}).status_code == 303
    (row,) = re.findall(r'<tr id="p-.*?</tr>', squeezed(deputy.get("/signing/")), re.DOTALL)
    for words in ("決定の取消を記録する", "150,000円", "返していただく額", "100,000円"):
        assert words in row, words
    assert sign(deputy, Proposal.objects.get().pk).status_code == 303
    typed = {**TODAY, "why": "別の補助を受けていたため"}
    assert here.do("revoke", **typed, repay_yen="150,000").status_code == 422
    here.done("revoke", **typed)
    assert desk.state == "reclaimed"


def test_a_revocation_before_the_payment_takes_back_what_was_granted(
    office: OfficeCard, now: datetime, deputy: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, boss = colleague(office, "supervisor", now)
    desk = drafted_by(actor_of(person), office, now, monkeypatch)
    here = Seat(boss, desk.id, person.pk)
    assert 'name="signed_yen"' not in here.page("?do=revoke")
    with transaction(), chain.telling():  # of an earlier version, which did not say all sums
        second.ask(actor_of(person), desk.grant, Verb.REVOKE, {"yen": YEN}, now=now)
    assert "もう1人に署名を求める" in here.page("?do=revoke")
    Proposal.objects.all().delete()
    assert boss.post(f"{here.path}second/revoke/").status_code == 303
    (row,) = re.findall(r'<tr id="p-.*?</tr>', squeezed(deputy.get("/signing/")), re.DOTALL)
    assert "150,000円" in row
    assert sign(deputy, Proposal.objects.get().pk).status_code == 303
    here.done("revoke", **TODAY, why="本人の申し出")
    assert desk.state == "revoked"


def test_what_was_done_is_said_once(office: OfficeCard, now: datetime, deputy: Client) -> None:
    _, boss = colleague(office, "supervisor", now)
    lost, _ = colleague(office, "counsellor", now)
    address = f"/staff/{lost.pk}/renew/"
    for press, by, said in (
        ("drop", boss, "取りやめました"),
        ("drop", deputy, "署名しないことにしました"),
        ("sign", deputy, "署名しました"),
    ):
        assert boss.post(address).status_code == 303
        assert 'role="status">署名を求めました' in squeezed(boss.get("/signing/"))
        assert "署名を求めました" not in squeezed(boss.get("/signing/")), "once"
        row = Proposal.objects.get(outcome="open")
        if press == "sign":
            assert sign(by, row.pk).status_code == 303
        else:
            assert by.post(f"/signing/{row.pk}/drop/").status_code == 303
        assert f'role="status">{said}' in squeezed(by.get("/signing/"))
        assert said not in squeezed(by.get("/signing/"))


def test_what_was_dropped_may_be_asked_for_again(office: OfficeCard, now: datetime) -> None:
    _, boss = colleague(office, "supervisor", now)
    lost, _ = colleague(office, "counsellor", now)
    address = f"/staff/{lost.pk}/renew/"
    assert boss.post(address).status_code == 303
    row = Proposal.objects.get()
    twice = boss.post(address)
    assert twice.status_code == 422
    page = squeezed(twice)
    assert "同じことが、もう署名を待っています" in page
    assert f'href="/signing/#p-{row.pk}"' in page
    assert boss.post(f"/signing/{row.pk}/drop/").status_code == 303
    assert boss.post(address).status_code == 303
    assert Proposal.objects.filter(outcome="open").count() == 1


@pytest.mark.race
@pytest.mark.parametrize("guarded", [True, False])
def test_asked_for_at_the_same_moment_it_waits_once(
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,  # noqa: FBT001 - a case of the table; the other is the control
) -> None:
    if not guarded:
        monkeypatch.setattr(proposals, "_same", lambda _: None)
    bosses = [actor_of(colleague(office, "supervisor", now)[0]) for _ in range(2)]
    decided = NewDecision("number", {"was": OLD, "now": NEW, **FROM})

    def press(number: int) -> str:
        try:
            notices.propose(bosses[number % 2], AtOffice(office.id), decided, now=now)
        except Refused as refused:
            return refused.reasons[0].code
        return "asked"

    came = at_once(press, 6)
    assert came.count("asked") == Proposal.objects.count() == (1 if guarded else 6)


def test_a_ledger_that_waits_for_its_release_is_not_asked_for_twice(
    office: OfficeCard, now: datetime
) -> None:
    filed(office, 1, now)
    _, boss = colleague(office, "supervisor", now)
    address = f"/grants/ledger/{YEAR}/names/"
    assert boss.post(address).status_code == 303
    twice = boss.post(address)
    assert twice.status_code >= 400
    assert "同じことが、もう署名を待っています" in squeezed(twice)
    assert Proposal.objects.count() == 1
