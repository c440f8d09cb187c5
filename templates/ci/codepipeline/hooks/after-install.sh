#!/usr/bin/env bash
# Lays out what was scanned: the commit in a repository of its own, the run beside it, the tool in its own environment.
set -euo pipefail
. "$(dirname "$0")/release.sh"

case "$(secure-release --version 2>/dev/null || true)" in
    *" @@VERSION@@") ;;
    *)
        python3 -m venv "$home/tool"
        "$home/tool/bin/python" -m pip install --quiet "secure-release==@@VERSION@@"
        ;;
esac
git init --quiet "$project"
cd "$project"
git fetch --quiet --force --update-head-ok "$home/incoming/source.bundle" '+refs/*:refs/*'
git checkout --quiet --force --detach "$(cat "$home/incoming/commit")"
git clean --quiet -ffd
rm -rf "$run"
if same_run "$good" "$home/incoming/run"; then
    cp -R "$good" "$run"
else
    cp -R "$home/incoming/run" "$run"
fi
