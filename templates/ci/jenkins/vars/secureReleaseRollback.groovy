/**
 * Takes back what this build has deployed and not verified; does nothing when there is nothing to take back.
 * Belongs into `post { unsuccessful }`, inside the lock and outside of every other time limit.
 */
def call(Map how = [:]) {
    if (!fileExists("${secureReleaseFolder('release')}/journal.jsonl")) {
        echo('secure-release rollback: this build has not begun to release anything.')
        return
    }
    int code = secureReleaseIn('release', how.minutes ?: 120) {
        secureReleaseSecrets(how.credentials) {
            sh(returnStatus: true, script: 'secure-release rollback --run "$SECURE_RELEASE_RUN"')
        }
    }
    secureReleaseEnded('rollback', code)
}
