"""What anybody may read of the subsidy on paper (案内・申請書): the programme in reading form.

There is no person in it. What the city has not confirmed (要確認) stands among what to ask.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki, wareki_fiscal_year
from madoguchi.rules.programme.paper import head_of, numbers
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.read import open_facts, snake
from madoguchi.rules.programme.subsidy import (
    Appeal,
    BeforeContract,
    Condition,
    Life,
    OwnForm,
    Resident,
    Share,
    SubsidyVersion,
    Terms,
    is_confirmed,
)
from madoguchi.rules.programme.subsidy_amount import Amount
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.rules.subsidy.fields import asks_birth
from madoguchi.rules.subsidy.judge import Judgement, Line, judge
from madoguchi.work.subsidy.application import promises
from madoguchi.work.subsidy.applying.papers import ENGAGED, Filling, contracts
from madoguchi.work.subsidy.papers import Application, Asked, Contact, Guide, Sample, Step, Tick

WORDS = "desk.subsidy_paper"
ORDERS = {
    "before_contract": ("talk", "estimate", "apply", "contract"),
    "after_payment": ("talk", "contract", "pay", "apply"),
    "open": ("talk", "apply"),
}
PARTS_OF_FULL = (Fraction(2, 3), Fraction(1), Fraction(4, 3))
RETAINERS_YEN = (200_000, 300_000, 400_000)
NEAR_YEN = 10_000
NO_STEP = ("cost_unknown", "at_most", "between", "result")


@dataclass(frozen=True)
class Published:
    """The subsidy of a day with the words of its papers; there is none without a version."""

    programme: Programme
    words: Texts
    terms: Terms
    version: SubsidyVersion

    @property
    def timing(self) -> str:
        """The name of when to apply; `open` where nobody confirmed it."""
        rule = self.version.timing
        return "open" if rule.source == UNCONFIRMED else _snake(rule)

    @property
    def confirmed(self) -> tuple[Condition, ...]:
        """The conditions that the city says."""
        return tuple(each for each in self.version.condition if is_confirmed(each))

    def say(self, key: str, **values: str) -> str:
        """The words of a paper."""
        return self.words.get(f"{WORDS}.{key}", "ja", **values).words

    def choose(self, key: str, *names: str, **values: str) -> str:
        """The words of the first of the names that has any."""
        known = (name for name in names if f"{WORDS}.{key}.{name}" in self.words.words)
        return self.say(f"{key}.{next(known)}", **values)


def published(programme: Programme, words: Texts, on: date) -> Published | None:
    """The subsidy of a day; None where the city has none, or it has not begun or is over."""
    return told(programme, words, programme.subsidy.terms_on(on)) if programme.subsidy else None


def told(programme: Programme, words: Texts, terms: Terms) -> Published | None:
    """The subsidy under the rules of a day, as sure as the desk is of them; None without rules."""
    return Published(programme, words, terms, terms.version) if terms.version else None


def guide(of: Published, contact: Contact) -> Guide:
    """The subsidy explained (補助金の案内)."""
    steps, samples = tuple(_steps(of)), tuple(_samples(of))
    notes = [of.say("sample_note")]
    if any(each.open for each in samples):
        notes.append(of.say("sample_note_open"))
    return Guide(
        city=of.programme.city.name.ja,
        name=_name(of),
        rules=of.version.title,
        year=_year(of),
        stale=_stale(of),
        who=tuple(each.ja for each in of.version.who),
        costs=tuple(each.ja for each in of.version.counted),
        amount=_amount(of),
        steps=steps,
        order=of.say("order.said", steps=of.say("order.arrow").join(each.name for each in steps)),
        needs=tuple(each.ja for each in of.version.needs),
        cautions=tuple(each.ja for each in of.version.caution),
        contact=contact,
        samples=tuple(each.sample for each in samples),
        sample_note="".join(notes),
        to_ask=to_ask(of),
    )


def application(of: Published, *, confirmed: bool) -> Application:
    """The application form, empty (交付申請書); `confirmed`: it is the form of the city's rules."""
    acts = dict.fromkeys(each.act for each in of.version.cost)
    return Application(
        addressee=head_of(of.programme.city.name.ja),
        city=of.programme.city.name.ja,
        name=_name(of),
        amount=_amount(of),
        acts=tuple(Tick(of.choose("act", act, "other")) for act in acts),
        attachments=tuple(Tick(each) for each in _attachments(of)),
        promises=tuple(Tick(words) for words in _promises(of)),
        protected=Tick(of.say("protected_asked")),
        engaged=tuple(Tick(of.say(f"engaged.{one}")) for one in ENGAGED),
        costs=tuple(
            Asked(of.choose("cost", f"{each.act}_{each.fee}", "other")) for each in of.version.cost
        ),
        lawyer_label=of.say(f"lawyer.{of.timing}"),
        retainer_label=of.say(f"retainer.{of.timing}"),
        day_label=of.say(f"day.{of.timing}"),
        caution=of.choose("caution", of.timing, "other"),
        note=("" if confirmed else of.say("note")) + _stale(of),
        asks_birth=asks_birth(of.version),
        contract=tuple(Tick(of.say(f"contracted.{one}")) for one in contracts(of.version)),
        more=Filling(of.version, of.say).more(),
    )


