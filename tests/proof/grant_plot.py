"""What happens in the story of a grant, act after act, and what is right after each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tests.proof import grant_story as story
from tests.proof.grant_stage import HEAD_OF_DESK, PAYER, Clerk, Stage

YEN, LESS = 150_000, 110_000
SECTION = "3款1項2目18節"
DRAFT = "from a complete application to the printed draft"
MAILS = 6
ENTER_LAW, SIGN_LAW = "enter the year's law", "sign the year's law"
MOST_PRESSES = {
    "open a year": 1,
    ENTER_LAW: 4,
    SIGN_LAW: 1,
    "receive": 2,
    "ask for what is missing": 4,
    DRAFT: 6,
    "write down the decision": 4,
    "fix the sum": 3,
    "open the next year": 2,
    "record the payment": 3,
}
OF_A_YEAR = ("open a year", ENTER_LAW, SIGN_LAW, "open the next year")
MOST_OF_A_GRANT, MOST_TYPED, MOST_ANSWERS = 22, 8, 30
"""From arrival to payment: an officer's presses and typed fields, and the person's answers. A field
that is filled in already and has to be confirmed is a press.
"""
LAW = {
    "regulation": "補助金等交付規則（平成18年規則第61号）",
    "name": "支援補助金交付要領",
    "rules_number": "告示第31号",
    "from_on": "令和6年4月1日",
    "conditions": "変更の承認を受けること。",
    "review_to": "市長",
    "defendant": "市",
    "court": "前橋地方裁判所",
    "delegated": "15万円",
    "document": "財第6号",
    "decided_on": "令和6年4月1日",
}
WRITTEN = {
    "open a year": ["budget", "section", "number", "warn_below"],
    ENTER_LAW: [*LAW],
    SIGN_LAW: [],
    "receive": ["received_number"],
    "ask for what is missing": ["what-11", "by_on"],
    DRAFT: [],
    "write down the decision": ["document_number", "commitment_number"],
    "fix the sum": ["document_number"],
    "open the next year": ["budget", "section", "number"],
    "record the payment": ["order_number", "creditor_number"],
}
"""What only the city's own systems know, and what a human has to say: nothing else is typed."""
LETTERS = {
    "correction": (story.NAME, "補正のお願い", "⑪", story.WANTED, "令和6年6月19日", "第1号"),
    "draft": (
        *(story.NAME, "150,000円", "渋安収第31号", SECTION, "250,000円", "別封", "見本koufu"),
        *("令和6年6月6日", "要確認"),
    ),
    "decision": (
        *(story.NAME, story.ADDRESS, "補助金交付決定通知書", "渋安第77号", "令和6年6月10日"),
        *("150,000円", "330,000円×1/2=165,000円", "このあとの手続", "窓口から", "不服があるとき"),
    ),
    "envelope": (story.NAME, story.ADDRESS, story.POSTAL),
    "fixing": (story.NAME, "額の確定通知書", "渋安第301号", "150,000円", "令和7年3月25日"),
    "payment": (story.NAME, "150,000円", "令和7年5月12日", story.BANK, story.BRANCH, "420"),
}


@dataclass(frozen=True)
class Place:
    """A city of a story: its folder, its name, the day of the beginning, its year's budget."""

    slug: str
    city: str
    begins: date
    budget_yen: int
    also: Mapping[str, str] = field(default_factory=dict)


def open_year(stage: Stage, errand: str, year: int, warn: str = "") -> None:
    """The year's budget is written down, with the paper that says so; the cap warns, or `warn`."""
    hands = stage.at_desk()
    hands.begin(errand, f"{stage.desk}/grants/budget/{year}/")
    hands.type("input[name=budget]", f"{stage.budget_yen:,}")
    hands.type("input[name=section]", SECTION)
    hands.type("input[name=number]", "財第5号")
    if not hands.page.locator("input[name=terms]:checked").count():
        hands.choose("input[name=terms][value=same]")
    if warn:
        hands.type("input[name=warn_below]", warn)
    hands.press("form[action$='/open/'] button.button")
    assert stage.figures(hands, year) == [stage.budget_yen, 0, 0, stage.budget_yen]


