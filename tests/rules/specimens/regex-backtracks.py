import re


def patterns(text):
    # ruleid: regex-backtracks
    re.compile(r"^(a+)+$")
    # ruleid: regex-backtracks
    re.match(r"^([a-z]+)*@", text)
    # ruleid: regex-backtracks
    re.search(r"(\w+)+:", text)
    # ruleid: regex-backtracks
    re.fullmatch(r"(?:\d*)*x", text)
    # ok: regex-backtracks
    re.compile(r"^a+$")
    # ok: regex-backtracks
    re.match(r"^([a-z]+)@", text)
    # ok: regex-backtracks
    re.search(r"(\w+,)+:", text)
    # ok: regex-backtracks
    re.compile(r"(?:[a-z]{2,3}){1,2}x")


# ruleid: regex-backtracks
re.findall("([z]+){1,}a")


# ruleid: regex-backtracks
re.finditer("([z]+){1,}a")


# ruleid: regex-backtracks
re.sub("([z]+){1,}a")


# ruleid: regex-backtracks
re.split("([z]+){1,}a")


# ruleid: regex-backtracks
RegexValidator("([z]+){1,}a")


# ruleid: regex-backtracks
RegexValidator(regex="([z]+){1,}a")


# ruleid: regex-backtracks
constr(regex="([z]+){1,}a")
