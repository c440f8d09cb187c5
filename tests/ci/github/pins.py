"""The actions that the templates may use: the one place where a commit and its version stand together.

GitHub can't be reached from where this was written. Each pair was read in stored copies of public repositories that pin
the action by this commit with this version beside it, in three or more that have nothing to do with each other
(2026-11-23). Whoever can reach GitHub: `git ls-remote https://github.com/actions/checkout v7.0.1^{} v7.0.1`.
"""

from __future__ import annotations

PINS = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/upload-artifact": ("043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "actions/attest": ("1e69f48acb82d1966a394da916b4c1698aa569d6", "v4.2.2"),
    "github/codeql-action/upload-sarif": ("2892aa5e19bbd11bc0cff5427e3b750a04d9e3c2", "v4.38.2"),
}
