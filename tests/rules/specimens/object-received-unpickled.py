from multiprocessing.connection import Listener
from multiprocessing.managers import BaseManager

# ruleid: object-received-unpickled
a = Listener(("0.0.0.0", 6000))
# ruleid: object-received-unpickled
b = Listener((HOST, PORT))
# ruleid: object-received-unpickled
c = BaseManager(address=("", 50000), authkey=b"abc")
# ruleid: object-received-unpickled
app.config["SESSION_SERIALIZER"] = "pickle"
# ruleid: object-received-unpickled
app.config.update(SESSION_SERIALIZATION_FORMAT="pickle")
# ok: object-received-unpickled
d = Listener(("localhost", 6000))
# ok: object-received-unpickled
e = Listener(("0.0.0.0", 6000), authkey=KEY)
# ok: object-received-unpickled
f = BaseManager(address=("", 50000), authkey=KEY)
# ok: object-received-unpickled
app.config["SESSION_SERIALIZER"] = "json"
# ok: object-received-unpickled
options["kind"] = "pickle"
