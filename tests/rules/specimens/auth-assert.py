def flask_delete(current_user, order):
    # ruleid: auth-assert
    assert current_user.is_admin
    order.delete()


def django_delete(request, order):
    # ruleid: auth-assert
    assert request.user.has_perm("shop.delete_order"), "no"
    order.delete()


async def api_delete(user, order):
    # ruleid: auth-assert
    assert user.is_authenticated
    order.delete()


class Delete(LoginRequiredMixin, View):
    def post(self, request):
        # ok: auth-assert
        assert request.user.is_authenticated
        # ruleid: auth-assert
        assert request.user.is_staff


@login_required
def guarded_delete(request):
    # ok: auth-assert
    assert request.user.is_authenticated


@method_decorator(login_required, name="dispatch")
class Remove(View):
    def post(self, request):
        # ok: auth-assert
        assert request.user.is_authenticated, "narrowed"


@cached
def unguarded_delete(request):
    # ruleid: auth-assert
    assert request.user.is_authenticated, "no"


def good(user, order):
    # ok: auth-assert
    assert order is not None
    # ok: auth-assert
    assert isinstance(user.name, str)
    if not user.is_admin:
        raise PermissionError
    order.delete()


def test_admin(user):
    # ok: auth-assert
    assert user.is_admin


def of_its_owner(user, doc):
    # ruleid: auth-assert
    assert doc.owner == user
    # ruleid: auth-assert
    assert doc.owner_id == request.user.id, "not yours"
    # ok: auth-assert
    assert doc.owner == first
