from itsdangerous import URLSafeSerializer

SP = {
    "metadata": {},
}


def weak(serializer: URLSafeSerializer, value):
    # ruleid: signature-unsafe-load
    ok, payload = serializer.loads_unsafe(value)
    # ruleid: signature-unsafe-load
    both = serializer.load_unsafe(value)
    # ruleid: signature-unsafe-load
    security = {"wantAssertionsSigned": False, "wantMessagesSigned": False}
    return payload, both, security


def strong(serializer, value):
    # ok: signature-unsafe-load
    payload = serializer.loads(value, max_age=3600)
    # ok: signature-unsafe-load
    security = {"wantAssertionsSigned": True, "wantMessagesSigned": False}
    # ok: signature-unsafe-load
    other = serializer.load(value)
    return payload, security, other


class Wrapped:
    def load_unsafe(self, file):
        # ok: signature-unsafe-load
        return self.loads_unsafe(file.read())

    def loads_unsafe(self, value):
        # ok: signature-unsafe-load
        return self.inner.loads_unsafe(value)


# ruleid: signature-unsafe-load
{"want_response_signed": False, "want_assertions_signed": False}
