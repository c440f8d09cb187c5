from urllib.parse import quote

from django.http import FileResponse, HttpResponse, StreamingHttpResponse


def download(request):
    r = HttpResponse(b"")
    # ruleid: header-item-from-request
    r["Content-Disposition"] = 'attachment; filename="%s"' % request.GET["f"]
    return r


def stream(request, filename):
    answer = StreamingHttpResponse([])
    # ruleid: header-item-from-request
    answer["Content-Disposition"] = "attachment; filename=" + filename
    return answer


def file(request):
    answer = FileResponse(open("a", "rb"))
    # ruleid: header-item-from-request
    answer["X-Name"] = request.POST["name"]
    return answer


def safe(request):
    answer = HttpResponse(b"")
    # ok: header-item-from-request
    answer["Content-Disposition"] = "attachment; filename=" + quote(request.GET["f"])
    # ok: header-item-from-request
    answer["X-Total"] = str(int(request.GET["n"]))
    # ok: header-item-from-request
    answer["Cache-Control"] = "no-store"
    lang = request.GET["lang"]
    if lang not in ("de", "en"):
        return None
    # ok: header-item-from-request
    answer["Content-Language"] = lang
    return answer


def collects(request):
    answer = HttpResponse(b"")
    found = []
    found.append(request.GET["x"])
    # ruleid: header-item-from-request
    answer["X-Total"] = "%s" % found[0]
    number = int(request.GET["n"])
    # ok: header-item-from-request
    answer["X-Total"] = "%s" % number
    # ok: header-item-from-request
    answer["X-Total"] = "%s" % int(request.GET["n"])
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: header-item-from-request
    answer["X-Total"] = "%s" % kind
