"""Where clients' text comes in, by the frameworks' documentation, and how much of it is text at all."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .value import NONE, Cleared

REQUEST = re.compile(
    r"(args|form|values|json|get_json|files|cookies|headers|query_string|data|get_data|view_args|stream|full_path|path|GET|POST"
    r"|COOKIES|FILES|META|body|query_params|path_params|query|match_info|rel_url|params|matchdict|json_body|forms|get_full_path"
    r"|get_argument|get_query_argument|get_body_argument|get_param|get_media|media|post|read|text|body_arguments|arguments"
    r"|path_info|environ|multipart|get_signed_cookie|get_header|get_cookie|bounded_stream|raw_post_data|POST|referrer|user_agent"
    r"|form_data|input_stream|scope_path|build_absolute_uri|url)"
)
# Read from any object: the names are said of nothing else.
READ = frozenset({"get_argument", "get_query_argument", "get_body_argument", "receive_text", "receive_json", "FieldStorage"})
CHECKED = frozenset({"cleaned_data", "validated_data"})
STRINGS = frozenset({"args", "GET", "cookies", "COOKIES", "headers", "query_params", "path_params", "match_info", "files", "FILES"})
FORMS = frozenset({"form", "POST", "values", "forms", "matchdict", "view_args", "META", "path", "path_info", "full_path"})
ITS_OWN = frozenset({"path", "full_path", "path_info", "get_full_path", "build_absolute_uri", "url"})  # begins with our own host, or none
OPERATOR = frozenset({"sys.argv", "os.environ", "os.environb"})
OPERATOR_CALLS = frozenset({"input", "os.getenv", "os.environ.get", "sys.stdin.read", "sys.stdin.readline", "raw_input"})
ROUTES = frozenset(
    ["route", "get", "post", "put", "patch", "delete", "api_route", "websocket", "view", "view_config", "api_view", "tool", "resource", "expose", "on", "event", "head", "options"]
)
VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
HANDED_IN = re.compile(
    r"(self|cls|request|req|resp|response|db|session|ctx|context|background_tasks|websocket|ws|current_user|user|conn|connection"
    r"|.*_session|.*_service|service|repo|.*_repo|settings|config|logger|_+)"
)
VIEW_WORDS = re.compile(
    r"(slug|name|.*_?name|path|.*_path|file|filename|query|q|url|next|next_url|redirect_to|username|token|key|term|search|lang|code"
    r"|title|email|category|tag|cmd|command|host)"
)
OUR_WORDS = frozenset(
    ["template_name", "redirect_field_name", "login_url", "field_name", "view_name", "app_name", "site_name", "url_name", "success_url"]
)
NO_TEXT = re.compile(
    r"(int|float|bool|complex|(uuid\.)?UUID[1-5]?|(datetime\.)?(date|datetime|time|timedelta)|(decimal\.)?Decimal|IPv[46]Address"
    r"|PositiveInt|NonNegativeInt|ObjectId|\w*(Session|Request|Response|Context|BackgroundTasks|WebSocket|Enum|Service|Dep|Repository))"
)
CHOSEN = re.compile(r"(click\.|typer\.)?(int|float|bool|INT|FLOAT|BOOL|UUID|(IntRange|FloatRange|Choice|DateTime)\(.*\))", re.DOTALL)  # types of click
VIEW_BASE = re.compile(r".*(View|Resource|ViewSet|Endpoint|RequestHandler|APIHandler|BaseHandler)$")
WRAPPERS = frozenset({"Optional", "Annotated", "List", "list", "Sequence", "Set", "set", "Union", "typing.Optional", "typing.Annotated"})
FRAMEWORKS = frozenset(
    ["flask", "quart", "fastapi", "starlette", "ninja", "bottle", "sanic", "falcon", "tornado", "aiohttp", "pyramid", "cherrypy", "rest_framework", "litestar", "robyn", "mcp", "fastmcp", "flask_restful", "flask_restx", "flask_socketio", "flask_smorest", "connexion", "blacksheep", "muffin", "apiflask"]
)
# A file without any of these words reads nothing from a client by itself.
HOT = re.compile(
    rb"request|\breq\.|cleaned_data|validated_data|get_argument|receive_(text|json)|HTTPRequestHandler|sys\.argv|environ|getenv"
    rb"|input\(|parse_args|@\w+[\w.]*\.(route|get|post|put|patch|delete|api_route|websocket|command|argument|option)\(|\bevent\b"
    rb"|FieldStorage|self\.kwargs|lambda_handler|def (get|post|put|patch|delete)\(|rfile|\.recv|start_response|scope, receive|streamlit|gradio"
    rb"|@tool\b|@\w+[\w.]*\.(tool|resource|prompt|on|event|expose)\b|def on_(get|post|put|delete)|def (resolve_\w+|(perform_)?mutate)\((\w+, )?_?info|context\.args|info: .*Info"
    rb"|register_function|add_url_rule|websocket|Servicer|update\.(effective_)?message|form\.\w+\.data|urlpatterns"
)


def cleared_at_birth(what: str) -> Cleared:
    """For which weaknesses this source is harmless: a header is no file name of an upload, a query's value is no dictionary."""
    word = what.rpartition(".")[2]
    if word in {"files", "FILES"}:
        return frozenset({434, 943, 915, 22, 73})  # a file that is open already
    strings = {943} if word in STRINGS or word in FORMS else NONE
    fields = NONE if word in {"json", "get_json", "form", "values", "args", "POST", "GET", "data", "post", "query_params", "params", "validated_data"} else {915}
    target = {601} if word in ITS_OWN or word == "referrer" else NONE
    lines = {113, 117} if word in {"headers", "cookies", "COOKIES", "referrer", "user_agent"} else NONE  # servers read them line by line
    return frozenset({434, *strings, *fields, *target, *lines, *({1336, 470, 98, 918, 73} if word in ITS_OWN else ())})


