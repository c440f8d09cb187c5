import os

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

api = FastAPI()
# ruleid: host-any
ALLOWED_HOSTS = ["*"]
# ruleid: host-any
ALLOWED_HOSTS = ("shop.example.org", "*")
# ruleid: host-any
api.add_middleware(TrustedHostMiddleware, allowed_hosts=["*"])
# ok: host-any
ALLOWED_HOSTS = ["shop.example.org"]
# ok: host-any
ALLOWED_HOSTS = os.environ["HOSTS"].split(",")
# ok: host-any
api.add_middleware(TrustedHostMiddleware, allowed_hosts=["*.example.org"])


# ruleid: host-any
ALLOWED_HOSTS += ["*"]


# ruleid: host-any
TrustedHostMiddleware(allowed_hosts=["*"])
