from django.db.models.expressions import RawSQL

COLUMN = "price"


def newest(queryset, column, owner):
    # ruleid: django-sql-fragment-built-from-string
    queryset.annotate(rank=RawSQL("rank() OVER (ORDER BY %s)" % column, []))
    # ruleid: django-sql-fragment-built-from-string
    queryset.extra(where=[f"owner = '{owner}'"])
    fragment = "owner = '{}'".format(owner)
    # ruleid: django-sql-fragment-built-from-string
    queryset.extra(select={"mine": fragment})
    # ruleid: django-sql-fragment-built-from-string
    queryset.extra(order_by=["-" + column])


def constant(queryset, owner, count):
    # ok: django-sql-fragment-built-from-string
    queryset.annotate(rank=RawSQL("rank() OVER (ORDER BY price)", []))
    # ok: django-sql-fragment-built-from-string
    queryset.extra(where=["owner = %s"], params=[owner])
    # ok: django-sql-fragment-built-from-string
    queryset.annotate(rank=RawSQL(f"rank() OVER (ORDER BY {COLUMN})", []))
    # ok: django-sql-fragment-built-from-string
    queryset.extra(where=[f"price > {int(count)}"])


def another_1(name):
    tainted = "a " + name
    # ruleid: django-sql-fragment-built-from-string
    s_1.extra(tainted)
