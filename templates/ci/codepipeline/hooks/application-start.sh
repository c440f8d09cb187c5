#!/usr/bin/env bash
# Deploys. When that fails the way back is taken at once; CodeDeploy then rolls its own record back.
set -euo pipefail
. "$(dirname "$0")/release.sh"

stage deploy || take_back $?
