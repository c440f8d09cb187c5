import ssl

import requests
from urllib3.util.ssl_ import create_urllib3_context

ctx = ssl.create_default_context()
# ruleid: tls-ciphers-weak
ctx.set_ciphers("RC4-SHA:DES-CBC3-SHA")
# ruleid: tls-ciphers-weak
ctx.set_ciphers("HIGH:aNULL")
# ruleid: tls-ciphers-weak
ctx.set_ciphers("DEFAULT:@SECLEVEL=0")
# ruleid: tls-ciphers-weak
create_urllib3_context(ciphers="ADH:LOW")
# ruleid: tls-ciphers-weak
requests.packages.urllib3.util.ssl_.DEFAULT_CIPHERS = "ECDHE+AESGCM:RC4"
# ok: tls-ciphers-weak
ctx.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
# ok: tls-ciphers-weak
ctx.set_ciphers("HIGH:!aNULL:!eNULL:!MD5:!RC4:!DES")
# ok: tls-ciphers-weak
create_urllib3_context(ciphers="DEFAULT@SECLEVEL=2")


# ruleid: tls-ciphers-weak
c_1.set_cipher_list("ADH-")


# ruleid: tls-ciphers-weak
m_1.DEFAULT_CIPHERS += "ADH-"
