"""What people write into secure-release.yml, and what they are told when it is wrong."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from secure_release.pipeline.config import Config
from secure_release.pipeline.law import WaiverFile
from secure_release.pipeline.loader import load
from secure_release.pipeline.release import EXIT_CONFIG, ReleaseError

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join('*' + chr(97 + n) for _ in range(9))}]\n" for n in range(8)
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("versoin: 1", ["c.yml:1: versoin", "did you mean `version`?"], id="unknown-key"),
        pytest.param("version: 1\npolicy:\n  refuse: heigh", ["c.yml:3: policy.refuse", "'high'"], id="unknown-word"),
        pytest.param("version: 1\nscan:\n  timeout: 10", ["c.yml:3: scan.timeout", "`30s`"], id="time-without-unit"),
        pytest.param("scan:\n  max_file_size: yes", ["c.yml:2: scan.max_file_size", "`5MB`"], id="boolean-for-size"),
        pytest.param("policy:\n  max_waiver_days: '30'", ["c.yml:2: policy.max_waiver_days", "integer"], id="text-for-number"),
        pytest.param("policy:\n  max_waiver_days: true", ["c.yml:2: policy.max_waiver_days", "integer"], id="yes-for-number"),
        pytest.param("deploy:\n  restart: [run, 8080]", ["c.yml:2: deploy.restart", "in quotes"], id="number-in-a-command"),
        pytest.param("deploy:\n  restart: []", ["c.yml:2: deploy.restart", "a command"], id="empty-command"),
        pytest.param("policy:\n  waivers: ../w.yml", ["c.yml:2: policy.waivers", "inside the project"], id="path-traversal"),
        pytest.param(
            "backup:\n  sources:\n    - name: db\n      type: mysql\n      dbname: x\n      password: y",
            ["c.yml:6: backup.sources.0.password", "did you mean `password_file`?"],
            id="a-password-for-a-source",
        ),
        pytest.param(
            "backup:\n  sources:\n    - {name: db, type: oracle}", ["c.yml:3: backup.sources.0", "'postgres'"], id="no-such-source"
        ),
        pytest.param("backup:\n  sources:\n    - name: db", ["c.yml:3: backup.sources.0", "'type' is missing"], id="no-type"),
        pytest.param(
            "backup:\n  sources:\n    - {name: db, type: postgres}", ["c.yml:3: backup.sources.0.dbname", "is missing"], id="no-dbname"
        ),
        pytest.param("version: 1\nversion: 1", ["c.yml:2", "`version` stands here twice"], id="doubled-key"),
        pytest.param("a: &x {k: 1}\nb:\n  <<: *x", ["c.yml:3", "one plain word"], id="merge-key"),
        pytest.param("a: !!python/object:os.system x", ["c.yml:1", "tag", "not read"], id="python-tag"),
        pytest.param("? [a]\n: 1", ["c.yml:1", "one plain word"], id="list-as-a-key"),
        pytest.param("a: [1, 2", ["c.yml:"], id="unclosed"),
        pytest.param("a: 1\n---\nb: 1", ["c.yml:2"], id="two-documents"),
        pytest.param("- a\n- b", ["c.yml:1"], id="a-list"),
        pytest.param("just words", ["c.yml:1"], id="words"),
        pytest.param(BOMB, ["expands to too much"], id="anchor-bomb"),
        pytest.param("a: &a [*a]", ["c.yml:1", "expands to too much"], id="anchor-in-itself"),
        pytest.param("a: " + "[" * 5000 + "]" * 5000, ["c.yml"], id="deep"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", ["not UTF-8 text"], id="binary"),
        pytest.param(b"a: \x00", ["c.yml"], id="nul"),
        pytest.param(b"# " + b"x" * 10_000_000, ["10,000,002 bytes"], id="ten-megabytes"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_a_remedy(content: str | bytes, says: list[str]) -> None:
    raw = content if isinstance(content, bytes) else content.encode()

    with pytest.raises(ReleaseError) as caught:
        load(raw, "c.yml", Config)

    assert caught.value.exit_code == EXIT_CONFIG
    assert caught.value.hint
    assert all(part in str(caught.value) for part in says), str(caught.value)


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(ReleaseError) as caught:
        load(b"polcy: {}\nscan:\n  timeout: soon\n", "c.yml", Config)

    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["3", "1"]


def test_a_command_may_be_a_string_and_is_split_once() -> None:
    config = load(b"deploy: {restart: \"run 'my app' $HOME;x\"}", "c.yml", Config)

    assert config.deploy.restart == ("run", "my app", "$HOME;x")


def test_times_sizes_and_plain_anchors_are_read() -> None:
    text = b"scan: {timeout: &t 2m, max_file_size: 3KB}\npatch_test: {timeout: *t}\nverify: {watch: {for: 1h, every: 30s}}"
    config = load(text, "c.yml", Config)

    assert (config.scan.timeout, config.scan.max_file_size, config.patch_test.timeout) == (120.0, 3000, 120.0)
    assert config.verify.watch is not None and config.verify.watch.for_ == 3600.0


def test_off_is_a_word_with_and_without_quotes() -> None:
    config = load(b"policy: {patch_test: off, backup: 'off'}\ndeploy: {restart: [run, on]}", "c.yml", Config)

    assert (config.policy.patch_test, config.policy.backup, config.deploy.restart) == ("off", "off", ("run", "on"))


def test_a_waiver_without_an_end_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"w\.yml:2: waivers\.0\.until: is missing"):
        load(b"waivers:\n  - {fingerprint: 0123456789abcdef0123, owner: ann, reason: because it is}", "w.yml", WaiverFile)


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_value_or_in_a_sentence(content: bytes) -> None:
    try:
        load(content, "c.yml", Config)
    except ReleaseError as problem:
        assert str(problem) and problem.hint


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text("ab:&*!{}[]\n#'\"", max_size=9), lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["scan", "policy", "version", "deploy", "x"]), x), max_leaves=20))  # fmt: skip
def test_any_structure_ends_in_a_value_or_in_a_sentence(data: object) -> None:
    try:
        load(yaml.safe_dump(data).encode(), "c.yml", Config)
    except ReleaseError as problem:
        assert str(problem) and problem.hint
