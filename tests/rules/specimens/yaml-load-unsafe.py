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
