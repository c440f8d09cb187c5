import requests

# ruleid: hardcoded-header
a = requests.get("https://example.com", headers={"Authorization": "Bearer 8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c"})
# ruleid: hardcoded-header
session.headers["X-API-Key"] = "9a8b7c6d5e4f3a2b1c0d9e8f"
# ruleid: hardcoded-header
request.add_header("Authorization", "Basic YWRtaW46aHVudGVyMmh1bnRlcjI=")
# ok: hardcoded-header
b = requests.get("https://example.com", headers={"Authorization": "Bearer " + TOKEN})
# ok: hardcoded-header
c = {"Authorization": "Bearer your-token-here-1234567890"}
# ok: hardcoded-header
d = {"Authorization": "Bearer <token>"}
# ok: hardcoded-header
e = {"Accept": "application/json; version=20240101"}
