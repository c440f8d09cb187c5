/** One shard of the scan, in this workspace. What it saw goes on to the gate, whatever it says. */
def call(Map how) {
    int code = 1
    withEnv(["SECURE_RELEASE_SHARD=${how.shard}/${how.of}"]) {
        code = secureReleaseIn("scan-${how.shard}", how.minutes ?: 60) {
            sh(returnStatus: true, script: 'secure-release scan --shard "$SECURE_RELEASE_SHARD" --run "$SECURE_RELEASE_RUN"')
        }
    }
    secureReleaseKeep("scan-${how.shard}")
    secureReleaseEnded("scan ${how.shard}/${how.of}", code)
}
