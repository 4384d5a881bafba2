"""No key and no value of the code reaches a reader: every one of them is said in words."""

import ast
import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from functools import cache

import pytest

from madoguchi.ops.town.people import people
from madoguchi.rules.programme.load import NATIONAL
from madoguchi.rules.programme.texts import is_desk, texts
from tests.house.source import PACKAGE, dotted, files, name, tree
from tests.outside.stroll import Page
from tests.proof.house import House

WORDS = texts(NATIONAL).words
OF_THE_DESK = ("way", "direction", "outcome", "turn", "referral", "state.desk", "ground")
ENUMS = ("Enum", "StrEnum", "TextChoices", "IntegerChoices")

# A set of values → the keys under which they are said, each to its readers. `{}` is the value;
# what follows a bar is said nowhere, for the reason at its end.
SAID: dict[str, tuple[str, ...]] = {
    "rules.apart.Link": ("desk.clinic.apart.{}",),
    "rules.bank.Kind": (
        "own_grant.account_kind.{}",
        "desk.grant.account.kind.{}",
        "desk.grant.form.account_kind.{}",
        "desk.told.kind_is.{}",
        "desk_grant_papers.account.{}",
    ),
    "rules.bank.Wrong": ("form.{}",),
    "rules.programme.agency.Language": ("desks.language.in_{} | 要確認: it is left out",),
    "rules.programme.agency.ReadFrom": ("desks.read_from.{}",),
    "rules.programme.agency.Way": ("desks.way.{} | phone: its number is the link",),
    "tools.audit.opening.Reason": ("desk.verb.{}",),
    "rules.decision.Held": ("desk.grant.check.verdict.{}", "desk.told.held.{}"),
    "rules.numbers.Kind": ("form.{}",),
    "rules.programme.agency.Need": ("landing.need_{}", "pages.guide_{}", "desk.refer.need.{}"),
    "rules.programme.agency.Audience": ("desk.refer.audience.{}",),
    "rules.programme.changes.Reached": ("desk.decide.channel.{}",),
    "rules.programme.clinic.Means": ("own_clinic.means.{}",),
    "rules.programme.desk.ChannelName": ("check.used_desk.{}", "desk.decide.channel.{}"),
    "rules.programme.desk.Asked": ("clinic.asked_{}",),
    "rules.programme.desk.Desk.first_way": ("portal.reach.{}",),
    "work.subsidy.ledger.queries.Persons": ("desk.ledger.persons.{}",),
    "work.record.promises.Ending.how": (
        "desk.promise.how.{}",
        "desk.promise.answered.{}",
        "desk.promise.ended.{} | stands: it has not ended",
    ),
    "rules.programme.subsidy.BeforeContract.contract_after": (
        "subsidy.step.contract_{}",
        "desk.subsidy_paper.contract.{}",
    ),
    "rules.programme.subsidy_amount.Act": (
        "apply.acts.{}",
        "working.share_{}",
        "desk.grant.said.acts.{}",
        "desk.told.acts_is.{}",
        "desk.subsidy_paper.act.{}",
    ),
    "rules.programme.subsidy_amount.Fee": ("desk.grant.said.fee.{}", "desk.told.fee_is.{}"),
    "rules.programme.subsidy_amount.RoundingMode": ("working.rounding_{}",),
    "rules.programme.subsidy.Means": ("check.used_desk.{}",),
    "rules.programme.subsidy.IncomeWithin.period": ("check.income_{}.label",),
    "rules.programme.subsidy.EngagedLawyer.who": ("check.engaged.{}",),
    "rules.programme.words.Column": ("kit.column_{}", "desk.decide.in_{}.label"),
    "rules.steps.booking.State": ("desk.clinic.state.{} | kept: nobody's place",),
    "rules.steps.booking.Verb": (
        "desk.clinic.do.{} | move: a page of its own",
        "ground.clinic.{} | accept, decline: in every state that asks",
    ),
    "rules.steps.case.State": ("state.public.{}", "state.desk.{}"),
    "rules.steps.case.Verb": ("ground.step.{} | write, proceed, await: in any state",),
    "rules.steps.outcome.Result": (
        "desk.consulted.result.{}",
        "desk.lawyer_outcome.result.{}",
    ),
    "rules.steps.grant.State": (
        "grant.state.{}",
        "own_grant.stage.{}",
        "desk.grant.state.{}",
        "desk.grant.status.{}",
    ),
    "rules.steps.grant.Verb": (
        "ground.grant.{}",
        "desk.grant.step.{}",
        "desk.told.verb.{}",
        "desk.verb.grant.{}",
    ),
    "rules.steps.interview.State": ("desk.interview.state.{} | kept: nobody's time",),
    "rules.steps.interview.Verb": ("ground.interview.{}", "desk.interview.{}"),
    "rules.steps.outcome.Outcome": ("outcome.{}",),
    "rules.steps.outcome.Turn": ("turn.{}",),
    "rules.steps.proposal.Outcome": ("desk.settings.outcome.{}",),
    "rules.steps.referral.State": ("referral.state.{}",),
    "rules.steps.referral.Verb": ("referral.step.{}", "ground.referral.step.{}"),
    "rules.subsidy.books.Kind": ("desk.budget.column.{}",),
    "rules.subsidy.facts.Facts.used_desk": ("check.used_desk.{}",),
    "rules.subsidy.facts.Facts.contract": ("desk.grant.said.contract.{}",),
    "rules.subsidy.facts.Facts.engaged": ("check.engaged.{}", "desk.subsidy_paper.engaged.{}"),
    "rules.subsidy.facts.Facts.legal_aid": ("apply.legal_aid.{}",),
    "rules.subsidy.fields.Task": ("apply.task_{}", "apply.lead_{}"),
    "rules.subsidy.fields.Later": ("desk.grant.step.{} | one_report: the step is the report",),
    "rules.subsidy.filing.DecisionClass": (
        "desk.grant.form.decision_class.{}",
        "desk.ledger.decision_class.{}",
        "desk_grant_papers.draft.class.{}",
    ),
    "rules.subsidy.filing.Disclosure": (
        "desk.grant.form.disclosure.{}",
        "desk.ledger.disclosure.{}",
        "desk_grant_papers.draft.disclosure.{}",
    ),
    "rules.subsidy.guardian.Representative": (
        "ground.subsidy.guardian.{} | settled: nothing to ask",
        "desk_grant_guardian.{} | settled: nothing to ask",
    ),
    "rules.subsidy.books.Standing": (
        "budget.{} | open, unknown: nothing is said",
        "desk.budget.standing.{} | not_open, unknown: a year without books has none",
    ),
    "rules.programme.law.Disposition": ("desk.law.disposition.{}",),
    "rules.programme.law.YearLaw.disclosure": ("desk.law.disclosure.{}",),
    "rules.programme.law.YearLaw.follows": ("desk.law.follows.{}",),
    "rules.programme.paper.Need": ("desk_grant_papers.blank.{}",),
    "rules.subsidy.year.Watched": ("desk_grant_clock.{}", "desk.grant.watch.{}"),
    "rules.subsidy.year.Awaited": ("apply.sign.{}",),
    "rules.subsidy.year.Before": ("desk.grant.before.{}", "desk.told.before_is.{}"),
    "rules.subsidy.year.refund_into": ("desk.grant.into.{}",),
    "rules.spelling.Caution": ("desk.number.heed.{}",),
    "rules.year_turn.State": ("desk.settings.turn_state.{}",),
    "rules.numbers.Wrong": ("form.yen_{}",),
    "work.subsidy.order.What": (
        "desk.grant.checks.{}_first",
        "desk.grant.checks.{}_same_day",
        "desk.grant.checks.{}_early",
    ),
    "work.clinic.bookings.actions.How": ("desk.clinic.state.{}", "desk.consulted.came.{}"),
    "work.clinic.briefs.queries.How": ("desk.brief.how.{}",),
    "work.record.actions.Kind": ("desk.entry.{}",),
    "work.record.actions.Way": ("way.{}", "figures.way.{}"),
    "work.record.actions.Direction": ("direction.{}",),
    "work.subsidy.application.Delivery.how": (
        "apply.delivery.{}",
        "desk.grant.delivery.{}",
        "desk.grant.said.delivery.{}",
        "desk.told.delivery_is.{}",
    ),
    "work.subsidy.application.Delivery.sender": (
        "apply.sender.{}",
        "desk.grant.said.sender.{}",
        "desk.told.sender_is.{}",
    ),
    "work.subsidy.application.Applied.adult": ("desk.grant.said.adult.{}", "desk.told.adult_is.{}"),
    "work.subsidy.application.Applied.by": ("desk.grant.said.by.{}", "desk.told.by_is.{}"),
    "work.subsidy.application.Applied.guardian_is_other": (
        "desk.grant.said.guardian.{}",
        "desk.told.guardian_is_other_is.{}",
    ),
    "work.subsidy.application.Applied.engaged": (
        "desk.grant.said.engaged.{}",
        "desk.told.engaged_is.{}",
    ),
    "work.subsidy.application.Applied.contract": (
        "desk.grant.said.contract.{}",
        "desk.told.contract_is.{}",
    ),
    "work.subsidy.application.Applied.legal_aid": (
        "desk.grant.said.legal_aid.{}",
        "desk.told.legal_aid_is.{}",
    ),
    "work.subsidy.application.Applied.register_consent": (
        "desk.grant.said.register.{}",
        "desk.told.register_consent_is.{}",
    ),
    "work.subsidy.application.Applied.other_aid": (
        "desk.grant.said.other_aid.{}",
        "desk.told.other_aid_is.{}",
    ),
    "work.subsidy.budget.actions.Terms": ("desk.budget.terms.{}", "desk.budget.open.terms.{}"),
    "work.subsidy.budget.actions.How": ("desk.budget.kind.{}", "desk.budget.change.how.{}"),
    "work.subsidy.files.queries.FileKind": ("desk.bundle.kind.{}",),
    "work.subsidy.letters.drafting.Proposed.outcome": ("desk_grant_papers.draft.propose_{}",),
    "work.subsidy.own.public.ContractReport.before": ("desk.grant.before.{}",),
    "work.subsidy.reviewing.actions.Proposal.outcome": (
        "desk.grant.form.outcome.{}",
        "desk.grant.outcome.{}",
        "desk.told.outcome_is.{}",
    ),
    "work.subsidy.reviewing.findings.Verdict.verdict": (
        "desk.grant.check.verdict.{}",
        "desk_grant_papers.draft.verdict.{}",
    ),
}

