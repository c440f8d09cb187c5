"""The table of grades: a rule of another tool, how bad and how sure it is to us at most, and why. One line each.

Asked of every rule: when it speaks in ordinary good code, how often is that a hole? What stays out of the table is taken as the
tool says it. A rule of ours that looks closer at the same weakness speaks for itself, at its own severity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .finding import Confidence, Severity

INFO, LOW, MEDIUM, HIGH = Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH
UNSURE, HALF = Confidence.LOW, Confidence.MEDIUM


@dataclass(frozen=True)
class Grade:
    """A ceiling. `only`: how the subject of a finding may begin to which it applies (default: every one). `upto`: how bad the tool says
    it is at most; what it takes for worse has another cause."""

    severity: Severity
    confidence: Confidence
    why: str
    only: tuple[str, ...] = ("",)
    upto: Severity = Severity.CRITICAL


BANDIT: Mapping[str, Grade] = {
    "B101": Grade(LOW, UNSURE, "most asserts check what the author knows to be true, not what a stranger sends"),
    "B102": Grade(MEDIUM, UNSURE, "it speaks of every exec, whatever is executed"),
    "B104": Grade(LOW, HALF, "it is how a service in a container listens; the network decides who gets there"),
    "B105": Grade(LOW, UNSURE, "it goes by the name of a variable and takes any text for a password"),
    "B106": Grade(LOW, UNSURE, "it goes by the name of an argument and takes any text for a password"),
    "B107": Grade(LOW, UNSURE, "it goes by the name of a parameter and takes any text for a password"),
    "B108": Grade(LOW, UNSURE, "it speaks of every text that begins with /tmp, opened or not"),
    "B110": Grade(LOW, UNSURE, "an ignored error is a hole only where it was to stop somebody"),
    "B112": Grade(LOW, UNSURE, "an ignored error is a hole only where it was to stop somebody"),
    "B113": Grade(LOW, HALF, "without a time limit a request can hang; nobody gets in by it"),
    "B301": Grade(MEDIUM, UNSURE, "it speaks of every pickle, also of those that the program wrote itself"),
    "B302": Grade(MEDIUM, UNSURE, "it speaks of every marshal, also of those that the program wrote itself"),
    "B307": Grade(MEDIUM, UNSURE, "it speaks of every eval, whatever is evaluated"),
    "B308": Grade(LOW, UNSURE, "it speaks of every mark_safe, also of a constant; B703 and our rules look at what goes in"),
    "B310": Grade(LOW, UNSURE, "it speaks of every urlopen; our rules follow where the address comes from"),
    "B311": Grade(LOW, UNSURE, "most random numbers guard nothing; our rules look at what is made of them"),
    "B313": Grade(LOW, UNSURE, "this parser loads no external entities, and Expat since 2.4.1 limits how far they grow"),
    "B314": Grade(LOW, UNSURE, "this parser loads no external entities, and Expat since 2.4.1 limits how far they grow"),
    "B315": Grade(LOW, UNSURE, "this parser loads no external entities, and Expat since 2.4.1 limits how far they grow"),
    "B316": Grade(LOW, UNSURE, "this parser loads no external entities, and Expat since 2.4.1 limits how far they grow"),
    "B317": Grade(LOW, UNSURE, "since Python 3.7.1 it loads no external entities unless it is told to"),
    "B318": Grade(LOW, UNSURE, "this parser loads no external entities, and Expat since 2.4.1 limits how far they grow"),
    "B319": Grade(LOW, UNSURE, "since Python 3.7.1 it loads no external entities unless it is told to"),
    "B321": Grade(MEDIUM, HALF, "FTP sends in the clear; what it costs depends on what is sent, and to whom"),
    "B324": Grade(MEDIUM, HALF, "most weak hashes name or compare things; passwords and signatures are our rules' business"),
    "B401": Grade(LOW, UNSURE, "an import connects to nobody; the call has a finding of its own"),
    "B402": Grade(LOW, UNSURE, "an import connects to nobody; the call has a finding of its own"),
    "B403": Grade(INFO, UNSURE, "an import reads nothing; the call has a finding of its own"),
    "B404": Grade(INFO, UNSURE, "an import starts nothing; the call has a finding of its own"),
    "B405": Grade(INFO, UNSURE, "an import reads nothing; the call has a finding of its own"),
    "B406": Grade(INFO, UNSURE, "an import reads nothing; the call has a finding of its own"),
    "B407": Grade(INFO, UNSURE, "an import reads nothing; the call has a finding of its own"),
    "B408": Grade(INFO, UNSURE, "an import reads nothing; the call has a finding of its own"),
    "B409": Grade(INFO, UNSURE, "an import reads nothing; the call has a finding of its own"),
    "B411": Grade(LOW, UNSURE, "an import reads nothing, and Expat since 2.4.1 limits how far entities grow"),
    "B412": Grade(LOW, UNSURE, "since Python 3.5.3 urllib takes no proxy from a CGI request's header"),
    "B413": Grade(LOW, UNSURE, "pycryptodome, which is maintained, has the same import name; pip-audit knows which it is"),
    "B601": Grade(MEDIUM, UNSURE, "it speaks of every remote command, also of a constant"),
    "B603": Grade(INFO, UNSURE, "it speaks of every process that is started in the safe way, without a shell"),
    "B604": Grade(LOW, UNSURE, "it goes by an argument named shell, whatever the function does"),
    "B606": Grade(INFO, UNSURE, "it speaks of every process that is started in the safe way, without a shell"),
    "B607": Grade(LOW, UNSURE, "who can change PATH of a service can do worse"),
    "B608": Grade(MEDIUM, HALF, "it goes by text that looks like SQL; our rules follow what is put into it"),
    "B610": Grade(MEDIUM, UNSURE, "it speaks of every extra(), also where nothing of a request is in it"),
    "B611": Grade(MEDIUM, UNSURE, "it speaks of every RawSQL, also where nothing of a request is in it"),
    "B701": Grade(MEDIUM, HALF, "templates of mail, code and configuration need no escaping; it can't tell them from pages"),
    "B702": Grade(MEDIUM, UNSURE, "it speaks of every Mako template, also of those that escape by default_filters"),
    "B703": Grade(MEDIUM, UNSURE, "it follows a value within one function only, and takes most calls for dangerous"),
    "B704": Grade(MEDIUM, UNSURE, "it takes everything but a literal for dangerous, also what was escaped before"),
}
ZIZMOR: Mapping[str, Grade] = {
    "artipacked": Grade(LOW, UNSURE, "the token that checkout leaves behind is read only where a later step packs or runs strangers' code"),
    "cache-poisoning": Grade(LOW, UNSURE, "what a pull request caches is read on no other branch; who fills the default branch's cache runs code there"),
    "dependabot-cooldown": Grade(LOW, HALF, "a cooldown buys time against a stolen account; its absence is no hole by itself"),
    "excessive-permissions": Grade(
        LOW,
        UNSURE,
        "what a workflow that names none may do is the repository's setting, which is to read only unless somebody loosened it",
        upto=MEDIUM,
    ),
    "unpinned-uses": Grade(LOW, HALF, "who can move GitHub's own tags owns the machine that the workflow runs on", only=("actions/", "github/")),
}

GRADES: Mapping[tuple[str, str], Grade] = {
    **{("bandit", rule): grade for rule, grade in BANDIT.items()},
    **{("workflows", rule): grade for rule, grade in ZIZMOR.items()},
}

# Rules whose calls a rule of ours looks at as well, and closer: what they say alone, in a file that ours has looked at.
CLOSER: Mapping[str, Grade] = {
    "B103": Grade(LOW, UNSURE, "our rules for permissions look at the same calls, and saw nobody but its owner and a group get the right to write"),
    "B202": Grade(LOW, UNSURE, "our rules for archives look at the same calls, and saw a ZIP file, which cleans its names, or members that were chosen"),
    "B303": Grade(LOW, UNSURE, "our rule for weak hashes looks at the same calls, and took this one for a name or a checksum"),
    "B324": Grade(LOW, UNSURE, "our rule for weak hashes looks at the same calls, and took this one for a name or a checksum"),
    "B506": Grade(LOW, UNSURE, "our rule for YAML looks at the same calls, and saw no loader here that builds objects"),
    "B701": Grade(LOW, UNSURE, "our rule for templates looks at the same calls, and saw escaping here"),
    "B702": Grade(LOW, UNSURE, "its options are handed on, so whoever calls says what is escaped"),
}

# A place where text between quotes, or compared with a column, is put into a statement: a value, which is never to be put there. It may
# be sent by a function of the project's own that no rule knows, so such a hit stays.
# A quote that begins a line, or stands behind the f of an f-string, opens the text itself. A column may be set to what it was, and more.
# What the database's own catalogue is asked for are names of tables; our rules follow a client's text there as everywhere.
VALUE = re.compile(
    r"""(?is)\A(?!.*\b(?:from|join)\s+(?:(?:information_schema|sys)\.|pg_\w|sqlite_(?:master|schema)\b|(?:all|dba|user)_(?:cons|ind|tab|trig)\w+))"""
    r""".*?(?:(?<!from )(?<!into )(?<!update )(?<!join )(?<!table )(?<!\[)(?<!    )(?<!\bf)['"]%?(?:%s|%\(|\{\w|\{\}|["']{1,3}\s*(?:\+|%)\s*\w)"""
    r"""|(?:(?<![}\s])\s*|(?P<column>\{[^{}]*\})\s*(?==(?!\s*(?P=column))))=\s*(?:\{(?![\w.]*(?:placeholder|param)\w*\()\w|\{\}|["']\s*\+))"""
)
# An archive that may be a tar, unpacked without a filter and without members that were chosen.
TAR = re.compile(r"(?is)^(?!.*\b_?z(?:ip)?(?:_?(?:f|file|archive|ref))?\d?\.extractall)(?!.*\bextractall\([^(),]+,).+")
FOR_ALL = re.compile(r"\b(?:0o?)?[0-7]{2,3}[2367]\b|\b(?:438|511)\b|S_IWOTH|S_IRWXO|~")  # everyone may write, or nobody knows who may
SETTLED = re.compile(r"(?s)^(?!.*\*\*\s*[A-Za-z_])")  # no options are handed on
UNLESS: Mapping[str, re.Pattern[str]] = {"B103": FOR_ALL, "B202": TAR, "B608": VALUE, "B702": SETTLED}

# Hits of a pattern for whose weakness ours follow data: from clients, from the command line and the environment, from parameters, and
# from wherever text is put together, within a function by semgrep and across functions and files by `flows`. What such a hit is worth
# alone, where both have looked at the file.
FOLLOWED: Mapping[str, str] = {
    "B102": "our rules look at what is executed, and saw neither a client's text nor a variable that may hold one",
    "B301": "our rules look at where the bytes come from, and saw neither a client nor a file that the caller names",
    "B302": "our rules look at where the bytes come from, and saw neither a client nor a file that the caller names",
    "B307": "our rules look at what is evaluated, and saw neither a client's text nor a variable that may hold one",
    "B601": "our rules look at what the command is made of, and saw neither a client's text nor one put together",
    "B602": "our rules look at what the command is made of, and saw neither a client's text nor one put together",
    "B605": "our rules look at what the command is made of, and saw neither a client's text nor one put together",
    "B608": "our rules look at what the statement is made of, and saw only constants, names and numbers get into it",
    "B609": "our rules look at what the command is made of, and saw neither a client's text nor one put together",
    "B610": "our rules look at what the statement is made of, and saw only constants, names and numbers get into it",
    "B611": "our rules look at what the statement is made of, and saw only constants, names and numbers get into it",
    "B703": "our rules look at what the markup is made of, and saw neither a client's text nor one put together",
    "B704": "our rules look at what the markup is made of, and saw neither a client's text nor one put together",
}

# One function at a time, a client's text looks as if it reached a call: what that is worth where the reader of flows, who knows the
# functions that are called, the tests before and the tables that are looked things up in, watched the same call and saw nothing.
WATCHED = Grade(LOW, UNSURE, "the data was followed to this call through the functions and files of the project, and no client's text gets there")
WATCHES: Mapping[str, tuple[str, ...]] = {
    "code-from-command-line": ("code-flow",),
    "code-from-request": ("code-flow",),
    "command-argument-from-request": ("program-flow",),
    "command-from-command-line": ("shell-flow",),
    "command-from-request": ("shell-flow",),
    "deserialize-from-request": ("unpickle-flow",),
    "html-from-request": ("page-flow",),
    "import-from-request": ("import-flow",),
    "ldap-filter-from-request": ("ldap-flow",),
    "log-from-request": ("log-flow",),
    "markup-from-request": ("page-flow",),
    "path-from-request": ("path-flow", "upload-flow"),
    "redirect-from-request": ("redirect-flow",),
    "regex-from-request": ("regex-flow",),
    "sql-from-command-line": ("sql-flow",),
    "sql-from-request": ("sql-flow",),
    "template-from-request": ("template-flow",),
    "template-file-from-request": ("template-file-flow",),
    "url-from-request": ("url-flow",),
    "xml-from-request": ("xml-flow",),
    "xpath-from-request": ("xpath-flow",),
}
