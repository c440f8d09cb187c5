import asyncio
import subprocess


def log(repo, ref):
    # ruleid: argument-of-variable
    return subprocess.check_output(["git", "log", ref], cwd=repo)


async def clone(url):
    # ruleid: argument-of-variable
    await asyncio.create_subprocess_exec("git", "clone", url)


def grown(url, dest):
    args = ["git", "clone"]
    args += [url, dest]
    # ruleid: argument-of-variable
    subprocess.check_call(args)


def appended(host):
    args = ["ssh", "-v"]
    args.append(host)
    # ruleid: argument-of-variable
    subprocess.run(args)


def separated(url):
    # ok: argument-of-variable
    subprocess.run(["git", "clone", "--", url, "x"])


def ended(ref):
    # ok: argument-of-variable
    subprocess.run(["git", "log", "--end-of-options", ref])


async def separated_too(url):
    # ok: argument-of-variable
    await asyncio.create_subprocess_exec("git", "clone", "--", url)


def option(pattern):
    # ok: argument-of-variable
    subprocess.run(["grep", "-e", pattern])


def asked(ref):
    if ref.startswith("-"):
        raise ValueError(ref)
    # ok: argument-of-variable
    subprocess.run(["git", "log", ref])


def separated_list(url):
    args = ["git", "clone", "--"]
    args.append(url)
    # ok: argument-of-variable
    subprocess.run(args)


def constant():
    url = "https://x.example/r.git"
    # ok: argument-of-variable
    subprocess.run(["git", "clone", url])


def harmless(url):
    # ok: argument-of-variable
    subprocess.run(["echo", url])


def number(depth):
    # ok: argument-of-variable
    subprocess.run(["git", "log", depth])


def ended_list(ref):
    # ok: argument-of-variable
    subprocess.run(["git", "log", "--end-of-options", "x", ref])
