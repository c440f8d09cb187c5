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
