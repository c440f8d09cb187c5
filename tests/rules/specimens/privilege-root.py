import os
import subprocess


def weak(client):
    # ruleid: privilege-root
    os.setuid(0)
    # ruleid: privilege-root
    subprocess.run(["backup"], user="root", check=True)
    # ruleid: privilege-root
    client.containers.run("shop", privileged=True)


def wrong_order(uid, gid):
    # ruleid: privilege-root
    os.setuid(uid)
    os.setgid(gid)


def good(client, uid, gid):
    # ok: privilege-root
    os.setgid(gid)
    # ok: privilege-root
    os.setuid(uid)
    # ok: privilege-root
    subprocess.run(["backup"], user="shop", check=True)
    # ok: privilege-root
    client.containers.run("shop", cap_add=["NET_BIND_SERVICE"])


# ruleid: privilege-root
os.seteuid(0)


# ruleid: privilege-root
os.setgid(0)


# ruleid: privilege-root
os.setegid(0)


# ruleid: privilege-root
os.setreuid(0, 0)


# ruleid: privilege-root
os.setresuid(0, 0, 0)


# ruleid: privilege-root
subprocess.f_1(user=0)


# ruleid: privilege-root
c_1.containers.create(privileged=True)


# ruleid: privilege-root
c_1.create_host_config(privileged=True)


# ruleid: privilege-root
subprocess.f_1(["docker", "--privileged"])


def engine(client):
    # ruleid: privilege-root
    client.containers.run("i", volumes={"/var/run/docker.sock": {"bind": "/var/run/docker.sock"}})
    # ruleid: privilege-root
    client.containers.create("i", volumes=["/var/run/docker.sock:/var/run/docker.sock"])
    # ok: privilege-root
    client.containers.run("i", volumes={"/srv/data": {"bind": "/data"}})
