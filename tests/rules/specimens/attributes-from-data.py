import json

from fastapi import FastAPI
from flask import request

app = FastAPI()


def flask_json(user):
    for key, value in request.json.items():
        # ruleid: attributes-from-data
        setattr(user, key, value)


def flask_form(user):
    for key, value in request.form.items():
        # ruleid: attributes-from-data
        setattr(user, key, value)


def flask_body(user):
    for key, value in request.get_json().items():
        # ruleid: attributes-from-data
        user.__setattr__(key, value)


def django_view(request, user):
    for key, value in request.POST.items():
        # ruleid: attributes-from-data
        object.__setattr__(user, key, value)


def django_data(request, user):
    for key, value in request.data.items():
        # ruleid: attributes-from-data
        setattr(user, key, value)


class View:
    def put(self, user):
        for key, value in self.request.data.items():
            # ruleid: attributes-from-data
            setattr(user, key, value)


async def starlette_view(request, user):
    body = await request.json()
    for key, value in body.items():
        # ruleid: attributes-from-data
        setattr(user, key, value)


def loaded(text, user):
    for key, value in json.loads(text).items():
        # ruleid: attributes-from-data
        setattr(user, key, value)


def dumped(body, user):
    for key, value in body.model_dump().items():
        # ruleid: attributes-from-data
        setattr(user, key, value)


@app.put("/a")
def fastapi_dict(body: dict, user):
    for key, value in body.items():
        # ruleid: attributes-from-data
        setattr(user, key, value)


@app.put("/b")
def fastapi_typed(body: Dict[str, str], user):
    for key, value in body.items():
        # ruleid: attributes-from-data
        setattr(user, key, value)


FIELDS = ("name", "email")


def fixed(request, user):
    for key in FIELDS:
        # ok: attributes-from-data
        setattr(user, key, request.POST[key])


def listed(user):
    for key, value in request.json.items():
        if key in FIELDS:
            # ok: attributes-from-data
            setattr(user, key, value)


def refused(user):
    for key, value in request.json.items():
        if key not in FIELDS:
            continue
        # ok: attributes-from-data
        setattr(user, key, value)


def named(user):
    for key, value in request.json.items():
        if key == "name":
            # ok: attributes-from-data
            setattr(user, key, value)


def known(user):
    for key, value in request.json.items():
        if hasattr(user, key):
            # ok: attributes-from-data
            setattr(user, key, value)


def settings_of(app_settings, target):
    for key, value in app_settings.model_dump().items():
        # ok: attributes-from-data
        setattr(target, key, value)
