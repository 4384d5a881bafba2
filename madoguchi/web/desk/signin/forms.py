"""The second step's forms, with a wait after wrong codes."""

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm

from madoguchi.tools.signin.adapter import wait_for_code


class Patient:
    """Asks for a little time after a wrong code."""

    def clean_code(self) -> str:
        """The code, unless it comes too soon after a wrong one."""
        wait_for_code(self.user)  # type: ignore[attr-defined] # allauth's form has it
        code: str = super().clean_code()  # type: ignore[misc] # a mixin
        return code


class CodeForm(Patient, AuthenticateForm):  # type: ignore[misc] # allauth is untyped
    """A code at sign-in."""


class CodeAgainForm(Patient, ReauthenticateForm):  # type: ignore[misc] # the same
    """A code before factors are changed."""
