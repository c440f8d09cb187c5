import ldap
from ldap.filter import escape_filter_chars

CLASS = "person"


def find(connection, name):
    # ruleid: ldap-filter-built-from-string
    connection.search_s("dc=example", ldap.SCOPE_SUBTREE, f"(uid={name})")
    wanted = "(&(objectClass=person)(uid=%s))" % name
    # ruleid: ldap-filter-built-from-string
    connection.search_s("dc=example", ldap.SCOPE_SUBTREE, wanted)
    # ruleid: ldap-filter-built-from-string
    connection.search(search_base="dc=example", search_filter="(uid={})".format(name))
    # ok: ldap-filter-built-from-string
    connection.search_s("dc=example", ldap.SCOPE_SUBTREE, f"(uid={escape_filter_chars(name)})")
    # ok: ldap-filter-built-from-string
    connection.search_s("dc=example", ldap.SCOPE_SUBTREE, f"(objectClass={CLASS})")
    # ok: ldap-filter-built-from-string
    connection.search_s("dc=example", ldap.SCOPE_SUBTREE, "(uid=admin)")


def another_1(name):
    tainted = "(uid=%s)" % name
    # ruleid: ldap-filter-built-from-string
    ldap.search_st(base_1, scope_1, tainted)
    # ruleid: ldap-filter-built-from-string
    ldap.search_ext(base_1, scope_1, tainted)
    # ruleid: ldap-filter-built-from-string
    ldap.search_ext_s(base_1, scope_1, tainted)
    # ruleid: ldap-filter-built-from-string
    ldap.search_s(tainted)
    # ruleid: ldap-filter-built-from-string
    ldap.search_s(filterstr=tainted)
    # ruleid: ldap-filter-built-from-string
    ldap.search(search_base=tainted)
    # ruleid: ldap-filter-built-from-string
    ldap.search(base_1, tainted)
    # ruleid: ldap-filter-built-from-string
    ldap.paged_search(base_1, tainted)
    # ruleid: ldap-filter-built-from-string
    ldap3.Reader(ldap, d_1, tainted)
    # ruleid: ldap-filter-built-from-string
    ldap.simple_bind_s(tainted)


def cleaned(connection, name):
    # ok: ldap-filter-built-from-string
    connection.search_s("dc=x", 2, re.sub("[^a-z]", "", "(uid=%s)" % name))
    # ok: ldap-filter-built-from-string
    connection.search_s("dc=x", 2, escape_filter_chars("(uid=%s)" % name))