CHOSEN = "the programme's choice between two ways to go on: no page names it"
OF_EXAMPLES = "stands in examples.toml and in what the check says of it"
UNSAID = {
    "tools.audit.macs.Voice": "whose a line is: what is forged is a finding, in words of its own",
    "rules.programme.people.PersonName": "for whom a list is made; no page calls a person so",
    "rules.referral.State": "what answers now or later is said with its hours",
    "rules.decision.Decision.answer": "its grounds are said",
    "rules.koyomi.wareki.When": "where a day may lie: `form.past`, `form.future` say what is wrong",
    "work.cases.queries.About": "about which open dues an act asks; the page lists them",
    "rules.programme.city.Kind": "is itself what a page calls the municipality",
    "work.subsidy.ledger.queries.Column.person": "whom a column names; its head is said",
    "rules.examples.BookingGiven.by": OF_EXAMPLES,
    "rules.examples.BookingExpected.answer": OF_EXAMPLES,
    "rules.examples.GrantGiven.by": OF_EXAMPLES,
    "rules.examples.GrantExpected.answer": OF_EXAMPLES,
    "rules.examples.SubsidyExpected.apply": OF_EXAMPLES,
    "rules.interviews.Booker": "a door, which the rule asks for",
    "rules.slots.Booker": "a door, which the rule asks for",
    "rules.koyomi.wareki.Note": "a field says so in its own words: `form.date`",
    "rules.koyomi.dates.weekday.way": "before or after a day: the day is said, never the way",
    "rules.koyomi.wareki.Wrong": "a field says so in its own words: `form.date`",
    "rules.programme.agency.Charge": "the agency's cost is said in its own words",
    "rules.programme.agency.Status": "what is 要確認 is not shown",
    "rules.programme.agency.AgencyLink.kind": "chooses how a link is drawn",
    "rules.programme.clinic.Booking.online": CHOSEN,
    "rules.programme.clinic.Free.per": CHOSEN,
    "rules.programme.clinic.Clinic.days_by": CHOSEN,
    "rules.programme.clinic.Clinic.may_take": "turned into yes, no or ask before it is said",
    "rules.programme.programme.Document.kind": "shown in capitals, as a format is called",
    "rules.programme.paper.Paper.orientation": CHOSEN,
    "rules.programme.paper.Paper.seal": CHOSEN,
    "rules.programme.subsidy.SubsidyVersion.reissued": CHOSEN,
    "rules.programme.subsidy.Terms.state": "the ground about the terms is said",
    "rules.programme.subsidy_amount.AidMode": CHOSEN,
    "rules.programme.subsidy_amount.Amount.consumption_tax": CHOSEN,
    "rules.programme.subsidy_amount.RoundingOrder": CHOSEN,
    "rules.programme.subsidy.Resident.as_of": CHOSEN,
    "rules.programme.subsidy.NotGrantedBefore.frequency": CHOSEN,
    "rules.programme.subsidy.Stage": "the state that it leads to is said",
    "rules.programme.subsidy.Approval": CHOSEN,
    "rules.subsidy.facts.Facts.applied_by": "a channel, which the rule asks for",
    "rules.subsidy.year._by.kind": "begins a `Watched`, which is said",
    "tools.papers.engine._compiled.kind": "what Typst is asked for",
    "work.subsidy.application.facts.used_desk": "one value of `Facts.used_desk`",
    "work.subsidy.ledger.queries.Kind": "how a cell of the ledger is formatted",
}
GROUNDS_UNSEEN = {"referral.answered_before": "the portal shows the page anew, without it"}


