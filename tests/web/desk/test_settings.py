"""The settings: as they stand, changed by one or by two, seen before, the same everywhere after."""

import re
from datetime import datetime

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import kind_of
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.texts import paragraphs, texts
from madoguchi.rules.steps.proposal import needs_two
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.settings.in_force import Row
from madoguchi.web.desk.settings.kinds import KINDS
from madoguchi.web.desk.settings.subjects import SUBJECTS
from madoguchi.work.notices import public
from madoguchi.work.notices.models import Notice, Proposal
from tests.answers import Response, squeezed
from tests.web.desk.colleagues import colleague

pytestmark = pytest.mark.usefixtures("stopped")  # dates are typed

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
DESK = "0279-25-8526"
FIRST = paragraphs(texts("shibukawa").page("privacy").words)[0]
LATER = {"from_on": "令和8年12月7日"}
TYPED: dict[str, dict[str, str]] = {
    "hours": {"channel": "phone", "hours": "月〜金 9:00〜16:00", **LATER},
    "desk_closed_span": {"first_on": "令和8年12月7日", "last_on": "2026-12-08"},
    "desk_hours": {"on": "令和8年12月7日", "spans": "9：00〜12：00、13：00〜15：00"},
    "number_hidden": {"number": DESK, **LATER},
    "number": {"old_number": DESK, "new_number": "０２７９−００−１１１１", **LATER},
    "line_hours": {"number": "#9110", "hours": "24時間", **LATER},
    "agency_hidden": {"agency": "ihaho", **LATER},
    "agency_shown": {"agency": "ihaho", **LATER},
    "agency_checked": {"agency": "ihaho", **LATER},
    "division": {"names": "総務部　広報課", **LATER},
    "contact": {
        "postal_code": "377-0000",
        "address": "渋川市1番地",
        "phone": "0279-00-1111",
        "fax": "0279-00-2222",
        **LATER,
    },
    "words": {
        "key": "kit.home",
        "in_ja": "入口",
        "in_easy": "入口（いりぐち）",
        "in_en": "Home",
        **LATER,
    },
    "paragraph": {
        "page": "privacy",
        "column": "ja",
        "old_words": FIRST,
        "new_words": "うかがったことは、大切に扱います。",
        **LATER,
    },
}


@pytest.fixture
def browser(office: OfficeCard, now: datetime) -> Client:
    """A counsellor's browser."""
    return colleague(office, "counsellor", now)[1]


@pytest.fixture
def other(office: OfficeCard, now: datetime) -> Client:
    """A supervisor's browser."""
    return colleague(office, "supervisor", now)[1]


def hidden(page: str) -> dict[str, str]:
    """The token, the revision and the mark of what is shown, of the page's form."""
    return dict(re.findall(r'name="(token|revision|shown)" value="([^"]+)"', page))


def go(browser: Client, kind: str, typed: dict[str, str]) -> Response:
    """Type, look at it, and decide."""
    look = browser.post(f"/settings/change/{kind}/look/", typed)
    assert look.status_code == 200, squeezed(look)
    return browser.post(f"/settings/change/{kind}/do/", {**typed, **hidden(squeezed(look))})


def open_proposal(browser: Client) -> str:
    """The address of the one proposal that waits."""
    path = f"/settings/proposals/{Proposal.objects.get().pk}/"
    assert "確かめを待っています" in squeezed(browser.get(path))
    return path


def test_every_kind_is_tried_here() -> None:
    assert TYPED.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", TYPED)
def test_a_decision_is_typed_seen_and_done(
    browser: Client, other: Client, kind: str, office: OfficeCard
) -> None:
    assert browser.get(f"/settings/change/{kind}/", TYPED[kind]).status_code == 200
    assert public.changes(office.id) == ()
    by_two, done = needs_two(kind, TYPED[kind]), go(browser, kind, TYPED[kind])
    assert done.status_code == 303
    shown = squeezed(browser.get(done["Location"]))
    assert f'role="status">{"提案しました" if by_two else "公開しました"}' in shown
    if by_two:
        assert public.changes(office.id) == ()
        path = open_proposal(other)
        page = squeezed(other.get(path))
        done = other.post(f"{path}confirm/", hidden(page))
        assert done.status_code == 303
        assert 'role="status">公開しました' in squeezed(other.get(done["Location"]))
    (change,) = public.changes(office.id)
    assert kind_of(change) == kind
    subject = KINDS[kind].subject
    for path in ("/settings/", f"/settings/{subject}/"):
        assert browser.get(path).status_code == 200
    verbs = list(Line.objects.values_list("verb", flat=True))
    expected = (
        ["notice.propose", "notice.confirm"] if needs_two(kind, TYPED[kind]) else ["notice.publish"]
    )
    assert [verb for verb in verbs if verb.startswith("notice.")] == expected


