/** Joins what the shards and the patch test left into one run, and decides. The build ends as the gate does. */
def call(Map how) {
    for (int i = 1; i <= how.shards; i++) {
        secureReleaseFetch("scan-${i}", "parts/scan-${i}")
    }
    secureReleaseFetch('patch-test', 'parts/patch-test')
    int code = 1
    withEnv(["SECURE_RELEASE_PARTS=${secureReleaseFolder('parts')}"]) {
        code = secureReleaseIn('gate', how.minutes ?: 15) {
            sh(returnStatus: true, script: 'secure-release gate --from "$SECURE_RELEASE_PARTS" --run "$SECURE_RELEASE_RUN"')
        }
    }
    secureReleaseKeep('gate')
    secureReleaseEnded('gate', code)
}
