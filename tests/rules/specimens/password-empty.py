import os

import ldap
import psycopg2
import pymysql

# ruleid: password-empty
a = psycopg2.connect(host="db", user="root", password="")
# ruleid: password-empty
b = pymysql.connect("db", "root", "")
directory = ldap.initialize("ldaps://ldap.example.org")
# ruleid: password-empty
directory.simple_bind_s("cn=reader", "")
# ok: password-empty
c = psycopg2.connect(host="db", user="shop", password=os.environ["DB_PASSWORD"])
# ok: password-empty
d = pymysql.connect("db", "shop", os.environ["DB_PASSWORD"])
# ok: password-empty
directory.simple_bind_s("cn=reader", os.environ["LDAP_PASSWORD"])
# ok: password-empty
form = dict(password="")


# ruleid: password-empty
m_1.connect(passwd="")


# ruleid: password-empty
m_1.create_pool(password="")


# ruleid: password-empty
MySQLdb.connect(h_1, u_1, "")


# ruleid: password-empty
l_1.simple_bind(dn_1, "")


# ruleid: password-empty
l_1.bind_s(dn_1, "")


# ruleid: password-empty
ldap3.Connection(authentication=ldap3.ANONYMOUS)
