"""Makes the network of one clone: its containers find each other by name, and nothing else finds them or is found."""

from __future__ import annotations

from ...containers import Engine, Network
from .mark import Mark

DNS = ("127.0.0.1",)  # for every container of a clone: the engine's name server forwards to the clone itself, so to nobody
GATEWAY_MODES = (28, 0)  # the engine's version that knows `isolated` (moby#49262)
BRIDGE = "com.docker.network.bridge"
# `internal` alone leaves the bridge an address of the host, and with it everything that the host serves or publishes.
OPTIONS = {f"{BRIDGE}.inhibit_ipv4": "true"}
ISOLATED = {f"{BRIDGE}.gateway_mode_ipv4": "isolated", f"{BRIDGE}.gateway_mode_ipv6": "isolated"}


def isolated_network(engine: Engine, mark: Mark) -> Network:
    """A bridge on which the host has no address, IPv4 only. It is a promise until `prove_isolated` has asked."""
    newer = engine.server().version >= GATEWAY_MODES
    return engine.create_network(mark.name("network", "net"), mark.labels, True, {**OPTIONS, **(ISOLATED if newer else {})})
