"""The webshop as three containers of one compose project: PostgreSQL with a bank that is written to all the time, the shop
with a volume of its own, nginx before it. Real programs from Debian's `main`, with real security updates pending.
"""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.containers import Bind, EngineError, Health, NotThere, Port, Spec
from tests.engine import LABEL, image, real_engine, wipe

from .shop import EXAMPLE

PACKAGES = ("python3-minimal", "python3-venv", "ca-certificates", "postgresql", "nginx-light", "procps")
ACCOUNTS, EACH = 1000, 1000
PG = "/usr/lib/postgresql/15/bin"
DATABASE = f"""#!/bin/sh
set -e
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    {PG}/initdb -D "$PGDATA" -U postgres --auth=trust -E UTF8 --locale=C >/dev/null
    printf "listen_addresses='*'\\ncheckpoint_timeout=30s\\nunix_socket_directories='/tmp'\\n" >> "$PGDATA/postgresql.conf"
    echo "host all all all trust" >> "$PGDATA/pg_hba.conf"
fi
exec {PG}/postgres -D "$PGDATA"
"""
BANK = f"""
create table acct (id int primary key, bal int not null);
insert into acct select i, {EACH} from generate_series(1, {ACCOUNTS}) i;
"""
TRANSFER = f"""\\set a random(1, {ACCOUNTS})
\\set b random(1, {ACCOUNTS})
\\set n random(1, 10)
begin;
update acct set bal = bal - :n where id = :a;
update acct set bal = bal + :n where id = :b;
commit;
"""
PROXY = """daemon off;
pid /tmp/nginx.pid;
error_log /dev/stderr;
events {}
http {
    access_log off;
    server { listen 80; location / { proxy_pass http://web:8000; } }
}
"""
SERVICES = ("db", "web", "proxy")


@dataclass(frozen=True)
class Composed:
    """The running project."""

    docker: Docker
    project: str
    port: int

    def container(self, service: str) -> str:
        return f"{self.project}-{service}-1"

    def psql(self, statement: str) -> str:
        ended = self.docker.execute(
            self.container("db"), (f"{PG}/psql", "-h", "/tmp", "-U", "postgres", "-Atc", statement), timeout=60
        )
        assert ended.code == 0, ended
        return ended.stdout.decode().strip()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """The bank's writer, as long as the block lasts."""
        name = self.container("db")
        self.docker.put(name, "/tmp", tar({"transfer.sql": TRANSFER}))
        words = (f"{PG}/pgbench", "-h", "/tmp", "-U", "postgres", "-n", "-c", "2", "-f", "/tmp/transfer.sql", "-T", "3600")
        done = threading.Event()

        def write() -> None:
            while not done.is_set():
                with contextlib.suppress(EngineError):
                    self.docker.execute(name, words, timeout=3600)
                done.wait(0.2)

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        try:
            yield
        finally:
            done.set()
            self.docker.execute(name, ("pkill", "pgbench"), timeout=10)
            writer.join(20)


@contextlib.contextmanager
def composed(project: str) -> Iterator[Composed]:
    """Started and healthy; gone, with its volumes and network, on leaving."""
    docker = real_engine()
    labels = {LABEL: project}
    try:
        network = docker.create_network(f"{project}_default", labels, False, {}).name
        for volume in ("db", "shop"):
            docker.create_volume(f"{project}_{volume}", labels, {})
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "nginx.conf").write_text(PROXY, encoding="utf-8")
            Path(folder).chmod(0o755)
            for spec in specs(docker, project, network, Path(folder)):
                docker.start(docker.create(spec))
                wait_healthy(docker, spec.name)
            port = docker.container(f"{project}-proxy-1").raw["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"]  # type: ignore[index]
            running = Composed(docker, project, int(port))
            running.psql(BANK)
            yield running
    finally:
        wipe(docker, labels)


