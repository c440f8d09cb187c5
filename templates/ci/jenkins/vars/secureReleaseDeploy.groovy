/** Deploys exactly what was scanned, with the way back written down first. */
def call(Map how = [:]) {
    int code = secureReleaseIn('release', how.minutes ?: 60) {
        secureReleaseSecrets(how.credentials) {
            sh(returnStatus: true, script: 'secure-release deploy --run "$SECURE_RELEASE_RUN"')
        }
    }
    secureReleaseEnded('deploy', code)
}