def enter_law(stage: Stage, year: int, **also: str) -> None:
    """The year's law is entered with its document, and signed by a colleague; asked once a year."""
    hands = stage.at_desk()
    hands.begin(ENTER_LAW, f"{stage.desk}/grants/budget/{year}/")
    for name, words in (LAW | also).items():
        hands.type(f"form[action*='/law/'] [name={name}]", words)
    hands.choose("input[name=disposition][value=treat]", "input[name=disclosure][value=closed]")
    hands.press("form[action*='/law/'] button.button")
    other = stage.at_desk(HEAD_OF_DESK)
    other.begin(SIGN_LAW, f"{stage.desk}/signing/")
    other.press("form[action^='/signing/'] button")


def send(stage: Stage, terms: story.Terms) -> None:
    """From the check to the application, on a telephone without a script."""
    page = stage.phone
    assert terms.amount in story.check(page, stage.portal, terms)
    stage.receipt = story.ask(page)
    story.opened(page, stage.portal, stage.receipt)
    assert "まだ申請は終わっていません" in story.apply(page, stage.portal, terms)


def issued(stage: Stage, hands: Clerk, *names: str) -> None:
    """Papers as they are printed and kept."""
    for name in names:
        stage.letters[name] = story.issue(hands, name)


def apply_before_the_contract(stage: Stage) -> None:
    """The year is open; an application with the estimate, and the screenshot to be brought."""
    stage.strike(date(2024, 6, 3), 9)
    open_year(stage, "open a year", 2024, "300,000")
    enter_law(stage, 2024)
    stage.strike(date(2024, 6, 3), 20)
    send(stage, story.BEFORE_CONTRACT)
    hands = stage.at_desk()
    stage.stands(
        hands,
        2024,
        own="下書きを預かっています",
        now="窓口が書類を受け取る",
        row={},
        mails=1,
    )


def ask_for_what_is_missing(stage: Stage) -> None:
    """At the counter the screenshot is missing; the person sends it in the evening."""
    stage.strike(date(2024, 6, 5), 10)
    hands = stage.at_desk()
    story.open_grant(hands, stage.desk, "receive", "sent")
    story.act(hands, "receive", received_number="渋安収第31号")
    first = {"整理番号": 1, "状態": "審査中", "収受日": date(2024, 6, 5), "申請の方法": "画面"}
    then = {"送信日": date(2024, 6, 3), "申請日": date(2024, 6, 5), "収受番号": "渋安収第31号"}
    stage.stands(
        hands,
        2024,
        own="受け取って、確かめています",
        now="窓口が内容を確かめる",
        row={**first, **then, "見積額": 330_000},
        mails=1,
    )
    story.open_grant(hands, stage.desk, "ask for what is missing", "review")
    story.act(hands, "return", **{"what-11": story.WANTED}, by_on="6/19")
    issued(stage, hands, "correction")
    stage.stands(
        hands,
        2024,
        own="足りないものがあります",
        now="足りないものを出す",
        row={"状態": "補正待ち", "補正依頼日": date(2024, 6, 5)},
        mails=0,  # of one case one an hour says that there is news: the second waits
    )
    story.complete(stage.at_home(date(2024, 6, 5)))
    stage.stands(
        stage.at_desk(),
        2024,
        own="受け取って、確かめています",
        now="窓口が内容を確かめる",
        row={"状態": "審査中", "補正日": date(2024, 6, 5)},
        mails=1,
    )


