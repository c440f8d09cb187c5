import hudson.AbortException

/** Brings the run `name`, as another agent kept it, into this workspace; tells whether there was one. */
boolean call(String name, String renamed = name) {
    try {
        dir(secureReleaseFolder(renamed)) {
            unstash("secure-release-${name}")
        }
        return true
    } catch (AbortException gone) {
        echo("secure-release: no agent kept a run ${name}: ${gone.message}")
        return false
    }
}
