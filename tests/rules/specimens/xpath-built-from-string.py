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


def another_1(name):
    tainted = "//a[b='%s']" % name
    # ruleid: xpath-built-from-string
    root.iterfind(tainted)
    # ruleid: xpath-built-from-string
    root.findtext(tainted)
    # ruleid: xpath-built-from-string
    lxml.etree.XPath(tainted)
    # ruleid: xpath-built-from-string
    lxml.etree.ETXPath(tainted)
    # ruleid: xpath-built-from-string
    elementpath.select(root_1, tainted)
    # ruleid: xpath-built-from-string
    root.find(tainted)


def namespaced(root, ns, name):
    # ok: xpath-built-from-string
    root.findall("{%s}shape[@type='#_x0000_t202']" % ns)
    # ok: xpath-built-from-string
    root.findall("{{{}}}shape[@type='#_x0000_t202']".format(ns))
    # ruleid: xpath-built-from-string
    root.findall("{%s}shape[@type='%s']" % (ns, name))
def cleaned(tree, name):
    # ok: xpath-built-from-string
    tree.xpath(re.sub("[^a-z]", "", "//u[n='%s']" % name))


class Styles(Element):
    def style(self, tree, name):
        # ruleid: xpath-built-from-string
        tree.xpath(f"//style[@name='{name}']")
        # ok: xpath-built-from-string
        return self.xpath(f"./style[@name='{name}']")
