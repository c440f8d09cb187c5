from fastapi import FastAPI
from flask import request

app = FastAPI()


@app.get("/sign")
def signs(key: str, s3):
    # ruleid: stored-object-named-by-request
    return s3.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": key})


def flask_view(s3, bucket, service):
    key = request.args["key"]
    # ruleid: stored-object-named-by-request
    s3.generate_presigned_post("b", key)
    # ruleid: stored-object-named-by-request
    s3.generate_presigned_post(Bucket="b", Key=key)
    # ruleid: stored-object-named-by-request
    s3.get_object(Bucket="b", Key=key)
    # ruleid: stored-object-named-by-request
    s3.delete_object(Bucket="b", Key=key)
    # ruleid: stored-object-named-by-request
    s3.download_file("b", key, "/tmp/x")
    # ruleid: stored-object-named-by-request
    s3.download_fileobj("b", key, None)
    # ruleid: stored-object-named-by-request
    bucket.blob(key).generate_signed_url(60)
    # ruleid: stored-object-named-by-request
    service.get_blob_client(container="c", blob=key)


def django_view(request, s3):
    key = f"users/{request.user.id}/{request.GET['name']}"
    # ok: stored-object-named-by-request
    s3.get_object(Bucket="b", Key=key)
    # ok: stored-object-named-by-request
    s3.get_object(Bucket="b", Key="logo.png")
    asked = request.GET["key"]
    if not asked.startswith(request.user.prefix):
        return None
    # ok: stored-object-named-by-request
    s3.get_object(Bucket="b", Key=asked)
    # ok: stored-object-named-by-request
    return s3.get_object(Bucket="b", Key=str(int(request.GET["n"])))


def collects(request, s3):
    found = []
    found.append(request.GET["x"])
    # ruleid: stored-object-named-by-request
    s3.get_object(Bucket="b", Key="%s" % found[0])
    number = int(request.GET["n"])
    # ok: stored-object-named-by-request
    s3.get_object(Bucket="b", Key="%s" % number)
    # ok: stored-object-named-by-request
    s3.get_object(Bucket="b", Key="%s" % int(request.GET["n"]))
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: stored-object-named-by-request
    s3.get_object(Bucket="b", Key="%s" % kind)
