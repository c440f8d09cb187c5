EXTRA = ["shop.middleware.Audit"]

# ruleid: csrf-middleware-missing
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
]
# ruleid: csrf-middleware-missing
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    # "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)
# ruleid: csrf-middleware-missing
MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware"]

# ok: csrf-middleware-missing
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
# ok: csrf-middleware-missing
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
# ok: csrf-middleware-missing
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    *EXTRA,
]


# ok: csrf-middleware-missing
MIDDLEWARE = ("django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware")
