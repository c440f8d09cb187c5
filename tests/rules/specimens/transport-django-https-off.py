import os

from flask import Flask
from flask_talisman import Talisman

app = Flask(__name__)

# ruleid: transport-django-https-off
SECURE_SSL_REDIRECT = False
# ruleid: transport-django-https-off
SECURE_HSTS_SECONDS = 0
# ruleid: transport-django-https-off
Talisman(app, force_https=False)

# ok: transport-django-https-off
SECURE_SSL_REDIRECT = True
# ok: transport-django-https-off
SECURE_HSTS_SECONDS = 31536000
# ok: transport-django-https-off
SECURE_SSL_REDIRECT = os.environ.get("PLAIN_HTTP") is None
# ok: transport-django-https-off
Talisman(app)


class TestSettings:
    # ok: transport-django-https-off
    SECURE_SSL_REDIRECT = False


# ruleid: transport-django-https-off
Talisman(strict_transport_security=False)


# ruleid: transport-django-https-off
t_1.init_app(force_https=False)


def switched():
    # ok: transport-django-https-off
    SECURE_SSL_REDIRECT = False



class Live(Configuration):
    EMAIL_USE_SSL = True
    # ok: transport-django-https-off
    EMAIL_USE_TLS = False


class Staging(Configuration):
    # ok: transport-django-https-off
    EMAIL_USE_TLS = False
    EMAIL_USE_SSL = True


# ruleid: transport-django-https-off
EMAIL_USE_TLS = False
# ok: transport-django-https-off
EMAIL_USE_TLS = True
