import ldap
import ldap.filter
import ldap3
from flask import Flask, request
from ldap3.utils.conv import escape_filter_chars

app = Flask(__name__)


@app.route("/person")
def flask_person():
    name = request.args["name"]
    connection = ldap.initialize("ldaps://directory.example")
    # ruleid: ldap-filter-from-request
    connection.search_s("dc=example", ldap.SCOPE_SUBTREE, "(uid=%s)" % name)
    # ok: ldap-filter-from-request
    connection.search_s("dc=example", ldap.SCOPE_SUBTREE, "(uid=%s)" % ldap.filter.escape_filter_chars(name))
    # ok: ldap-filter-from-request
    connection.search_s("dc=example", ldap.SCOPE_SUBTREE, ldap.filter.filter_format("(uid=%s)", [name]))
    return "ok"


def django_person(request):
    conn = ldap3.Connection("directory.example")
    wanted = f"(&(objectClass=person)(cn={request.GET['cn']}))"
    # ruleid: ldap-filter-from-request
    conn.search("dc=example", wanted)
    # ok: ldap-filter-from-request
    conn.search("dc=example", f"(cn={escape_filter_chars(request.GET['cn'])})")
    # ruleid: ldap-filter-from-request
    conn.search(search_base="ou=" + request.GET["unit"] + ",dc=example", search_filter="(cn=*)")
    # ok: ldap-filter-from-request
    conn.search("dc=example", "(uidNumber=%d)" % int(request.GET["number"]))


@app.get("/person/{uid}")
async def fastapi_person(uid: str):
    server = ldap3.Connection("directory.example")
    # ruleid: ldap-filter-from-request
    server.search(search_base="dc=example", search_filter="(uid=" + uid + ")")
    # ok: ldap-filter-from-request
    return server.search(search_base="dc=example", search_filter="(uid=admin)")


def another_1(name):
    tainted = request.args["x"]
    # ruleid: ldap-filter-from-request
    ldap.search_st(base_1, scope_1, tainted)
    # ruleid: ldap-filter-from-request
    ldap.search_ext(base_1, scope_1, tainted)
    # ruleid: ldap-filter-from-request
    ldap.search_ext_s(base_1, scope_1, tainted)
    # ruleid: ldap-filter-from-request
    ldap.search_s(tainted)
    # ruleid: ldap-filter-from-request
    ldap.search_s(filterstr=tainted)
    # ruleid: ldap-filter-from-request
    ldap.paged_search(base_1, tainted)
    # ruleid: ldap-filter-from-request
    ldap3.Reader(ldap, d_1, tainted)
    # ruleid: ldap-filter-from-request
    ldap.simple_bind_s(tainted)
