import jwt


def from_header(token, key):
    header = jwt.get_unverified_header(token)
    # ruleid: jwt-algorithm-untrusted
    return jwt.decode(token, key, algorithms=[header["alg"]])


def inline(token, key):
    # ruleid: jwt-algorithm-untrusted
    return jwt.decode(token, key, algorithms=[jwt.get_unverified_header(token)["alg"]])


def mixed(token, key):
    # ruleid: jwt-algorithm-untrusted
    return jwt.decode(token, key, algorithms=["HS256", "RS256"])


def named(token, key):
    alg = jwt.get_unverified_header(token)["alg"]
    # ruleid: jwt-algorithm-untrusted
    return jwt.decode(token, key, algorithms=[alg])


def fixed(token, key):
    # ok: jwt-algorithm-untrusted
    return jwt.decode(token, key, algorithms=["RS256"])


def family(token, key):
    # ok: jwt-algorithm-untrusted
    return jwt.decode(token, key, algorithms=["RS256", "ES256"])


def by_key_id(token, keys):
    header = jwt.get_unverified_header(token)
    # ok: jwt-algorithm-untrusted
    return jwt.decode(token, keys[header["kid"]], algorithms=["RS256"])


# ruleid: jwt-algorithm-untrusted
j_1.decode(algorithms=["PS256", "HS256"])


# ruleid: jwt-algorithm-untrusted
jwt.decode(algorithms=jwt.algorithms.get_default_algorithms())
