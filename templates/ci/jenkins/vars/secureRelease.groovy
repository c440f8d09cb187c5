import securerelease.Settings

/** A whole release, as a pipeline of its own. Stages only order the tasks; what they decide, secure-release decides. */
def call(Map given) {
    Settings settings = Settings.of(given)
    pipeline {
        agent none
        options {
            // No `timeout` here: it would cut off a rollback one minute after it struck. Every task has a limit of its own.
            disableConcurrentBuilds()
            skipDefaultCheckout()
            buildDiscarder(logRotator(numToKeepStr: '50'))
        }
        stages {
            stage('scan and patch-test') {
                steps {
                    secureReleaseLook(settings)
                }
            }
            stage('gate') {
                agent { label "${settings.agent}" }
                steps {
                    secureReleaseSetup(version: settings.version)
                    secureReleaseGate(shards: settings.shards)
                }
                post {
                    always {
                        secureReleasePublish('gate')
                    }
                }
            }
            stage('approve') {
                when { expression { settings.deploy } }
                steps {
                    secureReleaseApprove(name: settings.name, environment: settings.environment, approvers: settings.approvers)
                }
            }
            stage('release') {
                when {
                    beforeOptions true
                    beforeAgent true
                    expression { settings.deploy }
                }
                options {
                    lock(resource: "secure-release-${settings.environment}")
                }
                agent { label "${settings.deployAgent}" }
                stages {
                    stage('backup') {
                        steps {
                            secureReleaseSetup(version: settings.version)
                            secureReleaseBackup(credentials: settings.credentials)
                        }
                    }
                    stage('deploy') {
                        steps {
                            secureReleaseDeploy(credentials: settings.credentials)
                        }
                    }
                    stage('verify') {
                        steps {
                            secureReleaseVerify(credentials: settings.credentials)
                        }
                    }
                }
                post {
                    unsuccessful {
                        secureReleaseRollback(credentials: settings.credentials)
                    }
                    cleanup {
                        secureReleaseKeep('release')
                    }
                }
            }
        }
        post {
            always {
                node(settings.agent) {
                    secureReleaseReport(shards: settings.shards)
                }
            }
        }
    }
}
