from datetime import timedelta

from flask import Flask

app = Flask(__name__)
# ruleid: cookie-session-long
SESSION_COOKIE_AGE = 31536000
# ruleid: cookie-session-long
app.permanent_session_lifetime = timedelta(days=365)
# ruleid: cookie-session-long
app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=180)
# ok: cookie-session-long
SESSION_COOKIE_AGE = 1209600
# ok: cookie-session-long
app.permanent_session_lifetime = timedelta(hours=8)
# ok: cookie-session-long
app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=7)
# ok: cookie-session-long
CACHE_AGE = 31536000


# ruleid: cookie-session-long
a_1.add_middleware(SessionMiddleware, max_age=None)


# ruleid: cookie-session-long
PERMANENT_SESSION_LIFETIME = 99999999
# ruleid: cookie-session-long
app.config["PERMANENT_SESSION_LIFETIME"] = 99999999
# ruleid: cookie-session-long
app.add_middleware(SessionMiddleware, secret_key=k, max_age=99999999)
# ruleid: cookie-session-long
request.session.set_expiry(99999999)


# ruleid: cookie-session-long
PERMANENT_SESSION_LIFETIME = datetime.timedelta(days=365)
# ruleid: cookie-session-long
app.config["JWT_ACCESS_TOKEN_EXPIRES"] = datetime.timedelta(days=365)
