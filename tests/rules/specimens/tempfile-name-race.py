import os
import tempfile
from tempfile import mktemp

# ruleid: tempfile-name-race
a = tempfile.mktemp()
# ruleid: tempfile-name-race
b = mktemp(suffix=".txt")
# ruleid: tempfile-name-race
c = os.path.join("work", next(tempfile._get_candidate_names()))
# ok: tempfile-name-race
d = tempfile.NamedTemporaryFile()
# ok: tempfile-name-race
e, name = tempfile.mkstemp()
# ok: tempfile-name-race
f = tempfile.mkdtemp()


# ruleid: tempfile-name-race
os.tempnam()


# ruleid: tempfile-name-race
os.tmpnam()
