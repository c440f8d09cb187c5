"""Sinks that tell something: pages, headers, logs, mails, stored fields. The columns are explained in `sinks.py`."""

from __future__ import annotations

from collections.abc import Mapping

TELLING: Mapping[str, str] = {
    "log-flow": """
        ~(^|[._])_*(logging|logger|log)$.debug all
        ~(^|[._])_*(logging|logger|log)$.info all
        ~(^|[._])_*(logging|logger|log)$.warning all
        ~(^|[._])_*(logging|logger|log)$.warn all
        ~(^|[._])_*(logging|logger|log)$.error all
        ~(^|[._])_*(logging|logger|log)$.critical all
        ~(^|[._])_*(logging|logger|log)$.exception all
    """,
    "regex-flow": """
        re.compile 0 pattern
        re.match 0 pattern
        re.search 0 pattern
        re.fullmatch 0 pattern
        re.findall 0 pattern
        re.finditer 0 pattern
        re.split 0 pattern
        re.sub 0 pattern
        re.subn 0 pattern
        regex.compile 0
        regex.match 0
        regex.search 0
        ~[.]str$.contains 0 pat
    """,
    "page-flow": """
        Markup 0
        mark_safe 0
        SafeString 0
        SafeText 0
        format_html 0
        django.http.HttpResponse 0 content html
        HttpResponse 0 content html
        HttpResponseBadRequest 0 content html
        HttpResponseNotFound 0 content html
        HttpResponseForbidden 0 content html
        HttpResponseServerError 0 content html
        HTMLResponse 0 content
        django.http.StreamingHttpResponse 0 streaming_content html
        StreamingHttpResponse 0 streaming_content html
        fastapi.responses.StreamingResponse 0 content onlyhtml
        starlette.responses.StreamingResponse 0 content onlyhtml
        ~^self$.write 0 plain pages with:tornado
        ~^self$.finish 0 plain pages with:tornado
        make_response 0 html plain
        flask.Response 0 response html
        quart.Response 0 response html
        werkzeug.wrappers.Response 0 response html
        aiohttp.web.Response text body onlyhtml
        fastapi.Response 0 content onlyhtml
        starlette.responses.Response 0 content onlyhtml
        fastapi.responses.Response 0 content onlyhtml
        sanic.response.html 0
        webob.Response 0 body
        weasyprint.HTML string
        pdfkit.from_string 0
        pyramid.response.Response 0 body html
    """,
    "redirect-flow": """
        redirect 0 location to url
        HttpResponseRedirect 0 redirect_to
        HttpResponsePermanentRedirect 0 redirect_to
        RedirectResponse 0 url
        HTTPFound 0 location
        HTTPSeeOther 0 location
        HTTPTemporaryRedirect 0 location
        HTTPMovedPermanently 0 location
        ~^self$.redirect 0 url
        sanic.response.redirect 0
    """,
    "header-flow": """
        ~response.*headers$|resp.headers$|^res.headers$.add 1
        ~response.*headers$|resp.headers$|^res.headers$.set 1
        ~response.*headers$|resp.headers$|^res.headers$.append 1
        ~resp|^self$.set_header 1
        ~resp|^self$.add_header 1
        ~^self$.send_header 1
    """,
    "fields-flow": """
        ~[.]objects$.create **
        ~[.]objects$.update_or_create ** defaults
        ~[.]objects[.]\\w+[(].update **
        ~__dict__$.update 0
        ~collection|mongo|db.insert_one 0
        setattr 1
    """,
    "lookup-flow": """
        ~[.]objects([.]\\w+[(].*)?$|(^|[._])(queryset|qs)$|get_queryset[(][)]$.filter **
        ~[.]objects([.]\\w+[(].*)?$|(^|[._])(queryset|qs)$|get_queryset[(][)]$.exclude **
        ~[.]objects$|(^|[._])(queryset|qs)$|get_queryset[(][)]$.get **
    """,
    "mail-flow": """
        *.sendmail 2 msg
    """,
    "formula-flow": """
        ~writer|csv.writerow 0 row
        ~writer|csv.writerows 0 rows
    """,
}
