"""What `init --ci` writes: for each CI its files under templates/ci/<ci>/, and where they go in the user's project."""

from __future__ import annotations

from collections.abc import Mapping

# The library lies apart from what it judges: it is meant to be pushed to a repository of its own.
LIBRARY = "jenkins/secure-release"
STEPS = (
    *("", "Approve", "Backup", "Deploy", "Ended", "Fetch", "Folder", "Gate", "In", "Keep", "Look", "PatchTest", "Publish"),
    *("Report", "Rollback", "Scan", "Secrets", "Setup", "Verify"),
)
JENKINS = (
    *(f"vars/secureRelease{step}.{kind}" for step in STEPS for kind in ("groovy", "txt")),
    *("src/securerelease/Exit.groovy", "src/securerelease/Settings.groovy"),
)

FILES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "github": (
        ("secure-release.yml", ".github/workflows/secure-release.yml"),
        ("secure-release-pipeline.yml", ".github/workflows/secure-release-pipeline.yml"),
        ("action.yml", ".github/actions/secure-release/action.yml"),
    ),
    "jenkins": (("Jenkinsfile", "Jenkinsfile"), *((name, f"{LIBRARY}/{name}") for name in JENKINS)),
    "codepipeline": (
        ("pipeline.yml", "ci/codepipeline/pipeline.yml"),
        ("buildspec-scan.yml", "ci/codepipeline/buildspec-scan.yml"),
        ("buildspec-patch-test.yml", "ci/codepipeline/buildspec-patch-test.yml"),
        ("buildspec-gate.yml", "ci/codepipeline/buildspec-gate.yml"),
        ("buildspec-backup.yml", "ci/codepipeline/buildspec-backup.yml"),
        ("buildspec-verify.yml", "ci/codepipeline/buildspec-verify.yml"),
        ("appspec.yml", "ci/codepipeline/appspec.yml"),
        ("hooks/release.sh", "ci/codepipeline/hooks/release.sh"),
        ("hooks/before-install.sh", "ci/codepipeline/hooks/before-install.sh"),
        ("hooks/after-install.sh", "ci/codepipeline/hooks/after-install.sh"),
        ("hooks/application-start.sh", "ci/codepipeline/hooks/application-start.sh"),
        ("hooks/validate-service.sh", "ci/codepipeline/hooks/validate-service.sh"),
    ),
}
