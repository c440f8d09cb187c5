"""Which image each service is to run: the artifact, by its digest, before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..config import DeploySection
from ..containers import Fleet, NotThere
from ..release import EXIT_CONFIG, ReleaseError
from ..shipping import DeployError, Shipment
from .commands import filled

REVISION = "org.opencontainers.image.revision"  # the commit that an image was built from (OCI image spec, annotations)


@dataclass(frozen=True)
class Wanted:
    """One service's image: as it is asked for, and what that name meant when the rollout was planned."""

    name: str
    id: str


def check_images(section: DeploySection) -> None:
    """Raises `ReleaseError` unless the configuration says in one way what is rolled out."""
    if bool(section.image) == (section.images is not None):
        raise ReleaseError(
            f"deploy.driver {section.driver} needs either deploy.image or deploy.images.",
            "Name the image of each service (`image: {web: shop-web:{version}}`), or say `images: tested`.",
            EXIT_CONFIG,
        )


def wanted_images(fleet: Fleet, section: DeploySection, shipment: Shipment) -> Mapping[str, Wanted]:
    """By service. Raises `DeployError` for an image that is not there, or was built from another commit."""
    if section.images == "tested":
        if not shipment.images:
            raise DeployError(
                "The patch test of this run has no image that carries a safe set.", "Run it first: secure-release patch-test"
            )
        return {service: Wanted(id, _id_of(fleet, id)) for service, id in sorted(shipment.images.items())}
    values = {"version": shipment.version, "commit": shipment.commit}
    names = {service: filled((name,), values)[0] for service, name in sorted(section.image.items())}
    return {service: _built(fleet, name, shipment.commit) for service, name in names.items()}


def against_drift(fleet: Fleet, planned: Mapping[str, Wanted]) -> None:
    """Raises `DeployError` when a name means another image by now, or an image is gone."""
    for service, wanted in planned.items():
        if (now := _id_of(fleet, wanted.name)) != wanted.id:
            raise DeployError(
                f"{wanted.name} for {service} is another image than when the rollout was planned ({now[:19]}, not {wanted.id[:19]}).",
                "Start a new run: only what was looked at may go out.",
            )


def _built(fleet: Fleet, name: str, commit: str) -> Wanted:
    wanted = Wanted(name, _id_of(fleet, name))
    revision = fleet.image(name).labels.get(REVISION, "")
    if revision and revision != commit:
        raise DeployError(f"{name} was built from commit {revision[:12]}, not {commit[:12]}.", "Build it from this commit.")
    return wanted


def _id_of(fleet: Fleet, name: str) -> str:
    try:
        return fleet.image(name).id
    except NotThere as problem:
        raise DeployError(f"The image {name} is not on the engine.", "Build, load or pull it there first.") from problem
