"""Secrets planted where people leave them: none is in the clone, and one that nobody named refuses the clone."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.checks.builtin.secrets import planted
from secure_release.pipeline.clones.docker import contents, leaks
from secure_release.pipeline.clones.docker.contents import File, lowers, matching, overlaid, stem
from secure_release.pipeline.clones.docker.environment import clone_environment
from secure_release.pipeline.clones.docker.layers import blanked
from secure_release.pipeline.clones.docker.leaks import look, on_command_line, secrets_left
from secure_release.pipeline.clones.docker.scrub import scrub_folder, scrubbed
from secure_release.pipeline.containers import Bind, Container
from secure_release.pipeline.patch_config import DockerSection
from secure_release.pipeline.release import ReleaseError

from .docker_place import Place, a_place
from .test_clone_environment import SOURCE

Way = Callable[[Container], tuple[Path, ...]]
TOKEN = planted()["github-token"]
ADDRESS = planted()["database-url"]
SCRUB = (*DockerSection(project="shop").scrub, "/srv/*.key")
PLANTED = {name: f"planted-{name}-{os.getpid()}-x7Kq" for name in ("env", "baked", "layer", "written", "mounted")}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with a_place(tmp_path) as made:
        yield made


def file(path: str, content: str, mode: int = 0o600) -> bytes:
    """A tar of one file and its folders, to be unpacked at `/`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        one = tarfile.TarInfo(path.lstrip("/"))
        one.size, one.mode = len(content), mode
        archive.addfile(one, io.BytesIO(content.encode()))
    return packed.getvalue()


def shop(place: Place) -> Container:
    """A running source with secrets in its image's variables and layers, its own variables, its files, and a bind mount."""
    base = place.run("base")
    place.engine.put(base.id, "/", file("/srv/layer.key", PLANTED["layer"]))
    place.engine.put(base.id, "/", file("/srv/page.html", "hello"))
    lines = [f"ENV BAKED={PLANTED['baked']}", "ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin", 'CMD ["sleep", "299"]', "USER 65534"]
    image = place.engine.commit(base.id, f"secure-release-test-{place.id}:built", place.labels, lines)
    (place.folder / "token").write_text(PLANTED["mounted"])
    source = place.run(
        "source", image=image, command=(), env=(f"DB_PASSWORD={PLANTED['env']}", "LANG=C.UTF-8"),
        mounts=(Bind(str(place.folder / "token"), "/run/secrets/token", False, False),),
    )  # fmt: skip
    place.engine.put(source.id, "/", file("/root/.pgpass", PLANTED["written"]))
    return place.engine.container(source.id)


def exported(container: Container) -> bytes:
    return subprocess.run(["docker", "export", container.id], check=True, capture_output=True, timeout=120).stdout


@pytest.mark.slow
def test_no_planted_secret_is_in_the_clone_or_in_what_is_said(place: Place) -> None:
    source = shop(place)
    taken = place.engine.commit(source.id, f"secure-release-test-{place.id}:taken", place.labels, [])
    for path, name in (("/srv/layer.key", "layer"), ("/root/.pgpass", "written")):
        assert PLANTED[name].encode() in (place.engine.get(source.id, path, 99_999) or b""), "the plants are there to be found"

    made, said = scrubbed(place.engine, taken, SCRUB, (), place.mark)
    left = secrets_left(place.engine, source, made, (), place.mark)
    env, left_out = clone_environment(source, place.engine.image(made), (), {})
    clone = place.run("clone", image=made, env=env, command=())
    assert clone.state == "running", (clone.raw["State"], env, place.engine.logs(clone.id, 20))

    seen = exported(clone) + json.dumps(clone.raw).encode() + Path(f"/proc/{clone.pid}/environ").read_bytes()
    seen += subprocess.run(["docker", "image", "inspect", made], check=True, capture_output=True, timeout=60).stdout
    told = "\n".join((*said, *left, *left_out)).encode()
    assert [name for name, secret in PLANTED.items() if secret.encode() in seen + told] == []
    assert b"hello" in seen
    assert (clone.command, clone.user, clone.entrypoint) == (("sleep", "299"), "65534", ())
    assert said == (
        "files that `scrub` names were removed: /root/.pgpass, /run/secrets/token, /srv/layer.key.",
        "variables of the image were blanked: BAKED, DB_PASSWORD.",
    )
    assert [name for _, name in place.announced if "secure-release" in name], "everything was announced"


