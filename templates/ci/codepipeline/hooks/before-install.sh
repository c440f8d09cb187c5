#!/usr/bin/env bash
# Takes back what an earlier deployment left open (its hook was killed, its machine went down), and makes room.
set -euo pipefail
. "$(dirname "$0")/release.sh"

if [ -f "$run/journal.jsonl" ]; then
    said=0
    stage rollback || said=$?
    case $said in
        0 | 30) keep_as "$home/failed" ;; # nothing was open, or it is taken back now
        *) exit "$said" ;;
    esac
fi
rm -rf "$home/incoming"
