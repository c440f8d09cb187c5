"""The calls that must not get a client's text, as a table: one line for each, by weakness.

`owner.name arguments conditions`. The owner is a module or class (`os`), `*` for any object, `~words` for objects whose name or
class holds one of the words, or nothing for functions that people import by name. Arguments: positions, keywords, `@` for the object
itself, `**` for fields given by dictionary, `all` for every position, `0!` for the first element of a list (or a whole text).
Conditions: `if:shell` the keyword is true, `unless:x` it is given, `with:requests` the file imports one of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

TABLE: Mapping[str, str] = {
    "sql-flow": """
        *.execute 0 query statement sql operation
        *.executemany 0 query statement sql operation
        *.executescript 0 sql_script
        *.execute_sql 0 sql
        *.exec_driver_sql 0 statement
        *.mogrify 0
        *.fetchrow 0 query
        *.fetchval 0 query
        *.fetch_one 0 query
        *.fetch_all 0 query
        ~objects|queryset|manager.raw 0 raw_query
        RawSQL 0 sql
        ~objects|queryset|qs|filter|all|exclude.extra 0 where select tables order_by
        sqlalchemy.text 0 text
        sqlalchemy.sql.text 0 text
        sqlalchemy.sql.expression.text 0 text
        ~^db$|^sa$.text 0
        sqlalchemy.literal_column 0
        pandas.read_sql 0 sql
        pandas.read_sql_query 0 sql
        duckdb.sql 0
    """,
    "shell-flow": """
        os.system 0 command
        os.popen 0 cmd
        subprocess.getoutput 0 cmd
        subprocess.getstatusoutput 0 cmd
        subprocess.run 0 args if:shell
        subprocess.call 0 args if:shell
        subprocess.check_call 0 args if:shell
        subprocess.check_output 0 args if:shell
        subprocess.Popen 0 args if:shell
        asyncio.create_subprocess_shell 0 cmd
        asyncio.subprocess.create_subprocess_shell 0 cmd
        ~ssh|client|conn|remote.exec_command 0 command
        ~container.exec_run 0 cmd
        pexpect.spawn 0
        pexpect.run 0
        invoke.run 0
        fabric.api.run 0
        fabric.api.local 0
    """,
    "program-flow": """
        subprocess.run 0! args! unless:shell
        subprocess.call 0! args! unless:shell
        subprocess.check_call 0! args! unless:shell
        subprocess.check_output 0! args! unless:shell
        subprocess.Popen 0! args! unless:shell
        asyncio.create_subprocess_exec 0! program
        os.execv 0!
        os.execvp 0!
        os.execl 0!
        os.spawnl 1!
        os.spawnv 1!
        os.spawnlp 1!
        os.startfile 0!
    """,
    "code-flow": """
        eval 0
        exec 0
        compile 0 source
        builtins.eval 0
        builtins.exec 0
        ~interpreter|console.runsource 0
        ~console.push 0
        timeit.timeit 0 stmt
        cProfile.run 0
        runpy.run_path 0
        types.FunctionType 0
        pandas.eval 0
        ~^df$|frame.eval 0
        ~^df$|frame.query 0
        numexpr.evaluate 0
        sympy.sympify 0
        sympy.parsing.sympy_parser.parse_expr 0
        js2py.eval_js 0
    """,
    "import-flow": """
        importlib.import_module 0 name
        importlib.reload 0
        __import__ 0
        runpy.run_module 0
        pydoc.locate 0
        pkgutil.resolve_name 0
        django.utils.module_loading.import_string 0
        werkzeug.utils.import_string 0
        importlib.util.spec_from_file_location 1
        ctypes.CDLL 0
        ctypes.cdll.LoadLibrary 0
    """,
    "attribute-flow": """
        getattr 1
        operator.attrgetter 0
        operator.methodcaller 0
        methodcaller 0
        attrgetter 0
    """,
    "template-flow": """
        render_template_string 0 source
        jinja2.Template 0 source
        jinja2.sandbox.Template 0
        ~env|environment|jinja|engine|template.from_string 0 source unsandboxed
        mako.template.Template 0 text
        django.template.Template 0
        tornado.template.Template 0
        bottle.template 0
        bottle.SimpleTemplate 0
        chameleon.PageTemplate 0
        chevron.render 0
    """,
    "path-flow": r"""
        open 0 file
        io.open 0
        codecs.open 0
        aiofiles.open 0
        gzip.open 0
        bz2.open 0
        zipfile.ZipFile 0
        tarfile.open 0 name
        os.open 0
        os.remove 0
        os.unlink 0
        os.rmdir 0
        os.removedirs 0
        os.mkdir 0
        os.makedirs 0
        os.listdir 0
        os.scandir 0
        os.walk 0
        os.rename all
        os.replace all
        os.chmod 0
        os.symlink all
        os.stat 0
        glob.glob 0
        shutil.rmtree 0
        shutil.copy all
        shutil.copy2 all
        shutil.copyfile all
        shutil.copytree all
        shutil.move all
        send_file 0 path_or_file filename_or_fp
        send_from_directory 0 directory
        FileResponse 0 path filename_path
        ~response.file 0 location
        *.read_text @
        *.read_bytes @
        *.write_text @
        *.write_bytes @
        *.iterdir @
        ~file|upload|image|img|photo|avatar|pic|attach|sent|^f$|storage|figure|plt|workbook|^wb$|[.]FILES|files\[\].save 0 dst
        ~pathlib.unlink @
        ~pathlib.rmdir @
        ~pathlib.mkdir @
        ~pathlib.open @
        ~pathlib.glob @
        *.to_csv 0
        pandas.read_csv 0
        pandas.read_excel 0
        numpy.load 0
        linecache.getline 0
        ~configparser.read 0
        logging.FileHandler 0
        tempfile.NamedTemporaryFile dir
    """,
    "upload-flow": """
        *.save 0
        open 0 file
        io.open 0
        aiofiles.open 0
        os.rename 1
        shutil.move 1
        shutil.copy 1
        shutil.copyfile 1
        *.write_bytes @
        *.write_text @
        ~pathlib.open @
    """,
    "template-file-flow": """
        render_template 0
        django.shortcuts.render 1
        django.template.loader.render_to_string 0
        django.template.loader.get_template 0
        ~env|environment|jinja|engine|loader.get_template 0
        ~templates.TemplateResponse 0 name
        aiohttp_jinja2.render_template 0
    """,
    "url-flow": """
        requests.get 0 url
        requests.post 0 url
        requests.put 0 url
        requests.patch 0 url
        requests.delete 0 url
        requests.head 0 url
        requests.options 0 url
        requests.request 1 url
        httpx.get 0 url
        httpx.post 0 url
        httpx.put 0 url
        httpx.patch 0 url
        httpx.delete 0 url
        httpx.head 0 url
        httpx.stream 1 url
        httpx.request 1 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|urllib3.PoolManager|requests.sessions.get 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|requests.sessions.post 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|requests.sessions.put 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|requests.sessions.head 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|requests.sessions.delete 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|urllib3.PoolManager.request 1 url
        ~(^|[._])(client|http|session|sess|http_client|async_client|s)$.get 0 url with:requests,httpx,aiohttp,urllib3,tornado
        ~(^|[._])(client|http|session|sess|http_client|async_client|s)$.post 0 url with:requests,httpx,aiohttp,urllib3
        ~(^|[._])(client|http|session|sess|http_client|async_client|s)$.put 0 url with:requests,httpx,aiohttp,urllib3
        ~(^|[._])(client|http|session|sess|http_client|async_client|s)$.head 0 url with:requests,httpx,aiohttp,urllib3
        ~(^|[._])(client|http|session|sess|http_client|async_client|s|pool)$.request 1 url with:requests,httpx,aiohttp,urllib3
        ~(^|[._])(client|http_client|session)$.fetch 0 with:tornado
        urllib.request.urlopen 0 url
        urllib.request.Request 0 url
        urllib.request.urlretrieve 0 url
        urlopen 0 url
        urllib3.request 1 url
        aiohttp.request 1 url
        http.client.HTTPConnection 0 host
        http.client.HTTPSConnection 0 host
        socket.create_connection 0!
        asyncio.open_connection 0 host
        ftplib.FTP 0 host
        smtplib.SMTP 0 host
        xmlrpc.client.ServerProxy 0
        websockets.connect 0 uri
        wget.download 0
        feedparser.parse 0
        ~page|browser.goto 0 url
        pdfkit.from_url 0
        weasyprint.HTML url
        scrapy.Request 0 url
        git.Repo.clone_from 0
    """,
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
        make_response 0 html
        flask.Response 0 response html
        quart.Response 0 response html
        werkzeug.wrappers.Response 0 response html
        aiohttp.web.Response text body onlyhtml
        fastapi.Response 0 content onlyhtml
        starlette.responses.Response 0 content onlyhtml
        fastapi.responses.Response 0 content onlyhtml
        sanic.response.html 0
        webob.Response 0 body
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
    "unpickle-flow": """
        pickle.loads 0
        pickle.load 0
        pickle.Unpickler 0
        _pickle.loads 0
        cPickle.loads 0
        cPickle.load 0
        dill.loads 0
        dill.load 0
        cloudpickle.loads 0
        cloudpickle.load 0
        jsonpickle.decode 0
        jsonpickle.loads 0
        marshal.loads 0
        marshal.load 0
        shelve.open 0
        joblib.load 0
        pandas.read_pickle 0
        torch.load 0 unless:weights_only
        numpy.load 0 if:allow_pickle
        yaml.load 0 stream unsafeyaml
        yaml.load_all 0 stream unsafeyaml
        yaml.unsafe_load 0
        yaml.full_load 0
        yaml.unsafe_load_all 0
    """,
    "xml-flow": """
        lxml.etree.fromstring 0 text safeparser
        lxml.etree.parse 0 source safeparser
        lxml.etree.XML 0 safeparser
        lxml.etree.iterparse 0 safeparser
        lxml.objectify.fromstring 0 safeparser
        xml.etree.ElementTree.fromstring 0 text safeparser
        xml.etree.ElementTree.parse 0 source safeparser
        xml.etree.ElementTree.XML 0 safeparser
        xml.etree.ElementTree.iterparse 0 safeparser
        xml.dom.minidom.parseString 0 safeparser
        xml.dom.minidom.parse 0 safeparser
        xml.dom.pulldom.parseString 0 safeparser
        xml.dom.pulldom.parse 0 safeparser
        xml.sax.parseString 0 safeparser
        xml.sax.parse 0 safeparser
    """,
    "fields-flow": """
        ~[.]objects$.create **
        ~[.]objects$.update_or_create ** defaults
        ~[.]objects[.]\\w+[(].update **
        ~__dict__$.update 0
        ~collection|mongo|db.insert_one 0
        setattr 1
    """,
    "nosql-flow": r"""
        *.find_one 0 filter
        ~collection|mongo|^db[.]|[.]db[.]|\[\][.].find 0 filter
        *.aggregate 0 with:pymongo,motor,flask_pymongo,mongo,bson
        *.find_one_and_update 0 filter
        *.find_one_and_delete 0 filter
        *.update_one 0 filter
        *.update_many 0 filter
        *.delete_one 0 filter
        *.delete_many 0 filter
        *.count_documents 0 filter
    """,
    "ldap-flow": """
        *.search_s 0 2 base filterstr
        *.search_st 2 filterstr
        *.search_ext 2 filterstr
        *.search_ext_s 2 filterstr
        ~conn|ldap|^c$|server|client.search 1 search_filter search_base with:ldap3,ldap
        *.paged_search 1
        ldap3.Reader 2
        *.simple_bind_s 0 who
    """,
    "xpath-flow": """
        *.xpath 0
        ~tree|root|node|elem|doc|xml.findall 0
        ~tree|root|node|elem|doc|xml.iterfind 0
        ~tree|root|node|elem|doc|xml.findtext 0
        ~tree|root|node|elem|doc|xml.find 0
        lxml.etree.XPath 0
        lxml.etree.ETXPath 0
        elementpath.select 1
    """,
}
WORDS = frozenset({"html", "onlyhtml", "unsafeyaml", "safeparser", "unsandboxed"})  # conditions that `conditions.py` knows by name


class Sink(NamedTuple):
    rule: str
    name: str
    dotted: str  # the whole name, "" where the owner is looked at by `owner`
    owner: re.Pattern[str] | None  # None: any object
    bare: bool  # a function that people import by name
    arguments: tuple[str, ...]
    conditions: tuple[str, ...]


def _sink(rule: str, line: str) -> Sink:
    pattern, *words = line.split()
    conditions = tuple(word for word in words if ":" in word or word in WORDS)
    arguments = tuple(word for word in words if word not in conditions)
    owner, _, name = pattern.rpartition(".")
    if owner.startswith("~"):
        return Sink(rule, name, "", re.compile(owner[1:], re.IGNORECASE), False, arguments, conditions)
    dotted = "" if owner == "*" else pattern
    return Sink(rule, name, dotted, None, not owner, arguments, conditions)


def _rows() -> Iterator[Sink]:
    for rule, text in TABLE.items():
        for line in text.strip().splitlines():
            yield _sink(rule, line.strip())


def _by_name() -> Mapping[str, tuple[Sink, ...]]:
    names: dict[str, list[Sink]] = {}
    for sink in _rows():
        names.setdefault(sink.name, []).append(sink)
    return {name: tuple(sinks) for name, sinks in names.items()}


SINKS = _by_name()