def test_an_image_with_nothing_to_hide_is_taken_as_it_is(place: Place) -> None:
    image = place.engine.image(place.image).id

    assert scrubbed(place.engine, image, SCRUB, (), place.mark) == (image, ())


def test_a_frozen_image_without_its_variables_is_scrubbed_and_still_starts_its_programs(place: Place) -> None:
    base = place.run("base", env=("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SHOP_MODE=live"))
    place.engine.put(base.id, "/", file("/root/.pgpass", "x"))
    frozen = place.engine.commit(base.id, f"secure-release-test-{place.id}:frozen", place.labels, blanked(base.env))

    made, said = scrubbed(place.engine, frozen, SCRUB, (), place.mark)

    assert said == ("files that `scrub` names were removed: /root/.pgpass.",)
    assert place.run("clone", image=made).state == "running"
    assert "SHOP_MODE=live" not in place.engine.image(made).env


def test_an_image_without_rm_is_refused(place: Place) -> None:
    base = place.run("base", command=("sh", "-c", "rm /bin/rm; exec sleep 100"))
    place.engine.put(base.id, "/", file("/srv/layer.key", "x"))
    place.engine.execute(base.id, ("true",), timeout=10)
    image = place.engine.commit(base.id, f"secure-release-test-{place.id}:bare", place.labels, [])

    with pytest.raises(ReleaseError, match="its image has no `rm` that starts"):
        scrubbed(place.engine, image, SCRUB, (), place.mark)


LAYERS: dict[str, Way] = {
    "by-layers": lowers,
    "one-by-one": lambda container: (),
}  # as an engine that keeps images in another way


