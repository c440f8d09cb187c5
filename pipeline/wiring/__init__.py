"""The one place that picks concrete things: adapters, drivers and checks for one configuration."""

from .benches import Bench, bench, now
from .drivers import backup_means, vault
from .identities import NEEDS_NO_SOURCE
from .releases import aside, opened, rescanning

__all__ = ["NEEDS_NO_SOURCE", "Bench", "aside", "backup_means", "bench", "now", "opened", "rescanning", "vault"]
