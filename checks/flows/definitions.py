"""What names, methods and classes stand for in the project, across files."""

from __future__ import annotations

from .frame import Env
from .log import Names
from .modules import Class, Function, Module, Unreadable
from .project import Project
from .value import CLEAN, Ref, Value


class Definitions:
    def __init__(self, project: Project) -> None:
        self.project = project
        self._resolved: dict[Names, Value | str] = {}

    def variables(self, module: Module) -> Env:
        """What the module's own body gives its names."""
        raise NotImplementedError

    def look_up(self, dotted: str, near: str) -> Value:
        """What an imported name stands for in the project; nothing is known of other packages' names."""
        found = self.project.definition(dotted, near)
        if found is None:
            return CLEAN
        known = self._resolved.get(found)
        if known is None:
            known = self._resolved[found] = self._look_up(*found)
        if isinstance(known, Value):
            return known
        return self.variables(self.project.module(found[0])).get(known, CLEAN)

    def _look_up(self, path: str, rest: str) -> Value | str:
        """A string for a variable of the file."""
        module = self.project.module(path)
        if not rest:
            return Value(ref=Ref("module", path, module.name))
        if rest in module.functions:
            return Value(ref=Ref("function", path, rest))
        head, _, method = rest.partition(".")
        if head in module.classes:
            if method in module.classes[head].methods:
                return Value(ref=Ref("function", path, f"{head}.{method}"))
            return Value(ref=Ref("class", path, head)) if not method else CLEAN
        return CLEAN if method else head

    def function(self, ref: Ref) -> Function | None:
        try:
            module = self.project.module(ref.path)
        except Unreadable:
            return None
        if ref.name in module.functions:
            return module.functions[ref.name]
        owner, _, name = ref.name.rpartition(".")
        return module.classes[owner].methods.get(name) if owner in module.classes else None

    def module(self, path: str) -> Module:
        return self.project.module(path)

    def class_of(self, ref: Ref) -> Class | None:
        if ref.kind not in {"instance", "class", "super"}:
            return None
        try:
            return self.project.module(ref.path).classes.get(ref.name)
        except Unreadable:
            return None

    def method(self, ref: Ref, name: str) -> Function | None:
        """By the class, then by its bases in the project."""
        seen: list[Ref] = [ref]
        first = ref.kind != "super"
        for each in seen:
            found = self.class_of(each)
            if found is None:
                continue
            if name in found.methods and (first or each is not ref):
                return found.methods[name]
            for base in found.bases if len(seen) < 12 else ():
                value = self._base(base, each.path)
                if value.ref is not None and value.ref.kind == "class" and value.ref not in seen:
                    seen.append(value.ref)
        return None

    def _base(self, name: str, path: str) -> Value:
        module = self.project.module(path)
        name = name.partition("[")[0]
        if name in module.classes:
            return Value(ref=Ref("class", path, name))
        head, _, rest = name.partition(".")
        if head not in module.imports:
            return CLEAN
        return self.look_up(f"{module.imports[head]}.{rest}" if rest else module.imports[head], path)