def is_request(owner: str) -> bool:
    """`request`, `self.request`, `flask.request`, `req`."""
    last = owner.rpartition(".")[2]
    return last in {"request", "req", "_request"} or owner == "flask.globals.request"


def numeric(annotation: ast.expr | None) -> bool:
    """Whether a parameter of this type can't hold a client's free text."""
    if isinstance(annotation, ast.Constant):
        text = annotation.value
        return text is None or (isinstance(text, str) and (NO_TEXT.fullmatch(text) is not None or text.startswith("Literal[")))
    if isinstance(annotation, ast.Subscript):
        name, inside = ast.unparse(annotation.value).removeprefix("typing."), annotation.slice
        if name in {"Literal", "Type", "type"}:
            return True
        inner = inside.elts if isinstance(inside, ast.Tuple) else [inside]
        return name in WRAPPERS and all(numeric(each) for each in (inner[:1] if name == "Annotated" else inner))
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return numeric(annotation.left) and numeric(annotation.right)
    return isinstance(annotation, (ast.Name, ast.Attribute)) and NO_TEXT.fullmatch(ast.unparse(annotation)) is not None


def injected(default: ast.expr | None, annotation: ast.expr | None) -> ast.expr | None:
    """What `Depends` or `Security` names, for a parameter that the framework fills by a function of the project."""
    for node in (default, *_annotated(annotation)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"Depends", "Security"}:
            return node.args[0] if node.args else ast.Constant(value=None)
    return None


def _annotated(annotation: ast.expr | None) -> Iterator[ast.expr]:
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        yield from annotation.slice.elts[1:]


def route_of(decorator: ast.expr) -> tuple[str, str] | None:
    """The verb of a routing decorator and its first argument, when that is a text."""
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = call.attr if isinstance(call, ast.Attribute) else call.id if isinstance(call, ast.Name) else ""
    if not isinstance(decorator, ast.Call):
        return (name, "") if name in {"tool", "expose"} else None  # of a server of tools, or for a language model; of CherryPy
    if name not in ROUTES:
        return None
    first = decorator.args[0] if decorator.args else None
    return name, first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def converted(rule: str, name: str) -> bool:
    """Whether a route such as `/item/<int:name>` lets only a number through."""
    return re.search(rf"<(int|float|uuid)(\([^)]*\))?:{re.escape(name)}>|\{{{re.escape(name)}:(int|float|uuid)\}}", rule) is not None


def chosen(decorator: ast.expr, name: str) -> bool:
    """Whether an option or argument of click lets only numbers or words of a list through: `@click.option("--count", type=int)`."""
    if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func).rpartition(".")[2] not in {"option", "argument"}:
        return False
    words = [each.value for each in decorator.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if name not in {part.lstrip("-").replace("-", "_").lower() for word in words for part in word.split("/")}:
        return False
    said = {each.arg: ast.unparse(each.value) for each in decorator.keywords}
    return "True" in (said.get("is_flag"), said.get("count")) or CHOSEN.fullmatch(said.get("type", "")) is not None
