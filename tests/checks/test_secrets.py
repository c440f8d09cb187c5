"""Secrets of every provider are found, stand-ins are not, and no secret leaves the check."""

from __future__ import annotations

import base64
import json
import random
import string
import time
import zlib
from pathlib import Path

import pytest

from secure_release.checks import Ran
from secure_release.checks.builtin import secrets
from secure_release.checks.plausible import BECH32, base62, checked_bech32
from secure_release.checks.providers import PROVIDERS
from tests.fakes import Kept, context

HEX, ALNUM, UPPER = "0123456789abcdef", string.ascii_letters + string.digits, string.ascii_uppercase
BASE32 = UPPER + "234567"


def word(length: int, alphabet: str = ALNUM) -> str:
    """Random, but the same every time. No file of ours holds a secret: they are all made here."""
    return "".join(random.Random(length * len(alphabet)).choices(alphabet, k=length))


def checked(prefix: str) -> str:
    payload = word(30)
    return prefix + payload + base62(zlib.crc32(payload.encode()))


def age_key() -> str:
    """The one among all endings whose checksum fits is found by counting in the last six characters, one at a time."""
    values = [BECH32.index(c) for c in word(52, BECH32)]
    prefix = [ord(c) >> 5 for c in "age-secret-key-"] + [0] + [ord(c) & 31 for c in "age-secret-key-"]
    state = 1
    for value in (*prefix, *values, *([0] * 6)):
        top, state = state >> 25, (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= generator if top >> bit & 1 else 0
    ending = [(state ^ 1) >> 5 * (5 - place) & 31 for place in range(6)]
    return "AGE-SECRET-KEY-1" + "".join(BECH32[v] for v in (*values, *ending)).upper()


def jwt(algorithm: str) -> str:
    parts = [json.dumps({"alg": algorithm, "typ": "JWT"}), json.dumps({"sub": word(8), "iat": 1700000000})]
    return ".".join([*(base64.urlsafe_b64encode(p.encode()).decode().rstrip("=") for p in parts), word(43)])


FOUND: dict[str, str] = {
    "private-key": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "\n".join(word(64) for _ in range(3)),
    "age-secret-key": age_key(),
    "github-token": checked("ghp_"),
    "npm-token": checked("npm_"),
    "jwt": jwt("HS256"),
    "github-fine-token": f"github_pat_{word(22)}_{word(59)}",
    "aws-access-key": f"AKIA{word(16, BASE32)}",
    "aws-secret-key": f"aws_secret_access_key = {word(40)}",
    "gcp-api-key": f"AIza{word(35)}",
    "gcp-oauth-secret": f"GOCSPX-{word(28)}",
    "gcp-oauth-token": f"ya29.{word(60)}",
    "azure-storage-key": f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={word(86)}==;",
    "azure-shared-key": f"Endpoint=sb://shop;SharedAccessKey={word(43)}=",
    "azure-client-secret": f"client: {word(3)}8Q~{word(34)}",
    "gitlab-token": f"glpat-{word(20)}",
    "slack-token": f"xoxb-{word(12, string.digits)}-{word(24)}",
    "slack-webhook": f"https://hooks.slack.com/services/T{word(9)}/B{word(9)}/{word(24)}",
    "stripe-key": f"sk_live_{word(24)}",
    "stripe-test-key": f"sk_test_{word(24)}",
    "twilio-token": f'TWILIO_AUTH_TOKEN: "{word(32, HEX)}"',
    "sendgrid-key": f"SG.{word(22)}.{word(43)}",
    "pypi-token": f"pypi-AgEIcHlwaS5vcmc{word(80)}",
    "anthropic-key": f"sk-ant-api03-{word(93)}",
    "openai-key": f"sk-proj-{word(40)}T3BlbkFJ{word(40)}",
    "huggingface-token": f"hf_{word(34, string.ascii_letters)}",
    "digitalocean-token": f"dop_v1_{word(64, HEX)}",
    "doppler-token": f"dp.pt.{word(43)}",
    "discord-webhook": f"https://discord.com/api/webhooks/{word(18, string.digits)}/{word(68)}",
    "telegram-token": f"{word(9, string.digits)}:AA{word(33)}",
    "mailgun-key": f"key-{word(32, HEX)}",
    "mailchimp-key": f"{word(32, HEX)}-us12",
    "shopify-token": f"shpat_{word(32, HEX)}",
    "square-token": f"sq0csp-{word(43)}",
    "newrelic-key": f"NRAK-{word(27, UPPER)}",
    "datadog-key": f"DD_API_KEY={word(32, HEX)}",
    "grafana-token": f"glsa_{word(32)}_{word(8, HEX)}",
    "docker-token": f"dckr_pat_{word(27)}",
    "vault-token": f"hvs.{word(90)}",
    "terraform-token": f"{word(14)}.atlasv1.{word(67)}",
    "databricks-token": f"dapi{word(32, HEX)}",
    "atlassian-token": f"ATATT3xFfGF0{word(180)}",
    "linear-key": f"lin_api_{word(40)}",
    "postman-key": f"PMAK-{word(24, HEX)}-{word(34, HEX)}",
    "rubygems-key": f"rubygems_{word(48, HEX)}",
    "pulumi-token": f"pul-{word(40, HEX)}",
    "database-url": f"postgresql+psycopg://shop:{word(9)}@db.internal:5432/shop",
    "url-password": f"https://deploy:{word(9)}@git.internal/shop.git",
    "high-entropy": f'"client_secret": "{word(32)}"',
}
NOT_FOUND: dict[str, str] = {
    "a word of manuals": "".join(("AKIA", "IOSFODNN7", "EXAMPLE")),
    "a failed checksum": checked("ghp_")[:-1] + ("a" if checked("ghp_")[-1] != "a" else "b"),
    "a failed age checksum": age_key()[:-1] + ("Q" if age_key()[-1] != "Q" else "P"),
    "one letter again and again": "ghp_" + "x" * 36,
    "a run of the alphabet": "sk_live_" + "".join(map(chr, range(ord("a"), ord("y")))),
    "an address with words": "https://jo%40email.com:a%20secret@example.com/",
    "an address with the words of a manual": "postgres://shop:my-password@localhost/db",
    "no place that gives out tokens": f"pypi-AgEIc2hvcC5vcmc{word(80)}",
    "a variable": 'password = "${DATABASE_PASSWORD_OF_SHOP}"',
    "a template": 'api_key: "{{ vault.shop.api_key }}"',
    "an address with a stand-in": "postgres://user:<password>@localhost/db",
    "an address with a word": "postgres://postgres:postgres@localhost/db",
    "an address without a password": "https://example.com/a:b@c",
    "an unsigned token": jwt("none"),
    "a public key": "-----BEGIN PUBLIC KEY-----\n" + word(64),
    "a header alone": 'if line == "-----BEGIN ' + 'PRIVATE KEY-----":\n    pass\n',
    "a header in a sentence": "Write -----BEGIN " + 'PRIVATE KEY-----", and "-----END ' + "PRIVATE KEY-----, around the key of " + word(30),
    "a header and its end": "-----BEGIN " + "PRIVATE KEY-----\n-----END " + "PRIVATE KEY-----\n.EE and a paragraph (HTTP, IMAP, x509) with more words\n" + word(64),
    "a path": 'KEY_PATH = "/var/run/secrets/workload-credentials/x509.credential-bundle.private-key.pem"',
    "a name": 'token_url = "https://login.internal/oauth/token"',
    "a name of a class": 'TOKEN_CLASS = "oauth2_provider.generators.ClientSecretMaker"',
    "a message": 'secret_help = "please-enter-a-longer-one"',
    "a digest": f'sha256 = "{word(64, HEX)}"',
    "a longer word": f"x{checked('ghp_')}y",
    "prose": "The token is kept in the key ring; the password: see the vault.",
}


def test_every_provider_has_its_row() -> None:
    assert set(FOUND) == {provider.rule for provider in PROVIDERS}


@pytest.mark.parametrize("rule", FOUND)
def test_a_secret_is_found_once_where_it_stands_and_masked(rule: str) -> None:
    text = f"# the shop\n\n{FOUND[rule]}\n"
    (finding,) = secrets.found_in("shop.env", text)
    assert (finding.rule, finding.place.line) == (rule, 3)
    match = next(p for p in PROVIDERS if p.rule == rule).pattern.search(text)
    assert match is not None
    told = repr(finding)
    assert not any(match["body"][at : at + 6] in told for at in range(len(match["body"]) - 5))


def test_a_random_word_with_dots_in_it_is_no_name() -> None:
    for dotted in (f"{word(9)}7.{word(12)}.K2{word(9)}", f"shop.keys.{word(20)}7x", "ab3x9.kk2m1.Zz8Qq4Rr7T1"):
        assert secrets.found_in("shop.env", f'client_secret = "{dotted}"'), dotted


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_only_looks_like_a_secret_is_passed(text: str) -> None:
    assert secrets.found_in("shop.env", text) == ()


def test_the_same_secret_has_the_same_subject_everywhere_and_another_has_another() -> None:
    (first,), (second,) = (secrets.found_in(path, FOUND["stripe-key"]) for path in ("a", "b"))
    (other,) = secrets.found_in("a", f"sk_live_{word(25)}")
    assert first.subject == second.subject != other.subject


def test_a_guess_in_a_docstring_is_low_and_says_so() -> None:
    (address,) = secrets.found_in("shop.py", f'"""{FOUND["database-url"]}"""')
    assert address.severity == "low"
    line = FOUND["high-entropy"]
    places = {
        f'"""The answer:\n\n    {{{line}}}\n"""\n': "low",
        f"def f():\n    '''{{{line}}}'''\n": "low",
        f"x = {{{line}}}\n": "medium",
        f"def f():\n    return {{{line}}}\n": "medium",
        f'"""Docs."""\n# {line}\n': "medium",
        f'"""Broken:\n    {line}\n"""\ndef\n': "medium",
    }
    found = {text: secrets.found_in("shop.py", text) for text in places}
    assert {text: finding.severity for text, (finding,) in found.items()} == places
    (elsewhere,) = secrets.found_in("shop.env", next(iter(places)))
    assert elsewhere.severity == "medium"
    (attested,) = secrets.found_in("shop.py", f'"""{FOUND["gitlab-token"]}"""\n')
    assert attested.severity == "critical"


def test_every_text_file_is_searched_also_in_utf16_and_binary_ones_are_named(tmp_path: Path) -> None:
    token = FOUND["gitlab-token"]
    files = {"a.env": token.encode(), "b.ps1": token.encode("utf-16"), "c.bin": b"\0\1", "d.py": b"\xff"}
    kept = Kept()
    result = secrets.CHECK.run(context(tmp_path, files, keep=kept))
    assert isinstance(result, Ran)
    assert [f.place.path for f in result.findings] == ["a.env", "b.ps1"]
    assert result.looked_at == ("a.env", "b.ps1", "d.py")
    assert result.notes == ("1 binary files were not searched for secrets.",)
    assert kept.contents == {}


def test_a_file_that_went_away_is_a_gap(tmp_path: Path) -> None:
    given = context(tmp_path, {"a.env": "A=1", "b.env": "B=2"})
    (given.tree / "a.env").unlink()
    result = secrets.CHECK.run(given)
    assert isinstance(result, Ran)
    assert [gap.subject for gap in result.gaps] == ["a.env"]
    assert result.looked_at == ("b.env",)


def test_a_checksum_is_told_from_a_wrong_one() -> None:
    assert checked_bech32(age_key())
    assert not checked_bech32(age_key().replace("1", "2", 1))


@pytest.mark.parametrize("piece", ["=", "a:", "://", "password", "eyJ", " eyJaaaaaaaaaaaa.", "-----BEGIN ", "aws_secret", "Q~8"])
def test_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    assert secrets.found_in("hostile", piece * (400_000 // len(piece))) == ()
    assert time.process_time() - started < 3.0  # 0.1 here; a quadratic pattern takes minutes
