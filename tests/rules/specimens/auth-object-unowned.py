from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import get_object_or_404
from flask import abort
from flask_login import current_user


# ruleid: auth-object-unowned
@login_required
def django_order(request, pk):
    order = get_object_or_404(Order, pk=pk)  # noqa: F821
    return order


# ruleid: auth-object-unowned
@login_required
def flask_order(order_id):
    order = Order.query.get_or_404(order_id)  # noqa: F821
    return order.text


# ruleid: auth-object-unowned
@login_required
def django_delete(request, pk):
    order = Order.objects.get(pk=pk)  # noqa: F821
    order.delete()


# ok: auth-object-unowned
@login_required
def django_order_safely(request, pk):
    order = get_object_or_404(Order, pk=pk, owner=request.user)  # noqa: F821
    return order


# ok: auth-object-unowned
@login_required
def flask_order_safely(order_id):
    order = Order.query.get_or_404(order_id)  # noqa: F821
    if order.owner_id != current_user.id:
        abort(403)
    return order.text


# ok: auth-object-unowned
@login_required
@permission_required("shop.view_order")
def django_staff(request, pk):
    order = get_object_or_404(Order, pk=pk)  # noqa: F821
    return order


# ok: auth-object-unowned
def public(request, pk):
    order = get_object_or_404(Order, pk=pk)  # noqa: F821
    return order


# ruleid: auth-object-unowned
@login_required
def f_1(id_1):
    pass
    o_1 = get_object_or_404(m_1, id=id_1)
    pass


# ruleid: auth-object-unowned
@login_required
def f_1(id_1):
    pass
    o_1 = m_1.objects.get(id=id_1)
    pass


# ruleid: auth-object-unowned
@login_required
def f_1(id_1):
    pass
    o_1 = m_1.query.get(id_1)
    pass


# ruleid: auth-object-unowned
@login_required
def f_1(id_1):
    pass
    o_1 = db.session.get(m_1, id_1)
    pass


@login_required
def asks_user(request, pk):
    o = get_object_or_404(Order, pk=pk)
    mine = o.owner == request.user
    return mine
