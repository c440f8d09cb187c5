# What the hooks share. SECURE_RELEASE_HOME puts it all elsewhere, together with `destination` in appspec.yml.
home=${SECURE_RELEASE_HOME:-/var/lib/secure-release/@@NAME@@}
project=$home/project # the commit that is deployed
run=$home/run         # the run under way; still there when the next deployment begins: it was cut off, or is stranded
good=$home/good       # the run that was verified last; its version stands
mkdir -p "$home"
PATH=$home/tool/bin:$PATH

stage() {
    (cd "$project" && secure-release "$1" --run "$run")
}

# The first line of a journal names its run, and is like no other.
same_run() {
    [ -f "$1/journal.jsonl" ] && cmp -s <(head -n 1 "$1/journal.jsonl") <(head -n 1 "$2/journal.jsonl")
}

# The run goes where the pipeline's Verify reads it. That nobody can read it there is said, and Verify is red then.
hand_back() {
    local to
    to=$(cat "$home/incoming/report-to")/$(uname -n)
    aws s3 cp --recursive --only-show-errors "$run" "$to" ||
        echo "The run could not be handed back: it is in $home." >&2
}

keep_as() {
    rm -rf "$1"
    mv "$run" "$1"
}

# Ends the hook with the exit code of the way back: 30 rolled back, 31 stranded. Nothing was open: with the stage's own.
take_back() {
    local back=0
    stage rollback || back=$?
    hand_back
    case $back in
        0) keep_as "$home/failed" && exit "$1" ;;
        30) keep_as "$home/failed" && exit 30 ;;
        *) exit "$back" ;;
    esac
}
