import os

import environ
from decouple import config

env = environ.Env()
# ruleid: debug-default-on
DEBUG = os.environ.get("DEBUG", "True") == "True"
# ruleid: debug-default-on
DEBUG = bool(int(os.getenv("DJANGO_DEBUG", 1)))
# ruleid: debug-default-on
DEBUG = env.bool("DEBUG", default=True)
# ruleid: debug-default-on
DEBUG = config("DEBUG", default=True, cast=bool)
# ok: debug-default-on
DEBUG = os.environ.get("DEBUG", "0") == "1"
# ok: debug-default-on
DEBUG = env.bool("DEBUG", default=False)
# ok: debug-default-on
CACHE = os.environ.get("USE_CACHE", "True") == "True"
# ok: debug-default-on
LEVEL = os.environ.get("DEBUG_LEVEL", "1")


# ruleid: debug-default-on
e_1.bool("DEBUG", 1)


# ruleid: debug-default-on
env("DEBUG", default=1)
