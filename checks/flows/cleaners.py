"""The calls that make a text harmless, and for what; and the ones that hand on what they were given."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .value import NORMAL, Cleared

# The result is no client's text at all: numbers, digests, rows, answers of other servers.
HARMLESS = re.compile(
    r"(int|float|bool|len|ord|hash|id|isinstance|issubclass|hasattr|callable|type|sum|any|all|range|complex|round|abs|divmod"
    r"|(uuid\.)?UUID|(decimal\.)?Decimal|(ipaddress\.)?ip_(address|network)|.*\.strptime|.*\.fromisoformat|.*\.(hex)?digest"
    r"|.*\.(objects|query)\.(?!raw|extra)\w+|.*\.query|get_object_or_404|(.*\.)?get_list_or_404|(.*\.)?authenticate|.*\.fetch(one|all|many)"
    r"|(.*\.)?check_password(_hash)?|(.*\.)?generate_password_hash|[A-Z]\w*(Enum|Choice|Kind|Mode)|.*\.(count|index|find|rfind|startswith|endswith"
    r"|isdigit|isalnum|isalpha|isidentifier|is_relative_to|read_text|read_bytes|exists|is_file|is_dir|scalar|scalars|render|first_or_404|rowcount|timestamp)"
    r"|os\.path\.(exists|isfile|isdir|getsize|getmtime)|os\.(system|getpid|stat)|subprocess\.\w+|requests\.[a-z]\w*|httpx\.[a-z]\w*"
    r"|urllib\.request\.\w+|hashlib\.\w+|hmac\.\w+|secrets\.\w+|uuid\.uuid[1-5]|random\.\w+|time\.\w+|datetime\.\w+(\.\w+)*"
    r"|(flask\.)?(jsonify|render_template|url_for|send_file|send_from_directory|redirect|abort|flash)"
    r"|django\.(shortcuts|urls)\.\w+|(django\.template\.loader\.)?render_to_string|JsonResponse|reverse|resolve_url"
    r"|.*\.unsign(_object)?|(django\.core\.)?signing\.loads"  # what the server signed is its own text
    r"|mimetypes\.\w+|bcrypt\.\w+|logging\.getLogger|super|print|redis\.\w+|struct\.(pack|calcsize))"
)
# Harmless for these weaknesses from here on.
CLEANED: Mapping[str, Cleared] = {
    **dict.fromkeys(("shlex.quote", "pipes.quote", "shlex.join"), frozenset({78})),
    **dict.fromkeys(
        (
            "escape", "conditional_escape", "strip_tags", "escapejs", "clean_html", "bleach.clean", "bleach.linkify", "nh3.clean",
            "html.escape", "format_html", "format_html_join", "xml.sax.saxutils.escape", "xml.sax.saxutils.quoteattr", "forceescape",
        ),
        frozenset({79, 611}),
    ),
    **dict.fromkeys(("secure_filename", "get_valid_filename", "slugify"), frozenset({22, 434, 79, 113, 117, 93, 88, 78, 601, 918, 89, 90, 643, 1336, 73})),
    **dict.fromkeys(("safe_join", "os.path.basename", "ntpath.basename", "posixpath.basename"), frozenset({22, 434, 73, NORMAL})),
    **dict.fromkeys(("os.path.realpath", "os.path.abspath", "os.path.normpath", "posixpath.normpath", "posixpath.abspath", "ntpath.normpath"), frozenset({NORMAL})),
    **dict.fromkeys(("urllib.parse.quote", "urllib.parse.quote_plus", "urllib.parse.urlencode", "url_quote", "urlencode"),
                    frozenset({78, 79, 89, 90, 113, 117, 601, 643, 918})),
    **dict.fromkeys(("escape_filter_chars", "escape_dn_chars", "escape_rdn", "filter_format"), frozenset({90})),
    **dict.fromkeys(("re.escape", "fnmatch.translate", "glob.translate"), frozenset({1333})),
    **dict.fromkeys(("str", "unicode", "bson.ObjectId", "ObjectId", "bson.objectid.ObjectId"), frozenset({943, 915})),
    **dict.fromkeys(("repr", "ascii"), frozenset({943, 915, 113, 117})),
    **dict.fromkeys(("json.dumps", "orjson.dumps", "ujson.dumps"), frozenset({79, 94, 113, 117, 943, 915})),
    **dict.fromkeys(("base64.b64encode", "base64.urlsafe_b64encode", "binascii.hexlify"), frozenset({22, 78, 79, 89, 90, 113, 117, 434, 601, 643, 918, 1333, 1336})),
    **dict.fromkeys(("json.loads", "ast.literal_eval", "yaml.safe_load"), frozenset({502, 611})),
    **dict.fromkeys(("psycopg2.sql.Identifier", "psycopg2.sql.Literal", "psycopg.sql.Identifier", "psycopg.sql.Literal",
                     "quote_name", "escape_string", "quote_ident", "bindparam", "sqlalchemy.bindparam"), frozenset({89})),
    **dict.fromkeys(("email.utils.formataddr", "email.header.Header", "http_date"), frozenset({113})),
    **dict.fromkeys(("as_string", "as_bytes"), frozenset({93})),
    **dict.fromkeys(("xhtml_escape",), frozenset({79, 611})),
    "pickle.dumps": frozenset({502}),
    **dict.fromkeys(("model_validate", "parse_obj", "model_validate_json", "parse_raw"), frozenset({915, 943})),
    **dict.fromkeys(("os.path.splitext",), frozenset({434})),
    **dict.fromkeys(("BytesIO", "StringIO", "io.BytesIO", "io.StringIO", "SpooledTemporaryFile"), frozenset({22, 73, 918})),  # is open already
}  # fmt: skip
# Takes back what the other call did.
UNDONE: Mapping[str, Cleared] = {
    **dict.fromkeys(("b64decode", "urlsafe_b64decode", "unhexlify", "decodebytes", "b32decode", "standard_b64decode"), CLEANED["base64.b64encode"]),
    **dict.fromkeys(("unquote", "unquote_plus", "parse_qs", "parse_qsl"), CLEANED["urllib.parse.quote"] - {79}),
    **dict.fromkeys(("html.unescape", "unescape", "saxutils.unescape"), frozenset({79, 611})),
}  # fmt: skip
SQL_SAFE = frozenset(
    ["select", "insert", "update", "delete", "where", "filter", "filter_by", "values", "bindparams", "order_by", "exclude", "annotate", "bulk_insert_mappings"]
)
SAFE_NAMES = re.compile(r"_?(sanitize|sanitise|clean|make_safe|get_safe|safe_next|safe_redirect|escape|strip_newline|one_line|quote_ident)\w*")
OWN_TARGETS = re.compile(r"_?(get_next|get_success|get_redirect|get_safe|safe_next|safe_redirect|get_valid)\w*")
SAFE_WAY = re.compile(r"(^|_)(safe|safely|sanitized?|sanitised?|validated?)(_|$)")
SAFE_BY_NAME = frozenset({79, 113, 117, 22, 601, 918, 89, 90})
# Hand on what they were given, as they are called on clean objects.
HANDS_ON = frozenset(
    ["format", "join", "replace", "sub", "encode", "decode", "loads", "dumps", "load", "read", "write", "format_map", "substitute", "safe_substitute", "render_string", "unquote", "unquote_plus", "urljoin", "urlunparse", "urlparse", "urlsplit", "urlunsplit", "parse_qs", "parse_qsl", "joinpath", "fromstring", "b64decode", "urlsafe_b64decode", "unhexlify", "copy", "deepcopy", "dedent", "fill", "wrap", "unescape", "StringIO", "BytesIO", "Path", "PurePath", "PosixPath", "build", "concat", "translate", "expandvars", "expanduser", "gather", "wait_for", "run_sync", "to_thread", "run_in_executor", "sync_to_async", "fspath", "getvalue", "namedtuple", "partial", "chain", "zip_longest", "islice", "cast", "realpath", "abspath", "normpath", "basename", "splitext", "dirname", "split", "fsdecode", "normalize", "compile", "match", "search", "findall", "finditer", "fullmatch", "parse", "b64encode", "markdown"]
)
BUILT_IN = frozenset(
    ["str", "bytes", "bytearray", "list", "tuple", "set", "frozenset", "dict", "sorted", "reversed", "zip", "enumerate", "iter", "next", "map", "filter", "min", "max", "vars", "repr", "ascii", "format", "memoryview", "open", "getattr", "super", "slice", "object", "unicode", "eval"]
)
SAME_TEXT = frozenset({"strip", "lower", "upper", "lstrip", "rstrip", "casefold", "title", "capitalize", "__str__", "decode", "encode"})
PUTS = frozenset(["append", "extend", "add", "insert", "update", "write", "put", "set", "setdefault", "appendleft", "feed", "push", "writelines"])
EXITS = frozenset({"abort", "sys.exit", "exit", "quit", "os._exit", "flask.abort", "werkzeug.exceptions.abort", "self.send_error_and_stop"})
CHECKS = re.compile(
    r"\w+_(allowed|permitted|valid|safe)|_?(is|are|has|check|validate|verify|assert|ensure|require)_?\w*(safe|allowed|valid|public|local|permitted|known|url|host|path|name|input"
    r"|filename|file|sql|domain|redirect|param\w*)\w*|_?(url_has_allowed_host_and_scheme|is_safe_url|allowed_file|allowed_\w+|valid_\w+|safe_\w+)"
)
CONVERSIONS = frozenset({"int", "float", "uuid.UUID", "UUID", "decimal.Decimal", "ipaddress.ip_address", "ipaddress.ip_network"})
FORBIDDEN = re.compile(r"(?i)(block|deny|denied|ban|black|forbid|bad|disallow|invalid|unsafe|danger|reserved|taken|exist|seen|used)")
FORM_TESTS = frozenset({"isdigit", "isdecimal", "isnumeric", "isalnum", "isalpha", "isidentifier"})