def draft_and_decide(stage: Stage) -> None:
    """Drafted by a colleague whose browser runs no script; decided outside, and written down."""
    stage.strike(date(2024, 6, 6), 10)
    hands = stage.at_desk(scripts=False)
    story.open_grant(hands, stage.desk, DRAFT, "review")
    story.review(hands)
    story.act(hands, "draft")
    issued(stage, hands, "draft")
    stage.stands(
        hands,
        2024,
        own="市が決める手続きをしています",
        now="市が決めて、書面で知らせる",
        row={"状態": "起案中", "起案日": date(2024, 6, 6)},
    )
    stage.strike(date(2024, 6, 10), 10)
    hands = stage.at_desk()
    story.open_grant(hands, stage.desk, "write down the decision", "drafted")
    typed = {"document_number": "渋安第77号", "commitment_number": "00815"}
    story.act(hands, "decide", **typed)
    issued(stage, hands, "decision", "envelope")
    filed = {"決裁日": date(2024, 6, 10), "施行日": date(2024, 6, 10), "決裁区分": "専決"}
    money = {"交付決定額": YEN, "文書番号": "渋安第77号", "支出負担行為番号": "00815"}
    filed["款項目節"] = SECTION
    stage.stands(
        hands,
        2024,
        own="市が補助を決めました",
        now="弁護士と契約して、届ける",
        row={"状態": "交付決定", **filed, **money, "公開区分": "非公開"},
        reserved=YEN,
        public="nearly_spent",
        mails=1,
    )


def carry_out(stage: Stage) -> None:
    """The contract in June, the payment to the lawyer in July, the sum fixed before 31 March."""
    story.report_contract(stage.at_home(date(2024, 6, 21)), ("令和6", "6", "20"))
    stage.stands(
        stage.at_desk(),
        2024,
        own="契約の届が届いています",
        now="着手金を支払って、報告する",
        row={"状態": "契約の届け出あり", "契約日": date(2024, 6, 20), "契約額": 330_000},
        reserved=YEN,
        public="nearly_spent",
    )
    story.report(stage.at_home(date(2024, 7, 5)), ("2024", "7", "3"))
    paid = {"弁護士への支払日": date(2024, 7, 3), "弁護士への支払額": 330_000}
    stage.stands(
        stage.at_desk(),
        2024,
        own="報告が届き、確かめています",
        now="市が補助の額を確定する",
        row={"状態": "実績報告あり", "実績報告日": date(2024, 7, 5), **paid},
        reserved=YEN,
        public="nearly_spent",
    )
    stage.strike(date(2025, 3, 25), 10)
    hands = stage.at_desk()
    story.open_grant(hands, stage.desk, "fix the sum", "running")
    story.act(hands, "fix", document_number="渋安第301号")
    issued(stage, hands, "fixing")
    fixed = {"額の確定日": date(2025, 3, 25), "確定の文書番号": "渋安第301号", "確定額": YEN}
    days = {"確定の起案日": date(2025, 3, 25), "確定の施行日": date(2025, 3, 25)}
    stage.stands(
        hands,
        2024,
        own="補助の額が確定しました",
        now="振込先を知らせて、請求する",
        row={"状態": "額の確定", **fixed, **days, "確定の決裁区分": "専決"},
        reserved=YEN,
        public="nearly_spent",
        mails=1,
    )


def claim_and_pay(stage: Stage) -> None:
    """The new year has no budget yet; the old one pays what was fixed in it, until 31 May."""
    story.claim(stage.at_home(date(2025, 4, 2)))
    stage.stands(
        stage.at_desk(),
        2024,
        own="請求が届いています",
        now="市が振り込む",
        row={"状態": "請求あり", "請求日": date(2025, 4, 2)},
        reserved=YEN,
        public="not_open",
    )
    stage.strike(date(2025, 4, 10), 9)
    open_year(stage, "open the next year", 2025)
    stage.strike(date(2025, 5, 12), 10)
    hands = stage.at_desk(PAYER)
    story.open_grant(hands, stage.desk, "record the payment", "running")
    story.act(hands, "pay", order_number="00042", creditor_number="9001")
    issued(stage, hands, "payment")
    paid = {"支出命令番号": "00042", "支払日": date(2025, 5, 12), "支払額": YEN}
    paid["債権者登録番号"] = "9001"
    stage.stands(
        hands,
        2024,
        own="振り込みが済みました",
        now="",
        row={"状態": "支払済み", **paid},
        spent=YEN,
        mails=1,
    )
    assert stage.figures(hands, 2025) == [stage.budget_yen, 0, 0, stage.budget_yen]


