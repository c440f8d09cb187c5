from lxml import etree

KIND = "admin"


def find(tree, name, position):
    # ruleid: xpath-built-from-string
    tree.xpath("//user[name='" + name + "']")
    # ruleid: xpath-built-from-string
    tree.xpath(f"//user[@name='{name}']/mail")
    query = "//user[@name='%s']" % name
    # ruleid: xpath-built-from-string
    tree.findall(query)
    # ok: xpath-built-from-string
    tree.xpath("//user[@name=$name]", name=name)
    # ok: xpath-built-from-string
    tree.xpath(f"//user[{position}]")
    # ok: xpath-built-from-string
    tree.xpath(f"//user[@kind='{KIND}']")
    # ok: xpath-built-from-string
    etree.XPath("//user[@name='admin']")
