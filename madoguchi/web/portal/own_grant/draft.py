"""What a person types and attaches on the pages of their grant (書きかけ), and a press of them.

What was typed is kept for one case only, until it is done.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.forms.form import Filled, Typed
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.seal import MARK_LENGTH
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.kit.submitted import revision
from madoguchi.web.portal.apply.cards import FileTick
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.own_grant.cards import life_of, version_of
from madoguchi.web.portal.safety.visitor import unkept, uploads
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.intake import public as intake
from madoguchi.work.subsidy.own import public as grants


@dataclass(frozen=True)
class Attached:
    """What was typed, with the files that came ticked; `unkept`: why others were not, by field."""

    typed: Typed
    unkept: Mapping[str, str]


@dataclass(frozen=True)
class Press:
    """A request by who holds the receipt of a grant; `own`: the grant as it is now."""

    request: OfficeRequest
    who: Holder
    held: cases.Holding
    own: grants.OwnGrant

    @property
    def actor(self) -> Actor:
        return cases.consultee(self.who.office_id)

    @property
    def mark(self) -> str:
        """The name of the case in its forms."""
        return self.held.drawer.mark

    @property
    def version(self) -> SubsidyVersion | None:
        """The rules of the application."""
        return version_of(self.request, self.own)

    @property
    def life(self) -> Life:
        """The stages of a grant under them."""
        return life_of(self.version)

    @property
    def course(self) -> grants.ActRules:
        """What an act needs to know of the city's stages and of the desk's next look."""
        return grants.ActRules(self.life.stages, session.look_on(self.request))

    def shown_grant(self) -> grants.HeldGrant:
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
        """A key for what this page does once; with other values it is another press."""
        content = json.dumps([self.request.POST.get("token", ""), typed], sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()
        return self.who.bind(f"grant/{verb}/{self.mark}/{digest}")

    def attach(self, fields: Mapping[str, str], typed: Typed) -> Attached:
        """File what was sent in the case, at once, and tick it; `fields`: where, by what is ticked.

        It stays with the case whatever becomes of the page. What was sent while the receipt was
        closed goes with the first field.
        """
        found: Typed = dict(typed)
        codes_by_field: dict[str, str] = {}
        for ticks, name in fields.items():
            files = uploads(self.request, name)
            codes = keep(self.request, self.who, self.held, {}, files) if files else ()
            if codes:
                codes_by_field[name] = codes[0]
            new = [str(file_id) for file_id in self._file(files)]
            found[ticks] = list(dict.fromkeys([*found.get(ticks, []), *new]))
        for code in unkept(self.request):  # of which field they were, nobody read
            codes_by_field.update(dict.fromkeys(list(fields.values())[:1], code))
        return Attached(found, codes_by_field)

    def _file(self, files: Sequence[SealedUpload]) -> Sequence[UUID]:
        """File in the case what the visit holds, as an entry of the person; the ids of it."""
        where = self.who.papers
        if not visit.held_files(where):
            return ()
        digest = "/".join(sorted(file.about.sha256 for file in files))
        idempotency_key = self.who.bind(f"grant/papers/{self.mark}/{self.own.turn}/{digest}")
        words = {"text": texts_for(self.request).get("own_grant.entry", "ja").words}
        look = session.look_on(self.request)
        entry = intake.add(
            self.actor,
            self.held,
            words,
            where,
            look,
            now=self.request.now,
            idempotency_key=idempotency_key,
        )
        filed = [card for card in evidence.cards(self.held.drawer) if card.entry_id == entry]
        marks = {(card.name, card.sha256) for card in filed}
        for file_id, about in visit.held_files(where):  # left over where a page was sent twice
            if (about.name, about.sha256) in marks:
                visit.remove_file(where, file_id)
        return [card.id for card in filed]

    @property
    def hidden(self) -> dict[str, object]:
        """The hidden fields of the page: itself, the case, the grant as it shows it."""
        return {
            "token": os.urandom(16).hex(),
            "mark": self.mark,
            "grant_id": self.own.id,
            "turn": self.own.turn,
        }


def written(who: visit.Holder, mark: str, now: datetime) -> Typed:
    """What was typed for this case and is not done yet."""
    draft = session.written(who.papers, mark, now)
    return draft["answers"] if draft else {}


def keep(
    request: OfficeRequest,
    who: visit.Holder,
    held: cases.Holding | None,
    typed: Typed,
    files: Sequence[SealedUpload] = (),
) -> tuple[str, ...]:
    """Save what was typed and sent, whether the receipt is open or not; why files were not kept.

    A page that is reloaded sends its files again: they are kept once.
    """
    place = who.papers
    session.make_room(place, request.POST.get("case", "")[:MARK_LENGTH], request.now)
    return session.keep(request, place, held, typed, session.unheld(place, files)).unkept


def ticks(press: Press, filled: Filled, name: str) -> tuple[FileTick, ...]:
    """The files of the case that can be read, the newest first; a locked one is not offered."""
    chosen = filled.value(name) or ()
    files = reversed(evidence.readable(press.held.drawer))
    return tuple(
        FileTick(
            f"f-{name}-{place}",
            str(card.id),
            card.name,
            day_in_japan(card.at),
            card.length,
            str(card.id) in chosen,
        )
        for place, card in enumerate(files)
    )