def apply_after_the_payment(stage: Stage) -> None:
    """In another city who applies has paid already; the year's budget is open."""
    stage.strike(date(2023, 2, 1), 9)
    open_year(stage, "open a year", 2022)
    enter_law(stage, 2022, delegated="10万円", from_on="令和4年4月1日", decided_on="令和4年4月1日")
    stage.strike(date(2023, 2, 1), 20)
    send(stage, story.AFTER_PAYMENT)
    stage.strike(date(2023, 2, 3), 10)
    hands = stage.at_desk()
    story.open_grant(hands, stage.desk, "receive", "sent")
    story.act(hands, "receive", received_number="県安収第9号")
    first = {"整理番号": 1, "状態": "審査中", "収受日": date(2023, 2, 3), "申請の方法": "画面"}
    then = {"送信日": date(2023, 2, 1), "申請日": date(2023, 2, 3), "収受番号": "県安収第9号"}
    stage.stands(
        hands,
        2022,
        own="受け取って、確かめています",
        now="窓口が内容を確かめる",
        row={**first, **then, "見積額": 330_000},
        mails=2,
    )


def decide_and_pay(stage: Stage) -> None:
    """Drafted, decided, claimed after 31 March, paid in May: no contract, no report, no fixing."""
    stage.strike(date(2023, 2, 6), 10)
    hands = stage.at_desk()
    story.open_grant(hands, stage.desk, DRAFT, "review")
    story.review(hands)
    story.act(hands, "draft")
    issued(stage, hands, "draft")
    stage.strike(date(2023, 3, 20), 10)
    hands = stage.at_desk(scripts=False)
    story.open_grant(hands, stage.desk, "write down the decision", "drafted")
    typed = {"document_number": "県安第7号", "commitment_number": "00311"}
    story.act(hands, "decide", **typed)
    issued(stage, hands, "decision")
    filed = {"決裁日": date(2023, 3, 20), "施行日": date(2023, 3, 20), "決裁区分": "通常"}
    money = {"交付決定額": LESS, "文書番号": "県安第7号", "支出負担行為番号": "00311"}
    filed["款項目節"] = SECTION
    stage.stands(
        hands,
        2022,
        own="県が補助を決めました",
        now="振込先を知らせて、請求する",
        row={
            "状態": "交付決定",
            "起案日": date(2023, 2, 6),
            **filed,
            **money,
            "公開区分": "非公開",
        },
        reserved=LESS,
        public="nearly_spent",
        mails=1,
    )
    story.claim(stage.at_home(date(2023, 4, 3)))
    stage.stands(
        stage.at_desk(),
        2022,
        own="請求が届いています",
        now="県が振り込む",
        row={"状態": "請求あり", "請求日": date(2023, 4, 3)},
        reserved=LESS,
        public="not_open",
    )
    stage.strike(date(2023, 5, 15), 10)
    hands = stage.at_desk(PAYER)
    story.open_grant(hands, stage.desk, "record the payment", "running")
    story.act(hands, "pay", order_number="00007", creditor_number="9002")
    issued(stage, hands, "payment")
    paid = {"支出命令番号": "00007", "支払日": date(2023, 5, 15), "支払額": LESS}
    paid["債権者登録番号"] = "9002"
    stage.stands(
        hands,
        2022,
        own="振り込みが済みました",
        now="",
        row={"状態": "支払済み", **paid},
        spent=LESS,
        public="not_open",
        mails=1,
    )