@pytest.mark.parametrize("way", LAYERS.values(), ids=LAYERS.keys())
def test_what_scrub_names_is_found_in_either_way(place: Place, monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    monkeypatch.setattr(contents, "lowers", way)
    base = place.run("base")
    for path in ("/srv/a.key", "/root/.aws/deep/credentials", "/root/.pgpass", "/srv/page.html"):
        place.engine.put(base.id, "/", file(path, "x"))
    image = place.engine.commit(base.id, f"secure-release-test-{place.id}:found", place.labels, [])
    seen = place.engine.container(place.engine.create(place.spec("seen", image=image)))

    assert contents.found(place.engine, seen, SCRUB) == ("/root/.aws/deep/credentials", "/root/.pgpass", "/srv/a.key")


@pytest.mark.parametrize("way", LAYERS.values(), ids=LAYERS.keys())
def test_a_secret_that_nobody_named_refuses_the_clone_by_path_and_kind(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    monkeypatch.setattr(leaks, "lowers", way)
    source = place.run("source")
    place.engine.put(source.id, "/", file("/srv/settings.py", f"URL = '{ADDRESS}'\n"))
    taken = place.engine.commit(source.id, f"secure-release-test-{place.id}:taken", place.labels, [])
    volume = tmp_path / "volume"
    volume.mkdir()
    (volume / "upload.txt").write_text(f"token = {TOKEN}\n")
    (volume / "table").write_bytes(b"\0" * 100 + TOKEN.encode())

    with pytest.raises(ReleaseError) as raised:
        secrets_left(place.engine, source, taken, [(volume, "/data"), (volume / "upload.txt", "/etc/one.txt")], place.mark)
    said = str(raised.value)
    kept = secrets_left(place.engine, source, taken, [(volume, "/data")], place.mark, ("/srv/*.py", "/data/*.txt"))

    assert "/srv/settings.py: database-url" in said
    assert "/data/upload.txt: github-token" in said
    assert "/etc/one.txt: github-token" in said
    assert TOKEN not in said
    assert ADDRESS not in said
    assert kept == ("/data: 0 text files were searched for secrets; 1 binary and 0 large or further ones were not.",)


def test_a_secret_on_the_command_line_is_found() -> None:
    assert list(on_command_line(replace(SOURCE, command=("shop", f"--db={ADDRESS}")))) == ["its command: database-url"]


def test_files_named_by_scrub_leave_a_frozen_volume(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "outside").write_text("stays")
    (tmp_path / "keys" / "a.key").write_text("x")
    (tmp_path / "keys" / "away").symlink_to(tmp_path.parent)
    (tmp_path / "link.key").symlink_to(tmp_path / "outside")

    gone = scrub_folder(tmp_path, "/data/", ("/data/**/*.key", "/data/**/away"))

    assert gone == ("/data/keys/a.key", "/data/keys/away", "/data/link.key")
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["keys", "outside"]


def test_a_secret_that_is_mounted_by_itself_is_empty_in_the_clone(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("x")

    assert scrub_folder(tmp_path / "token", "/run/secrets/token", SCRUB) == ("/run/secrets/token",)
    assert (tmp_path / "token").read_text() == ""


@pytest.mark.slow
def test_layers_are_read_as_the_kernel_shows_them(place: Place) -> None:
    """Whiteouts, opaque folders, a file over a folder and a folder over a file: compared with the engine's own export."""
    container = place.run(
        "one",
        command=(
            "sh",
            "-c",
            "mkdir -p /t/a /t/b/c /t/d; touch /t/a/1 /t/b/c/2 /t/b/3 /t/d/4 /t/5; echo done > /t/6; exec sleep 100",
        ),
    )
    _until(place, container, "/t/6")
    first = place.engine.commit(container.id, f"secure-release-test-{place.id}:one", place.labels, [])
    words = "rm -r /t/a /t/5; rm -r /t/b; mkdir /t/b; touch /t/b/new; rm -r /t/d; touch /t/d; mkdir /t/5; touch /t/5/in; ln -s /etc /t/link; echo > /t/7; exec sleep 100"
    over = place.run("two", image=first, command=("sh", "-c", words))
    _until(place, over, "/t/7")
    second = place.engine.commit(over.id, f"secure-release-test-{place.id}:two", place.labels, [])
    seen = place.engine.container(place.engine.create(place.spec("three", image=second)))

    shown = [each.path for each in overlaid(lowers(seen), ("/t",))]

    with tarfile.open(fileobj=io.BytesIO(exported(seen))) as archive:
        wanted = sorted(f"/{one.name}" for one in archive.getmembers() if one.name.startswith("t/") and not one.isdir())
    assert sorted(shown) == wanted
    assert wanted == ["/t/5/in", "/t/6", "/t/7", "/t/b/new", "/t/d", "/t/link"]


def _until(place: Place, container: Container, path: str) -> None:
    for _ in range(100):
        if place.engine.get(container.id, path, 10_000) is not None:
            return
    pytest.fail(f"{path} never came")


MEANT = {
    "below": ("/run/secrets/**", "/run/secrets/a/.b", True),
    "not-the-folder": ("/run/secrets/**", "/run/secrets", False),
    "not-a-neighbour": ("/root/.ssh/**", "/root/.ssh2/id", False),
    "itself": ("/root/.pgpass", "/root/.pgpass", True),
    "anywhere": ("**/*.pem", "/etc/deep/er/a.pem", True),
    "one-folder": ("/srv/*.key", "/srv/a/b.key", False),
}


@pytest.mark.parametrize(("pattern", "path", "meant"), MEANT.values(), ids=MEANT.keys())
def test_what_a_glob_means(pattern: str, path: str, meant: bool) -> None:
    assert matching((pattern,))(path) is meant
    assert not meant or path.startswith(stem(pattern))


def test_what_was_not_searched_is_counted(tmp_path: Path) -> None:
    (tmp_path / "large").write_text("a" * 1_000_001)
    (tmp_path / "binary").write_bytes(b"a\0b")
    (tmp_path / "text").write_text("a")

    looked = look((File(f"/{path.name}", path, path.stat().st_size, True) for path in tmp_path.iterdir()), ())

    assert (looked.searched, looked.binary, looked.beyond, looked.found) == (1, 1, 1, ())
