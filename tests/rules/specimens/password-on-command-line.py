import os
import subprocess


def dump(user, password, config):
    # ruleid: password-on-command-line
    subprocess.run(["mysqldump", "-u", user, f"-p{password}", "shop"], check=True)
    # ruleid: password-on-command-line
    subprocess.check_call(["tool", "--password", config["password"]])
    # ruleid: password-on-command-line
    subprocess.run(["curl", "-u", user + ":" + password], check=True)


def good(user, password, path, password_file):
    # ok: password-on-command-line
    subprocess.run(["mysqldump", "-u", user, "shop"], env={**os.environ, "MYSQL_PWD": password}, check=True)
    # ok: password-on-command-line
    subprocess.run(["tool", "--password-file", password_file], check=True)
    # ok: password-on-command-line
    subprocess.run(["tool", "-p", path], input=password, text=True, check=True)


# ruleid: password-on-command-line
asyncio.create_subprocess_exec(passwd)


# ruleid: password-on-command-line
subprocess.f_1(f"text {passwd}...")


# ruleid: password-on-command-line
os.system(f"text {passwd}...")


def joined(password):
    # ruleid: password-on-command-line
    subprocess.run(["mysql", "-p" + password])
