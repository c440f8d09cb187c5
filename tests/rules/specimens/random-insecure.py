import random
import secrets
import string

from flask import session


def generate_token(length):
    # ruleid: random-insecure
    return "".join(random.choice(string.ascii_letters) for _ in range(length))


def reset(user):
    # ruleid: random-insecure
    otp = random.randint(100000, 999999)
    # ruleid: random-insecure
    user.reset_code = str(random.randrange(10**6))
    # ruleid: random-insecure
    session["csrf_token"] = "%x" % random.getrandbits(128)
    return otp


def create(User):
    # ruleid: random-insecure
    return User(name="new", password="".join(random.sample(string.printable, 12)))


async def api(payload):
    # ruleid: random-insecure
    return {"session_id": random.getrandbits(64), "payload": payload}


def strong(names):
    # ok: random-insecure
    winner = random.choice(names)
    # ok: random-insecure
    token = secrets.token_urlsafe(32)
    # ok: random-insecure
    password = "".join(secrets.choice(string.ascii_letters) for _ in range(20))
    # ok: random-insecure
    pin = random.SystemRandom().randint(1000, 9999)
    # ok: random-insecure
    delay = random.uniform(0.5, 1.5)
    # ok: random-insecure
    token_count = random.randint(1, 5)
    return winner, token, password, pin, delay, token_count


def beside(ask):
    # ok: random-insecure
    ask({"r": random.random(), "token": TOKEN})
    # ok: random-insecure
    ask(random.random(), token=TOKEN)
    # ruleid: random-insecure
    ask({"r": 1, "token": str(random.random())})
    # ruleid: random-insecure
    ask({"token": numpy.random.bytes(8)})
    # ruleid: random-insecure
    ask(1, token=str(random.random()))
    # ruleid: random-insecure
    ask(token=numpy.random.bytes(8))
def forgot_password():
    # ruleid: random-insecure
    letters = "".join(random.choice(string.ascii_letters) for _ in range(32))
    return letters


def invite(size):
    # ruleid: random-insecure
    return "".join(random.choices(string.digits, k=size))


def reset():
    # ok: random-insecure
    state = random.random()
    return state


def shuffled_name():
    # ok: random-insecure
    return "".join(random.sample("abcdef", 6))


def session_id():
    numbers = random.Random()
    # ruleid: random-insecure
    return "%032x" % numbers.getrandbits(128)


def session_id_of_the_system():
    numbers = random.SystemRandom()
    # ok: random-insecure
    return "%032x" % numbers.getrandbits(128)


def of_numpy():
    # ruleid: random-insecure
    token = numpy.random.bytes(16)
    # ruleid: random-insecure
    token += str(random.random())
    # ruleid: random-insecure
    number = hashlib.sha256(str(random.random()).encode())
    return token, number


def nap():
    # ok: random-insecure
    token_delay = time.sleep(random.random())
    # ruleid: random-insecure
    verification = "".join(random.choice("ab") for _ in range(9))
    return token_delay, verification


def wait_for_token():
    # ok: random-insecure
    time.sleep(random.uniform(1, 2))


def forgot_password(request):
    # ruleid: random-insecure
    code = "%06d" % random.randrange(1000000)
    return code


def verify_phone(request):
    # ruleid: random-insecure
    code = random.randint(100000, 999999)
    return code


def colour_of(row):
    # ok: random-insecure
    code = random.randint(100000, 999999)
    return code


def reset_colours(row):
    # ok: random-insecure
    shade = random.randint(100000, 999999)
    return shade
