"""The shapes of secrets, by who gives them out. Every pattern is linear: no repetition inside a repetition."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .finding import Confidence, Severity
from .plausible import checked62, checked_bech32, entropy, fake, pypi_macaroon, signed_jwt, spelled_out

CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW


@dataclass(frozen=True)
class Provider:
    """One kind of secret. The group `body` of `pattern` is the secret, what stands before it is public."""

    rule: str
    title: str
    words: tuple[str, ...]  # one of them stands in every match: cheap to look for first (lower case: any case)
    pattern: re.Pattern[str]
    severity: Severity
    confidence: Confidence
    valid: Callable[[str, str], bool]  # (whole match, body)


def random(floor: float) -> Callable[[str, str], bool]:
    """At least `floor` bits a character, and nothing that people write as a stand-in."""
    return lambda whole, body: entropy(body) >= floor and not fake(body) and not fake(whole)


def _bounded(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_-]){pattern}(?![A-Za-z0-9_+/-])")


def _shaped(
    rule: str, title: str, words: str, pattern: str, judge: Callable[[str], bool], severity: Severity = CRITICAL
) -> Provider:
    """A secret that can be told from a random word: it carries its own checksum or header."""

    def valid(whole: str, body: str) -> bool:
        return judge(whole) and not fake(whole)

    return Provider(rule, title, tuple(words.split()), _bounded(pattern), severity, Confidence.HIGH, valid)


def _token(rule: str, title: str, words: str, pattern: str, severity: Severity = HIGH) -> Provider:
    """A secret known by its prefix: hardly ever anything else."""
    return Provider(rule, title, tuple(words.split()), _bounded(pattern), severity, Confidence.HIGH, random(3.0))


def _named(rule: str, title: str, words: str, name: str, body: str, severity: Severity = HIGH) -> Provider:
    """A secret without a shape of its own, known by the name of what it is assigned to."""
    assigned = rf"(?:{name})[\w.-]{{0,30}}[\"']?\s{{0,3}}(?:=>|:=|=|:|,)\s{{0,3}}[\"']?"
    pattern = re.compile(rf"{assigned}(?P<body>{body})(?![A-Za-z0-9_+/=-])", re.IGNORECASE)
    return Provider(rule, title, tuple(words.split()), pattern, severity, Confidence.MEDIUM, random(3.0))


HEX, ALNUM, URL64 = "[0-9a-f]", "[A-Za-z0-9]", "[A-Za-z0-9_-]"
SCHEMES = "postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|oracle|clickhouse|cockroachdb|snowflake|ldaps?|smtps?"
IN_ADDRESS = r"(?P<body>[^\s/@\"'<>]{3,120})@[\w.\[-]"
QUOTED = r"[\"'](?P<body>[A-Za-z0-9+/=_.!@#%^&*~-]{16,200})[\"']"
PRIVATE = r"-----BEGIN (?:[A-Z]{2,9} )?PRIVATE KEY(?: BLOCK)?-----(?P<body>[A-Za-z0-9+/=:.\\\s\"',()-]{64,400})"
JWT = rf"eyJ(?P<body>{URL64}{{10,1000}}\.eyJ{URL64}{{10,3000}}\.{URL64}{{20,1000}})"
AGE = "AGE-SECRET-KEY-1(?P<body>[02-9AC-HJ-NP-Z]{58})"
NAMES = "pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|access|auth|signing|encryption)_?key|credentials?"

WORDS = r"_?[a-z]{2,}\d?(?:_[a-z]{2,}\d?)*"
DOTTED = re.compile(rf"(?:{WORDS}\.)+(?:{WORDS}|(?:[A-Z]{{1,6}}[a-z]{{2,}}\d?)+)")  # `shop2.keys.SecretKeyMaker`: chance makes words without digits never


PLAIN = r"[a-z]+\d{0,4}"
PATH = re.compile(rf"~?(?:/\.?{PLAIN}(?:[-._]{PLAIN})*){{2,}}")  # `/run/secrets/shop-credentials/x509.private-key.pem`
CODED = re.compile(r"[A-Za-z0-9+/=]{24}")


def _generic(whole: str, body: str) -> bool:
    """A long random word: letters and digits mixed, and no path, dotted name or sentence."""
    mixed = any(c.isdigit() for c in body) and any(c.isalpha() for c in body)
    return mixed and entropy(body) >= 3.7 and not fake(body) and not any(shape.fullmatch(body) for shape in (DOTTED, PATH))


def _private(whole: str, body: str) -> bool:
    """Something coded stands behind the header: a manual shows it with its end alone, or speaks of it in a sentence."""
    return CODED.search(body.partition("-----")[0]) is not None and entropy(body) >= 3.5 and not fake(body[:64])


def _password(whole: str, body: str) -> bool:
    """A password inside an address. Short ones count too; the words that manuals use do not."""
    return not spelled_out(body, STOCK) and body.lower() not in STOCK and not fake(body) and entropy(body) > 1.0


# What manuals write for a password.
STOCK = frozenset(
    (
        *("password", "passwd", "pass", "pwd", "secret", "token", "key", "user", "username", "admin", "root", "guest"),
        *("postgres", "mysql", "test", "testing", "foo", "bar", "baz"),
        *("tiger", "masterkey", "sysdba", "sa"),  # with which the manuals of Oracle and Firebird begin
    )
)

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "private-key",
        "a private key",
        ("PRIVATE KEY",),
        re.compile(PRIVATE),
        CRITICAL,
        Confidence.HIGH,
        _private,
    ),
    _shaped("age-secret-key", "an age secret key", "AGE-SECRET-KEY-1", AGE, checked_bech32),
    _shaped("github-token", "a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", rf"gh[pousr]_(?P<body>{ALNUM}{{36}})", checked62),
    _shaped("npm-token", "an npm token", "npm_", rf"npm_(?P<body>{ALNUM}{{36}})", checked62),
    _shaped("jwt", "a signed JSON web token", "eyJ", JWT, signed_jwt, MEDIUM),
    _token(
        "github-fine-token",
        "a GitHub fine-grained token",
        "github_pat_",
        rf"github_pat_(?P<body>{ALNUM}{{22}}_{ALNUM}{{59}})",
        CRITICAL,
    ),
    _token("aws-access-key", "an AWS access key id", "AKIA ASIA", r"(?:AKIA|ASIA)(?P<body>[A-Z2-7]{16})"),
    _named("aws-secret-key", "an AWS secret key", "aws", r"aws[\w.-]{0,20}secret", r"[A-Za-z0-9/+]{40}", CRITICAL),
    _token("gcp-api-key", "a Google API key", "AIza", rf"AIza(?P<body>{URL64}{{35}})"),
    _token("gcp-oauth-secret", "a Google OAuth client secret", "GOCSPX-", rf"GOCSPX-(?P<body>{URL64}{{28}})"),
    _token("gcp-oauth-token", "a Google OAuth token", "ya29.", rf"ya29\.(?P<body>{URL64}{{30,400}})"),
    _token(
        "azure-storage-key",
        "an Azure storage key",
        "AccountKey=",
        r"AccountKey=(?P<body>[A-Za-z0-9+/]{86}==)",
        CRITICAL,
    ),
    _token(
        "azure-shared-key",
        "an Azure shared access key",
        "SharedAccessKey=",
        r"SharedAccessKey=(?P<body>[A-Za-z0-9+/]{43}=)",
    ),
    _token(
        "azure-client-secret",
        "an Azure client secret",
        "Q~",
        r"(?P<body>[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34})",
    ),
    _token(
        "gitlab-token",
        "a GitLab token",
        "glpat- gldt- glrt- glptt- glft- glsoat-",
        rf"gl(?:pat|dt|rt|ptt|ft|soat)-(?P<body>{URL64}{{20,52}})",
        CRITICAL,
    ),
    _token(
        "slack-token",
        "a Slack token",
        "xoxb- xoxp- xoxa- xoxe- xoxs- xoxr- xapp-",
        r"(?:xox[abeprs]|xapp)-(?P<body>[A-Za-z0-9-]{24,160})",
    ),
    _token(
        "slack-webhook",
        "a Slack webhook",
        "hooks.slack.com",
        rf"hooks\.slack\.com/services/T{ALNUM}{{8,12}}/B{ALNUM}{{8,12}}/(?P<body>{ALNUM}{{24}})",
        MEDIUM,
    ),
    _token(
        "stripe-key",
        "a live Stripe key",
        "sk_live_ rk_live_",
        rf"[sr]k_live_(?P<body>{ALNUM}{{24,120}})",
        CRITICAL,
    ),
    _token(
        "stripe-test-key",
        "a Stripe test key",
        "sk_test_ rk_test_",
        rf"[sr]k_test_(?P<body>{ALNUM}{{24,120}})", LOW,
    ),
    _named("twilio-token", "a Twilio auth token", "twilio", "twilio", rf"{HEX}{{32}}"),
    _token("sendgrid-key", "a SendGrid key", "SG.", rf"SG\.(?P<body>{URL64}{{22}}\.{URL64}{{43}})"),
    _shaped("pypi-token", "a PyPI upload token", "pypi-AgE", rf"pypi-AgE(?P<body>{URL64}{{60,400}})", lambda token: pypi_macaroon(token) and entropy(token) >= 3.0),
    _token(
        "anthropic-key",
        "an Anthropic key",
        "sk-ant-",
        rf"sk-ant-(?:api|admin)[0-9]{{2}}-(?P<body>{URL64}{{80,120}})",
    ),
    _token(
        "openai-key",
        "an OpenAI key",
        "T3BlbkFJ",
        rf"sk-(?:(?:proj|svcacct|admin)-)?(?P<body>{URL64}{{20,90}}T3BlbkFJ{URL64}{{20,90}})",
    ),
    _token("huggingface-token", "a Hugging Face token", "hf_", r"hf_(?P<body>[A-Za-z]{34})"),
    _token(
        "digitalocean-token",
        "a DigitalOcean token",
        "dop_v1_ doo_v1_ dor_v1_",
        rf"do[opr]_v1_(?P<body>{HEX}{{64}})",
    ),
    _token(
        "doppler-token",
        "a Doppler token",
        "dp.pt. dp.st. dp.ct. dp.sa.",
        rf"dp\.(?:pt|st|ct|sa)\.(?:[a-z0-9_-]{{2,35}}\.)?(?P<body>{ALNUM}{{40,44}})",
    ),
    _token(
        "discord-webhook",
        "a Discord webhook",
        "/api/webhooks/",
        rf"discord(?:app)?\.com/api/webhooks/[0-9]{{17,20}}/(?P<body>{URL64}{{60,80}})",
        MEDIUM,
    ),
    _token("telegram-token", "a Telegram bot token", ":AA", rf"[0-9]{{8,10}}:(?P<body>AA{URL64}{{33}})"),
    _token("mailgun-key", "a Mailgun key", "key-", rf"key-(?P<body>{HEX}{{32}})"),
    _token("mailchimp-key", "a Mailchimp key", "-us", rf"(?P<body>{HEX}{{32}})-us[0-9]{{1,2}}"),
    _token(
        "shopify-token",
        "a Shopify token",
        "shpat_ shpca_ shppa_ shpss_",
        rf"shp(?:at|ca|pa|ss)_(?P<body>{HEX}{{32}})",
    ),
    _token("square-token", "a Square token", "sq0atp- sq0csp-", rf"sq0(?:atp|csp)-(?P<body>{URL64}{{22,43}})"),
    _token("newrelic-key", "a New Relic key", "NRAK-", r"NRAK-(?P<body>[A-Z0-9]{27})"),
    _named("datadog-key", "a Datadog key", "dd_ datadog_", r"(?:datadog|\bdd)_(?:api|app)", rf"{HEX}{{32}}(?:{HEX}{{8}})?"),
    _token(
        "grafana-token",
        "a Grafana token",
        "glsa_ glc_",
        rf"(?:glsa_(?P<body>{ALNUM}{{32}}_{HEX}{{8}})|glc_[A-Za-z0-9+/=]{{32,400}})",
    ),
    _token("docker-token", "a Docker Hub token", "dckr_pat_", rf"dckr_pat_(?P<body>{URL64}{{27}})"),
    _token("vault-token", "a HashiCorp Vault token", "hvs. hvb. hvr.", rf"hv[sbr]\.(?P<body>{URL64}{{24,200}})"),
    _token(
        "terraform-token",
        "a Terraform Cloud token",
        ".atlasv1.",
        rf"{ALNUM}{{14}}\.atlasv1\.(?P<body>{URL64}{{60,70}})",
    ),
    _token("databricks-token", "a Databricks token", "dapi", rf"dapi(?P<body>{HEX}{{32}})(?:-[0-9])?"),
    _token(
        "atlassian-token",
        "an Atlassian token",
        "ATATT3xFfGF0",
        r"ATATT3xFfGF0(?P<body>[A-Za-z0-9_=-]{100,250})",
    ),
    _token("linear-key", "a Linear key", "lin_api_", rf"lin_api_(?P<body>{ALNUM}{{40}})"),
    _token("postman-key", "a Postman key", "PMAK-", rf"PMAK-(?P<body>{HEX}{{24}}-{HEX}{{34}})"),
    _token("rubygems-key", "a RubyGems key", "rubygems_", rf"rubygems_(?P<body>{HEX}{{48}})", CRITICAL),
    _token("pulumi-token", "a Pulumi token", "pul-", rf"pul-(?P<body>{HEX}{{40}})"),
    Provider(
        "database-url",
        "a database address with its password",
        ("://",),
        re.compile(rf"(?:{SCHEMES})(?:\+\w{{1,20}})?://[^\s:/@\"'<>]{{0,80}}:{IN_ADDRESS}", re.IGNORECASE),
        HIGH,
        Confidence.MEDIUM,
        _password,
    ),
    Provider(
        "url-password",
        "an address with its password",
        ("://",),
        re.compile(rf"(?:https?|ftps?|ssh|git|svn)://[^\s:/@\"'<>]{{1,80}}:{IN_ADDRESS}", re.IGNORECASE),
        HIGH,
        Confidence.MEDIUM,
        _password,
    ),
    Provider(
        "high-entropy",
        "a random word under the name of a secret",
        ("pass", "pwd", "secret", "token", "key", "credential"),
        re.compile(rf"(?:{NAMES})\w{{0,20}}[\"'\]]{{0,2}}\s{{0,3}}(?:=>|:=|=|:)\s{{0,3}}{QUOTED}", re.IGNORECASE),
        MEDIUM,
        Confidence.LOW,
        _generic,
    ),
)
