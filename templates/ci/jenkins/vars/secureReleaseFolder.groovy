/** Where in a workspace the run `name` of this build lies. No other build has one there, so nothing old is taken for new. */
String call(String name) {
    String end = name in ['gate', 'release'] ? '' : "-${name}"  // the release goes on with the gate's run
    return ".secure-release/runs/jenkins-${env.BUILD_NUMBER}${end}".toString()
}
