import hashlib
import random
import secrets
import time


def flask_forgot(user):
    # ruleid: reset-token-guessable
    reset_token = hashlib.md5((user.email + str(time.time())).encode()).hexdigest()
    return reset_token


def django_forgot(user):
    # ruleid: reset-token-guessable
    user.password_reset_token = str(user.id)
    user.save()


async def api_forgot(user):
    # ruleid: reset-token-guessable
    user.reset_code = str(random.randint(1000, 9999))


def good(user, generator):
    # ok: reset-token-guessable
    reset_token = secrets.token_urlsafe(32)
    # ok: reset-token-guessable
    user.reset_token_hash = hashlib.sha256(reset_token.encode()).hexdigest()
    # ok: reset-token-guessable
    user.reset_token = generator.make_token(user)
    # ok: reset-token-guessable
    user.reset_at = time.time()


# ruleid: reset-token-guessable
recoveryhash = hashlib.h_1()


# ruleid: reset-token-guessable
recoveryhash = base64.b_1()


# ruleid: reset-token-guessable
recoveryhash = time.time()


# ruleid: reset-token-guessable
recoveryhash = u_1.id


# ruleid: reset-token-guessable
recoveryhash = datetime.datetime.now()


def fine(user):
    # ok: reset-token-guessable
    reset_token = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
    # ok: reset-token-guessable
    reset_token = base64.b64encode(os.urandom(32))
    # ok: reset-token-guessable
    reset_token = hmac.new(KEY, str(time.time()), "sha256").hexdigest()
    # ok: reset-token-guessable
    reset_code = random.SystemRandom().choice(random.choices("abc"))
