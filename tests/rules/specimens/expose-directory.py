import http.server
import socketserver

from aiohttp import web
from django.urls import path
from django.views.static import serve

app = web.Application()
# ruleid: expose-directory
app.router.add_static("/files", "files", show_index=True)
# ruleid: expose-directory
routes = [path("files/<path:path>", serve, {"document_root": "files", "show_indexes": True})]
# ruleid: expose-directory
server = http.server.HTTPServer(("", 8000), http.server.SimpleHTTPRequestHandler)
# ruleid: expose-directory
other = socketserver.TCPServer(("0.0.0.0", 8000), http.server.SimpleHTTPRequestHandler)
# ok: expose-directory
app.router.add_static("/static", "static")
# ok: expose-directory
routes = [path("files/<path:path>", serve, {"document_root": "files"})]
# ok: expose-directory
local = http.server.HTTPServer(("127.0.0.1", 8000), http.server.SimpleHTTPRequestHandler)


# ruleid: expose-directory
aiohttp.web.static(show_index=True)


# ruleid: expose-directory
re_path(django.views.static.serve, {"show_indexes": True})


# ruleid: expose-directory
django.views.static.serve(show_indexes=True)


# ruleid: expose-directory
http.server.HTTPServer(("0.0.0.0", p_1), http.server.SimpleHTTPRequestHandler)


# ruleid: expose-directory
socketserver.TCPServer(("", p_1), http.server.SimpleHTTPRequestHandler)
