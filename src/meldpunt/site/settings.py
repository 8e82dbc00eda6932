"""Django's settings, drawn from ``config`` and the role of this process.

``MELDPUNT_ROLE`` says which process this is (``portal``, ``desk``, ``api``, ``setup``,
``mailgate``, ``opener``, ``post``, ``tick``, ``hooks``, or ``operator`` for the command
line); the keyring lets each load only the keys of its role.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from meldpunt.site import config, theme
from meldpunt.site.fingerprint import is_ours, version_of

CONFIG = config.load()
ROLE = os.environ.get("MELDPUNT_ROLE", "operator")
HERE = Path(__file__).parent
PACKAGE = HERE.parent

MELDPUNT_DATA = CONFIG.data
MELDPUNT_ROLE = ROLE
MELDPUNT_THEME = theme.load(CONFIG.data, CONFIG.theme)
MELDPUNT_CATCH_UP = "meldpunt.works.followers.catch_up"  # how a shell lets other rooms hear at once

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEBUG = False
# Signs cookies of this process only; made with the vault.  Tests and tools without a folder get a fresh one.
_secret = MELDPUNT_DATA / "keys" / ("desk.secret" if ROLE == "desk" else "portal.secret")
SECRET_KEY = _secret.read_text() if _secret.is_file() and os.access(_secret, os.R_OK) else os.urandom(32).hex()

ROOMS = [
    "ledger",
    "policy",
    "vault",
    "intake",
    "cases",
    "promises",
    "conversation",
    "notices",
    "triage",
    "conduct",
    "remediation",
    "privacy",
    "owners",
    "publication",
    "oversight",
    "tokens",
]
ACCOUNTS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
# Who faces reporters or the mail knows no accounts at all; it also starts sooner without them.  An upgrade changes
# their tables too.
WITH_ACCOUNTS = ROLE in ("desk", "setup", "operator", "prepare")
INSTALLED_APPS = [
    *(f"meldpunt.{room}" for room in ROOMS),
    *(["meldpunt.desk", *ACCOUNTS] if WITH_ACCOUNTS else []),
    "django.contrib.staticfiles",
]

# SQLite: an acknowledged act is on the disk (FULL); what can be done again from the spool need not wait for it.
_synchronous = "NORMAL" if ROLE in ("opener", "tick", "hooks") else "FULL"


def _database(url: str) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "meldpunt.site.sqlite",
            "NAME": MELDPUNT_DATA / "meldpunt.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": f"PRAGMA journal_mode=WAL;PRAGMA synchronous={_synchronous};"
                "PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;PRAGMA secure_delete=ON;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "CONN_MAX_AGE": None,
    }


DATABASES = {"default": _database(CONFIG.database)}
# Rate limits and the memory of used one-time codes must be shared by all processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # culling would forget used codes and forms that were sent
    }
}

OUR_ADDRESS = CONFIG.desk_address if ROLE == "desk" else CONFIG.portal_address  # as people type it
SECURE = OUR_ADDRESS.startswith("https://")  # so that cookies may insist on it
_urls = (CONFIG.portal_address, CONFIG.desk_address, CONFIG.onion_url, CONFIG.api_url)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *filter(None, (urlsplit(url).hostname for url in _urls))]
ROOT_URLCONF = {
    "desk": "meldpunt.site.urls_desk",
    "setup": "meldpunt.site.urls_setup",
    "api": "meldpunt.site.urls_api",
}.get(ROLE, "meldpunt.site.urls_portal")
WSGI_APPLICATION = "meldpunt.site.wsgi.application"

_common = [
    "django.middleware.security.SecurityMiddleware",
    "meldpunt.site.compression.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "meldpunt.site.one_look.OneLookMiddleware",
]
_portal = [
    "meldpunt.site.compression.PublicPages",
    "meldpunt.portal.wellknown.WellKnownMiddleware",
    "meldpunt.portal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "meldpunt.portal.middleware.PortalMiddleware",
]
_desk = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "meldpunt.desk.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "meldpunt.desk.seat.SeatMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "meldpunt.desk.middleware.DeskMiddleware",
]
_setup = [
    "allauth.account.middleware.AccountMiddleware",
    "meldpunt.portal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
_api = ["meldpunt.api.middleware.ApiMiddleware"]
_desks = dict.fromkeys(("desk", "operator", "prepare"), _desk)
MIDDLEWARE = _common + {**_desks, "setup": _setup, "api": _api}.get(ROLE, _portal)

TEMPLATES = [
    {  # what people read in a browser
        "NAME": "pages",
        "BACKEND": "meldpunt.site.jinja.Pages",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "environment": "meldpunt.site.jinja.environment",
            "context_processors": ["meldpunt.site.jinja.of_request"],
            "vocabulary": [
                "meldpunt.site.tags",
                "meldpunt.site.file_tags",
                "meldpunt.site.script_tags",
                "meldpunt.site.frame_tags",
                *(["meldpunt.desk.tags"] if WITH_ACCOUNTS else []),
            ],
        },
    },
    {  # letters, and what other packages bring
        "NAME": "letters",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                *(
                    [
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                    if WITH_ACCOUNTS
                    else []
                ),
            ],
        },
    },
]
_static = PACKAGE / "static"
STATIC_URL = f"/static/{version_of(_static)}/"
STATICFILES_DIRS = [_static]
WHITENOISE_USE_FINDERS = True  # few, small files: served straight from the package, nothing to collect
WHITENOISE_MAX_AGE = 3600  # of the files that other packages bring; ours change their address when they change
WHITENOISE_IMMUTABLE_FILE_TEST = is_ours(_static)
WHITENOISE_ALLOW_ALL_ORIGINS = False

# A plain upload may never touch the disk: files are sealed while they arrive, fields stay in memory.
FILE_UPLOAD_HANDLERS = [
    "meldpunt.portal.uploads.SealingHandler"
    if ROLE == "portal"
    else "django.core.files.uploadhandler.MemoryFileUploadHandler"
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 << 20  # at the desk: more than that of files is refused
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # the sealing handler keeps to the promised ten, and to what was typed

_self, _none = ["'self'"], ["'none'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _none,
        "script-src": _self,
        "style-src": _self,
        "img-src": [*_self, "data:"],
        "font-src": _self,
        "connect-src": _self,
        "form-action": _self,
        "frame-ancestors": _none,
        "base-uri": _none,
        "object-src": _none,
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# "no-referrer" would make browsers send "Origin: null" with our own forms, which the check against forgery refuses
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
COOKIE_PREFIX = _prefix = "__Host-" if SECURE else ""
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = f"{_prefix}meldpunt-form"
SESSION_COOKIE_NAME = f"{_prefix}meldpunt-desk"
SESSION_ENGINE = "meldpunt.desk.sessions"
SESSION_COOKIE_AGE = 7 * 24 * 3600  # when a session ends is said in desk.sessions; its row outlives it
CSRF_FAILURE_VIEW = {
    "desk": "meldpunt.desk.session_pages.csrf_failure",
    "operator": "meldpunt.desk.session_pages.csrf_failure",
}.get(ROLE, "meldpunt.site.errors.csrf_failure")
LANGUAGE_COOKIE_NAME = f"{_prefix}meldpunt-language"
LANGUAGE_COOKIE_SAMESITE = "Strict"

AUTHENTICATION_BACKENDS = ["meldpunt.desk.adapter.Accounts"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "meldpunt.desk.passwords.OwnWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "meldpunt.desk.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# By name, never by machine: behind a proxy all come from one, and no address is written down.  See desk.patience.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key", "login": None}
MFA_ADAPTER = "meldpunt.desk.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Meldpunt"
MFA_TOTP_TOLERANCE = 1  # half minutes that two clocks may be apart
MFA_FORMS = {
    "authenticate": "meldpunt.desk.code_forms.CodeForm",
    "reauthenticate": "meldpunt.desk.code_forms.CodeOnceMoreForm",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "meldpunt.site.logs.Places",
            "format": "%(asctime)s " + ROLE + " %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django tells every 4xx by its path: who asked for what is nobody's business, and a path may say a lot.
    "loggers": {name: {"level": "ERROR"} for name in ("django.request", "django.security")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
