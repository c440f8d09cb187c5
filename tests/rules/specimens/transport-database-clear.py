import ldap
import ldap3
import mysql.connector
import psycopg2

# ruleid: transport-database-clear
a = mysql.connector.connect(host="db", ssl_disabled=True)
# ruleid: transport-database-clear
b = psycopg2.connect(host="db", sslmode="disable")
# ruleid: transport-database-clear
OPTIONS = {"sslmode": "allow"}
# ruleid: transport-database-clear
c = psycopg2.connect("host=db user=u sslmode=disable")
# ruleid: transport-database-clear
DSN = "postgresql://db/main?sslmode=disable"


def clear():
    # ruleid: transport-database-clear
    a = ldap3.Server("ldap://dc.example.com")
    # ruleid: transport-database-clear
    b = ldap.initialize("ldap://dc.example.com")
    return a, b


# ok: transport-database-clear
f = psycopg2.connect(host="db", sslmode="verify-full")
# ok: transport-database-clear
h = psycopg2.connect("host=localhost sslmode=disable")


def upgraded():
    # ok: transport-database-clear
    connection = ldap.initialize("ldap://dc.example.com")
    connection.start_tls_s()


def upgraded_later():
    # ok: transport-database-clear
    server = ldap3.Server("ldap://dc.example.com")
    both = ldap3.Connection(server)
    both.start_tls()


def encrypted():
    # ok: transport-database-clear
    return ldap3.Server("ldaps://dc.example.com")


class Unprotected:
    # ruleid: transport-database-clear
    AUTH_LDAP_SERVER_URI = "ldap://dc.example.com"


class Upgraded:
    AUTH_LDAP_START_TLS = True
    # ok: transport-database-clear
    AUTH_LDAP_SERVER_URI = "ldap://dc.example.com"
