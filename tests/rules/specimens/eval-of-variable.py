import ast


def calculate(expression, node):
    # ruleid: eval-of-variable
    eval(expression)
    # ruleid: eval-of-variable
    eval(f"math.{expression}", {})
    # ruleid: eval-of-variable
    eval(node.text, {}, {})
    # ok: eval-of-variable
    eval("1 + 1")
    # ok: eval-of-variable
    eval(compile("1 + 1", "<text>", "eval"))
    # ok: eval-of-variable
    ast.literal_eval(expression)
    # ok: eval-of-variable
    node.eval(expression)


class Compiled:
    def run(self, names):
        # ok: eval-of-variable
        return eval(self._code, {"__builtins__": {}}, names)


def constant(name, node):
    if node.id in ["True", "False"]:
        # ok: eval-of-variable
        eval(node.id)
    if name in ("None", "True"):
        # ok: eval-of-variable
        eval(name)
    if name in {"None", "True"}:
        # ok: eval-of-variable
        eval(name)
    if name in node.names:
        # ruleid: eval-of-variable
        eval(name)
def compiled(formula, made, expression):
    # ruleid: eval-of-variable
    eval(compile(formula, "<formula>", "eval"))
    # ruleid: eval-of-variable
    eval(compile(expression.strip(), "<formula>", "eval"))
    # ok: eval-of-variable
    eval(compile(made, "<made>", "eval"))
    # ok: eval-of-variable
    eval(compile("1 + 1", "<made>", "eval"))


def without_builtins(number):
    # ok: eval-of-variable
    return eval(f"{number} + 1", {"__builtins__": {}})


class Frame:
    def eval(self, text):
        # ok: eval-of-variable
        return eval(text)


def character(ordinal, name):
    # ruleid: eval-of-variable
    eval(f"'{name}'")
    # ok: eval-of-variable
    return eval(rf"'\U{ordinal:08x}'")


def debugger(name, frame, shell, text):
    # ok: eval-of-variable
    a = eval(name, frame.f_globals, frame.f_locals)
    # ok: eval-of-variable
    b = eval(text, shell.user_ns)
    # ok: eval-of-variable
    c = eval(text, shell.user_global_ns, shell.user_ns)
    # ruleid: eval-of-variable
    d = eval(text, shell.names)
    return a, b, c, d
