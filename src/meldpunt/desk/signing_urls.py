"""The few addresses of the sign-in library that we use.  No sign-up, no mail, no reset are mounted."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path

from meldpunt.desk import passkey_pages, provider_pages, session_pages, signing_in, welcome

account_urls = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkey_pages.sign_in, name="passkey_sign_in"),
    path("sign-in/passkey/question/", passkey_pages.question, name="passkey_question"),
    path("sign-in/provider/", provider_pages.sign_in, name="provider_in"),
    path("sign-in/provider/back/", provider_pages.back, name="provider_back"),
    path("sign-out/provider/", provider_pages.signed_out, name="provider_out"),
    path("sign-out/", account.logout, name="account_logout"),
    path("welcome/<str:username>/<int:until>/<str:mark>/", welcome.welcome, name="welcome"),
    path(
        "welcome/<str:username>/<int:until>/<str:mark>/passkey/question/",
        welcome.passkey_question,
        name="welcome_passkey_question",
    ),
    path("welcome/<str:username>/<int:until>/<str:mark>/passkey/", welcome.passkey, name="welcome_passkey"),
    path("welcome/<str:username>/<int:until>/<str:mark>/provider/", welcome.by_provider, name="welcome_provider"),
    path("account/", mfa.index, name="mfa_index"),
    path("account/disabled/", account.account_inactive, name="account_inactive"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/once-more/", account.reauthenticate, name="account_reauthenticate"),
    path("account/once-more/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/once-more/passkey/", passkey_pages.OnceMoreView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("account/passkeys/new/", passkey_pages.add, name="passkey_add"),
    path("account/passkeys/new/question/", passkey_pages.new_question, name="passkey_new_question"),
    path("account/passkeys/<int:id>/", passkey_pages.one, name="passkey"),
    path("account/sessions/", session_pages.mine, name="sessions"),
    path("account/sessions/this/", session_pages.alive, name="alive"),
    path("account/kept/", session_pages.kept_forms, name="kept"),
    path("account/provider/", provider_pages.connection, name="provider"),
    path("account/codes/", signing_in.EnrolView.as_view(), name="mfa_activate_totp"),
    path("account/codes/remove/", signing_in.UnenrolView.as_view(), name="mfa_deactivate_totp"),
    path("account/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", signing_in.NewRecoveryCodesView.as_view(), name="mfa_generate_recovery_codes"),
    path("account/recovery-codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
