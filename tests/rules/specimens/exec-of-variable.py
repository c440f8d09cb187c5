def run(source, ns, expr, code):
    # ruleid: exec-of-variable
    exec(source)
    # ruleid: exec-of-variable
    exec(code)
    # ruleid: exec-of-variable
    exec(code, globals())
    # ruleid: exec-of-variable
    exec(code, {"a": 1})
    # ok: exec-of-variable
    exec(code, ns)
    # ruleid: exec-of-variable
    exec(source, ns)
    # ruleid: exec-of-variable
    exec(compile(source, "x", "exec"), ns)
    # ok: exec-of-variable
    exec("import os; " + expr)
    # ok: exec-of-variable
    exec("print(1)")
    # ok: exec-of-variable
    exec(code_obj, ns)
    # ok: exec-of-variable
    exec(open("setup.py").read(), ns)
    # ok: exec-of-variable
    exec(compile("x = 1", "x", "exec"))


def version(path, here, ns):
    with open("shop/version.py") as file:
        # ok: exec-of-variable
        exec(file.read(), ns)
    with open(os.path.join(here, "version.py")) as file:
        # ok: exec-of-variable
        exec(file.read(), ns)
    with open(path) as file:
        # ruleid: exec-of-variable
        exec(file.read(), ns)


class Remote:
    # ok: exec-of-variable
    def exec(self, command):
        return command


def proxy(name, arguments, namespace, text):
    source = "def %s(self, %s): return self._%s()" % (name, arguments, name)
    # ok: exec-of-variable
    exec(source, namespace)


def proxy_filled(name, namespace):
    source = "class {}: pass".format(name)
    # ok: exec-of-variable
    exec(source, namespace)


def proxy_dedented(name, namespace):
    source = textwrap.dedent("def %(name)s%(arguments)s: pass" % {"name": name, "arguments": "(self)"})
    # ok: exec-of-variable
    exec(source, namespace)


def proxy_dedented_filled(name, namespace):
    source = textwrap.dedent("def {}(self): pass".format(name))
    # ok: exec-of-variable
    exec(source, namespace)


def proxy_filled_later(name, namespace):
    source = textwrap.dedent("def %(name)s(self): pass") % {"name": name}
    # ok: exec-of-variable
    exec(source, namespace)


def answer(text, namespace):
    source = "result = %s" % text
    # ruleid: exec-of-variable
    exec(source, namespace)
def function_of(body):
    # ruleid: exec-of-variable
    exec(compile("def f(x):\n    return " + body, "<made>", "exec"), {})
    # ruleid: exec-of-variable
    exec(compile(f"def f(x):\n    return {body}", "<made>", "exec"), {})
    # ok: exec-of-variable
    exec(compile("def f(x):\n    return x", "<made>", "exec"), {})


def version():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shop", "version.py")
    told = {}
    with open(path) as file:
        # ok: exec-of-variable
        exec(file.read(), told)
    return told["__version__"]


def version_of(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path) as file:
        # ruleid: exec-of-variable
        exec(file.read(), {})


def settings_of(folder):
    path = os.path.join(folder, "settings.py")
    with open(path) as file:
        # ruleid: exec-of-variable
        exec(file.read(), {})


def run_plugin(code):
    # ruleid: exec-of-variable
    exec(compile(code, "<plugin>", "exec"))


def run_formula(formula, names):
    # ruleid: exec-of-variable
    exec(compile(formula, "<formula>", "exec"), names)


def run_tree(tree, names):
    # ok: exec-of-variable
    exec(compile(tree, "<tree>", "exec"), names)


def run_own(names):
    code = parsed()
    # ok: exec-of-variable
    exec(compile(code, "<own>", "exec"), names)


def cell(self, text, compiled_code, names):
    # ok: exec-of-variable
    exec(text, self.user_global_ns, self.user_ns)
    # ok: exec-of-variable
    exec(compiled_code, names)
    # ruleid: exec-of-variable
    exec(text, names)
