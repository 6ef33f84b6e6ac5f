"""Settings of the Django project; every value that an operator may change comes from `tanheng.env`."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from tanheng.env import REPOSITORY, WEB_LOGIN, Environment, postgres_program

TANHENG = Environment.read()
BASE_DIR = REPOSITORY
SECRET_KEY = TANHENG.secret_key
DEBUG = False
ALLOWED_HOSTS = list(TANHENG.allowed_hosts)
CSRF_TRUSTED_ORIGINS = [TANHENG.public_url]
ROOT_URLCONF = "tanheng.urls"
WSGI_APPLICATION = "tanheng.wsgi.application"
APPEND_SLASH = False
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# django-tenants splits schemas by application: these live in `public` ...
SHARED_APPS = [
    "django_tenants",
    "tenants",
    "kit",
    "ingest.hot",
    "accounting.chain",
    "market",
    "tanheng",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "axes",
    "rest_framework",
    "drf_spectacular",
]
# ... and these in each enterprise's schema. `public` has none of theirs: forgetting the tenant fails closed.
TENANT_APPS = ["ingest", "accounting"]
INSTALLED_APPS = SHARED_APPS + TENANT_APPS
TENANT_MODEL = "tenants.Tenant"
# SET search_path once a switch instead of once a cursor: half the cost of a small statement.
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]


def database(environment: Environment, *, web: bool = False) -> dict[str, Any]:
    """The connection settings: DATABASE_URL, or the socket of the embedded server. web: for the web process,
    whose login row-level security binds; without one of its own it signs in as all others do."""
    kept = {"ENGINE": "django_tenants.postgresql_backend", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    if not environment.database_url:
        return {
            **kept,
            "HOST": str(environment.postgres_socket),
            "USER": WEB_LOGIN if web else "tanheng",
            "NAME": environment.database_name,
        }
    url = urlsplit((web and environment.web_database_url) or environment.database_url)
    return {
        **kept,
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "NAME": url.path.lstrip("/"),
    }


DATABASES = {"default": database(TANHENG)}
# Version 18 dumps any older server as well; used for the template of tenants' schemas.
PG_DUMP = postgres_program("pg_dump")

# The tenant comes after the sign-in it is derived from; axes last, as it asks.
MIDDLEWARE = [
    "tanheng.headers.SecurityHeaders",
    "tanheng.bounds.RequestBounds",
    "django.middleware.security.SecurityMiddleware",
    "tanheng.pages.Front",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenants.middleware.TenantFromMembership",
    "kit.idempotency.StoredAnswers",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tenants.sign_in_problems.SignInProblems",
    "tenants.factors.LastFactor",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
_HTTPS = TANHENG.public_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "kit.problems.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# Sign-in: allauth headless for the browser; nobody signs up but through a registration.
ACCOUNT_ADAPTER = "tenants.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Not per account alone, as the library would: a stranger could lock anybody out. Axes counts both.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip"}
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS: dict[str, str] = {}
MFA_ADAPTER = "tenants.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tanheng"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = TANHENG.insecure_origin and not _HTTPS

# Lock-out per (account, network), never per network alone: neighbours behind one address stay in.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "email"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "tenants.lockout.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# A calculation that anybody may ask for changes nothing, so no answer of it is kept either.
STATELESS_PATHS = frozenset({"/api/v1/compute/"})

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tenants.authentication.SessionSignIn",
        "tenants.authentication.TokenSignIn",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["tenants.permissions.HasTenant"],
    "DEFAULT_PAGINATION_CLASS": "kit.pagination.Pages",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["kit.parsing.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "tanheng.description.Description",
    "DEFAULT_THROTTLE_RATES": {"registration": "120/hour", "public": "600/hour", "compute": "600/hour"},
    # Our own server has named the client (`tanheng.serve`); a header that anybody writes names nobody.
    "NUM_PROXIES": 0,
    "EXCEPTION_HANDLER": "kit.problems.handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tanheng",
    "VERSION": "1",
    "DESCRIPTION": "Carbon accounting and allowance trading. Amounts are text; errors are RFC 9457 problems.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# One web process: the limits of sign-in may live in its memory. Two need a shared cache (docs/adr).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

STATIC_URL = "/static/"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": TANHENG.log_level},
    "loggers": {"axes": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
