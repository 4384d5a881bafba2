"""A grant that letters are written about, for the tests of them; nobody in it exists."""

from dataclasses import replace
from datetime import date
from functools import cache

from madoguchi.rules.programme.law import Clause, YearLaw
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.tools.papers.engine import Pdf, render
from madoguchi.work.subsidy import public
from madoguchi.work.subsidy.application import Applied, CostLine, Delivery
from madoguchi.work.subsidy.letters.writing import LetterBasis
from madoguchi.work.subsidy.papers import Contact

THEN = date(2024, 6, 3)
NAME, STREET, CODE = "金糸雀　花子", "群馬県渋川市金糸町7番地　カナリヤ荘", "377-9999"
POSTER, LAWYER = "雲雀の投稿者", "鶯谷　太郎"
FILED = Filing(
    drafted_on=date(2024, 6, 10),
    decided_on=date(2024, 6, 12),
    decision_class="delegated",
    enforced_on=date(2024, 6, 13),
    document_number="渋安第45号",
    binder="令和6年度　補助金交付",
)
DESK = Contact("渋川市の窓口", "渋川市石原80番地", ("月曜日から金曜日まで",), "0279-25-8526")
LAW = YearLaw(
    2024,
    date(2024, 4, 1),
    "渋川市補助金等交付規則",
    "令和6年度渋川市支援補助金交付要領",
    "渋川市告示第31号",
    "渋安第3号",
    date(2024, 4, 1),
    clause=(
        Clause("before_contract", "要領第6条第1項"),
        Clause("cost", "要領第5条"),
        Clause("decision", "要領第7条"),
        Clause("change", "要領第8条"),
        Clause("fixing", "要領第10条"),
        Clause("revocation", "要領第12条第1項"),
    ),
    condition=("変更の承認を受けること。", "実績を報告すること。"),
    disposition="treat",
    review_to="渋川市長",
    defendant="渋川市（代表者　渋川市長）",
    court="前橋地方裁判所",
)
APPLIED = Applied(
    name=NAME,
    kana="カナリヤ　ハナコ",
    postal_code=CODE,
    address=STREET,
    phone="0279-00-0000",
    acts=("deletion",),
    costs=(CostLine("deletion", "retainer", 300_000),),
    lawyer=LAWYER,
    law_office="鶯谷法律事務所",
    delivery=Delivery("post"),
)


@cache
def rules(slug: str = "shibukawa") -> public.Published:
    """The rules of the first day of 2024's summer, as they stand in the folder."""
    found = public.published(programme(slug), texts(slug), THEN)
    assert found
    return found


def about(applied: Applied = APPLIED, law: YearLaw | None = None, **version: object) -> LetterBasis:
    """The grant, under the rules with these parts of the version put otherwise, and a law."""
    of = rules()
    changed: SubsidyVersion = replace(of.version, **version)  # type: ignore[arg-type] # as asked
    basis = LetterBasis(replace(of, version=changed), applied, DESK, 2024, 3, 2024, officer="鷺沼")
    return replace(basis, law=law)


def printed(name: str, facts: object, slug: str = "shibukawa") -> Pdf:
    """The city's paper of that name with these facts."""
    return render(find(slug, name), facts)
