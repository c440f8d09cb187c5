from fastapi import APIRouter, Depends
from flask import Flask, g, session
from flask_login import current_user, login_required

app = Flask(__name__)
router = APIRouter()


@app.route("/users/<int:uid>/delete", methods=["POST"])
# ruleid: authz-route-deletes
def delete_user(uid):
    user = User.query.get_or_404(uid)
    db.session.delete(user)
    db.session.commit()


@app.route("/posts/<int:post_id>/delete", methods=["POST"])
# ruleid: authz-route-deletes
def delete_post(post_id):
    Post.query.filter_by(id=post_id).delete()


@router.delete("/users/{user_id}")
# ruleid: authz-route-deletes
async def remove(user_id: int, db=Depends(get_db)):
    db.delete(db.get(User, user_id))


@router.delete("/orders/{order_id}")
# ruleid: authz-route-deletes
async def remove_order(order_id: int, db=Depends(get_db)):
    db.query(Order).filter(Order.id == order_id).delete()


@router.delete("/docs/{doc_id}")
# ruleid: authz-route-deletes
async def remove_document(doc_id: str):
    await documents.delete_one({"_id": doc_id})


@app.route("/a/<int:uid>/delete")
@login_required
# ok: authz-route-deletes
def with_login(uid):
    db.session.delete(User.query.get(uid))


@router.delete("/b/{user_id}", dependencies=[Depends(admin)])
# ok: authz-route-deletes
async def with_dependencies(user_id: int):
    db.delete(db.get(User, user_id))


@router.delete("/c/{user_id}")
# ok: authz-route-deletes
async def with_caller(user_id: int, user: User = Depends(get_current_user)):
    db.delete(db.get(User, user_id))


@router.delete("/d/{user_id}")
# ok: authz-route-deletes
async def with_plain_caller(user_id: int, user=Depends(require_admin)):
    db.delete(db.get(User, user_id))


@router.delete("/e/{user_id}")
# ok: authz-route-deletes
async def with_annotated(user_id: int, current_user: CurrentUser):
    db.delete(db.get(User, user_id))


@app.route("/f/<int:uid>")
# ok: authz-route-deletes
def with_check(uid):
    require_admin()
    db.session.delete(User.query.get(uid))


@app.route("/g/<int:uid>")
# ok: authz-route-deletes
def with_user(uid):
    if current_user.id != uid:
        return "no"
    db.session.delete(User.query.get(uid))


@app.route("/h/<int:uid>")
# ok: authz-route-deletes
def with_session(uid):
    if session.get("user") != uid:
        return "no"
    db.session.delete(User.query.get(uid))


@app.route("/i/<int:uid>")
# ok: authz-route-deletes
def with_g(uid):
    if not g.user:
        return "no"
    db.session.delete(User.query.get(uid))


@admin_router.delete("/j/{user_id}")
# ok: authz-route-deletes
async def of_admins(user_id: int):
    db.delete(db.get(User, user_id))


@router.delete("/k/{flavour}")
# ok: authz-route-deletes
async def of_cache(flavour: str):
    cache.delete(flavour)


@app.route("/api/articles/<int:i>", methods=["DELETE"])
# ruleid: authz-route-deletes
def remove_article(i):
    a = Article.query.get_or_404(i)
    db.session.delete(a)
    return "", 204


@app.delete("/rows/{row_id}")
# ruleid: authz-route-deletes
async def drop_row(row_id: int, db: Session = Depends(get_db)):
    db.execute(text("DELETE FROM rows WHERE id = :i"), {"i": row_id})


@app.delete("/own/{row_id}")
# ok: authz-route-deletes
async def drop_own_row(row_id: int, db: Session = Depends(get_db), user=Depends(current_user)):
    db.execute(text("DELETE FROM rows WHERE id = :i"), {"i": row_id})


@app.get("/rows/{row_id}")
# ok: authz-route-deletes
async def read_row(row_id: int, db: Session = Depends(get_db)):
    db.execute(text("SELECT * FROM rows WHERE id = :i"), {"i": row_id})
