"""A page whose form is pressed once (押すと一度だけ行う画面), for the desk and the lawyer.

    class Wishes(ActPage[Opened]):
        right, template = "wish.record", "desk/wishes/page.html"

        def open(self) -> Opened: ...
        def check(self, opened: Opened) -> Submission: ...
        def perform(self, opened: Opened, submission: Submission, key: str) -> UUID: ...
        def draw(self, opened: Opened, submission: Submission) -> HttpResponse: ...
        def done(self, result: UUID) -> HttpResponse: ...

A press goes one way: done before under its key? → opened → checked → is it as it was shown? → done.
What is not done is shown again with everything that was typed and why: 422 where something has to
be changed, 409 where it moved on meanwhile, 503 where too many press at once.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from uuid import UUID

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.views import View

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.tools.act.action import earlier_result
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import Filled
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.kit.request import ActorRequest
from madoguchi.web.kit.submitted import entered


@dataclass(frozen=True)
class Submission:
    """What was typed for an act, and why it is not done; empty for a first look.

    `forms`: further forms that were submitted with it, by what they are about.
    """

    act: str = ""
    form: Filled | None = field(default=None, repr=False)
    reasons: tuple[Reason, ...] = ()
    forms: Mapping[str, Filled] = field(default_factory=dict, repr=False)
    post: QueryDict | None = field(default=None, repr=False)
    stale: bool = False
    busy: bool = False

    @property
    def filled(self) -> Filled:
        """The form that was submitted.

        Raises:
            LookupError: the act has none.
        """
        if self.form is None:
            raise LookupError(f"{self.act}: submitted without a form")
        return self.form

    @property
    def ok(self) -> bool:
        """Whether nothing that was typed has to be changed."""
        return all(form.ok for form in (self.form, *self.forms.values()) if form is not None)

    @property
    def failed(self) -> bool:
        """Whether the page has to say why."""
        return bool(self.reasons) or not self.ok

    @property
    def status(self) -> int:
        """The status of the page that shows it."""
        if not self.failed:
            return 200
        return 503 if self.busy else 409 if self.stale else 422

    @property
    def grounds(self) -> tuple[str, ...]:
        """The text keys of the reasons."""
        return tuple(f"ground.{reason.code}" for reason in self.reasons)

    def refused(self, *reasons: Reason, stale: bool = False, busy: bool = False) -> "Submission":
        """The same, with why it was not done."""
        return replace(self, reasons=reasons, stale=stale, busy=busy)

    def refused_by(self, refused: Refused, stale: Collection[str]) -> "Submission":
        """The same, refused by a rule; `stale`: the codes which mean that it moved on."""
        moved_on = any(reason.code in stale for reason in refused.reasons)
        return self.refused(*refused.reasons, stale=moved_on)

    def unshown(self, shown: str) -> tuple[str, ...]:
        """What was typed for an act whose form is not on the page."""
        if self.post is None or not self.act or self.act == shown:
            return ()
        return tuple(showable(value) for _, value in entered(self.post) if value.strip())


def submission_key(
    request: ActorRequest,
    about: object,
    values: Sequence[object] | Mapping[str, Any] | None = None,
) -> str:
    """The idempotency key of a press: the same person, page and values give the same key.

    `about`: what is pressed. `values`: what was submitted, where not simply all that was typed.
    """
    token = request.POST.get("token") or secrets.token_hex(16)
    content = json.dumps(
        sorted(entered(request.POST)) if values is None else values, sort_keys=True
    )
    press = f"{request.actor.staff_id}/{about}/{token}/{content}"
    return hashlib.sha256(press.encode()).hexdigest()


class ActPage[Opened](View):
    """A page with a button that does something once.

    `right`: the verb under which the act is known to be done. `stale`: the codes of refusals which
    mean that it moved on; the first is the reason where the page's revision is old. `not_yours`:
    the reason where it is not this person's any more; without it they get a 404. `busy`: the reason
    where too many press at once; without it `Busy` is raised as anywhere else. `opens_again`: after
    a refusal it is opened anew before it is shown, since it may have moved on.
    """

    http_method_names: Sequence[str] = ("get", "head", "post")
    right: ClassVar[str] = ""
    stale: ClassVar[tuple[str, ...]] = ()
    not_yours: ClassVar[str] = ""
    busy: ClassVar[str] = ""
    opens_again: ClassVar[bool] = False
    request: ActorRequest

    def open(self) -> Opened:
        """What the page is about.

        Raises:
            Absent: not there, or not for this person.
        """
        raise NotImplementedError

    def first(self, opened: Opened) -> Submission:  # noqa: ARG002 - for those that show a form first
        """The form as it is offered."""
        return Submission()

    def check(self, opened: Opened) -> Submission:
        """The form as it was submitted."""
        raise NotImplementedError

    def revision(self, opened: Opened) -> object:  # noqa: ARG002 - for those that count them
        """The revision that the page must have shown; None where none is counted."""
        return None

    def perform(self, opened: Opened, submission: Submission, key: str) -> UUID:
        """Do it under the key.

        Raises:
            Refused: a rule says no.
        """
        raise NotImplementedError

    def draw(self, opened: Opened, submission: Submission) -> HttpResponseBase:
        """The page, with what was submitted."""
        raise NotImplementedError

    def done(self, result: UUID) -> HttpResponseBase:
        """Where the person goes on."""
        raise NotImplementedError

    def verb(self) -> str:
        """The verb of this press, where the page has several."""
        return self.right

    def about(self) -> object:
        """What is pressed, as its key says it."""
        return self.request.path

    def get(self, *_: object, **__: object) -> HttpResponseBase:
        """The page at a first look."""
        opened = self.open()
        return self.draw(opened, self.first(opened))

    def post(self, *_: object, **__: object) -> HttpResponseBase:
        """Do it and go on, or show the page again."""
        key = submission_key(self.request, self.about())
        earlier = earlier_result(self.request.actor, self.verb(), key)
        if earlier is not None:
            return self.done(earlier)
        opened = self.open()
        submission = self.check(opened)
        expected = self.revision(opened)
        if expected is not None and self.request.POST.get("revision") != str(expected):
            submission = submission.refused(Reason(self.stale[0]), stale=True)
        if submission.failed:
            return self._again(opened, submission)
        try:
            result = self.perform(opened, submission, key)
        except Refused as refused:
            return self._again(opened, submission.refused_by(refused, self.stale))
        except Busy:
            if not self.busy:
                raise
            return self._again(opened, submission.refused(Reason(self.busy), busy=True))
        except Absent:
            if not self.not_yours:
                raise
            return self._again(opened, submission.refused(Reason(self.not_yours), stale=True))
        return self.done(result)

    def _again(self, opened: Opened, submission: Submission) -> HttpResponseBase:
        return self.draw(self.open() if self.opens_again else opened, submission)
