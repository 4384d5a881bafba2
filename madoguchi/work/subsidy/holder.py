"""Whose account a grant is paid to (口座の名義), and why it is in another name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from madoguchi.rules.bank import bears
from madoguchi.rules.steps.grant import Verb
from madoguchi.work.subsidy.history import StepCard, current, last
from madoguchi.work.subsidy.money import standing


@dataclass(frozen=True)
class Holder:
    """An account in another name: the name, and on what it was confirmed (口座名義の確認).

    `why`: the choice of `ConfirmHolder`, empty while nobody found out. `same_given_name`: only the
    family name is another one, as after a marriage.
    """

    kana: str = field(repr=False)
    same_given_name: bool
    why: str = ""
    proof: str = field(default="", repr=False)


def other_holder(steps: Sequence[StepCard]) -> Holder | None:
    """The holder of the account that was claimed to; None where it bears the applicant's name.

    A city that asks for no claim knows the account elsewhere. Another claim is looked at anew.
    """
    claim = last(standing(steps), Verb.CLAIM)
    kana = str(((claim.details.get("account") or {}) if claim else {}).get("holder_kana") or "")
    own = current(steps).kana
    if claim is None or not kana or bears(kana, own):
        return None
    theirs, given = kana.split()[-1:], own.split()[-1:]
    same = bool(theirs and given) and bears(theirs[0], given[0])
    found = last(steps, Verb.HOLDER)
    if found is None or found.number < claim.number:
        return Holder(kana, same)
    return Holder(kana, same, str(found.details["holder"]), str(found.details["proof"]))


def in_another_name(steps: Sequence[StepCard]) -> bool:
    """Whether the account is in another name and nobody found out why."""
    holder = other_holder(steps)
    return holder is not None and not holder.why
