"""Django's settings: one file, one window's row of `windows.py`, `MADOGUCHI_*` read in `env.py`."""

import logging
import os
from pathlib import Path
from typing import Any

from madoguchi.config import env, sqlite
from madoguchi.tools.misconfigured import Misconfigured

sqlite.prepare()
env.refuse_unknown()

from django.utils.csp import CSP  # noqa: E402 - SQLite must be in place first

from madoguchi.config.version import version  # noqa: E402 - the same
from madoguchi.config.windows import WINDOWS  # noqa: E402 - the same
from madoguchi.rules import limits  # noqa: E402 - the same
from madoguchi.tools.papers import folder as fonts  # noqa: E402 - the same

PACKAGE = Path(__file__).resolve().parent.parent
MODE = env.choice("MADOGUCHI_MODE", "demo", ("demo", "production"))
DEMO = MODE == "demo"
WINDOW = WINDOWS[env.choice("MADOGUCHI_WINDOW", "desk", tuple(WINDOWS))]
VERSION = version() if WINDOW.name == "desk" else ""  # no stranger is told
HOME = env.home(MODE)
FILES = HOME / "files"  # the store, the desk's alone
INBOX = HOME / "inbox"  # new bytes, a folder each window
LOST = HOME / "lost"  # bytes that no row names, for 35 days
PUBLIC_KEYS = HOME / "public"
SHARED = Path(os.environ["RUNTIME_DIRECTORY"]) if "RUNTIME_DIRECTORY" in os.environ else None
fonts.files()  # a folder without fonts for papers stops the start
CHECKPOINTS = Path(env.text("MADOGUCHI_CHECKPOINTS", str(HOME / "checkpoints")))
MASTER_KEY_FILE = Path(
    env.text("MADOGUCHI_MASTER_KEY_FILE", str(HOME / "master.key") if DEMO else "")
)
RECEIPT_COST = env.choice("MADOGUCHI_RECEIPT_COST", "production", ("production", "test"))
if RECEIPT_COST == "test" and not DEMO:
    raise Misconfigured("MADOGUCHI_RECEIPT_COST", "test です", "本番では、消してください")

SECRET_KEY = env.secret("MADOGUCHI_SECRET_FILE", HOME / "secrets" / WINDOW.name if DEMO else None)
DEBUG = False
ALLOWED_HOSTS = ["*"]  # kit/arrival.py answers 400 to a host that is no office's
ROOT_URLCONF = WINDOW.urls
LAWYER_URLCONF = "madoguchi.config.urls.lawyer"  # for who signs in at the desk as a lawyer
PUBLIC_URLCONF = WINDOWS["portal"].urls  # the desk shows what the public will see
INSTALLED_APPS = list(WINDOW.apps)
MIDDLEWARE = list(WINDOW.middleware)
WSGI_APPLICATION = "madoguchi.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database(variable: str, file: str) -> dict[str, Any]:
    """SQLite in the home folder, or PostgreSQL where the variable is `postgresql://…`."""
    address = env.text(variable, "")
    if address.startswith("postgresql://"):
        # The desk's stay: who shuts PostgreSQL's door shuts out nobody who is in.
        seconds = None if WINDOW.may_unseal else 60
        return {
            "ENGINE": "django.db.backends.postgresql",
            "CONN_MAX_AGE": seconds,
            **env.postgresql(variable, address),
        }
    if address:
        raise Misconfigured(
            variable, "postgresql:// で始まりません", "SQLite を使うなら、消してください"
        )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / file,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": sqlite.PRAGMAS,
        },
        "TEST": {"NAME": HOME / f"test-{file}"},
    }


DATABASES = {"default": database("MADOGUCHI_DATABASE", "cases.sqlite3")}
if "staff" in WINDOW.databases:
    DATABASES["staff"] = database("MADOGUCHI_STAFF_DATABASE", "staff.sqlite3")
DATABASE_ROUTERS = ["madoguchi.config.windows.StaffRouter"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
            "builtins": [  # every template has these; it need not load them
                "django.templatetags.static",
                "madoguchi.web.kit.templatetags.words",
                "madoguchi.web.kit.templatetags.layout",
            ],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["madoguchi.web.kit.indentation.Loader"])
            ],
        },
    }
]

LANGUAGE_CODE = "ja"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static" / WINDOW.name
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
WHITENOISE_MAX_AGE = 365 * 24 * 3600

FILE_UPLOAD_HANDLERS = [WINDOW.uploads]
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.BYTES_OF_WORDS
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # beyond the ten that a request may have: a sentence, not a 400

PREFIX = "madoguchi" if DEMO else "__Host-madoguchi"
VISIT_COOKIE = f"{PREFIX}_visit"
SESSION_COOKIE_NAME = f"{PREFIX}_{WINDOW.name}_session"
CSRF_COOKIE_NAME = f"{PREFIX}_{WINDOW.name}_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict" if WINDOW.name == "desk" else "Lax"
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE
CSRF_COOKIE_AGE = None
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 15 * 60
SESSION_SAVE_EVERY_REQUEST = True
CSRF_FAILURE_VIEW = WINDOW.stale
SECURE_PROXY_SSL_HEADER = None if DEMO else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

MAILERS = {"default": env.mailer(HOME / "mail" if DEMO else None)}
DEFAULT_FROM_EMAIL = env.mail_address(
    "MADOGUCHI_MAIL_FROM", "madoguchi@localhost" if DEMO else None
)
MAIL_SERVER = env.text("MADOGUCHI_MAIL_SERVER", "")
MAIL_GATEWAY = env.texts("MADOGUCHI_MAIL_GATEWAY")
MAILBOX = env.mailbox() if WINDOW.may_unseal else None
MAILBOX_OFFICE = env.text("MADOGUCHI_MAILBOX_OFFICE", "")

if "madoguchi.tools.signin" in INSTALLED_APPS:
    AUTH_USER_MODEL = "signin.Staff"
    AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    AUTH_PASSWORD_VALIDATORS = [
        {
            "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
            "OPTIONS": {"min_length": 15},
        },
        {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    ]
    ACCOUNT_ADAPTER = "madoguchi.tools.signin.adapter.AccountAdapter"
    ACCOUNT_LOGIN_METHODS = {"username"}
    ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
    ACCOUNT_EMAIL_VERIFICATION = "none"
    ACCOUNT_USER_MODEL_EMAIL_FIELD = None
    ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
    ACCOUNT_RATE_LIMITS = False  # tools/signin has a lane and patience; nobody is locked out
    ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    ACCOUNT_SESSION_REMEMBER = False
    MFA_ADAPTER = "madoguchi.tools.signin.adapter.MfaAdapter"
    MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
    MFA_TOTP_TOLERANCE = 1  # half a minute either way: clocks of telephones differ
    MFA_PASSKEY_LOGIN_ENABLED = True
    MFA_ALLOW_UNVERIFIED_EMAIL = True
    MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
    LOGIN_URL = "/sign-in/"
    LOGIN_REDIRECT_URL = "/"
    LOGOUT_REDIRECT_URL = "/sign-in/"

logging.raiseExceptions = False  # a log that cannot be written breaks nothing and quotes nothing
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"codes": {"()": "madoguchi.config.logs.CodesOnly"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["codes"]},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}
