import re


def cleaned(text):
    # ruleid: markup-tags-removed
    text = text.replace("<script>", "")
    # ruleid: markup-tags-removed
    return text.replace("</script>", "")


def halves(text):
    # ruleid: markup-tags-removed
    return text.lower().replace("javascript:", "")


def by_expression(comment):
    # ruleid: markup-tags-removed
    return re.sub("<script.*?>.*?</script>", "", comment, flags=re.I)


def to_text(page):
    # ok: markup-tags-removed
    return re.sub("<script.*?>.*?</script>", "", page, flags=re.S)


def language(text):
    # ok: markup-tags-removed
    return text.replace("python", "javascript")


def breaks(text):
    # ok: markup-tags-removed
    return text.replace("<br>", "\n")


def lines(comment):
    # ok: markup-tags-removed
    return re.sub("<br ?/?>", "\n", comment)
