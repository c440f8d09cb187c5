"""What `init --ci` writes: for each CI its files under templates/ci/<ci>/, and where they go in the user's project."""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "github": (),
    "jenkins": (),
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
