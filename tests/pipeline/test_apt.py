"""apt in a real engine, on a repository of our own: what is pending, what is installed, and every way in which it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.clones.packages.apt import Apt
from secure_release.pipeline.clones.packages.box import Box, box
from secure_release.pipeline.clones.packages.manager import Asked, Installed, Pending, Unit
from secure_release.pipeline.clones.packages.planning import Found, install_os, patches, plan_os
from secure_release.pipeline.patching import Kind, NotApplied, Patch, Plan
from secure_release.pipeline.release import ReleaseError

from ..engine import real_engine
from .deb_repository import Deb, repository
from .deb_world import NEW, SECURITY, TRUSTED, World, mark, publish, ran, sources, two, world

ORIGINS = ("*[Ss]ecurity*",)


@pytest.fixture(scope="module")
def debs() -> Iterator[World]:
    with world(real_engine()) as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def plan(debs: World, folder: Path) -> Plan:
    images = {"web": debs.image, "worker": debs.image}
    return plan_os(debs.docker, debs.mark, images, ORIGINS, folder, lambda _: None)


@pytest.fixture
def inside(debs: World) -> Iterator[Box]:
    """A box without network: the repositories lie in the image."""
    with box(debs.docker, debs.image, mark("deb-test"), network="none") as made:
        yield made


def patch(plan: Plan, name: str) -> Patch:
    return next(one for one in plan.patches if one.name == name)


def asked(folder: Path) -> Asked:
    return Asked("web", ORIGINS, folder)


def republished(inside: Box, folder: Path, *new: Deb, **fields: str) -> Pending:
    """What is pending when the security suite holds these."""
    publish(inside, "security", repository(new, {**SECURITY, **fields}))
    return Apt().pending(inside, asked(folder))


def test_every_patch_is_one_source_package_with_its_members_in_every_service(plan: Plan) -> None:
    found = patch(plan, "acme")

    assert [(m.service, m.name, m.installed, m.fixed) for m in found.members] == [
        ("web", "acme:all", "1:2.0-1", "1:2.0-1+sec2"),
        ("web", "libacme:amd64", "1:2.0-1", "1:2.0-1+sec2"),
        ("worker", "acme:all", "1:2.0-1", "1:2.0-1+sec2"),
        ("worker", "libacme:amd64", "1:2.0-1", "1:2.0-1+sec2"),
    ]
    assert (found.kind, found.installed, found.fixed, len(found.sha256)) == (Kind.DEB, "1:2.0-1", "1:2.0-1+sec2", 2)
    assert found.origin == "Debian-Security:12/oldstable-security"


@pytest.mark.parametrize(
    ("name", "holes"),
    [
        pytest.param("acme", ("CVE-2026-1001", "CVE-2026-1002", "CVE-2026-10003"), id="epoch-and-linked-doc-folder"),
        pytest.param("asker", ("CVE-2026-1201",), id="packed-with-xz"),
        pytest.param("rebuilt", ("CVE-2026-1301",), id="binary-rebuild"),
        pytest.param("quiet", (), id="security-origin-without-a-hole"),
        pytest.param("one-half+other-half", ("CVE-2026-1401", "CVE-2026-1402"), id="two-sources-that-need-each-other"),
        pytest.param("silent", (), id="no-changelog"),
    ],
)
def test_holes_are_read_from_the_changelogs_in_the_debs(plan: Plan, name: str, holes: tuple[str, ...]) -> None:
    assert set(patch(plan, name).holes) == set(holes)


def test_what_is_not_known_is_a_gap_and_what_is_not_tried_is_told(plan: Plan, folder: Path) -> None:
    reasons = {gap.subject: gap.reason for gap in plan.gaps}

    assert set(reasons) == {"web, worker: silent", "web, worker: kept:all"}
    assert "no package of it carries a changelog: nobody knows" in reasons["web, worker: silent"]
    assert "is held in web, worker: its update to 1.0-1+sec1" in reasons["web, worker: kept:all"]
    assert any("1 upgrades are from no security origin and are not tried: ordinary" in line for line in plan.sources)
    assert any("NOT signed" in line and "sha256" in line for line in plan.sources)
    assert {one.name for one in plan.patches}.isdisjoint({"kept", "ordinary"})
    assert {file.name for file in (folder / "debs").iterdir()} == {digest for one in plan.patches for digest in one.sha256}


def test_the_safe_subset_is_installed_and_nothing_else(plan: Plan, folder: Path, inside: Box) -> None:
    chosen = [patch(plan, name) for name in ("acme", "asker", "rebuilt", "one-half+other-half")]

    done = install_os(inside, "web", chosen, folder)

    assert isinstance(done, Installed), done
    assert done.changed == ()
    assert ("acme_1%3a2.0-1+sec2_all.deb", patch(plan, "acme").sha256[0]) in done.sha256
    assert "/usr/bin/acme" in done.files
    now = Apt().installed(inside)
    assert {name: now[name] for name in ("acme:all", "libacme:amd64", "rebuilt:all", "quiet:all")} == {
        "acme:all": "1:2.0-1+sec2", "libacme:amd64": "1:2.0-1+sec2", "rebuilt:all": "1.0-2+b1", "quiet:all": "1.0-1",
    }  # fmt: skip
    assert ran(inside, "cat", "/etc/asker.conf") == "of the user\n"  # the conffile's question was answered: keep it
    assert inside.run(("ls", "/usr/sbin/policy-rc.d", "/var/lib/secure-release"), 30).code != 0


def test_a_script_that_fails_half_way_names_its_patch(plan: Plan, folder: Path, inside: Box) -> None:
    done = install_os(inside, "web", [patch(plan, "quiet"), patch(plan, "failing")], folder)

    assert isinstance(done, NotApplied), done
    assert done.blocked == (patch(plan, "failing").id,), done.reason
    assert "dpkg --audit" in done.reason and "exit status 1" in done.reason


@pytest.mark.slow
def test_a_lock_that_somebody_holds_is_a_reason(plan: Plan, folder: Path, inside: Box) -> None:
    hold = "import fcntl,time; f=open('/var/lib/dpkg/lock-frontend','w'); fcntl.lockf(f,fcntl.LOCK_EX); print('held',flush=True); time.sleep(30)"
    ran(inside, "sh", "-c", f'python3 -c "{hold}" >/tmp/held 2>&1 & until grep -q held /tmp/held; do sleep 0.1; done')

    done = install_os(inside, "web", [patch(plan, "quiet")], folder)

    assert isinstance(done, NotApplied), done
    assert "lock" in done.reason and done.blocked == ()


def test_a_file_that_was_changed_after_the_plan_is_not_installed(plan: Plan, folder: Path, inside: Box, tmp_path: Path) -> None:
    chosen = patch(plan, "quiet")
    (tmp_path / "debs").mkdir()
    (tmp_path / "debs" / chosen.sha256[0]).write_bytes((folder / "debs" / chosen.sha256[0]).read_bytes() + b"x")

    changed = install_os(inside, "web", [chosen], tmp_path)
    gone = install_os(inside, "web", [replace(chosen, sha256=("ab" * 32,))], tmp_path)

    assert isinstance(changed, NotApplied) and "was changed after it was fetched" in changed.reason
    assert isinstance(gone, NotApplied) and "is not in" in gone.reason
    assert Apt().installed(inside)["quiet:all"] == "1.0-1"


def test_an_installation_of_nothing_is_a_defect(plan: Plan, folder: Path, inside: Box) -> None:
    with pytest.raises(ValueError, match="nothing proves nothing"):
        install_os(inside, "elsewhere", plan.patches, folder)


@pytest.mark.slow
def test_packages_that_were_broken_before_are_told_before_anything_is_installed(plan: Plan, folder: Path, inside: Box) -> None:
    ran(inside, "sh", "-c", "sed -i '/^Package: quiet$/,/^$/s/install ok installed/install ok half-configured/' /var/lib/dpkg/status")

    done = install_os(inside, "web", [patch(plan, "acme")], folder)

    assert isinstance(done, NotApplied) and "broken before anything is installed" in done.reason


@pytest.mark.slow
def test_a_patch_that_needs_what_is_not_chosen_is_not_applied(plan: Plan, folder: Path, inside: Box) -> None:
    whole = patch(plan, "one-half+other-half")
    half = replace(whole, members=tuple(m for m in whole.members if m.name == "one-half:all"))

    done = install_os(inside, "web", [half], folder)

    assert isinstance(done, NotApplied), done
    assert "one-half : Depends: other-half (= 1.0-1+sec1)" in done.reason
    assert (done.blocked, done.blocked_by) == ((half.id,), ("other-half",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("deb file:/security ./\n", "is not signed|does not have a Release file", id="unsigned"),
        pytest.param(TRUSTED.format(name="gone"), "does not have a Release file|File not found", id="repository-gone", marks=pytest.mark.slow),
        pytest.param("deb [trusted=yes] http://192.0.2.1/debian ./\n", "can't be fetched", id="no-network", marks=pytest.mark.slow),
        pytest.param("nonsense\n", "can't be fetched", id="malformed-list", marks=pytest.mark.slow),
    ],
)
def test_a_source_that_does_not_answer_is_no_answer(inside: Box, folder: Path, text: str, sentence: str) -> None:
    sources(inside, TRUSTED.format(name="plain") + text)

    with pytest.raises(ReleaseError, match=sentence):
        Apt().pending(inside, asked(folder))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"Valid-Until": "Mon, 02 Nov 2020 10:00:00 GMT"}, "expired", id="expired-release"),
        pytest.param({"Date": "yesterday"}, "Release", id="no-date", marks=pytest.mark.slow),
    ],
)
def test_a_release_file_that_can_t_be_believed_is_no_answer(inside: Box, folder: Path, fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(ReleaseError, match=sentence):
        republished(inside, folder, *NEW, **fields)


@pytest.mark.slow
def test_a_suite_that_nobody_signs_any_more_is_a_gap(inside: Box, folder: Path) -> None:
    found = republished(inside, folder, NEW[4], Date="Mon, 02 Nov 2020 10:00:00 GMT")

    assert any("nobody maintains them any more" in gap.reason for gap in found.gaps)


@pytest.mark.slow
def test_a_list_that_is_not_what_the_release_says_is_no_answer(inside: Box, folder: Path) -> None:
    files = repository(NEW, SECURITY)
    publish(inside, "security", {**files, "Packages": files["Packages"].replace(b"sec1", b"sec0")})

    with pytest.raises(ReleaseError, match="can't be fetched"):
        Apt().pending(inside, asked(folder))


@pytest.mark.slow
def test_a_deb_that_is_not_what_the_lists_say_is_not_used(inside: Box, folder: Path) -> None:
    publish(inside, "security", repository(NEW, SECURITY, spoiled="quiet"))

    with pytest.raises(ReleaseError, match=r"can't be fetched|not what the signed lists say"):
        Apt().pending(inside, asked(folder))


@pytest.mark.parametrize(
    ("text", "new"),
    [
        pytest.param(TRUSTED.format(name="plain"), NEW, id="no-security-suite"),
        pytest.param("", NEW, id="no-source-at-all", marks=pytest.mark.slow),
        pytest.param(TRUSTED.format(name="security"), (), id="empty-security-list", marks=pytest.mark.slow),
    ],
)
def test_nothing_pending_is_not_said_of_lists_without_a_security_suite(inside: Box, folder: Path, text: str, new: tuple[Deb, ...]) -> None:
    publish(inside, "security", repository(new, SECURITY))
    sources(inside, text)

    found = Apt().pending(inside, asked(folder))

    assert found.units == ()
    assert ["no security suite is configured" in gap.reason for gap in found.gaps] == [True]


def test_nothing_pending_is_said_of_lists_that_were_read(inside: Box, folder: Path) -> None:
    found = republished(inside, folder, two("quiet")[0], two("unheard-of")[1])

    assert (found.units, found.gaps) == ((), ())
    assert "Debian-Security:12/oldstable-security of" in found.sources[0]


@pytest.mark.slow
def test_an_upgrade_that_removes_packages_is_refused_and_the_others_are_not(inside: Box, folder: Path) -> None:
    eats = replace(two("quiet", n=1701)[1], more="Conflicts: rebuilt")

    found = republished(inside, folder, eats, two("failing", n=1702)[1])

    assert [unit.sources[0][0] for unit in found.units] == ["failing"]
    assert any("apt would remove rebuilt" in gap.reason for gap in found.gaps)
    assert any("quiet:all 1.0-1 is pinned or kept back" in gap.reason for gap in found.gaps)


@pytest.mark.slow
def test_a_pin_that_hides_a_patch_is_a_gap(inside: Box, folder: Path) -> None:
    inside.put("/etc/apt/preferences.d", "stay", b"Package: quiet\nPin: release l=Debian-Security\nPin-Priority: -1\n")

    found = republished(inside, folder, two("quiet", n=1801)[1])

    assert found.units == ()
    assert any("quiet:all 1.0-1 is pinned or kept back" in gap.reason for gap in found.gaps)


@pytest.mark.slow
def test_a_patch_that_another_origin_has_overtaken_is_still_one(inside: Box, folder: Path) -> None:
    overtaken = two("ordinary", n=1901)[0]

    found = republished(inside, folder, replace(overtaken, version="1.0-1+sec0"))

    assert [(unit.sources, unit.origin) for unit in found.units] == [
        ((("ordinary", "1.0-1", "1.0-1+sec1"),), "Debian-Security:12/oldstable-security")
    ]


@pytest.mark.slow
def test_a_changelog_that_does_not_reach_back_is_a_gap(inside: Box, folder: Path) -> None:
    short = replace(two("quiet")[1], entries=(("1.0-1+sec1", "CVE-2026-2001"),))

    found = republished(inside, folder, short)

    assert [unit.holes for unit in found.units] == [("CVE-2026-2001",)]
    assert any("does not reach from 1.0-1+sec1 back to 1.0-1" in gap.reason for gap in found.gaps)


@pytest.mark.slow
def test_a_new_dependency_comes_along(inside: Box, folder: Path) -> None:
    needy = replace(two("quiet", n=2101)[1], depends="fresh")

    found = republished(inside, folder, needy, Deb("fresh", "3.0-1", entries=(("3.0-1", "CVE-2026-9"),)))

    assert [[(m.name, m.installed) for m in unit.members] for unit in found.units] == [[("fresh:all", ""), ("quiet:all", "1.0-1")]]
    assert found.units[0].holes == ("CVE-2026-2101",)


def test_an_image_without_a_package_manager_is_a_gap_that_names_the_service(debs: World, folder: Path) -> None:
    name = f"secure-release-{debs.mark.clone}-bare:1"
    with box(debs.docker, debs.image, mark("deb-bare"), network="none") as made:
        ran(made, "rm", "/usr/bin/apt-get")
        made.commit(name)
    try:
        found = plan_os(debs.docker, debs.mark, {"proxy": name}, ORIGINS, folder, lambda _: None)
    finally:
        debs.docker.remove_image(name)

    assert found.patches == ()
    assert [(gap.subject, "no package manager that is known here" in gap.reason) for gap in found.gaps] == [("proxy", True)]


@pytest.mark.slow
def test_an_image_of_one_program_is_a_gap_that_names_the_service(debs: World, folder: Path) -> None:
    name = f"secure-release-{debs.mark.clone}-scratch"
    debs.docker.api.import_image_from_data(b"\0" * 10240, repository=name, tag="1", changes=["CMD [\"/app\"]"])
    try:
        found = plan_os(debs.docker, debs.mark, {"proxy": f"{name}:1"}, ORIGINS, folder, lambda _: None)
    finally:
        debs.docker.remove_image(f"{name}:1")

    assert [(gap.subject, "holds no program `sleep`" in gap.reason) for gap in found.gaps] == [("proxy", True)]


@pytest.mark.slow
def test_a_box_leaves_an_image_as_it_was_and_a_networked_one_hides_its_environment(debs: World) -> None:
    first, second = (f"secure-release-{debs.mark.clone}-{n}:1" for n in ("config", "again"))
    changes = ('ENTRYPOINT ["/bin/app", "a b"]', 'CMD ["serve"]', "USER 33", "ENV SECRET=planted", 'HEALTHCHECK CMD ["/bin/true"]')
    try:
        with box(debs.docker, debs.image, mark("deb-box"), network="none") as made:
            made.commit(first, changes)
        with box(debs.docker, first, mark("deb-box"), network="none") as made:
            made.commit(second)
            assert ran(made, "id", "-u") == "0\n"
        with box(debs.docker, first, mark("deb-box"), network="bridge") as made:
            assert "planted" not in ran(made, "env") + str(debs.docker.container(made.id).env)
        was, now = (debs.docker.api.inspect_image(name)["Config"] for name in (first, second))
    finally:
        for name in (second, first):
            debs.docker.remove_image(name)

    assert {key: now[key] for key in ("Entrypoint", "Cmd", "User", "Env", "Healthcheck")} == {
        key: was[key] for key in ("Entrypoint", "Cmd", "User", "Env", "Healthcheck")
    }


def test_units_of_several_images_become_one_patch_for_each_source() -> None:
    def found(service: str, old: str, tied: bool) -> tuple[str, Pending]:
        one = (("a", old, "3"),) + ((("b", "1", "2"),) if tied else ())
        units = [Unit(one, (), ("CVE-1",), ("x",), "o")] + ([] if tied else [Unit((("b", "1", "2"),), (), ("CVE-2",), ("y",), "o")])
        return service, Pending(tuple(units), (), ())

    answers = [found("web", "1", False), found("db", "2", True)]
    made = patches([Found(Kind.DEB, (service,), pending) for service, pending in answers])

    assert [(one.name, one.installed, one.fixed, one.holes) for one in made] == [("a+b", "1/2, 1", "3, 2", ("CVE-1", "CVE-2"))]
