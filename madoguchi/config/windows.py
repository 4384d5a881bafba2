"""The three windows: what portal, desk and worker are given (窓). One row each; settings picks."""

from dataclasses import dataclass

WORK = (
    "madoguchi.tools.office",
    "madoguchi.tools.audit",
    "madoguchi.tools.vault",
    "madoguchi.tools.act",
    "madoguchi.tools.mail",
    "madoguchi.tools.later",
    "madoguchi.work.cases",
    "madoguchi.work.record",
    "madoguchi.work.evidence",
    "madoguchi.work.issued",
    "madoguchi.work.referrals",
    "madoguchi.work.interviews",
    "madoguchi.work.clinic",
    "madoguchi.work.subsidy",
    "madoguchi.work.intake.mail",
    "madoguchi.work.intake.enquiry",
    "madoguchi.work.notices",
    "madoguchi.work.reports",
)
STAFF = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "madoguchi.tools.signin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
)
STAFF_LABELS = frozenset({"contenttypes", "auth", "sessions", "signin", "account", "mfa"})
STATIC = ("django.contrib.staticfiles", "madoguchi.web.kit")

ARRIVAL = (
    "django.middleware.security.SecurityMiddleware",
    "madoguchi.web.kit.permissions.Permissions",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "madoguchi.web.kit.arrival.Arrival",
)
GUARDS = (
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "madoguchi.web.kit.body.WholeBody",
)


@dataclass(frozen=True)
class Window:
    """One row: everything in which a window differs."""

    name: str
    urls: str
    apps: tuple[str, ...]
    middleware: tuple[str, ...]
    databases: tuple[str, ...]
    may_unseal: bool
    uploads: str
    stale: str
    host: str
    port: int


PORTAL = Window(
    name="portal",
    urls="madoguchi.config.urls.portal",
    apps=(*STATIC, *WORK),
    middleware=(
        *ARRIVAL,
        "madoguchi.web.kit.column.ColumnMiddleware",
        "madoguchi.web.kit.display.DisplayMiddleware",
        *GUARDS,
    ),
    databases=("default",),
    may_unseal=False,
    uploads="madoguchi.tools.vault.upload.SealingHandler",
    stale="madoguchi.web.kit.refusals.csrf",
    host="127.0.0.1",
    port=8000,
)
DESK = Window(
    name="desk",
    urls="madoguchi.config.urls.desk",
    apps=(*STATIC, *WORK, *STAFF),
    middleware=(
        *ARRIVAL,
        "madoguchi.web.kit.display.DisplayMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "madoguchi.web.desk.door.Uploads",
        *GUARDS,
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "madoguchi.web.lawyer.door.Way",
        "madoguchi.web.desk.door.Door",
    ),
    databases=("default", "staff"),
    may_unseal=True,
    uploads="madoguchi.tools.vault.upload.NoFiles",
    stale="madoguchi.web.desk.door.again",
    host="localhost",
    port=8001,
)
WORKER = Window(
    name="worker",
    urls="madoguchi.config.urls.desk",
    apps=DESK.apps,
    middleware=DESK.middleware,
    databases=("default", "staff"),
    may_unseal=True,
    uploads=DESK.uploads,
    stale=DESK.stale,
    host="",
    port=0,
)
WINDOWS = {window.name: window for window in (PORTAL, DESK, WORKER)}


class StaffRouter:
    """Keeps accounts, sessions and factors in `staff`, everything else in `default`."""

    def db_for_read(self, model: type, **_hints: object) -> str | None:
        """The database of a model."""
        return "staff" if model._meta.app_label in STAFF_LABELS else "default"  # type: ignore[attr-defined]

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: object) -> bool:
        """Whether an app's tables belong into a database."""
        return (db == "staff") == (app_label in STAFF_LABELS)
