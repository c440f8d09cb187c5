"""CodeNarc's rules for Jenkins find nothing in the template, and what is planted beside it: so they really look."""

from __future__ import annotations

from pathlib import Path

import pytest

from .codenarc import Look, codenarc, jars, said
from .groovy import rendered
from .once import once

# File, what stands in it, and the rule that must tell.
DEFECTS = (
    ("src/securerelease/Unsaved.groovy", "package securerelease\n\nclass Unsaved {\n    String name\n}\n", "ClassNotSerializable"),
    ("src/securerelease/Calls.groovy", """package securerelease

import com.cloudbees.groovy.cps.NonCPS

class Calls implements Serializable {
    private static final long serialVersionUID = 1L
    String step() { 'a step' }

    @NonCPS
    String pure() { step() }
}
""", "CpsCallFromNonCpsMethod"),
    ("src/securerelease/Named.groovy", """package securerelease

class Named implements Serializable {
    private static final long serialVersionUID = 1L
    @Override
    String toString() { 'named' }
}
""", "ObjectOverrideOnlyNonCpsMethods"),
    ("vars/plantedSort.groovy", "def call(List<String> names) {\n    names.sort { a, b -> a <=> b }\n}\n", "ForbiddenCallInCpsMethod"),
    ("vars/plantedParameter.groovy", "def call(Thread thread) {\n    thread.join()\n}\n", "ParameterOrReturnTypeNotSerializable"),
    ("vars/plantedLocal.groovy", "def call() {\n    Thread thread = new Thread()\n    echo(thread.name)\n}\n", "ExpressionInCpsMethodNotSerializable"),
    ("vars/plantedGString.groovy", 'def call(String name) {\n    echo("${ -> name }")\n}\n', "ClosureInGString"),
    ("vars/plantedImport.groovy", "import java.util.regex.Matcher\n\ndef call() {\n    echo('done')\n}\n", "UnusedImport"),
)  # fmt: skip


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Look]:
    found = jars()

    def make(folder: Path) -> None:
        rendered(folder / "planted")
        for file, text, _ in DEFECTS:
            (folder / "planted" / file).write_text(text)
        codenarc(folder, found, [rendered(folder / "template"), folder / "planted"])

    return said(once(tmp_path_factory, "codenarc", make))


@pytest.mark.slow
def test_nothing_is_found_in_the_template(looks: dict[str, Look], tmp_path: Path) -> None:
    files = [path for path in rendered(tmp_path / "template").rglob("*") if path.suffix == ".groovy" or path.name == "Jenkinsfile"]

    assert looks["template"] == Look(len(files), (), ())


@pytest.mark.slow
@pytest.mark.parametrize(("file", "rule"), [(file, rule) for file, _, rule in DEFECTS], ids=[rule for *_, rule in DEFECTS])
def test_a_planted_defect_is_found(looks: dict[str, Look], file: str, rule: str) -> None:
    assert (Path(file).name, rule) in [(Path(found).name, told) for found, told in looks["planted"].violations]
