import sys

import PIL.Image
import websockets
from aiohttp import web
from lxml import etree

# ruleid: limit-off
PIL.Image.MAX_IMAGE_PIXELS = None
# ruleid: limit-off
DATA_UPLOAD_MAX_MEMORY_SIZE = None
# ruleid: limit-off
app.config["MAX_CONTENT_LENGTH"] = None
# ruleid: limit-off
a = web.Application(client_max_size=0)
# ruleid: limit-off
b = websockets.connect("wss://example.com", max_size=None)
# ruleid: limit-off
c = websockets.serve(handler, "localhost", max_size=None)
# ruleid: limit-off
d = etree.XMLParser(huge_tree=True)
# ruleid: limit-off
e = etree.iterparse("a.xml", huge_tree=True)
# ruleid: limit-off
sys.set_int_max_str_digits(0)
# ruleid: limit-off
OPTIONS = [("grpc.max_receive_message_length", -1)]
# ok: limit-off
PIL.Image.MAX_IMAGE_PIXELS = 10_000_000
# ok: limit-off
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_485_760
# ok: limit-off
f = web.Application(client_max_size=1024)
# ok: limit-off
g = etree.XMLParser(resolve_entities=False)
# ok: limit-off
FILE_UPLOAD_TEMP_DIR = None
