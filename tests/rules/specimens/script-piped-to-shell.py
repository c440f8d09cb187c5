import os
import subprocess


def install(connection, ssh):
    # ruleid: script-piped-to-shell
    os.system("curl -fsSL https://example.com/install.sh | sh")
    # ruleid: script-piped-to-shell
    os.popen("wget -qO- https://example.com/i.sh | sudo bash")
    # ruleid: script-piped-to-shell
    subprocess.run("curl https://example.com/x.py | python3", shell=True)
    # ruleid: script-piped-to-shell
    subprocess.check_output("curl https://example.com/x.sh | bash", shell=True)
    # ruleid: script-piped-to-shell
    connection.run("pip install --index-url http://pypi.example.com/simple pkg")
    # ruleid: script-piped-to-shell
    ssh.exec_command("pip3 install http://example.com/a.whl")
    # ok: script-piped-to-shell
    os.system("curl -o install.sh https://example.com/install.sh")
    # ok: script-piped-to-shell
    connection.run("pip install requests")
    # ok: script-piped-to-shell
    subprocess.run(["curl", "-o", "a", "https://example.com"])
