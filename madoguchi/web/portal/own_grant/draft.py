"""A page of the grant on its way (書きかけ): what was typed and attached, and one press.

What was typed is kept for one case only, until it is done.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.forms.form import Filled, Typed
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.seal import MARK_LENGTH
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit.formatting import words_for
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.kit.submitted import revision
from madoguchi.web.portal.follow.session import look_on
from madoguchi.web.portal.own_grant.cards import life_of, version_of
from madoguchi.web.portal.safety.visitor import unkept, uploads
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.intake import public as intake
from madoguchi.work.subsidy.own import public as grants


@dataclass(frozen=True)
class Attached:
    """What was typed, with the files that came ticked, and why others were not (by field)."""

    typed: Typed
    unkept: Mapping[str, str]


@dataclass(frozen=True)
class Press:
    """A page or a press by who holds the receipt; `own`: the grant as it is now."""

    request: OfficeRequest
    who: Holder
    held: cases.Holding
    own: grants.OwnGrant

    @property
    def now(self) -> datetime:
        """When it was pressed."""
        moment: datetime = self.request.now
        return moment

    @property
    def today(self) -> date:
        """The day."""
        return self.now.date()

    @property
    def actor(self) -> Actor:
        """The person."""
        return cases.consultee(self.who.office_id)

    @property
    def mark(self) -> str:
        """By what the forms of the case name it."""
        return self.held.drawer.mark

    @property
    def version(self) -> SubsidyVersion | None:
        """The rules of the application."""
        return version_of(self.request, self.own)

    @property
    def life(self) -> Life:
        """How it goes on under them."""
        return life_of(self.version)

    @property
    def course(self) -> grants.Course:
        """By what the act goes on."""
        return grants.Course(self.life.stages, look_on(self.request))

    def seen(self) -> grants.HeldGrant:
        """The grant as the page showed it.

        Raises:
            Absent: no page of ours sent it.
        """
        turn = revision(self.request.POST.get("revision", ""))
        try:
            grant_id = UUID(self.request.POST.get("grant", ""))
        except ValueError as error:
            raise Absent from error
        if turn < 0:
            raise Absent
        return grants.HeldGrant(self.held, grant_id, turn)

    def idempotency_key(self, verb: Verb, typed: Typed) -> str:
        """A key for what this page does once; with other words it is another press."""
        said = json.dumps([self.request.POST.get("token", ""), typed], sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        return self.who.bind(f"grant/{verb}/{self.mark}/{digest}")

    def attach(self, fields: Mapping[str, str], typed: Typed) -> Attached:
        """File what was sent in the case, at once, and tick it; `fields`: where, by what is ticked.

        It stays with the case whatever becomes of the page. What was sent while the receipt was
        closed goes with the first field.
        """
        found: Typed = dict(typed)
        unkept: dict[str, str] = {}
        for ticks, name in fields.items():
            sent = uploads(self.request, name)
            codes = keep(self.request, self.who, self.held, {}, sent) if sent else ()
            if codes:
                unkept[name] = codes[0]
            new = [str(one) for one in self._filed(sent)]
            found[ticks] = list(dict.fromkeys([*found.get(ticks, []), *new]))
        return Attached(found, unkept)

    def _filed(self, sent: Sequence[SealedUpload]) -> Sequence[UUID]:
        """The ids of what lies with the visit, once it lies in the case."""
        where = self.who.papers
        if not visit.held_files(where):
            return ()
        digest = "/".join(sorted(one.about.sha256 for one in sent))
        idempotency_key = self.who.bind(f"grant/papers/{self.mark}/{self.own.turn}/{digest}")
        words = {"text": words_for(self.request).get("own_grant.entry", "ja").words}
        look = look_on(self.request)
        entry = intake.add(
            self.actor, self.held, words, where, look, now=self.now, idempotency_key=idempotency_key
        )
        filed = [one for one in evidence.cards(self.held.drawer) if one.entry_id == entry]
        forget_files(self.who, {(one.name, one.sha256) for one in filed})
        return [one.id for one in filed]

    @property
    def hidden(self) -> dict[str, object]:
        """What the page's form names: itself, the case, the grant as it shows it."""
        return {
            "token": os.urandom(16).hex(),
            "mark": self.mark,
            "grant_id": self.own.id,
            "turn": self.own.turn,
        }


@dataclass(frozen=True)
class Tick:
    """One file that may be ticked."""

    value: str
    id: str
    name: str = field(repr=False)
    size: int
    at: date
    chosen: bool


def written(who: visit.Holder, mark: str, now: datetime) -> Typed:
    """What is written for this case and not done yet."""
    draft = visit.recall(who.papers, "draft", now)
    return draft["answers"] if draft and draft.get("case") == mark else {}


def keep(
    request: OfficeRequest,
    who: visit.Holder,
    held: cases.Holding | None,
    typed: Typed,
    sent: Sequence[SealedUpload] = (),
) -> tuple[str, ...]:
    """Save what was typed and sent, whether the receipt is open or not; why files were not kept."""
    now = request.now
    mark = request.POST.get("case", "")[:MARK_LENGTH]

    def change(draft: dict[str, Any]) -> None:
        draft["case"] = mark
        draft["answers"].update(typed)

    _make_room(who, mark, now)
    before = [card.length for card in evidence.cards(held.drawer)] if held else None
    kept = intake.keep(who.papers, change, _new(who, sent), network(request), now, before=before)
    return (*kept.unkept, *unkept(request))


def done(who: visit.Holder, mark: str, names: Iterable[str], now: datetime) -> None:
    """Forget what these fields held: it was done."""
    gone = set(names)

    def change(draft: dict[str, Any]) -> None:
        left = {name: told for name, told in draft["answers"].items() if name not in gone}
        draft["answers"] = left

    if written(who, mark, now):
        visit.hold(who.papers, change, now)


def forget_files(who: visit.Holder, filed: Collection[tuple[str, str]]) -> None:
    """Forget the files (name and hash) that the case has by now: a page was sent twice."""
    for file_id, about in visit.held_files(who.papers):
        if (about.name, about.sha256) in filed:
            visit.remove_file(who.papers, file_id)


def _make_room(who: visit.Holder, mark: str, now: datetime) -> None:
    """Forget words and files for another case."""
    draft = visit.recall(who.papers, "draft", now)
    if draft and draft.get("case") != mark:
        visit.leave(who.papers)


def _new(who: visit.Holder, sent: Iterable[SealedUpload]) -> list[SealedUpload]:
    """The files that are not held yet: a page that is reloaded sends them again."""
    held = {(about.name, about.sha256) for _, about in visit.held_files(who.papers)}
    return [one for one in sent if (one.about.name, one.about.sha256) not in held]


def ticks(press: Press, filled: Filled, name: str) -> tuple[Tick, ...]:
    """The files of the case that can be read, the newest first; a locked one is not offered."""
    chosen = filled.value(name) or ()
    return tuple(
        Tick(
            str(one.id),
            f"f-{name}-{at}",
            one.name,
            one.length,
            day_in_japan(one.at),
            str(one.id) in chosen,
        )
        for at, one in enumerate(reversed(evidence.readable(press.held.drawer)))
    )
