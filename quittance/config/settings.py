"""Django's settings, all of them driven by the environment (`environment.py`)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from quittance.config.apps_list import INSTALLED_APPS as INSTALLED_APPS  # noqa: PLC0414  mypy wants the re-export
from quittance.config.environment import DEMO_PASSWORD, Mode, read_environment
from quittance.config.logs import configure_logging

ENVIRONMENT = read_environment()
PACKAGE_DIR = Path(__file__).resolve().parent.parent

QUITTANCE_MODE = ENVIRONMENT.mode.value
QUITTANCE_KEY_RING = list(ENVIRONMENT.key_ring)
QUITTANCE_BASE_URL = ENVIRONMENT.base_url
QUITTANCE_DATA_DIR = ENVIRONMENT.data_dir
QUITTANCE_STRIPE_API_URL = ENVIRONMENT.stripe_api_url
QUITTANCE_TWILIO_API_URL = ENVIRONMENT.twilio_api_url
QUITTANCE_WHATSAPP_API_URL = ENVIRONMENT.whatsapp_api_url
# Each mail service is a folder of it: <address>/postmark.
QUITTANCE_MAIL_SERVICES_API_URL = ENVIRONMENT.mail_services_api_url
QUITTANCE_SANDBOX_URL = ENVIRONMENT.sandbox_url
QUITTANCE_PROXY_COUNT = ENVIRONMENT.proxy_count
QUITTANCE_DEMO_PASSWORD = DEMO_PASSWORD if ENVIRONMENT.mode is Mode.DEMO else ""

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
ROOT_URLCONF = "quittance.config.urls"
# Addresses end without a slash, so what is included begins with one.
SILENCED_SYSTEM_CHECKS = ["urls.W002"]
WSGI_APPLICATION = "quittance.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "businesses.User"

MIDDLEWARE = [
    "quittance.config.middleware.client_address",
    "quittance.config.middleware.queries_without_nul",
    "quittance.config.middleware.request_log",
    "quittance.config.health.health_endpoints",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "quittance.config.middleware.client_page_headers",
    "django.middleware.gzip.GZipMiddleware",
    "quittance.config.middleware.forged_sessions",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "quittance.config.middleware.idle_sessions",
    "quittance.config.middleware.private_pages",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    },
]

# --- Database. IMMEDIATE takes SQLite's write lock at BEGIN, so a block never fails half-way; reads open none.
DATABASES = {"default": dj_database_url.parse(ENVIRONMENT.database_url)}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    if ENVIRONMENT.mode is not Mode.TEST:
        Path(str(DATABASES["default"]["NAME"])).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["ENGINE"] = "quittance.config.sqlite"  # with a line before its one lock
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Only the limits of sign-in use it: in the database, they hold for all processes.
CACHES = {"default": {"BACKEND": "quittance.limits.cache.SharedCache"}}

# --- Time and language. Locations carry their own IANA zone; the server thinks in UTC.
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
# Those that the desk speaks; clients have their own list, in `ui/client_languages.py`.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
# First of all: Django and allauth have words of their own for some of ours, such as Email.
LOCALE_PATHS = [PACKAGE_DIR / "desk" / "locale"]

# --- Static files: served from the package, with Vite's hashed names; no collectstatic step.
STATIC_URL = "/static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/ui/dist/.+[.-][0-9A-Za-z_-]{8,12}\.\w+$"
ASSETS_DIR = PACKAGE_DIR / "ui" / "static" / "ui" / "dist"
DJANGO_VITE = {
    "default": {"dev_mode": False, "manifest_path": ASSETS_DIR / "manifest.json", "static_url_prefix": "ui/dist"},
}

# --- Sign-in. The first user of an installation is made by `quittance createowner`; nobody signs up by themselves.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if ENVIRONMENT.mode is Mode.TEST:
    # Argon2 takes 50 ms on purpose; a suite that signs in a thousand times has nothing to protect.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "quittance.config.sign_in.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60

# --- Sessions end after 12 idle hours; `idle_sessions` renews them, at most every ten minutes.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.base_url]

# --- What browsers may do with our pages.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if ENVIRONMENT.is_https else 0
SECURE_SSL_REDIRECT = ENVIRONMENT.is_production and ENVIRONMENT.proxy_count > 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.proxy_count else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# The limit above does not count files. One page takes one: a list to import. Its handler has the limit.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["quittance.config.uploads.SmallFileHandler"]

# --- The installation's own mail (password resets); a business's mail goes through its channel account.
_SMTP = urlsplit(ENVIRONMENT.smtp_url)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _SMTP.hostname or ""
EMAIL_PORT = _SMTP.port or 587
EMAIL_HOST_USER = unquote(_SMTP.username or "")
EMAIL_HOST_PASSWORD = unquote(_SMTP.password or "")
EMAIL_USE_SSL = _SMTP.scheme == "smtps"
EMAIL_USE_TLS = _SMTP.scheme == "smtp" and _SMTP.query == "tls=1"
EMAIL_TIMEOUT = 8
DEFAULT_FROM_EMAIL = ENVIRONMENT.from_email or "quittance@localhost"

# --- Logs. In the demo a newcomer reads the screen, so only what goes wrong is written there.
LOGGING_CONFIG = None
_QUIET = ENVIRONMENT.mode in {Mode.TEST, Mode.DEMO}
configure_logging(as_json=ENVIRONMENT.is_production, level="WARNING" if _QUIET else "INFO")
