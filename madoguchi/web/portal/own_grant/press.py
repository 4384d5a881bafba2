"""One page of the grant that does something (届を出す画面): of whom, about what, as it was seen."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest

from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit.form import Typed
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.seen import revision
from madoguchi.web.portal.follow.pending import look_on
from madoguchi.web.portal.own_grant.cards import life_of, version_of
from madoguchi.web.portal.own_grant.kept import forget_files, keep
from madoguchi.web.portal.safety.visitor import uploads
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

    request: HttpRequest
    who: Holder
    held: cases.Holding
    own: grants.OwnGrant

    @property
    def now(self) -> datetime:
        """When it was pressed."""
        moment: datetime = self.request.now  # type: ignore[attr-defined] # set on arrival
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

    def once(self, verb: Verb, typed: Typed) -> str:
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
        once = self.who.bind(f"grant/papers/{self.mark}/{self.own.turn}/{digest}")
        words = {"text": words_for(self.request).get("own_grant.entry", "ja").words}
        look = look_on(self.request)
        entry = intake.add(self.actor, self.held, words, where, look, now=self.now, once=once)
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
