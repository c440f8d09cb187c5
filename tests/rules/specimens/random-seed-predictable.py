import os
import random
import time

import numpy as np

# ruleid: random-seed-predictable
random.seed(time.time())
# ruleid: random-seed-predictable
random.seed(int(time.time()) ^ os.getpid())
# ruleid: random-seed-predictable
rng = random.Random(os.getpid())


def make_token(user_id):
    # ruleid: random-seed-predictable
    random.seed(user_id)
    return random.getrandbits(64)


# ok: random-seed-predictable
random.seed()
# ok: random-seed-predictable
np.random.seed(42)


def split_data(rows):
    # ok: random-seed-predictable
    random.seed(7)
    random.shuffle(rows)
    return rows


def make_order(rows, seed):
    # ok: random-seed-predictable
    return random.Random(seed).sample(rows, 3)


# ruleid: random-seed-predictable
random.seed(time.time_ns())


# ruleid: random-seed-predictable
random.seed(datetime.datetime.now())


# ruleid: random-seed-predictable
random.seed(os.getpid())


# ruleid: random-seed-predictable
random.Random(time.time())


# ruleid: random-seed-predictable
numpy.random.seed(time.time())


def seeded_later():
    numbers = random.Random()
    # ruleid: random-seed-predictable
    numbers.seed(int(time.time()))
    other = Numbers()
    # ok: random-seed-predictable
    other.seed(time.time())
