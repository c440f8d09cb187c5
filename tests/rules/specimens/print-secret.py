def main(user, password, config, args):
    # ruleid: print-secret
    print("password:", password)
    # ruleid: print-secret
    print(f"key {config.api_key}")
    # ruleid: print-secret
    print("secret %s" % config["secret_key"])
    # ok: print-secret
    print("password:", "*" * len(password))
    # ok: print-secret
    print(f"user {user}, {args.tokens} tokens")
    # ok: print-secret
    print("Enter your password")


# ruleid: print-secret
print("text".format(secretkey))


# ruleid: print-secret
print(a_1 + secretkey)


def of_several(name, password):
    # ruleid: print-secret
    print("%s has %s" % (name, password))


def refuse(user, password):
    # ruleid: print-secret
    raise ValueError(f"cannot log in {user} with {password}")


def refuse_again(user, password):
    # ruleid: print-secret
    raise ValueError("cannot log in %s with %s" % (user, password))


def refuse_well(user, password):
    # ok: print-secret
    raise ValueError(f"cannot log in {user}")
