"""Signing in and one's own factors: only what is needed; the names are those allauth asks for."""

from django.contrib.auth.decorators import login_required
from django.urls import path

from madoguchi.web.desk.signin import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", views.Code.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", views.Passkey.as_view(), name="mfa_login_webauthn"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("me/", views.Factors.as_view(), name="mfa_index"),
    path("me/again/", login_required(views.AgainPassword.as_view()), name="account_reauthenticate"),
    path("me/again/code/", views.AgainCode.as_view(), name="mfa_reauthenticate"),
    path("me/again/passkey/", views.AgainPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("me/password/", login_required(views.Password.as_view()), name="account_change_password"),
    path("me/application/", views.Totp.as_view(), name="mfa_activate_totp"),
    path("me/application/end/", views.TotpEnd.as_view(), name="mfa_deactivate_totp"),
    path("me/recovery/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("me/recovery/new/", views.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("me/passkeys/", views.Passkeys.as_view(), name="mfa_list_webauthn"),
    path("me/passkeys/add/", views.PasskeyAdd.as_view(), name="mfa_add_webauthn"),
    path("me/passkeys/<int:pk>/end/", views.PasskeyEnd.as_view(), name="mfa_remove_webauthn"),
]
