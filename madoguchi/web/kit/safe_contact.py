"""How contact with a person is safe, in words for whom they are passed on to (安全な連絡方法)."""

from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.case import BY_PHONE
from madoguchi.work.cases.public import Wishes

CONTACT = "consult.contact_rule.label"


def safe_contact(wishes: Wishes, words: Texts) -> str:
    """The rule, said of the person, since others read it; of a call also name and hours, if known.

    Whoever was not asked about names is called by a surname alone.
    """
    said = [words.get(f"referral.letter.contact_rule.{wishes.contact_rule}").words]
    if wishes.contact_rule in BY_PHONE:
        if not wishes.name_desk:
            said.append(words.get("referral.letter.unnamed").words)
        if wishes.hours:
            hours = "、".join(words.get(f"consult.hours.{hour}").words for hour in wishes.hours)
            said.append(words.get("referral.letter.hours", hours=hours).words)
    return "。".join(said)
