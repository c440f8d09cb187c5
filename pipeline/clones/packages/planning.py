"""The driver's door to the operating system's patches: what is pending in its images, and their installation in a box."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from secure_release.checks import Gap

from ...containers import Engine
from ...patching import Kind, NotApplied, Patch, Plan
from ..docker.mark import Mark
from .apk import Apk
from .apt import Apt
from .apt_units import Groups
from .box import Box, NoBox, box
from .dnf import Dnf
from .manager import Asked, Installed, Manager, Pending, Unit, gap

MANAGERS: tuple[Manager, ...] = (Apt(), Apk(), Dnf())


@dataclass(frozen=True)
class Found:
    """One image's answer."""

    kind: Kind
    services: tuple[str, ...]
    pending: Pending


def plan_os(
    engine: Engine, mark: Mark, images: Mapping[str, str], origins: tuple[str, ...], folder: Path, progress: Callable[[str], None]
) -> Plan:
    """The pending OS patches of the services' images, each image asked once in a networked box. Artifacts go into `folder`.

    A service whose packages nobody can ask about is a gap. Raises `ReleaseError` when there is no answer, and `EngineError`.
    """
    found: list[Found] = []
    gaps: list[Gap] = []
    for image in dict.fromkeys(images.values()):
        services = tuple(sorted(name for name, its in images.items() if its == image))
        progress(f"pending packages of {', '.join(services)}")
        match _asked(engine, mark, image, services, origins, folder):
            case Found() as answer:
                found.append(answer)
                gaps += answer.pending.gaps
            case Gap() as missing:
                gaps.append(missing)
    sources = tuple(line for one in found for line in one.pending.sources)
    return Plan(patches(found), (), tuple(gaps), sources)


def install_os(engine_box: Box, service: str, chosen: Sequence[Patch], folder: Path) -> Installed | NotApplied:
    """Install the service's members of these patches from their kept artifacts. `NotApplied.blocked` names patches.

    Raises `ValueError` when no patch has a member in the service: an installation of nothing proves nothing.
    """
    manager = next((one for one in MANAGERS if one.here(engine_box)), None)
    if manager is None:
        return NotApplied(f"the image of {service} has no package manager that is known here", (), ())
    members = [member for patch in chosen for member in patch.members if member.service == service]
    artifacts = [digest for patch in chosen for digest in patch.sha256]
    done = manager.install(engine_box, members, tuple(dict.fromkeys(artifacts)), folder)
    return replace(done, blocked=_patches(done.blocked, chosen)) if isinstance(done, NotApplied) else done


def patches(found: Sequence[Found]) -> tuple[Patch, ...]:
    """One for each source package over all services; what is tied together in one image is one everywhere."""
    groups = Groups()
    units = [(one, unit, [f"{one.kind} {name} {fixed}" for name, _, fixed in unit.sources]) for one in found for unit in one.pending.units]
    for _, _, keys in units:
        groups.join(keys)
    together: dict[str, list[tuple[Found, Unit]]] = {}
    for one, unit, keys in units:
        together.setdefault(groups.root(keys[0]), []).append((one, unit))
    return tuple(sorted((_patch(each) for each in together.values()), key=lambda patch: patch.id))


def _patch(parts: Sequence[tuple[Found, Unit]]) -> Patch:
    units = [unit for _, unit in parts]
    sources: dict[str, tuple[list[str], str]] = {}
    for unit in units:
        for name, installed, fixed in unit.sources:
            sources.setdefault(name, ([], fixed))[0].append(installed)
    members = (replace(m, service=service) for one, unit in parts for service in one.services for m in unit.members)
    return Patch(
        kind=parts[0][0].kind,
        name="+".join(sorted(sources)),
        installed=", ".join(_unique([("/".join(_unique(old))) for _, (old, _) in sorted(sources.items())])),
        fixed=", ".join(_unique(fixed for _, (_, fixed) in sorted(sources.items()))),
        holes=_unique(hole for unit in units for hole in unit.holes),
        sha256=_unique(digest for unit in units for digest in unit.sha256),
        members=tuple(sorted(members, key=lambda m: (m.service, m.name))),
        origin=next((unit.origin for unit in units if unit.origin), ""),
    )


def _asked(engine: Engine, mark: Mark, image: str, services: tuple[str, ...], origins: tuple[str, ...], folder: Path) -> Found | Gap:
    label = ", ".join(services)
    try:
        with box(engine, image, mark, network="bridge") as made:
            manager = next((one for one in MANAGERS if one.here(made)), None)
            if manager is None:
                return _unknown(label, "its image has no package manager that is known here (apt, apk, dnf)")
            return Found(manager.kind, services, manager.pending(made, Asked(label, origins, folder)))
    except NoBox as reason:
        return _unknown(label, str(reason))


def _unknown(label: str, why: str) -> Gap:
    return gap(
        label,
        f"nobody knows which OS packages of {label} have pending patches: {why}",
        "Rebuild the image on a patched base, and waive this gap; or leave OS packages out with `patch_test.select.kinds`.",
    )


def _patches(packages: Sequence[str], chosen: Sequence[Patch]) -> tuple[str, ...]:
    """The patches that blamed packages belong to; a package may be named with its architecture, or by its file."""
    blamed = {Path(name).name.partition("_")[0].partition(":")[0] for name in packages}
    return tuple(p.id for p in chosen if any(m.name.partition(":")[0] in blamed for m in p.members))


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


