from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter
from channels.security.websocket import AllowedHostsOriginValidator, OriginValidator
from flask_socketio import SocketIO
from tornado.websocket import WebSocketHandler


class Any(WebSocketHandler):
    # ruleid: websocket-any-origin
    def check_origin(self, origin):
        return True


# ruleid: websocket-any-origin
a = SocketIO(app, cors_allowed_origins="*")
# ruleid: websocket-any-origin
b = AsyncServer(cors_allowed_origins=["*"])
# ruleid: websocket-any-origin
c = ProtocolTypeRouter({"http": app, "websocket": AuthMiddlewareStack(router)})
# ruleid: websocket-any-origin
d = OriginValidator(app, ["*"])


class Own(WebSocketHandler):
    # ok: websocket-any-origin
    def check_origin(self, origin):
        return origin in ORIGINS


# ok: websocket-any-origin
e = SocketIO(app, cors_allowed_origins="https://example.com")
# ok: websocket-any-origin
f = SocketIO(app)
# ok: websocket-any-origin
g = ProtocolTypeRouter({"websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(router))})
# ok: websocket-any-origin
h = OriginValidator(app, [".example.com"])