@pytest.mark.parametrize("kind", TYPED)
def test_the_sample_is_the_public_page_with_dead_links(browser: Client, kind: str) -> None:
    typed = {**TYPED[kind], "column_shown": "easy", "scheme": "blue"}
    answer = browser.post(f"/settings/change/{kind}/sample/", typed)
    page = squeezed(answer)
    assert answer.status_code == 200
    assert 'data-scheme="blue"' in page
    assert "これは見本です" in page
    assert "desk.css" not in page
    public_part = page.split("</aside>", 1)[1]
    assert set(re.findall(r'<a\b[^>]* href="([^"]*)"', public_part)) <= {"#main"}
    assert "data-exit" not in public_part
    assert not re.search(r"<(button|input|select|textarea)(?! disabled)", public_part)
    assert not Proposal.objects.exists()
    assert not Notice.objects.exists()
    assert "設定" in squeezed(browser.get("/settings/"))


@pytest.mark.parametrize("name", [*SUBJECTS, "year"])
def test_every_subject_is_shown(browser: Client, name: str) -> None:
    page = browser.get(f"/settings/{name}/")
    assert page.status_code == 200


def test_every_group_that_citizens_read_has_a_name(browser: Client) -> None:
    words = texts("shibukawa").words
    read = {key.partition(".")[0] for key, row in words.items() if row.easy or row.en}
    named = {key.rpartition(".")[2] for key in words if key.startswith("desk.settings.words.")}
    assert read <= named, "give the group a name in desk.settings.words"
    page = browser.get("/settings/texts/").content.decode()
    for name in sorted(named):
        assert f"/settings/texts/words/{name}/" in page
        assert browser.get(f"/settings/texts/words/{name}/").status_code == 200
    for name in texts("shibukawa").prose():
        assert browser.get(f"/settings/texts/pages/{name}/").status_code == 200


def test_what_stands_says_where_it_comes_from(browser: Client, other: Client) -> None:
    before = squeezed(browser.get("/settings/hours/"))
    assert "窓口の決定</td>" not in before
    today = {**TYPED["hours"], "from_on": "2026-11-25"}
    go(browser, "hours", {**today, "from_on": "令和8年12月7日"})
    after = squeezed(browser.get("/settings/hours/"))
    assert "9時から16時まで" in after
    assert "counsellorの人" in after
    go(browser, "contact", TYPED["contact"])
    path = open_proposal(other)
    other.post(f"{path}confirm/", hidden(squeezed(other.get(path))))
    after = squeezed(browser.get("/settings/owner/"))
    assert "supervisorの人" in after
    assert "counsellorの人" in after


def test_a_wrong_number_is_hidden_by_one_in_three_presses(
    browser: Client, office: OfficeCard
) -> None:
    page = squeezed(browser.get("/settings/agencies/"))
    link = re.search(rf'href="(/settings/change/number_hidden/\?number={DESK})"', page)
    assert link is not None
    form = squeezed(browser.get(link[1]))
    day = re.search(r'name="from_on" value="([^"]+)"', form)
    assert day is not None
    assert go(browser, "number_hidden", {"number": DESK, "from_on": day[1]}).status_code == 303
    assert len(public.changes(office.id)) == 1
    assert "隠しています" in squeezed(browser.get("/settings/agencies/"))


