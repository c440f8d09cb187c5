"""What is read of apt's words, of .debs and of changelogs, without an engine."""

from __future__ import annotations

import contextlib
import gzip
import io
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.pipeline.clones.packages import deb as reader
from secure_release.pipeline.clones.packages.apt_output import (
    Inst,
    Simulated,
    Unreadable,
    allowed,
    complaints,
    hashes,
    indexes,
    simulated,
)  # fmt: skip
from secure_release.pipeline.clones.packages.apt_units import units
from secure_release.pipeline.clones.packages.changelog import closed
from secure_release.pipeline.clones.packages.debversion import compare
from secure_release.pipeline.clones.packages.reboots import reboot

from .deb_repository import Deb, changelog, deb

DIST_UPGRADE = """\
NOTE: This is only a simulation!
Reading package lists...
Calculating upgrade...
The following packages will be REMOVED:
  old-one
The following packages have been kept back:
  held-one libheld2 (1.0 => 2.0)
  third
The following packages will be upgraded:
  libssl3
1 upgraded, 1 newly installed, 1 to remove and 2 not upgraded.
Remv old-one [1.0]
Inst libssl3 [3.0.11-1] (3.0.14-1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) [openssl:amd64 ]
Inst libssl3:i386 [3.0.11-1] (3.0.14-1 Debian-Security:12/oldstable-security [i386]) []
Inst fresh (1:1.0~rc1+b1 Debian Backports:/bookworm-backports [all])
Inst local [1] (2 localhost [all])
Conf libssl3 (3.0.14-1 Debian-Security:12/oldstable-security [amd64])
"""


def test_a_simulation_is_read_whole() -> None:
    found = simulated(DIST_UPGRADE)

    assert [(one.key, one.old, one.new, one.origins) for one in found.inst] == [
        ("libssl3:amd64", "3.0.11-1", "3.0.14-1", ("Debian:12.15/oldstable", "Debian-Security:12/oldstable-security")),
        ("libssl3:i386", "3.0.11-1", "3.0.14-1", ("Debian-Security:12/oldstable-security",)),
        ("fresh:all", "", "1:1.0~rc1+b1", ("Debian Backports:/bookworm-backports",)),
        ("local:all", "1", "2", ("localhost",)),
    ]
    assert (found.removed, found.kept) == (("old-one",), ("held-one", "libheld2", "third"))


@pytest.mark.parametrize("line", ["Inst", "Inst x", "Inst x [1]", "Inst x [1] (2", "Inst x (2 Debian:1/a)"])
def test_a_line_that_is_not_known_is_not_skipped(line: str) -> None:
    with pytest.raises(Unreadable):
        simulated(f"{line} \n")


@given(st.text())
def test_no_text_brings_the_parsers_down(text: str) -> None:
    with contextlib.suppress(Unreadable):
        simulated(text)
    assert len(complaints(text)) <= len(text.splitlines()) + text.count("\x85")
    indexes(text)
    hashes(text)
    closed(text, "1.0-1", "2.0-1")
    reader.fields(text)


@pytest.mark.parametrize(
    ("line", "complains"),
    [
        ("E: The repository 'http://x bookworm Release' does not have a Release file.", True),
        ("W: GPG error: http://x InRelease: The following signatures couldn't be verified", True),
        ("W: Failed to fetch http://x/InRelease  Could not resolve 'x'", True),
        ("W: Some index files failed to download. They have been ignored, or old ones used instead.", True),
        ("Err:1 http://x bookworm InRelease", True),
        ("W: A warning that nobody here has read", True),
        ("W: Target Packages (main/binary-amd64/Packages) is configured multiple times in /etc/apt/sources.list", False),
        ("W: http://x/InRelease: Key is stored in legacy trusted.gpg keyring (/etc/apt/trusted.gpg), see apt-key(8)", False),
        ("N: Skipping acquire of configured file", False),
        ("Ign:1 file:/repo ./ InRelease", False),
        ("Hit:1 http://x bookworm InRelease", False),
    ],
)
def test_only_warnings_that_take_nothing_from_the_lists_are_harmless(line: str, complains: bool) -> None:
    assert (complaints(f"Reading...\n{line}\n") == (line,)) is complains


@pytest.mark.parametrize(
    ("origins", "taken"),
    [
        (("Debian-Security:12/oldstable-security",), "Debian-Security:12/oldstable-security"),
        (("Ubuntu:22.04/jammy-updates", "Ubuntu:22.04/jammy-security"), "Ubuntu:22.04/jammy-security"),
        (("Debian:12.15/oldstable",), ""),
        ((), ""),
    ],
)
def test_the_origin_says_what_a_security_patch_is(origins: tuple[str, ...], taken: str) -> None:
    assert allowed(origins, ("*[Ss]ecurity*",)) == taken


