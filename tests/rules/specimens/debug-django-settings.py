import os

SECRET_KEY = os.environ["SECRET_KEY"]
# ruleid: debug-django-settings
DEBUG = True
# ruleid: debug-django-settings
TEMPLATE_DEBUG = True
ALLOWED_HOSTS = []
INSTALLED_APPS = ["django.contrib.admin"]
# ruleid: debug-django-settings
DEBUG_PROPAGATE_EXCEPTIONS = True

# ok: debug-django-settings
DEBUG = False
# ok: debug-django-settings
DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
if os.environ.get("LOCAL"):
    # ok: debug-django-settings
    DEBUG = True


class Parser:
    # ok: debug-django-settings
    DEBUG = True


def switched():
    # ok: debug-django-settings
    DEBUG = True
