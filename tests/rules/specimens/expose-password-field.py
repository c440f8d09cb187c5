from django.contrib.auth.models import User
from fastapi import FastAPI
from flask import jsonify
from rest_framework import serializers

api = FastAPI()


def flask_user(user):
    # ruleid: expose-password-field
    return jsonify({"name": user.name, "password": user.password})


# ruleid: expose-password-field
class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = "__all__"


@api.get("/users/{id}")
async def api_user(id, load):
    user = load(id)
    # ruleid: expose-password-field
    return {"name": user.name, "hash": user.password_hash}


def flask_user_safely(user):
    # ok: expose-password-field
    return jsonify({"name": user.name, "email": user.email})


# ok: expose-password-field
class PublicUserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username"]


# ok: expose-password-field
class WritingUserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = "__all__"
        extra_kwargs = {"password": {"write_only": True}}


# ruleid: expose-password-field
flask.jsonify(k_1=o_1.pwd)


# ruleid: expose-password-field
JsonResponse({"k_1": o_1.pwd})


# ruleid: expose-password-field
JSONResponse({"k_1": o_1.pwd})


# ruleid: expose-password-field
rest_framework.response.Response({"k_1": o_1.pwd})


# ruleid: expose-password-field
flask.jsonify(u_1.__dict__)


@app.get("/one/<int:number>")
def one_row(number):
    row = rows()[number]
    # ruleid: expose-password-field
    return flask.jsonify(id=row[0], password_hash=row[2])


def two_row(request):
    row = rows()[0]
    # ruleid: expose-password-field
    return JsonResponse({"id": row[0], "hashed_password": row[2]})


def three_row(request):
    row = rows()[0]
    # ruleid: expose-password-field
    return flask.jsonify({"id": row[0], "pw_hash": row[2]})


def four_row(request):
    row = rows()[0]
    # ok: expose-password-field
    return flask.jsonify({"id": row[0], "file_hash": row[2]})
