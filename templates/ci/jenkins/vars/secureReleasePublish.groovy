/** Hangs the report of the run `name` on the build, as far as there is one in this workspace. Tells whether there was. */
boolean call(String name) {
    String folder = secureReleaseFolder(name)
    if (!fileExists("${folder}/report.html")) {
        return false
    }
    archiveArtifacts(artifacts: "${folder}/**", defaultExcludes: false)
    publishHTML(target: [
        reportName: "secure-release ${name}".toString(), reportDir: folder, reportFiles: 'report.html',
        keepAll: true, alwaysLinkToLastBuild: false, allowMissing: false,
    ])
    return true
}
