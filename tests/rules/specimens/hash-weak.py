import hashlib
import hmac

from Crypto.Hash import MD5
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding


def sign(data, order_id):
    # ruleid: hash-weak
    a = hashlib.md5(data).hexdigest()
    # ruleid: hash-weak
    b = hashlib.sha1(order_id.encode()).digest()
    # ruleid: hash-weak
    c = hashlib.new("md5", data)
    # ruleid: hash-weak
    d = MD5.new(data)
    # ruleid: hash-weak
    e = hashes.Hash(hashes.SHA1())
    return a, b, c, d, e


def good(data):
    # ok: hash-weak
    a = hashlib.sha256(data).hexdigest()
    # ok: hash-weak
    b = hashlib.md5(data, usedforsecurity=False).hexdigest()
    # ok: hash-weak
    c = hashlib.new("sha3_256", data)
    # ok: hash-weak
    session["token"] = hashlib.sha1(os.urandom(64)).hexdigest()
    # ok: hash-weak
    etag = hashlib.md5(data).hexdigest()
    # ok: hash-weak
    return a, b, c, etag, hmac.new(b"k", data, hashlib.sha1)


def wrapped(key):
    # ok: hash-weak
    return key.encrypt(b"", padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None))


def cache_key(path):
    # ok: hash-weak
    return "page:" + hashlib.sha1(path.encode()).hexdigest()


def short_name(data):
    # ok: hash-weak
    return hashlib.sha1(data).hexdigest()[:8]


def module_name(name):
    # ok: hash-weak
    return "tmpl_" + hashlib.sha1(name.encode()).hexdigest()


def access_token(name):
    # ruleid: hash-weak
    return "tok_" + hashlib.sha1(name.encode()).hexdigest()


def digest_method(text=b""):
    # ok: hash-weak
    return hashlib.sha1(text)


def digest(text):
    # ruleid: hash-weak
    return hashlib.sha1(text).hexdigest()


def web_socket_answer(key):
    # ok: hash-weak
    return base64.b64encode(hashlib.sha1(key + WS_KEY).digest())


def signature(text):
    # ruleid: hash-weak
    return base64.b64encode(hashlib.sha1(text + SECRET_KEY).digest())
# ruleid: hash-weak
hashlib.new(name="md5")


# ruleid: hash-weak
cryptography.hazmat.primitives.hashes.MD5()


# ruleid: hash-weak
Crypto.Hash.MD2.new()


# ruleid: hash-weak
Crypto.Hash.MD4.new()


# ruleid: hash-weak
Crypto.Hash.SHA.new()


# ruleid: hash-weak
Crypto.Hash.SHA1.new()


# ruleid: hash-weak
Crypto.Hash.RIPEMD160.new()


# ruleid: hash-weak
Cryptodome.Hash.MD2.new()


# ruleid: hash-weak
Cryptodome.Hash.MD4.new()


# ruleid: hash-weak
Cryptodome.Hash.MD5.new()


# ruleid: hash-weak
Cryptodome.Hash.SHA1.new()


def sizes():
    # ok: hash-weak
    return [0] * hashlib.sha1(b"").digest_size


def accept(asked, websocket_guid):
    # ok: hash-weak
    answer = hashlib.sha1(asked + websocket_guid)
    answer.update(b"")


def asked_for(algorithm, content):
    if algorithm == "md5":
        # ok: hash-weak
        signer = hashlib.md5(content)
    elif algorithm == Digest.SHA1:
        # ok: hash-weak
        signer = hashlib.sha1(content)
    if content == "seal":
        # ruleid: hash-weak
        signer = hashlib.sha1(content)
    return signer


def md5_hex(text):
    # ok: hash-weak
    made = hashlib.md5(text.encode())
    return made.hexdigest()


def md5_sign(text):
    # ruleid: hash-weak
    made = hashlib.md5(text.encode())
    return made.hexdigest()


class PublicRSASHA1:
    # ok: hash-weak
    chosen = hashes.SHA1()


class PublicDSA:
    # ruleid: hash-weak
    chosen = hashes.SHA1()


def names(channel, email, file_path):
    # ok: hash-weak
    digest = hashlib.md5(channel.encode("utf-8")).hexdigest()
    # ok: hash-weak
    digest = hashlib.md5(self.file_path, x=1)
    # ok: hash-weak
    name_hash = hashlib.md5(email.encode()).hexdigest()
    # ruleid: hash-weak
    digest = hashlib.md5(email.encode()).hexdigest()
    # ruleid: hash-weak
    digest = hashlib.md5(email).hexdigest()


def ids(text):
    # ok: hash-weak
    document_id = hashlib.sha1(text).hexdigest()
    # ruleid: hash-weak
    session_id = hashlib.sha1(text).hexdigest()
def cut_off(data):
    # ok: hash-weak
    part = hashlib.md5(data).digest()[:4]
    # ok: hash-weak
    code = hmac.new(KEY, hashlib.sha1(data).digest(), "sha256")
    return part, code


def tokenize(args):
    try:
        # ok: hash-weak
        h = hashlib.md5(str(args).encode())
    except ValueError:
        h = hashlib.md5(str(args).encode(), usedforsecurity=False)
    return h.hexdigest()


def found(entity, state):
    # ok: hash-weak
    entity_id_sha1 = hashlib.sha1(entity.encode()).hexdigest()
    # ruleid: hash-weak
    token_sha1 = hashlib.sha1(state.encode()).hexdigest()
    return entity_id_sha1, token_sha1


def looked_up(self, subject, sent):
    # ok: hash-weak
    key = hashlib.sha1(subject.encode()).hexdigest()
    try:
        self.known[key].append(subject)
    except KeyError:
        self.known[key] = [subject]
    # ruleid: hash-weak
    proof = hashlib.sha1(subject.encode()).hexdigest()
    return proof == sent
