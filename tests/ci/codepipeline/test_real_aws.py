"""What real AWS software says of our words: the AWS CLI against moto's server, and botocore's model of Security Hub."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from secure_release.pipeline.report.asff import batches, product
from tests.report.samples import SAMPLES

from . import tools
from .written import write

BY = product("arn:aws:securityhub:eu-central-1:123456789012:product/123456789012/default")
# The calls of our buildspecs and hooks, as the stand-in for the CLI knows them; {} is a place.
CALLS = (
    "aws s3 cp --recursive --only-show-errors {} {}",
    "aws securityhub batch-import-findings --findings {} --query FailedCount --output text",
)


@dataclass(frozen=True)
class Cli:
    """The real AWS CLI, with moto's server for AWS."""

    program: Path
    env: dict[str, str]

    def __call__(self, *words: str) -> str:
        done = subprocess.run([self.program, *words], env=self.env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_DEFAULT_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true"}
    env = {"PATH": os.defpath, "HOME": str(tmp_path_factory.mktemp("home")), "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", **told}
    words = [str(tools.aws() / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while not answers(port):
            assert time.monotonic() < end and server.poll() is None
            time.sleep(0.1)
        yield Cli(tools.aws() / "aws", env)
    finally:
        server.kill()
        server.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def given(folder: Path, texts: dict[str, tuple[str, ...]]) -> list[Path]:
    files = [folder / f"{name}-{number}.json" for name, parts in texts.items() for number in range(len(parts))]
    for path, text in zip(files, (text for parts in texts.values() for text in parts), strict=True):
        path.write_text(text)
    return files


def model(files: list[Path]) -> str:
    env = {"PATH": os.defpath, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([tools.aws() / "python", "-m", "inside.valid", *files], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_templates_call_aws_only_in_these_words(tmp_path: Path) -> None:
    write(tmp_path)
    lines = [line.strip() for path in tmp_path.rglob("*") if path.suffix in (".yml", ".sh") for line in path.read_text().splitlines()]
    used = {found[0].removesuffix(" ||").removesuffix(") || failed=all") for line in lines if (found := re.search(r"\baws (s3|securityhub) .*", line))}
    shapes = {re.sub(r'"[^"]*"', "{}", words) for words in used}

    assert shapes == set(CALLS)


@pytest.mark.slow
def test_the_real_cli_takes_our_words(cli: Cli, tmp_path: Path) -> None:
    run, back = tmp_path / "run", tmp_path / "back"
    (run / "evidence").mkdir(parents=True)
    (run / "journal.jsonl").write_text("{}\n")
    (run / "evidence" / "ab").write_text("proof")
    (batch,) = given(tmp_path, {"refused": batches(SAMPLES["refused"](), BY)})
    copy, imports = (words.split()[1:] for words in CALLS)
    cli("s3", "mb", "s3://reports")
    cli("securityhub", "enable-security-hub")

    assert cli(*copy[:-2], str(run), "s3://reports/runs/e-1/gate") == ""
    assert cli(*copy[:-2], "s3://reports/runs/e-1", str(back)) == ""
    assert cli(*copy[:-2], "s3://reports/runs/nobody", str(back)) == ""  # nothing there is no error: Verify counts what came
    assert cli(*(f"file://{batch}" if word == "{}" else word for word in imports)) == "0\n"

    assert {path.relative_to(back / "gate") for path in (back / "gate").rglob("*")} == {path.relative_to(run) for path in run.rglob("*")}
    kept = json.loads(cli("securityhub", "get-findings", "--output", "json"))["Findings"]
    assert {one["Id"] for one in kept} == {one["Id"] for one in json.loads(batch.read_text())}


@pytest.mark.slow
def test_security_hubs_model_takes_every_finding(tmp_path: Path) -> None:
    files = given(tmp_path, {name: batches(make(), BY) for name, make in SAMPLES.items()})

    assert files
    assert model(files) == ""


@pytest.mark.slow
def test_security_hubs_model_would_tell(tmp_path: Path) -> None:
    (text,) = batches(SAMPLES["refused"](), BY)
    wrong = {
        "misspelt": text.replace('"Title"', '"Titel"', 1),
        "unknown key": text.replace('"Region"', '"Place"', 1),
        "a number for a text": re.sub(r'"AwsAccountId": "(\d+)"', r'"AwsAccountId": \1', text, count=1),
        "no resources": re.sub(r'"Resources": \[.*?\n  \]', '"Resources": {}', text, count=1, flags=re.DOTALL),
    }
    said = model(given(tmp_path, {name: (one,) for name, one in wrong.items()}))

    assert [name for name in wrong if f"{name}-0.json" not in said] == []
