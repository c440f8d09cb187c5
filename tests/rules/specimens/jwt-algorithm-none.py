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


# ruleid: jwt-algorithm-none
jwt.encode(p_1, k_1, "none")


# ruleid: jwt-algorithm-none
j_1.decode(algorithms="none")


# ruleid: jwt-algorithm-none
jwt.decode(p_1, k_1, ["none"])


# ruleid: jwt-algorithm-none
v_1 = ["none"]
pass
j_1.decode(algorithms=v_1)
