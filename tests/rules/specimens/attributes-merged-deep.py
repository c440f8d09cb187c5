# ruleid: attributes-merged-deep
def merge(source, target):
    for key, value in source.items():
        if isinstance(value, dict):
            merge(value, getattr(target, key))
        else:
            setattr(target, key, value)


# ruleid: attributes-merged-deep
def update(target, source):
    for key, value in source.items():
        if isinstance(value, dict):
            update(getattr(target, key), value)
        else:
            setattr(target, key, value)


# ruleid: attributes-merged-deep
def walk(target, source):
    for key in source:
        if isinstance(source[key], dict):
            walk(getattr(target, key), source[key])


# ruleid: attributes-merged-deep
def assign(target, path, value):
    parts = path.split(".")
    for part in path.split(".")[:-1]:
        target = getattr(target, part)
    setattr(target, parts[-1], value)


# ok: attributes-merged-deep
def guarded(source, target):
    for key, value in source.items():
        if key.startswith("_"):
            continue
        guarded(value, getattr(target, key))


# ok: attributes-merged-deep
def guarded_path(target, path, value):
    for part in path.split("."):
        if part.startswith("_"):
            raise ValueError(part)
        target = getattr(target, part)
    setattr(target, "x", value)


# ok: attributes-merged-deep
def plain(source, target):
    for key, value in source.items():
        if isinstance(value, dict):
            plain(value, target[key])
        else:
            target[key] = value


# ruleid: attributes-merged-deep
def put_deep(obj, path, value):
    *parents, last = path.split(".")
    for part in parents:
        obj = getattr(obj, part)
    setattr(obj, last, value)


# ok: attributes-merged-deep
def put_deep_in_dictionaries(obj, path, value):
    *parents, last = path.split(".")
    for part in parents:
        obj = obj[part]
    obj[last] = value


# ruleid: attributes-merged-deep
def put_at(obj, path, value):
    for part in path.split(".")[:-1]:
        obj = getattr(obj, part)
    setattr(obj, "last", value)
