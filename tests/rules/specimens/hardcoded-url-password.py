import redis
from sqlalchemy import create_engine

# ruleid: hardcoded-url-password
URL = "postgresql://admin:S3cretPw@db.prod/main"
# ruleid: hardcoded-url-password
app.config["BROKER"] = "amqp://rabbit:Sup3rS3cret@mq.internal:5672"
# ruleid: hardcoded-url-password
engine = create_engine("mysql+pymysql://shop:Tr0ub4dor@10.0.0.5/shop")
# ruleid: hardcoded-url-password
client = redis.Redis.from_url(url="redis://:@cache", other="redis://app:Hq82jsk1@cache:6379")
# ruleid: hardcoded-url-password
SETTINGS = {"mongo": "mongodb+srv://shop:Tr0ub4dor@cluster0.mongodb.net/shop"}
# ok: hardcoded-url-password
LOCAL = "postgresql://admin:S3cretPw@localhost/main"
# ok: hardcoded-url-password
PLACEHOLDER = "postgresql://user:password@db.prod/main"
# ok: hardcoded-url-password
BUILT = f"postgresql://admin:{password}@db.prod/main"
# ok: hardcoded-url-password
PLAIN = "https://example.com:8080/a@b"
# ok: hardcoded-url-password
ENV = "postgresql://admin:$PASSWORD@db.prod/main"


def test_parses(client, url):
    # ok: hardcoded-url-password
    parsed = parse("postgresql://admin:S3cretPw@db.prod/main")
    assert parsed
