import securerelease.Exit

/** Goes on after 0. Everything else fails the build, or the branch of `parallel` it is in, with the word for it. */
def call(String stage, int code) {
    if (code == 0) {
        return
    }
    String said = "${stage}: ${Exit.word(code)} (exit ${code})"
    currentBuild.description = currentBuild.description ? "${currentBuild.description}; ${said}".toString() : said
    error("secure-release ${said}")
}
