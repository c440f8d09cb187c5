from fastapi import APIRouter, Depends

router = APIRouter()


@router.get("/orders/{order_id}")
# ruleid: authz-caller-unused
async def get_order(order_id: int, user: User = Depends(get_current_user), db=Depends(get_db)):
    return db.query(Order).filter(Order.id == order_id).first()


@router.put("/invoices/{invoice_id}")
# ruleid: authz-caller-unused
def put_invoice(invoice_id: int, db=Depends(get_db), user=Depends(get_current_user)):
    invoice = db.query(Invoice).filter(Invoice.id == invoice_id).first()
    invoice.paid = True


@router.delete("/notes/{note_id}")
# ruleid: authz-caller-unused
def drop_note(note_id: int, user: User = Depends(get_current_active_user)):
    note = db.get(Note, note_id)
    note.hidden = True


@router.get("/documents/{document_id}")
# ruleid: authz-caller-unused
def read_document(document_id: str, user: User = Depends(current_user)):
    return db.get(Document, document_id)


@router.get("/orders/{order_id}/mine")
# ok: authz-caller-unused
async def mine(order_id: int, user: User = Depends(get_current_user)):
    order = db.get(Order, order_id)
    if order.owner_id != user.id:
        return None
    return order


@router.get("/orders/{order_id}/filtered")
# ok: authz-caller-unused
async def filtered(order_id: int, user: User = Depends(get_current_user)):
    return db.query(Order).filter(Order.id == order_id).filter(Order.owner_id == user.id).first()


@router.get("/orders/{order_id}/noted")
# ok: authz-caller-unused
async def noted(order_id: int, user: User = Depends(get_current_user)):
    audit(user.name)
    order = db.get(Order, order_id)
    return order


@router.get("/orders/{order_id}/checked")
# ok: authz-caller-unused
async def checked(order_id: int, user: User = Depends(get_current_user)):
    order = db.get(Order, order_id)
    check_owner(order, user)
    return order


@router.get("/cities/{city_id}")
# ok: authz-caller-unused
async def city(city_id: int, user: User = Depends(get_current_user)):
    return db.get(City, city_id)


@app.get("/docs/{doc_id}")
# ruleid: authz-caller-unused
async def read_doc(doc_id: int, user=Depends(get_current_user), db=Depends(get_db)):
    doc = db.query(Document).filter(Document.id == doc_id).first()
    return doc
