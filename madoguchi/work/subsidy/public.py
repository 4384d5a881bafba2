"""What anybody may read of the subsidy on paper (案内・申請書): the programme in reading form.

There is no person in it. What the city has not confirmed (要確認) is listed among what to ask.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki, wareki_fiscal_year
from madoguchi.rules.programme.city import Question
from madoguchi.rules.programme.paper import head_of, numbers
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.read import open_facts, snake
from madoguchi.rules.programme.subsidy import (
    BeforeContract,
    Condition,
    Life,
    NoTaxArrears,
    OwnForm,
    Resident,
    SubsidyVersion,
    Terms,
    is_confirmed,
)
from madoguchi.rules.programme.subsidy_amount import Amount, Share
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.rules.subsidy.fields import asks_birth
from madoguchi.rules.subsidy.judge import judge
from madoguchi.work.subsidy.application import promises
from madoguchi.work.subsidy.applying.papers import ENGAGED, contracts, further_fields
from madoguchi.work.subsidy.papers import Application, Contact, CostRow, Guide, Sample, Step, Tick

WORDS = "desk.subsidy_paper"
ORDERS = {
    "before_contract": ("talk", "estimate", "apply", "contract"),
    "after_payment": ("talk", "contract", "pay", "apply"),
    "open": ("talk", "apply"),
}
PARTS_OF_FULL = (Fraction(2, 3), Fraction(1), Fraction(4, 3))
RETAINERS_YEN = (200_000, 300_000, 400_000)
NEAR_YEN = 10_000
NO_STEP = ("cost_unknown", "at_most", "between", "result")  # lines that remark on the working
NO_STEP_ENDS = ("_open", "_unknown", "_within")


@dataclass(frozen=True)
class Published:
    """The subsidy under the rules of a day, with the words of its papers."""

    programme: Programme
    words: Texts
    terms: Terms
    version: SubsidyVersion

    @property
    def timing(self) -> str:
        """When to apply, as the name of its rule; `open` where nobody confirmed it."""
        rule = self.version.timing
        return "open" if rule.source == UNCONFIRMED else _snake(rule)

    @property
    def confirmed(self) -> tuple[Condition, ...]:
        """The conditions that the city has confirmed."""
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
    subsidy = programme.subsidy
    return published_under(programme, words, subsidy.terms_on(on)) if subsidy else None


def published_under(programme: Programme, words: Texts, terms: Terms) -> Published | None:
    """The subsidy under terms that the caller chose; None where there are no rules."""
    return Published(programme, words, terms, terms.version) if terms.version else None


def guide(of: Published, contact: Contact, *, confirmed: bool) -> Guide:
    """The subsidy explained (補助金の案内); `confirmed`: it is the city's own paper."""
    steps = tuple(_steps(of))
    if of.version.reissued == "never":
        year = of.say("since", since=wareki(of.version.since))
    else:
        year = of.say("year", **_year_words(fiscal_year(of.version.since)))
    return Guide(
        city=of.programme.city.name.ja,
        name=_name(of),
        rules=of.version.title,
        year=year,
        stale=_stale(of),
        who=tuple(each.ja for each in of.version.who),
        costs=tuple(each.ja for each in of.version.counted),
        amount=_amount(of),
        steps=steps,
        order=of.say("order.said", steps=of.say("order.arrow").join(each.name for each in steps)),
        needs=tuple(each.ja for each in of.version.needs),
        cautions=tuple(each.ja for each in of.version.caution),
        contact=contact,
        samples=tuple(_samples(of)),
        sample_note=of.say("sample_note"),
        draft="" if confirmed else of.say("draft_guide"),
    )


def application(of: Published, *, confirmed: bool) -> Application:
    """The application form, empty (交付申請書); `confirmed`: it is the form of the city's rules."""
    acts = dict.fromkeys(each.act for each in of.version.cost)
    needs = [each.ja for each in of.version.needs] or [of.say("attachment.other")]
    return Application(
        addressee=head_of(of.programme.city.name.ja),
        city=of.programme.city.name.ja,
        name=_name(of),
        amount=_amount(of),
        acts=tuple(Tick(of.choose("act", act, "other")) for act in acts),
        attachments=tuple(Tick(each) for each in needs),
        promises=tuple(Tick(words) for words in _promises(of)),
        protected=Tick(of.say("protected_asked")),
        engaged=tuple(Tick(of.say(f"engaged.{each}")) for each in ENGAGED),
        costs=tuple(
            CostRow(of.choose("cost", f"{each.act}_{each.fee}", "other"))
            for each in of.version.cost
        ),
        lawyer_label=of.say(f"lawyer.{of.timing}"),
        retainer_label=of.say(f"retainer.{of.timing}"),
        day_label=of.say(f"day.{of.timing}"),
        caution=of.choose("caution", of.timing, "other"),
        draft="" if confirmed else of.say("draft_form"),
        note=_stale(of),
        asks_birth=asks_birth(of.version),
        contract=tuple(Tick(of.say(f"contracted.{each}")) for each in contracts(of.version)),
        more=further_fields(of.version, of.say),
    )


