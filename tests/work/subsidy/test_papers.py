"""What the papers of the subsidy say: the programme's words and numbers, never what is open."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import get_args

import pytest

from madoguchi.rules.check import unconfirmed
from madoguchi.rules.programme import subsidy as data
from madoguchi.rules.programme import subsidy_amount as money
from madoguchi.rules.programme.city import Question
from madoguchi.rules.programme.load import programme, slugs
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.read import open_facts, snake
from madoguchi.rules.programme.subsidy import AfterPayment, NoTaxArrears, Terms
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import UNCONFIRMED, Words, faults
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.rules.subsidy.judge import judge
from madoguchi.tools.papers.engine import render
from madoguchi.work.subsidy import public
from madoguchi.work.subsidy.papers import Application, Contact, Guide, Tick
from tests.tools.papers.looking import joined, opened

THEN, TODAY = date(2024, 6, 3), date(2026, 11, 30)
BESIDE = ("form", "life")  # asked of nobody who applies
DESK = Contact("渋川市の窓口", "渋川市石原80番地", ("月曜日から金曜日まで",), "0279-25-8526")
NAMES = ("𠮷田　花子", "髙﨑　渡邉󠄁", "葛󠄀城", "Maria dela Cruz", "ｶﾞｷﾞ", "神崎")
HOSTILE = '#panic() $x$ *b* _i_ `r` @y <z> // \\ "q" \u202eabc'


def published(on: date, slug: str = "shibukawa") -> public.Published:
    found = public.published(programme(slug), texts(slug), on)
    assert found
    return found


def guide(on: date = TODAY) -> Guide:
    return public.guide(published(on), DESK, confirmed=False)


def form(on: date = TODAY) -> Application:
    return public.application(published(on), confirmed=False)


def said(value: object) -> Iterator[str]:
    """Every word of a paper's facts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from said(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from said(each)


def test_the_guide_says_the_numbers_of_the_programme() -> None:
    told = guide()
    assert told.amount == "着手金の2分の1（上限150,000円）"
    assert told.who == tuple(each.ja for each in published(TODAY).version.who)
    assert [each.name for each in told.steps] == ["相談", "見積", "申請", "契約"]
    assert "相談、見積、申請、契約" in told.order


def test_the_samples_are_what_the_rules_reckon() -> None:
    version = published(TODAY).version
    for yen, sample in zip((200_000, 300_000, 400_000), guide().samples, strict=True):
        facts = Facts(
            costs=(Cost("deletion", "retainer", yen),),
            other_aid_yen=0,
            refunded_yen=0,
            recovered_yen=0,
            granted=(),
        )
        found = judge(facts, Terms(version, THEN, "known"))
        assert sample.retainer == f"{yen:,}円"
        assert f"{found.at_most_yen:,}円" in sample.grant
        assert sample.grant.startswith("最大") is (found.amount_yen is None)
        assert f"着手金 {yen:,}円 × 1/2 = {yen // 2:,}円" in sample.why


def test_rules_of_another_year_are_said_to_be_that_years() -> None:
    assert guide(THEN).stale == ""
    assert guide().year == "令和6年度（2024年度）の決まりによる案内です"
    assert guide().stale == "令和8年度（2026年度）の決まりは、窓口にお確かめください。"


def test_there_is_no_paper_before_the_rules_begin_or_without_any() -> None:
    assert public.published(programme("shibukawa"), texts("shibukawa"), date(2024, 3, 31)) is None
    assert public.published(programme("toda"), texts("toda"), TODAY) is None


def test_everything_unconfirmed_is_the_officers_list_and_on_no_paper() -> None:
    version = published(TODAY).version
    open_here = [path for path in unconfirmed(version) if not path.startswith(BESIDE)]
    assert len(list(open_facts(version, (data.Life, data.OwnForm)))) == len(open_here)
    asked = public.to_ask(published(TODAY))
    assert len(asked) == len(open_here)
    of = published(TODAY)
    question = Question("police", "警察は条件ですか。", "要確認")
    asking = replace(of, version=replace(of.version, question=(question,)))
    assert public.to_ask(asking) == (*asked, "警察は条件ですか。")
    words = "".join(said([asdict(guide()), asdict(form())]))
    assert not [each for each in asked if each in words]
    unsure = [each.words.ja for each in version.condition if each.source == "要確認"]
    assert unsure
    assert not [each for each in unsure if each in words]
    assert "要確認" not in words


@pytest.mark.parametrize("slug", slugs())
def test_whatever_any_city_left_open_has_words(slug: str) -> None:
    subsidy, words = programme(slug).subsidy, texts(slug)
    for version in subsidy.version if subsidy else ():
        terms = Terms(version, version.since, "known")
        of = public.Published(programme(slug), words, terms, version)
        assert all(public.to_ask(of))
        assert public.guide(of, DESK, confirmed=False).samples


