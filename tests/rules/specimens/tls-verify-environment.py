import os

# ruleid: tls-verify-environment
os.environ["PYTHONHTTPSVERIFY"] = "0"
# ruleid: tls-verify-environment
os.environ["CURL_CA_BUNDLE"] = ""
# ruleid: tls-verify-environment
os.environ.setdefault("GIT_SSL_NO_VERIFY", "true")
# ruleid: tls-verify-environment
os.environ.update({"LANG": "C", "REQUESTS_CA_BUNDLE": ""})
# ok: tls-verify-environment
os.environ["PYTHONHTTPSVERIFY"] = "1"
# ok: tls-verify-environment
os.environ["REQUESTS_CA_BUNDLE"] = "/etc/ssl/certs/ca.pem"
# ok: tls-verify-environment
os.environ["PYTHONHASHSEED"] = "0"


# ruleid: tls-verify-environment
os.environ["GIT_SSL_NO_VERIFY"] = "1"


def more():
    # ruleid: tls-verify-environment
    os.environ.setdefault("PYTHONHTTPSVERIFY", "0")
    # ruleid: tls-verify-environment
    os.putenv("PYTHONHTTPSVERIFY", "0")
    # ruleid: tls-verify-environment
    os.environ.update({"PYTHONHTTPSVERIFY": "0"})
    # ruleid: tls-verify-environment
    os.environ.update(PYTHONHTTPSVERIFY="0")


# ruleid: tls-verify-environment
os.environ.setdefault("PYTHONHTTPSVERIFY", "0")
# ruleid: tls-verify-environment
os.putenv("PYTHONHTTPSVERIFY", "0")
# ruleid: tls-verify-environment
os.environ.update({"PYTHONHTTPSVERIFY": "0"})
# ruleid: tls-verify-environment
os.environ.update(PYTHONHTTPSVERIFY="0")
# ruleid: tls-verify-environment
os.environ.setdefault("CURL_CA_BUNDLE", "")
# ruleid: tls-verify-environment
os.putenv("CURL_CA_BUNDLE", "")
# ruleid: tls-verify-environment
os.environ.update({"CURL_CA_BUNDLE": ""})
# ruleid: tls-verify-environment
os.environ.update(CURL_CA_BUNDLE="")
# ruleid: tls-verify-environment
os.environ.setdefault("GIT_SSL_NO_VERIFY", "1")
# ruleid: tls-verify-environment
os.putenv("GIT_SSL_NO_VERIFY", "true")
# ruleid: tls-verify-environment
os.environ.update({"GIT_SSL_NO_VERIFY": "1"})
# ruleid: tls-verify-environment
os.environ.update(GIT_SSL_NO_VERIFY="1")
# ok: tls-verify-environment
os.environ.update(GIT_SSL_NO_VERIFY="0")
