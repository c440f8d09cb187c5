import os

# ruleid: transport-oauth-insecure
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
# ruleid: transport-oauth-insecure
os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "true")
# ruleid: transport-oauth-insecure
os.putenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
# ok: transport-oauth-insecure
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "0"
# ok: transport-oauth-insecure
os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"
# ok: transport-oauth-insecure
os.environ.pop("OAUTHLIB_INSECURE_TRANSPORT", None)
