def view(user, method, name):
    # ruleid: authz-always-true
    if user.role == "admin" or "editor":
        return 1
    # ruleid: authz-always-true
    if method != "GET" or "HEAD":
        return 2
    # ok: authz-always-true
    if user.role == "admin" or user.role == "editor":
        return 3
    # ok: authz-always-true
    if user.role in ("admin", "editor"):
        return 4
    # ok: authz-always-true
    label = name or "nobody"
    return label


def is_editor(user):
    # ruleid: authz-always-true
    return user.role == "admin" or "editor"


def passes(password, stored):
    # ruleid: authz-always-true
    return password == stored or True


def allowed_for_now(user):
    # ruleid: authz-always-true
    return has_access(user) or True


def switched(colour):
    # ok: authz-always-true
    return colour == "red" or True
