from flask import Flask, request

app = Flask(__name__)
FIELDS = {"name", "mail"}


@app.route("/user", methods=["POST"])
def flask_user():
    # ruleid: mass-assignment-from-request
    user = User(**request.get_json())
    for key, value in request.form.items():
        # ruleid: mass-assignment-from-request
        setattr(user, key, value)
    # ok: mass-assignment-from-request
    User(name=request.json["name"])
    for key, value in request.form.items():
        if key not in FIELDS:
            continue
        # ok: mass-assignment-from-request
        setattr(user, key, value)
    return "ok"


def django_user(request, user):
    # ruleid: mass-assignment-from-request
    user.__dict__.update(request.POST)
    # ruleid: mass-assignment-from-request
    Profile.objects.create(**request.POST.dict())
    # ok: mass-assignment-from-request
    ProfileForm(**request.POST.dict())


@app.post("/users")
async def fastapi_user(body: dict, user: UserCreate):
    # ok: mass-assignment-from-request
    User(**user.model_dump())
    # ruleid: mass-assignment-from-request
    return User(**body)


def another_1(name):
    tainted = request.json
    # ruleid: mass-assignment-from-request
    m_1.objects.update_or_create(**tainted)
    # ruleid: mass-assignment-from-request
    m_1.objects.f_1().update(**tainted)
    # ruleid: mass-assignment-from-request
    m_1.query.f_1().update(tainted)
    # ruleid: mass-assignment-from-request
    vars(o_1).update(tainted)
    # ruleid: mass-assignment-from-request
    c_1.insert_one(tainted)
    # ruleid: mass-assignment-from-request
    c_1.update_one(w_1, {"$set": tainted})


def in_other_ways(request, thing):
    # ruleid: mass-assignment-from-request
    Item.objects.create(**request.POST.dict())
    # ruleid: mass-assignment-from-request
    Item.objects.create(owner=1, **request.POST.dict())
    # ruleid: mass-assignment-from-request
    Item.objects.update_or_create(id=1, defaults=request.POST.dict())
    # ok: mass-assignment-from-request
    Item.objects.create(**{key: value for key, value in request.POST.items() if key in FIELDS})
    # ok: mass-assignment-from-request
    Item.objects.create(**schema.load(request.POST))


def collected(request):
    sent = []
    sent.append(request.POST.dict())
    # ruleid: mass-assignment-from-request
    Item.objects.create(**sent[0])
    # ok: mass-assignment-from-request
    Item.objects.create(**re.sub("[^a-z]", "", request.POST["x"]))
