from fabric import Connection
from invoke import task


@task
def deploy(c, branch, folder):
    # ruleid: command-elsewhere-built
    c.run(f"git checkout {branch}")
    # ruleid: command-elsewhere-built
    c.run("git checkout %s" % branch)
    # ruleid: command-elsewhere-built
    c.run("git checkout " + branch)
    # ruleid: command-elsewhere-built
    c.run("git -C " + folder + " pull")
    # ruleid: command-elsewhere-built
    c.sudo("systemctl restart {}".format(branch))
    # ok: command-elsewhere-built
    c.run("git pull")
    # ok: command-elsewhere-built
    c.run(f"{PYTHON} -m pytest")
    # ok: command-elsewhere-built
    c.run("git checkout " + shlex.quote(branch))
    # ok: command-elsewhere-built
    window.run("git checkout " + branch)