WEIRD = st.text("0123456789abzAZ~+.-", max_size=12)
VERSION = st.builds(
    lambda epoch, head, rest, tail: f"{epoch}{head}{rest}{tail}",
    st.sampled_from(["", "", "0:", "1:"]), st.sampled_from("0123456789"), WEIRD, st.sampled_from(["", "-1", "-1+b1", "-0ubuntu1~22", "-1+deb12u2", "-0"]),
).filter(lambda version: not version.endswith("-"))  # an empty revision is no version  # fmt: skip


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is not on PATH")
@given(VERSION, VERSION)
def test_versions_are_ordered_as_dpkg_orders_them(one: str, other: str) -> None:
    def dpkg(relation: str) -> bool:
        return subprocess.run(["dpkg", "--compare-versions", one, relation, other], capture_output=True).returncode == 0

    assert (compare(one, other) < 0, compare(one, other) == 0, compare(one, other) > 0) == (dpkg("lt"), dpkg("eq"), dpkg("gt"))


@given(VERSION, VERSION, VERSION)
def test_the_order_of_versions_is_one(a: str, b: str, c: str) -> None:
    assert compare(a, b) == -compare(b, a)
    assert not (compare(a, b) <= 0 and compare(b, c) <= 0) or compare(a, c) <= 0


def test_a_number_of_any_length_is_compared() -> None:
    assert compare("1" + "0" * 5000, "9") > 0
    assert compare("0" * 5000 + "9", "9") == 0


ENTRIES = (
    ("1:2.0-3", "cve-2026-0003 and CVE-2026-00031, not XCVE-2026-9"),
    ("1:2.0-2", "Revert the fix of CVE-2026-0002."),
    ("1:2.0-1", "CVE-2025-1"),
    ("1:1.9-1", "CVE-2025-1999"),
)


@pytest.mark.parametrize(
    ("old", "new", "ids", "whole"),
    [
        pytest.param("1:2.0-1", "1:2.0-3", ("CVE-2026-0002", "CVE-2026-0003", "CVE-2026-00031"), True, id="two-entries"),
        pytest.param("1:2.0-2", "1:2.0-2", (), True, id="nothing-between"),
        pytest.param("1:1.0-1", "1:2.0-3", ("CVE-2025-1999", "CVE-2026-0002", "CVE-2026-0003", "CVE-2026-00031"), False, id="too-short"),
        pytest.param("1:2.0-1", "1:2.0-4", ("CVE-2026-0002", "CVE-2026-0003", "CVE-2026-00031"), False, id="of-another-version"),
        pytest.param("2.0-1", "1:2.0-1", ("CVE-2025-1999",), False, id="epoch"),
        pytest.param("1:1.9-1~bpo", "1:1.9-1", ("CVE-2025-1999",), False, id="tilde"),
    ],
)
def test_ids_are_those_of_the_entries_between(old: str, new: str, ids: tuple[str, ...], whole: bool) -> None:
    found = closed(changelog("acme", ENTRIES), old, new)

    assert (found.ids, found.whole) == (ids, whole)


@pytest.mark.parametrize("text", ["", "garbage", "acme 1.0 (no parentheses)\n"])
def test_a_changelog_without_entries_is_not_whole(text: str) -> None:
    assert closed(text, "1", "2").whole is False


@pytest.mark.parametrize("packed", ["gz", "xz", "zst"])
def test_a_deb_is_read_however_it_is_packed(tmp_path: Path, packed: str) -> None:
    one = Deb("acme", "1:2.0-1+b1", source="acme-src (1:2.0-1)", architecture="amd64", entries=ENTRIES, packed=packed)
    path = tmp_path / one.file
    path.write_bytes(deb(one))

    found = reader.control(path)
    assert (found.name, found.version, found.source, found.source_version) == ("acme:amd64", "1:2.0-1+b1", "acme-src", "1:2.0-1")
    assert found.file == "acme_1%3a2.0-1+b1_amd64.deb"
    assert reader.changelog(path, "acme") == changelog("acme-src", ENTRIES)


@pytest.mark.parametrize(
    ("one", "text"),
    [
        pytest.param(Deb("acme", "1", entries=None), None, id="none"),
        pytest.param(Deb("acme", "1", doc_link="libacme"), None, id="doc-folder-is-a-link"),
        pytest.param(Deb("acme", "1", entries=None, files={"/usr/share/doc/acme/changelog": "native\n"}), "native\n", id="not-packed"),
        pytest.param(Deb("acme", "1", entries=None, files={"/usr/share/doc/other/changelog.Debian": "x"}), None, id="of-another"),
    ],
)
def test_a_changelog_is_the_packages_own_or_none(tmp_path: Path, one: Deb, text: str | None) -> None:
    (tmp_path / "x.deb").write_bytes(deb(one))

    assert reader.changelog(tmp_path / "x.deb", "acme") == text


