"""Accounts of colleagues: the first two made alone, each other by two people; ended by data."""

import secrets
import sys
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import permutations

from allauth.mfa.utils import is_mfa_enabled

from madoguchi.ops import terminal
from madoguchi.rules import rights
from madoguchi.rules.koyomi.dates import JAPAN, day_in_japan
from madoguchi.rules.steps.proposal import ACTS, OfTwo
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.signin import accounts
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import masterkey
from madoguchi.web.kit import arrival
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import proposals
from madoguchi.work.staff import actions as staff

STAFF = ACTS["staff_added"]


class Declined(Exception):
    """Not done; the text says why and what to do."""


def add(office: Office, username: str, name: str, role: str) -> None:
    """Make the account and print its temporary password once.

    Raises:
        Declined: a name cannot be used or is taken, or two colleagues did not agree.
    """
    check(username, name)
    if accounts.is_taken(username):
        raise Declined(f"{username}：もう使われています。別の利用者名にしてください")
    moment, at = arrival.now(), AtOffice(office.id)
    if not can_agree(signers(office)):
        sys.stdout.write("確かめられる2人が、まだいないので、確認なしで加えます\n")
        password = accounts.make(office.id, username, name, role, moment)
        record(Actor(office.id, "administrator"), "staff.add", moment)
    else:
        one, other = both(office, STAFF, moment)
        new = staff.NewAccount(username, name, role)
        proposed = staff.propose(one, at, new, now=moment)
        proposals.SIGN[STAFF.signs](other, at, proposed, now=moment)
        password = staff.add(one, at, proposed, now=moment)
    sys.stdout.write(
        f"{username}：仮のパスワード {password}（いま一度だけ出ます。本人に渡してください）\n"
    )


def check(username: str, name: str) -> None:
    """Nothing where both names can be typed and read by everybody.

    Raises:
        Declined: which one cannot, and what to write.
    """
    if not accounts.USERNAME.fullmatch(username):
        plain = unicodedata.normalize("NFKC", username).lower()
        raise Declined(
            "利用者名：a-z、0-9、. _ - の2〜60文字で、英字か数字で始めてください。"
            f"たとえば {plain if accounts.USERNAME.fullmatch(plain) else 'hayashi'}"
        )
    if not accounts.is_readable(name):
        raise Declined(
            f"職員に見える名前：1〜{accounts.LONGEST_NAME}文字を、1行で書いてください。たとえば 林"
        )


def end(office: Office, username: str, on: date) -> None:
    """End the account at midnight of the day; a session of it ends with it.

    Raises:
        Declined: the day has passed, there is no such account, or it ends sooner already.
    """
    moment = arrival.now()
    if on < moment.date():
        raise Declined(
            f"{on} は過ぎています。すぐに終えるなら {moment.date()}、または先の日を書いてください"
        )
    midnight = datetime.combine(on, time(), JAPAN)
    row = Staff.objects.filter(office_id=office.id, username__iexact=username).first()
    if row is None:
        raise Declined(f"{username}：{office.slug} に、この利用者名はありません")
    if row.ends_at is not None and row.ends_at < midnight:
        how = "に終わることになっています" if row.works_at(moment) else "に終わっています"
        on_day = day_in_japan(row.ends_at)
        raise Declined(f"{username}：{on_day} {how}。続けるなら、新しい利用者名で加えてください")
    row.ends_at = midnight
    row.save(update_fields=["ends_at"])
    record(Actor(office.id, "administrator"), "staff.end", moment)
    sys.stdout.write(f"{row.username}：{on} の0時に終わります。{on} からサインインできません\n")
    if row in signers(office) and lacks_cosigners(office, midnight):
        sys.stderr.write(
            f"{on} から、職員を加えるのに要る2人がそろいません。"
            "その前に加えてください。でないと、だれも加えられなくなります\n"
        )


def signers(office: Office) -> list[Staff]:
    """All who may ask for an account or sign for one, or might until their own ended."""
    roles = {*roles_allowed(STAFF.asks), *roles_allowed(STAFF.signs)}
    return list(Staff.objects.filter(office_id=office.id, role__in=roles))


def can_agree(rows: Iterable[Staff]) -> bool:
    """Whether among these are one who may ask for an account and another who may sign."""
    asks, signs = roles_allowed(STAFF.asks), roles_allowed(STAFF.signs)
    pairs = permutations((row.role for row in rows), 2)
    return any(one in asks and other in signs for one, other in pairs)


def lacks_cosigners(office: Office, moment: datetime) -> bool:
    """Whether nobody can be added at that moment, since two had to sign and are not there."""
    ever = signers(office)
    return can_agree(ever) and not can_agree(row for row in ever if row.works_at(moment))


def renew(office: Office, username: str, key: bytes) -> None:
    """Let a colleague begin anew where no two others are left to agree: whoever has the paper may.

    Raises:
        Declined: no such account, another key, or two others can agree at the desk.
    """
    moment = arrival.now()
    rows = [row for row in Staff.objects.filter(office_id=office.id) if row.works_at(moment)]
    found = next((row for row in rows if row.username.lower() == username.lower()), None)
    if found is None:
        raise Declined(f"{username}：{office.slug} に、この利用者名はありません")
    if can_agree(row for row in rows if row != found and is_mfa_enabled(row)):
        raise Declined("ほかに2人いるので、職員の画面の「職員」で、2人で行ってください")
    if not secrets.compare_digest(key, masterkey.current()):
        raise Declined("この窓口の鍵ではありません")
    password = accounts.renew(found)
    record(Actor(office.id, "administrator"), "staff.renew", moment)
    sys.stdout.write(
        f"{found.username}：仮のパスワード {password}（いま一度だけ出ます。本人に渡してください）\n"
    )


def both(office: Office, act: OfTwo, moment: datetime) -> tuple[Actor, Actor]:
    """Who asks and who signs, each with their own password.

    Raises:
        Declined: one of them cannot, or it is the same person twice.
    """
    one = signed(office, act.asks, moment, who="求める人")
    other = signed(office, act.signs, moment, who="確かめる人")
    if one == other:
        raise Declined("同じ人です。もう1人の職員が確かめてください")
    return Actor(office.id, one.role, one.id), Actor(office.id, other.role, other.id)


def signed(office: Office, verb: str, moment: datetime, *, who: str = "行う人") -> Staff:
    """The colleague who typed their own name and password, and may do the verb.

    Raises:
        Declined: one answer for a wrong name and a wrong password; a temporary password,
            which whoever made the account knows, too; a role that may not.
    """
    username = terminal.line(f"{who}の利用者名：")
    password = terminal.secret("パスワード：")
    rows = Staff.objects.filter(office_id=office.id)
    here = (row for row in rows if row.username.lower() == username.lower())
    row = next((row for row in here if row.works_at(moment)), None)
    if row is None or not row.check_password(password):
        raise Declined("利用者名とパスワードが合いません")
    if row.temporary_password:
        raise Declined(
            f"{username}：仮のパスワードです。"
            "職員の画面に一度サインインし、自分のパスワードに変えてから行ってください"
        )
    if row.role not in roles_allowed(verb):
        able = "、".join(roles_allowed(verb))
        raise Declined(f"{row.role} には、この権限がありません。できるのは {able} です")
    return row


def record(actor: Actor, verb: str, moment: datetime) -> None:
    """Write the audit line of an act on accounts."""
    with transaction():
        chain.append(actor, verb, None, outcome="done", now=moment)


def roles_allowed(verb: str) -> tuple[str, ...]:
    """The roles that may do the verb."""
    return tuple(role for role in rights.STAFF if rights.may(role, verb, "office"))