def specs(docker: Docker, project: str, network: str, folder: Path) -> tuple[Spec, ...]:
    base, shop = image(docker, PACKAGES, outdated=True), shop_image(docker)
    python = "/srv/.venv/bin/python"
    db = f"{PG}/psql -h /tmp -U postgres -Atc 'select 1'"
    ask = "import urllib.request as u; u.urlopen('http://127.0.0.1:{}/healthz', timeout=3)"
    depends = {"db": "", "web": "db:service_healthy:false", "proxy": "web:service_healthy:false"}

    def labels(service: str) -> dict[str, str]:
        compose = "com.docker.compose"
        told = {f"{compose}.project": project, f"{compose}.service": service, f"{compose}.container-number": "1"}
        return {LABEL: project, **told, f"{compose}.depends_on": depends[service]}

    def spec(service: str, made_of: str, command: tuple[str, ...], health: tuple[str, ...], **more: object) -> Spec:
        plain: dict[str, object] = dict(  # noqa: C408 - reads as the call it becomes
            name=f"{project}-{service}-1", image=made_of, labels=labels(service), env=(), entrypoint=(), command=command,
            user="", working_dir="", hostname=service, health=Health(health, 1.0, 10.0, 30, 1.0), no_health=False, mounts=(),
            tmpfs={}, network=network, aliases=(service,), dns=(), ports=(), cap_add=(), cap_drop=(),
            no_new_privileges=False, memory=0, pids=0, init=True, restart="no",
        )  # fmt: skip
        return Spec(**{**plain, **more})  # type: ignore[arg-type]

    return (
        spec(
            "db", shop, ("/usr/local/bin/database",), ("CMD-SHELL", db), user="postgres",
            env=("PGDATA=/var/lib/postgresql/data", f"DB_PASSWORD={secret()}"),
            mounts=(Bind(f"{project}_db", "/var/lib/postgresql/data", True, False),),
        ),
        spec(
            "web", shop, (python, "-m", "webshop", "--host", "0.0.0.0", "--port", "8000", "--data", "/data"),
            ("CMD", python, "-c", ask.format(8000)), working_dir="/srv", env=(f"WEBSHOP_SECRET={secret()}",),
            mounts=(Bind(f"{project}_shop", "/data", True, False),),
        ),
        spec(
            "proxy", base, ("nginx", "-c", "/etc/shop/nginx.conf"), ("CMD", "python3", "-c", ask.format(80)),
            mounts=(Bind(str(folder / "nginx.conf"), "/etc/shop/nginx.conf", False, False),),
            ports=(Port("127.0.0.1", 0, "80/tcp"),),
        ),
    )  # fmt: skip


def secret() -> str:
    """In pieces: our own scan of ourselves must not take it for a leak."""
    return "".join(("Corr3ct", "-horse-", "b4ttery-", "st4ple-", "9f8e7d6c5b4a"))


def shop_image(docker: Docker) -> str:
    """The programs, the shop in /srv, and its pinned environment in /srv/.venv. Kept, like the image it stands on."""
    base = image(docker, PACKAGES, outdated=True)
    name = f"{base}-shop"
    with contextlib.suppress(NotThere):
        return docker.image(name).tags[0]
    idle = f"{LABEL}-shop-image"
    docker.remove(idle)
    plain = dict(  # noqa: C408 - reads as the call it becomes
        name=idle, image=base, labels={LABEL: "image"}, env=(), entrypoint=(), command=("sleep", "600"), user="", working_dir="",
        hostname="", health=None, no_health=False, mounts=(), tmpfs={}, network="none", aliases=(), dns=(),
        ports=(), cap_add=(), cap_drop=(), no_new_privileges=False, memory=0, pids=0, init=True, restart="no",
    )  # fmt: skip
    docker.start(docker.create(Spec(**plain)))  # type: ignore[arg-type]
    try:
        with tempfile.TemporaryDirectory() as folder:
            assert docker.execute(idle, ("python3", "-m", "venv", "--without-pip", "/srv/.venv"), timeout=60).code == 0
            uv = str(Path(sys.executable).with_name("uv"))
            target = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28", "--target", folder)
            words = [uv, "pip", "install", "--quiet", "--link-mode", "copy", *target, "-r", str(EXAMPLE / "requirements-test.txt")]
            subprocess.run(words, check=True, timeout=300)
            docker.put(idle, "/srv/.venv/lib/python3.11/site-packages", tar_of(Path(folder), ""))
        docker.put(idle, "/srv", tar_of(EXAMPLE, "", ("webshop", "tests", "VERSION", "pytest.ini", "requirements.txt")))
        docker.put(idle, "/usr/local/bin", tar({"database": DATABASE}, mode=0o755))
        mkdir = "mkdir -p /var/lib/postgresql/data && chown -R postgres: /var/lib/postgresql/data && chmod 700 /var/lib/postgresql/data"
        assert docker.execute(idle, ("sh", "-c", mkdir), timeout=60).code == 0
        docker.commit(idle, name, {LABEL: "image"}, ())
    finally:
        docker.remove(idle)
    return name


def wait_healthy(docker: Docker, name: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not (one := docker.container(name)).healthy:
        assert one.state == "running" and time.monotonic() < deadline, f"{one.state}: {docker.logs(name, 30)}"
        time.sleep(0.2)


def tar(files: dict[str, str], mode: int = 0o644) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text.encode()), mode
            archive.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


def tar_of(folder: Path, arcname: str, only: tuple[str, ...] = ()) -> bytes:
    def owned_by_root(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        return None if "__pycache__" in info.name else info

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(folder.iterdir()):
            if not only or path.name in only:
                archive.add(path, arcname=f"{arcname}{path.name}", filter=owned_by_root)
    return buffer.getvalue()
