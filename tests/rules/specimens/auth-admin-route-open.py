from fastapi import Depends, FastAPI
from flask import Flask, abort, session
from flask_login import current_user, login_required

app = Flask(__name__)
api = FastAPI()


# ruleid: auth-admin-route-open
@app.route("/admin/users")
def users(db):
    return db.users()


# ruleid: auth-admin-route-open
@app.post("/admin/users/<int:id>/delete")
def delete(id, db):
    return db.delete(id)


# ruleid: auth-admin-route-open
@api.delete("/api/v1/admin/users/{id}")
async def api_delete(id: int, db):
    return db.delete(id)


# ok: auth-admin-route-open
@app.route("/admin/orders")
@login_required
def orders(db):
    return db.orders()


# ok: auth-admin-route-open
@app.route("/admin/stock")
def stock(db):
    if not current_user.is_admin:
        abort(403)
    return db.stock()


# ok: auth-admin-route-open
@app.route("/admin/prices")
def prices(db):
    if "admin" not in session:
        return "no", 403
    return db.prices()


# ok: auth-admin-route-open
@api.get("/admin/users")
async def api_users(db, user=Depends(current_user)):
    return db.users(user)


# ok: auth-admin-route-open
@app.route("/administration-fees")
def fees():
    return "none"


# ok: auth-admin-route-open
@app.route("/admin/login")
def login():
    return "form"


# ok: auth-admin-route-open
@app.get("/admin/dependent", dependencies=[Depends(boss)])
def dependent():
    return 1


# ok: auth-admin-route-open
@app.get("/admin/typed")
def typed(who: User = Depends(boss)):
    return 1


# ok: auth-admin-route-open
@app.get("/admin/secured")
def secured(who: User = Security(boss)):
    return 1


# ok: auth-admin-route-open
@app.get("/admin/annotated")
def annotated(who: Annotated[User, Depends(boss)]):
    return 1


# ok: auth-admin-route-open
@app.get("/admin/asked")
def asked():
    if not current_user.boss:
        return 0
    return 1


# ok: auth-admin-route-open
@app.get("/admin/headers")
def by_headers():
    if request.headers["x"] != KEY:
        return 0
    return 1


# ok: auth-admin-route-open
@app.get("/admin/abort")
def aborts():
    abort(403)


# ok: auth-admin-route-open
@app.get("/admin/checks")
def checks():
    require_boss()
    return 1


def later():
    return flask.g