def spoiled() -> dict[str, bytes]:
    whole = deb(Deb("acme", "1", entries=ENTRIES))
    return {
        "empty": b"",
        "text": b"<html>not found</html>",
        "cut": whole[:-200],
        "unknown-packing": whole.replace(b"data.tar.gz", b"data.tar.qq"),
        "negative-size": whole[:8] + whole[8:56] + b"-5        "[:10] + whole[66:],
        "no-control": whole.replace(b"control.tar.gz", b"cXntrol.tar.gz"),
        "tar-of-noise": whole[:8] + b"data.tar        0           0     0     100644  64        `\n" + bytes(range(64)),
    }


@pytest.mark.parametrize("how", spoiled())
def test_a_spoiled_deb_is_told(tmp_path: Path, how: str) -> None:
    path = tmp_path / "x.deb"
    path.write_bytes(spoiled()[how])

    with pytest.raises(reader.BadDeb, match=r"x\.deb"):
        reader.control(path)
        reader.changelog(path, "acme")


def test_a_deb_that_unpacks_without_end_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHANGELOG_BYTES", 1000)
    (tmp_path / "x.deb").write_bytes(deb(Deb("acme", "1", entries=(("1", "x" * 2000),))))

    with pytest.raises(reader.BadDeb, match="larger than 1000 bytes"):
        reader.changelog(tmp_path / "x.deb", "acme")


@given(st.binary(max_size=400), st.integers(0, 2000))
def test_no_bytes_bring_the_reader_down(noise: bytes, where: int) -> None:
    whole = deb(Deb("acme", "1", entries=ENTRIES))
    where %= len(whole)
    path = Path("/dev/shm") / "secure-release-test.deb"  # one file, written anew for each example
    path.write_bytes(whole[:where] + noise + whole[where + len(noise) :])
    try:
        reader.control(path)
        reader.changelog(path, "acme")
    except reader.BadDeb:
        pass


def inst(name: str, old: str = "1", origin: str = "s") -> Inst:
    return Inst(name, old, "2", (origin,), "all")


@pytest.mark.parametrize(
    ("needs", "sets", "refused"),
    [
        pytest.param({}, [["a1", "a2"], ["b1"], ["c1"]], {}, id="apart"),
        pytest.param({"a": ["b1"]}, [["a1", "a2", "b1"], ["c1"]], {}, id="one-needs-the-other"),
        pytest.param({"a": ["b1"], "b": ["c1"]}, [["a1", "a2", "b1", "c1"]], {}, id="a-chain"),
        pytest.param({"a": ["new"], "c": ["new"]}, [["a1", "a2", "c1", "new"], ["b1"]], {}, id="both-need-a-third"),
        pytest.param({"b": "E: broken"}, [["a1", "a2"], ["c1"]], {"b": "E: broken"}, id="one-can-not-go-in"),
        pytest.param({"b": ("x",)}, [["a1", "a2"], ["c1"]], {"b": "it would remove x"}, id="one-removes"),
    ],
)
def test_units_are_what_apt_installs_together(needs: dict[str, object], sets: list[list[str]], refused: dict[str, str]) -> None:
    roots = tuple(map(inst, ("a1", "b1", "a2", "c1")))

    def closure(ones: Sequence[Inst]) -> Simulated | str:
        need = needs.get(ones[0].name[0], [])
        if isinstance(need, str):
            return need
        if isinstance(need, tuple):
            return Simulated(tuple(ones), need, ())
        assert isinstance(need, list)
        return Simulated((*ones, *map(inst, need)), (), ())

    found, why = units(roots, lambda one: one.name[0], closure)

    assert sorted([one.name for one in each] for each in found) == sets
    assert why == refused


@pytest.mark.parametrize(
    ("name", "told"),
    [("linux-image-6.1.0-40-amd64", True), ("intel-microcode", True), ("libc6", True), ("dbus", True), ("systemd", True), ("openssl", False), ("libc6-dev", False)],
)
def test_what_takes_a_reboot_is_told(name: str, told: bool) -> None:
    assert [line.startswith(f"{name} is ") for line in reboot((name, name))] == ([True] if told else [])


def test_a_fixture_is_a_deb_that_dpkg_reads(tmp_path: Path) -> None:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not on PATH")
    one = Deb("acme", "1:2.0-1", entries=ENTRIES, files={"/usr/bin/acme": "x"}, postinst="#!/bin/sh\n", conffiles=("/etc/x",))
    (tmp_path / one.file).write_bytes(deb(replace(one, conffiles=())))

    said = subprocess.run(["dpkg-deb", "--info", str(tmp_path / one.file)], capture_output=True, check=True).stdout
    listed = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(tmp_path / one.file)], capture_output=True, check=True).stdout

    assert b"Version: 1:2.0-1" in said
    with tarfile.open(fileobj=io.BytesIO(listed)) as tar:
        inside = tar.extractfile("./usr/share/doc/acme/changelog.Debian.gz")
        assert inside is not None and gzip.decompress(inside.read()).decode() == changelog("acme", ENTRIES)
