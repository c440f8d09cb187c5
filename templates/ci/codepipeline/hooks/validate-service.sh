#!/usr/bin/env bash
# Verifies. When that fails the way back is taken at once; CodeDeploy then rolls its own record back.
set -euo pipefail
. "$(dirname "$0")/release.sh"

stage verify || take_back $?
hand_back
sha256sum < "$home/incoming/run/journal.jsonl" >> "$home/verified"
keep_as "$good"
