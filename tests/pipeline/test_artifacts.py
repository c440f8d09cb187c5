"""A file says by its name which patch it carries; what came along is told apart from what belongs to a patch."""

from __future__ import annotations

import pytest

from secure_release.pipeline.clones.artifacts import carries, newcomers
from secure_release.pipeline.patching import Applied, Kind, Member, Patch


def os_patch(kind: Kind, source: str, fixed: str, *names: str) -> Patch:
    return Patch(kind, source, "1", fixed, (), (), tuple(Member("web", name, "1", fixed) for name in names), "Security")


FLASK = Patch(Kind.PYTHON, "flask-login", "1.0", "2.0", (), (), (), "")
OPENSSL = os_patch(Kind.DEB, "openssl", "3.0.15-1~deb12u1", "libssl3:amd64", "openssl")
PERL = os_patch(Kind.DEB, "perl", "1:5.36.0-7+deb12u1", "perl-base")
MUSL = os_patch(Kind.APK, "musl", "1.2.4-r3", "musl", "musl-utils")
RPM = os_patch(Kind.RPM, "openssl", "1:3.0.7-27.el9", "openssl-libs")


@pytest.mark.parametrize(
    ("file", "patch", "its"),
    [
        ("flask_login-2.0-py3-none-any.whl", FLASK, True),
        ("Flask_Login-2.0.0.tar.gz", FLASK, True),
        ("flask_login-2.1-py3-none-any.whl", FLASK, False),
        ("flask-2.0-py3-none-any.whl", FLASK, False),
        ("libssl3_3.0.15-1~deb12u1_amd64.deb", OPENSSL, True),
        ("libssl3_3.0.15-1~deb12u1.1_amd64.deb", OPENSSL, False),
        ("libssl3t64_3.0.15-1~deb12u1_amd64.deb", OPENSSL, False),
        ("perl-base_1%3a5.36.0-7+deb12u1_amd64.deb", PERL, True),
        ("perl-base_5.36.0-7+deb12u1_amd64.deb", PERL, True),
        ("musl-utils-1.2.4-r3.apk", MUSL, True),
        ("musl-1.2.4-r31.apk", MUSL, False),
        ("openssl-libs-3.0.7-27.el9.x86_64.rpm", RPM, True),
        ("libssl3_3.0.15-1~deb12u1_amd64.deb", FLASK, False),
        ("flask_login-2.0-py3-none-any.whl", OPENSSL, False),
        ("not-a-wheel.whl", FLASK, False),
        ("README", FLASK, False),
    ],
)  # fmt: skip
def test_a_file_belongs_to_the_patch_of_its_name_and_version(file: str, patch: Patch, its: bool) -> None:
    assert carries(file, patch) is its


def test_only_a_distribution_that_nobody_asked_for_is_a_newcomer() -> None:
    changed = (
        "blinker (new) -> 1.9",
        "web: itsdangerous (new) -> 2.2",
        "web: libssl3 (new) -> 3.0.15-1~deb12u1",  # a sibling out of the same source package
        "click 8.0 -> 8.1",
        "flask-login (new) -> 2.0",
    )
    files = ("blinker-1.9-py3-none-any.whl", "itsdangerous-2.2-py3-none-any.whl", "libssl3_3.0.15-1~deb12u1_amd64.deb")
    applied = Applied(changed, tuple((file, "a" * 64) for file in (*files, "flask_login-2.0-py3-none-any.whl")), (), ())

    assert [(patch.id, patch.kind) for patch in newcomers(applied, [FLASK, OPENSSL])] == [
        ("blinker (new) -> 1.9", Kind.PYTHON),
        ("itsdangerous (new) -> 2.2 (web)", Kind.PYTHON),
    ]
