/** The project in this workspace, and on this agent the version of secure-release that is asked for. */
def call(Map how) {
    timeout(time: 30, unit: 'MINUTES') {
        checkout(scm)
        withEnv(["SECURE_RELEASE_VERSION=${how.version}", "SECURE_RELEASE_PREPARE=${how.prepare ?: ''}"]) {
            sh(label: 'secure-release', script: '''
                set -eu
                own=$WORKSPACE_TMP/secure-release
                if [ "$(secure-release --version 2>&1)" = "secure-release $SECURE_RELEASE_VERSION" ]; then
                    rm -rf "$own"
                else
                    python3 -m venv "$own"
                    "$own/bin/python" -m pip install --quiet "secure-release==$SECURE_RELEASE_VERSION"
                fi
                if [ -n "$SECURE_RELEASE_PREPARE" ]; then "./$SECURE_RELEASE_PREPARE"; fi
            ''')
        }
    }
}
