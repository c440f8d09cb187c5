from flask import request


class Model:
    def from_json(self, data):
        # ruleid: attributes-replaced
        self.__dict__.update(data)

    def replaced(self, payload):
        # ruleid: attributes-replaced
        self.__dict__ = payload

    def __setstate__(self, data):
        # ok: attributes-replaced
        self.__dict__.update(data)

    def settings(self, defaults):
        # ok: attributes-replaced
        self.__dict__.update(defaults)

    def named(self, data):
        # ok: attributes-replaced
        self.name = data["name"]


def flask_view(user, cart):
    # ruleid: attributes-replaced
    cart.update(request.get_json())
    # ruleid: attributes-replaced
    cart.update(request.json)
    # ruleid: attributes-replaced
    User.query.filter_by(id=1).update(request.form)
    # ok: attributes-replaced
    User.query.filter_by(id=1).update({"name": request.form["name"]})


def filled(cls, data):
    thing = cls.__new__(cls)
    # ruleid: attributes-replaced
    thing.__dict__.update(data)
    return thing


def replaced(thing, payload):
    # ruleid: attributes-replaced
    thing.__dict__ = payload


def through_vars(user, fields):
    # ruleid: attributes-replaced
    vars(user).update(fields)


def copied(self, data):
    clone = object.__new__(type(self))
    # ok: attributes-replaced
    clone.__dict__.update(data)
    return clone


def from_itself(thing, other):
    # ok: attributes-replaced
    thing.__dict__.update(other.__dict__)


class Kept:
    def __setstate__(self, data):
        me = self
        # ok: attributes-replaced
        me.__dict__.update(data)
