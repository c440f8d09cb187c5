/** Where in a workspace the run `name` of this build lies. No other build has one there, so nothing old is taken for new. */
String call(String name) {
    return ".secure-release/runs/jenkins-${env.BUILD_NUMBER}-${name}".toString()
}