def test_every_kind_of_rule_has_words_for_what_may_be_open() -> None:
    words = texts("shibukawa").words
    for union in (data.Condition, data.Timing, money.Formula, money.Cap):
        members = get_args(union.__value__) or (union.__value__,)
        for each in members:
            assert f"{public.WORDS}.ask.{snake(each.__name__)}.source" in words, each
    for each in get_args(data.Timing.__value__):
        assert snake(each.__name__) in public.ORDERS


@dataclass(frozen=True)
class Newcomer:
    """A city's own kind of condition, of which no paper knows a word."""

    words: Words
    source: str


def test_a_kind_without_words_of_its_own_is_asked_among_the_others() -> None:
    of = published(TODAY)
    new = Newcomer(Words("市に三年住んでいること"), "要確認")
    version = replace(of.version, condition=(*of.version.condition, new))  # type: ignore[arg-type] # not ours
    assert "ほかにも条件があるか" in public.to_ask(replace(of, version=version))


@pytest.mark.parametrize("name", ["subsidy_guide", "subsidy_application"])
def test_the_words_of_the_form_itself_are_as_kind(name: str) -> None:
    source = (find("toda", name).folder / "paper.typ").read_text("utf-8")
    said = re.findall(r'"([^"]*[\u3041-\u9fff][^"]*)"', source)
    assert len(said) > 5
    assert not [each for each in said if faults(each, "ja")]


def test_after_payment_the_order_is_another() -> None:
    of = published(TODAY)
    timing = AfterPayment("x", or_legal_aid=True, or_legal_aid_source="x")
    after = replace(of, version=replace(of.version, timing=timing))
    told = public.guide(after, DESK, confirmed=False)
    assert [each.name for each in told.steps] == ["相談", "契約", "支払い", "申請"]
    assert told.steps[-1].text == "着手金を払ったあとに、申請してください。"
    promises = [each.words for each in public.application(after, confirmed=True).promises]
    assert not [each for each in promises if "契約していません" in each]


def test_when_to_apply_is_asked_where_nobody_confirmed_it() -> None:
    of = published(TODAY)
    timing = replace(of.version.timing, source=UNCONFIRMED)
    of = replace(of, version=replace(of.version, timing=timing))
    told, empty = public.guide(of, DESK, confirmed=False), public.application(of, confirmed=False)
    assert [each.name for each in told.steps] == ["相談", "申請"]
    assert told.steps[-1].text == "いつ出すかは、窓口にお確かめください。"
    assert "いつまでに申請するか" in public.to_ask(of)
    words = [*said(asdict(replace(told, cautions=()))), *said(asdict(empty))]
    assert not [each for each in words if "契約する前" in each or "契約していません" in each]


def test_a_step_says_only_what_is_confirmed() -> None:
    of = published(TODAY)
    open_all = tuple(replace(each, source=UNCONFIRMED) for each in of.version.condition)
    of = replace(of, version=replace(of.version, condition=open_all))
    told = public.guide(of, DESK, confirmed=False)
    assert told.steps[0].text == "まず、窓口で話をします。"
    assert told.steps[1].text == "費用がいくらになるかを、弁護士に聞きます。"
    assert (told.who, told.needs) == ((), ())
    assert "対象になる方" not in joined(render(find("shibukawa", "subsidy_guide"), told).content)
    promised = [each.words for each in public.application(of, confirmed=False).promises]
    assert not [each for each in promised if "住民登録" in each]


@pytest.mark.parametrize("place", ["formula", "cap"])
def test_a_share_or_a_cap_that_nobody_confirmed_is_on_no_paper(place: str) -> None:
    of = published(TODAY)
    amount = of.version.amount
    rule = amount.formula if place == "formula" else amount.cap
    opened_up = replace(amount, **{place: replace(rule, source=UNCONFIRMED)})  # type: ignore[arg-type]
    of = replace(of, version=replace(of.version, amount=opened_up))
    words = [
        *said(asdict(public.guide(of, DESK, confirmed=False))),
        *said(asdict(public.application(of, confirmed=False))),
    ]
    assert not [each for each in words if "150,000" in each or "2分の1" in each]
    assert "補助の率や上限の額は、窓口にお尋ねください。" in words


def test_a_confirmed_condition_is_promised_an_open_one_is_not() -> None:
    of = published(TODAY)
    owed = NoTaxArrears(Words("市税の滞納がないこと"), "https://example.com/")
    others = tuple(each for each in of.version.condition if not isinstance(each, NoTaxArrears))
    sure = replace(of, version=replace(of.version, condition=(*others, owed)))
    promised = "市税の滞納がないことに間違いありません。"
    assert promised in [each.words for each in public.application(sure, confirmed=True).promises]
    assert promised not in [each.words for each in form().promises]


