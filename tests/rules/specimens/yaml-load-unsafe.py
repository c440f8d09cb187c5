import yaml


def read(stream):
    # ruleid: yaml-load-unsafe
    yaml.load(stream)
    # ruleid: yaml-load-unsafe
    yaml.load(stream, Loader=yaml.Loader)
    # ruleid: yaml-load-unsafe
    yaml.load(stream, yaml.UnsafeLoader)
    # ruleid: yaml-load-unsafe
    yaml.unsafe_load(stream)
    # ok: yaml-load-unsafe
    yaml.safe_load(stream)
    # ok: yaml-load-unsafe
    yaml.load(stream, Loader=yaml.SafeLoader)
    # ok: yaml-load-unsafe
    yaml.load(stream, yaml.CSafeLoader)


# ruleid: yaml-load-unsafe
yaml.unsafe_load_all()


# ruleid: yaml-load-unsafe
yaml.load_all(s_1)


# ruleid: yaml-load-unsafe
yaml.load_all(Loader=Loader)


# ruleid: yaml-load-unsafe
yaml.load_all(s_1, Loader)


# ruleid: yaml-load-unsafe
ruamel.yaml.YAML(typ="unsafe")
