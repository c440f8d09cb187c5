import jwt


def weak(app, claims, token, key):
    # ruleid: jwt-algorithm-none
    a = jwt.encode(claims, "", algorithm="none")
    # ruleid: jwt-algorithm-none
    b = jwt.decode(token, key, algorithms=["HS256", "none"])
    # ruleid: jwt-algorithm-none
    app.config["JWT_ALGORITHM"] = "None"
    return a, b


def strong(app, claims, token, key):
    # ok: jwt-algorithm-none
    a = jwt.encode(claims, key, algorithm="HS256")
    # ok: jwt-algorithm-none
    b = jwt.decode(token, key, algorithms=["RS256"])
    # ok: jwt-algorithm-none
    app.config["JWT_ALGORITHM"] = "RS256"
    return a, b