def test_a_number_in_the_middle_of_words_is_pointed_at(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    """The files hold none; words that the desk decided may have come before the agency."""
    first = paragraphs(texts("shibukawa").page("guide_danger").words)[0]
    decided = {"page": "guide_danger", "column": "ja", "was": first, "now": "警察は#9110です。"}
    Notice.objects.create(
        office_id=office.id,
        number=1,
        kind="paragraph",
        change={**decided, "from_on": "2026-11-30"},
        on=now.date(),
        at=now,
    )
    typed = {"number": "#9110", "from_on": "令和8年12月7日"}
    page = squeezed(browser.post("/settings/change/number_hidden/look/", typed))
    assert '<a href="/settings/texts/pages/guide_danger/">' in page
    assert "<li>警察相談専用電話" in page
    assert "<strong>出しません</strong>" in page
    other = browser.post("/settings/change/number_hidden/look/", TYPED["number_hidden"])
    assert "guide_danger" not in squeezed(other)


def test_who_types_a_number_of_an_agency_reads_how_to_write_it(browser: Client) -> None:
    form = squeezed(browser.get("/settings/change/paragraph/?page=guide_danger&column=ja&n=1"))
    assert "[police_9110：急がない警察への相談は、☎です。" in form
    typed = {**TYPED["paragraph"], "new_words": "警察は#9110です。"}
    page = squeezed(browser.post("/settings/change/paragraph/look/", typed))
    assert "「#9110」は、相談機関の番号です" in page
    assert "[police_9110：☎] と書いてください" in page
    assert "警察は#9110です。</textarea>" in page
    kept = {**TYPED["paragraph"], "new_words": "警察[police_9110：は☎]です。"}
    shown = squeezed(browser.post("/settings/change/paragraph/sample/", kept))
    assert "警察は#9110です。" in shown


@REAL
def test_nobody_confirms_their_own_and_a_press_that_comes_late_is_refused(
    browser: Client, other: Client
) -> None:
    go(browser, "number", TYPED["number"])
    path = open_proposal(browser)
    own = squeezed(browser.get(path))
    assert "confirm/" not in own
    assert "supervisorの人" in own
    answer = browser.post(f"{path}confirm/", hidden(own))
    assert answer.status_code == 409
    assert "自分では署名できません" in squeezed(answer)
    seen = hidden(squeezed(other.get(path)))
    assert other.post(f"{path}confirm/", seen).status_code == 303
    late = other.post(f"{path}confirm/", seen)
    assert late.status_code == 409
    assert "もう決まったか、取りやめになりました" in squeezed(late)
    assert Notice.objects.count() == 1


@REAL
def test_a_withdrawn_proposal_cannot_be_confirmed(browser: Client, other: Client) -> None:
    go(browser, "number", TYPED["number"])
    path = open_proposal(other)
    seen = hidden(squeezed(other.get(path)))
    assert browser.post(f"{path}drop/", seen).status_code == 303
    assert other.post(f"{path}confirm/", seen).status_code == 409
    assert not Notice.objects.exists()
    assert "取りやめました" in squeezed(other.get(path))


def test_a_page_that_is_stale_shows_again_what_stands_and_what_was_typed(
    browser: Client, other: Client
) -> None:
    look = squeezed(browser.post("/settings/change/contact/look/", TYPED["contact"]))
    go(other, "desk_hours", TYPED["desk_hours"])
    stale = browser.post("/settings/change/contact/do/", {**TYPED["contact"], **hidden(look)})
    assert stale.status_code == 409
    page = squeezed(stale)
    assert "ほかの決定がありました" in page
    assert "渋川市1番地" in page
    assert not Proposal.objects.exists()
    again = browser.post("/settings/change/contact/do/", {**TYPED["contact"], **hidden(page)})
    assert again.status_code == 303
    path = open_proposal(other)
    seen = hidden(squeezed(other.get(path)))
    go(browser, "desk_closed_span", TYPED["desk_closed_span"])
    late = other.post(f"{path}confirm/", seen)
    assert late.status_code == 409
    assert "ほかの決定がありました" in squeezed(late)
    assert Proposal.objects.get().outcome == "open"


def test_one_press_sent_twice_decides_once(browser: Client) -> None:
    typed = TYPED["desk_hours"]
    look = squeezed(browser.post("/settings/change/desk_hours/look/", typed))
    sent = {**typed, **hidden(look)}
    assert [
        browser.post("/settings/change/desk_hours/do/", sent).status_code for _ in range(3)
    ] == [303] * 3
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("number", {"new_number": "電話"}, "0123-45-6789 のように"),
        ("number", {"new_number": "1"}, "0123-45-6789 のように"),
        ("number", {"old_number": "0279-99-9999"}, "いま市民のページにありません"),
        ("number_hidden", {"number": "110"}, "いつも出しておきます"),
        ("hours", {"hours": "朝から"}, "月-金 8:30-17:15 のように"),
        ("hours", {"hours": "月-金 17:00-9:00"}, "月-金 8:30-17:15 のように"),
        ("hours", {"from_on": "2026-02-30"}, "こよみにありません"),
        ("hours", {"from_on": "2020-04-01"}, "過ぎた日です"),
        ("desk_closed_span", {"last_on": "2027-03-01"}, "31日間まで"),
        ("desk_closed_span", {"last_on": "2026-12-01"}, "31日間まで"),
        ("desk_hours", {"spans": "25:00-26:00"}, "8:30-12:00"),
        ("agency_hidden", {"agency": "nobody"}, "いま一覧にありません"),
        ("words", {"in_ja": "頑張ってください"}, "「頑張って」は、読む人を責めたり"),
        ("words", {"in_easy": "お電話をいただきます"}, "やさしい日本語では使いません"),
        ("words", {"in_ja": "あ" * 100}, "1文を80字まで"),
        ("words", {"in_ja": "{secret}"}, "secretという名前"),
        ("words", {"in_ja": "{"}, "かっこの中"),
        ("words", {"in_ja": "前\x00後"}, "標準"),
        ("paragraph", {"old_words": "ない段落"}, "その間に変わりました"),
        ("division", {"names": ""}, "担当課の名前を入れてください"),
    ],
)
def test_what_is_not_fit_gets_a_sentence_and_keeps_the_words(
    browser: Client, kind: str, typed: dict[str, str], said: str
) -> None:
    for step in ("look", "do", "sample"):
        answer = browser.post(f"/settings/change/{kind}/{step}/", {**TYPED[kind], **typed})
        assert answer.status_code == 422
        assert said in squeezed(answer)
    page = squeezed(answer)
    for name, words in {**TYPED[kind], **typed}.items():
        kept = words.replace("\x00", "")
        assert kept in page, name
    assert not Notice.objects.exists()
    assert not Proposal.objects.exists()


