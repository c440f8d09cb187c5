/** Backs up what the release may destroy, and restores it elsewhere. Goes on with the gate's run, in a fresh workspace too. */
def call(Map how = [:]) {
    secureReleaseFetch('gate')
    int code = secureReleaseIn('release', how.minutes ?: 120) {
        secureReleaseSecrets(how.credentials) {
            sh(returnStatus: true, script: 'secure-release backup --run "$SECURE_RELEASE_RUN"')
        }
    }
    secureReleaseEnded('backup', code)
}
