/** The patch test, in this workspace. What it saw goes on to the gate, whatever it says. */
def call(Map how = [:]) {
    int code = secureReleaseIn('patch-test', how.minutes ?: 120) {
        sh(returnStatus: true, script: 'secure-release patch-test --run "$SECURE_RELEASE_RUN"')
    }
    secureReleaseKeep('patch-test')
    secureReleaseEnded('patch-test', code)
}
