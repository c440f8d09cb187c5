"""Whoever else could read or replace the backups is named."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from secure_release.checks import Severity
from secure_release.pipeline.backups import exposure as room
from secure_release.pipeline.backups.exposure import Exposed, exposure
from secure_release.pipeline.backups.web_roots import Served, served

from .vaults import ACL, ROOT, House

HIGH, MEDIUM = Severity.HIGH, Severity.MEDIUM


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "house")
    house.fill()
    house.vault().take("run", "c" * 40)
    return house


def found(house: House, **changed: object) -> set[tuple[str, Severity]]:
    told = {
        "repository": house.repository,
        "sources": (house.root / "data",),
        "recipients_file": house.root / "keys/recipients.txt",
        "identity": house.identity,
        "served": (),
        **changed,
    }
    return {(f.rule, f.severity) for f in exposure(Exposed(**told))}  # type: ignore[arg-type]


def test_a_private_repository_has_no_finding(house: House) -> None:
    assert found(house) == set()


def one_file(house: House) -> Path:
    return next(path for path in (house.repository / "generations").rglob("*.age"))


OPEN: dict[str, tuple[Callable[[House], object], str, Severity]] = {
    "repository readable by all": (lambda h: h.repository.chmod(0o755), "backup-readable", HIGH),
    "repository readable by the group": (lambda h: h.repository.chmod(0o750), "backup-readable", HIGH),
    "a generation readable": (lambda h: one_file(h).parent.chmod(0o711), "backup-readable", HIGH),
    "an archive readable": (lambda h: one_file(h).chmod(0o644), "backup-readable", HIGH),
    "the ledger writable": (lambda h: (h.repository / "ledger.jsonl").chmod(0o602), "backup-readable", HIGH),
    "the work folder open": (lambda h: (h.repository / "work").chmod(0o777), "backup-readable", HIGH),
    "the pending folder open": (lambda h: (h.repository / "pending").chmod(0o755), "backup-readable", HIGH),
    "a file of another tool": (lambda h: other_tool(h), "backup-readable", HIGH),  # noqa: PLW0108 - defined below
    "parent writable by all": (lambda h: h.root.chmod(0o777), "backup-parent-writable", HIGH),
    "key readable by the group": (lambda h: h.identity.chmod(0o640), "backup-key-readable", HIGH),
    "key readable by all": (lambda h: h.identity.chmod(0o604), "backup-key-readable", HIGH),
    "recipients writable": (lambda h: (h.root / "keys/recipients.txt").chmod(0o666), "backup-recipients-writable", HIGH),
}
IF_ROOT: dict[str, tuple[Callable[[House], object], str, Severity]] = {
    "repository of another user": (lambda h: os.chown(h.repository, 4242, -1), "backup-owner", HIGH),
    "an archive of another user": (lambda h: os.chown(one_file(h), 4242, -1), "backup-owner", HIGH),
    "parent of another user": (lambda h: os.chown(h.root, 4242, -1), "backup-parent-owner", MEDIUM),
    "parent writable by a group": (lambda h: given_to_group(h.root), "backup-parent-writable", MEDIUM),
    "an ACL lets somebody in": (lambda h: let_in(one_file(h)), "backup-readable", HIGH),
}


def other_tool(house: House) -> None:
    (house.repository / "generations/dump.sql").write_text("plain")
    (house.repository / "generations/dump.sql").chmod(0o644)


def given_to_group(path: Path) -> None:
    os.chown(path, -1, 4242)
    path.chmod(0o775)


def let_in(path: Path) -> None:
    os.setxattr(path, "system.posix_acl_access", ACL)


@pytest.mark.parametrize(("make", "rule", "severity"), OPEN.values(), ids=OPEN.keys())
def test_what_is_open_is_found(house: House, make: Callable[[House], object], rule: str, severity: Severity) -> None:
    make(house)

    assert (rule, severity) in found(house)


@pytest.mark.parametrize(("make", "rule", "severity"), IF_ROOT.values(), ids=IF_ROOT.keys())
def test_what_belongs_to_others_is_found(house: House, make: Callable[[House], object], rule: str, severity: Severity) -> None:
    if not ROOT:
        pytest.skip("only root can give a file away")
    make(house)

    assert (rule, severity) in found(house)


def test_a_sticky_folder_above_is_no_finding(house: House) -> None:
    house.root.chmod(0o1777)

    assert found(house) == set()
    assert Path(tempfile.gettempdir()).stat().st_mode & 0o1000


def test_places_that_are_served_or_backed_up_are_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    served = house.root / "public_html/backups"
    served.mkdir(parents=True, mode=0o700)
    monkeypatch.setattr(room, "WEB_ROOTS", (house.root / "www",))
    (house.root / "www/x").mkdir(parents=True, mode=0o700)
    (house.root / "www/x").chmod(0o700)

    assert ("backup-in-web-root", HIGH) in found(house, repository=served)
    assert ("backup-in-web-root", HIGH) in found(house, repository=house.root / "www/x")
    assert ("backup-in-source", HIGH) in found(house, sources=(house.root,))


SERVERS = {
    "nginx": "server {\n    listen 80;\n    root   PLACE;\n}",
    "nginx, in one line": "location /files/ { alias PLACE/; }",
    "nginx, in quotes": "root 'PLACE';",
    "nginx, with a variable": "root PARENT/$host;",
    "apache": '<VirtualHost *:80>\n  DocumentRoot "PLACE"\n</VirtualHost>',
    "apache, by an alias": "Alias /files PLACE",
    "apache, by hosts": "VirtualDocumentRoot PARENT/%0",
    "lighttpd": 'server.document-root = "PLACE"',
    "caddy": "example.com\nroot * PLACE\nfile_server",
}
SILENT = {
    "a comment": "# root PLACE;",
    "a comment behind": "listen 80; # root PLACE;",
    "another folder": "root /srv/elsewhere;",
    "a folder beside": "root PLACE-old;",
    "a log": "access_log PLACE/access.log;",
}


@pytest.mark.parametrize(("text", "open"), [*((text, True) for text in SERVERS.values()), *((text, False) for text in SILENT.values())], ids=[*SERVERS, *SILENT])
def test_what_a_web_server_is_told_to_serve_is_read(house: House, text: str, open: bool) -> None:
    (house.root / "etc/sites-enabled").mkdir(parents=True)
    (house.root / "etc/sites-enabled/shop").write_text(text.replace("PLACE", str(house.root)).replace("PARENT", str(house.root.parent)))

    said = served([house.root / "etc", house.root / "nothing"], house.root)

    assert (("backup-in-web-root", HIGH) in found(house, served=said)) is open


def test_what_is_included_from_elsewhere_is_read_too(house: House) -> None:
    (house.root / "etc").mkdir()
    (house.root / "sites").mkdir()
    (house.root / "etc/nginx.conf").write_text(f"http {{\n  include {house.root}/sites/*.conf;\n}}")
    (house.root / "sites/shop.conf").write_text(f"root {house.root};\ninclude {house.root}/etc/*.conf;")

    (said,) = served([house.root / "etc"], house.root)

    assert (said.said_in.name, said.holds(house.repository)) == ("shop.conf", True)


COMPOSED = {
    "the folder itself": ("- .:/usr/share/nginx/html:ro", True),
    "short": ("- ./:/usr/share/nginx/html:ro", True),
    "long": ("- {type: bind, source: ., target: /var/www/html}", True),
    "from the root": ("- HERE:/usr/local/apache2/htdocs/shop", True),
    "a folder that is not served": ("- .:/app", False),
    "a folder beside": ("- ./static:/usr/share/nginx/html", False),
    "a named volume": ("- static:/usr/share/nginx/html", False),
    "no list": ("{a: b}", False),
    "no YAML": ("- [", False),
}


@pytest.mark.parametrize(("volumes", "open"), COMPOSED.values(), ids=COMPOSED.keys())
def test_what_the_compose_file_puts_where_an_image_serves_from_is_read(house: House, volumes: str, open: bool) -> None:
    text = f"services:\n  web:\n    image: nginx\n    volumes:\n      {volumes}\n  db: {{image: postgres}}\n"
    (house.root / "compose.yaml").write_text(text.replace("HERE", str(house.root)))

    said = served([], house.root)

    assert [each.said_in.name for each in said if each.holds(house.repository)] == (["compose.yaml"] if open else [])


def test_a_key_in_a_web_root_is_found(house: House) -> None:
    told = (Served(str(house.root / "keys"), house.root / "nginx.conf"),)

    (one,) = (f for f in exposure(Exposed(house.repository, (), None, house.identity, told)))

    assert (one.rule, one.severity) == ("backup-in-web-root", HIGH)
    assert f"The key of all backups lies where a web server may serve them, as {house.root}/nginx.conf says" in one.message


def test_a_key_beside_its_backups_is_found(house: House) -> None:
    beside = house.repository / "identity.txt"
    beside.write_bytes(house.identity.read_bytes())
    beside.chmod(0o600)

    assert found(house, identity=beside) == {("backup-key-beside-backups", HIGH)}


def test_each_finding_has_a_remedy_and_a_fingerprint_of_its_own(house: House) -> None:
    for path in (house.repository / "generations").rglob("*.age"):
        path.chmod(0o644)

    findings = exposure(Exposed(house.repository, (), None, None, ()))

    assert len(findings) == 4
    assert len({f.fingerprint for f in findings}) == 4
    assert all(f.fix and f.check == "backup" for f in findings)
