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


# ruleid: auth-object-unowned
@login_required
def shows(pid):
    return jsonify(Prescription.query.get_or_404(pid).as_dict())


# ruleid: auth-object-unowned
@login_required
def shows_page(request, pk):
    return render(request, "invoice.html", {"invoice": get_object_or_404(Invoice, pk=pk)})


# ruleid: auth-object-unowned
@login_required
def removes(request, pk):
    get_object_or_404(Document, pk=pk).delete()
    return redirect("/")


# ruleid: auth-object-unowned
@login_required
def removes_other(request, pk):
    Submission.objects.get(pk=pk).delete()
    return redirect("/")


# ok: auth-object-unowned
@login_required
def shows_category(cid):
    return jsonify(Category.query.get_or_404(cid).as_dict())


# ok: auth-object-unowned
@login_required
def shows_own(request, pk):
    return render(request, "invoice.html", {"invoice": get_object_or_404(Invoice, pk=pk, owner=request.user)})


# ruleid: auth-object-unowned
@login_required
def drop_note(note_id):
    get_db().execute("DELETE FROM notes WHERE id = ?", (note_id,))
    return "gone"


# ruleid: auth-object-unowned
@login_required
def drop_letter(letter_id):
    db.execute("DELETE FROM letters WHERE id = %s", [letter_id])
    return "gone"


# ok: auth-object-unowned
@login_required
def drop_own(note_id):
    db.execute("DELETE FROM notes WHERE id = ? AND owner = ?", (note_id, current_user.id))
    return "gone"


# ok: auth-object-unowned
@login_required
def drop_looked_at(note_id):
    note = note_of(note_id, session["user"])
    db.execute("DELETE FROM notes WHERE id = ?", (note_id,))
    return note


# ok: auth-object-unowned
@login_required
def drop_known(note_id):
    note = note_of(note_id, g.user)
    db.execute("DELETE FROM notes WHERE id = ?", (note_id,))
    return note


# ok: auth-object-unowned
@login_required
def drop_ours(note_id):
    note = note_of(note_id, current_user)
    db.execute("DELETE FROM notes WHERE id = ?", (note_id,))
    return note
