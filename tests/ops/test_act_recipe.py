"""docs/adding/act.md, followed block by block in a copy of the house."""

import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import ModuleType
from unittest.mock import Mock, patch

import pytest

from madoguchi.rules.decision import Refused
from tests.house.source import ROOT
from tests.ops.recipe import Copy, steps
from tests.work.subsidy.acts.test_payment import NOW, PAY, budget, grant
from tests.work.subsidy.granting import YEN

__all__ = ["budget", "grant"]

PAGE = (ROOT / "docs" / "adding" / "act.md").read_text("utf-8")
PAYMENT = "madoguchi/work/subsidy/acts/payment.py"
LETTER = "madoguchi/programmes/_national/papers/grant_payment/paper.typ"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy in which the page was followed."""
    there = Copy(tmp_path_factory.mktemp("house"))
    for step in steps(PAGE):
        if step.how:
            there.follow(step)
    return there


@pytest.fixture
def payment(copied: Copy) -> Iterator[ModuleType]:
    """The acts of that copy, beside ours; no budget moves."""
    spec = importlib.util.spec_from_file_location("followed_payment", copied.here / PAYMENT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with patch.dict("sys.modules", {"followed_payment": module}):
        spec.loader.exec_module(module)
        with patch.object(module, "budget", Mock()), patch.object(module, "findings", Mock()):
            yield module


def test_field_rule_record_and_letter_are_changed_in_one_file_and_one_template(
    copied: Copy,
) -> None:
    changed = set(copied.added())
    words = {name for name in changed if "/texts/" in name}
    assert changed - words == {PAYMENT, LETTER}


def test_the_form_asks_it_and_it_is_sealed(payment: ModuleType, grant: object) -> None:
    assert "shown_as" in [one.name for one in payment.Pay.form().fields]
    pay = payment.Pay(paid_on=NOW.date(), amount_yen=YEN, shown_as=" シブカワシ ")
    details = pay.apply(grant).details
    assert list(details)[-1] == "shown_as"
    assert details["shown_as"] == "シブカワシ"


def test_the_letter_is_given_it(payment: ModuleType) -> None:
    """The words themselves, as the template compares them with nothing."""
    sealed = {"paid_on": "2026-11-27", "shown_as": "シブカワシ"}
    of = Mock(**{"details.side_effect": lambda verb: sealed if verb == payment.Verb.PAY else {}})
    with patch.object(payment, "writing") as writing:
        payment.Pay.letter(of)
    assert writing.payment.call_args.kwargs["shown_as"] == "シブカワシ"


def test_a_payment_on_a_saturday_is_refused(payment: ModuleType, grant: object) -> None:
    saturday = payment.Pay(paid_on=date(2026, 11, 28), amount_yen=YEN)
    with pytest.raises(Refused) as refused:
        saturday.apply(grant)
    assert [one.code for one in refused.value.reasons] == ["grant.paid_at_weekend"]


def test_control_today_a_saturday_is_taken(grant: object) -> None:
    assert replace(PAY, paid_on=date(2026, 11, 28)).apply(grant).on == date(2026, 11, 28)  # type: ignore[arg-type]


def test_what_was_typed_in_is_laid_out_as_ours(copied: Copy) -> None:
    for verb in (("format", "--check"), ("check", "--no-cache")):
        done = copied.run("ruff", *verb, str(copied.here / PAYMENT))
        assert done.returncode == 0, done.stdout + done.stderr


def test_its_words_are_there(copied: Copy) -> None:
    done = copied.run("madoguchi", "programme", "check", "shibukawa")
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("通帳の表示", "支払日が土曜日か日曜日です。"):
        assert any(words in (copied.here / name).read_text("utf-8") for name in copied.added())
