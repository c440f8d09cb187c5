# What the hooks share. SECURE_RELEASE_HOME puts it all elsewhere, together with `destination` in appspec.yml.
home=${SECURE_RELEASE_HOME:-/var/lib/secure-release/@@NAME@@}
project=$home/project
run=$home/run
mkdir -p "$home"
PATH=$home/tool/bin:$PATH

stage() {
    (cd "$project" && secure-release "$1" --run "$run")
}

# The run goes where the pipeline's Verify reads it. That nobody can read it there is said, and Verify is red then.
hand_back() {
    aws s3 cp --recursive --only-show-errors "$run" "$(cat "$home/incoming/report-to")/$(uname -n)" ||
        echo "The run could not be handed back: it is in $run." >&2
}

# Ends the hook with the exit code of the way back: 30 rolled back, 31 stranded. Nothing was open: with the stage's own.
take_back() {
    local back=0
    stage rollback || back=$?
    hand_back
    if [ "$back" = 0 ]; then exit "$1"; fi
    exit "$back"
}
