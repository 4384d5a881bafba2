"""What has to be changed in a sign-in form: its codes, never the framework's own words."""

from django.forms import BaseForm

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


def slips(form: BaseForm | None) -> dict[str, str]:
    """Field → the text key of what is wrong with it; `all` for the form as a whole."""
    if form is None:
        return {}
    return {
        ("all" if name == "__all__" else name): f"desk.slip.{_code(name, errors[0].code)}"
        for name, errors in form.errors.as_data().items()
    }


def _code(name: str, code: str | None) -> str:
    code = SAME.get(code or "", code)
    return code if code in KNOWN else OTHER.get(name, "again")
