def by_word(request):
    f = request.FILES["f"]
    # ruleid: upload-type-believed
    if f.content_type == "image/png":
        Path("/srv/up", "one.png").write_bytes(f.read())


def by_words(request):
    f = request.FILES.get("f")
    # ruleid: upload-type-believed
    if f.content_type not in ("image/png", "image/jpeg"):
        return None
    return f.read()


@app.route("/up", methods=["POST"])
def by_mimetype():
    f = request.files["f"]
    # ruleid: upload-type-believed
    if f.mimetype != "image/png":
        return "no"
    f.save("/srv/up/one")


@app.route("/up2", methods=["POST"])
def by_start():
    f = request.files.get("f")
    # ruleid: upload-type-believed
    if f.mimetype.startswith("image/"):
        f.save("/srv/up/one")


@api.post("/up")
async def by_list(file: UploadFile):
    # ruleid: upload-type-believed
    if file.content_type in ALLOWED:
        return await file.read()


@api.post("/up3")
async def by_default(file: UploadFile = File(...)):
    # ruleid: upload-type-believed
    if file.content_type in ALLOWED:
        return await file.read()


def by_content(request):
    f = request.FILES["f"]
    # ok: upload-type-believed
    if f.content_type == "image/png":
        Image.open(f).verify()


def by_extension(request):
    f = request.FILES["f"]
    # ok: upload-type-believed
    if f.content_type == "image/png":
        if f.name.endswith(".png"):
            return f.read()


def of_an_answer(url):
    f = requests.get(url)
    # ok: upload-type-believed
    if f.content_type == "image/png":
        return f.content


def by_size(request):
    f = request.FILES["f"]
    # ok: upload-type-believed
    if f.size == 10:
        return f.read()
