from flask_talisman import Talisman

# ruleid: headers-protection-off
SECURE_CONTENT_TYPE_NOSNIFF = False


def flask_view(app, response):
    # ruleid: headers-protection-off
    Talisman(app, content_security_policy=None)
    # ruleid: headers-protection-off
    response.headers["Content-Security-Policy"] = "default-src 'self'; script-src 'self' 'unsafe-inline'"
    # ok: headers-protection-off
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    # ok: headers-protection-off
    response.headers["Content-Security-Policy"] = "default-src 'self'; style-src 'unsafe-inline'"
    return response


# ok: headers-protection-off
SECURE_CONTENT_TYPE_NOSNIFF = True
# ok: headers-protection-off
SECURE_REFERRER_POLICY = "same-origin"


# ruleid: headers-protection-off
SECURE_REFERRER_POLICY = "unsafe-url"


# ruleid: headers-protection-off
Talisman(content_security_policy=False)


# ruleid: headers-protection-off
CSP_SCRIPT_SRC = ["'unsafe-inline'"]


# ruleid: headers-protection-off
CSP_SCRIPT_SRC = ("'self'", "'unsafe-inline'")
