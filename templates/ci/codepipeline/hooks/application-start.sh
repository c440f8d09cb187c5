#!/usr/bin/env bash
# Deploys. When that fails the way back is taken at once; CodeDeploy then rolls its own record back.
set -euo pipefail
. "$(dirname "$0")/release.sh"

# CodeDeploy's own rollback brings a bundle a second time. The way back has been taken by then: the version stands, and
# ValidateService asks it. If another one stands, nothing is done here: the backup in this bundle is of another day, and a
# deploy that failed on it could put old data in place of new.
if same_run "$good" "$run"; then
    echo "This release was deployed here already: it is verified again."
elif grep -qxF "$(sha256sum < "$home/incoming/run/journal.jsonl")" "$home/verified" 2>/dev/null; then
    echo "This release stood here once, and another one stands by now. To go back, release its commit again: that takes a backup of today." >&2
    keep_as "$home/failed"
    exit 20
else
    stage deploy || take_back $?
fi
