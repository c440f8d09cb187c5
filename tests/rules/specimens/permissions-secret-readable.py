import os
from pathlib import Path

key_path = Path("server.key")
# ruleid: permissions-secret-readable
os.chmod("id_rsa", 0o644)
# ruleid: permissions-secret-readable
key_path.chmod(0o640)
# ruleid: permissions-secret-readable
fd = os.open("credentials.json", os.O_CREAT | os.O_WRONLY, 0o644)
# ok: permissions-secret-readable
os.chmod("id_rsa", 0o600)
# ok: permissions-secret-readable
os.chmod("page.html", 0o644)
# ok: permissions-secret-readable
os.chmod("public_key.pem", 0o644)
# ok: permissions-secret-readable
fd = os.open("credentials.json", os.O_CREAT | os.O_WRONLY, 0o600)
