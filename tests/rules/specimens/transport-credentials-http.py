import httpx
import requests


def login(user, password, token):
    # ruleid: transport-credentials-http
    requests.post("http://shop.example.org/login", data={"user": user, "password": password})
    # ruleid: transport-credentials-http
    requests.get("http://shop.example.org/me", auth=(user, password))
    # ruleid: transport-credentials-http
    httpx.get("http://shop.example.org/me", headers={"Authorization": f"Bearer {token}"})
    with requests.Session() as session:
        # ruleid: transport-credentials-http
        session.post("http://shop.example.org/api", json={"api_key": token})


def login_safely(user, password, token):
    # ok: transport-credentials-http
    requests.post("https://shop.example.org/login", data={"user": user, "password": password})
    # ok: transport-credentials-http
    requests.get("http://localhost:8000/me", auth=(user, password))
    # ok: transport-credentials-http
    requests.get("http://shop.example.org/news", headers={"Accept": "text/html"})
    # ok: transport-credentials-http
    httpx.post("http://shop.example.org/search", json={"query": user})


# ruleid: transport-credentials-http
c_1.post("http://", {"pwd":v_1})


def sign_in_briefly(user, password):
    # ruleid: transport-credentials-http
    requests.post("http://auth.example.org/login", data={"u": user, "p": password}, timeout=3)
    # ruleid: transport-credentials-http
    requests.post("http://auth.example.org/login", json={"u": user, "p": user.password}, timeout=3)
    # ok: transport-credentials-http
    requests.post("http://auth.example.org/login", json={"u": user, "p": page}, timeout=3)
    # ok: transport-credentials-http
    requests.post("https://auth.example.org/login", json={"u": user, "p": password}, timeout=3)


def by_field(user, typed):
    # ruleid: transport-credentials-http
    requests.post("http://auth.example.org/login", data={"password": typed}, timeout=3)
