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


# ruleid: bind-all-interfaces
s_1.bind(("::", p_1))


# ruleid: bind-all-interfaces
a_1.run("0.0.0.0")


# ruleid: bind-all-interfaces
aiohttp.web.run_app(host="0.0.0.0")


# ruleid: bind-all-interfaces
asyncio.start_server(cb_1, "0.0.0.0")


# ruleid: bind-all-interfaces
asyncio.start_server(cb_1, host="0.0.0.0")


# ruleid: bind-all-interfaces
werkzeug.serving.run_simple("0.0.0.0")


# ruleid: bind-all-interfaces
socketserver.TCPServer(("0.0.0.0", p_1))


# ruleid: bind-all-interfaces
http.server.HTTPServer(("0.0.0.0", p_1))


# ruleid: bind-all-interfaces
uvicorn.Config(host="0.0.0.0")
