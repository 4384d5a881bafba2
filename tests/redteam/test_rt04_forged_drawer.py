"""4. Forge a drawer with the public key: refused after the first opening."""

from dataclasses import replace
from datetime import datetime

import pytest

from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import cipher, seal
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.tools.vault.unseal import Forgotten
from madoguchi.work.cases import queries
from madoguchi.work.record.models import Entry
from madoguchi.work.record.queries import entries
from tests.redteam.house import Asked, asked_with_file

FORGED_KEY = bytes(range(32))


def forge_letter(office: OfficeCard, asked: Asked) -> None:
    """A letter with a key of ones own, sealed with the public key that everybody knows."""
    office_id, generation, public = seal.pinned(office.slug)
    where = seal.letter_address(office_id, asked.case_id, seal.SHARED, generation)
    DrawerKey.objects.filter(case_id=asked.case_id, by="letter").delete()
    DrawerKey.objects.create(
        office_id=office_id,
        case_id=asked.case_id,
        drawer=seal.SHARED,
        by="letter",
        generation=generation,
        blob=cipher.post_letter(public, where, FORGED_KEY),
    )


def forge_words(office: OfficeCard, asked: Asked) -> None:
    """An entry's words, sealed in the forged drawer."""
    row = Entry.objects.get(case_id=asked.case_id, kind="received")
    drawer = cipher.Address(office.id, "shared/entry", row.id, asked.case_id)
    Entry.objects.filter(pk=row.pk).update(
        words=cipher.seal(FORGED_KEY, drawer, '{"text": "嘘"}'.encode())
    )


def test_after_the_first_opening_a_letter_is_never_looked_at(
    office: OfficeCard, asked: Asked, who: Actor, now: datetime
) -> None:
    key = queries.open_case(who, asked.case_id, now=now).shared.key
    forge_letter(office, asked)
    opened = queries.open_case(who, asked.case_id, now=now)
    assert opened.shared.key == key
    assert entries(opened)[0].words["text"] == "書き込みを消したい"


def test_not_even_when_the_offices_wraps_were_removed(
    office: OfficeCard, asked: Asked, who: Actor, now: datetime
) -> None:
    queries.open_case(who, asked.case_id, now=now)
    DrawerKey.objects.filter(case_id=asked.case_id).delete()
    forge_letter(office, asked)
    forge_words(office, asked)
    with pytest.raises(Forgotten):
        queries.open_case(who, asked.case_id, now=now)


def test_before_it_forged_words_do_not_pass_for_those_of_the_line(
    office: OfficeCard, asked: Asked, who: Actor, now: datetime
) -> None:
    forge_letter(office, asked)
    forge_words(office, asked)
    (shown,) = entries(queries.open_case(who, asked.case_id, now=now))
    assert shown.damaged
    assert not shown.words


@pytest.mark.parametrize("place", [0, 1], ids=["another case", "another office"])
def test_a_foreign_letter_is_not_adopted(
    place: int, offices: tuple[OfficeCard, OfficeCard], asked: Asked, who: Actor, now: datetime
) -> None:
    foreign = DrawerKey.objects.get(
        case_id=asked_with_file(offices[place], now).case_id, by="letter"
    )
    letter = DrawerKey.objects.filter(case_id=asked.case_id, by="letter")
    letter.update(blob=bytes(foreign.blob))
    with pytest.raises(cipher.Unreadable):
        queries.open_case(who, asked.case_id, now=now)


def test_words_sealed_with_a_forged_drawer_are_no_words(
    office: OfficeCard, asked: Asked, who: Actor, now: datetime
) -> None:
    """Even with a line that holds their hash: the key is another."""
    queries.open_case(who, asked.case_id, now=now)
    forge_words(office, asked)
    opened = queries.open_case(who, asked.case_id, now=now)
    row = Entry.objects.get(case_id=asked.case_id, kind="received")
    known = chain.Hashes.of({f"{row.id}/entry": chain.seal_hash(bytes(row.words))})
    fooled = replace(opened.shared, known=known)
    with pytest.raises(cipher.Unreadable):
        fooled.open("entry", row.id, row.words)
