import docker
import git
import kubernetes
import pycurl
import pymysql
import winrm

# ruleid: tls-client-unchecked
mqtt.tls_insecure_set(True)
# ruleid: tls-client-unchecked
git.Repo.clone_from(url, "x", config="http.sslVerify=false")
# ruleid: tls-client-unchecked
kubernetes.client.Configuration().verify_ssl = False
configuration = kubernetes.client.Configuration()
# ruleid: tls-client-unchecked
configuration.verify_ssl = False
# ruleid: tls-client-unchecked
a = docker.tls.TLSConfig(verify=False)
# ruleid: tls-client-unchecked
b = winrm.Session("host", server_cert_validation="ignore")
# ruleid: tls-client-unchecked
c = pymysql.connect(host="db", ssl_verify_cert=False)
# ruleid: tls-client-unchecked
curl.setopt(pycurl.SSL_VERIFYPEER, 0)
# ruleid: tls-client-unchecked
curl.setopt(pycurl.SSL_VERIFYPEER, False)
# ok: tls-client-unchecked
mqtt.tls_insecure_set(False)
# ok: tls-client-unchecked
git.Repo.clone_from(url, "x")
# ok: tls-client-unchecked
d = docker.tls.TLSConfig(verify=True)
# ok: tls-client-unchecked
curl.setopt(pycurl.SSL_VERIFYPEER, 1)


def by_switch(client, cert_reqs, retained):
    if cert_reqs != ssl.CERT_NONE:
        client.tls_insecure_set(False)
    else:
        # ok: tls-client-unchecked
        client.tls_insecure_set(True)
    if retained:
        # ruleid: tls-client-unchecked
        client.tls_insecure_set(True)