def test_the_guide_prints_no_range_that_the_city_does_not_name() -> None:
    assert [each.grant for each in guide().samples] == [
        "最大100,000円",
        "最大150,000円",
        "150,000円",
    ]
    assert not [words for words in said(asdict(guide())) if re.search(r"円から[\d,]+円まで", words)]


@pytest.mark.parametrize("made", [guide, form])
def test_a_paper_that_is_not_the_citys_own_is_marked_as_a_draft(
    made: Callable[[], Guide | Application],
) -> None:
    name = "subsidy_guide" if made is guide else "subsidy_application"
    draft = made()
    assert draft.draft.startswith(("案", "見本"))
    words = joined(render(find("shibukawa", name), draft).content)
    assert joined_words(draft.draft) in words
    own = joined(render(find("shibukawa", name), replace(draft, draft="")).content)
    assert joined_words(draft.draft) not in own


def joined_words(words: str) -> str:
    return re.sub(r"\s", "", words)


def test_the_empty_form_asks_nobody_to_tick_a_contract_and_deny_it() -> None:
    at_nine = [each.words for each in form().contract]
    assert at_nine == ["まだ契約していない", "契約した"]
    denied = [each.words for each in form().promises if "契約していません" in each.words]
    assert denied
    assert all(each.startswith("（契約がまだの方）") for each in denied)


def test_the_form_is_a_specimen_until_the_city_has_agreed_and_says_nothing_of_the_office() -> None:
    assert "照合" not in str(asdict(form()))
    assert form().draft.startswith("見本")
    assert public.application(published(THEN), confirmed=True).draft == ""


def test_the_form_of_a_year_that_is_over_says_so() -> None:
    note = public.application(published(TODAY), confirmed=True).note
    assert note == "令和8年度（2026年度）の決まりは、窓口にお確かめください。"


def test_words_blame_nobody_promise_nothing_and_are_short() -> None:
    for words in said([asdict(guide()), asdict(form())]):
        assert not faults(words, "ja"), words
        assert "使えそう" not in words


def test_shibukawas_form_is_the_common_one_under_its_own_number() -> None:
    own, common = find("shibukawa", "subsidy_application"), find("toda", "subsidy_application")
    assert own.folder != common.folder
    assert own.file("paper.typ") == common.file("paper.typ")
    assert (own.paper.form_number, own.paper.title) == ("様式第1号", "補助金等交付申請書")
    assert own.paper.article == ""  # known for the general rules only


def test_both_are_one_page_with_their_title_and_the_picture_in_words() -> None:
    for name, facts in (("subsidy_guide", guide()), ("subsidy_application", form())):
        made = render(find("shibukawa", name), facts)
        assert (made.pages, made.missing) == (1, ())
    with opened(render(find("shibukawa", "subsidy_guide"), guide()).content) as pdf:
        assert str(pdf.docinfo["/Title"]) == "弁護士費用の一部補助のご案内"
    assert b"/Alt" in _objects(render(find("shibukawa", "subsidy_guide"), guide()).content)


def test_the_empty_form_has_room_to_write_and_nothing_in_it() -> None:
    words = joined(render(find("shibukawa", "subsidy_application"), form()).content)
    for label in ("①氏名", "②住所", "③電話番号", "④相談の受付番号", "⑦着手金", "⑫確認と誓約"):
        assert label in words
    assert "（宛先）渋川市長" in words
    assert "☑" not in words


@pytest.mark.parametrize("name", NAMES)
def test_names_come_out_as_they_went_in(name: str) -> None:
    facts = replace(form(), person=name, kana=name)
    made = render(find("shibukawa", "subsidy_application"), facts)
    assert "".join(name.split()) in joined(made.content)
    assert made.missing == ()


def test_a_long_name_and_address_stay_whole() -> None:
    facts = replace(form(), person="長" * 100, address="渋川市石原" * 20, kana="ナ" * 100)
    words = joined(render(find("shibukawa", "subsidy_application"), facts).content)
    assert words.count("長") >= 100
    assert words.count("ナ") >= 100
    assert "渋川市石原" * 20 in words


def test_no_field_of_the_form_is_read_as_a_command() -> None:
    text = {name: HOSTILE for name, value in asdict(form()).items() if isinstance(value, str)}
    facts = replace(form(), **text, acts=(Tick(HOSTILE, ticked=True),))  # type: ignore[arg-type] # by name
    words = joined(render(find("shibukawa", "subsidy_application"), facts).content)
    for part in ("#panic()", "$x$*b*_i_`r`@y<z>//\\"):  # a field may break between them
        assert words.count(part) >= len(text)


def _objects(content: bytes) -> bytes:
    with opened(content) as pdf:
        return b"".join(each.unparse(resolved=True) for each in pdf.objects)