def values(node: ast.AST) -> tuple[str, ...]:
    """The strings that a `Literal` or the body of an enum lists, without the empty one."""
    told = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return tuple(one for one in told if isinstance(one, str) and one)


def listed(node: ast.AST, at: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every set of values below a node, with the name that it has from the package on."""
    if isinstance(node, ast.Subscript) and dotted(node.value) == "Literal":
        yield at, values(node.slice)
        return
    match node:
        case ast.TypeAlias(name=ast.Name(id=own)) | ast.arg(arg=own):
            at = f"{at}.{own}"
        case ast.ClassDef(name=own) | ast.FunctionDef(name=own):
            at = f"{at}.{own}"
        case ast.AnnAssign(target=target):
            at = f"{at}.{dotted(target)}"
    if isinstance(node, ast.ClassDef) and {dotted(base).split(".")[-1] for base in node.bases} & {
        *ENUMS
    }:
        assigned = (one.value for one in node.body if isinstance(one, ast.Assign))
        yield at, tuple(value for one in assigned for value in values(one)[:1])
    for child in ast.iter_child_nodes(node):
        yield from listed(child, at)


@cache
def sets() -> dict[str, tuple[str, ...]]:
    """Every enum and every list of literals in rules, tools and work."""
    return {
        where: found
        for storey in ("rules", "tools", "work")
        for path in files(PACKAGE / storey, "*.py")
        for where, found in listed(
            tree(path), name(path).removeprefix("madoguchi/").removesuffix(".py").replace("/", ".")
        )
    }


def lacking(key: str, *, portal: bool = False) -> list[str]:
    """The columns that the key's readers need and that are not there; staff read Japanese alone."""
    ours = not portal and (is_desk(key) or key.startswith(OF_THE_DESK))
    wanted = ("ja",) if ours else ("ja", "easy", "en")
    return [f"{key}.{one}" for one in wanted if not getattr(WORDS.get(key), one, None)]


def test_every_set_of_values_is_said_or_has_a_reason_why_not() -> None:
    assert len(sets()) > 80, "the walk finds them"
    assert SAID.keys() | UNSAID.keys() == sets().keys()
    assert not SAID.keys() & UNSAID.keys()


@pytest.mark.parametrize("where", SAID)
def test_each_value_is_said_to_its_readers(where: str) -> None:
    for told in SAID[where]:
        key, _, reason = told.partition(" | ")
        without = set(re.findall(r"\w+", reason.partition(":")[0]))
        assert without <= set(sets()[where])
        said = [one for one in sets()[where] if one not in without]
        assert not [lack for one in said for lack in lacking(key.format(one))]


def grounds() -> Iterator[tuple[str, str]]:
    """Every reason that is named in so many words, with the file that names it."""
    for path in files(PACKAGE, "*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and dotted(node.func) in ("Reason", "decision.Reason"):
                for code in values(node.args[0]) if isinstance(node.args[0], ast.Constant) else ():
                    yield code, name(path)


def test_every_reason_has_words() -> None:
    """Of a rule with arms (`subsidy.resident`), each arm has them."""
    told = dict(grounds())
    assert len(told) > 150
    begun = {".".join(key.split(".")[1:-1]) for key in WORDS if key.startswith("ground.")}
    assert not {
        code: where
        for code, where in told.items()
        if f"ground.{code}" not in WORDS and code not in begun
    }


def test_a_reason_that_the_portal_meets_has_words_in_each_language() -> None:
    public = {code for code, where in grounds() if where.endswith("public.py")}
    thin = {code for code in public if lacking(f"ground.{code}", portal=True)}
    assert thin == GROUNDS_UNSEEN.keys()


# What a page says, looked at as a reader does.

ADDRESSES = re.compile(
    r"https?://\S+|[\w.+-]+@[\w.-]+|\{\w+\}|madoguchi[-\w]*(?: [\w.-]+)*"  # a command to type
    r"|[\w-]+(?:\.[\w-]+)*\.(?:jp|com|org|net|int|example|invalid|test|html|pdf|png|jpe?g|heic)\b\S*"
    r"|[A-Z][\w.'-]*(?: [a-z]+)*",  # a name of its own: Cure time
    re.ASCII,
)
TOKEN = re.compile(r"(?<![\w./@-])[a-z][a-z0-9_.-]*[a-z0-9](?![\w@])", re.ASCII)
VERSION = re.compile(r"\b\d+\.\d+\.\d+ \([0-9a-f]{12}\)")  # of the program, in the desk's foot
FORMATS = {"xlsx", "zip"}
WEEKLY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?:[-,](?:mon|tue|wed|thu|fri|sat|sun))* \d")


NEEDS = re.compile(r"\[[a-z0-9_]+[]：]")
"""For which cities a paragraph stands, or whose number it tells, as its file has it."""
IN_ENGLISH = re.compile(r"(In danger, call 110 or 119 and say “)?English, please”?")
"""What a Japanese page tells a person to say, and says to a person who reads no Japanese."""


def foreign(said: str) -> set[str]:
    """Latin words in small letters on a Japanese page: keys, codes and values of a file."""
    for apart in (IN_ENGLISH, NEEDS, VERSION, ADDRESSES):
        said = apart.sub(" ", said)
    return set(TOKEN.findall(said)) - FORMATS


def coded(said: str) -> set[str]:
    """The same on an English page: what no English word is, a key or weekly hours of a file."""
    found = set(TOKEN.findall(ADDRESSES.sub(" ", said)))
    keys = {one for one in found if "_" in one or one in WORDS}
    return keys | set(WEEKLY.findall(said))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Who read, what page, what it said: every page of the invented town's two windows."""
    house = House(tmp_path_factory.mktemp("town") / "var")
    found: dict[str, dict[str, str]] = {}
    for window in ("desk", "portal"):
        told = json.loads(house.run("-m", "tests.outside.stroll", window, window=window))
        found |= {f"{window}: {who}": pages for who, pages in told.items()}
    return found


def letters(mails: str) -> str:
    """What stands in the mails of a file, each of which ends with a line."""
    found = (
        part.get_payload(decode=True)
        for mail in re.split(r"(?m)^-{70,}$", mails)
        for part in message_from_bytes(mail.lstrip().encode()).walk()
        if part.get_content_type() == "text/plain"
    )
    return " ".join(part.decode("utf-8", "replace") for part in found if isinstance(part, bytes))


def test_the_stroll_came_far(read: dict[str, dict[str, str]]) -> None:
    read_at = {who: len(pages) for who, pages in read.items()}
    assert {"desk: takai", "desk: papers", "desk: mails", "portal: who asks"} <= read_at.keys()
    assert sum(read_at.values()) > 500
    assert any(page.endswith(".xlsx") for page in read["desk: kogure"])
    papers = {paper.partition(" ")[0] for paper in read["desk: papers"]}
    assert {"record_sheet", "subsidy_guide", "grant_decision"} <= papers


def test_no_page_paper_mail_or_workbook_says_a_key_or_a_code(
    read: dict[str, dict[str, str]],
) -> None:
    names = {one.username for one in people().staff}
    raw: dict[str, set[str]] = {}
    for who, pages in read.items():
        for page, said in pages.items():
            words = letters(said) if who.endswith("mails") else said
            found = coded(words) if page.startswith("/en/") else foreign(words) - names
            if found:
                raw[f"{who}: {page}"] = found
    assert not raw


@pytest.mark.parametrize(
    "said",
    [
        "どの方法で話したいですか aloud",
        "受付時間 mon-fri 8:30-17:15",
        "landing.lead 相談の窓口",
        "話す方法の希望：no_answer",
        "https://example.com/a aloud",
    ],
)
def test_control_a_raw_word_is_seen(said: str) -> None:
    assert foreign(said)


@pytest.mark.parametrize("said", ["Answer: no_answer", "see landing.lead", "mon-fri 8:30-17:15"])
def test_control_a_raw_word_among_english_is_seen(said: str) -> None:
    assert coded(said)
    assert not coded("The desk is open on Mondays, 8:30 am to 5:15 pm. See https://a.example/b_c")


def test_control_what_nobody_sees_is_not_read_and_the_rest_is() -> None:
    page = Page(
        '<style>a</style><input type="hidden" value="b"><p title="二">一<em lang="en">c</em></p>'
        '<input value="三"><textarea hidden>d</textarea><textarea>四</textarea>'
    )
    assert set("".join(page.said).split()) == {"一", "二", "三", "四"}
