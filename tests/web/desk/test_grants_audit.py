"""The auditor's pages: a list without names, a file that is whole, a bundle whose index is true."""

import hashlib
import io
import re
import zipfile
from dataclasses import fields
from datetime import datetime
from typing import get_args, get_type_hints

import pytest
from django.test import Client

from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import store
from madoguchi.work.cases.models import Case
from madoguchi.work.evidence.models import Item
from madoguchi.work.issued.models import Issued
from madoguchi.work.subsidy.application import PLEDGED, TRUE, UNSIGNED, Applied
from madoguchi.work.subsidy.bundle.actions import FILE, HASHES, INDEX
from madoguchi.work.subsidy.models import Sample
from madoguchi.work.subsidy.typing import actions as typing
from tests.answers import squeezed
from tests.offices import actor_of
from tests.pdf import text
from tests.web.desk.colleagues import colleague
from tests.work.subsidy.drawn import JPEG, PDF, draw, whole
from tests.work.subsidy.filed import YEAR, deny, filed, step
from tests.work.subsidy.granting import APPLIED, CANARY, Desk, sent

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
LIST = f"/grants/audit/{YEAR}/"


def read(browser: Client, path: str) -> str:
    """A page that is there."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return squeezed(answer)


def bundled(browser: Client, desk: Desk) -> dict[str, bytes]:
    """The files of the bundle, by name, as a browser saves them."""
    answer = browser.post(f"/grants/{desk.id}/bundle/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="file.zip"'
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # it streams
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    """A grant that was paid, with attachments and a letter."""
    return whole(office, now)


def test_the_list_names_nobody(office: OfficeCard, now: datetime) -> None:
    grants = filed(office, 7, now)
    _, browser = colleague(office, "auditor", now)
    assert browser.get("/grants/audit/").headers["Location"] == LIST
    page = read(browser, LIST)
    assert 'aria-current="page">補助金の監査' in page
    assert len(re.findall(r'name="number" value="(\d+)"', page)) == 7
    told = re.sub(r'value="[^"]+"', "", page)
    for word in ("例 太郎", *Case.objects.values_list("short_name", flat=True)):
        assert word not in told
    assert not any(str(grant.case_id) in page for grant in grants)
    assert not any(str(grant.pk) in page for grant in grants)


def test_a_number_is_drawn_and_its_file_is_whole(
    office: OfficeCard, now: datetime, desk: Desk
) -> None:
    staff, browser = colleague(office, "auditor", now)
    for typed in ("１", "1"):
        answer = browser.post(LIST, {"number": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}#drawn")
    assert Sample.objects.count() == 1
    at = f"/grants/audit/{desk.id}/"
    assert f'action="{at}"' in read(browser, LIST)
    answer = browser.post(at)
    page = squeezed(answer)
    for word in (APPLIED.name, APPLIED.address, "300,000円", "渋安収第3号", "支命第5号"):
        assert word in page
    for word in (
        "市民であること",
        "機械の判定",
        "分からない。市に住民登録があるかどうかを確かめます。",
        "市の案内のページ（p009505.html）",
        "満たす",
        "別封1　画面の写しなど",
        "別封2　見積書",
        "交付決定",
        "支払",
        "補助金交付決定通知書",
        "別封2",
    ):
        assert word in page
    fixing = page.split("額の確定</td>")[1].split("</tr>")[0]
    for word in ("起案日", "決裁区分", "専決", "施行日"):
        assert word in fixing, word
    assert "書き込みを消したい" not in page
    assert "花子の画面" not in page
    paper = browser.post(f"{at}papers/{Issued.objects.get().pk}/")
    assert paper.content == PDF
    contents = []
    for item in Item.objects.all():
        answer = browser.post(f"{at}files/{item.pk}/")
        contents.append(b"".join(answer.streaming_content))  # type: ignore[attr-defined] # it streams
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="annex.')
    assert sorted(contents) == sorted([JPEG, PDF + b" estimate"])
    verbs = Line.objects.filter(staff_id=staff.pk).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["grant.sample", "grant.audit", "paper.copy", *["grant.view"] * 2]


def test_every_promise_has_words_for_the_auditor() -> None:
    said = texts("shibukawa").words
    codes = {UNSIGNED, TRUE, *(snake(each.__name__) for each in PLEDGED)}
    assert not [code for code in codes if f"desk.told.promises_is.{code}" not in said]


def test_the_auditor_reads_which_conditions_nobody_looked_at(
    office: OfficeCard, now: datetime
) -> None:
    desk = sent(office, now).until("received")
    desk.check("resident", "unmet", note="住民登録がなかった")
    staff, browser = colleague(office, "auditor", now)
    draw(actor_of(staff), desk)
    table = squeezed(browser.post(f"/grants/audit/{desk.id}/"))
    table = table.split('id="checks"')[1].split("</table>")[0]
    assert table.count(">まだ<") == 7
    assert table.count("住民登録がなかった") == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "抽出する補助金の整理番号を入れてください"),
        ("9", "一覧にある番号を入れてください"),
        ("x", "数字で入れてください"),
        ("0", "1から999,999,999までの数字"),
    ],
)
def test_a_number_that_is_none_is_asked_again(
    office: OfficeCard, now: datetime, typed: str, said: str
) -> None:
    filed(office, 2, now)
    _, browser = colleague(office, "auditor", now)
    answer = browser.post(LIST, {"number": typed})
    page = squeezed(answer)
    assert answer.status_code == 422
    assert f'value="{typed}"' in page or not typed
    assert said in page
    assert not Sample.objects.exists()


@REAL
def test_nothing_is_open_before_it_is_drawn(office: OfficeCard, now: datetime, desk: Desk) -> None:
    _, browser = colleague(office, "auditor", now)
    at = f"/grants/audit/{desk.id}/"
    paths = (
        *(at, f"{at}papers/{Issued.objects.get().pk}/"),
        *(f"{at}files/{Item.objects.all()[0].pk}/", f"/grants/{desk.id}/bundle/"),
    )
    for path in paths:
        assert browser.post(path).status_code == 404
        assert browser.get(path).status_code == 302


@REAL
def test_for_the_other_roles_there_is_no_audit(
    office: OfficeCard, now: datetime, desk: Desk
) -> None:
    for role in ("counsellor", "administrator", "subsidy_officer", "supervisor"):
        _, browser = colleague(office, role, now)
        assert "補助金の監査" not in squeezed(browser.get("/", follow=True))
        assert browser.get("/grants/audit/").status_code == 404
        assert browser.get(LIST).status_code == 404
        assert browser.post(LIST, {"number": "1"}).status_code == 404
        assert browser.post(f"/grants/audit/{desk.id}/").status_code == 404


@REAL
def test_the_deny_list_beats_the_draw(office: OfficeCard, now: datetime, desk: Desk) -> None:
    staff, browser = colleague(office, "auditor", now)
    draw(actor_of(staff), desk)
    deny(actor_of(staff), desk.grant, now)
    assert browser.get(LIST).status_code == 404, "it was the only one of its year"
    assert browser.post(LIST, {"number": "1"}).status_code == 404
    assert str(desk.id) not in squeezed(browser.get("/grants/audit/"))
    assert browser.post(f"/grants/audit/{desk.id}/").status_code == 404
    assert browser.post(f"/grants/{desk.id}/bundle/").status_code == 404


def test_the_index_holds_the_hash_of_every_byte(
    office: OfficeCard, now: datetime, desk: Desk
) -> None:
    staff, browser = colleague(office, "auditor", now)
    draw(actor_of(staff), desk)
    found = bundled(browser, desk)
    index = text(found[INDEX])
    for name, content in found.items():
        if name not in (INDEX, HASHES):
            assert hashlib.sha256(content).hexdigest() in index, name
            assert name in index
    for word in (
        "補助金交付決定通知書",
        "2ページ",
        "令和8年度第1号",
        "支払済み",
        "auditorの人",
    ):
        assert word in index
    assert next(iter(found)) == INDEX
    assert CANARY not in index
    record = text(found[FILE])
    assert CANARY in record
    assert "書き込みを消したい" not in record


def test_a_missing_file_is_named_in_the_index(
    office: OfficeCard, now: datetime, desk: Desk
) -> None:
    _, browser = colleague(office, "subsidy_officer", now)
    item = Item.objects.order_by("at", "id")[0]
    store.delete(item.pk)
    found = bundled(browser, desk)
    assert "別封/annex-01.jpg" not in found
    index = text(found[INDEX])
    assert "別封/annex-01.jpg" in index
    assert "入っていません：ファイルが見つかりません" in index


def test_what_stayed_on_paper_is_named_in_the_index(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now, "contracted")
    told = typing.CostReport(now.date(), 330_000, kept=("receipt", "other"))
    typing.report(desk.officer, desk.grant, told, desk.life, now=now)
    _, browser = colleague(office, "subsidy_officer", now)
    index = text(bundled(browser, desk)[INDEX])
    assert index.count("入っていません：紙のまま、簿冊にあります") == 2
    assert "領収書の写し" in index
    assert "通帳の写し" not in index
    filing = {"binder": "補助金綴 令和8年度"}
    desk.grant.refresh_from_db()
    step(desk.grant, Verb.AMEND, {"step": 4, "fields": filing, "why": "綴り先"}, now)
    index = text(bundled(browser, desk)[INDEX])
    assert index.count("簿冊「補助金綴令和8年度」にあります") == 2


def test_a_protected_address_is_in_nothing_that_is_made(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now, protected=True, address="カナリア町1番地", postal_code="999-1234")
    _, officer = colleague(office, "subsidy_officer", now)
    found = bundled(officer, desk)
    for name in (INDEX, FILE):
        made = text(found[name])
        assert "カナリア町" not in made
        assert "999-1234" not in made
    assert "支援措置があるため、表示しません" in text(found[FILE])
    staff, browser = colleague(office, "auditor", now)
    draw(actor_of(staff), desk)
    page = squeezed(browser.post(f"/grants/audit/{desk.id}/"))
    assert "カナリア町" not in page
    assert "999-1234" not in page


def test_a_long_list_goes_on_by_number(office: OfficeCard, now: datetime) -> None:
    filed(office, 103, now)
    _, browser = colleague(office, "auditor", now)
    page = read(browser, LIST)
    assert "この年度の補助金 103件" in page
    assert f'href="{LIST}?from=101#all"' in page
    assert len(re.findall(r'name="number" value="(\d+)"', page)) == 100
    assert len(re.findall(r'name="number" value="(\d+)"', read(browser, f"{LIST}?from=101"))) == 3
    assert len(re.findall(r'name="number" value="(\d+)"', read(browser, f"{LIST}?from=x"))) == 100


def test_without_grants_the_page_says_so(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "auditor", now)
    assert "収受した申請は、まだありません" in read(browser, "/grants/audit/")
    assert browser.get(LIST).status_code == 404


def test_everything_of_an_application_has_its_words() -> None:
    words = texts("shibukawa")
    hints = get_type_hints(Applied)
    for each in fields(Applied):
        assert words.get(f"desk.told.{each.name}").words
        for value in get_args(hints[each.name]):
            if isinstance(value, str) and value:
                assert words.get(f"desk.told.{each.name}_is.{value}").words
    for verb in Verb:
        assert words.get(f"desk.told.verb.{verb}").words
