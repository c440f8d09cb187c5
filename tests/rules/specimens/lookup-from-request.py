from myapp.models import Item, User


def by_field(request):
    field = request.GET["field"]
    # ruleid: lookup-from-request
    User.objects.filter(**{field: request.GET["value"]})
    # ruleid: lookup-from-request
    Item.objects.exclude(**{f"{field}__icontains": "x"})


def by_all_that_was_sent(request):
    # ruleid: lookup-from-request
    return User.objects.filter(**request.GET.dict())


class List:
    def get_queryset(self):
        column = self.request.query_params.get("by")
        # ruleid: lookup-from-request
        return self.queryset.filter(**{column: 1})


class Rest:
    def list(self, request):
        # ruleid: lookup-from-request
        return self.get_queryset().get(**request.data)


def by_known_field(request):
    field = request.GET["field"]
    if field not in ("name", "city"):
        raise ValueError(field)
    # ok: lookup-from-request
    User.objects.filter(**{field: request.GET["value"]})


def by_constant_field(request):
    # ok: lookup-from-request
    User.objects.filter(**{"name": request.GET["name"]})
    # ok: lookup-from-request
    User.objects.filter(name=request.GET["name"])


def by_collected_fields(request):
    wanted = {}
    if request.GET.get("name"):
        wanted["name"] = request.GET["name"]
    # ok: lookup-from-request
    User.objects.filter(**wanted)


def by_checked_form(form, request):
    # ok: lookup-from-request
    User.objects.filter(**form.cleaned_data)
    answer = request.GET["x"]
    # ok: lookup-from-request
    collect.filter(**{answer: 1})
    # ok: lookup-from-request
    User.objects.count(**{answer: 1})


def by_url(self, request):
    # ok: lookup-from-request
    User.objects.filter(**self.kwargs)


def by_choice(form, request):
    # ok: lookup-from-request
    User.objects.filter(**{form.cleaned_data["by"]: request.GET["x"]})
