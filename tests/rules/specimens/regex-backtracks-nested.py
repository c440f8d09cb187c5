import re

import regex
from django.core.validators import RegexValidator
from pydantic import Field

# ruleid: regex-backtracks-nested
a = re.compile(r"^(\w+\s?)*$")
# ruleid: regex-backtracks-nested
b = re.match(r"^([a-z]+-?)+$", text)
# ruleid: regex-backtracks-nested
c = re.search(r"(?:\d+,?)*x", text)
# ruleid: regex-backtracks-nested
d = re.fullmatch(r"(a|aa)+b", text)
# ruleid: regex-backtracks-nested
e = re.findall(r"(\w|\d)+$", text)
# ruleid: regex-backtracks-nested
f = re.sub(r"(\d+|\w)*!", "", text)
# ruleid: regex-backtracks-nested
g = regex.compile(r"(.+\s*)*$")
# ruleid: regex-backtracks-nested
h = RegexValidator(r"^([a-z0-9]+\.?)*$")
# ruleid: regex-backtracks-nested
i = Field(pattern=r"^([a-z]+[ -]?)+$")
# ok: regex-backtracks-nested
j = re.compile(r"^\w+(\s\w+)*$")
# ok: regex-backtracks-nested
k = re.match(r"^([a-z]+-)*[a-z]+$", text)
# ok: regex-backtracks-nested
l = re.search(r"(a|b)+$", text)
# ok: regex-backtracks-nested
m = re.compile(r"(\w+\s?)")
# ok: regex-backtracks-nested
n = re.fullmatch(r"(\d|[a-z])+$", text)
