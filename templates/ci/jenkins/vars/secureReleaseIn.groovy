/** The body, which runs one task on the run `name`: in its environment, within its time. Gives what the body gives. */
def call(String name, int minutes, Closure body) {
    withEnv(["SECURE_RELEASE_RUN=${secureReleaseFolder(name)}", "PATH+SECURE_RELEASE=${env.WORKSPACE_TMP}/secure-release/bin"]) {
        timeout(time: minutes, unit: 'MINUTES') {
            return body()
        }
    }
}
