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