def test_a_typed_form_goes_back_as_it_was(browser: Client) -> None:
    page = squeezed(browser.post("/settings/change/contact/back/", TYPED["contact"]))
    assert all(words in page for words in TYPED["contact"].values())
    assert browser.get("/settings/change/contact/look/").status_code == 302


@REAL
def test_who_may_not_finds_nothing(office: OfficeCard, now: datetime) -> None:
    _, auditor = colleague(office, "auditor", now)
    _, administrator = colleague(office, "administrator", now)
    paths = ["/settings/", "/settings/year/", "/settings/hours/", "/settings/agencies/ihaho/"]
    for path in (*paths, "/settings/change/number/", "/settings/texts/words/kit/"):
        assert auditor.get(path).status_code == 404, path
        assert administrator.get(path).status_code == 200, path
    assert administrator.get("/settings/change/number_hidden/").status_code == 404
    for path in ("/settings/nothing/", "/settings/change/news/", "/settings/agencies/nobody/"):
        assert administrator.get(path).status_code == 404, path
    assert administrator.get("/settings/texts/pages/nothing/").status_code == 404
    assert administrator.get("/settings/texts/words/desk/").status_code == 404


def test_a_hidden_number_comes_back_by_two(
    browser: Client, other: Client, office: OfficeCard
) -> None:
    go(browser, "number_hidden", {"number": DESK, "from_on": "令和8年12月7日"})
    row = Notice.objects.get()
    answer = browser.post(f"/settings/decisions/{row.pk}/withdraw/")
    assert answer.status_code == 303
    assert 'role="status">提案しました' in squeezed(browser.get(answer["Location"]))
    assert len(public.changes(office.id)) == 1
    path = open_proposal(other)
    done = other.post(f"{path}confirm/", hidden(squeezed(other.get(path))))
    assert 'role="status">取り下げました' in squeezed(other.get(done["Location"]))
    assert public.changes(office.id) == ()


@REAL
def test_a_decision_of_two_among_the_news_is_taken_back_by_two(
    browser: Client, other: Client, office: OfficeCard
) -> None:
    go(browser, "number", {**TYPED["number"], "title": "電話番号が変わります"})
    path = open_proposal(other)
    other.post(f"{path}confirm/", hidden(squeezed(other.get(path))))
    page = squeezed(browser.get("/notices/"))
    assert "電話番号が変わります" in page
    assert "/withdraw/" not in page
    answer = browser.post(f"/notices/{Notice.objects.get().pk}/withdraw/")
    assert (answer.status_code, answer["Location"]) == (303, "/settings/")
    assert len(public.changes(office.id)) == 1


