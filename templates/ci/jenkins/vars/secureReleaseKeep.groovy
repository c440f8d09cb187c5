/** Keeps the run `name` for the agents that come after this one. There may be none, when its task could not begin. */
def call(String name) {
    String folder = secureReleaseFolder(name)
    if (!fileExists("${folder}/journal.jsonl")) {
        echo("secure-release: there is no run ${name} to keep.")
        return
    }
    dir(folder) {
        stash(name: "secure-release-${name}", includes: '**', useDefaultExcludes: false)  // whole, or its digests do not match
    }
}
