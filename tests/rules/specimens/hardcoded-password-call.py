import os
import smtplib

import psycopg2
import redis
import requests
from sqlalchemy import create_engine

# ruleid: hardcoded-password-call
a = psycopg2.connect(host="db", user="shop", password="example-1")
# ruleid: hardcoded-password-call
b = redis.Redis(host="cache", password="example-1")
# ruleid: hardcoded-password-call
c = create_engine("postgresql://shop:example@db/shop")
server = smtplib.SMTP_SSL("mail.example.org")
# ruleid: hardcoded-password-call
server.login("shop", "example-1")
# ruleid: hardcoded-password-call
requests.get("https://example.org", auth=("shop", "example-1"), timeout=3)
DATABASES = {
    # ruleid: hardcoded-password-call
    "default": {"ENGINE": "django.db.backends.postgresql", "USER": "shop", "PASSWORD": "example-1"},
}

# ok: hardcoded-password-call
d = psycopg2.connect(host="db", user="shop", password=os.environ["DB_PASSWORD"])
# ok: hardcoded-password-call
e = create_engine("postgresql://shop@db/shop")
# ok: hardcoded-password-call
f = create_engine(f"postgresql://shop:{os.environ['DB_PASSWORD']}@db/shop")
# ok: hardcoded-password-call
server.login("shop", os.environ["MAIL_PASSWORD"])
# ok: hardcoded-password-call
g = create_engine("sqlite:///shop.db")
DATABASES = {
    # ok: hardcoded-password-call
    "default": {"ENGINE": "django.db.backends.postgresql", "PASSWORD": os.environ["DB_PASSWORD"]},
}
# ok: hardcoded-password-call
field = dict(password="the password of the user")


# ruleid: hardcoded-password-call
create_async_engine("a://:z@")


# ruleid: hardcoded-password-call
psycopg2.connect("a://:z@")


# ruleid: hardcoded-password-call
psycopg.connect("a://:z@")


# ruleid: hardcoded-password-call
asyncpg.connect("a://:z@")


# ruleid: hardcoded-password-call
asyncpg.create_pool("a://:z@")


# ruleid: hardcoded-password-call
pymongo.MongoClient("a://:z@")


# ruleid: hardcoded-password-call
MongoClient("a://:z@")


# ruleid: hardcoded-password-call
redis.from_url("a://:z@")


# ruleid: hardcoded-password-call
redis.Redis.from_url("a://:z@")


# ruleid: hardcoded-password-call
a_1.config["SQLALCHEMY_DATABASE_URI"] = "a://:z@"


# ruleid: hardcoded-password-call
SQLALCHEMY_DATABASE_URI = "a://:z@"


# ruleid: hardcoded-password-call
DATABASE_URL = "a://:z@"


# ruleid: hardcoded-password-call
celery.Celery(broker="a://:z@")


# ruleid: hardcoded-password-call
a_1.config["MONGO_URI"] = "a://:z@"


def more(s, h, u):
    import ftplib

    import aiohttp
    import MySQLdb
    import neo4j
    import pika
    import pymysql
    import requests.auth
    # ruleid: hardcoded-password-call
    ftplib.FTP(h, u, "Tr0ub4dor")
    # ruleid: hardcoded-password-call
    pymysql.connect(h, u, "Tr0ub4dor")
    # ruleid: hardcoded-password-call
    MySQLdb.connect(h, u, "Tr0ub4dor")
    # ruleid: hardcoded-password-call
    requests.auth.HTTPBasicAuth(u, "Tr0ub4dor")
    # ruleid: hardcoded-password-call
    pika.PlainCredentials(u, "Tr0ub4dor")
    # ruleid: hardcoded-password-call
    aiohttp.BasicAuth(u, "Tr0ub4dor")
    # ruleid: hardcoded-password-call
    neo4j.GraphDatabase.driver(h, auth=(u, "Tr0ub4dor"))
    # ruleid: hardcoded-password-call
    s.login(u, "Tr0ub4dor")


def in_other_ways(server):
    # ruleid: hardcoded-password-call
    server.login("me", "k3yb0ard")
    # ruleid: hardcoded-password-call
    neo4j.GraphDatabase.driver("bolt://x", auth=("me", "k3yb0ard"))