def test_the_auditor_reads_which_kind_of_decision_and_never_the_number(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    go(browser, "number_hidden", TYPED["number_hidden"])
    go(browser, "number", TYPED["number"])
    _, auditor = colleague(office, "auditor", now)
    page = squeezed(auditor.get("/audit/"))
    assert "電話番号を表示しない" in page
    assert "電話番号を変える" in page
    assert DESK not in page
    told = [line.told for line in Line.objects.filter(verb__startswith="notice.").order_by("seq")]
    assert told == [{"decided": "number_hidden"}, {"decided": "number"}]


def test_where_nobody_else_may_confirm_the_page_says_so(browser: Client) -> None:
    go(browser, "number", TYPED["number"])
    page = squeezed(browser.get(open_proposal(browser)))
    assert "代わりの人を決めてもらうよう" in page


def test_a_session_lost_in_the_middle_loses_no_words(browser: Client) -> None:
    browser.logout()
    page = squeezed(browser.post("/settings/change/contact/look/", TYPED["contact"]))
    assert all(words in page for words in TYPED["contact"].values())
    assert 'name="address" hidden' in page


def test_signs_of_markup_stay_signs(browser: Client, other: Client) -> None:
    for kind, name in (("words", "in_ja"), ("division", "names")):
        typed = {**TYPED[kind], name: "<b>入口</b>"}
        look = squeezed(browser.post(f"/settings/change/{kind}/look/", typed))
        sample = squeezed(browser.post(f"/settings/change/{kind}/sample/", typed))
        for page in (look, sample):
            assert "&lt;b&gt;入口&lt;/b&gt;" in page
            assert "<b>入口" not in page
    typed = {**TYPED["paragraph"], "new_words": "<script>x</script> [a](javascript:x)"}
    page = squeezed(browser.post("/settings/change/paragraph/sample/", typed))
    assert "&lt;script&gt;x" in page
    assert 'href="javascript' not in page.partition("</aside>")[2]
    assert other.get("/settings/").status_code == 200


def test_a_closed_day_is_taken_back_by_one(browser: Client, office: OfficeCard) -> None:
    go(browser, "desk_hours", TYPED["desk_hours"])
    row = Notice.objects.get()
    assert browser.post(f"/settings/decisions/{row.pk}/withdraw/").status_code == 303
    assert public.changes(office.id) == ()
    assert not Proposal.objects.exists()


def test_a_decision_may_stand_among_the_news(browser: Client, office: OfficeCard) -> None:
    typed = {**TYPED["desk_hours"], "title": "12月7日の受付時間", "body": "午後3時までです。"}
    go(browser, "desk_hours", typed)
    assert [card.title for card in public.news(office.id)] == ["12月7日の受付時間"]


def test_the_programme_folder_is_not_written(browser: Client, other: Client) -> None:
    whole = programme("shibukawa")
    go(browser, "number", TYPED["number"])
    path = open_proposal(other)
    other.post(f"{path}confirm/", hidden(squeezed(other.get(path))))
    assert programme("shibukawa") is whole
    assert str(whole.desk.phone and whole.desk.phone.number) == DESK


def test_what_waits_for_a_second_shows_in_the_menu(browser: Client, other: Client) -> None:
    badge = "もう1人の確認を待っています"
    assert badge not in squeezed(other.get("/"))
    go(browser, "number", TYPED["number"])
    assert badge in squeezed(other.get("/"))
    assert badge not in squeezed(browser.get("/"))  # one's own waits for somebody else
    path = open_proposal(other)
    other.post(f"{path}confirm/", hidden(squeezed(other.get(path))))
    assert badge not in squeezed(other.get("/"))


def test_the_last_decisions_say_who_decided(browser: Client, other: Client) -> None:
    go(browser, "number", TYPED["number"])
    path = open_proposal(other)
    other.post(f"{path}confirm/", hidden(squeezed(other.get(path))))
    last = squeezed(other.get("/settings/")).split("最近の決定")[1]
    assert "counsellorの人、supervisorの人" in last


def test_no_date_of_a_long_list_is_cut() -> None:
    days = "、".join(f"令和9年{month}月17日（土）" for month in range(1, 13))
    brief = Row("desk.decide.dates.label", "", days).brief
    assert brief.endswith("）…")
    assert len(brief) <= 61
