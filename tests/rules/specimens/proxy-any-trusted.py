import os

import uvicorn
from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

api = FastAPI()
# ruleid: proxy-any-trusted
uvicorn.run(api, proxy_headers=True, forwarded_allow_ips="*")
# ruleid: proxy-any-trusted
api.add_middleware(ProxyHeadersMiddleware, trusted_hosts="*")
# ruleid: proxy-any-trusted
forwarded_allow_ips = "*"
# ok: proxy-any-trusted
uvicorn.run(api, proxy_headers=True, forwarded_allow_ips="10.0.0.2")
# ok: proxy-any-trusted
api.add_middleware(ProxyHeadersMiddleware, trusted_hosts=["10.0.0.2"])
# ok: proxy-any-trusted
uvicorn.run(api, forwarded_allow_ips=os.environ["PROXY"])


# ruleid: proxy-any-trusted
uvicorn.Config(forwarded_allow_ips="*")


# ruleid: proxy-any-trusted
a_1.add_middleware(ProxyHeadersMiddleware, trusted_hosts=["*"])


# ruleid: proxy-any-trusted
ProxyHeadersMiddleware(trusted_hosts="*")


# ruleid: proxy-any-trusted
ProxyHeadersMiddleware(a_1, "*")
