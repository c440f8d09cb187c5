import csv
import json
import sys
from pathlib import Path


def save(f, user, password, card_number, cvv, api_key, password_hash):
    # ruleid: secret-written-to-file
    f.write(f"{user}:{password}\n")
    # ruleid: secret-written-to-file
    f.write(password)
    # ruleid: secret-written-to-file
    f.write(user + password)
    # ruleid: secret-written-to-file
    f.write("key=" + api_key + "\n")
    # ruleid: secret-written-to-file
    f.write("%s:%s" % (user, password))
    # ruleid: secret-written-to-file
    f.write("{}:{}".format(user, password))
    # ruleid: secret-written-to-file
    json.dump({"card": card_number}, f)
    # ruleid: secret-written-to-file
    f.write(json.dumps({"cvv": cvv}))
    # ruleid: secret-written-to-file
    Path("secrets").write_text(f"{user}:{password}")
    # ruleid: secret-written-to-file
    Path("secrets").write_text(api_key)
    # ruleid: secret-written-to-file
    csv.writer(f).writerow([user, password])
    # ok: secret-written-to-file
    f.write(password_hash)
    # ok: secret-written-to-file
    f.write(f"{user}:{password_hash}\n")
    # ok: secret-written-to-file
    json.dump({"user": user}, f)
    # ok: secret-written-to-file
    sys.stdout.write(password)
    # ok: secret-written-to-file
    sys.stderr.write(password)