def _asked(of: Published) -> Iterator[Asked]:
    """A line for each act whose cost may count."""
    for each in of.version.cost:
        yield Asked(of.choose("cost", f"{each.act}_{each.fee}", "other"))


def to_ask(of: Published) -> tuple[str, ...]:
    """What only the desk can answer: everything that waits for confirmation, each once.

    A city's own kind of rule that has no words of its own is among the others. What letters say
    of appeal, what follows a decision and what the city's form asks beside is not asked.
    """
    asked = (
        of.choose("ask", fact, "other") for fact in open_facts(of.version, (Appeal, Life, OwnForm))
    )
    return tuple(dict.fromkeys(asked))


def _name(of: Published) -> str:
    subsidy = of.programme.subsidy
    return subsidy.name.ja if subsidy else ""


def _year(of: Published) -> str:
    if of.version.reissued == "never":
        return of.say("since", since=wareki(of.version.since))
    return of.say("year", **_of_year(fiscal_year(of.version.since)))


def _stale(of: Published) -> str:
    if of.terms.state != "stale":
        return ""
    return of.say("stale", **_of_year(fiscal_year(of.terms.on)))


def _of_year(year: int) -> dict[str, str]:
    return {"year": wareki_fiscal_year(year), "west": str(year)}


def _amount(of: Published) -> str:
    amount = of.version.amount
    if amount.rate_is_open:
        return of.say("amount_open")
    kind = "open" if amount.cap_is_open else _snake(amount.cap)
    return of.say(
        "amount",
        formula=of.choose("formula", _snake(amount.formula), "other", **numbers(amount.formula)),
        cap=of.choose("cap", kind, "other", **numbers(amount.cap)),
    )


def _steps(of: Published) -> Iterator[Step]:
    """The order, each step with what is confirmed of it."""
    conditions = [_snake(each) for each in of.confirmed]
    told = {
        "talk": conditions,
        "estimate": conditions,
        "apply": [of.timing],
        "contract": [*_contract_after(of), of.timing],
    }
    for name in ORDERS[of.timing]:
        text = of.choose(name, *told.get(name, ()), "text")
        yield Step(of.say(f"{name}.name"), of.say(f"{name}.title"), text)


def _contract_after(of: Published) -> Iterator[str]:
    """What a contract has to wait for; to be asked where nobody confirmed it."""
    rule = of.version.timing
    if isinstance(rule, BeforeContract):
        sure = rule.contract_after_source != UNCONFIRMED
        yield rule.contract_after if sure else "text"


@dataclass(frozen=True)
class _Reckoned:
    """A sample, and whether its amount depends on what is open."""

    sample: Sample
    open: bool


def _samples(of: Published) -> Iterator[_Reckoned]:
    """The grant for some retainers, as if these rules held today and nothing else were paid."""
    if of.version.amount.rate_is_open:
        return
    terms = Terms(of.version, of.version.since, "known")
    sure = (each for each in of.version.cost if each.source != UNCONFIRMED)
    cost = next(sure, of.version.cost[0])
    for yen in _retainers(of.version.amount):
        facts = Facts(
            costs=(Cost(cost.act, cost.fee, yen),),
            other_aid_yen=0,
            refunded_yen=0,
            recovered_yen=0,
            granted=(),
        )
        found = judge(facts, terms)
        lines = (_line(of, each) for each in found.working if _shows(each))
        sample = Sample(of.say("sum", yen=f"{yen:,}"), _granted(of, found), "、".join(lines))
        yield _Reckoned(sample, found.amount_yen is None)


def _retainers(amount: Amount) -> tuple[int, ...]:
    """Retainers below, at and above the one that reaches the cap."""
    cap = getattr(amount.cap, "cap_yen", None)
    if cap is None or not isinstance(amount.formula, Share):
        return RETAINERS_YEN
    full = cap / amount.formula.share
    return tuple(round(full * part / NEAR_YEN) * NEAR_YEN for part in PARTS_OF_FULL)


def _shows(line: Line) -> bool:
    """Whether a line of the working is a step of the calculation, not a remark on it."""
    return line.code not in NO_STEP and not line.code.endswith(("_open", "_unknown", "_within"))


def _line(of: Published, line: Line) -> str:
    return of.words.get(line.key, "ja", **line.values).words


def _granted(of: Published, found: Judgement) -> str:
    if found.amount_yen is not None:
        return of.say("sum", yen=f"{found.amount_yen:,}")
    least, most = found.at_least_yen or 0, found.at_most_yen or 0
    return of.say("between", least=f"{least:,}", most=f"{most:,}")


def _attachments(of: Published) -> Iterator[str]:
    """What is handed in with the form; where the rules name no paper, what the desk says."""
    needs = of.version.needs
    yield from (each.ja for each in needs) if needs else (of.say("attachment.other"),)


def _promises(of: Published) -> Iterator[str]:
    """What the person agrees to and promises; only what is confirmed is asked for."""
    if any(isinstance(each, Resident) for each in of.confirmed):
        yield of.say("promise.register", city=of.programme.city.name.ja)
    for each in promises(of.version):
        if each.words is None:
            yield of.say(f"promise.{each.code}")
        else:
            yield of.say("promise.holds", words=each.words.ja)


def _snake(part: object) -> str:
    return snake(type(part).__name__)
