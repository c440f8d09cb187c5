"""Whether released code imports a distribution with a hole: said, where it can be told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from secure_release.checks import SourceFile
from secure_release.checks.reach import Reach, import_names, reach, site_of


def reached(files: Mapping[str, str], *distributions: str, site: Path | None = None) -> Reach:
    listed = [SourceFile(path, len(text), "", False, path.endswith(".py"), False) for path, text in files.items()]
    return reach(distributions, listed, site, lambda path: files[path].encode())


LEADS = {
    "import": ({"app.py": "import os\nimport yaml\n"}, "pyyaml", "app.py:2"),
    "from": ({"app.py": "from PIL.Image import open\n"}, "pillow", "app.py:1"),
    "late": ({"a.py": "x = 1\n", "b.py": "def f():\n    import jwt\n"}, "pyjwt", "b.py:2"),
    "settings": ({"settings.py": "INSTALLED_APPS = [\n  'rest_framework',\n]\n"}, "djangorestframework", "settings.py:2"),
    "a-server": ({"Procfile": "web: gunicorn shop:app\n", "shop.py": ""}, "gunicorn", "Procfile:1"),
    "a-name-of-our-own": ({"app.py": "from .yaml import x\n"}, "pyyaml", ""),
    "only-in-a-comment": ({"app.py": "# import yaml\n"}, "pyyaml", ""),
    "nowhere": ({"app.py": "import json\n"}, "jinja2", ""),
}


@pytest.mark.parametrize("name", LEADS)
def test_the_first_place_that_leads_to_it(name: str) -> None:
    files, distribution, place = LEADS[name]

    assert reached(files, distribution) == {distribution: place}


@pytest.mark.parametrize(
    "text", ["import importlib\nimportlib.import_module(name)\n", "__import__(x)\n", "from importlib.metadata import entry_points\nentry_points(group='x')\n"]
)
def test_where_code_imports_what_it_is_told_nobody_can_tell(text: str) -> None:
    assert reached({"app.py": text}, "jinja2") == {}
    assert reached({"app.py": text + "import jinja2\n"}, "jinja2") == {"jinja2": f"app.py:{len(text.splitlines()) + 1}"}
    assert reached({"app.py": "import importlib\nimportlib.import_module('json')\n"}, "jinja2") == {"jinja2": ""}


def test_import_names_come_from_what_is_installed(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    for name, files in {
        "Some_Thing-1.0": {"top_level.txt": "thing\n_thing\n"},
        "newer-2.0": {"RECORD": "new/__init__.py,sha256=x,1\nnewer-2.0.dist-info/METADATA,,\nsingle.py,,\n../../bin/new,,\n"},
    }.items():
        (site / f"{name}.dist-info").mkdir(parents=True)
        for file, text in files.items():
            (site / f"{name}.dist-info" / file).write_text(text)

    assert site_of(tmp_path) == site
    assert import_names("some-thing", site) == ("thing", "_thing")
    assert import_names("newer", site) == ("new", "single")
    assert import_names("PyYAML", site) == ("yaml", "_yaml")
    assert import_names("other-thing", None) == ("other_thing",)
