"""One settings file, driven by the environment (see docs/configuration.md for the list of variables)."""

from __future__ import annotations

import base64
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pghistory
import psycopg.conninfo
from django.core.exceptions import ImproperlyConfigured

from shimen.embedded import layout

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = os.environ.get("SHIMEN_MODE", "trial")
if MODE not in {"trial", "production", "test"}:
    raise ImproperlyConfigured(f"SHIMEN_MODE must be trial, production or test, not {MODE!r}.")
PRODUCTION = MODE == "production"
VAR = Path(os.environ.get("SHIMEN_VAR", BASE_DIR / "var")).resolve()


def _required(name: str) -> str:
    """A value that production must be given and that the trial and the tests make for themselves."""
    value = os.environ.get(name, "")
    if value:
        # Few different characters are a key pressed down, or zeros.
        is_sample = "change" in value.lower() or "insecure" in value.lower()
        if PRODUCTION and (is_sample or len(value) < 24 or len(set(value)) < 10):
            raise ImproperlyConfigured(f"{name} still has its sample value or is too short; set a secret of your own.")
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} is not set; production does not start without it.")
    return layout.read_secrets(VAR)[name]


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


SECRET_KEY = _required("SHIMEN_SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = _list("SHIMEN_HOSTS") if PRODUCTION else ["*"]
if PRODUCTION and (not ALLOWED_HOSTS or any("*" in host for host in ALLOWED_HOSTS)):
    raise ImproperlyConfigured("SHIMEN_HOSTS is not set or holds a *; name the hosts under which the site is reached.")
CSRF_TRUSTED_ORIGINS = _list("SHIMEN_CSRF_ORIGINS")


def _key(name: str, text: str) -> bytes:
    """32 random bytes out of base64."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not base64.") from error
    if len(raw) != 32 or len(set(raw)) < 8:
        raise ImproperlyConfigured(f"{name}: a key is base64 of 32 random bytes.")
    return raw


def _field_keys(text: str) -> dict[str, bytes]:
    """`id:base64key,id:base64key`; the first is used for writing, all for reading."""
    keys = {}
    for part in text.split(","):
        key_id, _, key = part.strip().partition(":")
        if not key_id or key_id in keys:
            raise ImproperlyConfigured(
                "SHIMEN_FIELD_KEYS: each key has an id of its own: id:base64 of 32 random bytes."
            )
        keys[key_id] = _key("SHIMEN_FIELD_KEYS", key)
    return keys


SHIMEN_FIELD_KEYS = _field_keys(_required("SHIMEN_FIELD_KEYS"))
SHIMEN_INDEX_KEY = _key("SHIMEN_INDEX_KEY", _required("SHIMEN_INDEX_KEY"))
if PRODUCTION and SHIMEN_INDEX_KEY in SHIMEN_FIELD_KEYS.values():
    raise ImproperlyConfigured("SHIMEN_INDEX_KEY must differ from the field keys.")
SHIMEN_FIELD_CIPHER = os.environ.get("SHIMEN_FIELD_CIPHER", "aes")
if SHIMEN_FIELD_CIPHER not in {"aes", "sm4"}:
    raise ImproperlyConfigured("SHIMEN_FIELD_CIPHER must be aes (AES-256-GCM) or sm4 (SM4-GCM).")
SHIMEN_STREET = os.environ.get("SHIMEN_STREET", "")
SHIMEN_TILE_URL = os.environ.get("SHIMEN_TILE_URL", "")
SHIMEN_MODE = MODE
SHIMEN_NOW: dt.datetime | None = None
if os.environ.get("SHIMEN_NOW") and not PRODUCTION:
    SHIMEN_NOW = dt.datetime.fromisoformat(os.environ["SHIMEN_NOW"])
    if SHIMEN_NOW.tzinfo is None:
        raise ImproperlyConfigured("SHIMEN_NOW needs an offset, for example 2026-11-23T09:30:00+08:00.")

INSTALLED_APPS = [
    "shimen.accounts.admin_config.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "pgtrigger",
    "pghistory",
    "import_export",
    "django_htmx",
    "template_partials",
    "csp",
    "shimen.apps.ShimenConfig",
    "shimen.privacy",
    "shimen.territory",
    "shimen.accounts",
    "shimen.audit",
    "shimen.outbox",
    "shimen.figures",
    "shimen.embedded",
    "coverage",
    "supply",
    "branches",
    "grid",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shimen.accounts.middleware.GateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "shimen.audit.middleware.HistoryContextMiddleware",
    "shimen.remember.RememberForOnePage",
    "shimen.web.PlainRefusals",
]

ROOT_URLCONF = "shimen.urls"
WSGI_APPLICATION = "shimen.wsgi.application"
_LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)])],
            "builtins": ["template_partials.templatetags.partials", "shimen.templatetags.look"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shimen.navigation.frame",
            ],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    info = psycopg.conninfo.conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": info.get("dbname", ""),
        "USER": info.get("user", ""),
        "PASSWORD": info.get("password", ""),
        "HOST": info.get("host", ""),
        "PORT": str(info.get("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": os.environ.get("SHIMEN_PROCESS", "shimen")},
    }


def _address(name: str, embedded: Callable[[Path], str]) -> str:
    """Of a server; production never falls back to the trial's own."""
    given = os.environ.get(name, "")
    if PRODUCTION and not given:
        raise ImproperlyConfigured(f"{name} is not set; production does not start without it.")
    return given or embedded(VAR)


DATABASES = {"default": _database(_address("SHIMEN_DATABASE_URL", layout.database_url))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = _address("SHIMEN_REDIS_URL", layout.redis_url)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "shimen",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shimen.web.csrf_failure"


CELERY_BROKER_URL = os.environ.get("SHIMEN_BROKER_URL") or layout.broker_url(REDIS_URL)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["shimen.accounts.backends.AccountBackend"]
_VALIDATORS: dict[str, dict[str, Any]] = {
    "UserAttributeSimilarityValidator": {
        "user_attributes": ("username", "display_name", "unit"),
        "max_similarity": 0.6,
    },
    "MinimumLengthValidator": {"min_length": 10},
    "CommonPasswordValidator": {},
    "NumericPasswordValidator": {},
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in _VALIDATORS.items()
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "shimen.accounts.adapter.InvitationAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = True
# Per address and per account, in the cache that all processes share. Whole offices sit behind one address.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/15m/key",
    "invitation": "30/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("SHIMEN_PROXIES", "1" if PRODUCTION else "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_ADAPTER = "shimen.accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "shimen.accounts.second_factor.CodeForm",
    "reauthenticate": "shimen.accounts.second_factor.CodeAgainForm",
    "activate_totp": "shimen.accounts.second_factor.ActivateForm",
    "add_webauthn": "shimen.accounts.second_factor.AddPasskeyForm",
    "edit_webauthn": "shimen.accounts.second_factor.RenamePasskeyForm",
}
MFA_TOTP_ISSUER = "石门"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A passkey on http://localhost is how the trial shows passkeys; browsers themselves allow it there and nowhere else.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
# Who was online when is nobody's business, and a write per request costs.
USERSESSIONS_TRACK_ACTIVITY = False
SHIMEN_FORCE_SECOND_FACTOR = PRODUCTION

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
DATE_FORMAT = "Y-m-d"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"] if (BASE_DIR / "static" / "dist").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"
# A test makes a client for every person it plays, and each would list all files of the sprite and the styles anew.
WHITENOISE_AUTOREFRESH = MODE == "test"
MEDIA_ROOT = VAR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = os.environ.get("SHIMEN_SSL_REDIRECT", "1") == "1"
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True

_TILE_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(SHIMEN_TILE_URL)) if SHIMEN_TILE_URL else ""
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *([_TILE_ORIGIN] if _TILE_ORIGIN else [])],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

PGHISTORY_APPEND_ONLY = True
# History is looked up by its object and by what happened with it; an index per foreign key would double what it costs.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=True)
PGTRIGGER_MIGRATIONS = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = True

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if os.environ.get("SHIMEN_SMTP_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = os.environ["SHIMEN_SMTP_HOST"]
    EMAIL_PORT = int(os.environ.get("SHIMEN_SMTP_PORT", "465"))
    EMAIL_HOST_USER = os.environ.get("SHIMEN_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("SHIMEN_SMTP_PASSWORD", "")
    EMAIL_USE_SSL = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("SHIMEN_LOG", "INFO")},
}