def to_ask(of: Published) -> tuple[str, ...]:
    """What the city has not decided or confirmed, each once: for the officer, on no paper.

    A rule without words of its own is named with those of `other`. The stages after a
    decision and the further fields of the city's form are not listed.
    """
    facts = open_facts(of.version, (Life, OwnForm, Question))
    asked = (of.choose("ask", fact, "other") for fact in facts)
    return tuple(dict.fromkeys((*asked, *of.version.open_questions)))


def _name(of: Published) -> str:
    subsidy = of.programme.subsidy
    return subsidy.name.ja if subsidy else ""


def _stale(of: Published) -> str:
    if of.terms.state != "stale":
        return ""
    return of.say("stale", **_year_words(fiscal_year(of.terms.on)))


def _year_words(year: int) -> dict[str, str]:
    return {"year": wareki_fiscal_year(year), "west": str(year)}


def _amount(of: Published) -> str:
    amount = of.version.amount
    if amount.rate_is_open:
        return of.say("amount_open")
    cap = amount.cap_reckoned
    return of.say(
        "amount",
        formula=of.choose("formula", _snake(amount.formula), "other", **numbers(amount.formula)),
        cap=of.choose("cap", _snake(cap), "other", **numbers(cap)),
    )


def _steps(of: Published) -> Iterator[Step]:
    """The order of the steps, each with the text that what is confirmed of it allows."""
    conditions, rule = [_snake(each) for each in of.confirmed], of.version.timing
    contract = [of.timing]
    if isinstance(rule, BeforeContract):  # what a contract has to wait for
        confirmed = rule.contract_after_source != UNCONFIRMED
        contract.insert(0, rule.contract_after if confirmed else "text")
    variants = {
        "talk": conditions,
        "estimate": conditions,
        "apply": [of.timing],
        "contract": contract,
    }
    for name in ORDERS[of.timing]:
        text = of.choose(name, *variants.get(name, ()), "text")
        yield Step(of.say(f"{name}.name"), of.say(f"{name}.title"), text)


def _samples(of: Published) -> Iterator[Sample]:
    """The grant for some retainers, as if these rules held today and nothing else were paid.

    What the city left open can only make it less: it is then the most that is paid.
    """
    if of.version.amount.rate_is_open:
        return
    terms = Terms(of.version, of.version.since, "known")
    confirmed = (each for each in of.version.cost if each.source != UNCONFIRMED)
    cost = next(confirmed, of.version.cost[0])
    for yen in _retainers(of.version.amount):
        facts = Facts(
            costs=(Cost(cost.act, cost.fee, yen),),
            other_aid_yen=0,
            refunded_yen=0,
            recovered_yen=0,
            granted=(),
        )
        judged = judge(facts, terms)
        if judged.amount_yen is not None:
            grant = of.say("sum", yen=f"{judged.amount_yen:,}")
        else:
            grant = of.say("at_most", yen=f"{judged.at_most_yen or 0:,}")
        working = "、".join(
            of.words.get(line.key, "ja", **line.values).words
            for line in judged.working
            if line.code not in NO_STEP and not line.code.endswith(NO_STEP_ENDS)
        )
        yield Sample(of.say("sum", yen=f"{yen:,}"), grant, working)


def _retainers(amount: Amount) -> tuple[int, ...]:
    """Retainers below, at and above the one that reaches the cap."""
    cap = getattr(amount.cap, "cap_yen", None)
    if cap is None or not isinstance(amount.formula, Share):
        return RETAINERS_YEN
    full = cap / amount.formula.share
    return tuple(round(full * part / NEAR_YEN) * NEAR_YEN for part in PARTS_OF_FULL)


def _promises(of: Published) -> Iterator[str]:
    """What the person agrees to and promises; only what is confirmed is asked for."""
    if any(isinstance(each, Resident) for each in of.confirmed):
        taxes = any(isinstance(each, NoTaxArrears) for each in of.confirmed)
        kind = "register_tax" if taxes else "register"
        yield of.say(f"promise.{kind}", city=of.programme.city.name.ja)
    for each in promises(of.version):
        if each.words is None:
            yield of.say(f"promise.{each.code}")
        else:
            yield of.say("promise.holds", words=each.words.ja)


def _snake(part: object) -> str:
    return snake(type(part).__name__)
