import os

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

app = Flask(__name__)
url = os.environ["DATABASE_URL"]
# ruleid: debug-sql-echo
a = create_engine(url, echo=True)
# ruleid: debug-sql-echo
b = create_async_engine(url, pool_size=3, echo=True)
# ruleid: debug-sql-echo
app.config["SQLALCHEMY_ECHO"] = True
# ok: debug-sql-echo
c = create_engine(url, echo=False)
# ok: debug-sql-echo
d = create_engine(url, echo=True, hide_parameters=True)
# ok: debug-sql-echo
e = create_engine("sqlite://", echo=True)
