import cgitb
import sys

import tornado.web
from django.views.debug import technical_500_response

# ruleid: debug-traceback-page
cgitb.enable()


def server_error(request):
    # ruleid: debug-traceback-page
    return technical_500_response(request, *sys.exc_info())


# ruleid: debug-traceback-page
INSTALLED_APPS = ["django.contrib.auth", "debug_toolbar"]
# ruleid: debug-traceback-page
application = tornado.web.Application([], serve_traceback=True)

# ok: debug-traceback-page
cgitb.enable(display=0, logdir="logs")
# ok: debug-traceback-page
INSTALLED_APPS = ["django.contrib.auth", "shop"]
# ok: debug-traceback-page
application = tornado.web.Application([])


# ruleid: debug-traceback-page
django.views.debug.technical_404_response()


# ruleid: debug-traceback-page
flask_debugtoolbar.DebugToolbarExtension()


# ruleid: debug-traceback-page
werkzeug.debug.DebuggedApplication(app_1)


# ok: debug-traceback-page
cgitb.enable(0, logdir="/var/log")
