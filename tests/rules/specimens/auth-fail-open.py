import requests


def check_token(token):
    # ruleid: auth-fail-open
    try:
        return requests.get("https://auth.example.org", timeout=3).ok
    except requests.RequestException:
        return True


def is_admin(user, ldap):
    # ruleid: auth-fail-open
    try:
        return ldap.groups(user) == ["admin"]
    except Exception as error:
        print(error)
        return True


def verify_signature(key, signature, data):
    # ruleid: auth-fail-open
    try:
        key.verify(signature, data)
    except:  # noqa: E722
        return True
    return True


def check_password(user, password, ldap):
    # ok: auth-fail-open
    try:
        return ldap.bind(user, password)
    except Exception:
        return False


def is_free(path):
    # ok: auth-fail-open
    try:
        path.stat()
    except FileNotFoundError:
        return True
    return False


def verify_token(token, load):
    # ok: auth-fail-open
    try:
        load(token)
    except ValueError:
        raise PermissionError from None
    return True
