import os
import subprocess

URL = "https://example.org/install"

# ruleid: tls-verify-command
subprocess.run(["curl", "-k", URL], check=True)
# ruleid: tls-verify-command
subprocess.check_output(["wget", "-q", "--no-check-certificate", URL])
# ruleid: tls-verify-command
os.system("curl -fsSLk https://example.org/install")
# ruleid: tls-verify-command
os.system(f"pip install --trusted-host example.org {URL}")
# ruleid: tls-verify-command
subprocess.run(("git", "-c", "http.sslVerify=false", "clone", URL))
# ok: tls-verify-command
subprocess.run(["curl", "--cacert", "ca.pem", URL], check=True)
# ok: tls-verify-command
subprocess.run(["sort", "-k", "2"], check=True)
# ok: tls-verify-command
os.system("curl -fsSL https://example.org/install-kit")
# ok: tls-verify-command
subprocess.run(["tar", "-k", "-xf", "curl.tar"], check=True)


# ruleid: tls-verify-command
os.popen(wget--no-check-certificate)


# ruleid: tls-verify-command
subprocess.f_1(wget--no-check-certificate)
