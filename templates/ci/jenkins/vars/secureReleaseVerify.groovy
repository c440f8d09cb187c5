/** Asks the new version whether it is well, and watches it. */
def call(Map how = [:]) {
    int code = secureReleaseIn('release', how.minutes ?: 60) {
        secureReleaseSecrets(how.credentials) {
            sh(returnStatus: true, script: 'secure-release verify --run "$SECURE_RELEASE_RUN"')
        }
    }
    secureReleaseEnded('verify', code)
}
