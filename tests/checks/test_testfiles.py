"""A name alone makes no test: what released code leads to is released, however it is named."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import SourceFile
from secure_release.checks.layout import named_like_a_test
from secure_release.checks.testfiles import test_files as really_tests


def among(files: Mapping[str, str]) -> frozenset[str]:
    listed = [SourceFile(path, len(text), "", False, path.endswith(".py"), False) for path, text in files.items()]
    return really_tests(listed, files.keys(), lambda path: files[path].encode())


NAMED = {
    "tests/test_shop.py": True,
    "tests/deep/down/data.json": True,
    "test/runner.py": True,
    "src/shop/_tests/type_tests/path.py": True,
    "shop/unit_tests/helper.py": True,
    "shop/tests.py": True,
    "shop/test_views.py": True,
    "shop/views_test.py": True,
    "conftest.py": True,
    "vendor/thing/test/sample.md": True,
    "django/test/client.py": False,
    "shop/testing.py": False,
    "shop/contest.py": False,
    "shop/latest_news.py": False,
    "shop/attests/views.py": False,
    "test.py": False,
}


@pytest.mark.parametrize("path", NAMED)
def test_what_is_named_like_a_test(path: str) -> None:
    assert named_like_a_test(path) is NAMED[path]


LEADS = {
    "import": ("shop/app.py", "import shop.test_views\n"),
    "from": ("shop/app.py", "from shop.test_views import handler\n"),
    "from-the-package": ("shop/app.py", "from shop import test_views\n"),
    "relative": ("shop/app.py", "from .test_views import handler\n"),
    "relative-module": ("shop/app.py", "from . import test_views\n"),
    "up-and-down": ("shop/api/app.py", "from ..test_views import handler\n"),
    "in-a-function": ("shop/app.py", "def late():\n    from shop import (\n        views,\n        test_views,\n    )\n"),
    "with-a-continued-line": ("shop/app.py", "from shop \\\n  . test_views import handler\n"),
    "in-other-letters": ("shop/app.py", "from shop.ｔest_views import handler\n"),
    "by-its-name": ("shop/app.py", "import importlib\nimportlib.import_module('shop.test_views')\n"),
    "by-a-function's-name": ("shop/urls.py", "path('x', 'shop.test_views.handler')\n"),
    "by-its-path": ("run.py", "import runpy\nrunpy.run_path('shop/test_views.py')\n"),
    "as-an-entry-point": ("pyproject.toml", "[project.scripts]\nshop = 'shop.test_views:handler'\n"),
    "by-a-container": ("Dockerfile", 'CMD ["python", "shop/test_views.py"]\n'),
    "by-a-process-file": ("Procfile", "web: gunicorn shop.test_views:handler\n"),
    "as-an-older-entry-point": ("setup.py", "setup(entry_points={'console_scripts': ['shop = shop.test_views:handler']})\n"),
    "as-a-module": ("start.sh", "exec python -m shop.test_views\n"),
    "from-where-modules-are-searched": ("run.py", "import sys\nsys.path.append('shop')\nimport test_views\n"),
}


@pytest.mark.parametrize("way", LEADS)
def test_what_released_code_leads_to_is_no_test(way: str) -> None:
    path, text = LEADS[way]

    assert among({"shop/test_views.py": "handler = eval\n"}) == {"shop/test_views.py"}
    assert among({"shop/test_views.py": "handler = eval\n", path: text}) == frozenset()


def test_what_a_test_that_is_released_imports_is_released_too() -> None:
    files = {
        "shop/app.py": "from tests import start\n",
        "tests/start.py": "from .middle import x\n",
        "tests/middle.py": "from tests.deep import end\n",
        "tests/deep/__init__.py": "",
        "tests/deep/end.py": "eval(x)\n",
        "tests/test_shop.py": "from .middle import x\nimport shop.app\n",
    }

    assert among(files) == {"tests/test_shop.py"}


def test_a_folder_that_modules_are_searched_in_is_released() -> None:
    assert among({"run.py": "import sys\nsys.path.insert(0, 'tests')\nimport evil\n", "tests/evil.py": "eval(x)\n"}) == frozenset()


def test_the_packages_above_what_is_imported_are_released() -> None:
    files = {"run.py": "import shop.tests.api.start\n", "shop/tests/__init__.py": "eval(x)\n", "shop/tests/api/start.py": ""}

    assert among(files) == frozenset()


def test_tests_that_only_tests_and_their_settings_name_stay_tests() -> None:
    files = {
        "tests/conftest.py": "from .tools import x\n",
        "tests/tools.py": "assert x\n",
        "shop/app.py": '"""Run the tests with pytest tests/."""\nfrom django.test import Client\n',
        "setup.py": "setup(packages=find_packages(exclude=['tests', 'tests.*']))\n",
        "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
    }

    assert among(files) >= {"tests/conftest.py", "tests/tools.py"}


def test_data_that_released_code_names_is_no_test_data() -> None:
    files = {"tests/certs/server.key": "key", "tests/certs/client.key": "key", "shop/app.py": "KEY = 'tests/certs/' + 'server.key'\n"}

    assert among(files) == {"tests/certs/client.key"}


BULK = {"shop/__init__.py": "", "shop/app.py": "x = 1\n" * 100}
SRC = {"pyproject.toml": "[project]\nname = 'shop'\n", "src/shop/__init__.py": "", "src/shop/app.py": "x = 1\n" * 100}
BESIDE: dict[str, tuple[dict[str, str], str, bool]] = {
    "an-example": (BULK, "examples/run.py", True),
    "documentation": (BULK, "docs/conf.py", True),
    "an-example-of-one-of-many": ({"packages/shop/setup.py": "", **BULK}, "packages/shop/examples/run.py", True),
    "a-package-of-tests": ({**BULK, "shop/test/web_test.py": "", "shop/test/cart_test.py": ""}, "shop/test/runner.py", True),
    "a-test-that-its-runner-names": ({**BULK, "shop/test/runner.py": "import_module('shop.test.web_test')"}, "shop/test/web_test.py", False),
    "a-test-that-a-runner-among-tests-names": (
        {**BULK, "shop/test/cart_test.py": "", "shop/test/runner.py": "import_module('shop.test.web_test')"}, "shop/test/web_test.py", True,
    ),
    "a-package-called-test": ({**BULK, "shop/test/client.py": "", "shop/test/web_test.py": ""}, "shop/test/runner.py", False),
    "in-a-package": (BULK, "shop/examples/run.py", False),
    "deep-in-a-package": (BULK, "shop/deep/down/docs/run.py", False),
    "the-most-of-it": ({"run.py": "x = 1\n"}, "examples/run.py", False),
    "all-of-it": ({}, "examples/run.py", False),
    "imported": ({**BULK, "app.py": "import examples.run\n"}, "examples/run.py", False),
    "imported-from-where-it-is-searched": ({**BULK, "app.py": "sys.path.append('examples')\nimport run\n"}, "examples/run.py", False),
    "deployed": ({**BULK, "Dockerfile": "WORKDIR /code/examples\nCMD python run.py\n"}, "examples/run.py", False),
    "asked-by-a-shell": (
        {**BULK, "shop/test/cart_test.py": "", "Dockerfile": "RUN make && \\\n    test -s /bin/init && test ! -e /x \n"}, "shop/test/cart_test.py", True,
    ),
    "run-by-a-shell": ({**BULK, "shop/test/cart_test.py": "", "Dockerfile": "CMD python -m runner test -s \n"}, "shop/test/cart_test.py", False),
    "only-said": ({**BULK, "app.py": "# For examples see https://examples.org/\nx = 'examples'\n"}, "examples/run.py", True),
    "a-helper-of-tests": (SRC, "dummyserver/app.py", True),
    "data-of-a-helper": (SRC, "dummyserver/certs/server.key", True),
    "a-tool": ({**SRC, "noxfile.py": "session.run('mypy', 'tools')\n"}, "tools/build.py", True),
    "a-folder-without-src": (BULK, "dummyserver/app.py", False),
    "a-tool-beside-a-package": ({**BULK, "LICENSE": "", "setup.py": ""}, "tools/build.py", True),
    "a-developer's-steps": ({**BULK, "LICENSE": "", "setup.py": ""}, "tasks.py", True),
    "a-developer's-steps-beside-src": ({**SRC, "LICENSE.txt": ""}, "noxfile.py", True),
    "steps-that-are-imported": ({**BULK, "LICENSE": "", "setup.py": "", "shop/late.py": "from tasks import send\n"}, "tasks.py", False),
    "a-tool-of-what-is-given-to-nobody": ({**BULK, "setup.py": ""}, "tools/build.py", False),
    "steps-of-what-is-not-built": (BULK, "tasks.py", False),
    "a-tool-that-is-imported": ({**BULK, "LICENSE": "", "setup.py": "", "shop/late.py": "import tools.build\n"}, "tools/build.py", False),
    "what-runs-the-tests": ({**BULK, "LICENSE": "", "setup.py": ""}, "runtests.py", True),
    "what-only-they-lead-to": ({**BULK, "LICENSE": "", "setup.py": "", "runtests.py": "URLS = 'shop.tests.urls'\n"}, "shop/tests/urls.py", True),
    "tests-beside-a-package": ({**BULK, "LICENSE": "", "setup.py": "", "shop_test/__init__.py": ""}, "shop_test/features/db.py", True),
    "a-package-that-contests": ({**BULK, "LICENSE": "", "setup.py": "", "contest/__init__.py": ""}, "contest/db.py", False),
    "a-tool-that-is-a-package": ({**BULK, "LICENSE": "", "setup.py": "", "tools/__init__.py": ""}, "tools/build.py", False),
    "a-tool-of-what-is-not-built": (BULK, "tools/build.py", False),
    "a-tool-of-what-is-served": ({**BULK, "LICENSE": "", "setup.py": "", "wsgi.py": ""}, "tools/build.py", False),
    "a-tool-of-what-is-deployed": ({**BULK, "LICENSE": "", "setup.py": "", "Dockerfile": "FROM python\n"}, "tools/build.py", False),
    "a-project-for-tests": ({**BULK, "LICENSE": "", "setup.py": "", "test_shop/__init__.py": ""}, "test_shop/settings.py", True),
    "a-project-that-shows-it": ({**BULK, "LICENSE": "", "setup.py": "", "example_project/__init__.py": ""}, "example_project/settings.py", True),
    "a-project-for-tests-that-is-imported": (
        {**BULK, "LICENSE": "", "setup.py": "", "shop/late.py": "import test_shop.settings\n"}, "test_shop/settings.py", False,
    ),
    "a-project-for-tests-of-nothing": ({"LICENSE": "", "setup.py": "", "test_shop/__init__.py": "x = 1\n" * 100}, "test_shop/settings.py", False),
    "a-project-for-tests-that-is-not-built": (BULK, "test_shop/settings.py", False),
    "tests-in-a-package": (BULK, "shop/testsuite/helpers.py", True),
    "tests-in-a-package-that-are-imported": ({**BULK, "shop/late.py": "from .testsuite import helpers\n"}, "shop/testsuite/helpers.py", False),
    "tests-in-a-package-that-settings-name": ({**BULK, "settings.py": "APPS = ['shop.testapp']\n"}, "shop/testapp/__init__.py", False),
    "an-application-that-is-called-so": (BULK, "testapp/views.py", False),
    "one-of-twice-as-many-examples": ({**BULK, "LICENSE": "", "setup.py": "", "examples/big.py": "x = 1\n" * 200}, "examples/run.py", True),
    "one-of-very-many-examples": ({**BULK, "LICENSE": "", "setup.py": "", "examples/big.py": "x = 1\n" * 400}, "examples/run.py", False),
    "one-of-twice-as-many-of-what-is-given-to-nobody": ({**BULK, "examples/big.py": "x = 1\n" * 200}, "examples/run.py", False),
    "beside-src-without-a-build": ({path: text for path, text in SRC.items() if path != "pyproject.toml"}, "web/app.py", False),
    "a-folder-of-a-project-that-is-deployed": ({**SRC, "deploy/Dockerfile": "FROM python\n"}, "web/app.py", False),
    "a-helper-that-is-imported": ({**SRC, "src/shop/late.py": "from dummyserver.app import x\n"}, "dummyserver/app.py", False),
    "an-app-that-settings-name": ({**SRC, "src/shop/settings.py": "INSTALLED_APPS = ['billing']\n"}, "billing/views.py", False),
    "the-machine's-own-steps": (SRC, ".github/scripts/release.py", False),
    "not-packed": ({"pyproject.toml": "", "src/app.py": "x = 1\n" * 100}, "web/app.py", False),
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_the_release(name: str) -> None:
    others, path, is_beside = BESIDE[name]
    assert (path in among({**others, path: "eval(x)\n"})) is is_beside


def test_what_a_tool_is_told_of_tests_leads_nowhere() -> None:
    files = {"tests/test_shop.py": "eval(x)\n", "shop/app.py": ""}
    told = "[tool.coverage.run]\nomit = [\n  'tests/test_shop.py',\n]\n"
    assert among({**files, "pyproject.toml": told}) == {"tests/test_shop.py"}
    assert among({**files, "pyproject.toml": told + "[project.scripts]\nshop = 'tests.test_shop:main'\n"}) == frozenset()
    assert among({**files, "start.sh": told}) == frozenset()


RUN = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")\n'
TRIED: dict[str, tuple[dict[str, str], bool]] = {
    "by-manage.py": ({"manage.py": RUN}, True),
    "by-another-script": ({"runshell.py": 'os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"\n'}, True),
    "by-one-that-is-installed": ({"shopctl.py": RUN, "setup.cfg": "[options]\npy_modules = shopctl\n"}, False),
    "by-one-in-the-package": ({"shop/manage.py": RUN}, False),
    "where-it-is-deployed": ({"manage.py": RUN, "Procfile": "web: python manage.py runserver\n"}, False),
    "where-an-example-is-deployed": ({"manage.py": RUN, "examples/shop/Dockerfile": "FROM python\n"}, True),
    "of-what-is-no-distribution": ({"manage.py": RUN, "setup.py": ""}, False),
    "and-by-the-package": ({"manage.py": RUN, "shop/late.py": "import tests.settings\n"}, False),
}


@pytest.mark.parametrize("name", TRIED)
def test_settings_under_which_a_distribution_is_tried_are_its_tests(name: str) -> None:
    others, is_test = TRIED[name]
    built = {} if others.get("setup.py") == "" else {"setup.py": "setup(name='shop')\n"}
    files = {**BULK, **built, "tests/settings.py": "DEBUG = True\n", **{path: text for path, text in others.items() if text}}

    assert ("tests/settings.py" in among(files)) is is_test


def test_documentation_leads_to_nothing_that_is_released() -> None:
    files = {**BULK, "docs/conf.py": "sys.path.insert(0, os.path.abspath('../tests'))\nimport settings\n", "tests/settings.py": "DEBUG = True\n"}

    assert really_tests([SourceFile(p, len(t), "", False, p.endswith(".py"), False) for p, t in files.items()], {"tests/settings.py"}, lambda p: files[p].encode())


def test_who_looks_up_where_modules_are_searched_leads_nowhere() -> None:
    files = {"tests/evil.py": "eval(x)\n"}

    assert among({**files, "run.py": "for folder in list(sys.path):\n    skip(folder, 'tests')\n"}) == {"tests/evil.py"}
    for changed in ("sys.path.append('tests')", "sys.path += ['tests']", "sys.path[:0] = ['tests']", "p = sys.path\np.append('tests')", "add(sys.path, 'tests')"):
        assert among({**files, "run.py": f"import sys\n{changed}\nimport evil\n"}) == frozenset(), changed


def test_remarks_and_sections_of_tests_in_what_builds_lead_nowhere() -> None:
    files = {"tests/test_shop.py": "eval(x)\n", "shop/app.py": ""}

    assert among({**files, "pyproject.toml": "[dependency-groups]\ntests = [\n  'black',  # for test_shop.py\n]\n"}) == {"tests/test_shop.py"}
    assert among({**files, "setup.cfg": "[sqla_testing]\nrequirement_cls = tests.test_shop:Needs\n"}) == {"tests/test_shop.py"}
    assert among({**files, "setup.cfg": "[options.entry_points]\nshop = tests.test_shop:main\n"}) == frozenset()


def test_what_packs_and_runs_tests_leads_nowhere() -> None:
    packed = "setup(packages=['shop', 'shop.test'], package_data={'shop.test': ['cart_test.cfg', 'server.key']})\n"
    files = {"shop/test/__init__.py": "", "shop/test/cart_test.py": "eval(x)\n", "shop/test/server.key": "key"}
    started = "python -m shop.test.cart_test\n"
    assert among({**files, **BULK, "setup.py": packed, "runtests.sh": started, "run-tests-fast.sh": started}) == set(files)
    assert "shop/test/cart_test.py" not in among({**files, **BULK, "contest.sh": started})


def test_data_of_a_name_that_is_used_elsewhere_is_test_data() -> None:
    files = {"tests/certs/local/privkey.pem": "key", "shop/app.py": "KEY = folder / 'privkey.pem'\n", **{"shop/__init__.py": ""}}

    assert among(files) == {"tests/certs/local/privkey.pem"}


def test_a_header_makes_nothing_a_test() -> None:
    assert among({"shop/app.py": "# @generated: a test, do not edit\neval(x)\n"}) == frozenset()


names = st.sampled_from(["tests", "test_a", "b_test", "conftest", "examples", "docs", "_tests", "c", "d"])
FORMS = st.sampled_from(["import {0}\n", "from {1} import {2}\n", "from {0} import *\n", "x = '{0}'\n", "x = '{3}'\n", "def f():\n  from {0} import f\n"])


@given(parts=st.lists(names, min_size=2, max_size=4), form=FORMS, deep=st.booleans())
def test_no_form_of_import_hides_a_module(parts: list[str], form: str, deep: bool) -> None:
    """Whatever it is called and however deep it lies: a module that a released one imports is none of the tests."""
    path, dotted = "/".join(parts) + ".py", ".".join(parts)
    leading = form.format(dotted, ".".join(parts[:-1]), parts[-1], path)
    files = {path: "eval(x)\n", "deep/down/main.py" if deep else "main.py": leading, "shop.py": "x = 1\n" * 100}

    assert path not in among(files)
