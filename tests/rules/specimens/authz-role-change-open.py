from fastapi import APIRouter, Depends
from flask import Flask, request

app = Flask(__name__)
router = APIRouter()


@app.route("/users/<int:i>/role", methods=["PUT"])
def flask_open(i):
    user = User.query.get(i)
    # ruleid: authz-role-change-open
    user.role = request.json["role"]
    return "ok"


@app.post("/promote/<name>")
def flask_promote(name):
    user = find(name)
    # ruleid: authz-role-change-open
    user.is_admin = True
    return "ok"


@router.put("/users/{i}")
async def fastapi_open(i: int, body: Change, db=Depends(get_db)):
    user = db.get(User, i)
    # ruleid: authz-role-change-open
    user.role = body.role


@app.route("/users/<int:i>/role", methods=["PUT"])
@admin_required
def flask_admin(i):
    user = User.query.get(i)
    # ok: authz-role-change-open
    user.role = request.json["role"]


@app.route("/users/<int:i>/role", methods=["PUT"])
@roles_accepted("admin")
def flask_roles(i):
    user = User.query.get(i)
    # ok: authz-role-change-open
    user.role = request.json["role"]


@router.put("/users/{i}", dependencies=[Depends(boss)])
async def fastapi_route(i: int, body: Change):
    user = find(i)
    # ok: authz-role-change-open
    user.role = body.role


@router.put("/users/{i}")
async def fastapi_admin(i: int, body: Change, admin=Depends(require_admin)):
    user = find(i)
    # ok: authz-role-change-open
    user.role = body.role


@router.put("/users/{i}")
async def fastapi_asks(i: int, body: Change, who=Depends(caller)):
    user = find(i)
    if who.is_boss:
        # ok: authz-role-change-open
        user.role = body.role


@app.post("/become")
def flask_asks():
    user = find(1)
    if current_user.boss:
        # ok: authz-role-change-open
        user.role = "admin"


@app.post("/register")
def register():
    user = User()
    # ok: authz-role-change-open
    user.role = "user"
    # ok: authz-role-change-open
    user.name = "x"


@app.get("/show")
def show():
    row = Row()
    # ok: authz-role-change-open
    row.role = 1


def script(user):
    # ok: authz-role-change-open
    user.role = "admin"


@login_required
def raises_anyone(request):
    user = User.objects.get(pk=request.POST["id"])
    # ruleid: authz-role-change-open
    user.is_staff = True
    user.save()


@login_required
def raises_if_asked_by_one(request):
    if not request.user.is_superuser:
        raise PermissionDenied
    user = User.objects.get(pk=request.POST["id"])
    # ok: authz-role-change-open
    user.is_staff = True
    user.save()


@login_required
@user_passes_test(is_chief)
def raises_for_the_chief(request):
    user = User.objects.get(pk=request.POST["id"])
    # ok: authz-role-change-open
    user.is_staff = True
    user.save()


@login_required
@staff_only
def raises_for_staff(request):
    user = User.objects.get(pk=request.POST["id"])
    # ok: authz-role-change-open
    user.is_superuser = True
    user.save()


@login_required
def lowers(request):
    user = User.objects.get(pk=request.POST["id"])
    # ok: authz-role-change-open
    user.is_staff = False
    # ok: authz-role-change-open
    user.is_active = True
    user.save()


def creates(email):
    user = User(email=email)
    # ok: authz-role-change-open
    user.is_superuser = True
    user.save()


def promote(request, pk):
    user = User.objects.get(pk=pk)
    # ruleid: authz-role-change-open
    user.is_staff = True
    user.save()
    return redirect("/")


def promote_found(request, pk):
    user = get_object_or_404(User, pk=pk)
    # ruleid: authz-role-change-open
    user.is_superuser = True
    user.save()
    return redirect("/")


def promote_by_staff(request, pk):
    if not request.user.is_superuser:
        return redirect("/")
    user = get_object_or_404(User, pk=pk)
    # ok: authz-role-change-open
    user.is_staff = True
    user.save()
    return redirect("/")


@permission_required("auth.change_user")
def promote_permitted(request, pk):
    user = get_object_or_404(User, pk=pk)
    # ok: authz-role-change-open
    user.is_staff = True
    user.save()
    return redirect("/")


def first_user(store):
    user = User.objects.get(pk=1)
    # ok: authz-role-change-open
    user.is_staff = True
    user.save()
    return user
