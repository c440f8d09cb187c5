"""The weaknesses that are looked for: what each is called, how bad it is, and what to write instead."""

from __future__ import annotations

from typing import NamedTuple


class Weakness(NamedTuple):
    rule: str
    cwe: int
    severity: str
    confidence: str
    operator: str  # the severity when it is only the command line or the environment that says it; "" for no finding
    what: str  # completes "... reaches"
    harm: str  # a sentence
    fix: str


WEAKNESSES: dict[str, Weakness] = {
    each.rule: each
    for each in (
        Weakness(
            "sql-flow", 89, "critical", "high", "medium", "a SQL statement",
            "An attacker can read or change any row.",
            "Write a constant statement with placeholders and hand the values over as its parameters.",
        ),
        Weakness(
            "shell-flow", 78, "critical", "high", "medium", "a shell",
            "An attacker can run any command on the server.",
            "Call subprocess.run([\"program\", value]) without shell=True, with the value checked against an allow-list.",
        ),
        Weakness(
            "program-flow", 77, "high", "high", "", "the name of the program that is started",
            "An attacker chooses the program, or its whole list of arguments.",
            "Start a constant program, map the client's choice through a table, and put -- before free arguments.",
        ),
        Weakness(
            "code-flow", 94, "critical", "high", "medium", "code that is run",
            "An attacker owns the process.",
            "Use ast.literal_eval, json.loads or a table from names to functions instead of eval and exec.",
        ),
        Weakness(
            "import-flow", 98, "high", "high", "", "the name of a module that is imported",
            "Any importable code runs on request.",
            "Look the client's choice up in a constant table and import what the table says.",
        ),
        Weakness(
            "attribute-flow", 470, "high", "medium", "", "the name of an attribute that is taken",
            "An attacker reaches what was never meant for it.",
            "Check the name against a constant set, or look it up in a table of what may be called.",
        ),
        Weakness(
            "template-flow", 1336, "critical", "high", "", "the text of a template",
            "A template can run Python code.",
            "Write the template as a constant file and hand the client's text over as a variable of it.",
        ),
        Weakness(
            "path-flow", 22, "high", "high", "", "the path of a file",
            "With ../ in it an attacker reaches files outside the folder.",
            "Resolve the path and require is_relative_to(base), or take only the last part with secure_filename.",
        ),
        Weakness(
            "upload-flow", 434, "high", "high", "", "the name under which an upload is stored",
            "It can leave the folder or overwrite a program file.",
            "Store uploads under a name of your own (uuid4) with an extension from an allow-list.",
        ),
        Weakness(
            "template-file-flow", 73, "medium", "high", "", "the name of the template that is rendered",
            "An attacker sees pages that were never meant for it.",
            "Look the client's choice up in a constant table of template names.",
        ),
        Weakness(
            "url-flow", 918, "high", "high", "", "the address that the server calls",
            "An attacker reaches internal services and cloud metadata.",
            "Keep scheme and host constant, or compare the parsed host with an allow-list before the call.",
        ),
        Weakness(
            "log-flow", 117, "low", "medium", "", "the log",
            "A line break in it forges log entries.",
            "Log the value with %r or {value!r}, or remove line breaks, or use a structured (JSON) log format.",
        ),
        Weakness(
            "regex-flow", 1333, "medium", "high", "", "the text of a regular expression",
            "One such as (a+)+$ keeps the process busy for hours.",
            "Use re.escape(value) or plain `in`; for user-written patterns use an engine with linear time (google-re2).",
        ),
        Weakness(
            "page-flow", 79, "high", "high", "", "a page as HTML",
            "Markup in it runs in the browser of whoever sees the page.",
            "Render a template with autoescape, or escape the value with markupsafe.escape.",
        ),
        Weakness(
            "redirect-flow", 601, "medium", "high", "", "the target of a redirect",
            "A link to this site can end on an attacker's page.",
            "Redirect to url_for/reverse of a route, or check the target with url_has_allowed_host_and_scheme.",
        ),
        Weakness(
            "header-flow", 113, "low", "medium", "", "a response header",
            "A line break in it adds headers or splits the response.",
            "Choose the header's value from constants, or refuse values with carriage return or line feed.",
        ),
        Weakness(
            "unpickle-flow", 502, "critical", "high", "", "a loader that can call any function",
            "An attacker owns the process.",
            "Use json.loads with a typed model; for YAML use yaml.safe_load.",
        ),
        Weakness(
            "xml-flow", 611, "high", "high", "", "an XML parser that expands entities",
            "A document can read files or eat the memory.",
            "Parse with defusedxml, or with lxml.etree.XMLParser(resolve_entities=False, no_network=True).",
        ),
        Weakness(
            "fields-flow", 915, "high", "medium", "", "the fields of an object, all that were sent",
            "An attacker sets fields that were not on the form, such as is_admin.",
            "Copy the allowed fields by name, or validate with a form, serializer or model that lists them.",
        ),
        Weakness(
            "lookup-flow", 943, "medium", "medium", "", "the names of the columns that are searched",
            "With `password__startswith` an attacker guesses, letter by letter, what they may not see.",
            "Take the names of the columns from a fixed list, or use a FilterSet.",
        ),
        Weakness(
            "nosql-flow", 943, "high", "medium", "", "a document query",
            "An operator such as {\"$ne\": null} instead of a text matches everything.",
            "Convert each value with str() or validate it with a typed model before it enters the query.",
        ),
        Weakness(
            "ldap-flow", 90, "high", "high", "", "an LDAP filter or name",
            "`*)(uid=*` answers for everybody.",
            "Pass the value through ldap.filter.escape_filter_chars or ldap3.utils.conv.escape_filter_chars.",
        ),
        Weakness(
            "xpath-flow", 643, "high", "high", "", "an XPath expression",
            "A quote in it selects other nodes.",
            "Write tree.xpath('//user[name=$name]', name=value), or compare the text in Python.",
        ),
        Weakness(
            "option-flow", 88, "medium", "medium", "", "the arguments of a program, where it can be an option",
            "A value that begins with a dash makes the program do something else, such as run a command.",
            "Put \"--\" before values that a client chooses, or refuse those that begin with a dash.",
        ),
        Weakness(
            "format-flow", 134, "medium", "medium", "", "the text of a format",
            "`{0.__init__.__globals__}` in it shows what the arguments lead to, such as keys of the application.",
            "Keep the format constant and hand the client's text over as one of its values.",
        ),
        Weakness(
            "mail-flow", 93, "medium", "medium", "", "a mail with its headers, as one text",
            "A line break in it adds recipients, headers or another body.",
            "Build the mail with email.message.EmailMessage, which refuses line breaks in headers.",
        ),
        Weakness(
            "trust-flow", 501, "low", "medium", "", "the session",
            "Code that trusts the session trusts the client from here on.",
            "Check the value, or take it from your own records, before it goes into the session.",
        ),
        Weakness(
            "formula-flow", 1236, "low", "medium", "", "a cell of a table that a spreadsheet opens",
            "One that begins with = is run as a formula.",
            "Put an apostrophe before values that begin with =, +, - or @.",
        ),
        Weakness(
            "algorithm-flow", 327, "low", "medium", "", "the name of the algorithm that is used",
            "An attacker chooses a broken one.",
            "Look the client's choice up in a constant table of strong algorithms.",
        ),
    )
}  # fmt: skip
