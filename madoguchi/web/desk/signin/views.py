"""Sign-in and the colleague's own factors: allauth's flows with our pages and words."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.urls import path

from madoguchi.tools.signin.adapter import wait_for_code
from madoguchi.web.desk.signin.picture import picture

KNOWN = frozenset(
    {
        "required",
        "username_password_mismatch",
        "incorrect_password",
        "incorrect_code",
        "wait",
        "busy",
        "enter_current_password",
        "password_too_short",
        "password_too_common",
    }
)
SAME = {"email_password_mismatch": "username_password_mismatch"}
OTHER = {"password2": "not_the_same", "credential": "passkey"}


class Waits:
    """Refuses a code that comes too soon after a wrong one."""

    def clean_code(self) -> str:
        wait_for_code(self.user)  # type: ignore[attr-defined] # allauth's form has it
        code: str = super().clean_code()  # type: ignore[misc] # a mixin
        return code


class CodeForm(Waits, AuthenticateForm):  # type: ignore[misc] # allauth is untyped
    """A code at sign-in."""


class CodeAgainForm(Waits, ReauthenticateForm):  # type: ignore[misc] # the same
    """A code before factors are changed."""


def errors_of(form: BaseForm | None) -> dict[str, str]:
    """Field → the text key of what is wrong with it; `all` for the form as a whole."""
    if form is None:
        return {}
    found = {}
    for name, errors in form.errors.as_data().items():
        code = SAME.get(errors[0].code or "", errors[0].code)
        known = code if code in KNOWN else OTHER.get(name, "again")
        found["all" if name == "__all__" else name] = f"desk.slip.{known}"
    return found


class WithErrors:
    """Adds what is wrong with the form to the page, as text keys."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc] # a mixin
        found = errors_of(context.get("form")) | errors_of(context.get("webauthn_form"))
        return {**context, "slips": found}


class SignIn(WithErrors, account.LoginView):  # type: ignore[misc] # allauth is untyped
    """User name and password, or a passkey."""

    template_name = "desk/signin/login.html"


class SignOut(account.LogoutView):  # type: ignore[misc] # the same
    """Ask once, then sign out."""

    template_name = "desk/signin/logout.html"


class Code(WithErrors, factors.AuthenticateView):  # type: ignore[misc] # the same
    """The second step: a code, a recovery code or a passkey."""

    form_class = CodeForm
    template_name = "desk/signin/code.html"


class Passkey(passkeys.LoginWebAuthnView):  # type: ignore[misc] # the same
    """Signing in with a passkey alone."""


class AgainPassword(WithErrors, account.ReauthenticateView):  # type: ignore[misc] # the same
    """The password once more, before factors are changed."""

    template_name = "desk/signin/again.html"


class AgainCode(WithErrors, factors.ReauthenticateView):  # type: ignore[misc] # the same
    """A code once more."""

    form_class = CodeAgainForm
    template_name = "desk/signin/again.html"


class AgainPasskey(WithErrors, passkeys.ReauthenticateWebAuthnView):  # type: ignore[misc] # the same
    """A passkey once more."""

    template_name = "desk/signin/again.html"


class Password(WithErrors, account.PasswordChangeView):  # type: ignore[misc] # the same
    """A new password."""

    template_name = "desk/signin/password.html"
    success_url = "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds whether the current password was chosen by somebody else."""
        temporary = bool(self.request.user.temporary_password)
        return {**super().get_context_data(**kwargs), "temporary": temporary}


class Factors(factors.IndexView):  # type: ignore[misc] # the same
    """The colleague's factors."""

    template_name = "desk/signin/factors.html"


class Totp(WithErrors, totp.ActivateTOTPView):  # type: ignore[misc] # the same
    """Take an authenticator application into use."""

    template_name = "desk/signin/totp.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the square code as a path: the content security policy refuses data images."""
        context = super().get_context_data(**kwargs)
        return {**context, "picture": picture(context["totp_url"])}


class TotpEnd(WithErrors, totp.DeactivateTOTPView):  # type: ignore[misc] # the same
    """Stop using the application."""

    template_name = "desk/signin/totp_end.html"


class RecoveryCodes(recovery.ViewRecoveryCodesView):  # type: ignore[misc] # the same
    """The codes for when the factor is lost."""

    template_name = "desk/signin/recovery.html"


class NewRecoveryCodes(WithErrors, recovery.GenerateRecoveryCodesView):  # type: ignore[misc] # the same
    """New codes; the old ones stop."""

    template_name = "desk/signin/recovery_new.html"


class Passkeys(passkeys.ListWebAuthnView):  # type: ignore[misc] # the same
    """The colleague's passkeys."""

    template_name = "desk/signin/passkeys.html"


class PasskeyAdd(WithErrors, passkeys.AddWebAuthnView):  # type: ignore[misc] # the same
    """Register a passkey."""

    template_name = "desk/signin/passkey_add.html"


class PasskeyEnd(passkeys.RemoveWebAuthnView):  # type: ignore[misc] # the same
    """Remove a passkey."""

    template_name = "desk/signin/passkey_end.html"


urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="account_login"),
    path("sign-in/code/", Code.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", Passkey.as_view(), name="mfa_login_webauthn"),
    path("sign-out/", SignOut.as_view(), name="account_logout"),
    path("me/", Factors.as_view(), name="mfa_index"),
    path("me/again/", login_required(AgainPassword.as_view()), name="account_reauthenticate"),
    path("me/again/code/", AgainCode.as_view(), name="mfa_reauthenticate"),
    path("me/again/passkey/", AgainPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("me/password/", login_required(Password.as_view()), name="account_change_password"),
    path("me/application/", Totp.as_view(), name="mfa_activate_totp"),
    path("me/application/end/", TotpEnd.as_view(), name="mfa_deactivate_totp"),
    path("me/recovery/", RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("me/recovery/new/", NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("me/passkeys/", Passkeys.as_view(), name="mfa_list_webauthn"),
    path("me/passkeys/add/", PasskeyAdd.as_view(), name="mfa_add_webauthn"),
    path("me/passkeys/<int:pk>/end/", PasskeyEnd.as_view(), name="mfa_remove_webauthn"),
]
