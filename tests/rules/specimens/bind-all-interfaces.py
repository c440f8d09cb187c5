import os
import socket

import uvicorn
from flask import Flask

app = Flask(__name__)
sock = socket.socket()
# ruleid: bind-all-interfaces
sock.bind(("0.0.0.0", 8000))
# ruleid: bind-all-interfaces
sock.bind(("", 8000))
# ruleid: bind-all-interfaces
app.run(host="0.0.0.0")
# ruleid: bind-all-interfaces
uvicorn.run(app, host="0.0.0.0", port=8000)
# ok: bind-all-interfaces
sock.bind(("127.0.0.1", 8000))
# ok: bind-all-interfaces
app.run(host=os.environ["HOST"])
# ok: bind-all-interfaces
uvicorn.run(app, host="127.0.0.1")
