from xmlrpc.server import CGIXMLRPCRequestHandler, DocXMLRPCServer, SimpleXMLRPCServer

import defusedxml.xmlrpc

# ruleid: xml-server-undefended
a = SimpleXMLRPCServer(("0.0.0.0", 8000))
# ruleid: xml-server-undefended
b = DocXMLRPCServer(("0.0.0.0", 8000))
# ruleid: xml-server-undefended
c = CGIXMLRPCRequestHandler()
defusedxml.xmlrpc.monkey_patch()
# ok: xml-server-undefended
d = SimpleXMLRPCServer(("127.0.0.1", 8000))
# ok: xml-server-undefended
e = DocXMLRPCServer(("127.0.0.1", 8000))
# ok: xml-server-undefended
f = CGIXMLRPCRequestHandler()
